"""Write the tables of docs/policy.md again, from the declaration of the policy's keys and the catalogue."""

import re
from pathlib import Path
from typing import Any

from gate.model.catalogue import CATEGORIES
from gate.policy.key_table import Key, keys_of, sections
from gate.policy.show import as_document
from gate.policy.types import Outcome, Policy, Rule, Selector

PAGE = Path(__file__).parent / "policy.md"
MARKED = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def render(page: str) -> str:
    """Fill every marked place of the page with its table."""
    return MARKED.sub(lambda match: f"{match[1]}\n{table(match[2])}\n\n{match[3]}", page)


def table(name: str) -> str:
    """Draw the table of a section of the policy, or that of all metrics."""
    return metrics_table() if name == "metrics" else keys_table(name)


def metrics_table() -> str:
    """Draw the table of Apple's categories, each with its units and the metrics seen so far."""
    rows = [
        f"| {category} | {_codes(about.units)} | {_codes(about.metrics)} |"
        for category, about in CATEGORIES.items()
    ]
    return "\n".join(["| category | units | metrics |", "| --- | --- | --- |", *rows])


def keys_table(section: str) -> str:
    """Draw the table of the keys of a section: name, default and meaning."""
    known = defaults().get(section, {})
    rows = [
        f"| `{key.name}` | {_default(key, known.get(key.name))} | {key.description} |"
        for key in keys_of(sections()[section])
    ]
    return "\n".join(["| key | default | meaning |", "| --- | --- | --- |", *rows])


def defaults() -> dict[str, dict[str, Any]]:
    """Collect what the types give each key that a policy leaves out, by section."""
    bare = Policy(rules=(Rule(id="", selector=Selector(metric="")),), outcomes={"default": Outcome()})
    document = as_document(bare)
    below = {key: value for key, value in document.items() if isinstance(value, dict)}
    return {
        **below,
        "document": document,
        "rules": document["rules"][0],
        "outcomes": document["outcomes"]["default"],
        "comment": document["report"]["comment"],
    }


def _default(key: Key, value: Any) -> str:
    if key.is_required:
        return "compulsory"
    if "unset" in key.extra:
        return str(key.extra["unset"])
    if key.section is not None:
        return "below"
    return "none" if value in (None, []) else f"`{value}`"


def _codes(words: Any) -> str:
    return ", ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    PAGE.write_text(render(PAGE.read_text("utf-8")), "utf-8")
