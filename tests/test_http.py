"""The sender of both edges: what goes out, what comes back, what is tried again, and how failures are named."""

import errno
import http.client
import json
import socket
import ssl

import pytest
import requests.exceptions as upper
import urllib3.exceptions as lower
from hypothesis import given
from hypothesis import strategies as st
from loopback import Reply, Server, Time

from gate.http.address import is_loopback, resolved, same_origin
from gate.http.answer import retry_after
from gate.http.failure import TRANSPORT_ERRORS, Cause, NoAnswer, no_answer
from gate.http.sender import HttpLimits, Sender, backoff

BASE = "https://api.appstoreconnect.apple.com"
TOKEN = "ghs_aTokenThatNobodyMaySee"


def sender_of(server, time, **limits):
    bounds = HttpLimits(**{"connect_timeout": 5.0, "read_timeout": 5.0} | limits)
    return Sender(server.url, limits=bounds, clock=time, sleep=time.sleep, headers={"X-Of-All": "1"})


def send(server, *, time=None, within=100.0, limits=None, **options):
    time = time or Time()
    sender = sender_of(server, time, **(limits or {}))
    try:
        return sender.send("GET", f"{server.url}/path", token=TOKEN, until=time.now + within, **options)
    finally:
        sender.close()


# --- sending -----------------------------------------------------------------------------------------------


def test_a_request_carries_its_token_and_its_headers():
    with Server(Reply()) as server:
        send(server, headers={"Accept": "text/x"}, query={"page": 2})

    ((path, headers),) = server.requests
    assert path == "/path?page=2"
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert (headers["accept"], headers["x-of-all"]) == ("text/x", "1")


def test_an_answer_is_kept_as_it_came():
    with Server(Reply(status=418, body="t\u00e9", headers={"X-One": ["a", "b"]})) as server:
        answer = send(server)

    assert (answer.status, answer.body, answer.is_utf8) == (418, "t\u00e9", True)
    assert answer.headers["x-one"] == "a, b"


def test_the_token_is_cut_out_of_headers_and_body():
    echo = Reply(body=json.dumps({"token": TOKEN}), headers={"X-Echo": f"Bearer {TOKEN}"})
    with Server(echo) as server:
        answer = send(server)

    assert TOKEN not in repr(answer)
    assert json.loads(answer.body) == {"token": "[token]"}
    assert answer.headers["x-echo"] == "Bearer [token]"


def test_a_body_that_is_not_text_is_marked():
    with Server(Reply(body=b"\xff{}")) as server:
        answer = send(server)

    assert (answer.body, answer.is_utf8) == ("\ufffd{}", False)


def test_the_body_of_a_redirect_is_bounded_too():
    reply = Reply(status=302, body=b"x" * 100_000, headers={"Location": "/other"})
    with Server(reply) as server, pytest.raises(NoAnswer) as caught:
        send(server, limits={"body": 50_000})

    assert caught.value.cause is Cause.TOO_LARGE
    assert len(server.requests) == 1


def test_a_body_that_comes_too_late_is_given_up():
    time = Time()

    def late(_path):
        time.now += 11
        return Reply()

    with Server(by_path=late) as server, pytest.raises(NoAnswer) as caught:
        send(server, time=time, within=10.0)

    assert caught.value.cause is Cause.TOO_SLOW
    assert not caught.value.may_pass


def test_nothing_of_a_failure_shows_the_token():
    with Server(Reply(raw=[b""])) as server, pytest.raises(NoAnswer) as caught:
        send(server)

    assert TOKEN not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert caught.value.cause is Cause.BROKEN_OFF


# --- trying again ------------------------------------------------------------------------------------------


def attempts_of(outcomes, *, retries=4, within=1000.0, **bounds):
    """The last outcome, how many attempts were made, and the waits between them."""
    time, sent = Time(), []

    def attempt():
        sent.append(outcomes[min(len(sent), len(outcomes) - 1)])
        return sent[-1]

    limits = HttpLimits(retries=retries)
    sender = Sender("http://127.0.0.1:1", limits=limits, clock=time, sleep=time.sleep)
    last = sender.retry(
        attempt,
        lambda outcome, attempts: None if outcome == "fine" else backoff(attempts),
        until=time.now + within,
        **bounds,
    )
    return last, len(sent), time.slept


def test_what_is_final_is_sent_once():
    assert attempts_of(["fine"]) == ("fine", 1, [])


def test_what_may_pass_is_sent_again_after_a_pause():
    assert attempts_of(["busy", "busy", "fine"]) == ("fine", 3, [1.0, 2.0])


def test_attempts_are_bounded_in_count():
    assert attempts_of(["busy"], retries=2) == ("busy", 3, [1.0, 2.0])


@pytest.mark.parametrize("bound", ["within", "waiting"])
def test_no_wait_leads_beyond_a_bound_in_time(bound):
    assert attempts_of(["busy"], **{bound: 3.0}) == ("busy", 3, [1.0, 2.0])
    assert attempts_of(["busy"], **{bound: 2.9}) == ("busy", 2, [1.0])


def test_each_wait_is_twice_the_one_before():
    assert [backoff(attempts, first=60.0) for attempts in (1, 2, 3)] == [60.0, 120.0, 240.0]


# --- failures of the network -------------------------------------------------------------------------------


def all_exceptions(module):
    """Every exception that a module defines."""
    return [
        one
        for one in vars(module).values()
        if isinstance(one, type)
        and issubclass(one, Exception)
        and not issubclass(one, Warning)
        and one.__module__ == module.__name__
    ]


def chained(outer, inner):
    outer.__context__ = inner
    return outer


@pytest.mark.parametrize(
    "exception",
    [
        *all_exceptions(upper),
        *all_exceptions(lower),
        *all_exceptions(http.client),
        socket.gaierror,
        ssl.SSLError,
        TimeoutError,
    ],
)
def test_no_exception_of_a_lower_level_is_left_out(exception):
    assert issubclass(exception, TRANSPORT_ERRORS)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (upper.ProxyError(), Cause.PROXY),
        (upper.ConnectionError(lower.ProxyError("x", OSError())), Cause.PROXY),
        (upper.SSLError(), Cause.TLS),
        (upper.ConnectionError(ssl.SSLError(1, "handshake failure")), Cause.TLS),
        (upper.ConnectionError(socket.gaierror(-3, "Temporary failure")), Cause.NAME),
        (upper.ConnectionError(ConnectionRefusedError(111, "refused")), Cause.REFUSED),
        (upper.ConnectionError(OSError(errno.ENETUNREACH, "unreachable")), Cause.NO_ROUTE),
        (upper.ProxyError(ConnectionRefusedError(111, "refused")), Cause.PROXY),
        (upper.ConnectTimeout(), Cause.CONNECT_TIMEOUT),
        (upper.ReadTimeout(), Cause.READ_TIMEOUT),
        (upper.ConnectionError(lower.ReadTimeoutError(None, "", "x")), Cause.READ_TIMEOUT),
        (upper.ContentDecodingError(), Cause.DAMAGED),
        (upper.ChunkedEncodingError(), Cause.BROKEN_OFF),
        (
            upper.ConnectionError(lower.ProtocolError("x", ConnectionResetError(104, "reset"))),
            Cause.BROKEN_OFF,
        ),
        (upper.ConnectionError(), Cause.OTHER),
        (lower.HTTPError(), Cause.OTHER),
        (OSError(), Cause.OTHER),
    ],
)
def test_each_failure_has_one_cause(error, cause):
    failure = no_answer(error)

    assert failure.cause is cause
    assert failure.name == type(error).__name__


def test_the_reason_is_the_operating_system_s():
    inner = ConnectionRefusedError(111, "Connection refused")
    error = upper.ConnectionError(lower.MaxRetryError(None, "/v1/apps", chained(lower.HTTPError(), inner)))

    assert no_answer(error).reason == "Connection refused"


def test_exceptions_that_hold_each_other_come_to_an_end():
    one, other = upper.ConnectionError(), lower.HTTPError()
    one.args, other.args = (other,), (one,)

    assert no_answer(one).cause is Cause.OTHER


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (upper.ConnectionError(), True),
        (upper.ReadTimeout(), True),
        (upper.ChunkedEncodingError(), True),
        (chained(upper.ChunkedEncodingError(), ValueError()), True),
        (upper.SSLError(ssl.SSLError(1, "unexpected end")), True),
        (upper.SSLError(ssl.SSLCertVerificationError(1, "self-signed")), False),
        (upper.InvalidURL(), False),
        (upper.InvalidHeader(), False),
    ],
)
def test_only_what_may_pass_is_tried_again(error, passes):
    assert no_answer(error).may_pass is passes


@pytest.mark.parametrize(
    ("error", "off"),
    [
        (socket.gaierror(-2, "Name or service not known"), True),
        (ConnectionRefusedError(111, "Connection refused"), True),
        (OSError(errno.EHOSTUNREACH, "No route to host"), True),
        (upper.ConnectTimeout(), True),
        (upper.ProxyError(ConnectionRefusedError(111, "Connection refused")), True),
        (upper.ReadTimeout(), False),
        (upper.ProxyError(), False),
        (lower.ProtocolError("x", ConnectionResetError(104, "reset")), False),
        (upper.ConnectionError(), False),
    ],
)
def test_a_network_that_is_off_is_told_from_an_answer_that_did_not_come(error, off):
    assert no_answer(error).is_off is off


# --- headers and addresses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        (BASE, False),
        ("http://127.0.0.1:1", True),
        ("http://localhost", True),
        ("https://[::1]", True),
        ("x", False),
    ],
)
def test_loopback_is_told_from_the_rest(url, loopback):
    assert is_loopback(url) is loopback


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://h/a", "https://h:443/b", True),
        ("https://h/a", "http://h/a", False),
        ("https://h/a", "https://h:8443/a", False),
        ("https://h/a", "https://h.evil.example/a", False),
        ("https://h/a", "https://h@evil.example/a", False),
        ("https://h/a", "https://h:x/a", False),
    ],
)
def test_an_origin_is_scheme_host_and_port(one, other, same):
    assert same_origin(one, other) is same


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        (" 0 ", 0.0),
        ("Mon, 21 Sep 2026 14:13:50 GMT", 30.0),
        ("Mon, 21 Sep 2026 14:13:50 -0000", 30.0),
        ("Mon, 21 Sep 2026 10:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("Mon, 99 Sep 2026 14:13:50 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert retry_after(header, 1_790_000_000.0) == seconds


@given(st.text() | st.from_regex(r"\w{3}, \d\d \w{3} \d{1,6} \d\d:\d\d:\d\d [+-]?\w{1,6}"))
def test_no_retry_after_header_is_an_error(header):
    wait = retry_after(header, 0.0)

    assert wait is None or wait >= 0


@pytest.mark.parametrize(
    ("link", "address"),
    [("/b?c=1", "https://h/b?c=1"), ("https://other/", "https://other/"), ("https://[::1", "")],
)
def test_a_link_is_resolved_where_it_was_found(link, address):
    assert resolved("https://h/a", link) == address
