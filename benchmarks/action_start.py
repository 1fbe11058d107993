"""How long the action takes to start, in the three cases that differ.

Run it with the Python that a runner would have::

    python3 benchmarks/action_start.py

* cold: nothing is there; every package is downloaded;
* cached: pip's own cache has survived, as on a self-hosted runner;
* again: another step of the same job, which finds the environment ready.

Each is the whole of ``gate/publish/github/bootstrap.sh`` up to the exit of a gate that refuses a step without a policy.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5


def seconds(temp: Path, cache: Path) -> float:
    """Start the action once."""
    environment = {**os.environ, "RUNNER_TEMP": str(temp), "PIP_CACHE_DIR": str(cache)}
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603
        ["bash", str(ROOT / "gate" / "publish" / "github" / "bootstrap.sh")],  # noqa: S607 - the PATH's, as on a runner
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    if "The input policy is missing" not in done.stderr:
        sys.exit(done.stdout + done.stderr)
    return time.perf_counter() - began


def measured() -> dict[str, list[float]]:
    """Seconds of each case, round by round."""
    found: dict[str, list[float]] = {"cold": [], "cached": [], "again": []}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            cache = Path(folder) / f"cache-{number}"
            for case in ("cold", "cached", "again"):
                temp = Path(folder) / f"temp-{number}"
                if case != "again":
                    shutil.rmtree(temp, ignore_errors=True)
                    temp.mkdir()
                found[case].append(seconds(temp, cache))
    return found


if __name__ == "__main__":
    print(f"| start | median of {ROUNDS}, seconds |\n| --- | --: |")
    for name, times in measured().items():
        print(f"| {name} | {sorted(times)[len(times) // 2]:.1f} |")
