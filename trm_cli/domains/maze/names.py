"""Mazes whose cells are words, such as `WALL`, `Tile.path` or `start`, and the signs that these words stand for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

SIGNS = {
    "#": "wall|block|obstacle|solid|rock|hedge|wand|mur$|pared|muro|parede",
    " ": "path|empty|free|floor|open|road|space|passage|corridor|hall|grass|weg|frei|chemin|camino|libre|vacio",
    "S": "start|begin|entr|spawn|player|inicio",
    "G": "goal|end$|exit|finish|target|ziel|ausgang|sortie|salida|meta|fin$",
}
"""Signs of a maze, and the words for them, in lower case."""
FEWEST = 4
"""Rows and columns of a maze of words, at least; smaller tables are something else."""


def in_signs(rows: Sequence[Sequence[str]]) -> list[list[str]] | None:
    """Return rows of words as rows of signs; None for other rows.

    A word with no known meaning that occurs once is an end.

    >>> in_signs([["WALL", "START", "WALL", "WALL"]] + [["WALL", "PATH", "PATH", "WALL"]] * 2 + [["WALL"] * 4])[0]
    ['#', 'S', '#', '#']
    """
    words = Counter(cell for row in rows for cell in row)
    if len(rows) < FEWEST or min(map(len, rows)) < FEWEST or len(words) > 6 or min(map(len, words)) < 3:
        return None
    signs = {word: sign for word in words for sign, known in SIGNS.items() if re.search(known, word.lower())}
    unknown = [word for word in words if word not in signs]
    if not {"#", " "} <= {*signs.values()} or [words[word] for word in unknown] not in ([], [1]):
        return None
    return [[signs.get(cell, "P") for cell in row] for row in rows]
