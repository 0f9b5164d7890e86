"""A picture at the end of a terminal's output that is redrawn again and again.

The cursor is never hidden and stays below the picture, so that the terminal is in order even if the program is killed.
"""

from __future__ import annotations

import signal
import threading
from contextlib import suppress
from types import FrameType

from rich.console import Console, Group, RenderableType
from rich.control import Control
from rich.segment import ControlType, Segment, Segments

LINE = Segment("\n")
ERASE = Segment("\x1b[J", None, [(ControlType.ERASE_IN_LINE, 0)])
"""Erases from the cursor to the end of the screen; rich has no name for this control."""
ERASE_LINE = Control((ControlType.ERASE_IN_LINE, 0)).segment
UP = Control((ControlType.CURSOR_UP, 1)).segment


class Screen:
    """A context in which `draw` replaces the last picture; at the end the picture is removed.

    Nothing is drawn without a terminal that can move its cursor.
    """

    def __init__(self, console: Console, is_shown: bool = True) -> None:
        self.console = console
        self.is_shown = is_shown and console.is_terminal and not console.is_dumb_terminal
        self._picture: RenderableType | None = None
        self._widths: list[int] = []
        self._is_noted = False
        """Whether this screen notices that the program goes on after a stop; `_before` did so before."""
        self._before: signal._HANDLER = None

    def __enter__(self) -> Screen:
        # Windows has no such signal, and only the main thread may ask for one.
        if self.is_shown and hasattr(signal, "SIGCONT") and threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGCONT, self._continue)
            self._is_noted = True
        return self

    def __exit__(self, *exception: object) -> None:
        with suppress(OSError):  # the terminal may be closed, and what the program has to save comes after this
            self.erase()
        if self._is_noted:
            signal.signal(signal.SIGCONT, signal.SIG_DFL if self._before is None else self._before)
            self._is_noted = False

    def _continue(self, number: int, at: FrameType | None) -> None:
        """Leave the last picture where it is: after Ctrl-Z and `fg`, lines of the shell stand below it."""
        self._widths = []
        if callable(self._before):
            self._before(number, at)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines of the largest picture; one line is left for the cursor."""
        return self.console.width, max(1, self.console.height - 1)

    def draw(self, picture: RenderableType) -> None:
        """Draw a picture over the last one in a single write; parts that are too wide or too high are cut off."""
        if not self.is_shown:
            return
        lines = self.console.render_lines(picture, pad=False)[: self.size[1]]
        # One write, so that the reader never sees half a picture.
        segments = self._erased()
        for line in lines:
            segments += [*line, LINE]
        self._picture, self._widths = picture, [Segment.get_line_length(line) for line in lines]
        self._write(segments)

    def erase(self) -> None:
        """Remove the picture."""
        if self._widths:
            segments = self._erased()
            self._picture, self._widths = None, []
            self._write(segments)

    def say(self, *words: RenderableType) -> None:
        """Print above the picture."""
        # Print where the picture was, then draw it again below.
        picture = self._picture
        self.erase()
        self.console.print(Group(*words), soft_wrap=True)
        if picture is not None:
            self.draw(picture)

    def _erased(self) -> list[Segment]:
        """Return what removes the picture and leaves the cursor where it began."""
        if not self._widths:
            return [ERASE]
        # A terminal that has become narrower breaks lines that are too wide for it now.
        height = sum(max(1, -(-width // self.console.width)) for width in self._widths)
        top = Control((ControlType.CURSOR_UP, height), ControlType.CARRIAGE_RETURN).segment
        # The first line is erased by itself: tmux keeps a screen that is erased from its first cell in its history.
        return [top, ERASE_LINE, LINE, ERASE, UP]

    def _write(self, segments: list[Segment]) -> None:
        self.console.print(Segments(segments), end="", crop=False)
