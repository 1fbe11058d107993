"""The edge to App Store Connect: from a key and a question to a snapshot, and from a snapshot to facts.

Outward: `token` signs, `protocol` knows the calls and does no I/O, `client` is the only sender, `refusal` and
`transport` turn what goes wrong into errors, `resolve` finds apps, versions and builds, and `collect` fetches a
whole snapshot. Inward, and pure: `wire` types the bodies and `decode` makes facts of them.
"""
