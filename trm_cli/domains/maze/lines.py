"""Mazes in lines of text: rows of cells, perhaps with other text around them, and mazes with thin walls.

A cell is one character, one with a space or comma after it, or two characters. The reader also knows indentation,
titles, sizes and coordinates above and below a maze, labels with arrows beside it, and square mazes on one line.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from trm_cli.domain import Place
from trm_cli.domains.maze.form import Written
from trm_cli.domains.maze.grid import MAX_SIDE
from trm_cli.domains.maze.plain import Rectangle, Square, is_rectangle
from trm_cli.domains.maze.signs import FREES, GOALS, MINUS, STARTS, SURE_WALLS, Flawed, Rows, meaning
from trm_cli.domains.maze.thin import is_thin, thick
from trm_cli.domains.written import MOST_LINES, Mark, Reader, marks, unquoted
from trm_cli.errors import ParseError

NUMBERS = re.compile(r"[\s(\[]*(?:[A-Za-z_]+\s*[=:]\s*)?[(\[]?\s*-?\d{1,4}(?:[\s,x*×;)(\]]+-?\d{1,4}){0,3}[\s)\],;]*")
"""A line of sizes or coordinates."""
ARROW = re.compile(r"<[-=]{1,20}\s{0,9}(\w{1,20})|(\w{1,20})\s{0,9}[-=]{1,20}>")
USUAL = set("# .SGEABsgeabxXoO█·")
LONGEST = 2 * MAX_SIDE + MAX_SIDE
"""Longest row, in characters, with signs between its cells."""


class Line(NamedTuple):
    """A line of text, its number, and the column of its first character."""

    text: str
    number: int
    column: int = 1


Item = Written | Square | Rectangle
"""A maze in one of the forms that lines may have."""


class Lines(Reader[Item]):
    """Mazes in lines of text; this reader takes what no other one does."""

    def fits(self, text: str) -> bool:
        """Take any text: this is the last reader."""
        return True

    def read(self, text: str, name: str) -> Iterator[Item | ParseError]:
        """Yield the mazes between blank lines; other text is an error only if there is no maze at all."""
        items: list[Item | ParseError] = []
        is_maze = False
        pairs: list[Place] = []
        for block in _blocks(unquoted(text.lstrip("\ufeff"))):
            rows = [line.text for line in block]
            if is_rectangle(rows):
                items.append(Rectangle(rows, name, block[0].number))
            else:
                body, numbers = _without_words(block)
                pairs = (pairs + numbers)[:100]
                items += _mazes(body, name) if body else []
            is_maze = is_maze or not all(isinstance(item, ParseError) for item in items)
            if not is_maze and block[0].number > MOST_LINES:
                break
            # Coordinates name the ends of a maze only if it is alone, so with a second one the first can go out.
            if len(items) > 1 and not pairs:
                yield from items[:-1]
                del items[:-1]
        if len(items) == 1 and not isinstance(items[0], ParseError) and pairs:
            items = [_with_ends(items[0] if isinstance(items[0], Written) else items[0].written(), pairs)]
        yield from items


def _blocks(text: str) -> Iterator[list[Line]]:
    """Yield the lines of a text between blank lines; comments are left out."""
    block: list[Line] = []
    for number, line in enumerate(text.splitlines(), 1):
        # A line of spaces as long as the rows before it may be a row of free cells.
        is_row_of_free_cells = block and len(line) == len(block[0].text) and len(line) > 0
        if not line.strip() and not is_row_of_free_cells:
            if block:
                yield block
            block = []
        elif block or not _is_comment(line):
            block.append(Line(line, number))
    if block:
        yield block


def _is_comment(line: str) -> bool:
    """Tell whether a line is a comment, and not a row that begins with a wall: it has letters that no maze has."""
    signs = [char for char in line[:200] if char not in "# "]
    strange = [char for char in signs if char.isalpha() and char not in USUAL]
    return line.startswith("#") and len(strange) > 2 and 3 * len(strange) > len(signs)


def _without_words(block: list[Line]) -> tuple[list[Line], list[Place]]:
    """Return the rows of a block, and the pairs of numbers in its other lines: sizes, coordinates and titles."""
    if _of_numbers(block):
        return block, []
    # What is usual among the lines: their length, and the signs that more than half of them have.
    lengths = Counter(len(line.text.rstrip()) for line in block)
    usual = lengths.most_common(1)[0][0] if len(block) > 2 else max(lengths)
    first = [line.text for line in block[:200] if len(line.text.rstrip()) == usual]
    signs = {char for char, n in Counter(char for text in first for char in {*text}).items() if 2 * n > len(first)}
    rows = [line for line in block if not _is_beside(line.text, usual, signs)]
    # One or two short lines of numbers are no maze.
    if len(rows) < 3 and all(len(line.text) < 12 and NUMBERS.fullmatch(line.text) for line in rows):
        rows = []
    # The other lines may hold a size, or the coordinates of one end or of both.
    pairs, kept = [], {line.number for line in rows}
    for line in [line for line in block if line.number not in kept][:50]:
        numbers = [int(number) for number in re.findall(r"\d{1,4}", line.text)]
        if len(numbers) in (2, 4) and NUMBERS.fullmatch(line.text[:100]):
            pairs += [(numbers[i], numbers[i + 1]) for i in range(0, len(numbers), 2)]
    return rows, pairs


def _is_beside(text: str, usual: int, signs: set[str]) -> bool:
    """Tell whether a line is numbers or words, in a maze whose rows have the length `usual` and the usual `signs`."""
    stripped = text.strip()
    if len(text) == usual and {*text} <= signs and set(text) <= set("01 "):  # a row of zeros and blanks, no number
        return False
    if (len(stripped) != usual or set(text) & set("(,:")) and NUMBERS.fullmatch(text[:100]):
        return not set(stripped) <= signs or len(stripped) < usual // 2
    # A line with words is not a row, unless an arrow shows that the word is a label.
    letters = {char for word in re.findall("[A-Za-z]{3,}", text) for char in word.lower()}
    return len(letters) > 3 and not ARROW.search(text)


def _mazes(block: list[Line], name: str) -> list[Item | ParseError]:
    """Return the mazes of a block of lines: one maze, or one for each line if every line is a square maze."""
    # Every line may be a square maze of its own; other blocks are one maze, with thin walls or with cells.
    longest = max(len(line.text) for line in block)
    if all(len(line.text) <= MAX_SIDE**2 and _is_whole(line.text) for line in block):
        return [Square(line.text, "", name, line.number) for line in block]
    block, labels = _without_labels(block)
    if not block:
        return []
    texts = [line.text for line in block]
    if is_thin(texts):
        thin = thick([(line.number, line.text) for line in block], name)
        return [thin if isinstance(thin, ParseError) else Written(thin, None, name)]
    if max(longest, len(block)) > LONGEST:
        return [_too_large(block, name)]
    rows = _of_numbers(block) or _of_fields(block) or _of_characters(block)
    return [_labelled(Written(rows, None, name), labels)]


def _too_large(block: list[Line], name: str) -> ParseError:
    """Return the error for too many rows, or too long ones."""
    separated = next((sign for sign in ",;\t" if sign in block[0].text[:10]), "")
    width = block[0].text.count(separated) + 1 if separated else max(len(line.text) for line in block)
    # If a part of it reads as a maze, the whole is a maze beyond doubt that is only too large.
    cut = [line._replace(text=line.text[:LONGEST].replace(separated, "")) for line in block[:MAX_SIDE]]
    side = min(MAX_SIDE, *(len(line.text) for line in cut))
    part = meaning([marks_of(line)[:side] for line in cut], name) if side else ParseError()
    words = f"{name}:{block[0].number}: {len(block)} rows of {width} cells; mazes go up to {MAX_SIDE}x{MAX_SIDE}"
    return ParseError(words) if isinstance(part, ParseError) or len(block) < 2 else Flawed(words)


def _is_whole(text: str) -> bool:
    """Tell whether a line is a square maze by itself: a square number of cells with one start and one goal."""
    ends = [sum(text.upper().count(sign) for sign in signs) for signs in (STARTS, GOALS)]
    return math.isqrt(len(text)) ** 2 == len(text) > 9 and ends == [1, 1]


def _of_fields(block: list[Line]) -> Rows | None:
    """Return the cells of rows with commas, semicolons or tabs between them; None for other rows."""
    for sign in (",", ";", "\t"):
        split = [line.text.rstrip(" \r\n").removesuffix(sign).split(sign) for line in block]
        if len(split[0]) > 1 and len({*map(len, split)}) == 1 and all(len(f.strip()) < 4 for row in split for f in row):
            return [
                [Mark(field.strip(" \"'") or " ", line.number, c) for c, field in enumerate(row, 1)]
                for line, row in zip(block, split, strict=True)
            ]
    return None


def _of_numbers(block: list[Line]) -> Rows | None:
    """Return the cells of rows of words, most of them `0` and `-1`, with spaces between them; None for other rows."""
    if not all(MINUS in line.text[:LONGEST] or "0" in line.text[:LONGEST] for line in block):
        return None
    rows = [
        [Mark(match[0], line.number, line.column + match.start()) for match in re.finditer(r"\S+", line.text)]
        for line in block[:LONGEST]
    ]
    words = Counter(mark.char for row in rows for mark in row)
    is_grid = len(block) > 2 and all(len(word) < 3 for word in words)
    return rows if is_grid and {word for word, _ in words.most_common(2)} == {MINUS, "0"} else None


def _of_characters(block: list[Line]) -> Rows:
    """Return the cells of rows of characters: each character, every second one, or each pair is a cell."""
    block = _unindented([line._replace(text=line.text.rstrip("\t\r")) for line in block])
    signs = Counter("".join(line.text for line in block))
    # Spaces at the ends of few lines are an accident; at the ends of most they are a column of free cells.
    width, stripped = max(len(line.text) for line in block), max(len(line.text.rstrip()) for line in block)
    if sum(len(line.text) > stripped for line in block) <= len(block) // 2:
        width = stripped
    if signs[" "]:  # editors cut spaces at the ends of lines
        block = [line._replace(text=line.text[:width].ljust(width)) for line in block]
    if _is_spaced([line.text for line in block]):
        return [marks_of(line)[::2] for line in block]
    if _is_doubled([line.text for line in block]):
        return [[_one(pair) for pair in zip(row[::2], row[1::2], strict=True)] for row in map(marks_of, block)]
    return [marks_of(line) for line in block]


def marks_of(line: Line) -> list[Mark]:
    """Return the marks of a line."""
    return marks(line.text, line.number, line.column)


def _unindented(block: list[Line]) -> list[Line]:
    """Cut off the indentation of all lines, if a wall follows it or if free cells are not spaces."""
    indent = min(len(line.text) - len(line.text.lstrip(" \t")) for line in block)
    if not indent:
        return block
    cut = [Line(line.text[indent:], line.number, line.column + indent) for line in block]
    # Nearly all lines begin with the same sign after it, and that is not a sign of free cells.
    edge = Counter(line.text[:1] for line in cut)
    has_wall = edge.most_common(1)[0][0] not in (*FREES, "") and edge.most_common(1)[0][1] >= len(cut) - 2
    has_spaces = any(" " in line.text.strip() for line in cut)
    return cut if has_wall or not has_spaces else block


def _is_spaced(texts: list[str]) -> bool:
    """Tell whether a space follows every cell: free cells then have another sign, or the border has none."""
    cells = [text[::2] for text in texts]
    has_spaces_between = len(texts[0]) > 2 and all(not text[1::2].strip() for text in texts)
    if not has_spaces_between or (len(texts[0]) < 5 and not set("".join(cells)) <= set("01")):
        return False
    return not any(" " in row for row in cells) or " " not in cells[0] + cells[-1]


def _is_doubled(texts: list[str]) -> bool:
    """Tell whether every cell is two characters wide: both are the same, but for a few with a letter and a blank."""
    n = len(texts[0])
    if n < 8 or n % 2 or len(texts) < 3 or len({*map(len, texts)}) != 1 or n < 1.5 * len(texts):
        return False
    # The few pairs that differ may be the ends and a mark or two.
    pairs = [text[i : i + 2] for text in texts for i in range(0, n, 2)]
    strange = [pair for pair in pairs if pair[0] != pair[1]]
    n_kinds = len({pair for pair in pairs if pair[0] == pair[1]})
    return n_kinds > 1 and len(strange) <= 4 and all(" " in pair or "." in pair for pair in strange)


def _one(pair: tuple[Mark, Mark]) -> Mark:
    return pair[1] if pair[0].char in " ." else pair[0]


def _without_labels(block: list[Line]) -> tuple[list[Line], dict[str, int]]:
    """Return lines without arrows and their words, and the numbers of the rows that START and END point to."""
    rows: list[Line] = []
    labels = {}
    for line in block:
        match = ARROW.search(line.text)
        # Spaces take the label's place, so that columns stay where they were.
        if match and (match[1] or match[2]):
            labels[(match[1] or match[2]).upper()[:1]] = len(rows)
            blank = " " * len(match[0])
            text = line.text[: match.start()] + blank + line.text[match.end() :]
            line = line._replace(text=text.rstrip() if match[1] else text)
        # A label without a row is words.
        if line.text.strip() or not match:
            rows.append(line)
    return rows, labels


def _labelled(written: Written, labels: dict[str, int]) -> Written:
    """Return a maze with its ends where its labels point: at the one free cell of the border in that row."""
    places: dict[str, Place] = {}
    for word, r in labels.items():
        row = written.rows[r]
        free = [c for c in (0, len(row) - 1) if row[c].char in FREES]
        if len(free) == 1:
            places["start" if word == "S" else "goal"] = (r, free[0])
    goals = (places["goal"],) if "goal" in places else ()
    return written._replace(start=places.get("start"), goals=goals)


def _with_ends(written: Written, pairs: list[Place]) -> Written:
    """Return a maze with the ends that the numbers beside it name, if both are free cells, counted from 0 or from 1."""
    height, width = len(written.rows), max(map(len, written.rows))
    # Leave a maze as it is if it has ends, or if the numbers are not exactly two pairs and perhaps a size.
    maze = meaning(written.rows, "") if len({*map(len, written.rows)}) == 1 else ParseError()
    # The first pair may be the size, as height and width or as width and height.
    sizes = [i for i, pair in enumerate(pairs) if pair in ((height, width), (width, height))]
    rest = pairs[1:] if sizes[:1] == [0] else pairs
    if isinstance(maze, ParseError) or maze.starts or maze.goals or len(rest) != 2:
        return written
    # Try row before column, then column before row, counted from 0 and then from 1.
    for first, turn in ((0, 1), (0, -1), (1, 1), (1, -1)):
        start, goal = ((a - first, b - first) for a, b in (pair[::turn] for pair in rest))
        is_inside = all(0 <= r < height and 0 <= c < width for r, c in (start, goal))
        if is_inside and all(maze.grid[at] != 1 for at in (start, goal)):
            return written._replace(start=start, goals=(goal,))
    return written


def has_walls(text: str) -> bool:
    """Tell whether more than a tenth of a text is signs that are always walls."""
    return 10 * sum(text.count(char) for char in SURE_WALLS) > len(text.replace(" ", ""))
