"""The policy: its types (`types`), its reading from YAML (`read`), its JSON Schema and its presets.

::

    text ──nodes──▶ YAML nodes ──convert──▶ Document ──merge──▶ Document ──build──▶ Policy ──show──▶ text
                    bounded, with places    (document, scalars)  with preset        (types)
                                                 └──checks, rule_checks──▶ problems

Values are read by `names` (ids, versions, selectors) and `expressions` (rises, limits, shares, durations);
`vocabulary` knows what Apple serves. Every step notes all it finds in `problems` before anything is raised.
"""
