"""Call trees as flame graphs for HTML: roots on top, a frame as wide as its share of the samples.

A figure is an SVG that shows everything without scripts. The script adds zooming, searching, the keyboard and the
comparison with the baseline; it reads nothing but the figure. No part loads anything from anywhere.
"""

from collections.abc import Iterable, Iterator, Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from msgspec import Struct

from gate.model.result import CallNode, CallTree, SignatureFinding
from gate.report.shared import signature_words
from gate.report.shared.signature_words import LONGEST_NAME
from gate.report.shared.tree import system_roots
from gate.text import sanitize
from gate.text.numbers import share
from gate.text.words import plural

ROW = 24
"""Height of a frame in CSS pixels, enough for a finger."""

_NARROWEST_TEXT = 2.0
"""Percent of the width below which a frame has no room for its name."""
_NARROWEST = 0.05
"""Percent of the width below which a frame can't be seen."""
_GROWTH = 0.01
"""Share of all samples by which a frame must differ from the baseline to be coloured."""


class _FlameFrame(Struct, frozen=True, kw_only=True):
    """A frame of the picture; places are percent of the width, and rows."""

    left: str
    width: str
    row: int
    kinds: str
    """Classes of the style sheet."""
    text: str
    about: Sequence[str]
    """Lines of its description."""
    start: int
    samples: int


def figure(finding: SignatureFinding, *, baseline: str = "") -> str:
    """Draw the flame graph of a signature as an HTML fragment; empty without call stacks.

    A page with figures needs `style` once, and `script` after the last of them.

    Args:
        finding: The signature.
        baseline: Version that the tree is compared with, or empty.
    """
    tree = finding.tree
    if tree is None or not tree.samples:
        return ""
    frames = list(_frames(tree, baseline))
    return _template("flamegraph.html.jinja").render(
        title=signature_words.headline(finding),
        summary=_summary(tree),
        frames=frames,
        row=ROW,
        height=ROW * (1 + max(frame.row for frame in frames)),
        total=tree.samples,
        baseline=sanitize.plain(baseline) if tree.baseline_samples else "",
        identity=finding.fingerprint or str(finding.rank),
    )


def page(findings: Iterable[SignatureFinding], *, title: str, baseline: str = "") -> str:
    """Write a whole page with the flame graphs of signatures and what is known of each; it works offline.

    Args:
        findings: Signatures; those without call stacks have words only.
        title: Of the page.
        baseline: Version that the trees are compared with, or empty.
    """
    shown = [
        {
            "headline": sanitize.glued(signature_words.headline(finding)),
            "sentence": sanitize.glued(sanitize.plain(finding.sentence)),
            "entries": _entries(finding),
            "figure": figure(finding, baseline=baseline),
        }
        for finding in findings
    ]
    return _template("flamegraph-page.html.jinja").render(
        title=sanitize.plain(title), style=style(), script=script(), signatures=shown
    )


def style() -> str:
    """Read the style sheet of figures."""
    return _source("flamegraph.css.jinja")


def script() -> str:
    """Read the script of figures; it may stand in a page whose policy names its digest."""
    return _source("flamegraph.js.jinja")


def _entries(finding: SignatureFinding) -> list[tuple[str, list[str]]]:
    """Collect what is known of a signature: each line with the suspects that stand below it."""
    entries: list[tuple[str, list[str]]] = []
    for line in signature_words.explanation(finding):
        if line.suspect is None:
            entries.append((line.text, []))
        else:
            entries[-1][1].append(line.text)
    return entries


def _frames(tree: CallTree, baseline: str) -> Iterator[_FlameFrame]:
    """Place all frames that can be seen. Callees follow each other from the left edge of their caller."""
    system = system_roots(tree.nodes)
    # Per depth, where the next frame begins. Nodes come in pre-order, so one pass over a flat list is enough,
    # however deep the tree is.
    free = [0]
    for index, node in enumerate(tree.nodes):
        del free[node.depth + 1 :]
        start = free[-1]
        free[-1] += node.samples
        free.append(start)
        percent = 100.0 * node.samples / tree.samples
        if percent >= _NARROWEST:
            yield _FlameFrame(
                left=f"{100.0 * start / tree.samples:.3f}%",
                width=f"{percent:.3f}%",
                row=node.depth,
                kinds=" ".join(_kinds(node, tree)),
                text=_plain(node.name) if percent >= _NARROWEST_TEXT else "",
                about=tuple(map(_plain, _about(node, tree, baseline, only_system=index in system))),
                start=start,
                samples=node.samples,
            )


def _kinds(node: CallNode, tree: CallTree) -> Iterator[str]:
    yield "own" if node.own else "sys"
    if node.path:
        yield "path"
    if node.baseline is not None and tree.baseline_samples:
        change = node.samples / tree.samples - node.baseline / tree.baseline_samples
        if not node.baseline:
            yield "added"
        elif abs(change) >= _GROWTH:
            yield "up" if change > 0 else "down"


def _about(node: CallNode, tree: CallTree, baseline: str, *, only_system: bool) -> Iterator[str]:
    """Describe a frame, a line each; the first one is its name."""
    yield node.name
    line = f":{node.line}" if node.line is not None else ""
    place = [node.binary, f"{node.file}{line}" if node.file else ""]
    if any(place):
        yield ", ".join(part for part in place if part)
    yield f"{share(node.samples / tree.samples)}: {node.samples} of {plural(tree.samples, 'sample')}"
    if node.baseline is not None and tree.baseline_samples:
        where = baseline or "the baseline"
        yield (
            f"{share(node.baseline / tree.baseline_samples)} in {where}"
            if node.baseline
            else f"not seen in {where}"
        )
    if node.repeats > 1:
        yield f"calls itself, up to {node.repeats} times in a row"
    if node.path:
        yield "on the blame path"
    if only_system:
        yield "none of the app's own code below"


def _summary(tree: CallTree) -> str:
    words = f"{plural(tree.samples, 'sample')} in {plural(tree.logs, 'log')}"
    if tree.system_samples:
        words += f", {share(tree.system_samples / tree.samples)} of them in stacks without the app's own code"
    return f"{words}. {plural(tree.left_out, 'lighter frame')} left out." if tree.left_out else f"{words}."


def _plain(text: str) -> str:
    return sanitize.plain(text, LONGEST_NAME)


def _environment() -> Environment:
    return Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=PackageLoader("gate.report", "templates"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _template(name: str) -> Template:
    return _environment().get_template(name)


def _source(name: str) -> str:
    """Read a file of the package as it is."""
    environment = _environment()
    loader = environment.loader
    return loader.get_source(environment, name)[0] if loader is not None else ""
