"""Scenarios: what an app looks like to App Store Connect, as readable data.

A scenario is a YAML file of this package's ``scenarios`` folder. It says which versions an app has, what was
measured for each, what Apple concluded, which signatures a build has, and what goes wrong on the way. Ids,
links, dates and the wire's shapes are derived from it, always the same way. ``extends`` takes another
scenario as a start: each key replaces the other's, and metrics are replaced one by one, by name.
"""

from functools import cache
from importlib import resources
from itertools import chain
from typing import Any

import msgspec
import yaml

from gate.errors import UsageError
from gate.sandbox.consistency import problems
from gate.sandbox.data import Scenario

__all__ = ["Scenario", "load", "names", "read"]

_FOLDER = resources.files(__package__) / "scenarios"


def names() -> list[str]:
    """List the scenarios there are, in alphabetical order. What each is `about` is for lists."""
    return sorted(
        entry.name.removesuffix(".yml") for entry in _FOLDER.iterdir() if entry.name.endswith(".yml")
    )


@cache
def load(name: str) -> Scenario:
    """Load one of the package's scenarios.

    Raises:
        UsageError: There is no such scenario, or its file is malformed.
    """
    return _typed(_document(name, ()), name)


def read(text: str, source: str) -> Scenario:
    """Read a scenario from YAML text.

    Args:
        text: The YAML document.
        source: What to call it in errors.

    Raises:
        UsageError: The text is malformed.
    """
    return _typed(_extended(_parsed(text, source), source, ()), source)


def _document(name: str, above: tuple[str, ...]) -> dict[str, Any]:
    if name not in names():
        raise UsageError(
            f"There is no scenario {name!r}", remedy=f"choose one of these: {', '.join(names())}"
        )
    # A circle would otherwise end in Python's own limit on recursion.
    if name in above:
        raise UsageError(f"The scenario {name} extends itself")
    text = (_FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    return _extended(_parsed(text, name), name, (*above, name))


def _parsed(text: str, source: str) -> dict[str, Any]:
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of the safe loader
    except yaml.YAMLError as error:
        raise _malformed(source, str(error)) from error
    if not isinstance(document, dict):
        raise _malformed(source, "its top level is not a mapping")
    return document


def _extended(document: dict[str, Any], source: str, above: tuple[str, ...]) -> dict[str, Any]:
    base_name = document.pop("extends", None)
    if base_name is None:
        return document
    if not isinstance(base_name, str):
        raise _malformed(source, "`extends` is not the name of a scenario")
    base = _document(base_name, above)
    # Whole keys are replaced; only metrics are merged one by one.
    merged = base | document
    if "metrics" in base and isinstance(document.get("metrics"), list):
        merged["metrics"] = _replaced(base["metrics"], document["metrics"])
    return merged


def _replaced(base: list[Any], own: list[Any]) -> list[Any]:
    """Replace the base's metrics that have a namesake by it, and put what is new after them."""
    named: dict[tuple[str, str], list[Any]] = {}
    for metric in own:
        named.setdefault(_key(metric), []).append(metric)
    replaced = [metric for former in base for metric in named.pop(_key(former), [former])]
    return [*replaced, *chain.from_iterable(named.values())]


def _key(metric: Any) -> tuple[str, str]:
    """Predict `ScenarioMetric.key` of a metric that is not checked yet."""
    if not isinstance(metric, dict):
        return "", repr(metric)
    return str(metric.get("platform", "iOS")), str(metric.get("metric"))


def _typed(document: dict[str, Any], source: str) -> Scenario:
    try:
        scenario = msgspec.convert(document, Scenario)
    except msgspec.ValidationError as error:
        raise _malformed(source, str(error)) from error
    # All of them at once, so that a scenario is mended in one go.
    found = list(problems(scenario))
    if found:
        raise _malformed(source, "; ".join(found))
    return scenario


def _malformed(source: str, problem: str) -> UsageError:
    return UsageError(f"The scenario {source} is malformed: {problem}", remedy="correct the scenario's YAML")


class _Loader(yaml.SafeLoader):
    """YAML as scenarios use it: safe, and without a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is given twice", node.start_mark
                )
        return super().construct_mapping(node, deep)
