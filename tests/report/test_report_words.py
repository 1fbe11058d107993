"""The words that every report uses for the same things."""

import pytest
import result_builders as build

from gate.model.result import AllowedLevel, AllowedRise, Allows
from gate.report.shared import words


@pytest.mark.parametrize(
    ("sides", "text"),
    [
        ({}, "907 → 1,118 ms"),
        ({"before": None}, "1,118 ms"),
        ({"now": None}, "907 ms → none"),
        ({"before": None, "now": None}, "none"),
    ],
)
def test_a_missing_side_is_named_as_such(sides: dict[str, None], text: str) -> None:
    assert words.values(build.check(**sides)) == text


def test_every_side_is_measured_with_its_own_margin() -> None:
    check = build.check(before=1000.0, now=2000.0)

    assert words.measured(check) == "1,000 ± 10 → 2,000 ± 25 ms"


POLICY = "warn > +5%; fail > +10% and > +80 ms; limit <= 1500 ms"
ALLOWS = Allows(
    warn=AllowedRise(relative=0.05, text="> +5%"),
    fail=AllowedRise(relative=0.1, absolute=80, unit="ms", text="> +10% and > +80 ms"),
    limit=AllowedLevel(value=1500, unit="ms", text="<= 1500 ms"),
)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"state": "fail"}, "> +10% and > +80 ms"),
        ({"state": "warn"}, "> +5%"),
        ({"state": "fail", "line_failed": True}, "limit <= 1500 ms"),
        ({"state": "undecided"}, POLICY),
    ],
)
def test_what_is_allowed_is_what_the_state_is_about(changes: dict[str, object], text: str) -> None:
    assert words.allowed(build.check(allowed=POLICY, allows=ALLOWS, **changes)) == text
