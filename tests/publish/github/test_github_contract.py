"""Every request is what GitHub's own description of its REST API allows, and so is every answer of the fake.

Prism stands between the real client and the fake server and checks both against the description.
``npm ci --prefix tests/publish/github/contract`` installs it.
"""

import json
import shutil
import socket
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import rest_description
from fake_github import BASE, HEAD, REPOSITORY, TOKEN, GitHub
from publishing import RUN_URL, api_of, failing, healthy, many, mine, waiting, wanted

from gate.publish.github import checkrun, comment, commit_status, event, issue, pull_lookup
from gate.publish.github.api import Api
from gate.publish.github.placement import PolicyPlace

HERE = Path(__file__).parent
READY = "is listening on"
"""What Prism says once it answers."""
ENDS_WITHIN = 120.0
"""Seconds for all that is asked of Prism."""


@pytest.fixture
def tools():
    """The folder of the installed tools."""
    folder = HERE / "contract" / "node_modules"
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not (folder / ".bin" / "prism").exists():
        pytest.skip("the contract tools are not installed; npm ci --prefix tests/publish/github/contract")
    return folder


@contextmanager
def prism(tools, document, upstream):
    """Prism as a validating proxy: the base of the REST API to point a client at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        tools / ".bin" / "prism",
        "proxy",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "--errors",
        document,
        upstream,
    ]
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        # Killed, it ends its output, and with it every wait below.
        watchdog = threading.Timer(ENDS_WITHIN, process.kill)
        watchdog.start()
        try:
            said = list(iter_until(READY, process.stdout))
            assert READY in "".join(said), f"prism did not start: {said}"
            threading.Thread(target=process.stdout.read, daemon=True).start()  # a full pipe would stop it
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            watchdog.cancel()


def iter_until(sign, lines):
    """The lines up to the one with a sign, or all of them."""
    for line in lines:
        yield line
        if sign in line:
            return


class Through:
    """The fake server as it is seen through Prism."""

    def __init__(self, url):
        self.url = url


def test_every_request_and_every_answer_is_as_github_describes_it(tools, tmp_path, time):
    source = tools / "@octokit" / "openapi" / "generated" / "api.github.com.json"
    description = json.loads(source.read_text(encoding="utf-8"))
    document = tmp_path / "github.json"
    examples = rest_description.templates(description)
    document.write_text(json.dumps(rest_description.cut(description)), encoding="utf-8")

    with GitHub(templates=examples) as server, prism(tools, document, server.url) as url:
        server.add_pull(7)
        server.seen_as = url
        _the_oracle_objects(url)
        api = api_of(Through(url), time)
        _comments(api, server)
        _checks(api, server)
        _issues(api, server)
        _lookups(api)


def _the_oracle_objects(url):
    """Prism refuses what GitHub refuses, so silence means something."""
    path = f"{url}/repos/{REPOSITORY}"
    token = {"Authorization": f"Bearer {TOKEN}"}
    refused = [
        requests.post(f"{path}/issues/7/comments", json={"body": "x"}, timeout=10),
        requests.post(f"{path}/issues/7/comments", json={"body": "x" * 65_537}, headers=token, timeout=10),
        requests.post(f"{path}/statuses/{HEAD}", json={"state": "good"}, headers=token, timeout=10),
        requests.post(f"{path}/issues/7/comments", json={"text": "x"}, headers=token, timeout=10),
    ]

    assert [answer.status_code for answer in refused] == [401, 422, 422, 422]


def _comments(api: Api, server):
    for run, story in enumerate((failing(), waiting(), healthy()), start=1):
        comment.publish(api, 7, wanted(story, run=run))
    assert len(server.bodies()) == 1

    # The marker on the third page, and a second comment that a race has left behind.
    for number in range(210):
        server.add_comment(f"talk {number}", login="octocat")
    server.comments = server.comments[1:] + server.comments[:1]
    server.comments[-1][1]["id"] = server.next_id()
    server.add_comment(server.bodies()[-1])
    assert comment.publish(api, 7, wanted(many(300, text="🚀" * 900), run=4)) == "the comment was edited"
    assert len(server.bodies()) == 211


def _checks(api: Api, server):
    lines = {f"rule-{number:04}": number + 1 for number in range(120)}
    story = many(120)
    place = PolicyPlace(path="perf.yml", lines=lines)
    checkrun.publish(api, HEAD, story, key="main", external_id="50-1", url=RUN_URL, policy=place)
    assert len(server.check_runs[0]["sent"]) == 3

    server.fail("POST", "check-runs", status=502, stored=True)
    checkrun.publish(api, HEAD, healthy(), key="ios", external_id="51-1", url=RUN_URL, policy=PolicyPlace())
    assert len(server.check_runs) == 2

    commit_status.publish(api, HEAD, many(1, text="🚀" * 500), key="main", url=RUN_URL)
    assert len(server.statuses) == 1


def _issues(api: Api, server):
    for run, story in enumerate((failing(), many(2), healthy()), start=1):
        issue.publish(api, story, mine("issue", run=run), RUN_URL)
    assert server.issues[0]["state"] == "closed"


def _lookups(api: Api):
    run = {
        "head_sha": HEAD,
        "head_branch": "feature",
        "head_repository": {"full_name": "acme/photos"},
        "pull_requests": [],
    }
    for name, payload in (
        ("workflow_run", {"workflow_run": run}),
        ("push", {"ref": "refs/heads/feature", "after": HEAD}),
        ("issue_comment", {"issue": {"number": 7, "pull_request": {"url": "…"}}}),
    ):
        place = event.locate(name, payload, repository=REPOSITORY, sha=HEAD if name == "push" else BASE)
        found = pull_lookup.resolve(api, place)
        assert (found.pull_request, found.sha) == (7, HEAD), f"{name}: {found.note}"
        assert pull_lookup.problem_with(api, found) == ""
