"""Signs of life on standard error while App Store Connect takes its time."""

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import count
from types import TracebackType
from typing import Self

import click

from gate.snapshot.format import Request
from gate.text.words import plural

OnAnswer = Callable[[Request, Mapping[str, int]], object]
"""Takes a request that was answered, and the rate limits that came with the answer."""

EVERY = 5.0
"""Seconds between two lines in a log; a fetch that is quicker says nothing."""


@contextmanager
def show_fetch_progress() -> Iterator[OnAnswer]:
    """Show how far a fetch is until the block ends.

    On a terminal that is one line which goes away again; in a log, a line from time to time.

    Yields:
        What is to be called with every answer, from any thread.
    """
    if sys.stderr.isatty():
        with _terminal_line() as count_answer:
            yield count_answer
    else:
        with FetchLog(partial(click.echo, err=True)) as log:
            yield log.count_answer


@contextmanager
def _terminal_line() -> Iterator[OnAnswer]:
    from rich.console import Console
    from rich.text import Text

    answers = count(1)
    with Console(stderr=True).status(Text("Asking App Store Connect")) as line:

        def count_answer(_: Request, __: Mapping[str, int]) -> None:
            line.update(Text(f"Asking App Store Connect: {plural(next(answers), 'answer')}"))

        yield count_answer


class FetchLog:
    """Says how far a fetch is, from time to time, as long as its ``with`` block runs.

    Args:
        say: Takes a line.
        every: Seconds between two lines.
        is_done_after: Waits for so many seconds, or for the end of the block, and tells whether that came first.
    """

    def __init__(
        self,
        say: Callable[[str], object],
        *,
        every: float = EVERY,
        is_done_after: Callable[[float], bool] | None = None,
    ) -> None:
        self._say = say
        self._every = every
        self._lock = threading.Lock()
        self._answers = 0
        self._last = ""
        self._done = threading.Event()
        self._is_done_after = is_done_after or self._done.wait
        # A daemon: a fetch that is killed must not wait for the next line.
        self._thread = threading.Thread(target=self._run, daemon=True)

    def count_answer(self, request: Request, _: Mapping[str, int]) -> None:
        """Count an answer; may be called from any thread."""
        with self._lock:
            self._answers += 1
            self._last = request.path

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        waited = 0.0
        while not self._is_done_after(self._every):
            waited += self._every
            last = f", the last one from {self._last}" if self._last else ""
            self._say(
                f"gate: asking App Store Connect for {waited:.0f} s: {plural(self._answers, 'answer')}{last}"
            )
