"""From the frame that is to blame to the file, its owner, and the commits that touched it.

Nothing that is wrong with a checkout is an error of the run: it becomes a sentence beside what is known.
"""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, structs

from gate.errors import UsageError
from gate.judge.incidents import tell
from gate.model.result import Result, SignatureFinding
from gate.source.checkout import Checkout, VersionTags
from gate.source.git import GitFailed
from gate.source.history import DEFAULT_TAG, VERSION


class Traced(Struct, frozen=True, kw_only=True):
    """Findings with what the checkout says of them."""

    findings: tuple[SignatureFinding, ...]
    notes: tuple[str, ...]
    """What a reader should know of the checkout as a whole."""


def enrich(result: Result, checkout: Path, *, tag: str = "", web: str = "") -> Result:
    """Map a result's signatures to their places in a checkout; see `enrich_findings`."""
    traced = enrich_findings(
        result.signatures,
        checkout,
        candidate=result.candidate,
        baseline=result.signatures_baseline,
        tag=tag,
        web=web,
    )
    return tell(structs.replace(result, signatures=traced.findings, notes=(*result.notes, *traced.notes)))


def enrich_findings(
    findings: Sequence[SignatureFinding],
    checkout: Path,
    *,
    candidate: str,
    baseline: str,
    tag: str = "",
    web: str = "",
) -> Traced:
    """Find files, owners and suspects of signatures.

    Args:
        findings: Signatures of the candidate.
        checkout: The repository, or a folder in it; files outside of that folder are never named.
        candidate: Version judged.
        baseline: Version it is compared with, or empty.
        tag: Name of the tag of a version, with ``{version}`` in it; empty for `DEFAULT_TAG`.
        web: Address of the repository on the web, without a slash at the end, or empty.

    Raises:
        UsageError: The checkout is no folder, or the tag's name does not contain the version.
    """
    versions = VersionTags(candidate=candidate, baseline=baseline, tag=_tag(tag))
    folder = _folder(checkout)
    if not any(frame.file for finding in findings for frame in finding.blame):
        return Traced(findings=tuple(findings), notes=())
    try:
        opened = Checkout.open(folder, versions, web)
    except GitFailed as error:
        return Traced(findings=tuple(findings), notes=(f"The checkout could not be looked at: {error}.",))
    traced = tuple(
        structs.replace(finding, source=opened.find(finding.blame, finding.text)) for finding in findings
    )
    mapped = any(finding.source and finding.source.path for finding in traced)
    notes = (f"No suspects are named: {opened.problem}.",) if mapped and opened.problem else ()
    return Traced(findings=traced, notes=notes)


def _tag(pattern: str) -> str:
    if pattern and pattern.count(VERSION) != 1:
        raise UsageError(
            f"The tag name {pattern} does not say where the version goes",
            remedy=f"write {VERSION} into it once, as in {DEFAULT_TAG}",
        )
    return pattern or DEFAULT_TAG


def _folder(checkout: Path) -> Path:
    try:
        folder = checkout.resolve(strict=True)
    except OSError as error:
        raise UsageError(
            f"The checkout {checkout} can't be read", cause=error.strerror or str(error)
        ) from None
    if not folder.is_dir():
        raise UsageError(f"The checkout {checkout} is not a folder")
    return folder
