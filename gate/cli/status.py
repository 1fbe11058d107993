"""Signs of life on standard error while App Store Connect is asked."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import count

import click

from gate.cli.progress import Progress
from gate.snapshot.format import Request
from gate.text.words import plural

OnAnswer = Callable[[Request, Mapping[str, int]], object]
"""Takes a request that was answered, and the rate limits that came with the answer."""


@contextmanager
def asking() -> Iterator[OnAnswer]:
    """Show how far a fetch is until the block ends.

    On a terminal that is one line which goes away again; in a log, a line from time to time.

    Yields:
        What is to be called with every answer, from any thread.
    """
    if sys.stderr.isatty():
        with _one_line() as answered:
            yield answered
    else:
        with Progress(partial(click.echo, err=True)) as progress:
            yield progress.answered


@contextmanager
def _one_line() -> Iterator[OnAnswer]:
    from rich.console import Console
    from rich.text import Text

    answers = count(1)
    with Console(stderr=True).status(Text("Asking App Store Connect")) as line:

        def answered(_: Request, __: Mapping[str, int]) -> None:
            line.update(Text(f"Asking App Store Connect: {plural(next(answers), 'answer')}"))

        yield answered
