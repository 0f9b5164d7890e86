"""Which lines of a text are rows of one maze: blank lines and sizes part mazes; words and numbers stand beside them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from trm_cli.domain import Place

NUMBERS = re.compile(r"[\s(\[]*(?:[A-Za-z_]+\s*[=:]\s*)?[(\[]?\s*-?\d{1,4}(?:[\s,x*×;)(\]]+-?\d{1,4}){0,3}[\s)\],;]*")
"""A line of sizes or coordinates."""
SIZE = re.compile(r"\s*(\d{1,3})[ x,]+(\d{1,3})(?!\d)")
"""The beginning of a line that says how large a maze is, perhaps with its characters, as in `10x12* o12`."""
RULER = re.compile(r"[\d. ]{4,}")
"""A line that counts the columns."""
ARROW = re.compile(r"<[-=]{1,20}\s{0,9}(\w{1,20})|(\w{1,20})\s{0,9}[-=]{1,20}>")
FENCE = re.compile(r"\s*(?:[`~]{3,}.*|[\w-]+:\s*[|>][+-]?|.*<<[-~]?['\"]?[A-Z]\w*['\"]?\S*)\s*")
"""A line before or after a drawing: of Markdown, the key of a text in YAML, the beginning of a text in a program."""
NEAR = 3
"""Lines after a line of spaces that may show that it is a row."""
USUAL = set("# .SGEABsgeabxXoO█·")


class Line(NamedTuple):
    """A line of text, its number, and the column of its first character."""

    text: str
    number: int
    column: int = 1


def blocks(text: str) -> Iterator[list[Line]]:
    """Yield the lines of a text between blank lines; comments are left out."""
    block: list[Line] = []
    lines, ends = text.splitlines(), {*re.findall(r"<<[-~]?['\"]?([A-Z]\w*)", text)}
    for number, line in enumerate(lines, 1):
        # A line of spaces as long as a row before or after it may be a row of free cells.
        if line and not line.strip():
            before = (block[0].text, block[-1].text) if block else ()
            after = takewhile(bool, lines[number : number + NEAR])
            is_row = any(len(line) == len(row) for row in (*before, *filter(str.strip, after)))
        else:
            is_row = bool(line.strip()) and not _is_fence(line, ends)
        if not is_row:
            if block:
                yield block
            block = []
        elif block or not _is_comment(line):
            block.append(Line(line, number))
    if block:
        yield block


def _is_fence(line: str, ends: set[str]) -> bool:
    """Tell whether a line stands before or after a drawing; `ends` are lines that end a document."""
    # One of these characters is in every fence, and looking for them takes less time than the expression.
    is_possible = "`" in line or ":" in line or "<" in line or "~" in line
    return (is_possible and FENCE.fullmatch(line) is not None) or (bool(ends) and line.strip() in ends)


def _is_comment(line: str) -> bool:
    """Tell whether a line is a comment, and not a row that begins with a wall: it has letters that no maze has."""
    chars = [char for char in line[:200] if char not in "# "]
    strange = [char for char in chars if char.isalpha() and char not in USUAL]
    return line.startswith("#") and len(strange) > 2 and 3 * len(strange) > len(chars)


def parted(block: list[Line]) -> list[list[Line]]:
    """Return the mazes of a block without blank lines: each begins with its size, the number of rows that follow."""
    parts: list[tuple[list[Line], list[Line]]] = []
    for line in block:
        is_number = NUMBERS.fullmatch(line.text[:100]) is not None
        if not parts or (is_number and parts[-1][1]):
            parts.append(([], []))
        parts[-1][not is_number].append(line)
    # Lines of numbers may also be rows, so every size must agree.
    is_sized = all(
        len(rows) > 1 and str(len(rows)) in " ".join(line.text for line in head).split() for head, rows in parts
    )
    return [head + rows for head, rows in parts] if is_sized and len(parts) > 1 else [block]


def without_words(block: list[Line]) -> tuple[list[Line], list[Place]]:
    """Return the rows of a block, and the pairs of numbers in its other lines: sizes, coordinates and titles."""
    # What is usual among the lines: their length, and the characters that more than half of them have.
    plain = [line for line in block if not NUMBERS.fullmatch(line.text[:100])] or block
    lengths = Counter(len(line.text.rstrip()) for line in plain)
    usual = lengths.most_common(1)[0][0] if len(plain) > 2 else max(lengths)
    first = [line.text for line in plain[:200] if len(line.text.rstrip()) == usual]
    chars = {char for char, n in Counter(char for text in first for char in {*text}).items() if 2 * n > len(first)}
    rows = [line for line in block if not _is_beside(line.text, usual, chars)]
    # A first line may begin with the size of the others.
    size = SIZE.match(block[0].text)
    if size and rows[:1] == block[:1] and sorted(map(int, size.groups())) == sorted((usual, len(block) - 1)):
        rows = rows[1:]
    # A line of other numbers may follow it, as long as a row of four.
    height = len(rows) - 1
    is_below = len(block) > 2 and rows[:1] == block[1:2] and str(height) in block[0].text.split()
    if is_below and NUMBERS.fullmatch(rows[0].text[:100]) and not {*rows[0].text} <= chars:
        rows = rows[1:]
    # One or two short lines of numbers are no maze.
    if len(rows) < 3 and all(len(line.text) < 12 and NUMBERS.fullmatch(line.text) for line in rows):
        rows = []
    # The other lines may hold a size, or the coordinates of one end or of both.
    pairs, kept = [], {line.number for line in rows}
    for line in [line for line in block if line.number not in kept][:50]:
        numbers = [int(number) for number in re.findall(r"\d{1,4}", line.text)]
        if len(numbers) in (2, 4) and NUMBERS.fullmatch(line.text[:100]):
            pairs += [(numbers[i], numbers[i + 1]) for i in range(0, len(numbers), 2)]
    return rows, pairs or _of_cells(block, rows, usual)


def _of_cells(block: list[Line], rows: list[Line], width: int) -> list[Place]:
    """Return the ends that two lines of one number after the rows name, if they count the cells row by row from 0."""
    after = [line.text.strip() for line in block if rows and line.number > rows[-1].number]
    is_pair = len(after) == 2 and all(text.isdecimal() for text in after) and not any(" " in row.text for row in rows)
    cells = [int(text[:9]) for text in after] if is_pair else []
    # Smaller numbers than these may also be a row and a column.
    is_cells = is_pair and max(len(rows), width) <= max(cells) < len(rows) * width
    return [divmod(cell, width) for cell in cells] if is_cells else []


def _is_beside(text: str, usual: int, chars: set[str]) -> bool:
    """Tell whether a line is numbers or words, in a maze whose rows have the length `usual` and the usual `chars`."""
    stripped = text.strip()
    if len(text) == usual and {*text} <= chars and set(text) <= set("01 "):  # a row of zeros and blanks, no number
        return False
    if (len(stripped) != usual or set(text) & set("(,:")) and NUMBERS.fullmatch(text[:100]):
        return not set(stripped) <= chars or len(stripped) < usual // 2
    if RULER.fullmatch(text) and len({*stripped} - {*". "}) > 2 and not {*stripped} & chars:
        return True
    # A line with words is not a row, unless an arrow shows that the word is a label; arrows in programs do not. Where
    # walls and free cells are letters, both ends may stand in one row.
    letters = {char for word in re.findall("[A-Za-z]{3,}", text) for char in word.lower()}
    letters -= {*"".join(chars).lower()} if len(chars) < 4 and len(text.rstrip()) == usual else set()
    return len(letters) > 3 and not (arrow(text) and not set(text) & set("(){};"))


def arrow(text: str) -> re.Match[str] | None:
    """Return the first arrow with its word in a line."""
    # The expression tries every run of digits and letters as the word, which takes long in rows of digits.
    return ARROW.search(text) if "<" in text or ">" in text else None
