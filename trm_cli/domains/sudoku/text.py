"""Every form in which people write Sudokus down: its readers, the first of which that a text fits reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from trm_cli.domains.sudoku.form import BLANKS, SIZES, Item, Ready, Written, is_likely
from trm_cli.domains.sudoku.grid import BOXES
from trm_cli.domains.sudoku.lines import Lines
from trm_cli.domains.sudoku.tables import Komo, Table, Triples, Values
from trm_cli.domains.written import QUESTIONS, Certainty, Reader, is_csv
from trm_cli.errors import ParseError
from trm_cli.puzzle import Grid

__all__ = ["BLANKS", "SIZES", "READERS", "Ready", "Written", "certainty", "is_grid", "read"]

READERS: tuple[Reader[Item], ...] = (Komo(), Triples(), Table(), Values(), Lines())
NEAR = {4, 6, *range(8, 13), *range(15, 18), 25, 36, *range(77, 86), *range(250, 261)}
"""Lengths of rows, and of grids on a line, that are almost right."""
LOOKED_AT = 20
"""Grids that are looked at to tell what a text is."""


def read(text: str, name: str) -> Iterator[Item | ParseError]:
    """Yield every grid of a text in order, and for each that is wrong the error that says where."""
    yield from next(reader for reader in READERS if reader.fits(text)).read(text, name)


def certainty(text: str) -> Certainty:
    """Tell whether the first part of a text is Sudokus."""
    reader = next(reader for reader in READERS if reader.fits(text))
    if reader.is_signed:
        return Certainty.KNOWN
    found = [*islice(reader.read(text, ""), LOOKED_AT)]
    if sum(map(is_likely, found)) * 2 > sum(not isinstance(item, ParseError) for item in found):
        return Certainty.READS
    return Certainty.RESEMBLES if _is_near(text) else Certainty.NO


def is_grid(given: Grid, symbols: str) -> bool:
    """Tell whether values are a Sudoku's, each of which has a symbol."""
    size = len(given)
    return size in BOXES and given.shape == (size, size) and len(symbols) == size + 1


def _is_near(text: str) -> bool:
    """Tell a text of which most lines are almost rows of a grid, or grids; JSON is taken for one that is broken."""
    if is_csv(text):
        return True
    if re.match(r'\s*[\[{"]', text):
        is_named = any(f'"{key}"' in text.lower() for key in QUESTIONS)
        return is_named or bool(re.search(r"[\[{(]\s*(?:\"?[\d.]?\"?\s*,\s*){3}|[0-9.]{15}", text))
    lengths = [_n_cells(line) for line in text.splitlines() if set(line) & set("123456789")]
    return 2 * sum(n in NEAR for n in lengths) > len(lengths)


def _n_cells(line: str) -> int:
    """Return how many cells a line would be: words where they are numbers, else characters."""
    words = re.findall(r"[^\s|,;]+", line)
    if len(words) > 2 and all(len(word) < 3 for word in words):
        return len(words)
    return len(re.findall(r"[0-9._*?xX-]", line))
