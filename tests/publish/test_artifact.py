"""Results that nobody vouches for."""

import json
from pathlib import Path

import pytest
from attacks import ATTACKS
from everywhere import with_text
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from result_builders import partial, regressed, traced, undecided

from gate.errors import UsageError
from gate.judge.incidents import tell
from gate.model.result import Coverage
from gate.publish import artifact
from gate.report import json as json_report
from gate.report import markdown

GOOD = json.loads(json_report.render(regressed()))


def decode(value):
    return artifact.decode(json.dumps(value).encode(), "result.json")


def test_an_honest_result_is_read_as_it_is():
    assert decode(GOOD) == tell(regressed())


def test_fields_of_a_later_version_are_ignored():
    assert decode({**GOOD, "later": {"x": 1}}) == tell(regressed())


@pytest.mark.parametrize(
    "changes",
    [
        {"verdict": "PASS"},
        {"verdict": "pass"},
        {"exit_code": 0},
        {"exit_code": 2},
        {"exit_code": "1"},
        {"blocks": False},
        {"format": "gate-result/2"},
        {"rules": {}},
        {"checks": None},
        {"counts": {"fail": -1, "nothing": 2}},
        {"receipt": None},
    ],
)
def test_a_result_that_is_none_or_contradicts_itself_is_refused(changes):
    with pytest.raises(UsageError, match="is no result"):
        decode({**GOOD, **changes})


@pytest.mark.parametrize(
    "data", [b"", b"{", b"null", b"[]", b"\xff", b'"' + b"\xed\xa0\x80" + b'"', b"[" * 100_000]
)
def test_what_is_no_json_is_refused(data):
    with pytest.raises(UsageError, match="is no result"):
        artifact.decode(data, "result.json")


def test_counts_are_made_anew():
    forged = {**GOOD, "counts": {"pass": 99}, "rule_counts": {}, "reasons": {"stale": 7}}

    assert decode(forged) == tell(regressed())


def test_what_happened_is_told_anew():
    forged = {**GOOD, "sentence": "Trust me.", "incidents": []}

    assert decode(forged) == tell(regressed())


def test_the_coverage_is_counted_anew_and_what_is_missing_keeps_its_order():
    forged = {**GOOD, "coverage": {"rules": 6, "decided": 6, "missing": ["disk-writes", "invented"]}}
    found = decode(forged).coverage

    assert (found.rules, found.decided) == (6, 4)
    assert found.missing == ("disk-writes", "hang-rate")


@pytest.mark.parametrize("scene", [partial, undecided, regressed])
def test_a_pass_that_its_own_rules_contradict_is_refused(scene):
    forged = replace(scene(), verdict="pass", blocks=False, exit_code=0)

    with pytest.raises(UsageError, match="it says pass, and what it holds comes to"):
        decode(json.loads(json_report.render(forged)))


@pytest.mark.parametrize("scene", [partial, undecided, regressed])
def test_whatever_is_no_pass_may_end_with_3(scene):
    judged = tell(replace(scene(), blocks=True, exit_code=3))

    assert decode(json.loads(json_report.render(judged))) == judged


def test_an_undecided_that_blocks_is_consistent():
    judged = tell(replace(undecided(), blocks=True, exit_code=3))

    assert decode(json.loads(json_report.render(judged))) == judged


@pytest.mark.parametrize("verdict", ["partial", "fail"])
def test_exit_code_3_stands_beside_everything_but_a_pass(verdict):
    judged = replace(undecided(), verdict=verdict, blocks=True, exit_code=3)

    assert decode(json.loads(json_report.render(judged))).verdict == verdict


def test_a_pass_with_exit_code_3_is_refused():
    judged = replace(undecided(), verdict="pass", blocks=True, exit_code=3)

    with pytest.raises(UsageError, match="contradicts the verdict"):
        decode(json.loads(json_report.render(judged)))


@pytest.mark.parametrize(
    ("rules", "counted"),
    [(1, {"fail"}), (2, {"fail", "warn"}), (3, {"fail", "warn", "pass"}), (7, {"fail", "warn"})],
)
def test_the_rules_that_the_verdict_is_about_are_counted(rules, counted):
    judged = regressed()
    states = {"enforce": "fail", "advise": "warn", "shadow": "pass"}
    own = tuple(replace(judged.rules[0], id=mode, mode=mode, state=state) for mode, state in states.items())
    forged = replace(judged, rules=own, coverage=Coverage(rules=rules, decided=rules))
    read = decode(json.loads(json_report.render(forged)))

    assert {state for state, count in read.rule_counts.items() if count} == counted


def test_links_are_left_out_unless_they_are_ours():
    linked = json.loads(json_report.render(traced()))
    urls = [
        suspect["url"]
        for one in linked["signatures"]
        if one.get("source")
        for suspect in one["source"]["suspects"]
    ]
    assert any(urls)

    assert "https://" not in json_report.render(decode(linked)).decode()
    assert artifact.decode(json.dumps(linked).encode(), "result.json", keep_links=True) == tell(traced())


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_result_full_of_attacks_can_be_read_and_shown(attack):
    hostile = with_text(regressed(), attack)
    found = artifact.decode(json_report.render(hostile), "result.json")

    assert "<!--" not in markdown.render(found)


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=50, deadline=None)
def test_no_number_makes_it_impossible_to_show(number):
    changed = json.loads(json.dumps(GOOD))
    changed["checks"][0]["candidate"]["value"] = number
    changed["checks"][0]["change"] = {"relative": number, "absolute": number}
    changed["signatures"][0]["weight"] = number
    try:
        refused = "" if decode(changed) else None
    except UsageError as error:
        refused = str(error)

    assert refused == "" or "can't be shown" in refused  # either is right, but no other error


def test_a_file_that_is_too_large_is_refused(tmp_path):
    file = tmp_path / "result.json"
    with file.open("wb") as opened:
        opened.truncate(artifact.MOST_BYTES + 1)

    with pytest.raises(UsageError, match="more than"):
        artifact.read_result(file)


def test_a_link_to_another_file_is_refused(tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_bytes(json_report.render(regressed()))
    link = tmp_path / "result.json"
    link.symlink_to(secret)

    with pytest.raises(UsageError, match="no ordinary file"):
        artifact.read_result(link)


def test_globs_name_files_in_order_and_once_each(tmp_path):
    for name in ("b/result.json", "a/result.json", "a/other.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    found = artifact.expand([str(tmp_path / "*" / "result.json"), str(tmp_path / "a" / "result.json")])

    assert [str(path.relative_to(tmp_path)) for path in found] == ["a/result.json", "b/result.json"]


def test_a_relative_glob_is_relative_to_the_current_folder(tmp_path, monkeypatch):
    (tmp_path / "result.json").write_text("{}")
    monkeypatch.chdir(tmp_path)

    assert [str(path) for path in artifact.expand(["*.json"])] == ["result.json"]


@pytest.mark.parametrize("pattern", ["absent.json", "absent/*.json"])
def test_a_pattern_that_names_nothing_is_refused(tmp_path, pattern):
    with pytest.raises(UsageError, match="No file is called"):
        artifact.expand([str(tmp_path / pattern)])


def test_more_files_than_a_matrix_has_jobs_are_refused(tmp_path):
    for number in range(artifact.MOST_FILES + 1):
        (tmp_path / f"{number}.json").touch()

    with pytest.raises(UsageError, match="too many"):
        artifact.expand([str(tmp_path / "*.json")])


def test_a_file_that_is_gone_by_the_time_it_is_read_is_a_clear_error(tmp_path, monkeypatch):
    file = tmp_path / "result.json"
    file.write_bytes(json_report.render(regressed()))
    monkeypatch.setattr(Path, "is_file", lambda _: file.unlink(missing_ok=True) is None)

    with pytest.raises(UsageError, match="can't be read"):
        artifact.read_result(file)


def test_a_result_of_an_older_version_is_read():
    document = json.loads(json_report.render(regressed()))
    for rule in document["rules"]:
        rule["waiver"] = ""

    assert artifact.decode(json.dumps(document).encode(), "result.json").verdict == "fail"


@pytest.mark.parametrize("verdict", ["pass", "partial", "undecided"])
def test_a_fail_that_is_called_otherwise_is_refused(verdict):
    forged = replace(regressed(), verdict=verdict, blocks=False, exit_code=0, coverage=None)

    with pytest.raises(UsageError, match=f"it says {verdict}, and what it holds comes to fail"):
        decode(json.loads(json_report.render(forged)))


def test_a_pass_of_nothing_is_refused():
    forged = replace(regressed(), verdict="pass", blocks=False, exit_code=0, rules=(), checks=(), insights=())
    forged = replace(forged, signatures=(), coverage=None)

    with pytest.raises(UsageError, match="it says pass, and what it holds comes to undecided"):
        decode(json.loads(json_report.render(forged)))
