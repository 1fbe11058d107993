"""Asking git about a repository that nobody has to trust."""

import os
import stat

import pytest

from gate.source.git import Git, GitFailed
from gate.source.time_limit import TimeLimit


def opened(repository):
    return Git.find(repository.folder, TimeLimit())


def test_a_folder_without_a_repository_has_none(tmp_path):
    assert Git.find(tmp_path, TimeLimit()) is None


def test_a_bare_repository_is_no_checkout(repository, tmp_path):
    repository.commit("One", {"a": "1"})
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare"))

    assert Git.find(tmp_path / "bare", TimeLimit()) is None


def test_git_answers(repository):
    commit = repository.commit("One", {"a": "1"})
    git = opened(repository)

    assert git.line("rev-parse", "HEAD") == commit
    assert git.text("cat-file", "blob", "HEAD:a") == "1"
    assert git.line("rev-parse", "--verify", "--quiet", "nothing") == ""


def test_a_failure_is_told(repository):
    with pytest.raises(GitFailed, match="git cat-file failed"):
        opened(repository).text("cat-file", "blob", "HEAD:a")


def test_without_git_there_is_an_answer_as_well(repository, monkeypatch):
    monkeypatch.setenv("PATH", str(repository.folder))

    with pytest.raises(GitFailed, match="git is not installed here"):
        opened(repository)


def test_time_has_an_end(repository):
    ticks = iter((0.0, 0.0, 0.0, 99.0, 99.0))
    git = Git.find(repository.folder, TimeLimit(60.0, clock=lambda: next(ticks)))

    with pytest.raises(GitFailed, match="takes too long"):
        git.text("version")


def test_a_program_that_does_not_end_is_ended(repository, tmp_path, monkeypatch):
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec tail -f /dev/null\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)

    ticks = iter((0.0, 59.99, 60.0))  # made, asked with hardly any time left, and ended

    with pytest.raises(GitFailed, match="takes too long"):
        Git.find(repository.folder, TimeLimit(60.0, clock=lambda: next(ticks)))
    assert next(ticks, None) is None


def test_an_answer_without_end_is_cut_off(repository, tmp_path, monkeypatch):
    git = opened(repository)
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\nexec cat /dev/zero\n")
    program.chmod(0o755)
    monkeypatch.setattr("gate.source.git.MOST_BYTES", 1000)

    with pytest.raises(GitFailed, match="prints more than"):
        Git(repository.folder, TimeLimit(), str(program)).text("log")
    assert git is not None


HOSTILE = (
    ("core.fsmonitor", "{program}"),
    ("core.pager", "{program}"),
    ("diff.external", "{program}"),
    ("diff.hostile.textconv", "{program}"),
    ("diff.hostile.command", "{program}"),
    ("filter.hostile.clean", "{program}"),
    ("filter.hostile.smudge", "{program}"),
    ("gpg.program", "{program}"),
    ("log.showSignature", "true"),
    ("core.hooksPath", "{folder}"),
    ("core.sshCommand", "{program}"),
    ("credential.helper", "!{program}"),
    ("core.attributesFile", "{folder}/attributes"),
    ("mailmap.file", "{folder}/fifo"),
    ("diff.orderFile", "{folder}/fifo"),
    ("remote.origin.url", "ext::{program}"),
    ("remote.origin.promisor", "true"),
    ("remote.origin.partialclonefilter", "blob:none"),
    ("extensions.partialClone", "origin"),
)
"""Configuration that has git run a program, or wait for ever."""


def test_a_hostile_repository_runs_nothing(repository, tmp_path):
    witness = tmp_path / "witness"
    program = tmp_path / "hostile"
    program.write_text(f"#!/bin/sh\necho ran >> {witness}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    for hook in ("post-index-change", "post-checkout", "fsmonitor-watchman", "reference-transaction"):
        (tmp_path / hook).symlink_to(program)
    os.mkfifo(tmp_path / "fifo")
    repository.commit("One", {"a.m": "1\n", ".gitattributes": "* diff=hostile filter=hostile\n"}, tag="v1")
    repository.commit("Two", {"a.m": "2\n"}, tag="v2")
    for name, value in HOSTILE:
        repository.git("config", name, value.format(program=program, folder=tmp_path))
    git = opened(repository)
    missing = "1" * 40

    assert "Two" in git.text("log", "--format=%s%G?", "-L1,1:a.m", "--no-patch", "v1..v2")
    assert "Two" in git.text("log", "--format=%s", "--follow", "v1..v2", "--", "a.m")
    assert "a.m" in git.text("diff-tree", "-r", "--no-ext-diff", "--no-textconv", "v1", "v2")
    assert "a.m" in git.text("ls-tree", "-r", "HEAD")
    assert git.line("cat-file", "blob", missing) == ""
    assert not witness.exists()


def test_the_witness_of_hostile_programs_does_speak(repository, tmp_path):
    """The test above proves nothing if its programs would not run anyway."""
    witness = tmp_path / "witness"
    program = tmp_path / "hostile"
    program.write_text(f"#!/bin/sh\necho ran >> {witness}\n")
    program.chmod(0o755)
    repository.commit("One", {"a.m": "1\n"}, tag="v1")
    repository.commit("Two", {"a.m": "2\n"}, tag="v2")
    repository.git("config", "diff.external", str(program))
    repository.git("diff", "--ext-diff", "v1", "v2")

    assert witness.exists()


def test_nothing_of_the_callers_environment_reaches_git(repository, tmp_path, monkeypatch):
    commit = repository.commit("One", {"a": "1"})
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "nonsense")
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))

    assert opened(repository).line("rev-parse", "HEAD") == commit
    assert not (tmp_path / "trace").exists()


def test_a_checkout_of_another_user_can_be_read(repository):
    commit = repository.commit("One", {"a": "1"})
    if os.getuid() != 0:
        pytest.skip("only root can give a folder away")
    for folder, _, _ in os.walk(repository.folder):
        os.chown(folder, 65534, 65534)

    assert opened(repository).line("rev-parse", "HEAD") == commit


def test_looking_leaves_a_repository_as_it_is(repository):
    repository.commit("One", {"a": "1"}, tag="v1")
    before = {path: path.stat().st_mtime_ns for path in repository.folder.rglob("*")}
    git = opened(repository)
    git.text("ls-tree", "-r", "HEAD")
    git.text("log", "HEAD")

    assert {path: path.stat().st_mtime_ns for path in repository.folder.rglob("*")} == before
