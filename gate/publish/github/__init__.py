"""The edge to GitHub: where a run happens, what it is asked to publish, and publishing it.

Pure: `event`, `commands`, `marker`, `protocol`, `annotations`, `told`. Everything that touches the network goes
through `api`. Publishing never changes a verdict: whatever fails here is a warning.
"""
