"""The show of one puzzle: its refinement redrawn picture by picture, and the filmstrip that stays."""

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
    """A context in which `show` redraws one picture; what it leaves behind is a filmstrip of the refinement.

    Steps go by at half a second each and six seconds in all; faster ones share a picture, and the first and the last
    are always seen. `fps` is another pace, in steps a second, and an `instant` show waits for nobody. The last picture
    stays for `hold_last` seconds at least.
    """

    def __init__(
        self, console: Console, shown: Shown, fps: float | None = None, hold_last: float = 0.0, instant: bool = False
    ) -> None:
        self._shown = replace(shown, glyphs=shown.glyphs.on(console))
        self._hold_last = hold_last
        self._screen = Screen(console)
        self._pace = Pace(shown.max_steps, fps, instant)
        self._told: list[Moment] = []
        self._pending: Moment | None = None

    def __enter__(self) -> LiveView:
        self._draw(Moment())
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None and self._told:
            self._draw(self._pending or self._told[-1])
            self._pace.finish(self._hold_last)
        self._screen.erase()
        if kind is None and self._told:
            console = self._screen.console
            told = render_strip(self._shown.puzzle, self._told, self._shown.glyphs, *console.size)
            console.print(told, "")  # a line between it and the answer

    def tell(self, model: str) -> None:
        """Put a line on the model into the head of the pictures from now on."""
        self._shown = replace(self._shown, model=model)

    def show(self, moment: Moment) -> None:
        """Draw a moment at the pace of the show, or one picture of it and those that follow too fast to be seen."""
        moment = of_search(moment, Searching(), self._shown.max_steps)
        is_new = moment.search is not None and self._told and self._told[-1].search is None
        self._told.append(moment)
        self._pending = grouped(self._pending, moment)
        if self._pace.is_due(is_patient=moment.search is None) or is_new:  # a search begins, which may take its time
            self._draw(self._pending)
            self._pending = None

    def _draw(self, moment: Moment) -> None:
        self._screen.draw(render_moment(self._shown, moment, *self._screen.size))
