"""ARC tasks as grids with arrows from inputs to outputs; the last input has nothing or a question mark behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from trm_cli.domains.arc.labels import in_digits, rows_of
from trm_cli.domains.arc.values import Pair, Task
from trm_cli.domains.written import uncommented

ARROW = re.compile(r"-{1,4}>|={1,4}>|[→⟶⇒➜➔➡]\ufe0f?")
SURE = 2
"""Demonstrations that are an ARC task without the word `test`."""


class Part(NamedTuple):
    """What stands in a text: the rows of a grid and the number of its first line, or an arrow, which has no rows."""

    rows: list[str]
    number: int


def tasks(text: str, identifier: str, name: str) -> Iterator[Task]:
    """Yield the one task of a text, if every grid is an input with an arrow and its output behind it, but the last."""
    parts = [*_parts(text)]
    pairs: list[Pair] = []
    at = 0
    while at < len(parts):
        grid, arrow, answer = [*parts[at : at + 3], None, None][:3]
        if grid is None or not grid.rows or (arrow is not None and arrow.rows):
            return
        is_pair = answer is not None and bool(answer.rows)
        pairs.append(Pair(grid.rows, answer.rows if answer is not None and is_pair else None, f"{name}:{grid.number}"))
        at += 3 if is_pair else 2
    is_test = [pair.output is None for pair in pairs]
    # Only the last input may have no output.
    is_sure = len(pairs) > SURE or (len(pairs) == SURE and "test" in text.lower())
    if is_sure and is_test[-1] and is_test.count(True) == 1:
        yield Task(identifier, name, pairs[:-1], pairs[-1:])


def _parts(text: str) -> Iterator[Part]:
    """Yield the grids and arrows of a text in order; words and blank lines end a grid."""
    rows: list[str] = []
    first = 0
    for number, line in enumerate(in_digits(uncommented(text)).splitlines(), 1):
        pieces = ARROW.split(line)
        for i, piece in enumerate(pieces):
            found = rows_of(piece) if piece.strip() else None
            # A grid in brackets, or of several rows, is whole; a single row belongs to those above it.
            is_whole = bool(found) and ("[" in piece or len(found or ()) > 1)
            if rows and (is_whole or not found or i):
                yield Part(rows, first)
                rows = []
            if found and not rows:
                first = number
            rows += found or []
            if i < len(pieces) - 1:
                if rows:
                    yield Part(rows, first)
                    rows = []
                yield Part([], number)
    if rows:
        yield Part(rows, first)
