"""The two forms in which App Store Connect has sent goals, for any scenario."""

from typing import Literal, get_args

from msgspec.structs import replace

from gate.sandbox.data import Scenario, ScenarioMetric

GoalForm = Literal["bands", "recommended"]
"""``bands`` is the old form (`goalKeys`, deprecated since API 4.4), ``recommended`` the new one."""

GOAL_FORMS: tuple[GoalForm, ...] = get_args(GoalForm)


def with_goals(scenario: Scenario, form: GoalForm) -> Scenario:
    """Change a scenario so that it has goals in one form alone.

    Args:
        scenario: As it is written, which may have both forms.
        form: The one to keep; the end of a band “good” becomes the recommended goal of all slices without one.
    """
    change = _only_bands if form == "bands" else _only_recommended
    return replace(scenario, metrics=tuple(map(change, scenario.metrics)))


def _only_bands(metric: ScenarioMetric) -> ScenarioMetric:
    return replace(metric, recommended={})


def _only_recommended(metric: ScenarioMetric) -> ScenarioMetric:
    _, good = metric.goals.get("good", (None, None))
    made = dict.fromkeys(metric.series, float(good)) if good is not None else {}
    return replace(metric, goals={}, recommended={**made, **metric.recommended})
