"""The Dockerfile: small, by digest and hash, and not run as root. ``.ci/image`` carries out its build stage."""

import fnmatch
import re
import shlex

import pytest

DIGEST = re.compile(r"python:3\.12-slim-trixie@sha256:[0-9a-f]{64}")


@pytest.fixture(scope="module")
def stages(root):
    """The instructions of each stage, as (name, argument), the base first."""
    text = re.sub(r"\\\n", " ", (root / "Dockerfile").read_text(encoding="utf-8"))
    found = re.findall(r"^([A-Z]+) +(.+)$", text, re.MULTILINE)
    starts = [index for index, (name, _) in enumerate(found) if name == "FROM"]
    return [found[start:end] for start, end in zip(starts, [*starts[1:], len(found)], strict=True)]


def arguments(stage, name):
    return [argument for found, argument in stage if found == name]


def test_both_stages_have_one_base_named_by_digest(stages):
    bases = {argument.partition(" AS ")[0] for stage in stages for argument in arguments(stage, "FROM")}

    assert len(stages) == 2
    assert len(bases) == 1
    assert DIGEST.fullmatch(*bases)


def test_the_image_is_not_run_as_root_and_has_one_entry_point(stages):
    assert arguments(stages[-1], "USER") == ["10001:10001"]
    assert arguments(stages[-1], "ENTRYPOINT") == ['["gate"]']
    assert arguments(stages[-1], "CMD") == []


def test_the_image_holds_the_environment_and_nothing_else_of_the_build(stages):
    assert arguments(stages[-1], "COPY") == ["--from=build /opt/gate /opt/gate"]
    assert arguments(stages[-1], "RUN") == []
    assert not any(name == "ADD" for stage in stages for name, _ in stage)


def test_every_package_is_installed_by_hash_or_from_this_checkout(stages):
    commands = [
        part for run in arguments(stages[0], "RUN") for part in run.split("&&") if " install " in part
    ]

    assert len(commands) == 3
    assert all("--require-hashes" in command or "--no-index" in command for command in commands)


def test_what_is_copied_is_there_and_is_sent_to_the_builder(stages, root):
    lines = (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = [line[1:] for line in lines if line.startswith("!")]
    sources = [source for copy in arguments(stages[0], "COPY") for source in shlex.split(copy)[:-1]]

    assert "*" in lines
    assert sorted(sources) == sorted(allowed)
    assert all((root / source).exists() for source in sources)


def test_nothing_secret_is_sent_to_the_builder(root):
    lines = (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = [line[1:] for line in lines if line.startswith("!")]

    assert allowed
    for name in (".git", ".venv", "AuthKey_ABCDE12345.p8", "snapshot.json", "tests"):
        assert not any(fnmatch.fnmatch(name, pattern) for pattern in allowed)
