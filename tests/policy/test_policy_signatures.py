"""Which signatures a policy speaks of, from YAML to types and back."""

import pytest
from policy_texts import without_lines

from gate.errors import PolicyError
from gate.policy.read import read
from gate.policy.show import as_yaml
from gate.policy.types import IgnoredSignature, SignatureSelector

POLICY = """\
version: 1
rules:
  - {id: launch, metric: LAUNCH/launchTime, fail: "> +10%"}
signatures:
  tag: "release/{version}"
  only:
    - binary: ExamplePhotos
    - {symbol: "LibraryIndex.*", file: "*.swift"}
  ignore:
    - symbol: "LegacyExporter.*"
      reason: Goes away with the new export
      until: 2026-12-31
"""


def test_selectors_of_signatures_are_read():
    signatures = read(POLICY).signatures

    assert signatures.tag == "release/{version}"
    assert signatures.only == (
        SignatureSelector(binary="ExamplePhotos"),
        SignatureSelector(symbol="LibraryIndex.*", file="*.swift"),
    )
    assert signatures.ignore == (
        IgnoredSignature(
            selector=SignatureSelector(symbol="LegacyExporter.*"),
            reason="Goes away with the new export",
            until="2026-12-31",
        ),
    )


def test_selectors_of_signatures_read_back_as_they_are_shown():
    policy = read(POLICY)

    assert without_lines(read(as_yaml(policy))) == without_lines(policy)


@pytest.mark.parametrize(
    "entry", ["only: [{}]", "ignore: [{reason: x, until: 2026-12-31}]"], ids=["only", "ignore"]
)
def test_an_entry_that_would_mean_every_signature_is_refused(entry):
    text = POLICY.partition("signatures:")[0] + f"signatures:\n  {entry}\n"

    with pytest.raises(PolicyError, match="problem") as caught:
        read(text)

    assert caught.value.problems[0].message == "this entry would mean every signature"


@pytest.mark.parametrize("missing", ["reason", "until"])
def test_what_is_ignored_needs_a_reason_and_an_end(missing):
    text = "\n".join(line for line in POLICY.splitlines() if f" {missing}:" not in line)

    with pytest.raises(PolicyError) as caught:
        read(text)

    assert missing in caught.value.problems[0].message
