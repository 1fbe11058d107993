"""What a result does not tell by itself is told all the same."""

import pytest
import result_builders as build
from msgspec.structs import replace

from gate.model.result import Coverage, Result
from gate.report.shared.complete import complete


def titles(result: Result) -> list[str]:
    """The titles of all incidents of a completed result."""
    return [incident.title for incident in complete(result).incidents]


def test_a_result_of_an_older_version_gets_an_incident_for_each_finding() -> None:
    assert titles(build.older(build.regressed())) == [
        "launch time p50 +23% (907 → 1,118 ms) on all iPhones",
        "peak memory p90 +8.3% (412 → 446 MB) on all iPads",
        "Apple finds a regression of hang rate, +31%",
        "hangs: new, Photos: -[ThumbnailCache decodeImage:] + 412, 41%",
        build.regressed().incidents[-1].title.replace(" on screen", " on screen p50"),
    ]


def test_a_result_of_an_older_version_gets_a_group_for_each_reason_and_its_coverage() -> None:
    found = complete(build.older(build.regressed()))

    assert [(group.kind, group.reason, group.rules) for group in found.undecided] == [
        ("within_noise", "within_noise", ("hang-rate",)),
        ("not_yet", "no_data", ("disk-writes",)),
    ]
    assert found.coverage == Coverage(rules=6, decided=4, missing=("hang-rate", "disk-writes"))


@pytest.mark.parametrize("scene", [*build.SCENES, "traced"])
def test_a_result_that_tells_everything_stays_as_it_is(scene: str) -> None:
    told = getattr(build, scene)()

    assert complete(told) == told


@pytest.mark.parametrize("mode", ["enforce", "advise"])
@pytest.mark.parametrize("state", ["fail", "warn", "improved"])
def test_a_finding_that_no_incident_names_is_never_left_unsaid(mode: str, state: str) -> None:
    rule = build.rule("forgotten", mode=mode, state=state, blocks=False)
    told = complete(
        build.result(rules=(build.rule(), rule), checks=(build.check(),), incidents=(build.incident(),))
    )

    assert [(one.rules, one.state, one.mode) for one in told.incidents] == [
        (("launch-typical",), "fail", "enforce"),
        (("forgotten",), state, mode),
    ]


def test_findings_of_apple_that_fail_the_run_are_told_as_blocking() -> None:
    judged = build.result(
        verdict="fail",
        blocks=True,
        exit_code=1,
        insights=(build.insight(level="fail", largest_change=None), build.insight(level="note")),
        signatures=(build.signature(level="fail", change="unknown", weight=None),),
    )

    assert [(one.kind, one.blocks) for one in complete(judged).incidents] == [
        ("insight", True),
        ("signature", True),
    ]
    assert titles(judged) == [
        "Apple finds a regression of hang rate",
        "hangs: Photos: -[ThumbnailCache decodeImage:] + 412",
    ]


def test_a_rule_without_slices_is_called_by_its_name() -> None:
    assert titles(build.result(rules=(build.rule(),))) == ["launch-typical"]


def test_a_rule_whose_silence_the_policy_ignores_makes_no_group() -> None:
    rule = build.rule(state="undecided", reason="no_data", on_undecided="ignore")

    assert complete(build.result(rules=(rule,))).undecided == ()


def test_shadow_rules_are_in_no_incident() -> None:
    assert titles(build.result(rules=(build.rule(mode="shadow"),))) == []


def test_a_slice_without_a_baseline_is_named_without_numbers() -> None:
    judged = build.result(rules=(build.rule(),), checks=(build.check(before=None),))

    assert titles(judged) == ["launch time p50 on all iPhones"]


def test_incidents_stand_worst_first_whatever_their_order_was() -> None:
    judged = build.regressed()
    turned = replace(judged, incidents=judged.incidents[::-1])

    assert [one.state for one in complete(turned).incidents] == ["fail", "warn", "warn", "improved"]
