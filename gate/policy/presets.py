"""Presets: policies to build on, as YAML texts.

They are part of the code, so that reading a policy touches no file.
"""

PREFIX = "preset:"

_STARTER = """\
# The starter preset: safe to switch on before anyone knows how the app behaves.
#
# It enforces Apple's recommended goals and generous absolute limits, which need no history. Rules about
# change are in shadow: they say what they would have done, and are taken over one by one. A policy that
# extends this preset replaces a rule by giving one with the same id.
version: 1
mode: enforce

baseline:
  use: window
  window: 4

evidence:
  alarm_budget: 5%
  min_versions: 2
  max_age: 48h

rules:
  # Apple's own targets, for the groups that it sums up. Terminations have none.
  - id: launch-goal
    metric: LAUNCH/*
    device: all_*
    goal: recommended
    advice: Record a launch with the App Launch template of Instruments and look at the time before main.
  - id: hang-goal
    metric: HANG/*
    device: all_*
    goal: recommended
    advice: Look at the hang reports of the version in Xcode's Organizer, heaviest signature first.
  - id: memory-goal
    metric: MEMORY/*
    device: all_*
    goal: recommended
    advice: Compare memory graphs of this version and the one before at the same screen.
  - id: disk-goal
    metric: DISK/*
    device: all_*
    goal: recommended
    advice: Look at the disk write reports of the version in Xcode's Organizer, heaviest signature first.
  - id: battery-goal
    metric: BATTERY/*
    device: all_*
    goal: recommended
    advice: Compare the share of each subsystem with the version before.
  - id: animation-goal
    metric: ANIMATION/*
    device: all_*
    goal: recommended
    advice: Record the screens that changed with the Animation Hitches template of Instruments.
  - id: storage-goal
    metric: STORAGE/*
    device: all_*
    goal: recommended
    advice: Compare the size of the app and of its documents and caches with the version before.

  # Lines that no app should cross, whatever it did before.
  - id: launch-limit
    metric: LAUNCH/*
    device: all_*
    limit: "<= 6 s"
    advice: Users wait longer than six seconds for the first frame; defer work until after it.
  - id: hang-limit
    metric: HANG/*
    device: all_*
    limit: "<= 120 s/h"
    advice: The main thread ignores input for minutes of each hour of use.
  - id: memory-limit
    metric: MEMORY/*
    device: all_*
    limit: "<= 2 GB"
    advice: The system ends apps of this size first.
  - id: disk-limit
    metric: DISK/*
    device: all_*
    limit: "<= 1 GB/day"
    advice: From a gigabyte a day on, the system itself reports disk writes as excessive.
  - id: battery-limit
    metric: BATTERY/*
    device: all_*
    limit: "<= 25%/day"
    advice: A quarter of the battery in a day is what users notice and look up.
  - id: termination-limit
    metric: TERMINATION/*
    device: all_*
    limit: "<= 3 /day"
    advice: Users lose their place several times a day; look at memory and launch time-outs first.
  - id: animation-limit
    metric: ANIMATION/*
    percentile: p50
    device: all_*
    limit: "<= 10 ms/s"
    advice: Above 10 ms of hitch per second Apple calls the experience poor.
  - id: storage-limit
    metric: STORAGE/*
    device: all_*
    limit: "<= 5 GB"
    advice: Apps of this size are the first that users remove when storage runs out.

  # Change against the versions before: shown, not counted, until a team takes a rule over.
  - id: launch-change
    metric: LAUNCH/*
    mode: shadow
    warn: "> +10% and > +50 ms"
    fail: "> +20% and > +100 ms"
  - id: hang-change
    metric: HANG/*
    mode: shadow
    warn: "> +15% and > +1 s/h"
    fail: "> +30% and > +2 s/h"
  - id: memory-change
    metric: MEMORY/*
    mode: shadow
    warn: "> +10% and > +20 MB"
    fail: "> +20% and > +40 MB"
  - id: disk-change
    metric: DISK/*
    mode: shadow
    warn: "> +15% and > +10 MB/day"
    fail: "> +30% and > +20 MB/day"
  - id: battery-change
    metric: BATTERY/*
    mode: shadow
    warn: "> +10% and > +0.3%/day"
    fail: "> +20% and > +0.6%/day"
  - id: termination-change
    metric: TERMINATION/*
    mode: shadow
    warn: "> +25% and > +0.02 /day"
    fail: "> +50% and > +0.05 /day"
  - id: animation-change
    metric: ANIMATION/*
    mode: shadow
    warn: "> +15% and > +1 ms/s"
    fail: "> +30% and > +2 ms/s"
  - id: storage-change
    metric: STORAGE/*
    mode: shadow
    warn: "> +10% and > +20 MB"
    fail: "> +20% and > +50 MB"

insights:
  regressions: warn
  high_impact: warn
  trending_up: note

signatures:
  types: [HANGS, DISK_WRITES, LAUNCHES]
  top: 5
  new: note
  growing: note

outcomes:
  pull_request: {fail: advise, undecided: advise}
  default: {fail: block, undecided: note}
"""

_TEXTS = {f"{PREFIX}starter": _STARTER}


def names() -> tuple[str, ...]:
    """List the names of all presets, as `extends` takes them."""
    return tuple(_TEXTS)


def text(name: str) -> str:
    """Look up the YAML text of a preset.

    Args:
        name: Its name, as `extends` takes it.

    Raises:
        KeyError: There is no such preset.
    """
    return _TEXTS[name]
