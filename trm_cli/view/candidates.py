"""The possible values of every blank cell, drawn as people write them: a small block of digits in each cell."""

from __future__ import annotations

from rich.text import Text

from trm_cli.domain import Candidates
from trm_cli.puzzle import Cell, Puzzle
from trm_cli.view.text import printable
from trm_cli.view.theme import Glyphs

LIKELY, POSSIBLE = 0.5, 0.02
"""A value with at least the first share of the model's belief is marked; one below the second is faint."""
LEGEND = "* (bold) has 50 % of the model's belief or more, ' (faint) under 2 %; givens stand alone"


def render_candidates(puzzle: Puzzle, candidates: Candidates, glyphs: Glyphs, width: int) -> Text:
    """Draw every cell as a block of its values, each at its own place; a given is alone in the middle of its block.

    There are rulers around boxes, and blanks between the cells of a box. If not all boxes of a row fit into `width`
    columns of characters, those that do not are drawn below.
    """
    n_columns, box_columns = puzzle.given.shape[1], candidates.box[1]
    n_fitting = max(1, (width - 1) // (box_columns * (2 * _side(candidates) + 2))) * box_columns
    text = Text()
    for first in range(0, n_columns, n_fitting):
        columns = range(first, min(first + n_fitting, n_columns))
        if n_fitting < n_columns:
            text.append(f"columns {first + 1} to {columns.stop}\n", "note")
        _draw_strip(text, puzzle, candidates, glyphs, columns)
    return text.append(LEGEND, "note")


def _side(candidates: Candidates) -> int:
    """Return the number of values in each row of a cell's block."""
    size = len(candidates.symbols)
    return next(n for n in range(1, size + 1) if n * n >= size)


def _draw_strip(text: Text, puzzle: Puzzle, candidates: Candidates, glyphs: Glyphs, columns: range) -> None:
    """Append all rows of some columns of cells."""
    side = _side(candidates)
    rows = -(-len(candidates.symbols) // side)
    height = puzzle.given.shape[0]
    box_rows, box_columns = candidates.box
    n_boxes, ruler = len(columns) // box_columns, glyphs.line * (box_columns * (2 * side + 2) - 1)
    ends = [glyphs.top] + [glyphs.middle] * (height // box_rows - 1) + [glyphs.bottom]
    rulers = [end[0] + end[1].join([ruler] * n_boxes) + end[2] for end in ends]
    between = (glyphs.wall + " " * len(ruler)) * n_boxes + glyphs.wall
    for row in range(height):
        text.append((between if row % box_rows else rulers[row // box_rows]) + "\n", "ruler")
        for line in range(rows):
            for column in columns:
                text.append((" " if column % box_columns else glyphs.wall) + " ", "ruler")
                _draw(text, puzzle, candidates, Cell(row, column), range(line * side, (line + 1) * side), rows)
            text.append(glyphs.wall + "\n", "ruler")
    text.append(rulers[-1] + "\n", "ruler")


def _draw(text: Text, puzzle: Puzzle, candidates: Candidates, cell: Cell, values: range, rows: int) -> None:
    """Append one line of a cell's block."""
    given = puzzle.given[cell]
    if given:
        is_middle = values.start // len(values) == (rows - 1) // 2
        line = (printable(puzzle.symbols[given]) if is_middle else "").center(2 * len(values))
        text.append(line, "given")
        return
    for value in values:
        share = float(candidates.shares[cell][value]) if value < len(candidates.symbols) else 0.0
        if not share:
            text.append("  ")
        elif share >= LIKELY:
            text.append(printable(candidates.symbols[value]) + "*", "given")
        else:
            is_faint = share < POSSIBLE
            text.append(printable(candidates.symbols[value]) + ("'" if is_faint else " "), "unsure" * is_faint)
