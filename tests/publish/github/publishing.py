"""Short ways to publish: an API, stories of each kind, and what a run has to say."""

from fake_github import HEAD, REPOSITORY, TOKEN
from result_builders import check, partial, passed, regressed, result, rule, undecided

from gate.publish.describe import describe_result
from gate.publish.github.api import Api, GitHubLimits
from gate.publish.github.comment import CommentDraft
from gate.publish.github.marker import Marker

RUN_URL = "https://github.example/acme/photos/actions/runs/50"


def api_of(server, time, *, token=TOKEN):
    """The real client on the clock of the test, quick to give up waiting for a byte."""
    return Api(
        base_url=server.url,
        graphql_url=f"{server.url}/graphql",
        repository=REPOSITORY,
        token=token,
        clock=time,
        sleep=time.sleep,
        limits=GitHubLimits(connect_timeout=5.0, read_timeout=5.0),
    )


def failing():
    """A story with findings."""
    return describe_result(regressed())


def healthy(sentence="3.4 passes: of 1 rule, 1 passed."):
    """A story without any."""
    return describe_result(_with(passed(), sentence))


def waiting():
    """A story that decides nothing."""
    return describe_result(undecided())


def some():
    """A story of which a part is decided."""
    return describe_result(partial())


def many(count, *, text="x"):
    """A story with many failed rules."""
    rules = tuple(
        rule(f"rule-{number:04}", sentence=f"rule-{number:04} failed. {text}") for number in range(count)
    )
    checks = tuple(check(one.id, sentence=one.sentence) for one in rules)
    return describe_result(
        result(verdict="fail", blocks=True, exit_code=1, sentence="Many fail.", rules=rules, checks=checks)
    )


def _with(judged, sentence):
    from msgspec.structs import replace

    return replace(judged, sentence=sentence)


def mine(kind="comment", *, run=50, attempt=1, key="main"):
    """The marker of this run."""
    return Marker(kind=kind, key=key, run=run, attempt=attempt, sha=HEAD)


def wanted(story, *, when="changed", run=50, attempt=1, key="main"):
    """What a run has to say in its comment."""
    return CommentDraft(
        story=story, marker=mine(run=run, attempt=attempt, key=key), when=when, run_url=RUN_URL
    )
