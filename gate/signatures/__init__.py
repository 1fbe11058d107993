"""Diagnostic signatures: the same function in two builds, its call stacks as one tree, and what changed.

`symbols` makes names comparable between builds, `functions` groups signatures by function and matches two builds,
`tree` merges call stacks, `selectors` holds a policy's selectors against frames, `overview` reads Apple's overview
of the whole app, and `compare` puts one build's top signatures beside the other's.
"""
