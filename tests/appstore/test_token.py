"""Keys in every form that secrets stores keep them in, and the tokens made of them."""

import base64
import re
import threading
from contextlib import suppress

import jwt
import pytest
from clients import ISSUER, KEY_ID, PEM, credentials
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from loopback import NOW, Time

from gate.appstore import token
from gate.appstore.token import TokenSource, load_credentials, read_private_key
from gate.errors import KeyRejected, UsageError

SCOPE = "GET /v1/apps/1/perfPowerMetrics?filter[platform]=IOS"
BODY = "".join(PEM.splitlines()[1:-1])


def private_pem(key, *, encryption=None, style=serialization.PrivateFormat.PKCS8):
    algorithm = encryption or serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, style, algorithm).decode()


def public_pem(key):
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def same_key(key):
    return private_pem(key) == PEM


def claims_of(text, *, now=NOW):
    public = read_private_key(PEM).public_key()
    claims = jwt.decode(
        text,
        public,
        algorithms=["ES256"],
        audience="appstoreconnect-v1",
        options={"verify_exp": False, "verify_iat": False, "verify_sub": False},
    )
    assert claims["iat"] <= now < claims["exp"]
    return claims


# --- keys --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PEM, id="PEM"),
        pytest.param(PEM.replace("\n", "\r\n"), id="Windows line breaks"),
        pytest.param(f"\ufeff  {PEM}\n\n", id="byte order mark and blanks"),
        pytest.param(PEM.replace("\n", "\\n"), id="literal line breaks"),
        pytest.param(PEM.replace("\n", "\\r\\n"), id="literal Windows line breaks"),
        pytest.param(PEM.replace("\n", " "), id="on one line"),
        pytest.param(f'"{PEM}"', id="in quotes"),
        pytest.param(base64.b64encode(PEM.encode()).decode(), id="base64"),
        pytest.param(base64.encodebytes(PEM.encode()).decode(), id="base64 on several lines"),
        pytest.param(
            private_pem(read_private_key(PEM), style=serialization.PrivateFormat.TraditionalOpenSSL),
            id="EC PRIVATE KEY",
        ),
        pytest.param(
            f"-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\n{PEM}", id="after parameters"
        ),
    ],
)
def test_a_key_is_read_in_every_form_that_keeps_it_whole(text):
    assert same_key(read_private_key(text))


RSA = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - never used to sign
P384 = ec.generate_private_key(ec.SECP384R1())
LOCKED = serialization.BestAvailableEncryption(b"secret")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param(" \n", "is empty", id="blank"),
        pytest.param("AuthKey_2X9R4HXF34.p8", "is not PEM", id="file name"),
        pytest.param(BODY, "is not PEM", id="body without its frame"),
        pytest.param(base64.b64encode(b"\xff\xfe").decode(), "is not PEM", id="base64 of bytes"),
        pytest.param(PEM.replace("END PRIVATE", "END PUBLIC"), "is not PEM", id="frame that does not match"),
        pytest.param(PEM.replace(BODY[:40], ""), "can't be parsed", id="cut"),
        pytest.param(PEM.replace(BODY[:9], "*" * 9), "can't be parsed", id="damaged"),
        pytest.param(private_pem(RSA), "is not an elliptic curve key", id="RSA"),
        pytest.param(private_pem(P384), "is on the curve secp384r1, not P-256", id="P-384"),
        pytest.param(public_pem(read_private_key(PEM)), "is a public key", id="public"),
        pytest.param(private_pem(P384, encryption=LOCKED), "is encrypted", id="encrypted"),
        pytest.param(
            private_pem(P384, encryption=LOCKED, style=serialization.PrivateFormat.TraditionalOpenSSL),
            "is encrypted",
            id="encrypted the old way",
        ),
    ],
)
def test_an_unusable_key_is_refused_with_its_cause_and_without_its_text(text, said):
    with pytest.raises(KeyRejected) as caught:
        read_private_key(text)

    assert said in caught.value.what
    assert caught.value.cause
    assert "AuthKey_" in caught.value.remedy
    shown = f"{caught.value} {caught.value.__cause__!r}"
    pieces = [line for line in text.split() if len(line) > 30]
    assert not any(piece in shown for piece in pieces)


def test_a_refused_key_does_not_drag_the_parser_s_message_along():
    with pytest.raises(KeyRejected) as caught:
        read_private_key(PEM.replace(BODY[:40], ""))

    assert caught.value.__suppress_context__


# --- credentials -------------------------------------------------------------------------------------------


def test_credentials_do_not_show_the_key():
    shown = repr(credentials())

    assert KEY_ID in shown
    assert "private_key" not in shown


def test_surrounding_blanks_of_ids_do_not_matter():
    loaded = load_credentials(key_id=f" {KEY_ID}\n", issuer_id=f"{ISSUER} ", private_key=PEM)

    assert (loaded.key_id, loaded.issuer_id) == (KEY_ID, ISSUER)


def test_without_an_issuer_the_key_is_an_individual_one():
    assert load_credentials(key_id=KEY_ID, private_key=PEM).issuer_id is None


def test_a_key_is_read_from_a_file(tmp_path):
    file = tmp_path / "AuthKey_2X9R4HXF34.p8"
    file.write_text(PEM)

    assert same_key(load_credentials(key_id=KEY_ID, private_key_path=str(file)).private_key)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        pytest.param({"key_id": ""}, "is missing", id="no key id"),
        pytest.param({"key_id": ISSUER}, "is a UUID", id="issuer as key id"),
        pytest.param(
            {"key_id": "AuthKey_2X9R4HXF34.p8"}, "other than letters and digits", id="file as key id"
        ),
        pytest.param({"key_id": PEM}, "other than letters and digits", id="key as key id"),
        pytest.param({"issuer_id": KEY_ID}, "is not a UUID", id="key id as issuer"),
        pytest.param({"issuer_id": PEM}, "is not a UUID", id="key as issuer"),
        pytest.param({"private_key_path": "x.p8"}, "given twice", id="text and file"),
        pytest.param({"private_key": "", "private_key_path": "no/such.p8"}, "can't be read", id="no file"),
        pytest.param({"private_key": "", "private_key_path": PEM}, "can't be read", id="key as path"),
        pytest.param({"private_key": "", "private_key_path": "\0"}, "can't be read", id="impossible path"),
    ],
)
def test_parts_that_can_not_be_right_are_refused_without_being_shown(parts, said):
    with pytest.raises(UsageError, match=said) as caught:
        load_credentials(**{"key_id": KEY_ID, "issuer_id": ISSUER, "private_key": PEM} | parts)

    assert BODY[:20] not in str(caught.value)
    assert caught.value.remedy


def test_a_key_file_that_is_not_text_is_refused(tmp_path):
    file = tmp_path / "key.p8"
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(UsageError, match="it is not a text file"):
        load_credentials(key_id=KEY_ID, private_key_path=str(file))


# --- secrets are reported before they are used -------------------------------------------------------------


@pytest.mark.parametrize("text", [PEM, "no key at all"])
@pytest.mark.parametrize("given", ["text", "file"])
def test_the_text_of_a_key_is_reported_once_even_when_it_is_unusable(tmp_path, given, text):
    file = tmp_path / "AuthKey.p8"
    file.write_text(text)
    parts = {"private_key": text} if given == "text" else {"private_key_path": str(file)}
    reported = []

    with suppress(KeyRejected):
        load_credentials(key_id=KEY_ID, on_secret=reported.append, **parts)

    assert reported == [text]


@pytest.mark.parametrize("parts", [{"key_id": ""}, {"issuer_id": KEY_ID}, {"private_key_path": "x.p8"}])
def test_the_text_of_a_key_is_reported_before_the_other_parts_are_checked(parts):
    reported = []

    with pytest.raises(UsageError):
        load_credentials(
            **{"key_id": KEY_ID, "private_key": PEM} | parts,
            on_secret=reported.append,
        )

    assert reported == [PEM]


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_can_not_be_read_has_nothing_to_report(tmp_path, content):
    file = tmp_path / "AuthKey.p8"
    if content is not None:
        file.write_bytes(content)
    reported = []

    with pytest.raises(UsageError):
        load_credentials(key_id=KEY_ID, private_key_path=str(file), on_secret=reported.append)

    assert reported == []


def test_every_token_is_reported_once_before_it_is_handed_out():
    time, reported = Time(), []
    source = TokenSource(credentials(), clock=time, on_secret=reported.append)
    first = source.token([SCOPE])
    assert reported == [first]

    source.token([SCOPE])
    second = source.token([SCOPE], rejected=first)
    time.now += token.LIFETIME
    third = source.token([SCOPE])

    assert reported == [first, second, third]


# --- tokens ------------------------------------------------------------------------------------------------


def test_a_team_token_says_what_apple_documents():
    text = TokenSource(credentials(), clock=Time()).token([SCOPE])

    assert jwt.get_unverified_header(text) == {"alg": "ES256", "kid": KEY_ID, "typ": "JWT"}
    assert claims_of(text) == {
        "iss": ISSUER,
        "aud": "appstoreconnect-v1",
        "iat": NOW - 60,
        "exp": NOW + 840,
        "scope": [SCOPE],
    }


def test_an_individual_token_has_a_subject_and_no_issuer():
    key = load_credentials(key_id=KEY_ID, private_key=PEM)

    claims = claims_of(TokenSource(key, clock=Time()).token([SCOPE]))

    assert claims["sub"] == "user"
    assert "iss" not in claims


def test_a_token_without_scopes_has_no_scope_claim():
    assert "scope" not in claims_of(TokenSource(credentials(), clock=Time()).token())


def test_the_lifetime_stays_below_apple_s_ceiling_on_a_clock_that_differs():
    assert token.LIFETIME <= 1140
    assert token.LIFETIME > token.BACKDATE + token.MARGIN


def test_a_token_is_reused_until_shortly_before_it_expires():
    time = Time()
    source = TokenSource(credentials(), clock=time)
    first = source.token([SCOPE])

    time.now += token.LIFETIME - token.BACKDATE - token.MARGIN - 1
    assert source.token([SCOPE]) == first

    time.now += 1
    assert claims_of(source.token([SCOPE]), now=time.now)["iat"] == time.now - 60


def test_each_scope_has_its_own_token():
    source = TokenSource(credentials(), clock=Time())

    assert source.token([SCOPE]) != source.token(["GET /v1/apps"])


def test_a_rejected_token_is_not_handed_out_again():
    source = TokenSource(credentials(), clock=Time())
    rejected = source.token([SCOPE])

    fresh = source.token([SCOPE], rejected=rejected)

    assert fresh != rejected
    assert source.token([SCOPE]) == fresh


def test_threads_whose_token_was_rejected_share_the_next_one():
    source = TokenSource(credentials(), clock=Time())
    rejected = source.token([SCOPE])
    fresh = []
    start = threading.Barrier(8, timeout=10)

    def renew():
        start.wait()
        fresh.append(source.token([SCOPE], rejected=rejected))

    threads = [threading.Thread(target=renew) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)

    assert len(fresh) == 8
    assert len(set(fresh)) == 1
    assert fresh[0] != rejected


def test_nothing_of_a_source_shows_a_token_or_the_key():
    source = TokenSource(credentials(), clock=Time())
    text = source.token([SCOPE])

    shown = f"{source!r} {vars(source)!r}"

    assert text not in shown
    assert not re.search(r"BEGIN|eyJ", shown)
