"""The names and filters of report templates: a published contract, in words.

Names are added, never renamed or removed. Lists are worst first and already cut to what fits; `left_out` says
how many entries of each are missing.
"""

TEMPLATE_NAMES = {
    "verdict": "`pass`, `fail` or `undecided`",
    "verdict_words": "the verdict and what it does, such as `Fail, not blocking`",
    "blocks": "whether the run should stop what it guards",
    "exit_code": "0, 1 or 3",
    "sentence": "why, in one sentence",
    "app": "bundle id or App Store id",
    "candidate": "version judged; empty when nothing was measured",
    "counts": "checks in each state, such as `counts.fail`",
    "rule_counts": "rules in each state",
    "reasons": "undecided checks by reason",
    "rules": "outcomes of all rules, in the order of the policy",
    "failed": "rules that failed; each has `rule`, `checks` (its worst slices) and `more`",
    "warned": "rules that warn, as in `failed`",
    "waiting": "undecided rules that the policy wants to hear of, as in `failed`",
    "insights": "Apple's own insights",
    "signatures": "top diagnostic signatures",
    "undecided": "by reason; each has `reason` and `rules` with `id`, `sentence`, `checks` and `more` (counts)",
    "shadow": "shadow rules that would have failed or warned, as in `failed`",
    "shadow_counts": "shadow rules in each state",
    "notes": "what a reader should know and no check says",
    "drift": "what Apple sent and this version of the gate did not know",
    "checks": "checks of all rules but shadow rules",
    "receipt": "digests and times of what went in",
    "left_out": "how many entries of a list are not shown, such as `left_out.checks`",
    "left_out_words": "the same in words; empty when all is shown",
    "cures": "what decides an undecided check, by reason",
    "states": "all states, worst first",
}
"""What a template can use, and what each name is. Fields are those of the JSON result."""

FILTERS = {
    "code": "text as a code span",
    "prose": "a sentence whose pairs of backticks are code spans",
    "rule_sentence": "the sentence of a rule or check, its id as a code span",
    "sign": "the sign of a state, verdict or level",
    "slice_words": "the slice of a check, such as launch time p50 on all iPhones",
    "values": "both sides of a check, such as 907 → 1 118 ms",
    "measured": "both sides of a check with their error margins",
    "rise": "the relative change of a check, such as +23 %",
    "bars": "the history of a check as a small chart",
    "blame": "the deepest blamed frame of a signature, such as File.swift:42",
    "signature_change": "what became of a signature, such as new or grown from 12 %",
    "reason": "a reason in words, such as too early",
    "plural": "a count with its noun: 3|plural('rule')",
    "value": "a number with its unit: check.candidate.value|value(check.unit)",
    "change": "a fraction as a change, such as +23 %",
    "share": "a fraction as a part, such as 41 %",
}
"""Filters beside Jinja's own harmless ones."""

BLOCKS = {
    "verdict": "the first lines",
    "findings": "rules that failed, warn or need attention",
    "diagnostics": "Apple's insights and top signatures",
    "counts": "rules and checks in each state",
    "details": "what is undecided, shadow rules, notes, drift and the full table",
    "footer": "what was left out, and the receipt",
}
"""Blocks that a template which extends ``comment.md.jinja`` can replace."""
