"""Shared fixtures: where the reference material is, if it is there at all, and where the tests are not."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# A machine under load is no counterexample. In CI the examples are always the same, so that a change is never
# blamed for an example that luck found; at home every run looks at new ones.
settings.register_profile("home", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "home")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session", autouse=True)
def no_step():
    """No test is a step of the workflow that runs the tests, and none publishes there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GITHUB_ACTIONS", raising=False)
        yield


@pytest.fixture(scope="session")
def reference() -> Path:
    """Apple's OpenAPI cut and sample payloads, kept outside the repository."""
    folder = ROOT.parent / "shared" / "reference"
    if not folder.is_dir():
        pytest.skip("reference material is not beside this checkout")
    return folder
