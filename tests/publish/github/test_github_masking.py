"""The key, and what is made from it, are hidden before they are used."""

import base64
from functools import partial

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from runner_rules import commands as read
from runner_rules import masked

from gate.appstore.token import TokenSource, load_credentials
from gate.publish.github import masking

PEM = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    .decode()
)
BODY = PEM.splitlines()[1:-1]
ENCODED = base64.b64encode(PEM.encode()).decode()
FORMS = {
    "pem": PEM,
    "pem without its last line break": PEM.strip(),
    "windows": PEM.replace("\n", "\r\n"),
    "blanks": PEM.replace("\n", " "),
    "literal": PEM.replace("\n", "\\n"),
    "base64": ENCODED,
    "wrapped base64": base64.encodebytes(PEM.encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_no_line_of_a_key_is_shown_in_whatever_form_it_was_given(form):
    said = []
    masking.mask(FORMS[form], said.append)
    log = "\n".join(said)

    for shown in (PEM, "".join(BODY), ENCODED, FORMS[form], *BODY):
        hidden = masked(log, shown)
        assert not any(line in hidden for line in BODY)
        assert ENCODED[:60] not in hidden


@pytest.mark.parametrize("form", FORMS)
def test_the_first_thing_said_about_a_key_is_a_mask(form):
    said = []
    masking.mask(FORMS[form], said.append)

    assert said
    assert {name for name, _, _ in read("\n".join(said))} == {"add-mask"}
    assert all(line.startswith("::add-mask::") for line in said)


def test_the_frame_of_a_key_is_not_hidden():
    said = []
    masking.mask(PEM, said.append)

    assert masked("\n".join(said), "-----BEGIN PRIVATE KEY-----") == "-----BEGIN PRIVATE KEY-----"


def test_short_texts_are_not_hidden():
    assert masking.key_masks("abc") == []


def test_nothing_is_said_of_no_secret():
    said = []
    masking.mask("", said.append)

    assert said == []


@pytest.mark.parametrize(("environment", "count"), [({}, 0), ({"GITHUB_ACTIONS": "true"}, 1)])
def test_secrets_are_only_said_in_actions(environment, count):
    said = []
    masking.masker(environment, said.append)("a.secret.token")

    assert len(said) == count


def test_a_key_in_a_file_is_hidden_too(tmp_path):
    file = tmp_path / "AuthKey.p8"
    file.write_text(PEM)
    said = []
    load_credentials(
        key_id="2X9R4HXF34", private_key_path=str(file), on_secret=partial(masking.mask, say=said.append)
    )

    assert masked("\n".join(said), BODY[0]) == "***"


def test_each_token_is_hidden_once_before_it_is_handed_out():
    credentials = load_credentials(
        key_id="2X9R4HXF34", issuer_id="57246542-96fe-1a63-e053-0824d011072a", private_key=PEM
    )
    said = []
    mask = partial(masking.mask, say=said.append)
    tokens = TokenSource(credentials, clock=lambda: 1_790_000_000.0, on_secret=mask)
    one, same, other = tokens.token(("GET /a",)), tokens.token(("GET /a",)), tokens.token(("GET /b",))

    assert one == same
    assert said == [f"::add-mask::{one}", f"::add-mask::{other}"]


def test_a_key_in_a_file_is_hidden_before_it_is_refused(run_step, tmp_path):
    file = tmp_path / "AuthKey.p8"
    file.write_text(PEM.replace("END PRIVATE", "END PUBLIC"))
    code, out, err = run_step(
        "fetch",
        "--app",
        "com.example.photos",
        "--out",
        tmp_path / "snapshot.json",
        ASC_KEY_ID="2X9R4HXF34",
        ASC_PRIVATE_KEY_PATH=str(file),
    )

    assert code == 4
    assert "is not PEM" in err
    assert err.startswith("::add-mask::")
    assert masked(err, BODY[0]) == "***"
    rest = "\n".join(line for line in (out + err).splitlines() if not line.startswith("::add-mask::"))
    assert not any(line in rest for line in BODY)
