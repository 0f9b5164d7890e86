"""How the results of a batch are written to a file: as JSON lines or as a table, with one record on each line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, Protocol

from trm_cli.errors import ConfigError
from trm_cli.puzzle import STATUSES

COLUMNS = (
    "schema", "task", "name", "shape", "given", "answer", "attempt", "verdict", "reason", "steps", "seconds",
    "searched", "branches", "weights", "seed", "attempts", "votes", "explanation", "proof", "explained", "learned",
    "updates", "key",
)  # fmt: skip
"""The columns of a table of results, the same for all tasks."""
TEXTS = ("task", "name", "given", "answer", "attempt", "verdict", "reason", "weights", "proof", "key")
"""The columns of texts, which are written as they are; all others are JSON."""

SEPARATORS = {".csv": ",", ".tsv": "\t"}
"""The suffixes of tables, with what separates their columns."""
OF_LINES = (".jsonl", ".ndjson", ".json", ".txt", ".log")
"""The suffixes of files with a record a line; names without a suffix have them too."""


class Form(Protocol):
    """How records are written: each on a line of its own, so that a line that was cut off can be recognised."""

    head: str
    """The first line of a file, "" for none."""
    start: str
    """How every file of results begins."""

    def line(self, record: dict[str, Any]) -> str:
        """Return a record as a line."""

    def record(self, line: str) -> dict[str, Any]:
        """Return the record of a line; a ValueError if it is none."""


class Lines:
    """Records as JSON lines."""

    head = ""
    start = '{"schema": 1'

    def line(self, record: dict[str, Any]) -> str:
        """Return a record as a line."""
        return json.dumps(record, ensure_ascii=False)

    def record(self, line: str) -> dict[str, Any]:
        """Return the record of a line; a ValueError if it is none."""
        value = json.loads(line)
        if not isinstance(value, dict):
            raise ValueError("not an object")
        return value


class Table:
    """Records as rows of a table: a text is on one line, null is an empty cell, and all else is JSON."""

    def __init__(self, separator: str) -> None:
        self._separator = separator
        self.head = self.start = separator.join(COLUMNS)

    def line(self, record: dict[str, Any]) -> str:
        """Return a record as a line."""
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=self._separator, lineterminator="").writerow(
            _cell(record.get(column)) for column in COLUMNS
        )
        return buffer.getvalue()

    def record(self, line: str) -> dict[str, Any]:
        """Return the record of a line; a ValueError if it is none."""
        try:
            (row,) = csv.reader([line], delimiter=self._separator, strict=True)
        except csv.Error as error:
            raise ValueError(str(error)) from error
        cells = dict(zip(COLUMNS, row, strict=True))
        return {column: cell if column in TEXTS else json.loads(cell or "null") for column, cell in cells.items()}


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return " ".join(value.splitlines())
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def is_result(record: dict[str, Any]) -> bool:
    """Tell whether a record has what a later run reads of a result, as `trm solve` writes it."""
    steps, attempts = record.get("steps"), record.get("attempts")
    return (
        isinstance(record.get("key"), str)
        and record.get("verdict") in (*STATUSES, "unread")
        and type(steps) is int
        and steps >= 0
        and (attempts is None or (isinstance(attempts, list) and len(attempts) == 2 and all(map(_is_grid, attempts))))
    )


def _is_grid(rows: Any) -> bool:
    """Tell whether a value is rows of colours, all of one length."""
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) and row for row in rows):
        return False
    colours = [colour for row in rows for colour in row]
    return len({*map(len, rows)}) == 1 and all(type(colour) is int and 0 <= colour < 10 for colour in colours)


def form(path: Path) -> Form:
    """Return how the records of a file are written: a table for .csv and .tsv, else JSON lines."""
    separator = SEPARATORS.get(path.suffix.lower())
    return Table(separator) if separator else Lines()


def check(path: Path) -> None:
    """Raise a ConfigError for a name whose suffix is that of another form than those of results."""
    suffix = path.suffix.lower()
    if suffix[1:].isalpha() and suffix not in (*SEPARATORS, *OF_LINES):
        raise ConfigError(f"{path}: results are written as .jsonl (JSON lines), .csv or .tsv, not as {path.suffix}")
