"""Fitting a report into the bytes its place allows."""

from hypothesis import given
from hypothesis import strategies as st

from gate.report.shared import size_limit


def drawn(sizes: dict[str, int]) -> str:
    """Ten bytes and one more for each entry."""
    return "0123456789" + "".join(name * count for name, count in sizes.items())


def test_what_fits_is_left_whole() -> None:
    assert size_limit.fit(drawn, {"a": 5, "b": 5}, order=["a", "b"], max_bytes=20) == drawn({"a": 5, "b": 5})


def test_the_least_important_list_is_cut_first() -> None:
    assert size_limit.fit(drawn, {"a": 5, "b": 5}, order=["a", "b"], max_bytes=17) == drawn({"a": 2, "b": 5})


def test_the_next_list_is_cut_when_the_first_is_gone() -> None:
    assert size_limit.fit(drawn, {"a": 5, "b": 5}, order=["a", "b"], max_bytes=12) == drawn({"a": 0, "b": 2})


def test_what_never_fits_is_refused() -> None:
    assert size_limit.fit(drawn, {"a": 5}, order=["a"], max_bytes=9) is None


@given(st.integers(0, 400), st.integers(0, 400), st.integers(10, 900))
def test_nothing_larger_than_its_budget_is_made(one: int, other: int, most: int) -> None:
    made = size_limit.fit(drawn, {"a": one, "b": other}, order=["a", "b"], max_bytes=most)

    assert made is not None
    assert len(made) <= most
