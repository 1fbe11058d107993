"""From the text of a policy to a `Policy`, or to everything that is wrong with it.

Pure: no file is opened, the presets are texts of this package, and the day is handed in.
"""

from datetime import date

from msgspec import UnsetType

from gate.errors import PolicyError, Problem
from gate.policy.build import build
from gate.policy.checks import check_parts
from gate.policy.convert import convert
from gate.policy.keys import PolicyDocument
from gate.policy.layers import Layers, read_layers
from gate.policy.located import LocatedDocument, Places
from gate.policy.merge import merge, merge_rules
from gate.policy.nodes import compose
from gate.policy.problems import Problems, TooManyProblems
from gate.policy.resolved import FindFile, Origins, ResolvedPolicy
from gate.policy.rule_checks import check_rules
from gate.policy.types import Policy
from gate.policy.waiver_checks import WaivedPolicy, check_waivers


def read(text: str, *, source: str = "policy.yml", today: date | None = None) -> Policy:
    """Read a policy.

    Args:
        text: The YAML text.
        source: What the text is called in messages.
        today: The day on which waivers are looked at; None leaves their expiry alone.

    Raises:
        PolicyError: The policy can't be used; carries every problem.
    """
    return resolve(text, source=source, today=today).policy


def examine(
    text: str, *, source: str = "policy.yml", today: date | None = None, find_file: FindFile | None = None
) -> tuple[Policy, tuple[Problem, ...]]:
    """Read a policy, and say what in it is allowed but probably not meant.

    Args:
        text: The YAML text.
        source: What the text is called in messages.
        today: The day on which waivers are looked at; None leaves their expiry alone.
        find_file: Finds the files that the policy extends; without it, it can extend presets alone.

    Returns:
        The policy, and its warnings in the order of the file.

    Raises:
        PolicyError: The policy can't be used; carries every problem.
    """
    resolved = resolve(text, source=source, today=today, find_file=find_file)
    return resolved.policy, resolved.warnings


def resolve(
    text: str, *, source: str = "policy.yml", today: date | None = None, find_file: FindFile | None = None
) -> ResolvedPolicy:
    """Read a policy and everything that it extends.

    Args:
        text: The YAML text.
        source: What the text is called in messages.
        today: The day on which waivers are looked at; None leaves their expiry alone.
        find_file: Finds the files that the policy extends; without it, it can extend presets alone.

    Raises:
        PolicyError: The policy can't be used; carries every problem.
    """
    layers = read_layers(text, source, find_file, _parse)
    # A policy of which nothing could be read has no places: its problems have been noted.
    if not layers.layers:
        raise PolicyError(source, layers.errors)
    places, merged = Places(layers.layers), merge(layers.layers)
    try:
        _check(layers, merged, places, today)
    except TooManyProblems:
        raise PolicyError(source, layers.errors) from None
    if layers.errors:
        raise PolicyError(source, layers.errors)
    policy = build(merged, _lines(layers.layers[-1].located))
    return ResolvedPolicy(policy, tuple(layers.warnings), _origins(merged, places))


def _parse(text: str, problems: Problems) -> LocatedDocument | None:
    root = compose(text, problems)
    return None if root is None else convert(root, problems)


def _check(layers: Layers, merged: PolicyDocument, places: Places, today: date | None) -> None:
    """Note what is wrong between the values.

    Raises:
        TooManyProblems: Reading on has no point.
    """
    # Rules are checked as they stand merged, each problem at the text that has the last word.
    check_rules(merge_rules(layers.layers), places, is_complete=layers.is_complete)
    for number, layer in enumerate(layers.layers):
        later = [other.located for other in layers.layers[number + 1 :]]
        # What a later text says instead is checked there.
        settled = [key for key in ("baseline", "waivers") if any(one.has((key,)) for one in later)]
        check_parts(layer.located, merged, layer.problems, settled=settled)
        if "waivers" not in settled:
            waived = WaivedPolicy(merged, layers.is_complete, places.is_refused)
            check_waivers(layer.located, waived, layer.problems, today)


def _lines(located: LocatedDocument) -> dict[str, int]:
    """Find the line of each rule's id."""
    rules = located.document.rules
    return {
        rule.id: located.span(("rules", index, "id")).line
        for index, rule in enumerate(() if isinstance(rules, UnsetType) else rules)
        if not isinstance(rule.id, UnsetType)
    }


def _origins(merged: PolicyDocument, places: Places) -> Origins:
    rules = () if isinstance(merged.rules, UnsetType) else merged.rules
    off = [str(rule.id) for rule in rules if not rule.is_enabled]
    return Origins(places.all_words(), {name: places.words(("rules", name, "enabled")) for name in off})
