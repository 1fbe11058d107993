"""Documents together with the places of everything in them: a single one, and a policy of several texts."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import UNSET

from gate.policy import presets
from gate.policy.keys import PolicyDocument, RuleEntry
from gate.policy.problems import Problems, Span

KeyPath = tuple[str | int, ...]
"""Keys and list positions from the root: ``("rules", 0, "fail")``. Refused entries of a list don't count."""


class LocatedDocument(NamedTuple):
    """A document as far as it could be read, and where everything in it stands."""

    document: PolicyDocument
    spans: dict[KeyPath, Span]

    def has(self, path: KeyPath) -> bool:
        """Tell whether a key is there, even if only with a value that was refused or by a name that was misspelt."""
        return path in self.spans

    def span(self, path: KeyPath) -> Span:
        """Find where a value is, or what surrounds it when it is absent."""
        while path not in self.spans:
            path = path[:-1]
        return self.spans[path]


class Layer(NamedTuple):
    """One of the texts that make up a policy."""

    source: str
    located: LocatedDocument
    problems: Problems

    def rules(self, number: int) -> dict[str, RuleEntry]:
        """List the rules by their ids; one that has none, or another's, gets a name that no id can be.

        Args:
            number: Of the layer, so that no two layers use the same name.
        """
        rules = self.located.document.rules
        named: dict[str, RuleEntry] = {}
        for index, rule in enumerate(() if rules is UNSET else rules):
            is_own = rule.id is not UNSET and rule.id not in named
            named[str(rule.id) if is_own else f"#{number}.{index}"] = rule
        return named


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
            rules = layer.rules(number)
            keys = list(rules)
            for path, span in layer.located.spans.items():
                self._found[_by_key(path, keys)] = Place(number, span)
            self._refused |= _refused_in(rules, layer)

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
        """Say where a value comes from: ``perf.yml:12``, ``preset:starter``."""
        place = self._found[path]
        source = self._layers[place.layer].source
        return source if source in presets.names() else f"{source}:{place.span.line}"

    def all_words(self) -> dict[KeyPath, str]:
        """Say of everything where it comes from."""
        return {path: self.words(path) for path in self._found}

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


def _refused_in(rules: Mapping[str, RuleEntry], layer: Layer) -> set[KeyPath]:
    return {
        ("rules", key, name)
        for index, (key, rule) in enumerate(rules.items())
        for name in rule.__struct_fields__
        if getattr(rule, name) is UNSET and layer.located.has(("rules", index, name))
    }
