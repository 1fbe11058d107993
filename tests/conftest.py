"""Shared fixtures and markers: what the tests need, where they are, and where they are not."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"

MARKED_FOLDERS = {
    "fast": ("judge", "model", "policy", "signatures", "stats", "text"),
    "browser": ("report/browser", "report/mermaid"),
    "contract": ("report/mermaid", "report/multitool"),
}
"""Folders whose tests all have a marker. `pyproject.toml` says what the markers mean."""

MARKED_MODULES = {
    "contract": (
        "appstore/test_cassettes.py",
        "publish/github/test_github_contract.py",
        "report/test_report_gfm.py",
        "sandbox/test_sandbox_contract.py",
    ),
}
"""Modules whose tests all have a marker."""

MARKED_FIXTURES = {
    "browser": ("tools",),  # Prism, which runs in node
    "contract": ("reference", "tools"),
    "hostile": ("attack",),  # a parameter of every test that is run with each of the hostile strings
}
"""Fixtures and parameters that put a marker on every test that asks for them."""

# A machine under load is no counterexample. In CI the examples are always the same, so that a change is never
# blamed for an example that luck found; at home every run looks at new ones.
settings.register_profile("home", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "home")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put each marker on the tests that its tables name."""
    for item in items:
        for marker in _markers(item):
            item.add_marker(marker)


def _markers(item: pytest.Item) -> set[str]:
    path = item.path.relative_to(TESTS)
    fixtures = set(getattr(item, "fixturenames", ()))
    return {
        *(marker for marker, folders in MARKED_FOLDERS.items() if any(map(path.is_relative_to, folders))),
        *(marker for marker, modules in MARKED_MODULES.items() if path.as_posix() in modules),
        *(marker for marker, names in MARKED_FIXTURES.items() if fixtures.intersection(names)),
    }


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
