"""The pure core: from (policy, facts, time) to a result, with no network, clock or files inside.

The order of a judgement, one module each: `comparisons` sets every series beside its references (chosen by
`references`), `select` finds each rule's slices, `eligibility` says what can't be judged, the
room `gate.stats` weighs the changes of all rules together, `limits` compares values with absolute lines,
`outcomes` joins both to one state per rule, `waivers` accepts what the policy accepts, up to the ceilings that `ceilings`
compares with, `insights` adds Apple's own findings, and `verdict` draws the conclusion; then `incidents` tells the result
as few things, with a headline. The words are in `sentences`. `run.judge` is the way in.
"""
