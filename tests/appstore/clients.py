"""Throwaway keys, and the real client with the clock of a test."""

from contextlib import contextmanager

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from loopback import Time

from gate.appstore.client import Client
from gate.appstore.limits import AppStoreLimits
from gate.appstore.token import Credentials, TokenSource, load_credentials
from gate.sandbox.server import Sandbox

KEY_ID = "2X9R4HXF34"
ISSUER = "57246542-96fe-1a63-e053-0824d011072a"
PEM = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    .decode()
)
FAST = AppStoreLimits(connect_timeout=5.0, read_timeout=5.0)


def credentials() -> Credentials:
    """A team key made for this run of the tests."""
    return load_credentials(key_id=KEY_ID, issuer_id=ISSUER, private_key=PEM)


def client_of(server, time, **options):
    """The real client, with the clock of the test."""
    tokens = TokenSource(credentials(), clock=time)
    return Client(server.url, tokens, clock=time, sleep=time.sleep, **{"limits": FAST} | options)


@contextmanager
def sandbox_of(scenario, *, time=None, **options):
    """A sandbox and the real client with its key, on one clock."""
    time = time or Time()
    with Sandbox(scenario, clock=time) as sandbox:
        key = load_credentials(
            key_id=sandbox.key_id, issuer_id=sandbox.issuer_id, private_key=sandbox.private_key
        )
        tokens = TokenSource(key, clock=time)
        options = {"limits": FAST} | options
        with Client(sandbox.url, tokens, clock=time, sleep=time.sleep, **options) as client:
            yield sandbox, client
