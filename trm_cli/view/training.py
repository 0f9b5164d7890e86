"""The live view of a training run: curves of loss and accuracy, the speed, and the time that is left."""

from __future__ import annotations

import time
from array import array
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from trm_cli.view.screen import Screen
from trm_cli.view.text import clock, printable
from trm_cli.view.theme import Glyphs

if TYPE_CHECKING:
    from trm_cli.train.loop import Progress
    from trm_cli.train.run import Evaluation

WIDTH = 60
LINE_SECONDS = 10.0


def spark(values: Sequence[float], glyphs: Glyphs, low: float, high: float) -> str:
    """Draw a curve in one line of up to WIDTH characters, each the average of a part.

    >>> from trm_cli.view.theme import ASCII
    >>> spark([0, 0.5, 1], ASCII, 0, 1)
    '_-#'
    """
    if not values:
        return ""
    # One character for each part of the values, from the lowest spark to the highest.
    means = [float(np.mean(part)) for part in np.array_split(values, min(WIDTH, len(values)))]
    span = max(high - low, 1e-9)
    last = len(glyphs.sparks) - 1
    return "".join(glyphs.sparks[round(last * min(1.0, max(0.0, (mean - low) / span)))] for mean in means)


class TrainingView:
    """A context that shows the records of a run: a live panel on a terminal, elsewhere a line every ten seconds."""

    def __init__(self, console: Console, title: str, glyphs: Glyphs, is_live: bool) -> None:
        self._title = title
        self._glyphs = glyphs
        self._screen = Screen(console, is_live)
        self._is_live = self._screen.is_shown
        self._losses, self._exact = array("d"), array("d")
        self._recent: deque[Progress] = deque(maxlen=50)
        self._shown = time.monotonic()

    def __enter__(self) -> TrainingView:
        self._screen.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._screen.__exit__(*exception)

    def add(self, progress: Progress) -> None:
        """Add an update, and draw the panel at most twice a second."""
        self._recent.append(progress)
        self._losses.append(progress.lm_loss)
        if progress.n_halted:
            self._exact.append(progress.n_exact / progress.n_halted)
        now = time.monotonic()
        # Draw twice a second on a terminal; elsewhere write a line every ten seconds.
        if self._is_live and now - self._shown >= 0.5:
            self._screen.draw(self.render())
            self._shown = now
        elif not self._is_live and now - self._shown >= LINE_SECONDS:
            self.say(self._line())
            self._shown = now

    def add_evaluation(self, evaluation: Evaluation) -> None:
        """Add an evaluation, and print a line about it that stays on the screen."""
        marks = ", ".join(f"{share:.1%} in {mark}" for mark, share in evaluation.solved.items())
        best = "  (best so far)" if evaluation.is_best else ""
        self.say(
            f"{clock(evaluation.seconds)}  step {evaluation.step}: solved of {evaluation.puzzles} "
            f"validation puzzles, by steps: {marks}{best}"
        )  # fmt: skip

    def say(self, words: str) -> None:
        """Print a line above the panel."""
        self._screen.say(Text(printable(words)))

    def _mean(self, name: str) -> float:
        return float(np.mean([getattr(progress, name) for progress in self._recent]))

    def _exact_now(self) -> float:
        """Return the share of solved puzzles among those that left their slots recently."""
        n_halted = sum(progress.n_halted for progress in self._recent)
        return sum(progress.n_exact for progress in self._recent) / max(1, n_halted)

    def _left(self) -> tuple[float, str]:
        """Return (updates a second, time left), the time as "?" until some of the budget is used."""
        first, last = self._recent[0], self._recent[-1]
        # The speed is that of the last updates; the time left is estimated from the whole run.
        speed = (last.step - first.step) / max(1e-9, last.seconds - first.seconds)
        left = clock(last.seconds * (1 - last.progress) / last.progress) if last.progress * last.seconds else "?"
        return speed, left

    def _line(self) -> str:
        last, (speed, left) = self._recent[-1], self._left()
        return (
            f"{clock(last.seconds)}  step {last.step}  {last.progress:.1%}  lm_loss {self._mean('lm_loss'):.4f}  "
            f"q_halt_loss {self._mean('q_halt_loss'):.4f}  exact {self._exact_now():.3f}  "
            f"{speed:.1f} updates/s  left {left}"
        )

    def render(self) -> RenderableType:
        """Draw the panel."""
        last, (speed, left) = self._recent[-1], self._left()
        curves = Table.grid(padding=(0, 2))
        # The first losses are so large that the rest would look flat: leave out the highest 2 %.
        high = float(np.quantile(self._losses, 0.98))
        curves.add_row(
            "loss", Text(spark(self._losses, self._glyphs, 0.0, high), "changed"), f"{self._mean('lm_loss'):.4f}"
        )
        curves.add_row("exact", Text(spark(self._exact, self._glyphs, 0.0, 1.0), "good"), f"{self._exact_now():.1%}")
        facts = (
            f"step {last.step}   {last.progress:.1%}   {clock(last.seconds)} done, {left} left   "
            f"{speed:.1f} updates/s   rate {last.rate:.2f}   gradient {self._mean('grad_norm'):.2f}"
        )
        return Group(Text(printable(self._title), "bold"), curves, Text(facts, "note"))
