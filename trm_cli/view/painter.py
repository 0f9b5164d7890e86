"""How the puzzles of one task look: the interface that each task has a painter for."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt
from rich.text import Text

from trm_cli.puzzle import Puzzle
from trm_cli.view.seen import Seen
from trm_cli.view.theme import Glyphs


class Painter(ABC):
    """How puzzles of one task are drawn in a terminal and on a web page. Subclasses are final.

    The web page shows the `title` at its top; `about` explains how the network works on such a puzzle, and `key` what
    the looks of cells mean. If values are colours, `colours` has their background colours. `fixed_kind` is the style
    of cells that never change, if it differs from the style of their value.
    """

    title: str
    about: str
    key: str
    colours: tuple[str, ...] = ()
    fixed_kind: str = ""

    @abstractmethod
    def render(self, seen: Seen) -> Text:
        """Draw a grid with its marks for a terminal."""

    def render_small(self, seen: Seen) -> Text:
        """Draw a grid in the smallest readable form."""
        return self.render(seen)

    @abstractmethod
    def legend(self, glyphs: Glyphs) -> list[Text]:
        """Explain the looks of cells in a terminal, each word in its own look."""

    @abstractmethod
    def kinds(self, puzzle: Puzzle) -> list[str]:
        """Return the style (a class of grid.css) of every value."""

    @abstractmethod
    def names(self, puzzle: Puzzle) -> list[str]:
        """Return the name of every value."""

    @abstractmethod
    def letters(self, puzzle: Puzzle) -> list[str]:
        """Return the text in a cell of the page for every value."""

    def fixed(self, puzzle: Puzzle) -> npt.NDArray[np.bool_]:
        """Return which cells (H, W) of the puzzle never change."""
        return np.zeros(puzzle.given.shape, bool)

    def box(self, puzzle: Puzzle) -> tuple[int, int] | None:
        """Return rows and columns of a box, if no value may be twice in a row, a column or a box."""
        return None
