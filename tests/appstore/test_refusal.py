"""What App Store Connect says when it says no, and what a person is told."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import NOW

from gate import errors
from gate.appstore.refusal import cut_off, is_web_page, is_whole, refusal
from gate.errors import AppStoreError
from gate.http.answer import Answer
from gate.snapshot.format import Request

REQUEST = Request(path="/v1/apps/1/perfPowerMetrics")
HTML = "<html><head><title>502 Bad\nGateway</title></head><body>nginx</body></html>"


def error(code, *, status="403", title="No.", detail="Because."):
    return {"id": "E-1", "status": status, "code": code, "title": title, "detail": detail}


def answer(status, *errors_, body=None, **headers):
    text = body if body is not None else json.dumps({"errors": errors_})
    return Answer(
        status=status, body=text, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def refused(status, *errors_, body=None, **headers):
    return refusal(REQUEST, answer(status, *errors_, body=body, **headers), NOW)


@pytest.mark.parametrize(
    ("status", "code", "kind", "words"),
    [
        (400, "PARAMETER_ERROR.INVALID", errors.BadRequest, "report this"),
        (401, "NOT_AUTHORIZED", errors.Unauthorized, "ASC_ISSUER_ID"),
        (401, "NOT_AUTHORIZED", errors.Unauthorized, "clock"),
        (403, "FORBIDDEN_ERROR", errors.Forbidden, "role Developer"),
        (403, "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED", errors.AgreementMissing, "Account Holder"),
        (403, "FORBIDDEN.REQUIRED_AGREEMENTS_NEW", errors.AgreementMissing, "Account Holder"),
        (404, "NOT_FOUND", errors.NotFound, "own team"),
        (404, "PATH_ERROR", errors.NotFound, "does not know this call"),
        (404, "PATH_ERROR.UNKNOWN", errors.NotFound, "does not know this call"),
        (406, "NOT_ACCEPTABLE", errors.NotAcceptable, "newer version"),
        (409, "STATE_ERROR", errors.BadRequest, "report this"),
        (410, "GONE", errors.BadRequest, "report this"),
        (418, "TEAPOT", errors.BadRequest, "report this"),
        (422, "ENTITY_ERROR", errors.BadRequest, "report this"),
        (429, "RATE_LIMIT_EXCEEDED", errors.RateLimited, "a key of its own"),
        (500, "UNEXPECTED_ERROR", errors.ServiceDown, "system-status"),
        (599, "NEW", errors.ServiceDown, "system-status"),
        (204, "", errors.MalformedAnswer, "proxy"),
        (600, "", errors.MalformedAnswer, "proxy"),
    ],
)
def test_each_refusal_has_its_type_and_a_remedy(status, code, kind, words):
    error_ = refused(status, error(code))

    assert type(error_) is kind
    assert (error_.status, error_.code) == (status, code)
    assert words in f"{error_.cause} {error_.remedy}"
    assert error_.what == f"App Store Connect answered {status} to GET {REQUEST.path}: No: Because"


@pytest.mark.parametrize(
    "name", ["401-not-authorized", "403-agreement-missing", "404-path-error", "429-rate-limit"]
)
def test_errors_from_public_threads_are_told_with_apple_s_words(name, reference):
    body = json.loads((reference / "samples" / "errors-from-public-threads.json").read_text())[name]
    said = body["errors"][0]

    error_ = refused(int(said["status"]), body=json.dumps(body))

    assert said["title"].rstrip(".") in error_.what
    assert error_.code == said["code"]
    assert error_.error_id == said.get("id", "")


def test_the_ids_that_support_asks_for_are_shown():
    shown = str(refused(403, error("FORBIDDEN_ERROR"), x_request_id="R-9"))

    assert "error id E-1" in shown
    assert "request id R-9" in shown


def test_of_several_errors_the_one_of_the_answer_s_status_counts():
    first = error("OTHER", status="409")

    assert refused(403, first, error("FORBIDDEN_ERROR")).code == "FORBIDDEN_ERROR"


def test_of_several_errors_of_other_statuses_the_first_counts():
    assert refused(403, error("ONE", status="1"), error("TWO", status="2")).code == "ONE"


def test_a_status_may_be_a_number():
    assert refused(403, error("A", status=409), error("B", status=403)).code == "B"


def test_an_error_without_words_says_so():
    bare = {"id": None, "status": None, "code": None, "title": None, "detail": None}

    assert refused(403, bare).what.endswith(": no reason given")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "nothing"),
        ("The Accept header is not supported.\nAllowed: x", "The Accept header is not supported. Allowed: x"),
        ('{"errors": []}', '{"errors": []}'),
        ('{"message": "no"}', '{"message": "no"}'),
        ("x" * 500, "x" * 299 + "…"),
    ],
)
def test_what_is_not_apple_s_shape_is_shown_as_it_is_in_one_line(body, said):
    assert refused(406, body=body).what.endswith(f": {said}")


def test_a_web_page_is_named_and_not_shown():
    error_ = refused(502, body=HTML)

    assert error_.what.endswith(": a web page (502 Bad Gateway) instead of JSON")


def test_a_refusal_in_a_web_page_is_not_app_store_connect_s():
    error_ = refused(403, body=HTML)

    assert isinstance(error_, errors.Forbidden)
    assert error_.cause == "a proxy or a gateway answered, not App Store Connect itself"


def test_a_web_page_in_place_of_data_is_malformed():
    assert isinstance(refused(200, body="<!doctype html>"), errors.MalformedAnswer)


@pytest.mark.parametrize(
    ("body", "headers", "is_page"),
    [
        ("{}", {"content-type": "text/HTML; charset=utf-8"}, True),
        ("  <html>", {}, True),
        ("{}", {"content-type": "application/json"}, False),
        ("", {}, False),
    ],
)
def test_a_web_page_is_told_by_its_type_or_its_looks(body, headers, is_page):
    assert is_web_page(Answer(status=200, headers=headers, body=body)) is is_page


def test_a_redirect_is_unsafe_and_only_its_host_is_shown():
    error_ = refused(302, body=HTML, location="https://login.example.com/?session=secret")

    assert isinstance(error_, errors.UnsafeLink)
    assert error_.what.endswith(": a redirect to login.example.com")


@pytest.mark.parametrize(
    ("date", "cause"),
    [
        ("Mon, 21 Sep 2026 14:12:41 GMT", "is 39 s ahead of"),
        ("Mon, 21 Sep 2026 14:14:00 GMT", "is 40 s behind"),
        ("Mon, 21 Sep 2026 14:13:15 GMT", "or the clock of this machine is wrong"),
        ("nonsense", "or the clock of this machine is wrong"),
    ],
)
def test_a_401_is_blamed_on_the_clock_when_it_differs(date, cause):
    assert cause in refused(401, error("NOT_AUTHORIZED"), date=date).cause


def test_another_refusal_is_not_blamed_on_the_clock():
    assert "clock" not in refused(403, error("FORBIDDEN_ERROR"), date="Mon, 21 Sep 2020 14:00:00 GMT").cause


def test_a_rate_limit_tells_the_budget_and_the_wait():
    error_ = refused(429, x_rate_limit="user-hour-lim:3500;user-hour-rem:0;", retry_after="1200")

    assert "(user-hour: 0 of 3500 left)" in error_.cause
    assert error_.remedy.endswith("App Store Connect asks to wait 1200 s")


def test_a_cut_answer_says_where_it_ends():
    error_ = cut_off(REQUEST, answer(200, body='{"data": [', x_request_id="R-9"))

    assert error_.what.endswith("is not complete JSON; it ends after 10 characters")
    assert error_.request_id == "R-9"


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        ("{}", True),
        (" [1, 2]\n", True),
        ("", False),
        ('{"a": 1', False),
        ('{"a": {"b": 1}', False),
        ("{}{}", False),
        ("nonsense", False),
        ('{"a":' * 5000 + "1" + "}" * 5000, True),
    ],
)
def test_a_body_is_whole_when_its_json_is_complete(body, whole):
    assert is_whole(body) is whole


@given(
    st.integers(100, 999),
    st.text(),
    st.dictionaries(
        st.sampled_from(["date", "retry-after", "location", "x-rate-limit", "content-type"]), st.text()
    ),
)
def test_every_answer_is_an_error_in_one_line(status, body, headers):
    error_ = refusal(REQUEST, Answer(status=status, headers=headers, body=body), NOW)

    assert isinstance(error_, AppStoreError)
    assert error_.what.isprintable()
