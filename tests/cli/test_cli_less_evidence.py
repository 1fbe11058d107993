"""Less evidence is never greener, in every story of the sandbox that judges something."""

import re
from pathlib import Path

import less_evidence
import pytest
from less_evidence import Case, greener, removals, stops_blocking
from msgspec.structs import replace

from gate.appstore.decode.snapshot import facts
from gate.judge.run import judge
from gate.policy.read import read
from gate.snapshot.file import load

EACH_METRIC = "".join(
    f'  - {{id: {metric}, metric: {metric}/*, fail: "> +10%"}}\n'
    for metric in ("LAUNCH", "HANG", "MEMORY", "DISK", "BATTERY", "TERMINATION", "ANIMATION", "STORAGE")
)
WAITING = (
    "version: 1\napp: com.example.photos\noutcomes: {default: {undecided: block}}\nrules:\n" + EACH_METRIC
)


@pytest.mark.parametrize("scenario", ["first-release", "sparse", "noisy", "regressed"])
def test_no_story_gets_greener_by_a_loss(gate, tmp_path, scenario):
    gate("demo", "--scenario", scenario, "--out", tmp_path / "out")
    snapshot, digest = load((tmp_path / "out" / "snapshot.json").read_bytes())
    known = facts(snapshot, digest=digest)
    # Each removal is a whole judgement, so of the many models two are enough.
    models = sorted({one.key.device for one in known.series if not one.key.device.startswith("all_")})
    kept = [one for one in known.series if one.key.device not in models[2:]]
    known = replace(known, series=tuple(kept))
    every = list(removals(known, known.candidate_version, earlier=len(kept) < 10))

    policies = [(tmp_path / "out" / "policy.yml").read_text(encoding="utf-8")]
    policies += [WAITING] if len(every) < 100 else []
    assert every
    for policy in map(read, policies):
        before = judge(policy, known, now=known.fetched_at)
        for removal in every:
            case = Case(policy, removal, before, judge(policy, removal.facts, now=known.fetched_at))
            assert not greener(case), (removal.kind, removal.keys)
            assert not stops_blocking(case), (removal.kind, removal.keys)


def test_the_page_lists_every_exception():
    page = (Path(__file__).parents[2] / "docs" / "verdicts.md").read_text(encoding="utf-8")
    table = page.partition("| what may be missing and make a verdict greener |")[2].partition("\n\n")[0]
    listed = re.findall(r"^\| ([^|]+?) \|", table, flags=re.MULTILINE)[1:]

    assert listed == list(less_evidence.EXCEPTIONS)
    assert {one.name for one in less_evidence.EXEMPTIONS} | set(less_evidence.FINDINGS.values()) <= set(
        listed
    )
