"""The filmstrip that stays on the screen after a show: a few frames side by side, and a sentence about them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from trm_cli.puzzle import Puzzle
from trm_cli.view.grid import render_grid
from trm_cli.view.moment import Moment
from trm_cli.view.story import chosen, far, sentence
from trm_cli.view.theme import Glyphs

LEAST, MOST = 3, 5
"""Frames of a strip, at least and at most."""
GAP = 2


def render_strip(puzzle: Puzzle, moments: Sequence[Moment], glyphs: Glyphs, width: int, height: int) -> RenderableType:
    """Draw the most important frames of a refinement for a terminal's width and height, with a sentence below.

    If fewer than three fit side by side, or the answer would not fit below, they are drawn small and in two rows.
    """
    words = Text(sentence(puzzle, moments))
    # A search begins with the last picture of the single pass, which would appear twice.
    frames = {moment.frame.step: moment for moment in moments if moment.frame}
    moments = [Moment(), *frames.values()]
    if len(moments) < LEAST:
        return words
    # Full size if three frames fit and the answer fits below; otherwise small.
    distances = far(puzzle, moments)
    for is_small in (False, True):
        pictures = [_captioned(puzzle, moment, glyphs, is_small) for moment in moments]
        columns = max(column for *_, column in pictures)
        lines = max(line for _, line, _ in pictures)
        across = (width + GAP) // (columns + GAP)
        if across >= LEAST and 2 * lines + 1 < height:
            break
    # Choose as many frames as there is room for; a sentence is enough if that is fewer than three.
    n_rows = 1 if across >= LEAST else 2
    places = chosen(distances, min(MOST, across * n_rows)) if across else []
    if len(places) < LEAST:
        return words
    table = Table.grid(padding=(0, GAP, 0, 0))
    for _ in range(min(across, len(places))):
        table.add_column(no_wrap=True, overflow="crop", min_width=columns)
    for start in range(0, len(places), across):
        table.add_row(*(pictures[place][0] for place in places[start : start + across]))
    return Group(table, words)


def _captioned(puzzle: Puzzle, moment: Moment, glyphs: Glyphs, is_small: bool) -> tuple[RenderableType, int, int]:
    """Return a frame below its caption, and the number of its lines and columns."""
    frame = moment.frame
    grid = puzzle.given if frame is None else frame.grid
    picture = render_grid(puzzle, grid, glyphs, frame, moment.before, moment.conflicts, is_small)
    unit = "update" if moment.learning else "step"
    caption = Text("puzzle" if frame is None else f"{unit} {frame.step}", "bold")
    lines = [caption, *picture.split("\n")]
    return Group(caption, picture), len(lines), max(map(len, lines))
