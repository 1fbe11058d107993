"""CODEOWNERS by GitHub's rules."""

import time

import pytest

from gate.source.owners import MOST_CHARACTERS, parse

DOCUMENTED = r"""
# This is a comment.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
"""
"""The example of GitHub's documentation, without its comments."""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README", ("@global-owner1", "@global-owner2")),
        ("src/app.js", ("@js-owner",)),
        ("main.go", ("docs@example.com",)),
        ("a/b/c.txt", ("@octo-org/octocats",)),
        ("build/logs/x/y", ("@octocat",)),
        ("src/docs/getting-started.md", ("@global-owner1", "@global-owner2")),
        ("docs/getting-started.md", ("@doctocat",)),
        ("docs/build-app/troubleshooting.md", ("@doctocat",)),
        ("scripts/x", ("@doctocat", "@octocat")),
        ("deeply/nested/logs/y", ("@octocat",)),
        ("apps/x", ("@octocat",)),
        ("apps/github/x", ()),
    ],
)
def test_the_documented_example_means_what_github_says(path, owners):
    assert parse(DOCUMENTED).of(path) == owners


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("*", ["a", "a/b"], []),
        ("*.swift", ["a.swift", "a/b.swift"], ["a.swiftx", "swift"]),
        ("/*", ["a"], ["a/b"]),
        ("/*.swift", ["a.swift"], ["b/a.swift"]),
        ("docs/*", ["docs/a"], ["docs/a/b", "x/docs/a", "docs"]),
        ("docs/", ["docs/a", "docs/a/b", "x/docs/a"], ["docs", "docsx/a"]),
        ("/docs/", ["docs/a", "docs/a/b"], ["x/docs/a", "docs"]),
        ("docs", ["docs", "docs/a", "x/docs/a"], ["docsx"]),
        ("/docs", ["docs", "docs/a"], ["x/docs"]),
        ("a/b", ["a/b", "a/b/c"], ["x/a/b", "a/bc"]),
        ("**/b", ["b", "a/b", "a/c/b/d"], ["ab"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "x/a/b"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b/z"], ["ab", "x/a/b"]),
        ("a?c", ["abc", "x/abc"], ["ac", "a/c", "abbc"]),
        ("a*c", ["ac", "abbc"], ["a/c"]),
        ("a**c", ["abc"], ["a/b/c"]),
        (r"with\ blank.md", ["with blank.md"], ["with"]),
        ("Straße/*.m", ["Straße/a.m"], ["Strasse/a.m"]),
        ("A.swift", ["A.swift"], ["a.swift"]),
    ],
)  # fmt: skip
def test_patterns_match_as_github_says(pattern, matching, others):
    owners = parse(f"{pattern} @me")

    assert [path for path in [*matching, *others] if owners.of(path)] == matching


def test_the_last_line_that_matches_wins():
    assert parse("*.m @first\n/a/ @second\n*.m @third\n").of("a/b.m") == ("@third",)


def test_a_line_without_owners_takes_a_path_out():
    assert parse("* @all\n/vendored/\n").of("vendored/a.m") == ()


@pytest.mark.parametrize(
    "line",
    [
        "!a.m @me",
        "[ab].m @me",
        r"\#a.m @me",
        "a.m me",
        "a.m @me not-an-owner",
        "a.m @a/b/c",
        "# a.m @me",
        "a.m @",
    ],
)
def test_a_line_that_github_skips_is_skipped(line):
    assert parse(f"* @all\n{line}\n").of("a.m") == ("@all",)


def test_names_in_comments_are_no_owners():
    assert parse("a.m @me # ask @you first\n").of("a.m") == ("@me",)


def test_a_file_that_github_does_not_read_names_nobody():
    assert parse("* @all\n" + " " * MOST_CHARACTERS).of("a.m") == ()


@pytest.mark.parametrize("pattern", ["*a" * 2000, "**/" * 2000 + "b", "/**/a" * 1000, "?*" * 2000])
def test_a_hostile_pattern_takes_no_time(pattern):
    path = "/".join(["a" * 200] * 20)
    start = time.process_time()
    parse(f"{pattern} @me").of(path)

    assert time.process_time() - start < 5
