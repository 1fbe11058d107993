"""Keeping the key, and what is made from it, out of the log of a job.

GitHub hides what it knows as a secret, in exactly the form in which it was stored. A key that comes from a file
or another vault is unknown to it, and so is everything that is derived from any key.
"""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from gate.appstore.token import Credentials, TokenSource
from gate.publish.github import commands

Say = Callable[[str], object]
"""Prints one line where the runner reads it."""

_SHORTEST = 4
"""Shorter lines are not hidden: each occurrence in the whole log would become ``***``."""
_ARMOUR = re.compile(r"-----(?:BEGIN|END) [A-Z0-9 ]+-----")


def key_masks(text: str) -> list[str]:
    r"""What must be hidden of a private key: its lines, all of it in one, its base64, and the form it was given in.

    The lines ``-----BEGIN …-----`` and ``-----END …-----`` are no secret and stand in many logs.

    Args:
        text: PEM, PEM with a literal ``\n``, or base64 of PEM.
    """
    given = text.strip()
    pem = _pem(given)
    frame = _ARMOUR.findall(pem)
    lines = _ARMOUR.sub("\n", pem.replace("\\r", "").replace("\\n", "\n")).split()
    forms = ["\n".join(lines), "\\n".join(lines), "".join(lines), *lines]
    if len(frame) > 1:
        wholes = (given, pem, "\n".join([frame[0], *lines, frame[-1]]))
        forms += [_base64(whole + end) for whole in wholes for end in ("", "\n")]
    if given != pem:
        forms += ["".join(given.split()), *given.split()]
    return [form for form in dict.fromkeys(forms) if len(form) >= _SHORTEST]


def _pem(given: str) -> str:
    """The text, or what it is base64 of."""
    if "-----BEGIN" in given:
        return given
    try:
        return base64.b64decode("".join(given.split()), validate=True).decode("ascii").strip()
    except ValueError:
        return given


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def say_for(environment: Mapping[str, str], say: Say) -> Say | None:
    """Where masks are said: nowhere outside of GitHub Actions, where they would print the secret itself."""
    return say if environment.get("GITHUB_ACTIONS") == "true" else None


def mask_key(text: str, path: str, say: Say | None) -> None:
    """Hide a private key, given as text or as the path of a file; one that can't be read is not looked at here."""
    if say is None:
        return
    _tell(say, [*key_masks(text), *key_masks(_content(path))])


def _content(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8") if path else ""
    except (OSError, ValueError):
        return ""


class MaskedTokens(TokenSource):
    """Tokens, each of which is hidden before it is handed out for the first time."""

    def __init__(self, credentials: Credentials, *, clock: Callable[[], float], say: Say | None) -> None:
        super().__init__(credentials, clock=clock)
        self._say = say
        self._told: set[str] = set()

    def token(self, scopes: Sequence[str] = (), *, rejected: str = "") -> str:
        """A token for these GETs; see `TokenSource.token`."""
        token = super().token(scopes, rejected=rejected)
        if self._say is not None and token not in self._told:
            _tell(self._say, [token])
            self._told.add(token)
        return token


def _tell(say: Say, secrets: Sequence[str]) -> None:
    for secret in secrets:
        say(commands.mask(secret))
