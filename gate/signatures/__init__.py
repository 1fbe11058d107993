"""Diagnostic signatures: the same function in two builds, its call stacks as one tree, and what changed.

`symbols` makes names comparable between builds, `functions` groups signatures by function and matches two builds,
`tree` merges call stacks, `overview` reads Apple's overview of the whole app, `compare` puts one build's functions
beside the other's, and `selectors` matches a policy's selectors with frames. All of it is values; what a policy makes
of them is in `gate.judge.diagnostics`, and what is said of them in `gate.judge.sentences.signatures`.
"""
