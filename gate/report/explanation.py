"""Everything that is known of one signature, as plain text for a terminal."""

from gate.model.result import SignatureFinding
from gate.report.shared import signature_words, tree
from gate.text import sanitize
from gate.text.numbers import value

_TREE_LINES = 200
"""Lines of a call tree that somebody asked for."""


def render(finding: SignatureFinding, *, with_tree: bool) -> str:
    """Write headline, sentence, Apple's earlier values, place, suspects and identity of a signature.

    Args:
        finding: The signature.
        with_tree: Whether its call tree is drawn as well.
    """
    lines = [signature_words.headline(finding), sanitize.plain(finding.sentence)]
    if finding.references:
        values = ", ".join(
            f"{value(one.value, '') if one.value is not None else 'unknown'} in {one.version}"
            for one in finding.references
        )
        lines.append(sanitize.plain(f"Apple's values at earlier versions: {values}."))
    lines += [
        line.text if line.suspect is None else f"- {line.text}"
        for line in signature_words.explanation(finding)
    ]
    lines.append(sanitize.plain(f"Id: {finding.id}, fingerprint {finding.fingerprint}"))
    text = "\n".join(lines) + "\n"
    if with_tree and finding.tree is not None:
        text += "\n" + tree.draw(finding.tree, lines=_TREE_LINES)
    elif with_tree:
        text += "\nNo call tree: App Store Connect sent no stacks of it.\n"
    return sanitize.without_log_commands(text)
