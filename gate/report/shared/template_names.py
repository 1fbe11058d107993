"""The names and filters of report templates: a published contract, in words.

Names are added, never renamed or removed. Lists are worst first and already cut to what fits; `left_out` says
how many entries of each are missing.
"""

TEMPLATE_NAMES = {
    "length": "how much is shown: `comment`, `summary` or `full`",
    "verdict": "`pass`, `partial`, `undecided` or `fail`; only `pass` is green",
    "verdict_words": "the verdict and what it does, such as `Fail, not blocking`",
    "blocks": "whether the run should stop what it guards",
    "exit_code": "0, 1 or 3",
    "sentence": "the headline: a fact, in one sentence",
    "app": "bundle id or App Store id",
    "candidate": "version judged; empty when nothing was measured",
    "coverage": "how much was decided: `rules`, `decided`, `excepted`, `missing` (ids) and `unread` (beside the rules)",
    "coverage_words": "the same in words: 4 of 7 rules decided; missing: memory, storage",
    "counts": "slices in each state, such as `counts.fail`",
    "rule_counts": "rules in each state",
    "counts_words": "slices in each state in words: 38 slices: 13 fail, 0 warn, …",
    "rule_counts_words": "the same of rules",
    "reasons": "undecided slices by reason",
    "incidents": "what happened, worst first, improvements last; each has the fields of the JSON result, but "
    "`rules`, `checks` (its leading slices), `insights`, `signatures` and `places` are the things themselves, and "
    "beside them `more` (a count of slices), `unplaced` (signatures that no place names), `owners`, `advice` and "
    "`apple_advice`",
    "undecided": "what could not be decided, by cause; each has `kind`, `reason`, `rules` (ids), `checks`, `over` "
    "(those above their line), `sentence`, `remedy`, `waiting` (ids of rules that ask for attention), `blocking` and `warned_of` (its two parts)",
    "over": "all undecided slices above their line",
    "waivers": "all waivers of the policy; each has `kind`, `target`, `state`, `state_words`, `words` (state and sentence), `sentence` and `ends` "
    "(in a sentence; empty when not soon)",
    "rules": "outcomes of all rules, in the order of the policy",
    "healthy": "rules that pass",
    "unchanged": "signatures in no incident that are known to be neither new nor grown",
    "further_insights": "Apple's insights that are in no incident",
    "further_signatures": "the other signatures in no incident: new, grown, or not compared",
    "other_rules": "rules that no incident and no undecided cause names",
    "apart": "rules that the verdict is not about and no incident names: shadow rules, and weaker ones than the run",
    "failed": "rules that failed; each has `rule`, `checks` (its worst slices) and `more`",
    "warned": "rules that warn, as in `failed`",
    "waiting": "undecided rules that the policy wants to hear of, as in `failed`",
    "charts": "slices worth a chart: those that lead the incidents",
    "insights": "Apple's own insights",
    "signatures": "top diagnostic signatures",
    "gone_signatures": "top signatures of the baseline build that are not in this one",
    "signatures_baseline": "version of the build that signatures are compared with; may be empty",
    "suspects_title": "what stands above commits that touched a place",
    "waived": "rules that a waiver keeps from failing; each has `id`, `sentence` and `ends`",
    "shadow": "shadow rules that would have failed or warned, as in `failed`",
    "shadow_counts": "shadow rules in each state",
    "notes": "what a reader should know and no slice says",
    "drift": "what Apple sent and this version of the gate did not know",
    "checks": "slices that the verdict is about",
    "receipt": "digests and times of what went in",
    "glossary": "words that a reader may not have met, each explained in a sentence",
    "left_out": "how many entries of a list are not shown, such as `left_out.checks`",
    "left_out_words": "the same in words; empty when all is shown",
    "states": "all states, worst first",
}
"""What a template can use, and what each name is. Fields are those of the JSON result."""

PLAIN_FILTERS = {
    "slice_words": "a slice in words, such as launch time p50 on all iPhones",
    "values": "both sides of a slice, such as 907 → 1,118 ms",
    "measured": "both sides of a slice with their error margins",
    "rise": "the relative change of a slice, such as +23%",
    "allowed": "what the rule allows, as far as its state is about it, such as `> +10% and > +80 ms`",
    "passes_at": "the largest value that surely passes, such as 998 ms or less",
    "conclusive": "the change that would be conclusive for an undecided slice, such as +46% or more",
    "legend": "what the lines of a slice's chart are, in words",
    "blame": "the deepest blamed frame of a signature, such as File.swift:42",
    "function": "the function a signature is about, as a person would say it",
    "signature_change": "what became of a signature, such as new or grown from 12%",
    "about": "places, suspects, rules, owner and advice of an incident on one line",
    "blamed_by": "a signature with its type, rank, share and change",
    "reason": "a reason in words, such as too early",
    "kind": "what a reader can do about an undecided cause, such as not yet",
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
    "rule_sentence": "the sentence of a rule or a slice, its rule's id as a code span",
    "sign": "the sign of a state, verdict or level",
    "bars": "the history of a slice as a small chart: the baseline in brackets, the candidate at the end",
    "chart": "a slice as a Mermaid chart in a fenced block, which stands on lines of its own",
    "place": "where a signature or a place is in the repository, else what Apple blames, with a link if there is one",
    "explained": "blame path, owner, suspects and advice of a signature, as entries below its own entry in a list",
    "path": "blame path of a signature, or why there is none, as entries below its own entry in a list",
    "suspect": "a commit with its link, what it says, who wrote it, when, and what it touched",
    "tree": "the call tree of a signature in a fenced block, which stands on lines of its own; empty without one",
    "link": "text as a code span that leads to a web page: `commit|link(url)`",
}
"""Filters of templates that make Markdown."""

BLOCKS = {
    "verdict": "the headline and the coverage",
    "findings": "incidents, charts of their leading slices, and what is undecided",
    "diagnostics": "insights and signatures that are in no incident, and what did not change",
    "counts": "waivers, and rules and slices in each state",
    "details": "rules apart, notes, drift and the full table",
    "footer": "what was left out, words explained, and the receipt",
}
"""Blocks that a template which extends ``comment.md.jinja`` can replace."""
