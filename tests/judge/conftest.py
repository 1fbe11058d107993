"""What the tests of the judgement share."""

import pytest

from gate.judge import allowances, comparisons
from gate.judge.sentences import slices


@pytest.fixture(scope="session", autouse=True)
def no_memory():
    """Nothing is known from another run in the same process: mutation tests fork where everything has run once."""
    for module in (allowances, comparisons, slices):
        for one in vars(module).values():
            if hasattr(one, "cache_clear"):
                one.cache_clear()
