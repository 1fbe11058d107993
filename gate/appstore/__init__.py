"""The edge to App Store Connect: from a key and a question to a snapshot, and from a snapshot to facts.

Outward: `token` signs, `protocol` and `headers` know the calls and do no I/O, `client` sends within its `limits`,
`refusal` and `transport` turn what goes wrong into errors, `resolve` finds apps, versions and builds in answers,
and `collect` fetches a whole snapshot. Inward, and pure: `wire` types the bodies and `decode` makes facts of them.
"""
