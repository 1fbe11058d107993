"""Failures of the network, whatever library names them, in words a person can act on."""

import errno
import socket
import ssl

import pytest
import requests.exceptions as upper
import urllib3.exceptions as lower

from gate.appstore.limits import AppStoreLimits
from gate.appstore.transport import transport_error
from gate.errors import MalformedAnswer, Unreachable
from gate.http.failure import Cause, NoAnswer, no_answer
from gate.snapshot.format import Request

REQUEST = Request(path="/v1/apps")


def error_of(error):
    return transport_error(no_answer(error), REQUEST, AppStoreLimits())


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (upper.ProxyError(), "The proxy did not let GET /v1/apps through"),
        (upper.ConnectionError(lower.ProxyError("x", OSError())), "The proxy did not let"),
        (upper.SSLError(), "No secure connection"),
        (upper.ConnectionError(ssl.SSLError(1, "handshake failure")), "No secure connection"),
        (upper.ConnectTimeout(), "App Store Connect could not be reached"),
        (upper.ConnectionError(socket.gaierror(-3, "x")), "App Store Connect could not be reached"),
        (upper.ConnectionError(OSError(errno.ENETUNREACH, "x")), "App Store Connect could not be reached"),
        (upper.ReadTimeout(), "did not come in time"),
        (upper.ConnectionError(lower.ReadTimeoutError(None, "", "x")), "did not come in time"),
        (upper.ContentDecodingError(), "can't be unpacked"),
        (upper.ChunkedEncodingError(), "broke off"),
        (upper.ConnectionError(lower.ProtocolError("x", ConnectionResetError(104, "reset"))), "broke off"),
        (upper.ConnectionError(), "No answer came to GET /v1/apps"),
        (lower.HTTPError(), "No answer came"),
        (OSError(), "No answer came"),
    ],
)
def test_each_kind_of_failure_has_its_words(error, what):
    found = error_of(error)

    assert type(found) is Unreachable
    assert what in found.what
    assert found.cause
    assert found.remedy


def test_the_words_of_the_operating_system_are_repeated():
    inner = ConnectionRefusedError(111, "Connection refused")
    error = upper.ConnectionError(lower.MaxRetryError(None, "/v1/apps", lower.HTTPError(inner)))

    found = error_of(error)

    assert found.what == "App Store Connect could not be reached"
    assert found.cause == "the connection was refused"


def test_the_system_says_why_a_name_could_not_be_resolved():
    found = error_of(upper.ConnectionError(socket.gaierror(-3, "Temporary failure in name resolution")))

    assert found.cause == "its name could not be resolved (Temporary failure in name resolution)"


@pytest.mark.parametrize("cause", Cause)
def test_no_cause_is_guessed(cause):
    found = transport_error(NoAnswer(cause, name="X"), REQUEST, AppStoreLimits())

    assert "firewall" not in str(found)
    if "could not be reached" in found.what:
        assert "proxy" not in found.cause


def test_a_sandbox_that_is_off_is_called_one():
    failure = no_answer(ConnectionRefusedError(111, "Connection refused"))
    found = transport_error(failure, REQUEST, AppStoreLimits(), sandbox="http://127.0.0.1:9")

    assert found.what == "The sandbox at http://127.0.0.1:9 could not be reached"
    assert "gate sandbox" in found.remedy


def test_the_words_of_the_libraries_are_not_repeated():
    error = upper.ProxyError("https://user:password@proxy.example.com")

    assert "password" not in str(error_of(error))


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_its_words(cause):
    found = transport_error(NoAnswer(cause, name="X"), REQUEST, AppStoreLimits(body=9, patience=7.0))

    assert "GET /v1/apps" in found.what or found.what == "App Store Connect could not be reached"
    assert found.cause
    assert found.remedy


def test_bounds_that_an_answer_exceeds_are_named():
    limits = AppStoreLimits(body=9, patience=7.0)
    large = transport_error(NoAnswer(Cause.TOO_LARGE, name="X"), REQUEST, limits)
    slow = transport_error(NoAnswer(Cause.TOO_SLOW, name="X"), REQUEST, limits)

    assert (type(large), large.what) == (MalformedAnswer, "The answer to GET /v1/apps is larger than 9 bytes")
    assert (type(slow), slow.what) == (Unreachable, "The answer to GET /v1/apps did not arrive within 7 s")
