"""GitHub's own description of its REST API, cut to what the gate calls and sharpened by what GitHub enforces."""

import json
import re

CALLS = {
    "/repos/{owner}/{repo}/issues/{issue_number}/comments": ("get", "post"),
    "/repos/{owner}/{repo}/issues/comments/{comment_id}": ("patch", "delete"),
    "/repos/{owner}/{repo}/issues": ("get", "post"),
    "/repos/{owner}/{repo}/issues/{issue_number}": ("patch",),
    "/repos/{owner}/{repo}/pulls": ("get",),
    "/repos/{owner}/{repo}/pulls/{pull_number}": ("get",),
    "/repos/{owner}/{repo}/commits/{commit_sha}/pulls": ("get",),
    "/repos/{owner}/{repo}/commits/{ref}/check-runs": ("get",),
    "/repos/{owner}/{repo}/check-runs": ("post",),
    "/repos/{owner}/{repo}/check-runs/{check_run_id}": ("patch",),
    "/repos/{owner}/{repo}/statuses/{sha}": ("post",),
}
_EXAMPLES = {
    "comment": "issue-comment",
    "issue": "issue",
    "pull": "pull-request",
    "check-run": "check-run",
    "status": "status",
}


def cut(description):
    """The description of the calls in use, for Prism.

    Added are the media type that clients ask for, which the description leaves out, the token, and rules that
    GitHub enforces beyond its description.
    """
    paths = {}
    for path, methods in CALLS.items():
        item = description["paths"][path]
        paths[path] = {method: _operation(item[method]) for method in methods}
        if "parameters" in item:
            paths[path]["parameters"] = item["parameters"]
    _limit(paths)
    used = _used(paths, description["components"])
    for answer in used.get("responses", {}).values():
        _accept(answer)
    used["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": description["openapi"],
        "info": description["info"],
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": used,
    }


def _operation(operation):
    kept = {
        key: operation[key]
        for key in ("operationId", "parameters", "requestBody", "responses")
        if key in operation
    }
    for answer in kept["responses"].values():
        _accept(answer)
    return {**kept, "security": [{"bearer": []}]}


def _accept(answer):
    content = answer.get("content", {})
    if "application/json" in content:
        content["application/vnd.github+json"] = content["application/json"]


def _limit(paths):
    for item in paths.values():
        for operation in item.values():
            if isinstance(operation, dict) and "requestBody" in operation:
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
                if schema.get("type") == "object" and "oneOf" not in schema:
                    schema["additionalProperties"] = False
    for path in list(CALLS)[:2]:
        for method in ("post", "patch"):
            if method in paths[path]:
                _properties(paths[path][method])["body"]["maxLength"] = 65_536
    _properties(paths["/repos/{owner}/{repo}/statuses/{sha}"]["post"])["description"]["maxLength"] = 140


def _properties(operation):
    return operation["requestBody"]["content"]["application/json"]["schema"]["properties"]


def _used(paths, components):
    """The components that are referred to, directly or by others."""
    used, waiting = {}, _references(paths)
    while waiting:
        kind, name = waiting.pop()
        if name not in used.setdefault(kind, {}):
            used[kind][name] = components[kind][name]
            waiting |= _references(components[kind][name])
    return used


def _references(value):
    found = re.findall(r'"#/components/(\w+)/([^"]+)"', json.dumps(value))
    return set(found)


def templates(description):
    """Whole objects from the description's own examples, for the fake server to start from."""
    examples = description["components"]["examples"]
    found = {name: examples[example]["value"] for name, example in _EXAMPLES.items()}
    found["user"] = found["comment"]["user"]
    found["pull-in-list"] = examples["pull-request-simple-items"]["value"][0]
    for name in ("pull", "pull-in-list"):
        # The examples' own teams lack what the description demands of teams.
        found[name] = {**found[name], "requested_teams": []}
    return found
