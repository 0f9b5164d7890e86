"""Where an object says that a maze begins and ends, under keys such as `start` and `exit`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

WORDS = ("start|begin|entrance|entry|source|origin", "goal|end|exit|finish|target|dest|destination")
"""Words in the keys of a start, and of a goal: at the beginning, at the end, or after `_`."""
STARTS = re.compile(rf"(?:^|_)(?:{WORDS[0]})$", re.IGNORECASE)
"""The name of a start."""
ROWS, COLUMNS = ("row", "r", "y"), ("col", "column", "c", "x")
"""Keys of the two numbers of a place."""


def ends_of(fields: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    """Return start and goal of an object as rows and columns; nothing unless it has exactly one of each.

    >>> ends_of({"Start": [0, 1], "exit_pos": {"x": 3, "y": 2}}), ends_of({"start": 1, "end": 9})
    (((0, 1), (2, 3)), ())
    """
    found = []
    for words in WORDS:
        key = re.compile(rf"(?:^|_)(?:{words})|(?:{words})$", re.IGNORECASE)
        places = [place for name, value in fields.items() if key.search(name) and (place := _place(value))]
        if len(places) != 1:
            return ()
        found += places
    return tuple(found)


def place_of(fields: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return the place that an object names by two of its keys, `row` and `col`, or `y` and `x`."""
    names = {name.lower().removeprefix("pos"): value for name, value in fields.items()}
    row, column = (next((names[key] for key in keys if key in names), None) for keys in (ROWS, COLUMNS))
    return (row, column) if type(row) is int and type(column) is int else None


def _place(value: Any) -> tuple[int, int] | None:
    if isinstance(value, dict):
        return place_of(value)
    if isinstance(value, str) and re.fullmatch(r"[\s(\[]*\d{1,4}\s*,\s*\d{1,4}[\s)\]]*", value):
        value = [int(number) for number in re.findall(r"\d+", value)]
    is_pair = isinstance(value, list) and len(value) == 2 and all(type(item) is int for item in value)
    return (value[0], value[1]) if is_pair else None
