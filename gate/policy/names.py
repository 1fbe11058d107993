"""The names a policy uses: rule ids, versions, apps, dates, and the parts of a selector.

Every function takes the text as it stands in the policy and gives it back, checked, or raises
`ExpressionError`.
"""

import re
from datetime import date

from gate.model.catalogue import CATEGORIES, MODEL_FAMILIES, PLATFORMS, SERVED_PLATFORM
from gate.policy import presets, vocabulary
from gate.policy.hints import ExpressionError, did_you_mean, nearest, quoted

RULE_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
KEY_PATTERN = r"^[A-Za-z0-9._-]{1,64}$"
VERSION_PATTERN = r"^[0-9][0-9A-Za-z.+_-]{0,31}$"
APP_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9.-]{0,254}$"
DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
METRIC_PATTERN = r"^[^/\s]+/[^/\s]+$"
SELECTOR_PATTERN = r"^[0-9A-Za-z_,*?!\[\]-]+$"
# Names as Apple writes them for people have blanks and parentheses: iPhone SE (2nd generation).
DEVICE_PATTERN = r"^[0-9A-Za-z_,*?!\[\]().\s-]+$"


def rule_id(text: str) -> str:
    """Check a rule's id.

    Raises:
        ExpressionError: It holds anything but letters, digits, points, hyphens and underscores, or is too long.
    """
    return _matched(
        RULE_ID_PATTERN, text, "an id", "Use letters, digits, points and hyphens, such as launch-typical."
    )


def key(text: str) -> str:
    """Check a short key that ends up in the hidden marker of a comment.

    Raises:
        ExpressionError: It holds anything but letters, digits, points, hyphens and underscores, or is too long.
    """
    return _matched(KEY_PATTERN, text, "a key", "Use letters, digits, points and hyphens.")


def app(text: str) -> str:
    """Check a bundle id or a numeric App Store id.

    Raises:
        ExpressionError: It is neither.
    """
    hint = "Write the bundle id, such as com.example.photos, or the numeric App Store id."
    return _matched(APP_PATTERN, text, "a bundle id or App Store id", hint)


def version(text: str) -> str:
    """Check a marketing version (``CFBundleShortVersionString``).

    Raises:
        ExpressionError: It does not begin with a digit, or holds what no version has.
    """
    # Tags are often called v3.1.0; App Store Connect calls the version 3.1.0.
    bare = re.sub(r"^[vV]\.?\s*", "", text)
    fits = bare != text and re.fullmatch(VERSION_PATTERN, bare)
    return _matched(
        VERSION_PATTERN, text, "a version", f'Write "{bare}".' if fits else 'Write for example "3.1.0".'
    )


def day(text: str) -> str:
    """Check an ISO date, ``2026-12-31``.

    Raises:
        ExpressionError: It is another form of date, or no day of the calendar.
    """
    _matched(DATE_PATTERN, text, "a date", "Write the day as 2026-12-31.")
    try:
        # Since Python 3.11 this also takes 20261231 and 2026-W53-4; the pattern above has refused these already.
        date.fromisoformat(text)
    except ValueError:
        raise ExpressionError(
            f"{quoted(text)} is not a day of the calendar", "Write the day as 2026-12-31."
        ) from None
    return text


def extended(text: str) -> str:
    """Check what a policy may extend: a preset, or the path of another policy, relative to this one.

    Raises:
        ExpressionError: There is no such preset, or the path is absolute or not one of a YAML file.
    """
    if text in presets.names():
        return text
    if text.startswith(presets.PREFIX) or f"{presets.PREFIX}{text}" in presets.names():
        raise ExpressionError(f"there is no preset {quoted(text)}", did_you_mean(text, presets.names()))
    if re.match(r"[/~]|[A-Za-z][A-Za-z0-9+.-]*:|.*\\", text):
        message = f"{quoted(text)} is no path relative to this policy"
        raise ExpressionError(message, "Write for example base.yml or ../shared/base.yml.")
    # Problems are shown with the line they are about, and nothing else of the repository shall be shown so.
    if not text.endswith((".yml", ".yaml")):
        hint = f"Write {presets.names()[0]}, or the path of a file that ends in .yml or .yaml."
        raise ExpressionError(f"{quoted(text)} is neither a preset nor a YAML file", hint)
    return text


def metric(text: str) -> str:
    """Check a selector of metrics, ``CATEGORY/metric``, either part of which may be a glob.

    Raises:
        ExpressionError: It has another form, or can match no category of Apple's.
    """
    if re.fullmatch(METRIC_PATTERN, text) is None:
        raise ExpressionError(f"{quoted(text)} is not of the form CATEGORY/metric", _metric_hint(text))
    category, _, name = text.partition("/")
    if not vocabulary.matching(category, CATEGORIES):
        match = nearest(category, CATEGORIES)
        hint = (
            f"Did you mean `{match}/{name}`?" if match else f"Apple's categories are {', '.join(CATEGORIES)}."
        )
        raise ExpressionError(f"{quoted(category)} is not a metric category of Apple's", hint)
    return text


def device(text: str) -> str:
    """Check a selector of devices: a group, a model, Apple's name of one, a glob or ``any``.

    Returns:
        The selector with single blanks, and a group in words (``all iPhones``) by its identifier.

    Raises:
        ExpressionError: It can match nothing that Apple serves.
    """
    selector = vocabulary.plain_device(text)
    if not vocabulary.can_be_device(selector):
        raise ExpressionError(
            f"{quoted(text)} can match no device that Apple reports", _device_hint(selector)
        )
    return selector


def platform(text: str) -> str:
    """Check a selector of platforms: Apple's name, a glob or ``any``.

    Raises:
        ExpressionError: It can match nothing that Apple serves.
    """
    if text != "any" and not vocabulary.matching(text, PLATFORMS):
        # Of all platforms only this one is judged: a suggestion shall not be refused itself.
        hint = did_you_mean(text, ("any", SERVED_PLATFORM))
        raise ExpressionError(f"{quoted(text)} can match no platform of Apple's", hint)
    return text


def _matched(pattern: str, text: str, noun: str, hint: str) -> str:
    """Match all of the text, and hand it back.

    Raises:
        ExpressionError: It does not.
    """
    # A dollar sign in Python also matches before a line break at the end; fullmatch does not.
    if re.fullmatch(pattern.removesuffix("$"), text) is None:
        raise ExpressionError(f"{quoted(text)} is not {noun}", hint)
    return text


def _metric_hint(text: str) -> str:
    """Suggest what may have been meant by a metric without a category, a category alone, or something else."""
    owners = [category for category, about in CATEGORIES.items() if text in about.metrics]
    if owners:
        return f"Did you mean `{owners[0]}/{text}`?"
    category = nearest(text, CATEGORIES)
    return f"Did you mean `{category}/*`?" if category else "Write for example LAUNCH/launchTime or HANG/*."


def _device_hint(text: str) -> str:
    """Suggest a device selector that is like the given one, with its model number kept."""
    stem = text.rstrip("0123456789,_*?")
    known = nearest(stem, MODEL_FAMILIES)
    # Diagnostic logs write the same model with an underscore.
    model = known + text[len(stem) :].replace("_", ",")
    if known and vocabulary.can_be_device(model) and vocabulary.can_have_ios(model):
        return f"Did you mean `{model}`?"
    # A Mac would be refused as well, and who has meant one is not told of an iPad.
    meant = nearest(text, vocabulary.known_devices())
    return did_you_mean(text if vocabulary.can_have_ios(meant) else "", vocabulary.device_examples())
