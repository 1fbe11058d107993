"""Where each value of a merged policy stands: in which of its texts, and at which line."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import UNSET

from gate.policy import presets
from gate.policy.layers import Layer
from gate.policy.located import KeyPath
from gate.policy.merge import rule_keys
from gate.policy.problems import Span


class Place(NamedTuple):
    """A place in one of the texts of a policy."""

    layer: int
    """Its number; a greater one has the last word."""
    span: Span


class Places:
    """Where everything in a merged policy stands. Rules are named by their keys: ``("rules", "launch", "fail")``.

    Args:
        layers: The texts of the policy.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = layers
        self._found: dict[KeyPath, Place] = {}
        self._refused: set[KeyPath] = set()
        for number, layer in enumerate(layers):
            keys = rule_keys(number, layer)
            for path, span in layer.located.spans.items():
                self._found[_by_key(path, keys)] = Place(number, span)
            self._refused |= _refused_in_rules(layer, keys)

    def has(self, path: KeyPath) -> bool:
        """Tell whether a key is there, even if only with a value that was refused or by a name that was misspelt."""
        return path in self._found

    def is_refused(self, path: KeyPath) -> bool:
        """Tell whether a key of a rule was given a value that could not be read, or a misspelt name."""
        return path in self._refused

    def find(self, *paths: KeyPath) -> Place:
        """Find where some values are, or what surrounds those that are absent: the place with the last word."""
        return max((self._nearest(path) for path in paths), key=lambda place: place.layer)

    def error(self, message: str, suggestion: str, *paths: KeyPath) -> None:
        """Note something that makes the policy unusable, at the last of some values.

        Raises:
            TooManyProblems: There are so many that reading on has no point.
        """
        place = self.find(*paths)
        self._layers[place.layer].problems.error(place.span, message, suggestion)

    def warning(self, message: str, suggestion: str, *paths: KeyPath) -> None:
        """Note something that is allowed but probably not meant, at the last of some values."""
        place = self.find(*paths)
        self._layers[place.layer].problems.warning(place.span, message, suggestion)

    def words(self, path: KeyPath) -> str:
        """Say where a value comes from: ``perf.yml:12``, ``preset:starter``; empty when no text gives it."""
        place = self._found.get(path)
        if place is None:
            return ""
        source = self._layers[place.layer].source
        return source if source in presets.names() else f"{source}:{place.span.line}"

    def _nearest(self, path: KeyPath) -> Place:
        while path not in self._found:
            path = path[:-1]
        return self._found[path]


def _by_key(path: KeyPath, keys: Sequence[str]) -> KeyPath:
    """Name a rule by its key instead of its position, which differs between texts."""
    if path[:1] != ("rules",) or len(path) == 1 or not isinstance(path[1], int):
        return path
    # Entries that were refused as a whole are no rules, and have places behind those of the rules.
    return ("rules", keys[path[1]] if path[1] < len(keys) else f"#{path[1]}", *path[2:])


def _refused_in_rules(layer: Layer, keys: Sequence[str]) -> set[KeyPath]:
    rules = layer.located.document.rules
    return {
        ("rules", key, name)
        for index, (key, rule) in enumerate(zip(keys, () if rules is UNSET else rules, strict=True))
        for name in rule.__struct_fields__
        if getattr(rule, name) is UNSET and layer.located.has(("rules", index, name))
    }
