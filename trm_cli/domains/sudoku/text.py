"""Every form in which people write Sudokus: one reader each, of which the first that fits reads the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from trm_cli.domain import Certainty
from trm_cli.domains.sudoku.fields import Fields
from trm_cli.domains.sudoku.form import BLANKS, IN_ASCII, SIZES, Item, Ready, Written, is_likely, with_answers
from trm_cli.domains.sudoku.lines import Lines
from trm_cli.domains.sudoku.rows import is_prose
from trm_cli.domains.sudoku.tables import Komo, Table, Triples, Values
from trm_cli.domains.sudoku.variants import Variant, classic
from trm_cli.domains.written import QUESTIONS, Reader, is_csv
from trm_cli.errors import ParseError

__all__ = ["BLANKS", "SIZES", "READERS", "Ready", "Written", "certainty", "read"]

READERS: tuple[Reader[Item], ...] = (Komo(), Variant(), Triples(), Table(), Values(), Fields(), Lines())
NEAR = {4, 6, *range(8, 13), *range(15, 18), *range(24, 27), 36, *range(77, 86), *range(250, 261), *range(620, 631)}
"""Numbers of cells of a row, and of a grid on one line, that are right or almost right."""
LOOKED_AT = 20
"""Grids that are read, at most, to decide whether a text is Sudokus."""


def read(text: str, name: str) -> Iterator[Item | ParseError]:
    """Yield every grid of a text in order, or, for one that is wrong, an error that says where.

    A full grid that completes the one before it is the answer of that.
    """
    text = _in_ascii(text)
    reader = next(reader for reader in READERS if reader.fits(text))
    yield from with_answers(classic(reader.read(text, name), name))


def _in_ascii(text: str) -> str:
    """Return a text with plain characters for digits and blanks."""
    return text if text.isascii() else text.translate(IN_ASCII)


def certainty(text: str) -> Certainty:
    """Return how sure it is that the first part of a text is Sudokus."""
    text = _in_ascii(text)
    reader = next(reader for reader in READERS if reader.fits(text))
    if reader.is_signed:
        return Certainty.KNOWN
    # Sudokus have one kind of blank, mazes both.
    if all(len(re.findall(rf"(?<![\w.-]){blank}(?![\w.])", text)) > 2 for blank in ("-1", "0")):
        return Certainty.NO
    items = [*islice(reader.read(text, ""), LOOKED_AT)]
    # More than half of the grids that could be read look like Sudokus.
    if sum(map(is_likely, items)) * 2 > sum(not isinstance(item, ParseError) for item in items):
        return Certainty.READS
    return Certainty.RESEMBLES if _is_near(text) else Certainty.NO


def _is_near(text: str) -> bool:
    """Tell whether most lines of a text are almost rows or grids, or whether it is JSON that may hold a grid."""
    if is_csv(text):
        return True
    if re.match(r'\s*[\[{"]', text):
        # JSON that names a puzzle, or holds a list of digits, was probably meant as a Sudoku.
        is_named = any(f'"{key}"' in text.lower() for key in QUESTIONS)
        return is_named or bool(re.search(r"[\[{(]\s*(?:\"?[\d.]?\"?\s*,\s*){3}|[0-9.]{15}", text))
    lengths = [_n_cells(line) for line in text.splitlines() if set(line) & set("123456789") and not is_prose(line)]
    n_near = sum(n in NEAR for n in lengths)
    # A few such lines in a program or a page of words are something else.
    return 2 * n_near > len(lengths) and 6 * n_near > sum(map(bool, map(str.strip, text.splitlines())))


def _n_cells(line: str) -> int:
    """Return how many cells a line would have: one for each word if all are short, else one for each character."""
    words = re.findall(r"[^\s|,;]+", line)
    if len(words) > 2 and all(len(word) < 3 for word in words):
        return len(words)
    return len(re.findall(r"[0-9._*?xX-]", line))
