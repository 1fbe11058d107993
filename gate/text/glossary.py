"""Words that a reader may not have met, explained where a report first uses them; docs/glossary.md has all."""

SLICE = "A slice is one metric on one device group or model, at one percentile."
BASELINE = (
    "The baseline is what this version is compared with: the mean of the versions before it, or one of them."
)
BLAME_FRAME = "The blame frame is the deepest function of your own code on the call path that Apple blames."
WITHIN_NOISE = "Within noise means no larger than the differences between this app's healthy releases."

EXPLAINED: dict[str, str] = {
    "slice": SLICE,
    "baseline": BASELINE,
    "blame frame": BLAME_FRAME,
    "within noise": WITHIN_NOISE,
}
"""Each explanation by its term, in the order in which a report uses them."""
