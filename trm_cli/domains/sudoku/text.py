"""Every form in which people write Sudokus down: its readers, the first of which that a text fits reads it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from trm_cli.domains.sudoku.form import BLANKS, SIZES, Item, Ready, Written, is_likely
from trm_cli.domains.sudoku.lines import Lines
from trm_cli.domains.sudoku.tables import Komo, Table, Triples, Values
from trm_cli.domains.written import Certainty, Reader
from trm_cli.errors import ParseError

__all__ = ["BLANKS", "SIZES", "READERS", "Ready", "Written", "certainty", "read"]

READERS: tuple[Reader[Item], ...] = (Komo(), Triples(), Table(), Values(), Lines())
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
    return Certainty.RESEMBLES if any(char in text for char in "123456789") else Certainty.NO
