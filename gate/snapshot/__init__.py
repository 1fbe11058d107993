"""The snapshot: everything fetched in one run, as one replayable file."""
