"""The policy: its types (`types`), its reading from YAML (`read`), its JSON Schema and its presets.

::

    text ──nodes──▶ YAML nodes ──convert──▶ Layer ──merge──▶ Document ──build──▶ Policy ──show──▶ text
                    bounded, with places    (located, scalars)   │                (types)
       ▲                                      │                  └──checks, rule_checks──▶ problems
       └──────── layers: what it extends ─────┘

* `document` declares every key once; `keys` lists what it declares, for `show`, `schema` and the tables of
  docs/policy.md.
* Values are read by `names` (ids, versions, selectors) and `expressions` (rises, limits, shares, durations),
  which takes one comparison apart with `terms`.
* `vocabulary` holds selectors against `gate.model.catalogue`; `presets` has the texts to build on.
* `hints` words what is wrong and what may have been meant.

Every step notes all it finds in `problems` before anything is raised. No file is read, and the day is handed in.
"""
