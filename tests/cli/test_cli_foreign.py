"""A file given to the wrong command: what it is, and which command reads it."""

import json
from pathlib import Path

import pytest
from bodies import metrics_body

REMEDIES = {
    "snapshot": "gate check --policy POLICY --snapshot",
    "metrics body": "gate check --policy POLICY --snapshot",
    "result": "gate render",
    "policy": "gate policy check",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """One file of each kind, by what it is called."""
    from gate.cli import run
    from gate.sandbox.server import Sandbox

    folder = tmp_path_factory.mktemp("kinds")
    found = {kind: folder / f"{kind.replace(' ', '-')}.json" for kind in REMEDIES}
    found["policy"].write_text(
        "version: 1\nrules:\n  - id: launch\n    metric: LAUNCH/*\n    fail: '> +10%'\n"
    )
    found["metrics body"].write_text(json.dumps(metrics_body((900, 905, 899, 907))), encoding="utf-8")
    with Sandbox("healthy") as sandbox, pytest.MonkeyPatch.context() as environment:
        environment.setenv("ASC_KEY_ID", sandbox.key_id)
        environment.setenv("ASC_ISSUER_ID", sandbox.issuer_id)
        environment.setenv("ASC_PRIVATE_KEY", sandbox.private_key)
        named = ["--app", sandbox.app, "--base-url", sandbox.url, "--out", str(found["snapshot"])]
        assert run(["fetch", *named]) == 0
    judged = ["--policy", str(found["policy"]), "--snapshot", str(found["metrics body"])]
    assert run(["check", *judged, "--json", str(found["result"]), "--quiet"]) == 0
    return found


READERS = {
    "result": (
        ("render", "FILE"),
        ("show", "LAUNCH/launchTime", "--result", "FILE"),
        ("merge", "FILE"),
    ),
    "policy": (
        ("policy", "check", "FILE"),
        ("policy", "show", "FILE"),
        ("matrix", "FILE"),
        ("check", "--policy", "FILE"),
        ("fetch", "--out", "-", "--policy", "FILE"),
    ),
}


@pytest.mark.parametrize(
    ("wanted", "command", "given"),
    [
        (wanted, command, given)
        for wanted, commands in READERS.items()
        for command in commands
        for given in REMEDIES
        if given != wanted
    ],
)
def test_a_file_of_another_kind_is_named_with_the_command_that_reads_it(gate, files, wanted, command, given):
    file = files[given]
    code, out, err = gate(*(file if one == "FILE" else one for one in command))

    assert (code, out) == (2, "")
    assert f"{file} is a {given}" in err.replace(" of this tool", "")
    assert f"not a {wanted}" in err
    assert REMEDIES[given] in err
    assert str(file) in err.partition("What to do:")[2]


@pytest.mark.parametrize(
    "command", [("check", "--policy", "POLICY"), ("show", "LAUNCH/launchTime"), ("signatures",)]
)
@pytest.mark.parametrize("given", ["result", "policy"])
def test_what_is_no_snapshot_is_named_with_what_reads_it(gate, files, command, given):
    arguments = [files["policy"] if one == "POLICY" else one for one in command]
    code, out, err = gate(*arguments, "--snapshot", files[given])

    assert (code, out) == (2, "")
    assert f"{files[given]} is a {given}" in err
    assert "not a snapshot" in err
    assert f"{REMEDIES[given]} {files[given]}" in err.partition("What to do:")[2]


def test_data_that_can_not_be_read_is_no_wrong_usage(gate, files, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<html><body>Sign in</body></html>", encoding="utf-8")
    code, _, err = gate("check", "--policy", files["policy"], "--snapshot", page)

    assert code == 4
    assert "This is a web page, not a snapshot" in err


@pytest.mark.parametrize("kind", ["snapshot", "metrics body"])
def test_what_was_measured_is_read_where_a_snapshot_is_wanted(gate, files, kind):
    assert gate("check", "--policy", files["policy"], "--snapshot", files[kind], "--quiet")[0] == 0


def test_a_link_is_not_followed_to_say_what_it_leads_to(gate, files, tmp_path):
    link = Path(tmp_path / "result.json")
    link.symlink_to(files["snapshot"])
    code, _, err = gate("merge", link)

    assert code == 2
    assert "no ordinary file" in err
