"""The pure core: from (policy, facts, time) to a result, with no network, clock or files inside.

The order of a judgement, one module each: `timeline` puts versions in order and names the candidate,
`select` finds each rule's slices, `noise` and `evidence` weigh the changes of all rules together,
`lines` holds values against limits and goals, `outcomes` joins both to one state per rule, `insights`
and `signatures` add Apple's own findings, `explain` finds the words and `verdict` draws the conclusion.
`run.judge` is the way in.
"""
