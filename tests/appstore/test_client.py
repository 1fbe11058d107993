"""The real sender against real servers on loopback: what goes out, what comes back, what is tried again."""

import gzip
import itertools
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from clients import FAST, client_of, credentials, sandbox_of
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from loopback import NOW, Reply, Server, Time

from gate import __version__, errors
from gate.appstore import protocol
from gate.appstore.client import Client
from gate.appstore.limits import AppStoreLimits
from gate.appstore.token import TokenSource, load_credentials
from gate.errors import AppStoreError, UsageError
from gate.sandbox.server import Sandbox

METRICS = protocol.app_metrics("1")
LIST = protocol.signatures("b-1")
FINE = Reply(body={"productData": []})
NO = {"id": "E-1", "status": "0", "code": "X", "title": "No.", "detail": "Because."}


def refusal(status, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, body={"errors": [NO]}, headers=named)


def ask(server, request=METRICS, *, time=None, **options):
    with client_of(server, time or Time(), **options) as client:
        return client.get_all([request])[0]


def error_of(server, request=METRICS, **options):
    error = ask(server, request, **options).error
    assert isinstance(error, AppStoreError)
    return error


# --- one request -------------------------------------------------------------------------------------------


def test_a_request_says_who_asks_for_what():
    with Server(FINE) as server:
        ask(server)

    ((path, headers),) = server.requests
    assert path == "/v1/apps/1/perfPowerMetrics?filter%5Bplatform%5D=IOS"
    assert headers["accept"] == "application/vnd.apple.xcode-metrics+json"
    assert headers["authorization"].startswith("Bearer eyJ")
    assert headers["user-agent"] == f"appstore-gate/{__version__}"


def test_an_answer_is_kept_as_it_came():
    body = '{"productData" : [],\n "unknown": "\u00fc"}'
    with Server(Reply(body=body, headers={"X-Request-Id": "R-9"})) as server:
        (exchange,) = ask(server).required()

    assert exchange.call == "app_metrics"
    assert exchange.request == METRICS
    assert (exchange.status, exchange.body, exchange.request_id) == (200, body, "R-9")
    assert exchange.received == "2026-09-21T14:13:20+00:00"
    assert exchange.problem == ""


def test_a_refusal_is_kept_with_what_is_wrong():
    with Server(refusal(404)) as server:
        fetched = ask(server)

    (exchange,) = fetched.exchanges
    assert (exchange.status, exchange.problem) == (404, fetched.error.what)
    assert "Because" in exchange.body


def test_what_is_required_is_raised():
    with (
        Server(refusal(404)) as server,
        client_of(server, Time()) as client,
        pytest.raises(errors.NotFound),
    ):
        client.get(METRICS)


def test_a_base_url_of_another_host_is_refused():
    with pytest.raises(UsageError):
        Client("https://example.com", TokenSource(credentials(), clock=Time()), clock=Time(), sleep=print)


def test_a_netrc_file_does_not_replace_the_token(tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with Server(FINE) as server:
        ask(server)

    assert server.requests[0][1]["authorization"].startswith("Bearer ")


def test_a_proxy_of_the_environment_is_not_used_on_this_machine(monkeypatch):
    with Server(refusal(500)) as proxy, Server(FINE) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert ask(server).error is None

    assert not proxy.requests


def test_cookies_are_not_sent_back():
    with Server(Reply(headers={"Set-Cookie": "session=1"})) as server, client_of(server, Time()) as client:
        client.get(METRICS)
        client.get(METRICS)

    assert not any("cookie" in headers for _, headers in server.requests)


def test_a_token_that_an_answer_echoes_is_not_kept():
    def echo(_path):
        sent = server.requests[-1][1]["authorization"]
        return Reply(body={"productData": [], "echo": sent}, headers={"X-Request-Id": sent})

    with Server(by_path=echo) as server:
        (exchange,) = ask(server).required()

    assert exchange.body.endswith('"echo": "Bearer [token]"}')
    assert exchange.request_id == "Bearer [token]"


# --- retries -----------------------------------------------------------------------------------------------

CUT = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
BAD_CHUNK = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"

PASSING = {
    "429": refusal(429),
    "500": refusal(500),
    "502 as a web page": Reply(status=502, body="<html>", headers={"Content-Type": "text/html"}),
    "503 without a body": Reply(status=503, body=""),
    "504": refusal(504),
    "hung up": Reply(raw=[b""]),
    "cut": Reply(raw=[CUT]),
    "cut JSON": Reply(body='{"productData": ['),
    "empty": Reply(body=""),
    "no HTTP": Reply(raw=[b"nonsense\r\n\r\n"]),
    "bad chunk": Reply(raw=[BAD_CHUNK]),
    "not compressed": Reply(body="not compressed at all", headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("reply", PASSING.values(), ids=PASSING.keys())
def test_what_may_pass_is_tried_again(reply):
    time = Time()
    with Server(reply, reply, FINE) as server:
        fetched = ask(server, time=time)

    assert fetched.error is None
    assert len(fetched.exchanges) == 1
    assert len(server.requests) == 3
    assert len(time.slept) == 2


LASTING = {
    "429": (refusal(429), errors.RateLimited),
    "500": (refusal(500), errors.ServiceDown),
    "502 as a web page": (PASSING["502 as a web page"], errors.ServiceDown),
    "hung up": (Reply(raw=[b""]), errors.Unreachable),
    "cut": (Reply(raw=[CUT]), errors.Unreachable),
    "cut JSON": (Reply(body='{"productData": ['), errors.MalformedAnswer),
    "not compressed": (PASSING["not compressed"], errors.Unreachable),
}


@pytest.mark.parametrize(("reply", "kind"), LASTING.values(), ids=LASTING.keys())
def test_retries_are_bounded_in_count(reply, kind):
    time = Time()
    with Server(reply) as server:
        error = error_of(server, time=time)

    assert type(error) is kind
    assert len(server.requests) == 5
    assert len(time.slept) == 4


FINAL = {
    "400": (refusal(400), errors.BadRequest),
    "403": (refusal(403), errors.Forbidden),
    "404": (refusal(404), errors.NotFound),
    "406": (Reply(status=406, body="Accept is not supported."), errors.NotAcceptable),
    "410": (refusal(410), errors.BadRequest),
    "web page": (Reply(body="<html>", headers={"Content-Type": "text/html"}), errors.MalformedAnswer),
    "not UTF-8": (Reply(body=b'{"a": "\xff"}'), errors.MalformedAnswer),
    "204": (Reply(status=204, body=""), errors.MalformedAnswer),
}


@pytest.mark.parametrize(("reply", "kind"), FINAL.values(), ids=FINAL.keys())
def test_what_will_not_pass_is_not_tried_again(reply, kind):
    time = Time()
    with Server(reply) as server:
        error = error_of(server, time=time)

    assert type(error) is kind
    assert len(server.requests) == 1
    assert time.slept == []


def test_a_closed_port_is_tried_twice_within_a_second():
    time = Time()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    tokens = TokenSource(credentials(), clock=time)
    with Client(address, tokens, clock=time, sleep=time.sleep, limits=FAST) as client:
        (fetched,) = client.get_all([METRICS])

    assert isinstance(fetched.error, errors.Unreachable)
    assert fetched.error.what == f"The sandbox at {address} could not be reached"
    assert len(time.slept) == 1
    assert 0.5 <= time.slept[0] <= 1.0


def test_waits_double_and_differ():
    first, second = Time(), Time()
    with Server(refusal(500)) as server:
        ask(server, time=first)
        ask(server, time=second)

    for waits in (first.slept, second.slept):
        assert all(base <= wait <= base + 1 for base, wait in zip((1, 2, 4, 8), waits, strict=True))
    assert first.slept != second.slept


def in_seconds(seconds):
    return format_datetime(datetime.fromtimestamp(NOW, UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("header", ["40", in_seconds(40)])
def test_retry_after_is_honoured(header):
    time = Time()
    with Server(refusal(429, Retry_After=header), FINE) as server:
        assert ask(server, time=time).error is None

    (wait,) = time.slept
    assert 41 <= wait <= 42


def test_a_wait_beyond_all_patience_is_not_begun():
    time = Time()
    with Server(refusal(429, Retry_After="3600")) as server:
        error = error_of(server, time=time)

    assert time.slept == []
    assert "asks to wait 3600 s" in error.remedy


def test_retries_are_bounded_in_time():
    time = Time()
    with Server(refusal(503, Retry_After="50")) as server:
        error = error_of(server, time=time)

    assert isinstance(error, errors.ServiceDown)
    assert len(server.requests) == 4
    assert sum(time.slept) < AppStoreLimits().patience


def test_a_body_that_takes_too_long_is_not_read_on():
    time = Time()

    def late(_path):
        time.now += 1000
        return FINE

    with Server(by_path=late) as server:
        error = error_of(server, time=time)

    assert "did not arrive within 180 s" in error.what
    assert len(server.requests) == 1


def test_an_answer_that_does_not_come_is_not_waited_for():
    # The server says nothing until it is hung up on, so however short the wait, it ends in one way only.
    with Server(Reply(silent=True)) as server:
        error = error_of(server, limits=AppStoreLimits(read_timeout=0.001, retries=0))

    assert isinstance(error, errors.Unreachable)
    assert "did not come in time" in error.what


@pytest.mark.parametrize("compressed", [False, True])
def test_a_body_that_is_too_large_is_refused(compressed):
    body = b'{"a": "' + b"x" * 100_000 + b'"}'
    reply = (
        Reply(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})
        if compressed
        else Reply(body=body)
    )
    with Server(reply) as server:
        error = error_of(server, limits=AppStoreLimits(body=50_000))

    assert isinstance(error, errors.MalformedAnswer)
    assert "larger than 50000 bytes" in error.what


def test_a_body_without_an_end_is_not_waited_for():
    sent = []

    def endless():
        yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
        for number in range(1000):
            sent.append(number)
            yield b" " * 100_000

    with Server(Reply(raw=endless())) as server:
        error = error_of(server, limits=AppStoreLimits(body=50_000))

    assert "larger than 50000 bytes" in error.what
    assert len(sent) < 1000


def test_a_compressed_body_is_unpacked():
    body = gzip.compress(b'{"productData": []}')
    with Server(Reply(body=body, headers={"Content-Encoding": "gzip"})) as server:
        (exchange,) = ask(server).required()

    assert exchange.body == '{"productData": []}'


# --- no connection -----------------------------------------------------------------------------------------


def test_a_server_that_does_not_speak_tls_is_unreachable():
    with Server(FINE) as server:
        server_url = server.url.replace("http://", "https://")
        time = Time()
        tokens = TokenSource(credentials(), clock=time)
        with Client(server_url, tokens, clock=time, sleep=time.sleep, limits=FAST) as client:
            (fetched,) = client.get_all([METRICS])

    assert "No secure connection" in fetched.error.what
    assert not server.requests


def self_signed(folder):
    """A certificate that nobody trusts, and its key, as one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "server.pem"
    file.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    return file


def test_a_certificate_that_nobody_trusts_is_not_tried_again(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    time = Time()
    with Server(FINE, tls=context) as server:
        error = error_of(server, time=time)

    assert "No secure connection" in error.what
    assert time.slept == []
    assert not server.requests


# --- tokens ------------------------------------------------------------------------------------------------


def tokens_of(server):
    return [headers["authorization"] for _, headers in server.requests]


def test_a_401_is_answered_with_one_fresh_token():
    time = Time()
    with Server(refusal(401), FINE) as server:
        assert ask(server, time=time).error is None

    assert len(set(tokens_of(server))) == 2
    assert time.slept == []


def test_a_second_401_is_final_and_mentions_the_clock():
    with Server(refusal(401)) as server:
        error = error_of(server)

    assert isinstance(error, errors.Unauthorized)
    assert "clock" in error.remedy
    assert len(server.requests) == 2


def test_a_fresh_token_costs_no_retry():
    with Server(refusal(500), refusal(401), FINE) as server:
        assert ask(server, limits=AppStoreLimits(retries=1)).error is None


def test_one_token_serves_a_batch():
    with sandbox_of("healthy") as (sandbox, client):
        app = sandbox.scenario.app.id
        asked = [protocol.app_metrics(app), protocol.overview(app), protocol.shipped_versions(app)]
        for fetched in client.get_all(asked):
            fetched.required()

    assert len({request.token for request in sandbox.requests}) == 1
    assert set(sandbox.requests[0].scope) == set(map(protocol.scope_entry, asked))


def test_a_batch_of_more_requests_has_more_tokens():
    requests = [protocol.logs(f"s-{number}", limit=1) for number in range(45)]
    with Server(FINE) as server, client_of(server, Time()) as client:
        client.get_all(requests)

    assert len(server.requests) == 45
    assert len(set(tokens_of(server))) == 3


def test_an_unscoped_client_asks_for_tokens_without_a_scope():
    with sandbox_of("healthy", scoped=False) as (sandbox, client):
        client.get(protocol.app_metrics(sandbox.scenario.app.id))

    assert sandbox.requests[0].scope is None


def test_an_individual_key_is_accepted():
    time = Time()
    with Sandbox("healthy", clock=time) as sandbox:
        key = load_credentials(key_id=sandbox.individual_key_id, private_key=sandbox.individual_private_key)
        tokens = TokenSource(key, clock=time)
        with Client(sandbox.url, tokens, clock=time, sleep=time.sleep) as client:
            (exchange,) = client.get(protocol.app_metrics(sandbox.scenario.app.id))

    assert exchange.status == 200


# --- redirects and pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status):
    with (
        Server(FINE) as other,
        Server(Reply(status=status, headers={"Location": f"{other.url}/v1/apps"})) as server,
    ):
        error = error_of(server)

    assert isinstance(error, errors.UnsafeLink)
    assert not other.requests
    assert len(server.requests) == 1


def page(next_link=None, *names):
    links = {"self": "x"} | ({"next": next_link} if next_link else {})
    return Reply(
        body={"data": [{"type": "diagnosticSignatures", "id": name} for name in names], "links": links}
    )


def test_all_pages_of_a_list_are_fetched_in_their_order():
    def pages(path):
        return (
            page(f"{server.url}/v1/builds/b-1/diagnosticSignatures?cursor=2&limit=200", "a")
            if "cursor" not in path
            else page(None, "b")
        )

    with Server(by_path=pages) as server:
        first, second = ask(server, LIST).required()

    assert '"id": "a"' in first.body
    assert '"id": "b"' in second.body
    assert second.request.query == (("cursor", "2"), ("limit", "200"))
    assert len(set(tokens_of(server))) == 1


def test_a_next_link_of_a_call_that_is_not_paged_is_not_followed():
    with Server(Reply(body={"data": [], "links": {"next": "/v1/builds?cursor=2"}})) as server:
        assert len(ask(server, protocol.build_of_app("1", "b-1")).required()) == 1


def test_a_next_link_to_another_host_is_refused():
    with (
        Server(FINE) as other,
        Server(page(f"{other.url}/v1/builds/b-1/diagnosticSignatures?cursor=2")) as server,
    ):
        fetched = ask(server, LIST)

    assert isinstance(fetched.error, errors.UnsafeLink)
    assert fetched.exchanges[-1].problem == fetched.error.what
    assert not other.requests


@pytest.mark.parametrize("cursors", [["1"], ["1", "2"], ["1", "2", "3"]])
def test_a_repeated_next_link_is_refused(cursors):
    circle = itertools.cycle(cursors)
    with Server(
        by_path=lambda _: page(f"/v1/builds/b-1/diagnosticSignatures?cursor={next(circle)}")
    ) as server:
        error = error_of(server, LIST)

    assert isinstance(error, errors.UnsafeLink)
    assert "round in a circle" in error.what
    assert len(server.requests) == len(cursors) + 1


def test_a_list_without_an_end_is_given_up():
    numbers = itertools.count()
    with Server(by_path=lambda _: page(f"?cursor={next(numbers)}")) as server:
        error = error_of(server, LIST, limits=AppStoreLimits(pages=3))

    assert isinstance(error, errors.MalformedAnswer)
    assert "more than 3 pages" in error.what
    assert len(server.requests) == 3


def test_pages_before_a_failure_are_kept():
    with Server(page("?cursor=2", "a"), refusal(404)) as server:
        fetched = ask(server, LIST)

    assert [exchange.status for exchange in fetched.exchanges] == [200, 404]
    assert [bool(exchange.problem) for exchange in fetched.exchanges] == [False, True]
    assert isinstance(fetched.error, errors.NotFound)


# --- limits ------------------------------------------------------------------------------------------------


def test_rate_limits_are_reported():
    reported = []
    headers = {
        "X-Rate-Limit": ["user-hour-lim:3500;user-hour-rem:9;", "user-minute-lim:150;user-minute-rem:-1;"]
    }
    with Server(Reply(headers=headers)) as server:
        ask(server, on_rate_limit=lambda request, limits: reported.append((request, limits)))

    expected = {"user-hour-lim": 3500, "user-hour-rem": 9, "user-minute-lim": 150, "user-minute-rem": -1}
    assert reported == [(METRICS, expected)]


def test_an_answer_without_rate_limits_reports_none():
    reported = []
    with Server(FINE) as server:
        ask(server, on_rate_limit=lambda *_: reported.append(1))

    assert reported == []


# --- in parallel -------------------------------------------------------------------------------------------


def test_nothing_asked_is_nothing_sent():
    with Server(FINE) as server, client_of(server, Time()) as client:
        assert client.get_all([]) == []

    assert not server.requests


def test_answers_come_in_the_order_of_the_requests():
    requests = [protocol.app_metrics(str(number)) for number in range(12)]
    with (
        Server(by_path=lambda path: Reply(body={"path": path})) as server,
        client_of(server, Time()) as client,
    ):
        fetched = client.get_all(requests)

    assert [one.exchanges[0].request for one in fetched] == requests
    assert all(one.exchanges[0].request.path in one.exchanges[0].body for one in fetched)


def test_requests_run_in_parallel():
    together = threading.Barrier(4, timeout=5)

    def meet(_path):
        together.wait()
        return FINE

    with Server(by_path=meet) as server, client_of(server, Time()) as client:
        fetched = client.get_all([protocol.app_metrics(str(number)) for number in range(4)])

    assert all(one.error is None for one in fetched)


def test_no_more_than_the_bound_run_at_once():
    running, most, lock = set(), [], threading.Lock()

    def count(path):
        with lock:
            running.add(path)
            most.append(len(running))
        pairs.wait()
        with lock:
            running.discard(path)
        return FINE

    pairs = threading.Barrier(2, timeout=5)
    with (
        Server(by_path=count) as server,
        client_of(server, Time(), limits=AppStoreLimits(workers=2)) as client,
    ):
        client.get_all([protocol.app_metrics(str(number)) for number in range(6)])

    assert max(most) == 2


def test_one_failure_does_not_keep_the_others():
    def only_two(path):
        return refusal(404) if "/2/" in path else FINE

    with Server(by_path=only_two) as server, client_of(server, Time()) as client:
        fetched = client.get_all([protocol.app_metrics(str(number)) for number in range(4)])

    assert [one.error is None for one in fetched] == [True, True, False, True]
