"""Signs of life while App Store Connect takes its time."""

import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from gate.snapshot.format import Request
from gate.text.words import plural

EVERY = 5.0
"""Seconds between two lines; a fetch that is quicker says nothing."""


class Progress:
    """Says how far a fetch is, from time to time, as long as its ``with`` block runs.

    Args:
        say: Takes a line.
        every: Seconds between two lines.
    """

    def __init__(self, say: Callable[[str], object], every: float = EVERY) -> None:
        self._say = say
        self._every = every
        self._lock = threading.Lock()
        self._answers = 0
        self._last = ""
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def answered(self, request: Request, _: Mapping[str, int]) -> None:
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
        while not self._done.wait(self._every):
            waited += self._every
            last = f", the last one from {self._last}" if self._last else ""
            self._say(
                f"gate: asking App Store Connect for {waited:.0f} s: {plural(self._answers, 'answer')}{last}"
            )
