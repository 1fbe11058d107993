"""What the tests of the judgement share."""

import pytest

from gate.judge import allowances, comparisons
from gate.judge.sentences import slices


@pytest.fixture(autouse=True)
def no_memory():
    """Nothing is known from another test, so that mutation tests see which ones reach a function behind a cache."""
    for module in (allowances, comparisons, slices):
        for one in vars(module).values():
            if hasattr(one, "cache_clear"):
                one.cache_clear()
