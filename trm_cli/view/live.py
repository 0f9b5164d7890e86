"""The show of one puzzle: its refinement, redrawn picture by picture, and the filmstrip at the end."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console

from trm_cli.view.filmstrip import render_strip
from trm_cli.view.moment import Moment, Searching, Shown, grouped, moments, of_search, watched
from trm_cli.view.pace import Pace
from trm_cli.view.panel import render_moment
from trm_cli.view.screen import Screen

__all__ = ["LiveView", "Moment", "Searching", "Shown", "moments", "render_moment", "watched"]


class LiveView:
    """A context in which `show` redraws one picture; at the end, a filmstrip of the refinement stays.

    A step takes up to half a second, and all steps up to six seconds. Steps that are too quick to be seen share a
    picture; the first and the last step always show. `fps` sets another pace, in steps per second, and an `instant`
    show does not wait. The last picture stays for at least `hold_last` seconds.
    """

    def __init__(
        self, console: Console, shown: Shown, fps: float | None = None, hold_last: float = 0.0, instant: bool = False
    ) -> None:
        self._shown = replace(shown, glyphs=shown.glyphs.on(console))
        self._hold_last = hold_last
        self._screen = Screen(console)
        self._pace = Pace(shown.max_steps, fps, instant)
        self._moments: list[Moment] = []
        self._pending: Moment | None = None

    def __enter__(self) -> LiveView:
        self._screen.__enter__()
        self._draw(Moment())
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        # The last moment is always drawn and stays for its time, even if it shared a picture before.
        if kind is None and self._moments:
            self._draw(self._pending or self._moments[-1])
            self._pace.finish(self._hold_last)
        self._screen.__exit__(kind, error, trace)
        if kind is None and self._moments:
            console = self._screen.console
            strip = render_strip(self._shown.puzzle, self._moments, self._shown.glyphs, *console.size)
            console.print(strip, "")  # an empty line before the answer

    def tell(self, model: str) -> None:
        """Show a line about the model at the top of all later pictures."""
        self._shown = replace(self._shown, model=model)

    def show(self, moment: Moment) -> None:
        """Draw a moment at the pace of the show; moments that are too quick to be seen share one picture."""
        moment = of_search(moment, Searching(), self._shown.max_steps)
        is_new = moment.search is not None and self._moments and self._moments[-1].search is None
        self._moments.append(moment)
        self._pending = grouped(self._pending, moment)
        # The first moment of a search is drawn at once, as the next may take long.
        if self._pace.is_due(is_patient=moment.search is None) or is_new:
            self._draw(self._pending)
            self._pending = None

    def _draw(self, moment: Moment) -> None:
        self._screen.draw(render_moment(self._shown, moment, *self._screen.size))
