"""Sudokus with other rules than the classic ones, which are recognised only to say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from trm_cli.domains.sudoku.form import SIZES, Item, Written
from trm_cli.domains.written import HEAD, Reader
from trm_cli.errors import Flawed, ParseError

ONLY = "only Sudokus whose rules are rows, columns and boxes are solved"
LOOKED_AT = 100
"""Grids of a text that are looked at; lists of more are classic ones."""


class Variant(Reader[Item]):
    """JSON of programs in which people set Sudokus (f-puzzles, SudokuPad), with rules beside the grid."""

    is_signed = True
    GRID = re.compile(r'"(?:value|given|givens|grid|board|cells|puzzle)"\s*:')
    RULE = re.compile(
        r'"(killercages?|cages|thermometers?|thermos?|arrows?|palindromes?|renban|whispers|betweenline|littlekillersum|'
        r'sandwichsum|quadruple|difference|ratio|xv|extraregion|kropki\w*|germanWhispers)"\s*:\s*\[\s*[\[{]',
        re.IGNORECASE,
    )

    def fits(self, text: str) -> bool:
        """Look for a rule beside a grid."""
        return (
            text.lstrip()[:1] == "{"
            and self.GRID.search(text[:HEAD]) is not None
            and self.RULE.search(text) is not None
        )

    def read(self, text: str, name: str) -> Iterator[Item | ParseError]:
        """Yield one error, which names the first rule."""
        match = self.RULE.search(text)
        assert match is not None
        yield Flawed(f"{name}: a Sudoku with a rule of its own ({match[1]}); {ONLY}")


def classic(items: Iterable[Item | ParseError], name: str) -> Iterator[Item | ParseError]:
    """Yield grids up to one that shows another kind of Sudoku; that, and the grid before it, are one error."""
    before: Item | ParseError | None = None
    for n, item in enumerate(items):
        if n < LOOKED_AT and isinstance(item, Written) and (words := _kind(item)):
            yield Flawed(f"{name}:{item.marks[0].line}: {words}; {ONLY}")
            return
        if before is not None:
            yield before
        before = item
    if before is not None:
        yield before


def _kind(item: Written) -> str:
    """Return what a grid shows of another kind of Sudoku, in words; "" for a classic one."""
    size, text = SIZES[len(item.marks)], "".join(mark.char for mark in item.marks)
    if size == 9 and sum(char in "ABCDEFGHIJKLMNOP" for char in text) > 3 and re.search("[1-9]", text):
        return "numbers above 9 in a 9x9 grid, as the sums of a killer Sudoku"
    # Regions fill the grid, each with as many cells as there are rows, and many cells lie beside one of their own.
    if size < 6 or {*map(text.count, {*text})} != {size} or set(text) & set("._* "):
        return ""
    n_beside = sum(a == b for i, (a, b) in enumerate(pairwise(text), 1) if i % size)
    return "the regions of a jigsaw Sudoku" if n_beside > 2 * size else ""
