"""`gate signatures`, `--checkout`, and the demo's call trees."""

import json
import shutil

import pytest

from gate.cli.fetch_progress import FetchLog
from gate.publish.hosts import repository_address
from gate.sandbox.example_repository import build
from gate.sandbox.server import Sandbox
from gate.snapshot.format import Request

NEW_HANG = "LibraryIndex.rebuildIfNeeded()"


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A snapshot of the sandbox's story, and a repository of its app."""
    from gate.cli import run

    folder = tmp_path_factory.mktemp("saved")
    snapshot = folder / "snapshot.json"
    with Sandbox("regressed") as sandbox, pytest.MonkeyPatch.context() as environment:
        environment.setenv("ASC_KEY_ID", sandbox.key_id)
        environment.setenv("ASC_ISSUER_ID", sandbox.issuer_id)
        environment.setenv("ASC_PRIVATE_KEY", sandbox.private_key)
        assert run(["fetch", "--app", sandbox.app, "--base-url", sandbox.url, "--out", str(snapshot)]) == 0
    assert build(folder / "checkout") == ""
    return folder


@pytest.fixture
def look(gate, saved):
    """Run `gate signatures` on the saved snapshot."""
    return lambda *arguments: gate("signatures", "--snapshot", saved / "snapshot.json", *arguments)


# --- lists ------------------------------------------------------------------------------------------


def test_signatures_are_listed_with_those_that_are_gone(look):
    code, out, _ = look()

    assert code == 0
    assert "LibraryIndex" in out
    assert "AlbumListViewModel" in out.replace("\n", "")
    assert "gone" in out


def test_a_checkout_tells_line_owner_and_suspects(look, saved):
    _, out, _ = look("--checkout", saved / "checkout", "--id", "HANGS/1")

    assert "Source: Sources/Library/CatalogueCoder.swift:56 at v3.4" in out
    assert "Owner: @example/library" in out
    assert "- #421 Decode the catalogue in one piece (Robin Okafor, 2026-07-12) touched the function" in out
    assert "- #418 Show the whole library on the first screen (Robin Okafor, 2026-07-09)" in out


def test_the_policy_narrows_the_list(look, tmp_path):
    policy = tmp_path / "perf.yml"
    policy.write_text(
        'version: 1\nrules: [{id: a, metric: "LAUNCH/*", fail: "> +10%"}]\nsignatures: {types: [DISK_WRITES], top: 1}\n'
    )
    _, out, _ = look("--policy", policy)

    assert "ImportJournal" in out
    assert "LibraryIndex" not in out
    assert "LAUNCHES" in look("--policy", policy, "--type", "LAUNCHES")[1]


def test_a_build_without_signatures_says_so(gate, sandboxed):
    with sandboxed("fault-no-diagnostics") as sandbox:
        code, out, _ = gate("signatures", "--app", sandbox.app)

    assert code == 0
    assert "Diagnostic signatures are missing" in " ".join(out.split())


def test_the_overview_of_the_app_stands_in(gate, sandboxed):
    with sandboxed("fault-no-diagnostics") as sandbox:
        _, out, _ = gate("signatures", "--app", sandbox.app, "--id", "HANGS/1")

    assert "Apple lists it among the top hangs of the app, counted 2417 times." in out
    assert "Apple's overview names: LibraryIndex.rebuildIfNeeded()" in out


# --- one of them ------------------------------------------------------------------------------------


def identity(look):
    _, out, _ = look("--id", "HANGS/1")
    (line,) = [line for line in out.splitlines() if line.startswith("Id: ")]
    name, _, mark = line.removeprefix("Id: ").partition(", fingerprint ")
    return name, mark


def test_a_signature_is_named_by_id_beginning_fingerprint_or_rank(look):
    name, mark = identity(look)

    for word in (name, name[:8], mark, "HANGS/1", "hangs/1"):
        code, out, _ = look("--id", word)
        assert code == 0
        assert out.startswith(f"HANGS 1: {NEW_HANG}, 38%, new\n")


@pytest.mark.parametrize("name", ["HANGS/9", "nothing", "f", "LAUNCHES"])
def test_a_name_of_no_signature_is_wrong_usage(look, name):
    code, out, err = look("--id", name)

    assert (code, out) == (2, "")
    assert "HANGS/1" in err


def test_one_tree_is_drawn(look):
    _, out, _ = look("--id", "HANGS/1", "--tree")

    assert "159 samples in 2 logs; * is the blame path" in out
    assert (
        "   55% *       + JSONDecoder.decodeCatalogue(_:from:) [ExamplePhotos] CatalogueCoder.swift:56" in out
    )


def test_all_trees_are_drawn(look):
    assert look("--tree")[1].count("* is the blame path") == 7


def test_a_log_that_failed_costs_its_stack_and_is_said(gate, saved, tmp_path):
    snapshot = json.loads((saved / "snapshot.json").read_text())
    logs = [exchange for exchange in snapshot["exchanges"] if exchange["call"] == "logs"]
    logs[0] |= {"status": 503, "body": "", "problem": "App Store Connect is down"}
    (tmp_path / "snapshot.json").write_text(json.dumps(snapshot))
    code, out, _ = gate("signatures", "--snapshot", tmp_path / "snapshot.json", "--tree")

    assert code == 0
    assert out.count("Call stacks are missing:") == 1
    assert out.count("* is the blame path") == 6


# --- files ------------------------------------------------------------------------------------------


def test_trees_are_written_for_tools_and_browsers(look, tmp_path):
    speedscope, folded, page = tmp_path / "a.json", tmp_path / "a.folded", tmp_path / "a.html"
    code, _, _ = look("--speedscope", speedscope, "--folded", folded, "--flamegraph", page)

    assert code == 0
    assert len(json.loads(speedscope.read_text())["profiles"]) == 7
    assert folded.read_text().startswith(f"HANGS 1: {NEW_HANG};start [dyld];")
    assert page.read_text().count("<figure") == 7


def test_one_tree_is_written(look, tmp_path):
    look("--id", "HANGS/2", "--speedscope", tmp_path / "a.json")

    (profile,) = json.loads((tmp_path / "a.json").read_text())["profiles"]
    assert profile["name"] == "HANGS 2: ThumbnailCache.decode(_:size:)"


def test_a_file_on_standard_output_is_alone_there(look):
    assert json.loads(look("--speedscope", "-")[1])["profiles"]
    stacks = look("--folded", "-")[1].splitlines()
    assert stacks
    assert all(line.rpartition(" ")[2].isdecimal() for line in stacks)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--speedscope", "-", "--folded", "-"),
        ("--folded", "no/such/folder/x"),
        ("--checkout", "absent"),
        ("--top", "0"),
    ],
)
def test_wrong_usage_exits_with_2(look, arguments):
    code, out, err = look(*arguments)

    assert (code, out) == (2, "")
    assert err


# --- check and demo ---------------------------------------------------------------------------------


def test_check_takes_a_checkout(gate, policy_file, saved, environment):
    environment.setenv("GITHUB_SERVER_URL", "https://github.com")
    environment.setenv("GITHUB_REPOSITORY", "example/photos")
    snapshot = saved / "snapshot.json"
    code, out, _ = gate(
        "check",
        "--policy",
        policy_file,
        "--snapshot",
        snapshot,
        "--checkout",
        saved / "checkout",
        "--json",
        "-",
    )
    place = json.loads(out)["signatures"][0]["source"]

    assert code == 1
    assert place["url"] == (
        "https://github.com/example/photos/blob/v3.4/Sources/Library/CatalogueCoder.swift#L56"
    )
    assert [suspect["pull_request"] for suspect in place["suspects"]] == [421, 430, 418]


def test_a_checkout_changes_no_verdict(gate, policy_file, saved, tmp_path):
    arguments = ("check", "--policy", policy_file, "--snapshot", saved / "snapshot.json", "--json", "-")
    plain, looked_up, empty = (
        gate(*arguments, *more) for more in ((), ("--checkout", saved / "checkout"), ("--checkout", tmp_path))
    )
    results = [json.loads(out) for _, out, _ in (plain, looked_up, empty)]

    assert plain[0] == looked_up[0] == empty[0]
    assert results[0]["receipt"] | {"judged_at": ""} == results[1]["receipt"] | {"judged_at": ""}
    assert [one["level"] for one in results[0]["signatures"]] == [
        one["level"] for one in results[1]["signatures"]
    ]
    assert (
        results[2]["signatures"][0]["source"]["problem"] == "The checkout has no file CatalogueCoder.swift."
    )


@pytest.mark.usefixtures("environment")
def test_the_demo_goes_from_the_stack_to_the_suspects(gate, tmp_path):
    code, out, _ = gate("demo", "--out", tmp_path / "out")
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    place = result["signatures"][0]["source"]

    assert code == 0
    assert (place["path"], place["line"]) == ("Sources/Library/CatalogueCoder.swift", 56)
    assert place["owners"] == ["@example/library"]
    assert [one["touched"] for one in place["suspects"]] == ["function", "file", "caller"]
    assert all(one["source"]["path"] for one in result["signatures"])
    for name in ("checkout", "signatures.html", "signatures.speedscope.json"):
        assert (tmp_path / "out" / name).exists()
        assert str(tmp_path / "out" / name) in out


@pytest.mark.usefixtures("environment")
def test_the_demo_works_twice_in_one_folder(gate, tmp_path):
    gate("demo", "--out", tmp_path / "out")
    first = (tmp_path / "out" / "signatures.html").read_text()
    gate("demo", "--out", tmp_path / "out")

    assert (tmp_path / "out" / "signatures.html").read_text() == first


def test_the_demo_says_when_there_is_no_git(gate, environment, tmp_path):
    environment.setenv("PATH", str(tmp_path))
    code, out, err = gate("demo", "--out", tmp_path / "out")

    assert code == 0
    assert "no suspects: git is not installed" in err
    assert "checkout" not in out.partition("Written:")[2]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / "mine").write_text("mine")

    assert "something else" in build(tmp_path / "checkout")
    assert [file.name for file in (tmp_path / "checkout").iterdir()] == ["mine"]


def test_the_repository_of_the_demo_is_always_the_same(saved, tmp_path):
    build(tmp_path / "again")
    refs = [folder / ".git" / "refs" / "tags" / "v3.4" for folder in (saved / "checkout", tmp_path / "again")]

    assert refs[0].read_text() == refs[1].read_text()
    assert not [name for name in tmp_path.iterdir() if name.name.startswith(".")]
    shutil.rmtree(tmp_path / "again")


# --- around it --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server", "name", "address"),
    [
        ("https://github.com", "example/photos", "https://github.com/example/photos"),
        ("https://git.example.com:8443", "a.b/c_d-e", "https://git.example.com:8443/a.b/c_d-e"),
        ("", "example/photos", ""),
        ("https://github.com", "", ""),
        ("javascript:alert(1)", "example/photos", ""),
        ("https://github.com", "example/photos) [x](https://evil.example", ""),
        ("https://user:secret@github.com", "example/photos", ""),
    ],
)
def test_the_address_of_the_repository_is_what_actions_say(server, name, address):
    assert repository_address({"GITHUB_SERVER_URL": server, "GITHUB_REPOSITORY": name}) == address


def test_a_long_fetch_shows_signs_of_life():
    said, ends = [], iter([False, False, True])
    log = FetchLog(said.append, every=5.0, is_done_after=lambda _: next(ends))
    log.count_answer(Request(path="/v1/apps"), {})
    with log:
        pass

    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in said] == [
        f"gate: asking App Store Connect for {seconds} s: 1 answer, the last one from /v1/apps"
        for seconds in (5, 10)
    ]


def test_a_quick_fetch_says_nothing():
    said = []
    with FetchLog(said.append):
        pass

    assert said == []
