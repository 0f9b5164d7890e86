"""Hints at the way through a maze: the first place on it where there is a choice, and which way to take there."""

from __future__ import annotations

from trm_cli.domain import Hint, Hints
from trm_cli.domains.maze.grid import WALL, shortest_path
from trm_cli.puzzle import Cell, Grid, Puzzle

WAYS = {(1, 0): "down", (0, -1): "left", (0, 1): "right", (-1, 0): "up"}


def hints(puzzle: Puzzle) -> Hints:
    """Return in which direction the first junction lies, where it is, and which way a shortest path takes there."""
    path = shortest_path(puzzle.given)
    assert path is not None, puzzle.name
    # After S, the way back counts among a cell's ways too, so a choice needs a third one.
    at = next((i for i, cell in enumerate(path[:-1]) if _n_ways(puzzle.given, cell) > (2 if i else 1)), None)
    if at is None:
        return Hints((Hint("there is one way only from S; follow it to G", {}),) * 3)
    start, junction = path[0], path[at]
    way = WAYS[path[at + 1].row - junction.row, path[at + 1].column - junction.column]
    where = _direction(start, junction)
    values = {"direction": where}
    placed = {**values, "row": junction.row + 1, "column": junction.column + 1}
    if not at:
        vague, plain = "you have to choose at once, at S", f"the first choice is at S, {junction.words}"
    else:
        vague = f"the first place where you have to choose lies {where} S"
        plain = f"the first choice is at {junction.words}, {at} {'step' if at == 1 else 'steps'} from S"
    exact = Hint(f"at {junction.words} go {way}", {**placed, "way": way})
    return Hints((Hint(vague, values), Hint(plain, placed), exact))


def _n_ways(given: Grid, cell: Cell) -> int:
    """Return the number of neighbours of a cell that are not walls."""
    height, width = given.shape
    beside = [(cell.row + row, cell.column + column) for row, column in WAYS]
    return sum(0 <= row < height and 0 <= column < width and given[row, column] > WALL for row, column in beside)


def _direction(start: Cell, end: Cell) -> str:
    """Return in words where `end` lies as seen from `start`; "" for the same cell.

    >>> _direction(Cell(0, 0), Cell(2, 1)), _direction(Cell(3, 3), Cell(3, 0))
    ('below and to the right of', 'to the left of')
    """
    upright = "below" if end.row > start.row else "above" if end.row < start.row else ""
    aside = "to the right of" if end.column > start.column else "to the left of" if end.column < start.column else ""
    return " and ".join(filter(None, (upright, aside)))
