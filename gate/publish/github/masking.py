"""Keeping the key, and what is made from it, out of the log of a job.

GitHub hides what it knows as a secret, in exactly the form in which it was stored. A key that comes from a file
or another vault is unknown to it, and so is everything that is derived from any key.
"""

import base64
import re
from collections.abc import Callable, Mapping
from functools import partial

from gate.publish.github import commands

_SHORTEST = 4
"""Shorter lines are not hidden: each occurrence in the whole log would become ``***``."""
_ARMOUR = re.compile(r"-----(?:BEGIN|END) [A-Z0-9 ]+-----")


def key_masks(text: str) -> list[str]:
    r"""List what must be hidden of a secret: its lines, all of it in one, its base64, and the form it was given in.

    The runner replaces only what it was given letter by letter, so each form in which a key may get into a log
    is a mask of its own. The lines ``-----BEGIN …-----`` and ``-----END …-----`` are no secret and stand in many logs.

    Args:
        text: PEM, PEM with a literal ``\n``, base64 of PEM, or a token.
    """
    given = text.strip()
    pem = _pem(given)
    frame = _ARMOUR.findall(pem)
    lines = _ARMOUR.sub("\n", pem.replace("\\r", "").replace("\\n", "\n")).split()
    # Whole, with its line breaks written out, without them, and line by line: a log may hold any of these.
    forms = ["\n".join(lines), "\\n".join(lines), "".join(lines), *lines]
    if len(frame) > 1:
        wholes = (given, pem, "\n".join([frame[0], *lines, frame[-1]]))
        forms += [_base64(whole + end) for whole in wholes for end in ("", "\n")]
    # It came as base64, which is as good as the key; a log may break it into lines as well.
    if given != pem:
        forms += ["".join(given.split()), *given.split()]
    # Each form once, in order: a mask is a line of the log.
    return [form for form in dict.fromkeys(forms) if len(form) >= _SHORTEST]


def _pem(given: str) -> str:
    """Undo base64, if the text is that."""
    if "-----BEGIN" in given:
        return given
    try:
        return base64.b64decode("".join(given.split()), validate=True).decode("ascii").strip()
    except ValueError:
        return given


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def mask(secret: str, say: Callable[[str], object]) -> None:
    """Hide a private key or a token in everything that is logged from now on.

    Args:
        secret: A key in any of its forms, or a token, which has only one.
        say: Prints one line where the runner reads it.
    """
    for form in key_masks(secret):
        say(commands.mask(form))


def masker(environment: Mapping[str, str], say: Callable[[str], object]) -> Callable[[str], None]:
    """Choose the function that hides a secret. Outside of GitHub Actions it does nothing: a mask would print it."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return partial(mask, say=say)
    return _keep_silent


def _keep_silent(secret: str) -> None:
    """Ignore a secret: outside of GitHub Actions nobody masks it, and a command would print it."""
