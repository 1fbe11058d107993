# S603: every program that is started here is this Python or the one just made, with words from this file.
"""Start the gate inside a GitHub action: a private environment from locked, hashed packages, then the command.

Runs before anything is installed, so it needs the standard library only. The environment lives in the runner's
temporary folder, which no other job sees; a later step of the same job finds it ready. Downloads come from pip's
own cache where that survives, as on a self-hosted runner, and pip compares every hash again.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
"""The action's own checkout."""
LOCK = ROOT / "requirements" / "runtime.txt"
READY = "gate-is-ready"
USAGE_ERROR = 2

_PIP_SETTINGS = frozenset(
    f"PIP_{name}"
    for name in (
        "CACHE_DIR", "CERT", "CLIENT_CERT", "CONFIG_FILE", "DEFAULT_TIMEOUT", "EXTRA_INDEX_URL", "FIND_LINKS",
        "INDEX_URL", "KEYRING_PROVIDER", "NO_INDEX", "PROXY", "RETRIES", "TIMEOUT", "TRUSTED_HOST",
    )
)  # fmt: skip
"""Where packages come from is the runner's business, and every hash is compared; what pip does with them is not."""
_OLDEST_PIP = (22, 3)
"""The first with ``--python``."""


def main() -> int:
    """Make the environment, unless a step of this job has made it, and run the command in it."""
    try:
        python = ready(temporary_folder(), os.environ)
    except (OSError, subprocess.CalledProcessError) as error:
        # Written by hand: nothing of the gate can be imported yet.
        sys.stderr.write(f"::error title=App Store gate::{install_trouble(error)}\n")
        return USAGE_ERROR
    return subprocess.run([python, "-I", "-X", "utf8", "-m", "gate", "action"], check=False).returncode  # noqa: S603


def install_trouble(error: Exception) -> str:
    """Say what went wrong, on one line."""
    cause = (
        "pip ended with an error; its lines above say why" if not isinstance(error, OSError) else str(error)
    )
    return f"The gate could not be installed: {' '.join(cause.split())}".replace("%", "%25")


def temporary_folder() -> Path:
    """Find the runner's own temporary folder, which is emptied around each job."""
    return Path(os.environ.get("RUNNER_TEMP") or tempfile.gettempdir())


def ready(folder: Path, environment: Mapping[str, str]) -> Path:
    """Make an environment with the locked packages and this checkout, and find its interpreter.

    Args:
        folder: Where environments are kept.
        environment: The process's; pip's settings are taken from it, but for those that change what is installed.

    Raises:
        OSError, subprocess.CalledProcessError: It could not be made.
    """
    home = folder / f"appstore-gate-{fingerprint()}"
    if not (home / READY).is_file():
        shutil.rmtree(home, ignore_errors=True)  # an install that was interrupted leaves half of one
        install(home, environment)
        # Last of all: a step that finds this file finds a whole environment.
        (home / READY).touch()
    return interpreter(home)


def fingerprint() -> str:
    """Make a fingerprint of what an environment depends on: the lock, this checkout and this Python."""
    parts = (LOCK.read_bytes(), os.fsencode(ROOT), sys.version.encode(), os.fsencode(sys.base_prefix))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def interpreter(home: Path) -> Path:
    """Find the interpreter of an environment."""
    return home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(home: Path, environment: Mapping[str, str]) -> None:
    """Make an environment with the locked packages, and put this checkout on its path.

    Pip itself stays outside of it if the Python at hand has one, which saves most of the time.
    """
    lends_pip = has_pip()
    # Making links needs a right on Windows that runners need not have.
    venv.EnvBuilder(with_pip=not lends_pip, symlinks=os.name != "nt").create(home)
    python = interpreter(home)
    # -I: without the caller's PYTHON… variables, and without modules of the current folder, which is the user's.
    pip = (
        [sys.executable, "-I", "-m", "pip", "--python", str(python)]
        if lends_pip
        else [python, "-I", "-m", "pip"]
    )
    arguments = [
        "--disable-pip-version-check", "install", "--quiet", "--no-input", "--no-deps", "--require-hashes",
        "--only-binary=:all:", "--no-compile", "--requirement", str(LOCK),
    ]  # fmt: skip
    subprocess.run([*pip, *arguments], check=True, env=pip_environment(environment), cwd=home)  # noqa: S603
    site = subprocess.run(  # noqa: S603
        [python, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    # A path file instead of an installation: the checkout is complete, and a build would need more packages.
    (Path(site.stdout.strip()) / "gate-checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")


def has_pip() -> bool:
    """Tell whether this Python has a pip that can install for another one."""
    try:
        found = re.match(r"(\d+)\.(\d+)", metadata.version("pip"))
    except metadata.PackageNotFoundError:
        return False
    return found is not None and (int(found[1]), int(found[2])) >= _OLDEST_PIP


def pip_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Choose the environment for pip: without what could make it install something else, or somewhere else."""
    return {
        name: value
        for name, value in environment.items()
        if (not name.upper().startswith(("PIP_", "PYTHON", "ASC_", "GATE_"))) or name.upper() in _PIP_SETTINGS
    }


if __name__ == "__main__":
    sys.exit(main())
