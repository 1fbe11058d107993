"""How good verdicts are, on labelled histories: the gate and what people use instead, on the same cases.

    python benchmarks/verdict_quality.py DIR...

Each folder holds ``truth.json`` and payloads in the format that `make_corpus` writes. Install
``benchmarks/requirements.txt`` beside the gate to have Apache Otava in the table.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from math import sqrt
from pathlib import Path
from typing import Any

import adapter
import rivals

Judge = Callable[[bytes, dict[str, Any]], Mapping[str, str]]
"""From a metrics body and its true versions to one verdict per metric."""

BIG = 0.195
"""A regression of 20%, give or take rounding."""

KINDS = (
    "step +10%",
    "step +20%",
    "step +50%",
    "device +20%",
    "device +50%",
    "p90 +20%",
    "ipad +20%",
    "nearzero_blowup",
)
HISTORIES = ((1, 1), (2, 2), (3, 3), (4, 4), (5, 6), (7, 8), (9, 99))
"""Numbers of reference versions that are counted together."""


def gates() -> dict[str, Judge]:
    """Everything that is compared, by the name in the table."""
    table: dict[str, Judge] = {
        "this gate, against four versions": lambda body, _: adapter.verdicts(body),
        "this gate, against eight versions": lambda body, _: adapter.verdicts(body, window=8),
        "this gate, one rule per slice": lambda body, _: adapter.verdicts(body, per_slice=True),
    }
    hand: dict[str, rivals.Rival] = {
        "+10% above the previous version": rivals.above_previous,
        "+10% above the mean of four": rivals.above_mean_of_four,
    }
    detector = rivals.otava()
    if detector is not None:
        hand["Apache Otava, defaults, rises of 10%"] = detector
    return table | {name: partial(_by_hand, rival) for name, rival in hand.items()}


def _by_hand(rival: rivals.Rival, body: bytes, truth: dict[str, Any]) -> Mapping[str, str]:
    return rivals.verdicts(rival, rivals.read_case(json.loads(body), truth["versions"]))


class Tally:
    """Counts of one gate over many cases."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, truth: dict[str, Any], found: Mapping[str, str], folder: str) -> None:
        """Count one case.

        Args:
            truth: Its entry in the truth file.
            found: The verdict on each metric.
            folder: Where it comes from.
        """
        self.counts.update(_facts(truth, found, folder))

    def share(self, part: str, whole: str) -> str:
        """A percentage, or a dash when there is nothing to divide by."""
        whole_count = self.counts[whole]
        return f"{100.0 * self.counts[part] / whole_count:.1f}" if whole_count else "-"

    def alarms(self, folder: str = "") -> str:
        """The share of healthy builds in which anything failed, with its interval."""
        failed, builds = self.counts[f"alarm{folder}"], self.counts[f"clean{folder}"]
        if not builds:
            return "-"
        low, high = wilson(failed, builds)
        return f"{100.0 * failed / builds:.1f} ({100.0 * low:.1f} to {100.0 * high:.1f})"


def _facts(truth: dict[str, Any], found: Mapping[str, str], folder: str) -> Iterator[str]:
    """What one case adds to the counts."""
    states = list(found.values())
    own = found.get(truth["metric"] or "", "inconclusive")
    history = next(f"{low}-{high}" for low, high in HISTORIES if low <= len(truth["versions"]) - 1 <= high)
    expect = truth["expect"]
    yield expect
    if expect == "clean":
        yield from ("clean" + folder, f"clean {history}")
        if "fail" in states:
            yield from ("alarm", "alarm" + folder, f"alarm {history}")
        if "warn" in states:
            yield "warned"
        yield from (f"rule {state}" for state in states)
        yield from ("rule" for _ in states)
    elif expect == "tolerated":
        if "fail" in states:
            yield "nuisance"
    elif expect == "creeping":
        yield f"creeping {own}"
    else:
        yield from _regression(truth, found, own, history)


def _regression(truth: dict[str, Any], found: Mapping[str, str], own: str, history: str) -> Iterator[str]:
    kind = truth["kind"] + (f" +{round(100 * truth['injected'])}%" if truth["injected"] else "")
    yield kind
    yield f"{kind} {own}"
    if any(state == "fail" for metric, state in found.items() if metric != truth["metric"]):
        yield "accused"
    if kind.startswith("step"):
        yield f"{kind} {history}"
        yield f"{kind} {history} {own}"
    if max(change["true_change"] for change in truth["changed"]) >= BIG:
        yield "big"
        yield f"big {own}"


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95% interval of a share (Wilson 1927)."""
    z = 1.959964
    share = part / whole
    middle = share + z * z / (2.0 * whole)
    half = z * sqrt(share * (1.0 - share) / whole + z * z / (4.0 * whole * whole))
    return max(0.0, (middle - half) / (1.0 + z * z / whole)), (middle + half) / (1.0 + z * z / whole)


def score(folders: list[Path], judges: dict[str, Judge]) -> dict[str, Tally]:
    """Judge every case of some folders with every gate."""
    tallies = {name: Tally() for name in judges}
    for folder in folders:
        for truth in json.loads((folder / "truth.json").read_text(encoding="utf-8"))["cases"]:
            body = (folder / truth["file"]).read_bytes()
            for name, judge in judges.items():
                tallies[name].add(truth, judge(body, truth), folder.name)
    return tallies


def report(folders: list[Path], tallies: dict[str, Tally]) -> Iterator[str]:
    """The tables, as Markdown."""
    builds = next(iter(tallies.values())).counts
    yield (
        f"{builds['clean']} healthy builds, {builds['regressed']} regressed ({builds['big']} by 20% and more), "
        f"{builds['tolerated']} within the allowance, {builds['creeping']} creeping; all shares in percent.\n"
    )
    yield from _table(
        ["gate", "healthy builds failed (95%)", "warned", "healthy rules undecided", "+20% and more: fail", "warn",
         "undecided", "silent pass", "other metric accused", "within allowance failed", "creep warned"],
        [[name, t.alarms(), t.share("warned", "clean"), t.share("rule inconclusive", "rule"),
          t.share("big fail", "big"), t.share("big warn", "big"), t.share("big inconclusive", "big"),
          t.share("big pass", "big"), t.share("accused", "regressed"), t.share("nuisance", "tolerated"),
          t.share("creeping warn", "creeping")] for name, t in tallies.items()],
    )  # fmt: skip
    yield "\nRegressions failed, by kind and size:\n"
    yield from _table(
        ["gate", *(f"{kind} (n={builds[kind]})" for kind in KINDS)],
        [[name, *(t.share(f"{kind} fail", kind) for kind in KINDS)] for name, t in tallies.items()],
    )
    name, own = next(iter(tallies.items()))
    yield f"\n{name}, by number of reference versions:\n"
    yield from _table(
        ["references", "healthy builds failed", "step +10%", "step +20%", "step +50%"],
        [[f"{low}" if low == high else f"{low} to {high}" if high < 99 else f"{low} and more",
          own.share(f"alarm {low}-{high}", f"clean {low}-{high}"),
          *(own.share(f"step +{n}% {low}-{high} fail", f"step +{n}% {low}-{high}") for n in (10, 20, 50))]
         for low, high in HISTORIES],
    )  # fmt: skip
    if len(folders) > 1:
        yield "\nHealthy builds failed, by folder:\n"
        yield from _table(
            ["folder", *tallies],
            [[folder.name, *(t.alarms(folder.name) for t in tallies.values())] for folder in folders],
        )


def _table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join([' --- '] * len(head))}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def main() -> None:
    """Read the command line, score and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    parser.add_argument("--gate-only", action="store_true", help="leave out what people use instead")
    options = parser.parse_args()
    judges = gates()
    if options.gate_only:
        judges = {name: judge for name, judge in judges.items() if name.startswith("this gate")}
    elif not any("Otava" in name for name in judges):
        print("Apache Otava is not installed; see benchmarks/requirements.txt.\n")
    print("\n".join(report(options.folders, score(options.folders, judges))))


if __name__ == "__main__":
    main()
