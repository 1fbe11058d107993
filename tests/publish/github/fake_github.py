# ruff: noqa: ARG002 - every route has one signature
"""A small GitHub on loopback that remembers what it was told, with faults on demand.

It serves what the gate uses of the REST API, in pages, checks the token, and enforces the limits that GitHub
enforces. Answers are minimal unless `templates` holds whole objects to start from.
"""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

REPOSITORY = "acme/photos"
BOT = "github-actions[bot]"
TOKEN = "ghs_16C7e42F292c6912E7710c838347Ae178B4a"
HEAD = "a" * 40
BASE = "b" * 40
PAGE = 100

PERMISSIONS = {
    ("POST", r"issues/\d+/comments"): {"pull-requests", "issues"},
    ("PATCH", r"issues/comments/\d+"): {"pull-requests", "issues"},
    ("DELETE", r"issues/comments/\d+"): {"pull-requests", "issues"},
    ("POST", r"check-runs"): {"checks"},
    ("PATCH", r"check-runs/\d+"): {"checks"},
    ("POST", r"statuses/\w+"): {"statuses"},
    ("POST", r"issues"): {"issues"},
    ("PATCH", r"issues/\d+"): {"issues"},
}
"""Which permission a write takes; any of them is enough."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a request, once."""

    method: str
    path: str
    """A regular expression for the path in the repository."""
    status: int = 0
    """Answer with this status; 0: with none at all."""
    headers: dict = field(default_factory=dict)
    message: str = ""
    stored: bool = False
    """The request is carried out all the same."""
    before: Callable[[], object] = lambda: None
    """What happens meanwhile."""


class GitHub:
    """The server: state in attributes, faults in a list, every request in a log."""

    def __init__(self, *, prefix="", templates=None, pages_of=PAGE):
        self.prefix = prefix
        self.templates = templates or {}
        self.pages_of = pages_of
        self.seen_as = ""
        self.login = BOT
        self.permissions = {"pull-requests", "issues", "checks", "statuses"}
        self.pulls = {}
        self.comments = []
        self.issues = []
        self.check_runs = []
        self.statuses = []
        self.faults = []
        self.requests = []
        self._ids = iter(range(1000, 10**9))
        self._lock = threading.RLock()

    def next_id(self):
        """An id that nothing has; ids grow, as GitHub's do."""
        return next(self._ids)

    # --- what a test puts in --------------------------------------------------------------------------

    def add_pull(self, number=7, *, head=HEAD, state="open", owner="acme", branch="feature", **fields):
        """A pull request."""
        template = self.templates.get("pull", {})
        head_part = {**template.get("head", {}), "sha": head, "ref": branch, "label": f"{owner}:{branch}"}
        self.pulls[number] = {**template, "number": number, "state": state, "head": head_part, **fields}

    def add_comment(self, body, *, login=BOT, issue=7):
        """A comment by anybody."""
        with self._lock:
            comment = {
                **self.templates.get("comment", {}),
                "id": self.next_id(),
                "body": body,
                "user": {**self.templates.get("user", {}), "login": login, "type": "Bot"},
            }
            self.comments.append((issue, comment))
            return comment

    def add_issue(self, title, body, *, login=BOT, state="open", **fields):
        """An issue by anybody."""
        with self._lock:
            number = self.next_id()
            user = {**self.templates.get("user", {}), "login": login}
            issue = {
                **self.templates.get("issue", {}),
                "number": number,
                "title": title,
                "body": body,
                "state": state,
                "user": user,
                **fields,
            }
            issue.pop("pull_request", None) if "pull_request" not in fields else None
            self.issues.append(issue)
            return issue

    def fail(self, method, path, **fault):
        """Let the next such request go wrong."""
        self.faults.append(Fault(method, path, **fault))

    # --- what a test looks at -------------------------------------------------------------------------

    @property
    def url(self):
        """Base of the REST API."""
        return f"http://127.0.0.1:{self._http.server_address[1]}{self.prefix}"

    def bodies(self, issue=7):
        """All comments on an issue or pull request."""
        return [comment["body"] for number, comment in self.comments if number == issue]

    def calls(self, method=""):
        """Method and path in the repository of every request to it, but for reads unless they are asked for."""
        prefix = f"{self.prefix}/repos/{REPOSITORY}/"
        return [
            (one, path.removeprefix(prefix))
            for one, path, _, _ in self.requests
            if path.startswith(prefix) and (one == method if method else one != "GET")
        ]

    def __enter__(self):
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(timeout=10)

    # --- answering ------------------------------------------------------------------------------------

    def answer(self, method, target, headers, body):
        """Status, headers and content for a request; None for no answer at all."""
        path, query = (
            urlsplit(target).path,
            {key: value[0] for key, value in parse_qs(urlsplit(target).query).items()},
        )
        with self._lock:
            self.requests.append(
                (method, path, {name.lower(): value for name, value in headers.items()}, body)
            )
            fault = self._fault(method, path)
            if fault is not None:
                fault.before()
                if fault.stored:
                    self._carry_out(method, path, query, body)
                return (fault.status, fault.headers, {"message": fault.message}) if fault.status else None
            if headers.get("Authorization") != f"Bearer {TOKEN}":
                return 401, {}, {"message": "Bad credentials"}
            return self._carry_out(method, path, query, body)

    def _inside(self, path):
        return path.removeprefix(f"{self.prefix}/repos/{REPOSITORY}/")

    def _fault(self, method, path):
        for fault in self.faults:
            if fault.method == method and re.fullmatch(fault.path, self._inside(path)):
                self.faults.remove(fault)
                return fault
        return None

    def _carry_out(self, method, path, query, body):
        if path.endswith("/graphql"):
            return 200, {}, {"data": {"viewer": {"login": self.login}}}
        inside = self._inside(path)
        for (needed_method, pattern), needed in PERMISSIONS.items():
            if method == needed_method and re.fullmatch(pattern, inside) and not needed & self.permissions:
                return 403, {}, {"message": "Resource not accessible by integration"}
        for pattern, call in self._routes().items():
            wanted, _, rest = pattern.partition(" ")
            found = re.fullmatch(rest, inside)
            if method == wanted and found:
                return call(*found.groups(), query=query, body=body or {}, path=path)
        return 404, {}, {"message": "Not Found"}

    def _routes(self):
        return {
            r"GET issues/(\d+)/comments": self._list_comments,
            r"POST issues/(\d+)/comments": self._post_comment,
            r"PATCH issues/comments/(\d+)": self._patch_comment,
            r"DELETE issues/comments/(\d+)": self._delete_comment,
            r"GET issues": self._list_issues,
            r"POST issues": self._post_issue,
            r"PATCH issues/(\d+)": self._patch_issue,
            r"GET pulls": self._list_pulls,
            r"GET pulls/(\d+)": self._get_pull,
            r"GET commits/(\w+)/pulls": self._pulls_of_commit,
            r"GET commits/(\w+)/check-runs": self._list_check_runs,
            r"POST check-runs": self._post_check_run,
            r"PATCH check-runs/(\d+)": self._patch_check_run,
            r"POST statuses/(\w+)": self._post_status,
        }

    def _page(self, entries, query, path, key=""):
        size, number = min(int(query.get("per_page", 30)), self.pages_of), int(query.get("page", 1))
        page = entries[(number - 1) * size : number * size]
        headers = {}
        if number * size < len(entries):
            origin = self.seen_as or self.url.removesuffix(self.prefix)
            others = "".join(
                f"&{name}={value}" for name, value in query.items() if name not in ("page", "per_page")
            )
            headers["Link"] = (
                f'<{origin}{path}?per_page={size}&page={number + 1}{others}>; rel="next", <x>; rel="last"'
            )
        return 200, headers, {"total_count": len(entries), key: page} if key else page

    def _list_comments(self, issue, *, query, body, path):
        return self._page([comment for number, comment in self.comments if number == int(issue)], query, path)

    def _post_comment(self, issue, *, query, body, path):
        if refusal := _too_long(body.get("body", "")):
            return refusal
        return 201, {}, self.add_comment(body["body"], login=self.login, issue=int(issue))

    def _patch_comment(self, number, *, query, body, path):
        if refusal := _too_long(body.get("body", "")):
            return refusal
        for _, comment in self.comments:
            if comment["id"] == int(number):
                comment["body"] = body["body"]
                return 200, {}, comment
        return 404, {}, {"message": "Not Found"}

    def _delete_comment(self, number, *, query, body, path):
        before = len(self.comments)
        self.comments = [entry for entry in self.comments if entry[1]["id"] != int(number)]
        return (204, {}, None) if len(self.comments) < before else (404, {}, {"message": "Not Found"})

    def _list_issues(self, *, query, body, path):
        found = [issue for issue in self.issues if query.get("state", "open") in (issue["state"], "all")]
        return self._page(found[::-1], query, path)

    def _post_issue(self, *, query, body, path):
        if refusal := _too_long(body.get("body", "")):
            return refusal
        return 201, {}, self.add_issue(body["title"], body["body"], login=self.login)

    def _patch_issue(self, number, *, query, body, path):
        issue = next(issue for issue in self.issues if issue["number"] == int(number))
        issue.update(body)
        return 200, {}, issue

    def _list_pulls(self, *, query, body, path):
        found = [
            pull
            for pull in self.pulls.values()
            if pull["state"] == query.get("state", "open")
            and query.get("head", pull["head"]["label"]) == pull["head"]["label"]
        ]
        return self._page([self._brief(pull) for pull in found], query, path)

    def _get_pull(self, number, *, query, body, path):
        pull = self.pulls.get(int(number))
        return (200, {}, pull) if pull else (404, {}, {"message": "Not Found"})

    def _pulls_of_commit(self, sha, *, query, body, path):
        found = [
            pull for pull in self.pulls.values() if sha in (pull["head"]["sha"], pull.get("merge_commit_sha"))
        ]
        return self._page([self._brief(pull) for pull in found], query, path)

    def _brief(self, pull):
        """A pull request as lists hold it."""
        template = self.templates.get("pull-in-list")
        if not template:
            return pull
        same = {name: pull[name] for name in ("number", "state", "head", "merged_at") if name in pull}
        return {**template, **same}

    def _list_check_runs(self, sha, *, query, body, path):
        found = [
            run
            for run in self.check_runs
            if run["head_sha"] == sha and run["name"] == query.get("check_name")
        ]
        return self._page(found, query, path, key="check_runs")

    def _post_check_run(self, *, query, body, path):
        if refusal := _bad_output(body.get("output", {})):
            return refusal
        run = {**self.templates.get("check-run", {}), "id": self.next_id(), **_without(body, "output")}
        self.check_runs.append({**run, "sent": [body["output"]]})
        return 201, {}, run

    def _patch_check_run(self, number, *, query, body, path):
        if refusal := _bad_output(body.get("output", {})):
            return refusal
        run = next(run for run in self.check_runs if run["id"] == int(number))
        run["sent"].append(body["output"])
        return 200, {}, _without(run, "sent")

    def _post_status(self, sha, *, query, body, path):
        if len(body.get("description", "")) > 140:
            return 422, {}, {"message": "Validation Failed: description is too long"}
        self.statuses.append((sha, body))
        return 201, {}, {**self.templates.get("status", {}), **body}


def _without(mapping, name):
    return {key: value for key, value in mapping.items() if key != name}


def _too_long(body):
    if len(body) > 65_536 or len(body.encode()) > 262_144:
        return 422, {}, {"message": "Validation Failed: body is too long (maximum is 65536 characters)"}
    return None


def _bad_output(output):
    if len(output.get("annotations", [])) > 50:
        return 422, {}, {"message": "Invalid request. No more than 50 items are allowed"}
    if len(output["summary"].encode()) > 65_535:
        return 422, {}, {"message": "summary exceeds a maximum bytesize of 65535"}
    return None


def _handler(server):
    class Handler(BaseHTTPRequestHandler):
        timeout = 10
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet for an answer, else each waits for an acknowledgement

        def respond(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            answered = server.answer(self.command, self.path, self.headers, body)
            if answered is None:
                # Hang up without a word. A silent server would be noticed by time alone.
                self.close_connection = True
                return
            status, headers, content = answered
            data = b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            if data:
                self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_DELETE = respond  # noqa: N815

        def log_message(self, *_):
            pass

    return Handler
