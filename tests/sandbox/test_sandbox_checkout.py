"""The repository of the example app, and why it may not be made. That it fits the signatures is tested in tests/cli."""

import os
from pathlib import Path

import pytest

from gate.sandbox.example_repository import build


def test_a_repository_is_made_once_and_then_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "checkout"
    assert build(folder) == ""
    (folder / "own").write_text("a change of one's own")

    assert build(folder) == ""
    assert (folder / "own").exists()
    assert list(tmp_path.iterdir()) == [folder]


def test_something_else_in_its_place_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "checkout").write_text("")

    assert build(tmp_path / "checkout").endswith("checkout is something else")


def test_without_git_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert build(tmp_path / "checkout") == "git is not installed"


def test_a_git_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs, work = tmp_path / "programs", tmp_path / "work"
    programs.mkdir()
    work.mkdir()
    (programs / "git").write_text("#!/bin/sh\nexit 1\n")
    (programs / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)

    assert build(work / "checkout").startswith("it could not be made: ")
    assert list(work.iterdir()) == []
