"""Failures of the network, whatever library names them, in words a person can act on."""

import http.client
import socket
import ssl

import pytest
import requests.exceptions as upper
import urllib3.exceptions as lower

from gate.appstore.transport import TRANSPORT_ERRORS, may_pass, transport_error
from gate.errors import Unreachable
from gate.snapshot.format import Request

REQUEST = Request(path="/v1/apps")


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
    ("error", "what"),
    [
        (upper.ProxyError(), "The proxy did not let GET /v1/apps through"),
        (upper.ConnectionError(lower.ProxyError("x", OSError())), "The proxy did not let"),
        (upper.SSLError(), "No secure connection"),
        (upper.ConnectionError(ssl.SSLError(1, "handshake failure")), "No secure connection"),
        (upper.ConnectTimeout(), "No connection could be made in time"),
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
    told = transport_error(error, REQUEST)

    assert type(told) is Unreachable
    assert what in told.what
    assert told.cause
    assert told.remedy


def test_the_words_of_the_operating_system_are_repeated():
    inner = ConnectionRefusedError(111, "Connection refused")
    error = upper.ConnectionError(lower.MaxRetryError(None, "/v1/apps", chained(lower.HTTPError(), inner)))

    assert transport_error(error, REQUEST).what.endswith("(Connection refused)")


def test_the_words_of_the_libraries_are_not_repeated():
    error = upper.ProxyError("https://user:password@proxy.example.com")

    assert "password" not in str(transport_error(error, REQUEST))


def test_exceptions_that_hold_each_other_come_to_an_end():
    one, other = upper.ConnectionError(), lower.HTTPError()
    one.args, other.args = (other,), (one,)

    assert transport_error(one, REQUEST).what == "No answer came to GET /v1/apps"


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
    assert may_pass(error) is passes
