"""The progress of many puzzles: a bar on a terminal, a plain line every ten seconds elsewhere."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from trm_cli.batch import Tally
from trm_cli.view.screen import Screen
from trm_cli.view.text import clock

LINE_SECONDS = 10.0


class Bar:
    """A context that shows a Tally as it grows; `total` is None if it is unknown."""

    def __init__(self, console: Console, total: int | None, is_shown: bool) -> None:
        self._console = console
        self._total = total
        self._is_shown = is_shown
        self._printed = time.monotonic()
        self._drawn = 0.0
        self._screen = Screen(console, is_shown)
        self._progress = Progress(  # only drawn, never started, as rich would hide the cursor
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.fields[left]}", "progress.remaining"),
            console=console,
            auto_refresh=False,
        )
        self._task = self._progress.add_task("", total=total, left="")

    def __enter__(self) -> Bar:
        self._screen.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._screen.__exit__(*exception)

    def begin(self, words: str) -> None:
        """Show what is done before the first puzzle."""
        self._progress.update(self._task, description=words)
        self._screen.draw(self._progress.get_renderable())

    def update(self, tally: Tally) -> None:
        """Show the counts, at most ten times a second."""
        now = time.monotonic()
        rate = (tally.n - tally.skipped) / max(1e-9, time.perf_counter() - tally.started)
        left = f"{clock((self._total - tally.n) / rate)} left" if self._total and rate else ""
        counts = f"{tally.solved} solved, {tally.unsolved} unsolved, {tally.failed} failed, {rate:.1f}/s"
        if not self._console.is_terminal:
            if self._is_shown and now - self._printed >= LINE_SECONDS:
                self._printed = now
                self._console.print(f"{tally.n}/{self._total or '?'}: {counts}{', ' * bool(left)}{left}")
        elif now - self._drawn >= 0.1:
            self._drawn = now
            self._progress.update(self._task, completed=tally.n, description=counts, left=left)
            self._screen.draw(self._progress.get_renderable())

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Remove the bar while something else is printed on the same terminal."""
        self._screen.erase()
        self._drawn = 0.0
        yield


class Stages:
    """A context that shows how many of `total` puzzles are done in each stage of a measurement."""

    def __init__(self, console: Console, name: str, total: int, is_shown: bool) -> None:
        self._console = console
        self._name = escape(name)
        self._total = total
        self._is_shown = is_shown
        self._printed = time.monotonic()
        self._done: dict[str, float] = defaultdict(float)
        self._tasks: dict[str, TaskID] = {}
        self._progress = Progress(console=console, transient=True, disable=not (is_shown and console.is_terminal))

    def __enter__(self) -> Stages:
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()

    def done(self, stage: str, n: float) -> None:
        """Count `n` puzzles, perhaps a part of one."""
        self._done[stage] += n
        words = f"{self._name}: {stage}"
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(words, total=self._total)
        self._progress.advance(self._tasks[stage], n)
        now = time.monotonic()
        if self._is_shown and not self._console.is_terminal and now - self._printed >= LINE_SECONDS:
            self._printed = now
            self._console.print(f"{words} {self._done[stage]:.0f}/{self._total}")
