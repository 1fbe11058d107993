"""The names and filters of report templates: a published contract, in words.

Names are added, never renamed or removed. Lists are worst first and already cut to what fits; `left_out` says
how many entries of each are missing.
"""

TEMPLATE_NAMES = {
    "length": "how much is shown: `comment`, `summary` or `full`",
    "verdict": "`pass`, `fail` or `undecided`",
    "verdict_words": "the verdict and what it does, such as `Fail, not blocking`",
    "blocks": "whether the run should stop what it guards",
    "exit_code": "0, 1 or 3",
    "sentence": "why, in one sentence",
    "app": "bundle id or App Store id",
    "candidate": "version judged; empty when nothing was measured",
    "counts": "checks in each state, such as `counts.fail`",
    "rule_counts": "rules in each state",
    "counts_words": "checks in each state in words: 38 checks: 13 fail, 0 warn, …",
    "rule_counts_words": "the same of rules",
    "reasons": "undecided checks by reason",
    "rules": "outcomes of all rules, in the order of the policy",
    "failed": "rules that failed; each has `rule`, `checks` (its worst slices) and `more`",
    "warned": "rules that warn, as in `failed`",
    "waiting": "undecided rules that the policy wants to hear of, as in `failed`",
    "charts": "checks worth a chart: the worst slices of the findings",
    "insights": "Apple's own insights",
    "signatures": "top diagnostic signatures",
    "gone_signatures": "top signatures of the baseline build that are not in this one",
    "signatures_baseline": "version of the build that signatures are compared with; may be empty",
    "undecided": "by reason; each has `reason` and `rules` with `id`, `sentence`, `checks` and `more` (counts)",
    "waived": "waivers in use; each has `id`, `sentence` and `ends` (in a sentence; empty when not soon)",
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

PLAIN_FILTERS = {
    "slice_words": "the slice of a check, such as launch time p50 on all iPhones",
    "values": "both sides of a check, such as 907 → 1,118 ms",
    "measured": "both sides of a check with their error margins",
    "rise": "the relative change of a check, such as +23%",
    "allowed": "what the rule allows, as far as the state of a check is about it, such as `> +10% and > +80 ms`",
    "legend": "what the lines of a check's chart are, in words",
    "blame": "the deepest blamed frame of a signature, such as File.swift:42",
    "function": "the function a signature is about, as a person would say it",
    "signature_change": "what became of a signature, such as new or grown from 12%",
    "reason": "a reason in words, such as too early",
    "plural": "a count with its noun: `3|plural('rule')`",
    "value": "a number with its unit: `check.candidate.value|value(check.unit)`",
    "change": "a fraction as a change, such as +23%",
    "share": "a fraction as a part, such as 41%",
    "cut": "text of so many characters at most: `sentence|cut(200)`",
}
"""Filters of every template, beside those of Jinja's own that are kept."""

JSON_FILTERS = PLAIN_FILTERS | {
    "chat": "text without what Slack or Teams takes for mentions and links, cut: `sentence|chat(200)`",
}
"""Filters of templates that make JSON."""

FILTERS = PLAIN_FILTERS | {
    "code": "text as a code span",
    "prose": "a sentence whose pairs of backticks are code spans",
    "rule_sentence": "the sentence of a rule, check or waiver, its rule's id as a code span",
    "sign": "the sign of a state, verdict or level",
    "bars": "the history of a check as a small chart: the baseline in brackets, the candidate at the end",
    "chart": "a check as a Mermaid chart in a fenced block, which stands on lines of its own",
    "place": "where a signature is in the repository, else what Apple blames, with a link if there is one",
    "explained": "blame path, owner, suspects and advice of a signature, as entries below its own entry in a list",
    "tree": "the call tree of a signature in a fenced block, which stands on lines of its own; empty without one",
    "link": "text as a code span that leads to a web page: `commit|link(url)`",
}
"""Filters of templates that make Markdown."""

BLOCKS = {
    "verdict": "the first lines",
    "findings": "rules that failed, warn or need attention, and charts of the worst slices",
    "diagnostics": "Apple's insights and top signatures",
    "counts": "rules and checks in each state, and waivers",
    "details": "what is undecided, shadow rules, notes, drift and the full table",
    "footer": "what was left out, and the receipt",
}
"""Blocks that a template which extends ``comment.md.jinja`` can replace."""
