"""Flags and environment to typed values, read once.

A GitHub Action's inputs arrive as environment variables too, so this is also where they are typed.
"""

from collections.abc import Mapping

from msgspec import Struct

from gate.errors import UsageError

APPLE = "https://api.appstoreconnect.apple.com"


class Secret:
    """Text that must not be shown: it has no representation and is asked for by name."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __bool__(self) -> bool:
        return bool(self._text)

    def reveal(self) -> str:
        """Uncover the text itself."""
        return self._text


class KeySettings(Struct, frozen=True, kw_only=True):
    """The App Store Connect API key, as it was given."""

    key_id: str
    issuer_id: str
    """Empty for an individual key."""
    private_key: Secret
    """PEM, or base64 of it; empty when a path is given."""
    private_key_path: str = ""


class SourceSettings(Struct, frozen=True, kw_only=True):
    """What to ask App Store Connect about, and how."""

    app: str = ""
    version: str = ""
    build: str = ""
    baseline: str = ""
    key_path: str = ""
    """Path of the private key, instead of the environment's."""
    base_url: str = APPLE
    unscoped: bool = False
    """Ask for tokens that are not limited to the exact requests."""
    verbose: bool = False


def read_key(environment: Mapping[str, str], *, key_path: str = "") -> KeySettings:
    """Read the key from ``ASC_KEY_ID``, ``ASC_ISSUER_ID``, ``ASC_PRIVATE_KEY`` or ``ASC_PRIVATE_KEY_PATH``.

    Args:
        environment: The process's environment, or a stand-in.
        key_path: Path of the private key, instead of either variable.

    Raises:
        UsageError: No key is configured at all.
    """
    key_id = environment.get("ASC_KEY_ID", "").strip()
    if not key_id:
        raise UsageError(
            "No App Store Connect API key is configured",
            cause="ASC_KEY_ID is not set",
            remedy="set ASC_KEY_ID, ASC_ISSUER_ID (for a team key) and ASC_PRIVATE_KEY or ASC_PRIVATE_KEY_PATH, "
            "or judge a saved file with --snapshot",
        )
    return KeySettings(
        key_id=key_id,
        issuer_id=environment.get("ASC_ISSUER_ID", "").strip(),
        # What the command line names wins over both variables, which may be set for the whole job.
        private_key=Secret("" if key_path else environment.get("ASC_PRIVATE_KEY", "").strip()),
        private_key_path=key_path or environment.get("ASC_PRIVATE_KEY_PATH", "").strip(),
    )


def event_name(environment: Mapping[str, str], *, given: str = "") -> str:
    """Choose the event a run happens under: the one given, GitHub's, or none."""
    return given or environment.get("GITHUB_EVENT_NAME", "")


def wants_colour(environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Tell whether to use colour: only on a terminal, and never against ``NO_COLOR`` (no-color.org)."""
    # By the convention an empty value counts as unset.
    if environment.get("NO_COLOR"):
        return False
    return is_terminal or environment.get("FORCE_COLOR", "") not in ("", "0")
