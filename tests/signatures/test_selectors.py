"""Which signatures a policy speaks of."""

from datetime import date

import pytest

from gate.model.facts import Frame
from gate.policy.types import IgnoredSignature, Signatures, SignatureSelector
from gate.signatures.selectors import Exemption, SelectorTarget, find_exemption, is_selected, matches

SIGNATURE = SelectorTarget(
    text="Photos: specialized Photos.Index.rebuild(force: Swift.Bool) -> () + 636",
    frames=(
        Frame(depth=1, symbol="Coder.decode(_:)", binary="Photos", file="Coder.swift"),
        Frame(depth=2, symbol="-[Journal flush]", binary="Legacy", file="Journal.m"),
    ),
)


@pytest.mark.parametrize(
    ("selector", "matching"),
    [
        ({}, True),
        ({"binary": "Photos"}, True),
        ({"binary": "photos"}, True),
        ({"binary": "Leg*"}, True),
        ({"binary": "Other"}, False),
        ({"symbol": "Index.rebuild(force:)"}, True),
        ({"symbol": "*rebuild*"}, True),
        ({"symbol": "Coder.*"}, True),
        ({"symbol": "rebuild"}, False),
        ({"symbol": "specialized *"}, True),
        ({"file": "*.m"}, True),
        ({"file": "Index.swift"}, False),
        ({"binary": "Photos", "file": "*.m"}, False),
        ({"binary": "Legacy", "file": "*.m", "symbol": "-[[]Journal *"}, True),
    ],
)
def test_one_frame_must_match_every_part(selector, matching):
    assert matches(SignatureSelector(**selector), SIGNATURE) is matching


def test_without_selectors_every_signature_counts():
    assert is_selected(Signatures(), SIGNATURE)


def test_one_of_several_selectors_is_enough():
    only = (SignatureSelector(binary="Other"), SignatureSelector(file="*.m"))

    assert is_selected(Signatures(only=only), SIGNATURE)


def test_an_entry_that_holds_wins_over_one_that_has_ended():
    entries = tuple(
        IgnoredSignature(selector=SignatureSelector(), reason=f"Until {until}.", until=until)
        for until in ("2026-01-31", "2026-03-31")
    )
    found = find_exemption(Signatures(ignore=entries), SIGNATURE, date(2026, 2, 28))

    assert (found.reason, found.ended) == ("Until 2026-03-31.", False)


def test_an_entry_about_something_else_says_nothing():
    entry = IgnoredSignature(selector=SignatureSelector(binary="Other"), reason="Known.", until="2027-01-01")
    found = find_exemption(Signatures(ignore=(entry,)), SIGNATURE, date(2026, 2, 28))

    assert found is None


@pytest.mark.parametrize(
    ("today", "ended"), [(date(2026, 3, 30), False), (date(2026, 3, 31), False), (date(2026, 4, 1), True)]
)
def test_an_entry_holds_through_its_last_day(today, ended):
    entry = IgnoredSignature(selector=SignatureSelector(), reason="Known.", until="2026-03-31")
    found = find_exemption(Signatures(ignore=(entry,)), SIGNATURE, today)

    assert found == Exemption(reason="Known.", until="2026-03-31", ended=ended)


def test_of_entries_that_have_ended_the_first_counts():
    entries = tuple(
        IgnoredSignature(selector=SignatureSelector(), reason="Known.", until=until)
        for until in ("2026-01-31", "2026-02-27")
    )

    assert find_exemption(Signatures(ignore=entries), SIGNATURE, date(2026, 2, 28)).until == "2026-01-31"


def test_what_no_selector_matches_is_not_selected():
    assert not is_selected(Signatures(only=(SignatureSelector(binary="Other"),)), SIGNATURE)
