"""Presets: policies to build on, as YAML texts.

They are part of the code, so that reading a policy touches no file.
"""

PREFIX = "preset:"

_STARTER = """\
# The starter preset: safe to switch on before anyone knows how the app behaves.
#
# It enforces change: what got worse than the versions before, by more than healthy versions differ. Goals and limits
# are on for whoever keeps them: they fail a version that crosses the line, never one that is above it as before.
# A policy that extends this preset changes a rule by giving one with the same id and the keys that differ.
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
  # Change against the versions before, on the groups of devices that Apple sums up and that the app has.
  # These are the rules that a run waits for; what is missing for them is missing for goals and limits as well.
  - id: launch-change
    metric: LAUNCH/*
    device: all_*
    warn: "> +10% and > +50 ms"
    fail: "> +20% and > +100 ms"
    advice: Record a launch with the App Launch template of Instruments and look at the time before main.
  - id: hang-change
    metric: HANG/*
    device: all_*
    warn: "> +15% and > +1 s/h"
    fail: "> +30% and > +2 s/h"
    advice: Look at the hang reports of the version in Xcode's Organizer, heaviest signature first.
  - id: memory-change
    metric: MEMORY/*
    device: all_*
    warn: "> +10% and > +20 MB"
    fail: "> +20% and > +40 MB"
    advice: Compare memory graphs of this version and the one before at the same screen.
  - id: disk-change
    metric: DISK/*
    device: all_*
    warn: "> +15% and > +10 MB/day"
    fail: "> +30% and > +20 MB/day"
    advice: Look at the disk write reports of the version in Xcode's Organizer, heaviest signature first.
  - id: battery-change
    metric: BATTERY/*
    device: all_*
    warn: "> +10% and > +0.3%/day"
    fail: "> +20% and > +0.6%/day"
    advice: Compare the share of each subsystem with the version before.
  - id: termination-change
    metric: TERMINATION/*
    device: all_*
    warn: "> +25% and > +0.02/day"
    fail: "> +50% and > +0.05/day"
    advice: Look at memory and launch time-outs first; users lose their place each time.
  - id: animation-change
    metric: ANIMATION/*
    device: all_*
    warn: "> +15% and > +1 ms/s"
    fail: "> +30% and > +2 ms/s"
    advice: Record the screens that changed with the Animation Hitches template of Instruments.
  - id: storage-change
    metric: STORAGE/*
    device: all_*
    warn: "> +10% and > +20 MB"
    fail: "> +20% and > +50 MB"
    advice: Compare the size of the app and of its documents and caches with the version before.

  # Apple's own targets. Apple gives them to some slices only, and none for terminations.
  - id: launch-goal
    metric: LAUNCH/*
    device: all_*
    goal: recommended
    when: crossed
    on_undecided: ignore
    advice: Record a launch with the App Launch template of Instruments and look at the time before main.
  - id: hang-goal
    metric: HANG/*
    device: all_*
    goal: recommended
    when: crossed
    on_undecided: ignore
    advice: Look at the hang reports of the version in Xcode's Organizer, heaviest signature first.
  - id: memory-goal
    metric: MEMORY/*
    device: all_*
    goal: recommended
    when: crossed
    on_undecided: ignore
    advice: Compare memory graphs of this version and the one before at the same screen.
  - id: disk-goal
    metric: DISK/*
    device: all_*
    goal: recommended
    when: crossed
    on_undecided: ignore
    advice: Look at the disk write reports of the version in Xcode's Organizer, heaviest signature first.
  - id: battery-goal
    metric: BATTERY/*
    device: all_*
    goal: recommended
    when: crossed
    on_undecided: ignore
    advice: Compare the share of each subsystem with the version before.
  - id: animation-goal
    metric: ANIMATION/*
    device: all_*
    goal: recommended
    when: crossed
    on_undecided: ignore
    advice: Record the screens that changed with the Animation Hitches template of Instruments.
  - id: storage-goal
    metric: STORAGE/*
    device: all_*
    goal: recommended
    when: crossed
    on_undecided: ignore
    advice: Compare the size of the app and of its documents and caches with the version before.

  # Lines that no app should cross.
  - id: launch-limit
    metric: LAUNCH/*
    device: all_*
    limit: "<= 6 s"
    when: crossed
    on_undecided: ignore
    advice: Users wait longer than six seconds for the first frame; defer work until after it.
  - id: hang-limit
    metric: HANG/*
    device: all_*
    limit: "<= 120 s/h"
    when: crossed
    on_undecided: ignore
    advice: The main thread ignores input for minutes of each hour of use.
  - id: memory-limit
    metric: MEMORY/*
    device: all_*
    limit: "<= 2 GB"
    when: crossed
    on_undecided: ignore
    advice: The system ends apps of this size first.
  - id: disk-limit
    metric: DISK/*
    device: all_*
    limit: "<= 1 GB/day"
    when: crossed
    on_undecided: ignore
    advice: From a gigabyte a day on, the system itself reports disk writes as excessive.
  - id: battery-limit
    metric: BATTERY/*
    device: all_*
    limit: "<= 25%/day"
    when: crossed
    on_undecided: ignore
    advice: A quarter of the battery in a day is what users notice and look up.
  - id: termination-limit
    metric: TERMINATION/*
    device: all_*
    limit: "<= 3/day"
    when: crossed
    on_undecided: ignore
    advice: Users lose their place several times a day; look at memory and launch time-outs first.
  - id: animation-limit
    metric: ANIMATION/*
    device: all_*
    limit: "<= 10 ms/s"
    when: crossed
    on_undecided: ignore
    advice: Above 10 ms of hitch per second Apple calls the experience poor.
  - id: storage-limit
    metric: STORAGE/*
    device: all_*
    limit: "<= 5 GB"
    when: crossed
    on_undecided: ignore
    advice: Apps of this size are the first that users remove when storage runs out.

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
