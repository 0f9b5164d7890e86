"""What files of puzzles of every task have in common: places in a text, CSV columns, JSON keys."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, NamedTuple, TypeVar

from trm_cli.errors import ParseError

QUESTIONS = ("question", "quizzes", "puzzle", "quiz")
ANSWERS = ("answer", "solutions", "solution")


T = TypeVar("T")


class Mark(NamedTuple):
    """One character of a grid and where it stands, both counted from 1."""

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


class Row(NamedTuple):
    """One row of a CSV file, as text, with the line it ends on."""

    question: str
    answer: str
    rating: float | None
    line: int


class Entry(NamedTuple):
    """One value of a JSON file that may be a puzzle, its answer, and where it stands."""

    question: Any
    answer: Any
    name: str


def is_csv(text: str) -> bool:
    """Tell whether the first line is a header with a column for the question."""
    first = text.lstrip("\ufeff \t\r\n").partition("\n")[0].lower()
    return any(cell.strip(' "\r') in QUESTIONS for cell in first.split(","))


def read_csv(text: str) -> Iterator[Row]:
    """Yield the rows of a CSV file with a header, their lines counted from the start of the text."""
    stripped = text.lstrip("\ufeff \t\r\n")
    first_line = 1 + text[: len(text) - len(stripped)].count("\n")
    header = stripped.partition("\n")[0]
    csv.field_size_limit(2**31 - 1)  # what is no grid is told as such
    reader = csv.DictReader(io.StringIO(stripped), skipinitialspace=", " in header)
    columns = {(column or "").strip().lower(): column for column in reader.fieldnames or ()}
    question = next(columns[key] for key in QUESTIONS if key in columns)
    answer = next((columns[key] for key in ANSWERS if key in columns), None)
    for row in reader:
        line = first_line + reader.line_num - 1
        told = (row[question] or "").strip("\r\n")
        yield Row(told, (row[answer] or "").strip("\r\n") if answer else "", _number(row.get("rating")), line)


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
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


def entry(value: Any, name: str) -> Entry:
    """Return question and answer of a JSON value: an object has them under their usual names."""
    if not isinstance(value, dict):
        return Entry(value, None, name)
    fields = {key.lower(): field for key, field in value.items()}
    answer = next((fields[key] for key in ANSWERS if fields.get(key)), None)
    return Entry(next((fields[key] for key in (*QUESTIONS, "given", "grid") if key in fields), None), answer, name)
