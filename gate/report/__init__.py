"""A `gate.model.result.Result` as text: one module per format, and what the formats share.

Formats are `markdown`, `html`, `terminal`, `history`, `json`, `junit`, `sarif`, `payload` (badge, Slack, Teams), and
`calltrees` and `flamegraph` for single signatures. They share `outline` (what is told, in which order), `words`,
`sparkline`, `charts` and `harmless` (text from outside stays text). No format decides anything.
"""
