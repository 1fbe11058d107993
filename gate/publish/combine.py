"""Several judgements as one story: the legs of a matrix, or several apps."""

from collections.abc import Sequence

from msgspec.structs import replace

from gate.model.states import STATES
from gate.publish.story import LEVELS, Story, StoryFinding, StoryLength, StoryVerdict
from gate.report.shared.lengths import LEAST_BYTES
from gate.report.shared.size_limit import size
from gate.report.shared.words import SIGNS, Sign
from gate.text import sanitize
from gate.text.words import plural

MISSING_EXIT = 4
"""A judgement that should be there and is not has ended in an error, whose own code is not known here."""

_BADNESS = (0, 3, 1, MISSING_EXIT)
"""Exit codes, the worst last."""
_NAMED = 5
"""Judgements that the sentence names."""
_SENTENCE_LIMIT = 200
_TABLE_SHARE = 0.5
"""Of the room, at most, for the table above the reports."""
_RESERVE = 200
"""Bytes kept for the sentence about what was left out."""
_WORDS: dict[StoryVerdict, str] = {
    "fail": "fail",
    "error": "without a verdict",
    "undecided": "undecided",
    "partial": "partial",
    "pass": "pass",
}
"""Worst first."""


def combine_stories(stories: Sequence[Story], *, missing: int = 0) -> Story:
    """Make one story of several, the worst first.

    Args:
        stories: One for each judgement.
        missing: How many more there should have been.
    """
    ordered = sorted(stories, key=_badness, reverse=True)
    # Nothing that was judged is nothing that passed.
    worst: StoryVerdict = "error" if missing else "pass" if ordered else "undecided"
    verdict = min([worst, *(story.verdict for story in ordered)], key=list(_WORDS).index)
    # By `_BADNESS` and not by number: 4 (no verdict) is worse than 1, and 3 (undecided) is better.
    code = max([0, *(story.exit_code for story in ordered), MISSING_EXIT if missing else 0], key=_rank)
    sentence = _sentence(ordered, missing)
    findings = [_prefixed(story, finding) for story in ordered for finding in story.findings]

    def draw(length: StoryLength, max_bytes: int, with_receipt: bool) -> str:
        headline = f"{SIGNS[_sign(verdict)]} **{sanitize.inline(sentence)}**"
        page = _with_table(headline, ordered, int(max_bytes * _TABLE_SHARE))
        return page + _reports(ordered, length, max_bytes - size(page), with_receipt=with_receipt)

    return Story(
        verdict=verdict,
        blocks=code != 0,
        exit_code=code,
        words=_WORDS[verdict].capitalize() + ("" if code or verdict == "pass" else ", not blocking"),
        sentence=sentence,
        subject=plural(len(ordered) + missing, "app"),
        counts={state: sum(story.counts[state] for story in ordered) for state in STATES},
        check_counts={state: sum(story.check_counts[state] for story in ordered) for state in STATES},
        failing=tuple(check for story in ordered for check in story.failing),
        findings=tuple(sorted(findings, key=lambda one: LEVELS.index(one.level))),
        draw=draw,
    )


def _rank(exit_code: int) -> int:
    return _BADNESS.index(exit_code) if exit_code in _BADNESS else len(_BADNESS)


def _badness(story: Story) -> tuple[int, int]:
    return _rank(story.exit_code), -list(_WORDS).index(story.verdict)


def _sign(verdict: StoryVerdict) -> Sign:
    return "undecided" if verdict == "error" else verdict


def _sentence(ordered: Sequence[Story], missing: int) -> str:
    """Say all verdicts in one sentence: ``3 apps: 1 fail (com.example.video 2.1), 2 pass``."""
    parts = []
    for verdict, word in _WORDS.items():
        named = [story.subject or "an app" for story in ordered if story.verdict == verdict]
        count = len(named) + (missing if verdict == "error" else 0)
        if count:
            names = f" ({', '.join(named[:_NAMED])}{', …' if len(named) > _NAMED else ''})"
            parts.append(f"{count} {word}{names if named and verdict != 'pass' else ''}")
    return f"{plural(len(ordered) + missing, 'app')}: {', '.join(parts) or 'nothing was judged'}."


def _prefixed(story: Story, finding: StoryFinding) -> StoryFinding:
    # Rules of several policies may share an id, and a line is only known in one file: so no rule is named.
    return replace(finding, title=f"{story.subject}: {finding.title}", rule="")


def _reports(ordered: Sequence[Story], length: StoryLength, room: int, *, with_receipt: bool) -> str:
    """Draw as many whole reports as fit, the worst first."""
    reports: list[str] = []
    room -= _RESERVE
    for index, story in enumerate(ordered):
        # What stands around a report takes room as well.
        frame = size(_block(story, ""))
        if room - frame < LEAST_BYTES:
            break
        # An even share of what is left, so that room which a short report leaves goes to the next ones.
        share = max(LEAST_BYTES, room // (len(ordered) - index) - frame)
        reports.append(_block(story, story.draw(length, share, with_receipt)))
        room -= size(reports[-1])
    left = len(ordered) - len(reports)
    if left:
        reports.append(
            f"\nLeft out to fit here: {plural(left, 'report')}. Each job's own summary has its report.\n"
        )
    return "".join(reports)


def _with_table(headline: str, ordered: Sequence[Story], max_bytes: int) -> str:
    head = f"{headline}\n\n| App | Verdict | Why |\n| :-- | :-- | :-- |\n"
    rows = [_row(story) for story in ordered]
    count = len(rows)
    while count and size(head) + sum(map(size, rows[:count])) > max_bytes:
        count -= 1
    left = len(rows) - count
    more = f"| and {plural(left, 'more app')} | | |\n" if left else ""
    return f"{head}{''.join(rows[:count])}{more}"


def _row(story: Story) -> str:
    sign = SIGNS[_sign(story.verdict)]
    why = sanitize.prose(story.sentence, _SENTENCE_LIMIT)
    return f"| {sanitize.code(story.subject, 80)} | {sign} {story.words} | {why} |\n"


def _block(story: Story, report: str) -> str:
    is_open = " open" if story.blocks else ""
    title = f"### {SIGNS[_sign(story.verdict)]} {sanitize.code(story.subject, 80) or 'An app'}"
    return f"\n{title}\n\n<details{is_open}>\n<summary>Report</summary>\n\n{report}\n</details>\n"
