"""A policy printed again, and its digest."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_texts import EVERYTHING, MINIMAL, with_rule, without_lines

from gate.model.catalogue import CATEGORIES
from gate.policy import presets
from gate.policy.build import digest
from gate.policy.read import read, resolve
from gate.policy.resolved import ExtendedFile
from gate.policy.show import as_yaml, as_yaml_with_origins

NUMBERS = st.decimals(min_value="0.001", max_value=99_999, places=3).map(lambda number: f"{number:f}")
PERCENTAGES = st.integers(min_value=1, max_value=50).map(lambda number: f"{number}%")
LEVELS = st.sampled_from(["ignore", "note", "warn", "fail"])
MODES = st.sampled_from(["enforce", "advise", "shadow"])
EFFECTS = st.sampled_from(["block", "advise", "note"])
VERSIONS = st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){0,2}", fullmatch=True)
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"]),
    min_size=1,
    max_size=40,
).filter(str.strip)


def optional(**keys):
    """A mapping with any of the keys."""
    return st.fixed_dictionaries({}, optional=keys)


@st.composite
def rules(draw, number):
    """A rule whose units fit its category."""
    category = draw(st.sampled_from(sorted(CATEGORIES)))
    unit = draw(st.sampled_from(CATEGORIES[category].units))
    quantity = f"{draw(NUMBERS)} {unit}"
    rule = {"id": f"rule-{number}", "metric": f"{category}/*"}
    rule |= {"fail": f"> +{draw(PERCENTAGES)} and > +{quantity}"} if draw(st.booleans()) else {}
    rule |= {"limit": f"<= {quantity}"} if draw(st.booleans()) or "fail" not in rule else {}
    return rule | draw(
        optional(
            percentile=st.sampled_from(["p50", "p90", "any"]),
            device=st.sampled_from(["all_iphones", "iPhone15,2", "iPad*"]),
            platform=st.sampled_from(["iOS", "any"]),
            mode=MODES,
            warn=st.just("> +1%"),
            goal=st.sampled_from(["recommended", "good", "fair"]),
            when=st.sampled_from(["above", "crossed"]),
            on_undecided=st.sampled_from(["note", "warn", "block", "ignore"]),
            owner=TEXTS,
            advice=TEXTS,
            noise=PERCENTAGES,
            floor=st.just(quantity),
        )
    )


@st.composite
def waivers(draw, rule):
    """A waiver of a rule, with the ceilings that fit it, or of something else."""
    unit = rule["limit"].split(" ", 2)[2] if "limit" in rule else CATEGORIES[rule["metric"][:-2]].units[0]
    level = NUMBERS.map(lambda number: f"{number} {unit}")
    fitting = [PERCENTAGES] if "fail" in rule else []
    fitting += [level] if "limit" in rule or "goal" in rule else []
    fitting += [st.tuples(*fitting).map(" and ".join)] if len(fitting) > 1 else []
    selector = optional(binary=TEXTS, symbol=TEXTS, file=TEXTS).filter(bool)
    about = draw(
        st.one_of(
            st.fixed_dictionaries({"rule": st.just(rule["id"]), "up_to": st.one_of(fitting)}),
            st.fixed_dictionaries({"insight": st.just("LAUNCH/launchTime"), "up_to": PERCENTAGES}),
            st.fixed_dictionaries({"signature": selector, "up_to": PERCENTAGES}),
        )
    )
    return about | draw(
        st.fixed_dictionaries(
            {"reason": TEXTS, "until": st.dates().map(str)}, optional={"through_version": VERSIONS}
        )
    )


@st.composite
def documents(draw):
    """Any policy that has no problems, as plain values."""
    judged = [draw(rules(number)) for number in range(draw(st.integers(min_value=1, max_value=4)))]
    outcome = optional(fail=EFFECTS, undecided=EFFECTS)
    return {"version": 1, "rules": judged} | draw(
        optional(
            app=st.sampled_from(["com.example.photos", "1234567890"]),
            mode=MODES,
            baseline=optional(
                window=st.integers(1, 100), pinned=VERSIONS, exclude=st.lists(VERSIONS, max_size=3)
            ),
            evidence=optional(
                alarm_budget=PERCENTAGES,
                min_versions=st.integers(1, 100),
                max_age=st.sampled_from(["90m", "48h", "7d"]),
                must_detect=PERCENTAGES,
                lagging=st.sampled_from(["undecided", "own_newest"]),
            ),
            insights=optional(regressions=LEVELS, high_impact=LEVELS, trending_up=LEVELS),
            signatures=optional(
                types=st.lists(st.sampled_from(["HANGS", "DISK_WRITES", "LAUNCHES"]), unique=True),
                top=st.integers(1, 200),
                new=LEVELS,
                growing=LEVELS,
                max_weight=PERCENTAGES,
            ),
            waivers=st.lists(waivers(judged[0]), max_size=2),
            outcomes=st.dictionaries(st.sampled_from(["default", "push", "on", "null", "1"]), outcome),
            report=optional(
                comment=optional(
                    when=st.sampled_from(["always", "changed", "findings"]), max_rows=st.integers(1, 200)
                ),
                template=st.one_of(st.none(), TEXTS),
            ),
        )
    )


@settings(max_examples=100, deadline=None)
@given(documents())
def test_a_printed_policy_reads_back_as_the_same_policy(document):
    policy = read(yaml.safe_dump(document, allow_unicode=True))

    assert without_lines(read(as_yaml(policy))) == without_lines(policy)


def with_origins(text, **files):
    """A policy printed with where each value comes from."""
    found = {f"{name}.yml": ExtendedFile(f"{name}.yml", content) for name, content in files.items()}
    resolved = resolve(text, source="perf.yml", find_file=lambda name, _: found[name])
    return as_yaml_with_origins(resolved.policy, resolved.origins)


def origins(printed):
    """What stands behind each line, by the line's own words."""
    lines = [line.rpartition("  # ") for line in printed.splitlines() if "  # " in line]
    return [(text.strip(" -"), origin) for text, _, origin in lines]


@settings(max_examples=100, deadline=None)
@given(documents())
def test_a_policy_printed_with_origins_reads_back_as_the_same_policy(document):
    text = yaml.safe_dump(document, allow_unicode=True)

    assert read(with_origins(text)).digest == read(text).digest


@pytest.mark.parametrize("text", [MINIMAL, EVERYTHING, presets.text("preset:starter")])
def test_every_value_says_where_it_comes_from(text):
    printed = with_origins(text)
    values = [line for line in printed.splitlines() if ": " in line and not line.startswith(("#", "      "))]

    assert [line for line in values if "  # " not in line] == []


def test_a_value_says_the_file_and_line_the_preset_or_that_it_is_the_default():
    own = "version: 1\nextends: [preset:starter, base.yml]\nrules:\n  - id: launch-change\n    warn: none\n"
    base = 'version: 1\nrules:\n  - id: launch-change\n    fail: "> +15%"\ninsights: {regressions: fail}\n'
    found = origins(with_origins(own, base=base))

    assert found[:2] == [("version: 1", "perf.yml:1"), ("mode: enforce", "preset:starter")]
    assert ("must_detect: 25%", "default") in found
    start = found.index(("id: launch-change", "perf.yml:4"))
    assert found[start : start + 7] == [
        ("id: launch-change", "perf.yml:4"),
        ("metric: LAUNCH/*", "preset:starter"),
        ("percentile: any", "default"),
        ("device: all_*", "preset:starter"),
        ("platform: any", "default"),
        ("mode: enforce", "preset:starter"),
        ("fail: '> +15%'", "base.yml:4"),
    ]
    assert ("regressions: fail", "base.yml:5") in found


def test_a_list_of_words_says_it_once():
    printed = with_origins(MINIMAL + "signatures:\n  types: [HANGS, LAUNCHES]\nbaseline: {exclude: []}\n")

    assert ("types:", "perf.yml:7") in origins(printed)
    assert ("exclude: []", "perf.yml:8") in origins(printed)
    assert "  - HANGS\n" in printed


def test_a_text_of_several_lines_says_it_behind_the_last():
    printed = with_origins(with_rule('limit: "<= 9 s"', 'advice: "one\\n\\ntwo"'))

    assert ("two'", "perf.yml:6") in origins(printed)


def test_a_rule_that_is_switched_off_is_named_at_the_end():
    own = "version: 1\nextends: preset:starter\nrules:\n  - {id: hang-goal, enabled: false}\n"

    assert with_origins(own).splitlines()[-1] == "# switched off: hang-goal (perf.yml:4)"
    assert read(with_origins(own)).digest == read(own).digest


def test_the_name_of_a_file_can_not_break_out_of_its_comment():
    resolved = resolve(MINIMAL, source="a\nmode: shadow\n\u2028b.yml")
    printed = as_yaml_with_origins(resolved.policy, resolved.origins)

    assert read(printed).digest == read(MINIMAL).digest


@pytest.mark.parametrize("text", [MINIMAL, EVERYTHING, presets.text("preset:starter")])
def test_printing_is_stable(text):
    printed = as_yaml(read(text))

    assert as_yaml(read(printed)) == printed


def test_the_least_policy_is_printed_with_every_default():
    assert (
        as_yaml(read(MINIMAL))
        == """\
# The policy as the gate reads it: presets merged, defaults filled in.
version: 1
mode: enforce
baseline:
  use: window
  window: 4
  exclude: []
evidence:
  alarm_budget: 5%
  min_versions: 2
  max_age: 2d
  must_detect: 25%
  lagging: undecided
rules:
- id: launch
  metric: LAUNCH/launchTime
  percentile: any
  device: any
  platform: any
  mode: enforce
  fail: '> +10%'
insights:
  regressions: warn
  high_impact: warn
  trending_up: note
signatures:
  types:
  - HANGS
  - DISK_WRITES
  - LAUNCHES
  top: 5
  new: note
  growing: note
waivers: []
outcomes: {}
report:
  comment:
    when: changed
    max_rows: 15
    key: main
  template: null
"""
    )


def test_a_version_that_yaml_would_read_as_a_number_is_printed_in_quotes():
    assert "pinned: '3.10'" in as_yaml(read(MINIMAL + 'baseline: {pinned: "3.10"}\n'))


def test_the_digest_is_a_sha_256_over_everything_else():
    policy = read(MINIMAL)

    assert len(policy.digest) == 64
    assert policy.digest == digest(policy)


@pytest.mark.parametrize(
    "same",
    [
        "# another comment\n" + MINIMAL,
        MINIMAL.replace("> +10%", ">  10.0%"),
        MINIMAL + "mode: enforce\nevidence: {alarm_budget: 0.05}\n",
    ],
)
def test_the_digest_depends_on_the_meaning_alone(same):
    assert read(same).digest == read(MINIMAL).digest


@pytest.mark.parametrize("other", [MINIMAL.replace("10%", "11%"), MINIMAL + "mode: advise\n", EVERYTHING])
def test_the_digest_differs_with_the_meaning(other):
    assert read(other).digest != read(MINIMAL).digest


def test_the_digest_does_not_depend_on_the_order_of_events():
    one = "outcomes: {push: {fail: note}, schedule: {fail: block}}\n"
    other = "outcomes: {schedule: {fail: block}, push: {fail: note}}\n"

    assert read(MINIMAL + one).digest == read(MINIMAL + other).digest
