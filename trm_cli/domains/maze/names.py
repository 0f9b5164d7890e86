"""Mazes whose cells are words, such as `WALL`, `Tile.path` or `start`, and the characters that they stand for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

CHARS = {
    "#": "wall|block|obstacle|solid|rock|hedge|wand|mur$|pared|muro|parede",
    " ": "path|empty|free|floor|open|road|space|passage|corridor|hall|grass|weg|frei|chemin|camino|libre|vacio",
    "S": "start|begin|entr|spawn|player|inicio",
    "G": "goal|end$|exit|finish|target|ziel|ausgang|sortie|salida|meta|fin$",
}
"""Characters of a maze, and the words for them, in lower case."""
FEWEST = 4
"""Rows and columns of a maze of words, at least; smaller tables are something else."""


def in_chars(rows: Sequence[Sequence[str]]) -> list[list[str]] | None:
    """Return rows of words as rows of characters; None for other rows.

    A word with no known meaning that occurs once is an end.

    >>> in_chars([["WALL", "START", "WALL", "WALL"]] + [["WALL", "PATH", "PATH", "WALL"]] * 2 + [["WALL"] * 4])[0]
    ['#', 'S', '#', '#']
    """
    words = Counter(cell for row in rows for cell in row)
    if len(rows) < FEWEST or min(map(len, rows)) < FEWEST or len(words) > 6 or min(map(len, words)) < 3:
        return None
    chars = {word: char for word in words for char, known in CHARS.items() if re.search(known, word.lower())}
    unknown = [word for word in words if word not in chars]
    if not {"#", " "} <= {*chars.values()} or [words[word] for word in unknown] not in ([], [1]):
        return None
    return [[chars.get(cell, "P") for cell in row] for row in rows]
