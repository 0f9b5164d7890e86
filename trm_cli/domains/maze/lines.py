"""Mazes in lines of text: rows of cells, perhaps with other text around them, and mazes with thin walls.

A cell is one character, one with a space or comma after it, or two characters. The reader also knows indentation,
titles, sizes and coordinates above and below a maze, labels with arrows beside it, and square mazes on one line.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from trm_cli.domain import Place
from trm_cli.domains.maze.blocks import Line, arrow, blocks, parted, without_words
from trm_cli.domains.maze.characters import FREES, GOALS, MINUS, STARTS, Rows, meaning
from trm_cli.domains.maze.form import Written, between
from trm_cli.domains.maze.grid import MAX_SIDE
from trm_cli.domains.maze.plain import Rectangle, Square, rectangle
from trm_cli.domains.maze.programs import of_mouse
from trm_cli.domains.maze.thin import is_thin, thick
from trm_cli.domains.written import MOST_LINES, Mark, Reader, marks, unquoted
from trm_cli.errors import Flawed, ParseError

LONGEST = 3 * MAX_SIDE
"""Longest row, in characters, with characters between its cells."""


TABLED = re.compile(r"\s*\|(?:[^|]{1,3}\|){3,}\s*")
"""A row of a table with one character in each cell, `| # | S |   |`."""
NUMBERED = re.compile(r"\s{0,3}(\d{1,2})[ |:]+")
"""The number of a row."""
SEVERAL = re.compile(r"(?<!\S)\d{2,}(?!\S)")
"""A number of several digits."""
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
        for block in blocks(unquoted(text.lstrip("\ufeff"))):
            if whole := rectangle([line.text for line in block], name, block[0].number):
                items.append(whole)
            elif len(parts := parted(block)) > 1:
                # Each maze has its own size and places before it.
                for part in parts:
                    body, numbers = without_words(part)
                    items += [_with_ends(item, numbers) for item in _mazes(body, name)] if body else []
            else:
                body, numbers = (block, []) if _of_numbers(block) else without_words(block)
                pairs = (pairs + numbers)[:100]
                items += _mazes(body, name) if body else []
            is_maze = is_maze or not all(isinstance(item, ParseError) for item in items)
            if not is_maze and block[0].number > MOST_LINES:
                break
            # Coordinates name the ends of a maze only if it is alone, so with a second one the first can go out.
            if len(items) > 1 and not pairs:
                yield from items[:-1]
                del items[:-1]
        yield from (_with_ends(item, pairs) for item in items) if len(items) == 1 else items


def _mazes(block: list[Line], name: str) -> list[Item | ParseError]:
    """Return the mazes of a block of lines: one maze, or one for each line if most lines are square mazes."""
    # Every line may be a square maze of its own, and a few of them damaged; other blocks are one maze, with thin walls
    # or with cells.
    longest = max(len(line.text) for line in block)
    if 2 * sum(_is_whole(line.text) for line in block) > len(block):
        return [Square(line.text, "", name, line.number) for line in block]
    block, labels = _without_labels(block)
    if not any(line.text.strip() for line in block):
        return []
    is_large = max(longest, len(block)) > LONGEST
    # Thin walls may have a field of a table for each character.
    fields = None if max(longest, len(block)) > 4 * LONGEST else _of_fields(block)
    texts = ["".join(mark.char for mark in row) for row in fields] if fields else [line.text for line in block]
    if is_thin(texts):
        thin = thick([(line.number, text) for line, text in zip(block, texts, strict=True)], name)
        # If walls stand at any distance, but in rows of one length, each character is a cell.
        is_even = len(texts) > 2 and len({len(text.rstrip()) for text in texts}) == 1
        if not (is_even and isinstance(thin, ParseError) and not isinstance(thin, Flawed)):
            return [thin if isinstance(thin, ParseError) else of_mouse(Written(thin, None, name))]
    if is_large:
        return [_too_large(block, name)]
    rows = _of_numbers(block) or fields or _of_characters(_without_numbers(block))
    return [_labelled(Written(rows, None, name), labels)]


def _too_large(block: list[Line], name: str) -> ParseError:
    """Return the error for too many rows, or too long ones."""
    separated = next((char for char in ",;\t" if char in block[0].text[:10]), "")
    width = block[0].text.count(separated) + 1 if separated else max(len(line.text) for line in block)
    # If a part of it reads as a maze, the whole is a maze beyond doubt that is only too large.
    cut = [line._replace(text=line.text[:LONGEST].replace(separated, "")) for line in block[:MAX_SIDE]]
    side = min(MAX_SIDE, *(len(line.text) for line in cut))
    part = meaning([marks_of(line)[:side] for line in cut], name) if side else ParseError()
    words = f"{name}:{block[0].number}: {len(block)} rows of {width} cells; mazes go up to {MAX_SIDE}x{MAX_SIDE}"
    return ParseError(words) if isinstance(part, ParseError) or len(block) < 2 else Flawed(words)


def _is_whole(text: str) -> bool:
    """Tell whether a line is a square maze by itself: a square number of cells with one start and one goal.

    Where these have no letters, they are the two characters that occur once, beside walls, free cells and a path.
    """
    if not (9 < len(text) <= MAX_SIDE**2 and math.isqrt(len(text)) ** 2 == len(text)):
        return False
    ends = [sum(text.upper().count(char) for char in chars) for chars in (STARTS, GOALS)]
    often = Counter(text).values()
    return ends == [1, 1] or (len(text) > 24 and [*often].count(1) == 2 and len(often) in (4, 5))


def _of_fields(block: list[Line]) -> Rows | None:
    """Return the cells of rows with commas, semicolons or tabs between them, or in a table; None for other rows."""
    # A table has an upright before and after every cell, so that no wall of a maze is missing.
    if all(TABLED.fullmatch(line.text) for line in block) and len({line.text.count("|") for line in block}) == 1:
        return [
            [
                Mark(field.strip() or " ", line.number, c)
                for c, field in enumerate(line.text.strip()[1:-1].split("|"), 1)
            ]
            for line in block
        ]
    for char in (",", ";", "\t"):
        split = [line.text.rstrip(" \r\n").removesuffix(char).split(char) for line in block]
        if len(split[0]) > 1 and len({*map(len, split)}) == 1 and all(len(f.strip()) < 4 for row in split for f in row):
            return [
                [Mark(field.strip(" \"'") or " ", line.number, c) for c, field in enumerate(row, 1)]
                for line, row in zip(block, split, strict=True)
            ]
    return None


def _without_numbers(block: list[Line]) -> list[Line]:
    """Return the rows of a maze without a number before each, and without the line above that counts the columns."""
    ruler = block[0].text.split()
    is_ruled = len(ruler) > 3 and ruler == [str(n) for n in range(int(ruler[0] == "1"), len(ruler) + (ruler[0] == "1"))]
    matches = [NUMBERED.match(line.text) for line in block[is_ruled:]]
    numbers = [int(match[1]) for match in matches if match]
    is_counted = len(numbers) == len(matches) > 3 and numbers == [*range(numbers[0], numbers[0] + len(numbers))]
    if not is_counted or numbers[0] > 1:
        return block
    # All rows begin where the first one does, below the first column of the ruler.
    starts = [match.end() for match in matches if match]
    start = block[0].text.index(ruler[0]) if is_ruled else min(starts)
    return [Line(line.text[start:], line.number, line.column + start) for line in block[is_ruled:]]


def _of_numbers(block: list[Line]) -> Rows | None:
    """Return the cells of rows of words, most of them `0`, `1` and `-1`, with spaces between; None for other rows.

    So are rows of as many numbers each, some of which have several digits: they are no characters of a maze.
    """
    if not any(
        MINUS in line.text[:LONGEST]
        or (line.text[:LONGEST].replace(" ", "").isdecimal() and SEVERAL.search(line.text[:LONGEST]))
        for line in block
    ):
        return None
    rows = [
        [Mark(match[0], line.number, line.column + match.start()) for match in re.finditer(r"\S+", line.text)]
        for line in block[:LONGEST]
    ]
    words = Counter(mark.char for row in rows for mark in row)
    if len(block) > 2 and len(rows[0]) > 2 and len({*map(len, rows)}) == 1 and all(map(str.isdecimal, words)):
        return rows if any(len({*word}) > 1 for word in words) else None
    is_grid = len(block) > 2 and all(len(word) < 3 for word in words) and any(MINUS in word for word in words)
    fills = {word for word, _ in words.most_common(2)}
    return rows if is_grid and fills in ({MINUS, "0"}, {"1", "0"}) else None


def _of_characters(block: list[Line]) -> Rows:
    """Return the cells of rows of characters: each character, every second one, or each pair is a cell."""
    block = _unindented([line._replace(text=line.text.rstrip("\t\r") or " ") for line in block])
    chars = Counter("".join(line.text for line in block))
    # Spaces at the ends of few lines are an accident; at the ends of most they are a column of free cells.
    width, stripped = max(len(line.text) for line in block), max(len(line.text.rstrip()) for line in block)
    if sum(len(line.text) > stripped for line in block) <= len(block) // 2:
        width = stripped
    if chars[" "] and not _has_one_too_long(block):  # editors cut spaces at the ends of lines
        block = [line._replace(text=line.text[:width].ljust(width)) for line in block]
    pitch = pitch_of([line.text for line in block])
    if pitch > 1:
        return [marks_of(line)[::pitch] for line in block]
    if _is_doubled([line.text for line in block]):
        return [[_one(pair) for pair in zip(row[::2], row[1::2], strict=True)] for row in map(marks_of, block)]
    return [marks_of(line) for line in block]


def _has_one_too_long(block: list[Line]) -> bool:
    """Tell whether all rows end in the same wall but one, in which more of that wall follows."""
    *texts, longest = sorted((line.text.rstrip() for line in block), key=len)
    if len(texts) < 4 or len(texts[0]) in (0, len(longest)) or len({*map(len, texts)}) > 1:
        return False
    return {text[-1] for text in texts} == {*longest[len(texts[0]) :].strip()}


def marks_of(line: Line) -> list[Mark]:
    """Return the marks of a line."""
    return marks(line.text, line.number, line.column)


def _unindented(block: list[Line]) -> list[Line]:
    """Cut off the indentation of all lines, if a maze with walls around it follows or if free cells are not spaces."""
    indent = min(len(line.text) - len(line.text.lstrip(" \t")) for line in block)
    if not indent:
        return block
    cut = [Line(line.text[indent:], line.number, line.column + indent) for line in block]
    # A wall on the left alone may stand beside a column of free cells.
    width = max(len(line.text.rstrip()) for line in cut)
    has_walls = all(_is_wall([line.text[at : at + 1] for line in cut]) for at in (0, width - 1))
    has_spaces = any(" " in line.text.rstrip() for line in cut)
    return cut if has_walls or not has_spaces else block


def _is_wall(edge: list[str]) -> bool:
    """Tell whether nearly all characters along an edge are the same, and that is not a character of free cells."""
    ((char, n),) = Counter(edge).most_common(1)
    return char not in (*FREES, "") and n >= len(edge) - 2


def _is_spaced(texts: Sequence[str]) -> bool:
    """Tell whether a space follows every cell: free cells then have another character, or the border has none."""
    cells = [text[::2] for text in texts]
    has_spaces_between = len(texts[0]) > 2 and all(not text[1::2].strip() for text in texts)
    if not has_spaces_between or (len(texts[0]) < 5 and not set("".join(cells)) <= set("01")):
        return False
    return not any(" " in row for row in cells) or " " not in cells[0] + cells[-1]


def pitch_of(texts: Sequence[str]) -> int:
    """Return the distance from one cell to the next, in characters: 2 to 4 if there are spaces between, else 1."""
    if _is_spaced(texts):
        return 2
    # Several spaces follow every cell, and no cell is a space.
    wide = (
        n
        for n in (3, 4)
        if len(texts[0]) > n and all(not text[i::n].strip() for text in texts for i in range(1, n))
        if all(" " not in text[::n] for text in texts)
    )
    return next(wide, 1)


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
        match = arrow(line.text)
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


def _with_ends(item: Item | ParseError, pairs: list[Place]) -> Item | ParseError:
    """Return a maze with the ends that the numbers beside it name; without numbers it stays as it is."""
    if isinstance(item, ParseError) or not pairs:
        return item
    return between(item if isinstance(item, Written) else item.written(), pairs)
