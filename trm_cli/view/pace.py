"""The pace of a show: how long a picture stays, and how many steps share one."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

STEP_SECONDS = 0.5
SHOW_SECONDS = 6.0
"""Length of a show, unless the model is slower or the user wants more."""
QUICKEST = 0.2
"""Seconds that people need to see a picture; quicker steps share one."""
FRAME_SECONDS = 1 / 15
"""Takes the place of QUICKEST if the user chose a number of steps per second, or no pauses."""


class Pace:
    """Decides for every step whether it gets a picture of its own, and waits until the last picture was long enough.

    Steps take half a second each in the first half of the show; the second half is divided among the steps that may
    still come, up to `max_steps`. With `fps` steps have that pace instead, and an `instant` show never waits.
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
        """Count a step, and wait until it is time for its picture; False if it shares a picture with the next.

        A search is not patient: it never waits, and gets a picture only if the last one was long enough.
        """
        is_first = self._n_steps == 0
        if is_first:
            self._started = self._clock()
        seconds = self._step_seconds() if is_patient else 0.0
        self._n_steps += 1
        self._n_grouped += 1
        # A picture is due when the steps that share it have lasted their time; the first is drawn at once.
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
        """Wait, so that people can look at the last picture."""
        if not self._instant:
            self._rest(max(hold, 1 / self._fps if self._fps else STEP_SECONDS))
        elif hold:
            self._rest(hold)

    def _is_full(self, seconds: float, shortest: float) -> bool:
        """Tell whether the steps of a picture together last long enough to be seen; never in an instant show."""
        return seconds > 0 and self._n_grouped >= math.ceil(shortest / seconds - 1e-9)

    def _step_seconds(self) -> float:
        """Return how long the next step should last."""
        if self._fps:
            return 1 / self._fps
        if self._instant:
            return 0.0
        # Half a second each at first; later steps share the rest of the show.
        passed = self._clock() - self._started
        if self._n_steps * STEP_SECONDS < SHOW_SECONDS / 2:
            return min(STEP_SECONDS, self._left(passed))
        n_left = max(1, self._max_steps - self._n_steps)
        return min(STEP_SECONDS, self._left(passed) / n_left)

    def _left(self, passed: float) -> float:
        """Return the seconds that are left of the show, without its last picture."""
        return max(0.0, SHOW_SECONDS - STEP_SECONDS - passed)

    def _rest(self, seconds: float) -> None:
        if seconds > 0:
            self._sleep(seconds)
