"""Every form in which people write mazes: one reader each, of which the first that fits reads the text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from trm_cli.domain import NOWHERE, Certainty, Ends
from trm_cli.domains.maze.cells import Alpha, Compass, Sides
from trm_cli.domains.maze.characters import has_walls
from trm_cli.domains.maze.form import Written, puzzle
from trm_cli.domains.maze.lines import Item, Lines
from trm_cli.domains.maze.plain import Square
from trm_cli.domains.maze.programs import Hexadecimal, Matrices, MovingAI, Numbers, Tokens
from trm_cli.domains.maze.tables import MAZES, Table, Values
from trm_cli.domains.written import Reader, begins_like_json, numbered
from trm_cli.errors import Flawed, ParseError
from trm_cli.puzzle import Puzzle

__all__ = ["READERS", "certainty", "read"]

READERS: tuple[Reader[Written] | Reader[Square] | Reader[Written | Square] | Reader[Item], ...] = (
    MovingAI(), Hexadecimal(), Numbers(), Tokens(), Matrices(), Compass(), Alpha(), Sides(), Table(), Values(), Lines(),
)  # fmt: skip
EMOJI = "\ufe0f"
"""What may follow a character to draw it in colours."""
LOOKED_AT = 4
"""Mazes that are read, at most, to decide whether a text is mazes."""


def read(text: str, name: str, ends: Ends = NOWHERE) -> Iterator[Puzzle | ParseError]:
    """Yield every maze of a text in order, or, for one that is wrong, an error that says where.

    `ends` are the places of start and goal; they replace the ones in the text.
    """
    text = text.replace(EMOJI, "")
    reader = next(reader for reader in READERS if reader.fits(text))
    items = _puzzles(reader.read(text, name), name, ends)
    if isinstance(reader, Values) and not begins_like_json(text):
        # Other literals of a program, which are no mazes, are errors only if there is no maze.
        found = [*items]
        items = iter([item for item in found if isinstance(item, Puzzle | Flawed)] or found)
    is_empty = True
    for item in items:
        is_empty = False
        yield item
    if is_empty:
        yield ParseError(f"{name}: no maze in it; a maze is rows of # and spaces with one S and one G")


def _puzzles(items: Iterator[Item | ParseError], name: str, ends: Ends) -> Iterator[Puzzle | ParseError]:
    """Yield the puzzles of mazes, which are numbered if there are several."""
    for number, item in numbered(items):
        called = f"{name}#{number}" if number else name
        if isinstance(item, Written):
            yield puzzle(item, called, ends)
        else:
            yield item if isinstance(item, ParseError) else item.puzzle(called, ends)


def certainty(text: str) -> Certainty:
    """Return how sure it is that the first part of a text is mazes."""
    text = text.replace(EMOJI, "")
    reader = next(reader for reader in READERS if reader.fits(text))
    if reader.is_signed:
        return Certainty.KNOWN
    # Three digits and more are unusual for walls, ends and paths; a text that may be Sudokus too is more likely these.
    is_plain = len(set(text) & set("123456789")) <= 2
    items = [*islice(read(text, ""), LOOKED_AT)]
    # A program that names mazes, and no Sudoku, has no Sudokus, however small its grids are.
    is_program = isinstance(reader, Values) and not begins_like_json(text)
    is_about_mazes = is_program and MAZES.search(text) and "sudoku" not in text.lower()
    if is_about_mazes and any(isinstance(item, Puzzle | Flawed) for item in items):
        return Certainty.KNOWN
    if any(isinstance(item, Puzzle) for item in items):
        return Certainty.READS if is_plain else Certainty.LIKELY
    if any(isinstance(item, Flawed) for item in items):
        return Certainty.LIKELY
    if has_walls(text):
        return Certainty.RESEMBLES if is_plain else Certainty.REMINDS
    return Certainty.NO
