"""What the files of all tasks have in common: readers, places in a text, CSV columns and JSON keys."""

from __future__ import annotations

import csv
import html
import io
import json
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import partial
from itertools import chain, count, islice, repeat
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from trm_cli.errors import ParseError

QUESTIONS = ("question", "quizzes", "puzzle", "quiz")
ANSWERS = ("answer", "solutions", "solution")
HEAD = 20_000
"""Characters of a text that are read to decide what it is."""
MOST_LINES = 5_000
"""Lines without a puzzle after which the rest of a text is not read."""
SHORTEST = 15
"""Characters of a line that may hold a whole puzzle; rows of grids with titles are mostly shorter."""
MAX_FIELD = 10_000_000
"""Characters of a CSV field; the largest puzzles have a few thousand."""

T = TypeVar("T")


class Reader(ABC, Generic[T]):
    """One family of texts: how it is recognised, and how its puzzles are read.

    `is_signed`: the format can be recognised beyond doubt, as no text of another task looks like it.
    """

    is_signed: ClassVar[bool] = False

    @abstractmethod
    def fits(self, text: str) -> bool:
        """Tell whether a text, or the first part of a long one, is of this family."""

    @abstractmethod
    def read(self, text: str, name: str) -> Iterator[T | ParseError]:
        """Yield the puzzles of a text in order, or, for one that is wrong, an error that says where."""


class Mark(NamedTuple):
    """One cell of a grid as it was written, and where it stands, both counted from 1."""

    char: str
    line: int
    column: int


def marks(text: str, line: int, column: int = 1) -> list[Mark]:
    """Return the marks of a text on one line."""
    # As `Mark(char, line, column)` for each character, in half the time.
    return [*map(partial(tuple.__new__, Mark), zip(text, repeat(line), count(column), strict=False))]


def numbered(items: Iterator[T]) -> Iterator[tuple[int, T]]:
    """Yield every item with its number, counted from 1; the number is 0 if there is only one item."""
    first = list(islice(items, 2))
    yield from enumerate(chain(first, items), start=min(1, len(first) - 1))


QUOTED = re.compile(r"""\s*[+,]?\s*(["'`])((?:(?!\1).)*?)(?:\\n)?\1\s*[,;+]?\s*(?:\\)?\s*""")


def unquoted(text: str) -> str:
    """Return a text without quotes and commas, if all its lines are quoted as in a program; other texts are unchanged.

    >>> unquoted('    "#.#",\\n    "...",')
    '#.#\\n...'
    """
    lines = text.strip("\r\n").splitlines()
    matches = [QUOTED.fullmatch(line) for line in lines if line.strip()]
    if not matches or not all(matches):
        return text
    # Blank lines stay, because they separate puzzles.
    return "\n".join(match[2] if (match := QUOTED.fullmatch(line)) else line for line in text.splitlines())


HALF_QUOTED = re.compile(r"""(?m)^([^"'`\n]*)(?:\"{3}|'{3}|["'`])([^"'`\n]*)$""")
ROW_OF_TEXT = re.compile(r"(?=.*[\d.])[\dA-Ga-gxX._*?\s|,+-]+")


def unwrapped(text: str) -> str:
    """Return a text without the code around a string of several lines.

    `\\` at the ends of lines, `\\n` between rows of nine cells, and arrows are left out too.

    >>> unwrapped('let grid = "53.|\\n6..|"); // a grid')
    '53.|\\n6..|'
    """
    if "\\" in text:
        text = re.sub(r"(?<=[\d._*?x-]{9})\\n(?=[\d._*?x-]{9})", "", re.sub(r"(?m)\\+$", "", text))
    text = re.sub("[-=]+>", " ", text) if ">" in text else text
    if not any(char in text for char in "\"'`"):
        return text
    # Of a line with one quote, the side that looks like a row stays.
    return HALF_QUOTED.sub(lambda match: next(filter(ROW_OF_TEXT.fullmatch, match.groups()), match[0]), text)


TAG = re.compile(r"<[^<>]*>")
CELL = re.compile(r"<t[dh]\b([^<>]*)>", re.IGNORECASE)
VALUE = re.compile(r"""\bvalue\s*=\s*["']?([^"'<>\s]{1,9})""", re.IGNORECASE)


def trimmed(text: str) -> str:
    """Return a text from its first character that is no white space and no byte order mark."""
    return text.lstrip("\ufeff \t\r\n")


def begins_like_json(text: str) -> bool:
    """Tell whether the first visible character of a text begins a list, an object or a string of JSON."""
    return trimmed(text).startswith(("[", "{", '"'))


def untagged(text: str) -> str:
    """Return the words of a web page or of XML without tags.

    A table becomes its cells with commas between them, a row a line, and a blank line after it. Other texts, and XML
    with puzzles in its attributes, are unchanged.

    >>> untagged("<table><tr><td>5</td><td> </td></tr>\\n<tr><td><input value=1></td><td>&nbsp;</td></tr></table>")
    '5,\\n1,\\n\\n'
    """
    if trimmed(text)[:1] != "<" or not (rows := re.search(r"<(t[dr]|row|line|pre|code|p)\b", text, re.I)):
        return text
    if rows[1].lower() not in ("td", "tr"):
        return html.unescape(TAG.sub("", text))
    # A table: each row becomes a line.
    lines = []
    for row in re.split(r"<tr\b", text, flags=re.IGNORECASE)[1:]:
        # A cell is its text, or what stands in its field of a form.
        parts = CELL.split(row.partition("</table")[0])
        cells = [(VALUE.search(part), html.unescape(TAG.sub("", part)).strip()) for part in parts[2::2]]
        lines.append(",".join(words or (value[1] if value else "") for value, words in cells))
        lines += [""] if "</table" in row else []
    return "\n".join(lines) + "\n"


def uncommented(text: str) -> str:
    """Return a text without its comment character, if all its lines begin with the same one; other texts are unchanged.

    >>> uncommented("# +--+\\n# |1 |\\n# +--+"), uncommented("##\\n# ")
    (' +--+\\n |1 |\\n +--+', '##\\n# ')
    """
    lines = [line for line in text.splitlines() if line.strip()]
    for char in ("#", "//", "%", ">", ";", "*"):
        # If the character ends lines too, it is a wall on both sides of a maze; alone it is an empty comment.
        is_before = len(lines) > 2 and all(re.match(rf"{re.escape(char)}(?:\s|$)", line) for line in lines)
        if is_before and char not in {line.rstrip()[-1] for line in lines if line.strip() != char}:
            return re.sub(rf"(?m)^{re.escape(char)}", "", text)
    return text


COMMENTS = re.compile(r"(?m)(?:^[ \t]*(#|//|%|;|\*|--|')[^\n]*\n){8,}")
"""A comment over many lines."""


def with_comments(text: str) -> str:
    """Return a text without the characters of comments over many lines."""
    return COMMENTS.sub(lambda match: re.sub(rf"(?m)^([ \t]*){re.escape(match[1])}+", r"\1", match[0]), text)


class Row(NamedTuple):
    """One row of a CSV file, as text, and the line on which it ends."""

    question: str
    answer: str
    rating: float | None
    line: int


QUOTED_ROW = re.compile(r'(?m)^"([^"\n]*[,;\t][^"\n]*)"\r?$')
"""A line of CSV that is in quotes as a whole, with its separators."""


def is_csv(text: str) -> bool:
    """Tell whether the first line is a header with a column for the question.

    A word alone above a line that is too short for a puzzle is the title of a grid.

    >>> is_csv("puzzle,rating\\n12,3"), is_csv("puzzle\\n" + "." * 81), is_csv("Puzzle\\n53..7....")
    (True, True, False)
    """
    first, _, rest = trimmed(text).partition("\n")
    cells = [cell.strip(' "\r') for cell in _split(first.lower())]
    if not any(cell in QUESTIONS for cell in cells):
        return False
    below = rest.lstrip().partition("\n")[0].strip()
    return len(cells) > 1 or not below or below.startswith('"') or len(below) >= SHORTEST


def _split(header: str) -> list[str]:
    return re.split("[,;\t]", header)


def read_csv(text: str, name: str) -> Iterator[Row | ParseError]:
    """Yield the rows of a CSV file with a header, their lines counted from the start of the text.

    A quote that is not closed, or a field that is too large for a puzzle, gives one error and ends the reading.
    """
    stripped = trimmed(text)
    # Each line may be in quotes as a whole.
    if QUOTED_ROW.match(stripped):
        stripped = QUOTED_ROW.sub(r"\1", stripped)
    first_line = 1 + text[: len(text) - len(stripped)].count("\n")
    header = stripped.partition("\n")[0]
    csv.field_size_limit(MAX_FIELD)
    # The separator is the character that the header has most of.
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(stripped), delimiter=delimiter, skipinitialspace=", " in header)
    try:
        # Column names are compared without their case and spaces.
        columns = {(column or "").strip().lower(): column for column in reader.fieldnames or ()}
        question = next((columns[key] for key in QUESTIONS if key in columns), None)
        if question is None:
            yield ParseError(f"{name}:{first_line}: a quote in the header of this CSV file is not closed")
            return
        answer = next((columns[key] for key in ANSWERS if key in columns), None)
        for row in reader:
            line = first_line + reader.line_num - 1
            puzzle = (row[question] or "").strip("\r\n")
            yield Row(puzzle, (row[answer] or "").strip("\r\n") if answer else "", _number(row.get("rating")), line)
    except csv.Error as error:
        yield ParseError(f"{name}:{first_line + reader.line_num}: not valid CSV: {error}")


def _number(text: Any) -> float | None:
    """Return the number of a field; None for anything else, and for nan and infinity, which no puzzle is rated with."""
    try:
        number = float(text)
    except (ValueError, TypeError):
        return None
    return number if math.isfinite(number) else None


def read_json(text: str, name: str) -> Iterator[Any]:
    """Yield the value of a JSON text, or of each line of JSON lines; a line that is not JSON gives a ParseError."""
    whole = parsed(text, name)
    # Text that is not one value may be one value a line, if at least one line is.
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
