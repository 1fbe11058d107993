"""The judgement in words: the only place with sentences.

One module per thing that is explained: `slices`, `rules`, `insights`, `signatures`, `incidents`, the `headline` and
the notes of a `run`. Each turns values into one sentence that a release engineer can repeat; nothing anywhere reads a sentence back.
"""
