"""``gate policy`` on a policy of several files."""

import io
import re
import sys

import pytest

BASE = 'version: 1\nrules:\n  - {id: launch, metric: LAUNCH/*, fail: "> +10%"}\n'


def write_repository(root, extends="../shared/base.yml"):
    """A repository with a policy that extends another one; gives the policy's path."""
    for folder in (".git", "ios", "shared"):
        (root / folder).mkdir()
    (root / "shared/base.yml").write_text(BASE)
    policy = root / "ios/perf.yml"
    policy.write_text(f"version: 1\nextends: {extends}\nrules:\n  - {{id: launch, owner: Ann}}\n")
    return policy


def test_policy_show_says_where_each_value_comes_from(gate, tmp_path, monkeypatch):
    write_repository(tmp_path)
    monkeypatch.chdir(tmp_path)
    shown = gate("policy", "show", "ios/perf.yml")[1]

    assert re.search(r"id: launch +# ios/perf.yml:4$", shown, re.MULTILINE)
    assert re.search(r"fail: '> \+10%' +# shared/base.yml:3$", shown, re.MULTILINE)
    assert re.search(r"window: 4 +# default$", shown, re.MULTILINE)


def test_a_policy_may_extend_a_file_of_its_repository(gate, tmp_path):
    assert gate("policy", "check", write_repository(tmp_path))[:2] == (
        0,
        f"{tmp_path / 'ios/perf.yml'} is valid: 1 rule.\n",
    )


def test_a_problem_of_an_extended_file_is_shown_there(gate, tmp_path):
    policy = write_repository(tmp_path)
    (tmp_path / "shared/base.yml").write_text(BASE.replace("> +10%", "> +10"))
    code, _, err = gate("policy", "check", policy)

    assert code == 2
    assert f"{tmp_path / 'shared/base.yml'}:3:42: `fail`: the unit is missing\n" in err
    assert '    |                                          ^^^^^^^\n  Write "> +10%" or "> +10 ms".\n' in err


def test_a_warning_of_an_extended_file_is_shown_there(gate, tmp_path):
    policy = write_repository(tmp_path)
    (tmp_path / "shared/base.yml").write_text(BASE.replace("LAUNCH/*", "LAUNCH/launchTim"))

    assert f"warning: {tmp_path / 'shared/base.yml'}:3:26: Apple" in gate("policy", "check", policy)[2]


@pytest.mark.parametrize("place", ["../../base.yml", "../outside/base.yml", "link.yml"])
def test_a_file_outside_of_the_repository_is_not_read(gate, tmp_path, place):
    outside = tmp_path / "base.yml"
    outside.write_text(BASE.replace("LAUNCH", "SECRET"))
    root = tmp_path / "app"
    root.mkdir()
    policy = write_repository(root, place)
    (root / "outside").symlink_to(tmp_path)
    (root / "ios/link.yml").symlink_to(outside)
    code, _, err = gate("policy", "check", policy)

    assert code == 2
    assert f"`extends`: {place} is outside of the repository" in err
    assert "SECRET" not in err


def test_without_a_repository_a_policy_extends_files_of_its_folder(gate, tmp_path):
    policy = write_repository(tmp_path)
    (tmp_path / ".git").rmdir()

    assert "../shared/base.yml is outside of the folder of the policy" in gate("policy", "check", policy)[2]

    (tmp_path / "ios/base.yml").write_text(BASE)
    policy.write_text(policy.read_text().replace("../shared/", ""))

    assert gate("policy", "check", policy)[0] == 0


def test_a_file_that_is_not_there_is_named(gate, tmp_path):
    (problem, *_) = gate("policy", "check", write_repository(tmp_path, "../shared"))[2].splitlines()

    assert problem.endswith("`extends`: `../shared` is neither a preset nor a YAML file")
    (tmp_path / "ios/perf.yml").write_text("version: 1\nextends: gone.yml\n")

    assert "there is no file gone.yml" in gate("policy", "check", tmp_path / "ios/perf.yml")[2]


def test_a_circle_of_files_ends(gate, tmp_path, monkeypatch):
    write_repository(tmp_path)
    (tmp_path / "shared/base.yml").write_text("version: 1\nextends: ../ios/perf.yml\n")
    monkeypatch.chdir(tmp_path)

    assert "ios/perf.yml → shared/base.yml → ios/perf.yml" in gate("policy", "check", "ios/perf.yml")[2]


def test_a_policy_from_standard_input_extends_no_file(gate, monkeypatch):
    text = io.BytesIO(b"version: 1\nextends: base.yml\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(text))
    code, _, err = gate("policy", "check", "-")

    assert code == 2
    assert "only a policy that is a file itself can extend a file" in err
