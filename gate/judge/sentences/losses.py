"""What a rule could not judge, and what that means for it."""

from collections.abc import Sequence

from gate.judge.sentences.slices import rule_is
from gate.model.catalogue import group_of
from gate.model.facts import SliceKey
from gate.model.result import Check
from gate.policy.types import Rule
from gate.text.words import device_words, plural, slice_words

_NAMED = 2
"""Lost slices that are named beside the first one; the others are counted."""

UNREAD = "Signatures could fail this run, but could not be read and compared: the run can't pass."
NO_INSIGHTS = (
    "Apple's answer has no list of insights. Apple leaves it out at times, so that there is nothing bad to report "
    "does not follow."
)


def explain_missing(rule: Rule, key: SliceKey) -> str:
    """Explain a slice that the data lacks although what else it has says that there should be one."""
    words = f"Apple's data has no {slice_words(key)}, although it has others like it"
    return rule_is(rule.id, "undecided", words)


def explain_lost(lost: Sequence[Check], total: int) -> str:
    """Explain a rule that can't be decided because something is missing that could have failed.

    Args:
        lost: The checks that nothing could be found in, the most important first; at least one.
        total: How many slices the rule has.
    """
    first, *others = lost
    rest = total - len(lost)
    these = "that one" if not others else "these"
    tail = (
        f" What its other {plural(rest, 'slice')} show{'s' if rest == 1 else ''} does not speak for {these}."
    )
    return first.sentence + _too(others) + (tail if rest else "")


def explain_covered(covered: Sequence[Check]) -> str:
    """Say that some models were judged only as a part of their groups; empty for none."""
    if not covered:
        return ""
    groups = " and ".join(device_words(group_of(device)) for device in _devices(covered))
    return f" {plural(len(covered), 'slice')} could be judged only as part of {groups}."


def _too(others: Sequence[Check]) -> str:
    if not others:
        return ""
    names = [slice_words(check.slice, check.device_name) for check in others[:_NAMED]]
    more = len(others) - len(names)
    names += [f"{more} more"] if more else []
    return f" Nor could {', '.join(names[:-1])}{' and ' if names[:-1] else ''}{names[-1]} be judged."


def _devices(checks: Sequence[Check]) -> list[str]:
    """List one model of each group, in the order of the checks."""
    return list({group_of(check.slice.device): check.slice.device for check in reversed(checks)}.values())[
        ::-1
    ]
