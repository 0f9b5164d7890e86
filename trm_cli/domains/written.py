"""What files of puzzles of every task have in common: readers, places in a text, CSV columns, JSON keys."""

from __future__ import annotations

import csv
import io
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from enum import IntEnum
from itertools import chain, islice
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from trm_cli.errors import ParseError

QUESTIONS = ("question", "quizzes", "puzzle", "quiz")
ANSWERS = ("answer", "solutions", "solution")
HEAD = 20_000
"""Characters that are looked at to tell what a text is."""
MOST_LINES = 5_000
"""Lines that are looked at for a first puzzle."""
MAX_FIELD = 10_000_000
"""Characters of a CSV field; the largest puzzles have a few thousand."""

T = TypeVar("T")


class Certainty(IntEnum):
    """How sure a task is that a text is one of its own."""

    NO = 0
    RESEMBLES = 1  # nothing can be read, but this is what an error should speak of
    LIKELY = 2  # it is all there but for an end, or too large
    READS = 3  # there are puzzles in it
    KNOWN = 4  # it bears the sign of a format that no other task has


class Reader(ABC, Generic[T]):
    """One family of texts: how it is known, and how its puzzles are read.

    `is_signed` tells formats with a sign of their own, which texts of no other task have.
    """

    is_signed: ClassVar[bool] = False

    @abstractmethod
    def fits(self, text: str) -> bool:
        """Tell whether a text, or the first part of a long one, is of this family."""

    @abstractmethod
    def read(self, text: str, name: str) -> Iterator[T | ParseError]:
        """Yield what is in a text in order, and for each that is wrong the error that says where."""


class Mark(NamedTuple):
    """One cell of a grid as it was written, and where it stands, both counted from 1."""

    char: str
    line: int
    column: int


def marks(text: str, line: int, column: int = 1) -> list[Mark]:
    """Return the marks of a text on one line."""
    return [Mark(char, line, column + i) for i, char in enumerate(text)]


def numbered(items: Iterator[T]) -> Iterator[tuple[int, T]]:
    """Yield every item with its number from 1 on; the number of one that is alone is 0."""
    first = list(islice(items, 2))
    yield from enumerate(chain(first, items), start=min(1, len(first) - 1))


QUOTED = re.compile(r"""\s*[+,]?\s*(["'`])(.*?)(?:\\n)?\1\s*[,;+]?\s*(?:\\)?\s*""")


def unquoted(text: str) -> str:
    """Return a text of quoted lines, as they stand in programs, without the quotes and commas.

    >>> unquoted('    "#.#",\\n    "...",')
    '#.#\\n...'
    """
    lines = text.strip("\r\n").splitlines()
    found = [QUOTED.fullmatch(line) for line in lines if line.strip()]
    if not found or not all(found):
        return text
    return "\n".join(match[2] if (match := QUOTED.fullmatch(line)) else line for line in text.splitlines())


def uncommented(text: str) -> str:
    """Return a text of which every line is behind the same comment sign without it, and any other as it is.

    >>> uncommented("# +--+\\n# |1 |\\n# +--+"), uncommented("##\\n# ")
    (' +--+\\n |1 |\\n +--+', '##\\n# ')
    """
    lines = [line for line in text.splitlines() if line.strip()]
    for sign in ("#", "//", "%", ">", ";", "*"):
        is_before = len(lines) > 2 and all(re.match(rf"{re.escape(sign)}\s", line) for line in lines)
        if is_before and sign not in {line.rstrip()[-1] for line in lines}:  # no walls at both sides
            return re.sub(rf"(?m)^{re.escape(sign)}", "", text)
    return text


class Row(NamedTuple):
    """One row of a CSV file, as text, with the line it ends on."""

    question: str
    answer: str
    rating: float | None
    line: int


def is_csv(text: str) -> bool:
    """Tell whether the first line is a header with a column for the question."""
    first = text.lstrip("\ufeff \t\r\n").partition("\n")[0].lower()
    return any(cell.strip(' "\r') in QUESTIONS for cell in _split(first))


def _split(header: str) -> list[str]:
    return re.split("[,;\t]", header)


def read_csv(text: str, name: str) -> Iterator[Row | ParseError]:
    """Yield the rows of a CSV file with a header, their lines counted from the start of the text.

    A quote that is not closed, or a field too large to be a puzzle, is one error and the end.
    """
    stripped = text.lstrip("\ufeff \t\r\n")
    first_line = 1 + text[: len(text) - len(stripped)].count("\n")
    header = stripped.partition("\n")[0]
    csv.field_size_limit(MAX_FIELD)
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(stripped), delimiter=delimiter, skipinitialspace=", " in header)
    try:
        columns = {(column or "").strip().lower(): column for column in reader.fieldnames or ()}
        question = next((columns[key] for key in QUESTIONS if key in columns), None)
        if question is None:
            yield ParseError(f"{name}:{first_line}: a quote in the header of this CSV file is not closed")
            return
        answer = next((columns[key] for key in ANSWERS if key in columns), None)
        for row in reader:
            line = first_line + reader.line_num - 1
            told = (row[question] or "").strip("\r\n")
            yield Row(told, (row[answer] or "").strip("\r\n") if answer else "", _number(row.get("rating")), line)
    except csv.Error as error:
        yield ParseError(f"{name}:{first_line + reader.line_num}: not valid CSV: {error}")


def _number(text: Any) -> float | None:
    try:
        return float(text) if text else None
    except (ValueError, TypeError):
        return None


def read_json(text: str, name: str) -> Iterator[Any]:
    """Yield the value of a JSON text, or of each of JSON lines, with a ParseError for a line that is none."""
    whole = parsed(text, name)
    lines = []
    if isinstance(whole, ParseError):
        lines = [parsed(line, name, n) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    is_of_lines = any(not isinstance(value, ParseError) for value in lines)
    yield from lines if is_of_lines else [whole]


def parsed(text: str, name: str, line: int = 1) -> Any:
    """Return the value of a JSON text that begins on a line, or a ParseError."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        return ParseError(f"{name}:{line + error.lineno - 1}:{error.colno}: not valid JSON: {error.msg}")
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, lists in lists in lists
        return ParseError(f"{name}:{line}: not valid JSON: {error}")
