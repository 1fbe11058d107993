"""From the frame that is to blame to the file, its owner and the suspects."""

import os
from pathlib import Path

import msgspec
import pytest

from gate.errors import UsageError
from gate.model.facts import Frame
from gate.model.result import SignatureFinding
from gate.source import enrich_findings
from gate.source.checkout import Checkout, VersionTags
from gate.source.git import Git, GitFailed
from gate.source.time_limit import TimeLimit
from gate.source.trees import CommitTree, FolderTree

CODE = "import Foundation\n\nfunc load() {\n    read()\n    write()\n}\n"
"""`load` has the lines 3 to 6."""

WEB = "https://github.com/example/photos"


def finding(*frames, **fields):
    return SignatureFinding(
        type="HANGS",
        id="1",
        text="App: load()",
        level="note",
        change="new",
        rank=1,
        weight=0.5,
        baseline_weight=None,
        direction="",
        sentence="It hangs.",
        blame=frames,
        **fields,
    )


def opened(repository):
    return Git.find(repository.folder, TimeLimit())


def frame(file, line=4, symbol="load()"):
    return Frame(depth=0, symbol=symbol, binary="App", file=file, line=line)


def look(checkout, *frames, candidate="2", baseline="1", **options):
    """The place of one signature, and the notes."""
    folder = checkout if isinstance(checkout, Path) else checkout.folder
    traced = enrich_findings(
        [finding(*frames or (frame("Store.swift"),))],
        folder,
        candidate=candidate,
        baseline=baseline,
        **options,
    )
    return traced.findings[0].source, traced.notes


@pytest.fixture
def app(repository):
    """Two versions of an app; a commit between them touched its function."""
    repository.commit(
        "Before", {"Sources/Store.swift": CODE, "CODEOWNERS": "* @all\n/Sources/ @store\n"}, tag="v1"
    )
    repository.commit(
        "Write twice (#5)", {"Sources/Store.swift": CODE.replace("write()", "write(); write()")}
    )
    repository.git("tag", "v2")
    return repository


# --- the whole chain --------------------------------------------------------------------------------


def test_a_frame_leads_to_line_owner_and_suspects(app):
    place, notes = look(app, web=WEB)

    assert (place.path, place.line, place.function_lines) == ("Sources/Store.swift", 4, (3, 6))
    assert (place.revision, place.url) == ("v2", f"{WEB}/blob/v2/Sources/Store.swift#L4")
    assert place.owners == ("@store",)
    (suspect,) = place.suspects
    assert (suspect.touched, suspect.pull_request, suspect.url) == ("function", 5, f"{WEB}/pull/5")
    assert (place.problem, place.owners_problem, place.suspects_problem, notes) == ("", "", "", ())


def test_a_suspect_without_a_pull_request_leads_to_its_commit(app):
    commit = app.commit("Plain", {"Sources/Store.swift": CODE.replace("read()", "readAll()")}, tag="v3")
    place, _ = look(app, candidate="3", baseline="2", web=WEB)

    assert [suspect.url for suspect in place.suspects] == [f"{WEB}/commit/{commit}"]


def test_without_an_address_there_are_no_links(app):
    place, _ = look(app)

    assert (place.url, place.suspects[0].url) == ("", "")


def test_a_path_in_a_link_is_quoted(app):
    app.commit("Odd", {"Sources/a b#?.swift": CODE}, tag="v3")
    place, _ = look(app, frame("a b#?.swift"), candidate="3", web=WEB)

    assert place.url == f"{WEB}/blob/v3/Sources/a%20b%23%3F.swift#L4"


def test_what_is_seen_twice_is_looked_up_once_and_told_twice(app):
    one = finding(frame("Store.swift"))
    traced = enrich_findings([one, one], app.folder, candidate="2", baseline="1")

    assert traced.findings[0].source == traced.findings[1].source


def test_signatures_without_a_file_need_no_checkout(app):
    found = finding(Frame(depth=0, symbol="f", blame=True))
    traced = enrich_findings([found], app.folder, candidate="2", baseline="1")

    assert traced.findings == (found,)


def test_another_name_for_tags_is_used(app):
    app.git("tag", "release/2", "v2")
    app.git("tag", "release/1", "v1")
    place, _ = look(app, tag="release/{version}", web=WEB)

    assert (place.revision, len(place.suspects)) == ("release/2", 1)
    assert place.url.startswith(f"{WEB}/blob/release/2/")


# --- which frame ------------------------------------------------------------------------------------


def test_the_deepest_frame_that_names_a_file_counts(app):
    app.commit("More", {"Sources/Other.swift": CODE}, tag="v3")
    place, _ = look(
        app, frame("Other.swift"), frame("Store.swift"), Frame(depth=0, symbol="f"), candidate="3"
    )

    assert place.frame.file == "Store.swift"


def test_a_file_of_a_dependency_leaves_it_to_the_caller(app):
    place, _ = look(app, frame("Store.swift"), frame("Vendor.swift"))

    assert (place.frame.file, place.path) == ("Store.swift", "Sources/Store.swift")


@pytest.mark.parametrize(
    ("deepest", "is_caller"),
    [
        (frame("", symbol="decode()"), True),
        (frame("Vendor.swift", symbol="decode()"), True),
        (frame("", symbol="closure #1 () in load()"), False),
        (frame("Store.swift"), False),
    ],
)
def test_a_place_that_only_calls_the_blamed_function_says_so(app, deepest, is_caller):
    frames = (frame("Store.swift"), deepest)
    traced = enrich_findings(
        [msgspec.structs.replace(finding(*frames), text=f"App: {deepest.symbol}")],
        app.folder,
        candidate="2",
        baseline="1",
    )
    place = traced.findings[0].source

    assert place.is_caller is is_caller
    assert [one.touched for one in place.suspects] == ["caller" if is_caller else "function"]


def test_a_file_that_is_nowhere_is_said(app):
    place, notes = look(app, frame("Vendor.swift"))

    assert (place.path, place.problem) == ("", "The checkout has no file Vendor.swift.")
    assert notes == ()


def test_two_files_of_one_name_are_named_and_none_is_chosen(app):
    app.commit("Twin", {"Old/Store.swift": CODE}, tag="v3")
    place, _ = look(app, candidate="3")

    assert (place.path, place.owners, place.suspects) == ("", (), ())
    assert place.problem == "It is not sure which Store.swift is meant."
    assert place.candidates == ("Old/Store.swift", "Sources/Store.swift")


def test_a_changed_caller_is_a_suspect_as_well(app):
    app.commit("Before", {"Sources/Main.swift": CODE.replace("load", "main")}, tag="v3")
    app.commit(
        "Call it more", {"Sources/Main.swift": CODE.replace("load", "main").replace("read()", "load()")}
    )
    app.git("tag", "v4")
    place, _ = look(
        app, frame("Main.swift", symbol="main()"), frame("Store.swift"), candidate="4", baseline="3"
    )

    assert [(one.touched, one.subject) for one in place.suspects] == [("caller", "Call it more")]


def test_a_line_outside_of_any_function_leaves_the_file(app):
    place, _ = look(app, frame("Store.swift", line=1))

    assert place.function_lines is None
    assert [one.touched for one in place.suspects] == ["file"]


def test_a_frame_without_a_line_leaves_the_file(app):
    place, _ = look(app, frame("Store.swift", line=None), web=WEB)

    assert place.url == f"{WEB}/blob/v2/Sources/Store.swift"
    assert [one.touched for one in place.suspects] == ["file"]


# --- then and now -----------------------------------------------------------------------------------


def test_a_file_that_was_renamed_since_is_found_where_it_is_now(app):
    app.move("Sources/Store.swift", "Sources/Library/Vault.swift")
    app.commit("Rename", {"CODEOWNERS": "* @all\n/Sources/Library/ @library\n"})
    place, _ = look(app)

    assert (place.revision_path, place.path) == ("Sources/Store.swift", "Sources/Library/Vault.swift")
    assert place.owners == ("@library",)
    assert place.suspects


def test_a_file_that_is_gone_since_is_said(app):
    (app.folder / "Sources" / "Store.swift").unlink()
    app.commit("Remove")
    place, _ = look(app, web=WEB)

    assert (place.path, place.revision_path) == ("", "Sources/Store.swift")
    assert place.problem == "Sources/Store.swift is not in the checkout any more."
    assert place.url and place.owners == ("@store",)  # noqa: PT018 - both are still known


def test_lines_are_those_of_the_version_judged(app):
    app.commit("Header", {"Sources/Store.swift": "// new\n" * 50 + CODE})
    place, _ = look(app)

    assert place.function_lines == (3, 6)


def test_a_file_that_came_later_is_not_meant(app):
    app.commit("Twin", {"Later/Store.swift": CODE})

    assert look(app)[0].path == "Sources/Store.swift"


def test_without_a_tag_the_files_of_today_count(app):
    place, notes = look(app, candidate="9")

    assert (place.path, place.revision, place.url) == ("Sources/Store.swift", "", "")
    assert place.suspects_problem == "the checkout has no tag v9"
    assert notes == ("No suspects are named: the checkout has no tag v9.",)


def test_two_missing_tags_are_both_named(app):
    assert look(app, candidate="9", baseline="8")[0].suspects_problem == (
        "the checkout has no tag v8 and no tag v9"
    )


def test_without_a_baseline_nobody_is_suspected(app):
    place, _ = look(app, baseline="")

    assert place.path == "Sources/Store.swift"
    assert place.suspects_problem == "there is no version to compare with"


def test_uncommitted_files_do_not_count(app):
    app.write("Other/Store.swift", CODE)

    assert look(app)[0].path == "Sources/Store.swift"


# --- odd checkouts ----------------------------------------------------------------------------------


def clone(app, folder, *options):
    app.git("clone", "--quiet", *options, f"file://{app.folder}", str(folder))
    return folder


def test_a_shallow_clone_is_explained(app, tmp_path):
    place, notes = look(clone(app, tmp_path / "shallow", "--depth=1"), candidate="2")

    assert (place.path, place.owners) == ("Sources/Store.swift", ("@store",))
    assert place.suspects == ()
    assert "shallow" in place.suspects_problem
    assert "`fetch-depth: 0` of actions/checkout" in notes[0]


def test_a_partial_clone_asks_for_nothing(app, tmp_path):
    app.git("config", "uploadpack.allowFilter", "true")
    folder = clone(app, tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    place, _ = look(folder)

    assert place.path == "Sources/Store.swift"
    assert place.suspects_problem == "git cat-file failed"


def test_a_folder_without_a_repository_has_files_and_owners(tmp_path):
    (tmp_path / "Sources").mkdir()
    (tmp_path / "Sources" / "Store.swift").write_text(CODE)
    (tmp_path / "CODEOWNERS").write_text("* @all\n")
    place, notes = look(tmp_path)

    assert (place.path, place.owners, place.suspects) == ("Sources/Store.swift", ("@all",), ())
    assert notes == ("No suspects are named: the checkout has no commits.",)


def test_a_repository_without_commits_is_a_folder(repository):
    repository.write("Store.swift", CODE)

    assert look(repository)[0].path == "Store.swift"


def test_without_git_a_repository_is_a_folder(app, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    place, notes = look(app)

    assert (place.path, place.owners) == ("Sources/Store.swift", ("@store",))
    assert notes == ("No suspects are named: git is not installed here.",)


def test_a_folder_of_a_repository_hides_the_rest_of_it(app):
    app.commit("Outside", {"Tools/Store.swift": CODE, "Tools/Tool.swift": CODE}, tag="v3")
    inside, _ = look(app.folder / "Sources", candidate="3", web=WEB)
    outside, _ = look(app.folder / "Sources", frame("Tool.swift"), candidate="3")

    assert (inside.path, inside.owners) == ("Sources/Store.swift", ("@store",))
    assert inside.url == f"{WEB}/blob/v3/Sources/Store.swift#L4"
    assert outside.path == ""


@pytest.mark.parametrize("location", [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"])
def test_owners_are_looked_for_where_github_does(repository, location):
    repository.commit("One", {"Store.swift": CODE, location: "* @here\n"}, tag="v2")

    assert look(repository)[0].owners == ("@here",)


def test_the_first_owners_file_counts(repository):
    files = {"Store.swift": CODE, "CODEOWNERS": "* @root\n", ".github/CODEOWNERS": "* @github\n"}
    repository.commit("One", files, tag="v2")

    assert look(repository)[0].owners == ("@github",)


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({}, "there is no CODEOWNERS file"),
        ({"CODEOWNERS": "*.m @legacy\n"}, "CODEOWNERS names nobody for it"),
        ({"CODEOWNERS": "* @all\n" + "#" * 5_000_000}, "CODEOWNERS names nobody for it"),
    ],
)
def test_why_nobody_is_named_is_said(repository, files, problem):
    repository.commit("One", {"Store.swift": CODE} | files, tag="v2")

    assert (look(repository)[0].owners, look(repository)[0].owners_problem) == ((), problem)


def test_a_symbolic_link_in_a_commit_is_no_file(app, tmp_path):
    secret = tmp_path / "Secret.swift"
    secret.write_text(CODE)
    (app.folder / "Secret.swift").symlink_to(secret)
    (app.folder / ".github").mkdir()
    (app.folder / ".github" / "CODEOWNERS").symlink_to("../CODEOWNERS")
    app.commit("Link", tag="v3")

    assert look(app, frame("Secret.swift"), candidate="3")[0].path == ""
    assert look(app, candidate="3")[0].owners == ("@store",)


def test_a_symbolic_link_in_a_folder_is_no_file(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "Secret.swift").write_text(CODE)
    (outside / "CODEOWNERS").write_text("* @outside\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "Secret.swift").symlink_to(outside / "Secret.swift")
    (inside / "folder").symlink_to(outside)
    (inside / "CODEOWNERS").symlink_to(outside / "CODEOWNERS")
    os.mkfifo(inside / "Fifo.swift")
    (inside / "Store.swift").write_text(CODE)

    assert look(inside, frame("Secret.swift"))[0].path == ""
    assert look(inside, frame("Fifo.swift"))[0].path == ""
    place, _ = look(inside)
    assert (place.path, place.owners) == ("Store.swift", ())


def test_a_file_that_becomes_a_link_is_not_read(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_text("inside")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "b").write_text("outside")
    tree = FolderTree(tmp_path)
    (tmp_path / "a" / "b").unlink()
    (tmp_path / "a").rmdir()
    (tmp_path / "a").symlink_to(tmp_path / "secret")

    with pytest.raises(GitFailed):
        tree.read("a/b")


def test_the_checkout_itself_may_be_a_link(app, tmp_path):
    (tmp_path / "link").symlink_to(app.folder)

    assert look(tmp_path / "link")[0].path == "Sources/Store.swift"


@pytest.mark.parametrize(
    "file", ["../Secret.swift", "/etc/passwd", "Sources/../../Secret.swift", "-rf", "\0", "\n"]
)
def test_no_name_leads_out_of_the_checkout(app, file):
    (app.folder.parent / "Secret.swift").write_text(CODE)

    assert look(app, frame(file))[0].path == ""


def test_time_that_runs_out_leaves_what_is_known_already(app):
    app.move("Sources/Store.swift", "Core/Store.swift")
    app.commit("Move")
    seconds = 0.0
    versions = VersionTags(candidate="2", baseline="1", tag="v{version}")
    opened_in_time = Checkout.open(app.folder, versions, time_limit=TimeLimit(60.0, clock=lambda: seconds))
    seconds = 99.0
    place = opened_in_time.find([frame("Store.swift")])

    assert place is not None
    assert (place.path, place.problem) == ("", "Sources/Store.swift is not in the checkout any more.")
    assert place.suspects_problem == "looking into the checkout takes too long"


# --- trees ------------------------------------------------------------------------------------------


def test_of_a_commit_only_its_files_are_read(repository):
    commit = repository.commit("One", {"a": "text"})
    tree = CommitTree(opened(repository), commit)

    assert tree.read("a") == "text"
    with pytest.raises(GitFailed, match="not in the commit"):
        tree.read("b")


@pytest.mark.parametrize("kind", ["commit", "folder"])
def test_a_file_that_is_too_large_is_not_read(repository, monkeypatch, kind):
    monkeypatch.setattr("gate.source.trees.MOST_BYTES", 4)
    commit = repository.commit("One", {"fits": "1234", "large": "12345"})
    tree = CommitTree(opened(repository), commit) if kind == "commit" else FolderTree(repository.folder)

    assert tree.read("fits") == "1234"
    with pytest.raises(GitFailed, match="large is too large"):
        tree.read("large")


def test_a_file_that_is_gone_after_it_was_listed_is_said(tmp_path):
    (tmp_path / "a").write_text("")
    tree = FolderTree(tmp_path)
    (tmp_path / "a").unlink()

    with pytest.raises(GitFailed, match="a can't be read"):
        tree.read("a")


def test_a_folder_with_too_many_files_is_left_alone_with_a_note(tmp_path, monkeypatch):
    monkeypatch.setattr("gate.source.trees.MOST_FILES", 1)
    (tmp_path / "Store.swift").write_text(CODE)
    assert look(tmp_path)[0].path == "Store.swift"
    (tmp_path / "Other.swift").write_text(CODE)

    assert look(tmp_path) == (
        None,
        ("The checkout could not be looked at: the checkout has more than 1 files.",),
    )


def test_a_signature_without_a_file_has_no_place_beside_one_that_has(app):
    nameless = finding(Frame(depth=0, symbol="f", blame=True))
    traced = enrich_findings(
        [nameless, finding(frame("Store.swift"))], app.folder, candidate="2", baseline="1"
    )

    assert [one.source and one.source.path for one in traced.findings] == [None, "Sources/Store.swift"]


# --- wrong usage ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "tag"), [("absent", ""), ("file", ""), (".", "v3"), (".", "{version}{version}")]
)
def test_a_wrong_checkout_or_tag_is_wrong_usage(tmp_path, name, tag):
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError):
        look(tmp_path / name, tag=tag)


def test_places_survive_the_way_through_json(app):
    place, _ = look(app, web=WEB)
    found = finding(frame("Store.swift"), source=place)

    assert msgspec.json.decode(msgspec.json.encode(found), type=SignatureFinding) == found
