"""The checkout: from the frame that is to blame to the file, the owner and the suspects."""

from gate.source.trace import enrich, enrich_findings

__all__ = ["enrich", "enrich_findings"]
