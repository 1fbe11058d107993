"""A `gate.model.result.Result` as text: one module per format, and in `shared` what several formats share.

`formats` lists the formats of a whole result by name. `explanation`, `calltrees` and `flamegraph` write single
signatures, `history` single slices. No format decides anything, and none reads a number or a date out of a sentence.
"""
