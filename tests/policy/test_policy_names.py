"""Ids, versions, dates and the parts of a selector."""

import pytest

from gate.model.catalogue import common_units
from gate.policy import names
from gate.policy.hints import ExpressionError


@pytest.mark.parametrize("text", ["LAUNCH/launchTime", "HANG/*", "*/onScreen", "B?TTERY/*", "[HL]*/*", "*/*"])
def test_a_metric_selector_is_taken_as_it_is(text):
    assert names.metric(text) == text


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("LANCH/launchTime", "Did you mean `LAUNCH/launchTime`?"),
        ("launch/launchTime", "Did you mean `LAUNCH/launchTime`?"),
        ("CRASH/*", "Apple's categories are LAUNCH, HANG,"),
        ("X*/*", "Apple's categories are LAUNCH, HANG,"),
        ("[/x", "Apple's categories are LAUNCH, HANG,"),
        ("launchTime", "Did you mean `LAUNCH/launchTime`?"),
        ("LAUNCH", "Did you mean `LAUNCH/*`?"),
        ("*", "Write for example LAUNCH/launchTime"),
        ("LAUNCH/", "Did you mean `LAUNCH/*`?"),
        ("LAUNCH / x", "Did you mean `LAUNCH/*`?"),
        ("LAUNCH/a/b", "Did you mean `LAUNCH/*`?"),
    ],
)
def test_a_metric_selector_that_matches_nothing_is_refused(text, suggestion):
    with pytest.raises(ExpressionError) as refusal:
        names.metric(text)

    assert refusal.value.suggestion.startswith(suggestion)


@pytest.mark.parametrize(
    "text",
    [
        "any",
        "*",
        "all_iphones",
        "all_*",
        "iPhone15,2",
        "iPhone15,*",
        "iPhone1?,2",
        "iPad[12]*",
        "*,2",
        "MacBookPro18,3",
        "iPhone 14 Pro",
        "iphone 14 pro",
        "iPhone SE (2nd generation)",
        "iPad Pro 12.9-inch (5th generation)",
        "MacBook Pro (14-inch, 2021)",
        "Apple TV 4K",
        "iPhone 14*",
    ],
)
def test_a_device_selector_is_taken_as_it_is(text):
    assert names.device(text) == text


@pytest.mark.parametrize("words", ["all iPhones", "All iPhones", "ALL IPHONES", " all\u00a0iPhones "])
def test_a_group_as_reports_print_it_is_the_group(words):
    assert names.device(words) == "all_iphones"


def test_a_name_pasted_from_a_report_has_single_blanks():
    assert names.device("iPhone\u00a014  Pro") == "iPhone 14 Pro"


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("all_iphone", "Did you mean `all_iphones`?"),
        ("ALL_IPHONES", "Did you mean `all_iphones`?"),
        ("iphone15,2", "Did you mean `iPhone15,2`?"),
        ("iPhone15_2", "Did you mean `iPhone15,2`?"),
        ("ipad*", "Did you mean `iPad*`?"),
        ("iPhone*Pro", "Did you mean `iPhone*`?"),
        ("Pixel 9", "Known here: any, all_iphones,"),
        ("iPhone15", "Did you mean `iPhone*`?"),
        ("all_mac", "Known here: any, all_iphones, all_ipads, iPhone*, iPad*, iPod*."),
        ("macbookpro18,3", "Known here: any, all_iphones, all_ipads, iPhone*, iPad*, iPod*."),
    ],
)
def test_a_device_selector_that_matches_nothing_is_refused(text, suggestion):
    with pytest.raises(ExpressionError) as refusal:
        names.device(text)

    assert refusal.value.suggestion.startswith(suggestion)


@pytest.mark.parametrize("text", ["any", "iOS", "*OS"])
def test_a_platform_selector_is_taken_as_it_is(text):
    assert names.platform(text) == text


def test_a_platform_in_the_spelling_of_filters_is_refused():
    with pytest.raises(ExpressionError) as refusal:
        names.platform("IOS")

    assert refusal.value.suggestion == "Did you mean `iOS`?"


@pytest.mark.parametrize("text", ["MAC_OS", "macos", "TV_OS", "VISION_OS", "watch"])
def test_a_platform_that_is_not_judged_is_never_suggested(text):
    with pytest.raises(ExpressionError) as refusal:
        names.platform(text)

    assert refusal.value.suggestion == "Known here: any, iOS."


@pytest.mark.parametrize("text", ["3", "3.1", "3.1.0", "10.0.1-beta_2+7"])
def test_a_version_is_taken_as_it_is(text):
    assert names.version(text) == text


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("v3.1", 'Write "3.1".'), ("latest", '"3.1.0"'), ("3.1\n", ""), ("3 1", ""), ("v", "")],
)
def test_what_is_no_version_is_refused(text, suggestion):
    with pytest.raises(ExpressionError) as refusal:
        names.version(text)

    assert suggestion in refusal.value.suggestion


@pytest.mark.parametrize(
    "text", ["31.12.2026", "2026-12-31T00:00:00Z", "20261231", "tomorrow", "2026-02-30", "2026-1-1"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ExpressionError) as refusal:
        names.day(text)

    assert refusal.value.suggestion == "Write the day as 2026-12-31."


def test_a_date_is_taken_as_it_is():
    assert names.day("2028-02-29") == "2028-02-29"


@pytest.mark.parametrize("text", ["launch typical", "-launch", "läunch", "a" * 65, "a/b", "a\n"])
def test_what_is_no_rule_id_is_refused(text):
    with pytest.raises(ExpressionError):
        names.rule_id(text)


@pytest.mark.parametrize("text", ["com.example.photos", "1234567890", "com.example.photos-beta"])
def test_an_app_is_a_bundle_id_or_a_number(text):
    assert names.app(text) == text


@pytest.mark.parametrize("text", ["com example", "https://apps.apple.com/app/id1", "-5"])
def test_what_is_no_app_is_refused(text):
    with pytest.raises(ExpressionError):
        names.app(text)


@pytest.mark.parametrize("text", ["a b", "-->", "<b>", ""])
def test_what_could_break_out_of_a_comment_marker_is_no_key(text):
    with pytest.raises(ExpressionError):
        names.key(text)


@pytest.mark.parametrize(
    ("categories", "units"),
    [
        (("LAUNCH",), ("ms", "s")),
        (("MEMORY", "STORAGE"), ("MB", "KB", "GB")),
        (("LAUNCH", "HANG"), ()),
        ((), ()),
    ],
)
def test_the_units_of_several_categories_are_those_they_share(categories, units):
    assert common_units(categories) == units
