"""Judging what was found, with what the command line says above the policy and the snapshot."""

import msgspec

from gate.cli.snapshot_match import select_version
from gate.model.facts import Facts
from gate.model.result import Result
from gate.policy.types import BaselineSelection, Policy
from gate.settings import SourceSettings


def judge_release(
    policy: Policy, facts: Facts, settings: SourceSettings, *, now: float, event: str
) -> Result:
    """Judge a release by a policy.

    Args:
        policy: To judge by.
        facts: What Apple measured.
        settings: Version and baseline that were asked for; they win over the snapshot's and the policy's.
        now: Epoch seconds.
        event: What triggered the run; empty for none.
    """
    from gate.judge.run import judge

    if settings.baseline:
        # Versions that the policy excludes stay excluded: they were pulled, whoever pins what.
        pinned = BaselineSelection(use="pinned", pinned=settings.baseline, exclude=policy.baseline.exclude)
        policy = msgspec.structs.replace(policy, baseline=pinned)
    return judge(policy, select_version(facts, settings.version), now=now, event=event)
