"""The bearer tokens of the App Store Connect API, verified as Apple documents it.

A token is a JWT signed with ES256. A team key names its issuer in ``iss``; an individual key has no ``iss``
and the literal ``user`` as ``sub``. It lives for at most 20 minutes, unless it has a scope of nothing but
GETs of calls that Apple lets live longer, among them those of power and performance. A token with a scope
is good only for the requests that an entry of it names.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gate.sandbox.answer import SandboxRequest

AUDIENCE = "appstoreconnect-v1"
MAX_LIFETIME = 1200
"""Seconds from ``iat`` to ``exp``."""
MAX_SCOPED_LIFETIME = 183 * 86400
"""About six months, for a scope of nothing but long-lived calls."""
CLOCK_LEEWAY = 5
"""Seconds that ``iat`` may be in the future. Apple is known to refuse 34."""
UNSCOPED_PARAMETERS = frozenset({"limit", "cursor", "sort"})
"""Ignored when a request is compared with a scope."""

_LONG_LIVED = re.compile(
    r"/v1/(apps/[^/]+/(perfPowerMetrics|performanceOverviews)"
    r"|builds/[^/]+/(perfPowerMetrics|diagnosticSignatures)"
    r"|diagnosticSignatures/[^/]+/logs)"
)


class SandboxKey:
    """A throwaway P-256 key, as App Store Connect would hand it out.

    Args:
        identity: The key id, ten characters.
        issuer: The team's issuer id; empty for an individual key.
    """

    def __init__(self, identity: str, issuer: str) -> None:
        self.identity = identity
        self.issuer = issuer
        self._private = ec.generate_private_key(ec.SECP256R1())

    @property
    def pem(self) -> str:
        """The private key: PEM, PKCS #8, as in a ``.p8`` file."""
        return self._private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()

    @property
    def public(self) -> ec.EllipticCurvePublicKey:
        """What signatures are verified with."""
        return self._private.public_key()


def verify(request: SandboxRequest, keys: Iterable[SandboxKey], now: float) -> SandboxKey | None:
    """Find the key that signed a request's token; None when the token is no good for the request.

    Args:
        request: The request, with its ``Authorization``.
        keys: The keys that exist.
        now: Epoch seconds.
    """
    scheme, _, token = request.authorization.partition(" ")
    try:
        header = jwt.get_unverified_header(token)
        key = next(key for key in keys if key.identity == header.get("kid"))
        claims = jwt.decode(
            token,
            key.public,
            algorithms=["ES256"],
            audience=AUDIENCE,
            # PyJWT knows the machine's clock only; `_in_time` looks at the sandbox's.
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_sub": False},
        )
    except (jwt.PyJWTError, StopIteration):
        return None
    good = (
        scheme == "Bearer"
        and header.get("typ") == "JWT"
        and _is_of(claims, key)
        and _in_time(claims, now)
        and _in_scope(claims, request)
    )
    return key if good else None


def scope_of(authorization: str) -> tuple[str, ...] | None:
    """Read the scope of a token, unverified, for the record; None when it has none."""
    try:
        claims = jwt.decode(authorization.partition(" ")[2], options={"verify_signature": False})
    except jwt.PyJWTError:
        return None
    scope = claims.get("scope")
    return tuple(map(str, scope)) if isinstance(scope, list) else None


def _is_of(claims: Mapping[str, Any], key: SandboxKey) -> bool:
    if key.issuer:
        return claims.get("iss") == key.issuer and "sub" not in claims
    return claims.get("sub") == "user" and "iss" not in claims


def _in_time(claims: Mapping[str, Any], now: float) -> bool:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int | float) or not isinstance(expires, int | float):
        return False
    if issued > now + CLOCK_LEEWAY or expires <= now:
        return False
    return 0 < expires - issued <= _longest(claims.get("scope"))


def _longest(scope: object) -> int:
    if not isinstance(scope, list) or not scope:
        return MAX_LIFETIME
    entries = [str(entry).partition(" ") for entry in scope]
    # One entry that may not live long is enough to bind the whole token to 20 minutes.
    lasting = all(verb == "GET" and _LONG_LIVED.fullmatch(urlsplit(url).path) for verb, _, url in entries)
    return MAX_SCOPED_LIFETIME if lasting else MAX_LIFETIME


def _in_scope(claims: Mapping[str, Any], request: SandboxRequest) -> bool:
    if "scope" not in claims:
        return True
    scope = claims["scope"]
    if not isinstance(scope, list):
        return False
    return any(_names(str(entry), request) for entry in scope)


def _names(entry: str, request: SandboxRequest) -> bool:
    verb, _, url = entry.partition(" ")
    parts = urlsplit(url)
    wanted = _compared(parse_qsl(parts.query, keep_blank_values=True))
    return (
        # Apple names GET alone as a verb of a scope ("Generating Tokens for API Requests").
        verb == request.method == "GET" and parts.path == request.path and wanted == _compared(request.query)
    )


def _compared(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    # Sorted, because Apple does not care about the order of parameters.
    return sorted(pair for pair in pairs if pair[0] not in UNSCOPED_PARAMETERS)
