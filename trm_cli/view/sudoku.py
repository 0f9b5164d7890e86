"""Sudokus as rich text: givens are bold, changes underlined, and conflicts have an x after the digit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from rich.text import Text

from trm_cli.domains.sudoku.grid import BOXES
from trm_cli.puzzle import Cell, Puzzle
from trm_cli.view.painter import Painter
from trm_cli.view.seen import Seen
from trm_cli.view.text import printable
from trm_cli.view.theme import SURE, Glyphs


class SudokuPainter(Painter):
    """Sudokus with rulers around their boxes."""

    title = "Sudoku"
    about = (
        "The network fills in all digits at once, looks at what it has written, and writes it again, many times. "
        "Nobody taught it the rules: it has only seen solved Sudokus."
    )
    key = (
        "Givens are bold on grey. The deeper the blue, the surer the network is of a digit. An orange frame marks a "
        "cell that the step changed, and a red × a cell that breaks the rules."
    )
    fixed_kind = "given"

    def render(self, seen: Seen) -> Text:
        """Draw a grid with rulers around its boxes, one line for each row."""
        puzzle, grid, glyphs = seen.puzzle, seen.grid, seen.glyphs
        size = len(grid)
        box_rows, box_columns = BOXES[size]
        n_boxes, width = size // box_columns, 2 * box_columns + 1
        text = Text()
        # A ruler above every band and one below the last.
        rulers = [glyphs.top] + [glyphs.middle] * (size // box_rows - 1) + [glyphs.bottom]
        for row in range(size):
            if row % box_rows == 0:
                text.append(_ruler(rulers[row // box_rows], glyphs, n_boxes, width), "ruler")
            for column in range(size):
                if column % box_columns == 0:
                    text.append(glyphs.wall + " ", "ruler")
                cell = Cell(row, column)
                # A given cannot be wrong, so only the digit in conflict with it has the mark.
                is_wrong = cell in seen.conflicts and not puzzle.given[cell]
                text.append(_symbol(seen, cell), _style(seen, cell))
                text.append("x" if is_wrong else " ", "conflict" if is_wrong else "")
            text.append(glyphs.wall + "\n", "ruler")
        text.append(_ruler(rulers[-1], glyphs, n_boxes, width).rstrip("\n"), "ruler")
        return text

    def render_small(self, seen: Seen) -> Text:
        """Draw a grid in the smallest readable form: one character for each cell, a space between boxes."""
        _, box_columns = BOXES[len(seen.grid)]
        lines = []
        for row in range(len(seen.grid)):
            line = Text()
            for column in range(len(seen.grid)):
                cell = Cell(row, column)
                line.append(" " * (column % box_columns == 0 < column)).append(_symbol(seen, cell), _style(seen, cell))
            lines.append(line)
        return Text("\n").join(lines)

    def legend(self, glyphs: Glyphs) -> list[Text]:
        """Explain given, changed, unsure and wrong digits."""
        words = {"given": "bold", "changed": "underlined", "unsure": "faint", "conflict": "x"}
        return [Text(f"{look} {word}", look) for look, word in words.items()]

    def kinds(self, puzzle: Puzzle) -> list[str]:
        """Return one style for blank cells, and another for digits."""
        return ["blank"] + ["chosen"] * len(puzzle.given)

    def names(self, puzzle: Puzzle) -> list[str]:
        """Call a blank cell open, and a digit by itself."""
        return ["open", *map(printable, puzzle.symbols[1:])]

    def letters(self, puzzle: Puzzle) -> list[str]:
        """Leave a blank cell empty."""
        return ["", *map(printable, puzzle.symbols[1:])]

    def fixed(self, puzzle: Puzzle) -> npt.NDArray[np.bool_]:
        """Return where the givens are."""
        return puzzle.given > 0

    def box(self, puzzle: Puzzle) -> tuple[int, int]:
        """Return rows and columns of a box."""
        return BOXES[len(puzzle.given)]


def _symbol(seen: Seen, cell: Cell) -> str:
    value = seen.grid[cell]
    return printable(seen.puzzle.symbols[value]) if value else seen.glyphs.blank


def _ruler(ends: str, glyphs: Glyphs, n_boxes: int, width: int) -> str:
    return ends[0] + ends[1].join([glyphs.line * width] * n_boxes) + ends[2] + "\n"


def _style(seen: Seen, cell: Cell) -> str:
    if cell in seen.conflicts:
        return "conflict"
    if seen.puzzle.given[cell]:
        return "given"
    if seen.is_changed(cell):
        return "changed"
    # Without a frame there is no confidence, and every digit is shown as sure.
    if seen.frame is not None and seen.frame.confidence[cell] < SURE:
        return "unsure"
    return "sure" if seen.grid[cell] else "ruler"
