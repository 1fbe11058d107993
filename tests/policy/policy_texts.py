"""Policies as text, and short ways to make and read them."""

from msgspec.structs import replace

from gate.errors import PolicyError, Problem
from gate.policy.read import read
from gate.policy.types import Policy

MINIMAL = """\
version: 1
rules:
  - id: launch
    metric: LAUNCH/launchTime
    fail: "> +10%"
"""

EVERYTHING = """\
# yaml-language-server: $schema=...
version: 1
extends: preset:starter
app: com.example.photos
mode: enforce

baseline:
  use: window
  window: 4
  pinned: "3.1.0"
  exclude: ["3.0.1"]

evidence:
  alarm_budget: 5%
  min_versions: 2
  max_age: 48h
  must_detect: 25%
  lagging: own_newest

rules:
  - id: launch-typical
    metric: LAUNCH/launchTime
    percentile: p50
    device: all_iphones
    platform: iOS
    mode: advise
    warn: "> +5%"
    fail: "> +10% and > +80 ms"
    limit: "<= 1500 ms"
    goal: recommended
    on_undecided: note
    owner: "@acme/startup"
    advice: "Start with the pre-main section of the launch trace."
    noise: 8%
    floor: 100 ms

insights:
  regressions: warn
  high_impact: fail
  trending_up: note

signatures:
  types: [HANGS, DISK_WRITES, LAUNCHES]
  top: 5
  new: warn
  growing: warn
  max_weight: 40%

waivers:
  - rule: launch-typical
    up_to: "+15%"
    until: 2026-12-31
    reason: "New onboarding; see tracker 812"
  - rule: launch-typical
    up_to: 0.2
    through_version: "3.4"
    reason: Known
  - rule: launch-typical
    up_to: "+20% and 1,700 ms"
    until: 2026-12-31
    reason: Known
  - insight: LAUNCH/launchTime
    up_to: "+30%"
    until: 2026-12-31
    reason: Known
  - signature:
      symbol: "LegacyExporter.*"
      binary: ExamplePhotos
    up_to: 45%
    until: 2026-12-31
    reason: Known

outcomes:
  pull_request: {fail: advise, undecided: advise}
  default:      {fail: block,  undecided: note}

report:
  comment: {when: changed, max_rows: 15, key: main}
  template: null
"""
"""Every key there is."""


def with_rule(*lines: str) -> str:
    """A policy whose only rule, on launch time, has these lines from line 5 on."""
    return "\n".join([*MINIMAL.splitlines()[:4], *(f"    {line}" for line in lines), ""])


def with_section(text: str) -> str:
    """The least policy with more below it, from line 6 on."""
    return MINIMAL + text


def problems_of(text: str) -> tuple[Problem, ...]:
    """Everything that is wrong with a policy."""
    try:
        read(text)
    except PolicyError as error:
        return error.problems
    return ()


def only_problem(text: str) -> Problem:
    """The one thing that is wrong with a policy."""
    problems = problems_of(text)
    assert len(problems) == 1, [problem.message for problem in problems]
    return problems[0]


def caret(problem: Problem) -> str:
    """What the caret of a problem underlines."""
    start = problem.column - 1
    return problem.excerpt[start : start + problem.width]


def without_lines(policy: Policy) -> Policy:
    """The policy as far as it does not depend on where things stand in its file."""
    return replace(policy, rules=tuple(replace(rule, line=0) for rule in policy.rules))
