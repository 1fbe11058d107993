"""Write a labelled corpus of imagined apps.

    python benchmarks/make_corpus.py --world usual --seed 7 --cases 400 OUT

The folder holds ``payloads/case-NNNN.json``, each in the shape of Apple's metrics body, and ``truth.json``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from world import ALLOWED, WORLDS, World, make_case, metrics


def write(folder: Path, world: World, seed: int, cases: int) -> None:
    """Write a corpus.

    Args:
        folder: Created when it does not exist.
        world: How its apps behave.
        seed: Of the generator.
        cases: How many.
    """
    (folder / "payloads").mkdir(parents=True, exist_ok=True)
    truths = []
    for number in range(cases):
        payload, truth = make_case(world, seed, number)
        (folder / truth["file"]).write_text(json.dumps(payload, separators=(",", ":")), encoding="utf-8")
        truths.append(truth)
    index = {
        "format": 1,
        "world": world.name,
        "seed": seed,
        "allowed_increase": ALLOWED,
        "metrics": metrics(),
        "cases": truths,
    }
    (folder / "truth.json").write_text(json.dumps(index, separators=(",", ":")), encoding="utf-8")


def main() -> None:
    """Read the command line and write the corpus it asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--world", choices=sorted(WORLDS), default="usual")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=400)
    options = parser.parse_args()
    write(options.folder, WORLDS[options.world], options.seed, options.cases)
    print(f"{options.cases} cases of the world {options.world}, seed {options.seed}, in {options.folder}")


if __name__ == "__main__":
    main()
