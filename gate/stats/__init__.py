"""The statistics: from measured slices and what a policy allows to what the evidence supports.

Reviewable on its own, beside docs/verdicts.md. In the order of the method: `noise` learns how much healthy
versions differ, `readings` reads a rule's slices in several ways, `multiplicity` combines many p-values,
`drift` finds gradual growth, `ruling` decides one rule, `weigh` all rules of a run
together and `alarm_budget` how these share the chance of a false alarm;
`distributions` has Student's t and the normal distribution.
"""
