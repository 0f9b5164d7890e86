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

GAP = r"\s{0,9}"
"""A few spaces; any number of them would take long to search."""
PAIR = (
    rf"[\w\[\]<>.:]{{0,40}}{GAP}[\[({{]{GAP}(?:(\w+){GAP}[:=]{GAP})?(\d{{1,3}})"
    rf"{GAP},{GAP}(?:\w+{GAP}[:=]{GAP})?(\d{{1,3}}){GAP}[\])}}]"
)
"""Two numbers in brackets, perhaps with their names and behind a type: `(1, 2)`, `Point { x: 1, y: 2 }`."""
ASSIGNED = re.compile(rf"\b([A-Za-z_]\w*)(?:\[\d?\])?{GAP}(?::[ \w<>,\[\]()]{{1,40}})?:?={GAP}(?:new\s)?{PAIR}")
"""A place with a name in a program, as in `start = (1, 2)`."""
GIVEN = rf"\({GAP}&?(?:mut\s)?\w{{0,40}}(?:maze|lab[iy]r|laberint|grid)\w*"
"""The first thing that a function is called with, if it is a maze."""
CALLED = re.compile(rf"{GIVEN}{GAP},{GAP}{PAIR}{GAP},{GAP}{PAIR}{GAP}\)", re.IGNORECASE)
"""A call with a maze and two places: `solve(maze, (0, 0), (4, 3))`."""
CALLED_PLAIN = re.compile(GIVEN + 4 * rf"{GAP},{GAP}(\d{{1,3}})" + rf"{GAP}\)", re.IGNORECASE)
"""The same with four numbers: `solve(maze, 0, 0, 4, 3)`."""
AXIS = r"_?(row|column|col|[rcxy])"
NUMBER = re.compile(rf"\b([a-z_]*?(?:{'|'.join(WORDS)})){AXIS}{GAP}:?={GAP}(\d{{1,3}})\b", re.IGNORECASE)
"""A number of a place with a name in a program: `start_x = 1`, `destRow = 9`."""
ROW_FIRST = re.compile(rf"\[\w*x\w?\]{GAP}\[\w*y\w?\]", re.IGNORECASE)
"""A cell of a program in which x is the row: `maze[x][y]`."""
LONGEST = 100_000
"""Characters of a program in which its statements are looked at."""


def named(text: str) -> tuple[tuple[int, int], ...]:
    """Return start and goal of the only maze in a program, as its statements name them; nothing if they are not clear.

    >>> named("start = (0, 1); goal = new Point(3, 2);"), named("solve(maze, (0, 0), (4, 3))")
    (((0, 1), (3, 2)), ((0, 0), (4, 3)))
    >>> named("int startX = 1, startY = 0, endX = 4, endY = 5;"), named("start = (0, 1); start = (0, 2); end = (3, 3)")
    (((0, 1), (5, 4)), ())
    """
    text = text[:LONGEST]
    # A name with several places says nothing.
    fields: dict[str, Any] = {}
    for name, *pair in ASSIGNED.findall(text):
        place = [*_of_pair(*pair)]
        fields[name] = place if fields.get(name, place) == place else None
    axes = {"x": "row", "y": "col"} if ROW_FIRST.search(text) else {}
    for name, axis, digits in NUMBER.findall(text):
        numbers, axis, number = fields.setdefault(name, {}), axis.lower(), int(digits)
        if isinstance(numbers, dict) and numbers.setdefault(axes.get(axis, axis), number) != number:
            fields[name] = None
    calls = {((int(a), int(b)), (int(c), int(d))) for a, b, c, d in CALLED_PLAIN.findall(text)}
    calls |= {(_of_pair(*call[:3]), _of_pair(*call[3:])) for call in CALLED.findall(text)}
    return ends_of(fields) or (calls.pop() if len(calls) == 1 else ())


def _of_pair(key: str, a: str, b: str) -> tuple[int, int]:
    return (int(b), int(a)) if key.lower() in COLUMNS else (int(a), int(b))


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
