"""ARC grids as rich text: two coloured spaces for each cell, or its number without colours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from trm_cli.domains import domain
from trm_cli.domains.arc.grid import COLOURS
from trm_cli.puzzle import Cell, Grid, Puzzle
from trm_cli.view.painter import Painter
from trm_cli.view.seen import Seen
from trm_cli.view.theme import Glyphs

PALETTE = ("#000000", "#2b5ba6", "#d22206", "#10aa55", "#ffff06", "#9a9d9c", "#b936ff", "#e8a412", "#59e8ff", "#78444c")
"""The colours of the ARC-AGI testing interface, changed so that colour-blind people can tell them apart too."""
LIGHT = {3, 4, 5, 6, 7, 8}
"""Colours on which black text is easier to read than white."""


class ArcPainter(Painter):
    """Grids of colours, of any size."""

    title = "ARC"
    about = (
        "The whole answer is drawn at once, looked at, and drawn anew, again and again. What to draw is known from the "
        "demonstrations alone: by an explanation that fits them, or by a network that has learned them."
    )
    key = (
        "The paler a cell, the less sure the network is of its colour. An orange frame marks a cell that the step "
        "changed, and × a cell that differs from the known answer."
    )
    colours = PALETTE

    def render(self, seen: Seen) -> Text:
        """Draw a grid of any size, with two characters for each cell."""
        lines = []
        for r, row in enumerate(seen.grid.tolist()):
            line = Text()
            # Neighbours in a row that look the same become one run of text.
            looks = [(value, Cell(r, c) in seen.conflicts) for c, value in enumerate(row)]
            for (value, is_wrong), run in groupby(looks):
                line.append(_cell(value, is_wrong, seen.glyphs) * len([*run]), _style(value, is_wrong, seen.glyphs))
            lines.append(line)
        return Text("\n").join(lines)

    def legend(self, glyphs: Glyphs) -> list[Text]:
        """Explain the cells that are not plain colours."""
        if not glyphs.has_halves:
            return [Text("a number is a colour"), Text("wrong x", "conflict")]
        return [Text(f"black {glyphs.blank}"), Text("wrong xx", "conflict")]

    def kinds(self, puzzle: Puzzle) -> list[str]:
        """Return the same style for all values, as each has its own colour."""
        return ["colour"] * len(PALETTE)

    def names(self, puzzle: Puzzle) -> list[str]:
        """Return the colours' names."""
        return [*COLOURS]

    def letters(self, puzzle: Puzzle) -> list[str]:
        """Write nothing into the cells."""
        return [""] * len(PALETTE)


def _cell(value: int, is_wrong: bool, glyphs: Glyphs) -> str:
    """Return the two characters of a cell; a black one has a dot, so that it shows on a black background."""
    if not glyphs.has_halves or glyphs.has_digits:
        return f"{value}{'x' if is_wrong else ' '}"
    return "xx" if is_wrong else "  " if value else f"{glyphs.blank} "


def _style(value: int, is_wrong: bool, glyphs: Glyphs) -> Style | str:
    if not glyphs.has_halves:
        return "conflict" if is_wrong else ""
    if not value and not is_wrong and not glyphs.has_digits:
        return Style(color=PALETTE[5], bgcolor=PALETTE[0])
    return Style(color="#000000" if value in LIGHT else "#ffffff", bgcolor=PALETTE[value], bold=is_wrong or None)


def render_attempts(
    puzzle: Puzzle, attempts: Sequence[Grid], shares: Sequence[float], glyphs: Glyphs, width: int = 200
) -> Table:
    """Draw answers side by side, the most likely first, each with its share of the votes, 0..1.

    If the right answer is known, cells that differ from it are marked. Pictures that are too wide are put below. All
    votes for one answer say nothing about how good it is, so that it has no share.
    """
    pictures = []
    for number, (grid, share) in enumerate(zip(attempts, shares, strict=True), 1):
        conflicts = domain(puzzle.task).verify(puzzle, grid).cells
        words = f"attempt {number}, {share:.0%} of the votes" if len(attempts) > 1 else "the only attempt"
        pictures.append(
            Group(Text(words, "bold"), ArcPainter().render(Seen(puzzle, grid, glyphs, conflicts=conflicts)))
        )
    columns = [max(2 * grid.shape[1], CAPTION) for grid in attempts]
    return _beside(pictures, sum(columns) + GAP * (len(columns) - 1) <= width)


CAPTION = len("attempt 1, 100% of the votes")
GAP = 4


def _beside(pictures: Sequence[RenderableType], is_wide: bool) -> Table:
    """Lay pictures out in a row, or in a column if the row would be too wide."""
    return _rows([pictures] if is_wide else [[picture] for picture in pictures])


def _rows(rows: Iterable[Sequence[RenderableType]]) -> Table:
    """Lay rows of pictures out with an empty line between them."""
    table = Table.grid(padding=(0, GAP, 0, 0))
    for row in rows:
        if table.row_count:
            table.add_row()
        table.add_row(*row)
    return table


def render_demos(puzzle: Puzzle, glyphs: Glyphs, width: int = 200) -> Table:
    """Draw the demonstrations in rows: each input with its output beside it, or below it if there is no room.

    The test input comes last, with a question mark.
    """
    widest = max(2 * grid.shape[1] for grid in (puzzle.given, *(a for a, _ in puzzle.demos)))
    widest += max((2 * b.shape[1] for _, b in puzzle.demos), default=0)
    is_wide = widest + len("becomes") + 2 * GAP <= width
    becomes = Text("becomes", "note")
    drawn = [[ArcPainter().render(Seen(puzzle, grid, glyphs)) for grid in demo] for demo in puzzle.demos]
    drawn.append([ArcPainter().render(Seen(puzzle, puzzle.given, glyphs)), Text("?", "bold")])
    return _rows([before, becomes, after] if is_wide else [Group(before, becomes, after)] for before, after in drawn)
