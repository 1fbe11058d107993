"""The policy: its types (`types`), its reading from YAML (`read`), its JSON Schema and its presets."""
