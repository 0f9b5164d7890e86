"""The pace of a show: how long a picture stays, and how many steps are one picture."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

STEP_SECONDS = 0.5
SHOW_SECONDS = 6.0
"""A show takes no longer than this of its own accord."""
QUICKEST = 0.2
"""Seconds that a picture needs to be seen; steps that would be shorter share one."""
FRAME_SECONDS = 1 / 15
"""As QUICKEST, where somebody asked for so many steps a second, or for no waiting."""


class Pace:
    """Says of every step whether it is time for a picture, and waits while the last one must be looked at.

    The first half of the time goes half a second a step, the other half is divided among the steps that may come, up
    to `max_steps`. With `fps`, steps have that pace instead, however long it takes; an `instant` show never waits.
    """

    def __init__(
        self,
        max_steps: int,
        fps: float | None = None,
        instant: bool = False,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._max_steps = max_steps
        self._fps = fps
        self._instant = instant
        self._clock = clock
        self._sleep = sleep
        self._started = self._drawn = clock()
        self._n_steps = 0
        self._n_grouped = 0

    def is_due(self, is_patient: bool = True) -> bool:
        """Count a step, and wait for its picture; False where it shares a picture with the next.

        What must not be held up, as a search, is not patient: its pictures come when there was time to see the last.
        """
        is_first = self._n_steps == 0
        if is_first:
            self._started = self._clock()
        seconds = self._step_seconds() if is_patient else 0.0
        self._n_steps += 1
        self._n_grouped += 1
        shortest = FRAME_SECONDS if self._fps or self._instant else QUICKEST
        wait = self._drawn + max(shortest, self._n_grouped * seconds) - self._clock()
        if self._is_full(seconds, shortest):
            self._rest(wait)
        elif wait > 0 and not is_first:
            return False
        self._n_grouped = 0
        self._drawn = self._clock()
        return True

    def finish(self, hold: float) -> None:
        """Let the last picture be looked at."""
        if not self._instant:
            self._rest(max(hold, 1 / self._fps if self._fps else STEP_SECONDS))
        elif hold:
            self._rest(hold)

    def _is_full(self, seconds: float, shortest: float) -> bool:
        """Tell whether a picture has as many steps as it takes to be seen; nothing is waited for in an instant show."""
        return seconds > 0 and self._n_grouped >= math.ceil(shortest / seconds - 1e-9)

    def _step_seconds(self) -> float:
        """Return how long the next step should be seen."""
        if self._fps:
            return 1 / self._fps
        if self._instant:
            return 0.0
        passed = self._clock() - self._started
        if self._n_steps * STEP_SECONDS < SHOW_SECONDS / 2:
            return min(STEP_SECONDS, self._left(passed))
        n_left = max(1, self._max_steps - self._n_steps)
        return min(STEP_SECONDS, self._left(passed) / n_left)

    def _left(self, passed: float) -> float:
        """Return the seconds of the show that are left, without those of its last picture."""
        return max(0.0, SHOW_SECONDS - STEP_SECONDS - passed)

    def _rest(self, seconds: float) -> None:
        if seconds > 0:
            self._sleep(seconds)
