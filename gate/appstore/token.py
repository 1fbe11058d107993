"""Keys and tokens of App Store Connect: a private key becomes short, scoped, reused JWTs.

Apple's rules (Generating Tokens for API Requests): ES256; header ``kid``; ``aud`` is ``appstoreconnect-v1``;
a team key names its ``iss``, an individual key has ``sub: user`` instead; a lifetime of at most twenty minutes,
measured on Apple's clock; an optional ``scope`` lists the exact GETs that the token is good for.
"""

import base64
import binascii
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from gate.errors import KeyRejected, UsageError

AUDIENCE = "appstoreconnect-v1"
BACKDATE = 60
"""Seconds by which ``iat`` lies in the past, so that a clock slightly ahead is no reason for a 401."""
LIFETIME = 15 * 60
"""Seconds from ``iat`` to ``exp``; Apple refuses more than 1200, and 1200 itself on a clock that differs."""
MARGIN = 120
"""Seconds before its expiry from which a token is not used for another request."""

OnSecret = Callable[[str], object]
"""Takes a secret, to keep it out of a log."""

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_FILE_HINT = "use the file AuthKey_<key id>.p8 that App Store Connect offers once, when a key is made"


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """An App Store Connect API key, parsed and checked. Neither its repr nor any error shows the key."""

    key_id: str
    issuer_id: str | None
    """UUID of the team; None for an individual key, which acts as the user who made it."""
    private_key: EllipticCurvePrivateKey = field(repr=False)
    """On the curve P-256."""


def load_credentials(
    *,
    key_id: str,
    issuer_id: str = "",
    private_key: str = "",
    private_key_path: str = "",
    on_secret: OnSecret | None = None,
) -> Credentials:
    """Check the parts of a key and put them together.

    Args:
        key_id: The key's id, ten letters and digits.
        issuer_id: UUID of the team; empty for an individual key.
        private_key: The key itself, as PEM or base64 of PEM.
        private_key_path: A file that holds it, instead of `private_key`.
        on_secret: Called with the text of the key, as it was given, before anything is done with it.

    Raises:
        UsageError: A part is missing, doubled or in the wrong place, or the file can't be read.
        KeyRejected: The private key itself is unusable.
    """
    # A key that is of no use here, or whose id is wrong, may still be the key to something: it is reported first.
    if private_key and on_secret is not None:
        on_secret(private_key)
    checked_id, checked_issuer = _check_key_id(key_id.strip()), _check_issuer(issuer_id.strip())
    text = _key_text(private_key, private_key_path)
    if not private_key and on_secret is not None:
        on_secret(text)
    return Credentials(key_id=checked_id, issuer_id=checked_issuer, private_key=read_private_key(text))


def _check_key_id(key_id: str) -> str:
    """Check that a key id can be one. Values are never repeated: a key may have been pasted in its place."""
    if not key_id:
        raise UsageError("The id of the App Store Connect key is missing", remedy="set ASC_KEY_ID")
    if _UUID.fullmatch(key_id):
        raise UsageError(
            "The key id is a UUID",
            cause="the issuer id was given in its place",
            remedy="give the ten letters and digits of the column KEY ID as ASC_KEY_ID",
        )
    if not (key_id.isascii() and key_id.isalnum()):
        raise UsageError(
            "The key id holds characters other than letters and digits",
            cause="a file name or the key itself was given in its place",
            remedy="give only the ten letters and digits between AuthKey_ and .p8 in the name of the key file",
        )
    return key_id


def _check_issuer(issuer_id: str) -> str | None:
    if issuer_id and not _UUID.fullmatch(issuer_id):
        raise UsageError(
            "The issuer id is not a UUID",
            cause="another value was given in its place",
            remedy=(
                "copy the issuer id from Users and Access, Integrations, App Store Connect API; "
                "leave ASC_ISSUER_ID empty for an individual key"
            ),
        )
    return issuer_id or None


def _key_text(private_key: str, path: str) -> str:
    if private_key and path:
        raise UsageError(
            "The private key is given twice, as text and as a file",
            remedy="set either ASC_PRIVATE_KEY or ASC_PRIVATE_KEY_PATH",
        )
    if not path:
        return private_key
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(
            "The file of the private key can't be read",
            cause=_reason(error),
            remedy=_FILE_HINT,
        ) from None


def _reason(error: OSError | ValueError) -> str:
    """Say why a file can't be read, without its path: the key itself may have been given as one."""
    strerror = error.strerror if isinstance(error, OSError) else None
    return strerror or "it is not a text file"


def read_private_key(text: str) -> EllipticCurvePrivateKey:
    r"""Read an App Store Connect key in any form in which secrets stores keep it.

    Args:
        text: PEM; PEM whose line breaks are spaces or a literal ``\n``; or base64 of PEM.

    Raises:
        KeyRejected: It is not an unencrypted P-256 private key. The message never quotes the text.
    """
    if not text.strip():
        raise _rejected("is empty", cause="the secret is not set, or not passed to this step")
    label, body = _pem_block(text)
    _check_label(label, body)
    lines = re.findall(r"\S{1,64}", re.sub(r"\s", "", body))
    pem = "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # from None: the cause of a parser may quote what it read
        raise _rejected("can't be parsed", cause="it was cut or changed on its way here") from None
    if not isinstance(key, EllipticCurvePrivateKey):
        raise _rejected("is not an elliptic curve key", cause="it is an RSA key or another service's key")
    if not isinstance(key.curve, SECP256R1):
        raise _rejected(f"is on the curve {key.curve.name}, not P-256", cause="it is another service's key")
    return key


def _rejected(what: str, *, cause: str) -> KeyRejected:
    return KeyRejected(f"The private key {what}", cause=cause, remedy=_FILE_HINT)


def _pem_block(text: str) -> tuple[str, str]:
    """Find label and body of the private key block, else of the first block there is."""
    plain = _decoded(text).replace("\\r", "").replace("\\n", "\n")
    blocks: list[tuple[str, str]] = _BLOCK.findall(plain)
    if not blocks:
        raise _rejected(
            "is not PEM",
            cause="the lines BEGIN PRIVATE KEY and END PRIVATE KEY are missing, or a file name was given instead",
        )
    return next((block for block in blocks if block[0].endswith("PRIVATE KEY")), blocks[0])


def _decoded(text: str) -> str:
    """Undo base64, if the text is that."""
    if "-----BEGIN" in text:
        return text
    try:
        return base64.b64decode(re.sub(r"\s", "", text), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return text


def _check_label(label: str, body: str) -> None:
    if "ENCRYPTED" in label or "Proc-Type:" in body:
        raise _rejected("is encrypted", cause="a passphrase was added to the file from App Store Connect")
    if not label.endswith("PRIVATE KEY"):
        raise _rejected(f"is a {label.lower()}", cause="the public half or a certificate was given instead")


@dataclass(frozen=True)
class _Token:
    text: str = field(repr=False)
    good_until: float


class TokenSource:
    """Signs tokens and reuses them until shortly before they expire, as Apple asks. Safe to share by threads.

    Args:
        credentials: The key.
        clock: Epoch seconds.
        on_secret: Called with every token, once, before it is handed out for the first time.
    """

    def __init__(
        self, credentials: Credentials, *, clock: Callable[[], float], on_secret: OnSecret | None = None
    ) -> None:
        self._credentials = credentials
        self._clock = clock
        self._on_secret = on_secret
        self._tokens: dict[tuple[str, ...], _Token] = {}
        self._lock = threading.Lock()

    def token(self, scopes: Sequence[str] = (), *, rejected: str = "") -> str:
        """Sign a token for these GETs, or reuse one.

        Args:
            scopes: Entries such as ``GET /v1/apps/1/perfPowerMetrics?filter[platform]=IOS``; none for a
                token without a scope.
            rejected: A token that App Store Connect refused, which is not handed out again. Threads whose
                shared token was refused share its successor, too.
        """
        wanted = tuple(scopes)
        with self._lock:
            known = self._tokens.get(wanted)
            if known is None or known.text == rejected or known.good_until <= self._clock():
                known = self._tokens[wanted] = self._sign(wanted)
            return known.text

    def _sign(self, scopes: tuple[str, ...]) -> _Token:
        issued = int(self._clock()) - BACKDATE
        claims: dict[str, object] = {"iat": issued, "exp": issued + LIFETIME, "aud": AUDIENCE}
        if self._credentials.issuer_id is None:
            claims["sub"] = "user"
        else:
            claims["iss"] = self._credentials.issuer_id
        if scopes:
            claims["scope"] = list(scopes)
        text = jwt.encode(
            claims,
            self._credentials.private_key,
            algorithm="ES256",
            headers={"kid": self._credentials.key_id, "typ": "JWT"},
        )
        if self._on_secret is not None:
            self._on_secret(text)
        return _Token(text, issued + LIFETIME - MARGIN)
