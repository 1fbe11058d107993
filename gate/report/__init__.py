"""A `gate.model.result.Result` as text: one module per format, and what the formats share.

Formats are `markdown`, `terminal` and `json`. They share `outline` (what is told, in which order), `words`,
`sparkline` and `harmless` (text from outside stays text). No format decides anything.
"""
