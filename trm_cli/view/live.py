"""The live view of one puzzle: the grid beside what changes from step to step, redrawn a frame at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from trm_cli.domain import Domain
from trm_cli.puzzle import Cell, Frame, Grid, Puzzle, n_changed
from trm_cli.view.grid import LEGENDS, render_grid
from trm_cli.view.theme import Glyphs

SHOW_SECONDS = 3.0
FPS = 15.0
"""Pictures a second at most; steps that come faster are left out."""
HISTORY = 6
BAR = 11


@dataclass(frozen=True, slots=True)
class Shown:
    """What the view needs to know besides the frames; `model` is a line on weights, device and data type."""

    puzzle: Puzzle
    model: str
    max_steps: int
    glyphs: Glyphs


@dataclass(frozen=True, slots=True)
class Moment:
    """One picture: a frame, the grid a frame earlier, (step, cells changed) so far, and the cells that offend."""

    frame: Frame | None = None
    before: Grid | None = None
    changed: tuple[tuple[int, int], ...] = ()
    conflicts: tuple[Cell, ...] = ()


def moments(puzzle: Puzzle, frames: Iterable[Frame], domain: Domain) -> Iterator[Moment]:
    """Turn frames into pictures, each with what it needs of those before and the cells that break the rules."""
    before = puzzle.given
    changed: tuple[tuple[int, int], ...] = ()
    for frame in frames:
        changed = (*changed, (frame.step, n_changed(before, frame.grid)))
        yield Moment(frame, before, changed, domain.verify(puzzle, frame.grid).cells)
        before = frame.grid


def render_moment(shown: Shown, moment: Moment) -> RenderableType:
    """Draw a puzzle and the state of its refinement: a pure function of its arguments."""
    frame = moment.frame
    grid = shown.puzzle.given if frame is None else frame.grid
    done = frame.step if frame else 0
    step = f"step {done:>2}/{shown.max_steps}" if done <= shown.max_steps else f"searching, step {done}"
    head = Text(no_wrap=True, overflow="crop")
    head.append(f"{shown.puzzle.task}  {Path(shown.puzzle.name).name}", "bold")
    head.append(f"   {step}").append(f"   {shown.model}", "note")  # the last is cut off first
    picture = render_grid(shown.puzzle, grid, shown.glyphs, frame, moment.before, moment.conflicts)
    body = Table.grid(padding=(0, 3))
    body.add_column(no_wrap=True, overflow="crop", min_width=max(map(len, picture.plain.splitlines())))
    body.add_column(no_wrap=True, overflow="crop")
    body.add_row(picture, _measures(moment, shown))
    legend = Text(LEGENDS[shown.puzzle.task], "note", no_wrap=True, overflow="crop")
    return Group(head, body, legend)


def _measures(moment: Moment, shown: Shown) -> Text:
    text = Text()
    most = max((n for _, n in moment.changed), default=0) or 1
    for step, n in moment.changed[-HISTORY:]:
        bar = shown.glyphs.bar * max(round(BAR * n / most), int(n > 0))
        text.append(f"step {step:>3}  ").append(f"{bar:<{BAR}}", "changed").append(f"{n:>4} cells changed\n")
    if moment.frame is None:
        return text.append("" if shown.model else "loading the model ...")
    residual = f"{moment.frame.residual:.2f}" if np.isfinite(moment.frame.residual) else ""
    text.append(f"\nhalt      {moment.frame.halt:.2f}\nresidual  {residual}\n")
    text.append(f"conflicts {len(moment.conflicts)}\ntime      {moment.frame.seconds:.1f} s")
    return text


class LiveView:
    """A context in which `show` redraws one picture; it leaves nothing behind and gives the cursor back."""

    def __init__(self, console: Console, shown: Shown, fps: float | None = None, hold_last: float = 0.0) -> None:
        self._shown = shown
        self._hold_last = hold_last
        self._hold = 1 / fps if fps else SHOW_SECONDS / shown.max_steps
        self._fps = fps or FPS
        self._live = Live(
            render_moment(shown, Moment()), console=console, auto_refresh=False, transient=True, redirect_stdout=False
        )
        self._moment = Moment()
        self._shown_at = self._drawn_at = time.perf_counter()

    def __enter__(self) -> LiveView:
        self._live.__enter__()
        self._draw()
        return self

    def __exit__(self, *exception: object) -> None:
        if exception[0] is None:
            self._draw()
            time.sleep(max(self._hold, self._hold_last))
        self._live.__exit__(None, None, None)

    def tell(self, model: str) -> None:
        """Put a line on the model into the head of the pictures from now on."""
        self._shown = replace(self._shown, model=model)

    def show(self, moment: Moment) -> None:
        """Draw a picture at the pace of SHOW_SECONDS for all steps; some are left out where that is too fast to see."""
        time.sleep(max(0.0, self._hold - (time.perf_counter() - self._shown_at)))
        self._shown_at = time.perf_counter()
        self._moment = moment
        if self._shown_at - self._drawn_at >= 1 / self._fps - 0.005:
            self._draw()

    def _draw(self) -> None:
        self._drawn_at = time.perf_counter()
        self._live.update(render_moment(self._shown, self._moment), refresh=True)
