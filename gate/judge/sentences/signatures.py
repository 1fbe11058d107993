"""The words about diagnostic signatures: what each accounts for, since when, and what could not be read."""

from collections.abc import Iterator

from gate.model.catalogue import DIAGNOSTIC_TYPES
from gate.model.facts import OverviewSignature
from gate.signatures.compare import ComparedFunction, SignatureGap
from gate.signatures.functions import Function
from gate.signatures.selectors import Exemption
from gate.text.numbers import share
from gate.text.words import plural

_TRENDS = {"UP": " Apple sees it rising.", "DOWN": " Apple sees it falling."}
"""By Apple's trend, where it is one."""


def describe_function(
    one: ComparedFunction, *, baseline: str, largest: float | None, exemption: Exemption | None
) -> str:
    """Say what a function accounts for, how that changed, and what the policy makes of it.

    Args:
        one: The function in both builds.
        baseline: Version of the baseline build; empty when it is not known.
        largest: The share that one signature may have, when this one has more; else None.
        exemption: The policy's entry to ignore it.
    """
    return "".join(_function_parts(one, baseline, largest)) + _describe_exemption(exemption)


def describe_gone(function: Function, *, baseline: str, candidate: str) -> str:
    """Say what a function accounted for in the baseline build that the candidate build does not list.

    Args:
        function: In the baseline build.
        baseline: Version of that build; empty when it is not known.
        candidate: Version of the candidate build; empty when it is not known.
    """
    where = candidate or "the candidate build"
    return f"It accounted for {_part(function)}{_in_baseline(baseline)} and is not listed in {where}."


def describe_of_app(one: OverviewSignature, exemption: Exemption | None) -> str:
    """Say what Apple's overview says of a signature; nobody says what its weight is a share of."""
    counted = f", counted {plural(one.count, 'time')}" if one.count is not None else ""
    story = f"Apple lists it among the top {_noun(one.type)} of the app{counted}."
    return f"{story}{_TRENDS.get(one.direction, '')}{_describe_exemption(exemption)}"


def describe_gap(gap: SignatureGap) -> str:
    """Say why signatures could not be read or compared, and what stands in for them."""
    instead = (
        " The app's top signatures of Apple's overview stand in; they have no call stacks."
        if gap.overview_instead
        else ""
    )
    return {
        "no_candidate_build": "Diagnostic signatures were not read: no build of the candidate is known.",
        "candidate_unread": f"Diagnostic signatures are missing: {gap.problem}.",
        "no_baseline_build": "Signatures could not be compared with the baseline build: "
        "no build of the baseline version is known.",
        "baseline_unread": f"Signatures could not be compared with the baseline build: {gap.problem}.",
    }[gap.kind] + instead


def _function_parts(one: ComparedFunction, baseline: str, largest: float | None) -> Iterator[str]:
    function, than = one.function, _in_baseline(baseline)
    before = share(one.earlier.weight) if one.earlier and one.earlier.weight is not None else ""
    yield f"It accounts for {_part(function)}"
    yield {
        "new": f" and was not seen{than}.",
        "grown": f", up from {before}{than}.",
        "shrunk": f", down from {before}{than}.",
        "same": f", about as{than}.",
        "unknown": "; there is nothing to compare it with.",
    }[one.change]
    if len(function.parts) > 1:
        yield f" Apple lists {plural(len(function.parts), 'place')} in it; their shares are added."
    yield _TRENDS.get(function.direction, "")
    if largest is not None:
        yield f" The policy allows one signature {share(largest)}."


def _describe_exemption(exemption: Exemption | None) -> str:
    if exemption is None:
        return ""
    if exemption.ended:
        return f" The policy ignored it until {exemption.until} and no longer does."
    return f" The policy ignores it until {exemption.until}: {exemption.reason}"


def _part(function: Function) -> str:
    known = DIAGNOSTIC_TYPES.get(function.heaviest.type)
    # A type that is newer than the catalogue is called by Apple's own name.
    reports = f"{function.heaviest.type if known is None else known.one} reports"
    return (
        f"{share(function.weight)} of {reports}" if function.weight is not None else f"part of the {reports}"
    )


def _noun(kind: str) -> str:
    # A type that is newer than the catalogue is called by Apple's own name.
    known = DIAGNOSTIC_TYPES.get(kind)
    return kind if known is None else known.noun


def _in_baseline(version: str) -> str:
    return f" in {version}" if version else " in the baseline build"
