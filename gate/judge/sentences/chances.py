"""How seldom healthy releases show what was found, as far as anyone can know."""

from gate.text.numbers import LONGEST_ODDS, odds


def rarity(p_run: float | None, what: str) -> str:
    """Continue after a sentence with how seldom healthy releases show something, as far as anyone can know.

    Args:
        p_run: Chance that a healthy release shows as much anywhere in the run; None when it is not known.
        what: What was found: ``rise`` or ``fall``.
    """
    if p_run is None:
        return ""
    if p_run * LONGEST_ODDS < 1:
        return f" A {what} this large is far outside what this app's releases show."
    # The odds rest on the noise that earlier versions had, which nobody can promise of the next one.
    return f" Only {odds(p_run)} healthy releases would show this much anywhere, if they differ as earlier ones did."
