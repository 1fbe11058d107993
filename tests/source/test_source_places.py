"""From the file that a frame names to a file of the repository."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.source.places import MOST_CANDIDATES, Files

FILES = Files(
    [
        "App.swift",
        "Sources/App/App.swift",
        "Sources/Library/Index.swift",
        "Sources/Import/Journal.m",
        "Legacy/Import/Journal.m",
        "Sources/übersicht.swift",
    ]
)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Sources/Library/Index.swift", "Sources/Library/Index.swift"),
        ("Index.swift", "Sources/Library/Index.swift"),
        ("Library/Index.swift", "Sources/Library/Index.swift"),
        ("/Users/ci/build/Sources/Library/Index.swift", "Sources/Library/Index.swift"),
        ("./Sources//Library/Index.swift", "Sources/Library/Index.swift"),
        (r"C:\build\Sources\Library\Index.swift", "Sources/Library/Index.swift"),
        ("App.swift", "App.swift"),
        ("/Users/ci/Sources/App/App.swift", "Sources/App/App.swift"),
        ("/Users/ci/App.swift", "App.swift"),
        ("Legacy/Import/Journal.m", "Legacy/Import/Journal.m"),
        ("übersicht.swift", "Sources/übersicht.swift"),
    ],
)
def test_a_file_is_found_by_its_path_or_by_the_only_one_that_fits(name, path):
    assert FILES.find(name).path == path


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("Journal.m", ("Sources/Import/Journal.m", "Legacy/Import/Journal.m")),
        ("Import/Journal.m", ("Sources/Import/Journal.m", "Legacy/Import/Journal.m")),
        ("Other/Index.swift", ("Sources/Library/Index.swift",)),
        ("/Users/ci/Pods/Kit/Index.swift", ("Sources/Library/Index.swift",)),
    ],
)
def test_candidates_are_named_when_none_surely_is_the_one(name, candidates):
    assert (FILES.find(name).path, FILES.find(name).candidates) == ("", candidates)


@pytest.mark.parametrize(
    "name",
    [
        "index.swift",
        "dex.swift",
        "Index",
        "",
        "/",
        ".",
        "..",
        "../Index.swift",
        "Sources/../Sources/Library/Index.swift",
    ],
)
def test_what_is_no_path_of_the_repository_leads_nowhere(name):
    assert FILES.find(name).path == ""


def test_candidates_are_not_without_end():
    many = Files(f"folder{n}/Index.swift" for n in range(100))

    assert len(many.find("Index.swift").candidates) == MOST_CANDIDATES


@given(st.text(alphabet="ab/.\\", max_size=12))
def test_a_place_is_always_a_file_of_the_repository(name):
    paths = ["a", "b/a", "a/b/a", "b"]
    place = Files(paths).find(name)

    assert place.path in ("", *paths)
    assert set(place.candidates) <= set(paths)
