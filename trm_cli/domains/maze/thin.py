"""Mazes with thin walls: drawn with `+--+` and `|`, box-drawing characters, or `-` and `|` between the cells."""

from __future__ import annotations

import math
import re
from functools import reduce
from itertools import pairwise

from trm_cli.domains.maze.characters import Rows
from trm_cli.domains.maze.grid import MAX_SIDE
from trm_cli.domains.maze.programs import cells_of, too_large
from trm_cli.domains.written import Mark
from trm_cli.errors import Flawed, ParseError

LEVEL, UPRIGHT = set("-─━═╌┄"), set("|│┃║╎┆")
CORNERS = set("+┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋╭╮╰╯╴╵╶╷")
LEDGE = "_"
"""A wall at the lower edge of its own line. Such mazes have another geometry, and are refused."""
LEDGED = "walls of _ and | are read only if | stands in every second column; draw them as +--+ and |  |"
WIDEST = 8
"""Largest distance from one wall to the next, in characters."""


def is_thin(lines: list[str]) -> bool:
    """Tell whether walls are drawn as lines, across and upright, and no cell is a wall."""
    chars = set("".join(lines))
    has_levels = bool(chars & (LEVEL | CORNERS)) or (LEDGE in chars and not chars & set("/\\"))
    return has_levels and bool(chars & UPRIGHT) and not chars & (set("#█") - _posts(lines))


def _posts(lines: list[str]) -> set[str]:
    """Return the characters that some programs draw where walls meet: `o---o`, `#---#`."""
    return {post for line in lines for post in re.findall(r"([o#.])-+(?=\1)", line)}


def thick(lines: list[tuple[int, str]], place: str) -> Rows | ParseError:
    """Turn thin walls into cells: every passage and every wall between two becomes a cell of its own.

    `lines` are numbered. Corners may be drawn as `o`, and are walls where they are not drawn at all.
    """
    first, longest = lines[0][0], max(len(line) for _, line in lines)
    if max(longest, len(lines)) > WIDEST * MAX_SIDE:
        return Flawed(f"{place}:{first}: {len(lines)} lines of up to {longest} characters; mazes go up to 64x64")
    corners = CORNERS | _posts([line for _, line in lines])
    if not any(set(line) & (LEVEL | corners) for _, line in lines):
        return _ledged(lines, place)
    # Walls stand at regular distances, which are the greatest common divisors of their places.
    left = min(len(line) - len(line.lstrip()) for _, line in lines if line.strip())
    texts = [line[left:].rstrip() for _, line in lines]
    posts = [x for text in texts for x, char in enumerate(text) if char in corners | UPRIGHT]
    rulers = [i for i, text in enumerate(texts) if set(text) & (LEVEL | corners)]
    across, down = reduce(math.gcd, posts, 0), reduce(math.gcd, rulers, 0)
    # An upright wall is as high as a passage.
    is_whole = all(
        len({text[x : x + 1] in UPRIGHT for text in texts[i + 1 : i + down]}) < 2
        for i in range(0, len(texts) - 1, down or 1)
        for x in {*posts}
    )
    if across < 2 or down < 2 or not is_whole:
        return ParseError(f"{place}:{first}: the walls are not at regular distances, as in +--+ and |  |")
    # Every cell of the result covers one wall or one passage of the drawing, across and down.
    has_corners = any(set(text) & corners for text in texts)
    rows = []
    for i in range(2 * ((len(texts) - 1) // down) + 1):
        row = []
        for j in range(2 * (max(posts) // across) + 1):
            covered = [
                Mark(texts[y][x], lines[y][0], left + x + 1)
                for y in _span(i, down)
                for x in _span(j, across)
                if x < len(texts[y]) and not texts[y][x].isspace()
            ]
            # Where no corners are drawn, the places where walls meet are walls too.
            is_post = i % 2 == j % 2 == 0 and not has_corners
            nothing = Mark("#" if is_post else " ", lines[i // 2 * down][0], left + 1 + j // 2 * across)
            row.append(_cell(covered, nothing, LEVEL | UPRIGHT | corners))
        rows.append(row)
    return rows


def _ledged(lines: list[tuple[int, str]], place: str) -> Rows | ParseError:
    """Return the cells of a maze in which a cell is two characters: `_` or a space, then `|` or none.

    The first line is the walls at the top.
    """
    (first, top), body = lines[0], lines[1:]
    uprights = {x for _, line in body for x, char in enumerate(line) if char in UPRIGHT}
    left, right = min(uprights, default=0), max(uprights, default=0)
    width = (right - left) // 2
    is_regular = not {*top} - {*"_ "} and all((x - left) % 2 == 0 for x in uprights)
    if not is_regular or width < 2:
        return Flawed(f"{place}:{first}: {LEDGED}")
    if 2 * max(width, len(body)) + 1 > MAX_SIDE:
        return too_large(place, first, len(body), width)
    # A row's upper walls are the floors of the row above.
    texts = [line.ljust(left + 2 * width + 1) for _, line in lines]
    walls = {}
    for r, (above, text) in enumerate(pairwise(texts)):
        for c in range(width):
            x = left + 2 * c + 1
            walls[r, c] = (above[x] == LEDGE, text[x + 1] in UPRIGHT, text[x] == LEDGE, text[x - 1] in UPRIGHT)
    rows = cells_of(walls, len(body), width, first)
    # Letters in cells are their ends.
    for r, (number, text) in enumerate(zip([n for n, _ in body], texts[1:], strict=True)):
        for c in range(width):
            if text[left + 2 * c + 1] not in (LEDGE, " "):
                rows[2 * r + 1][2 * c + 1] = Mark(text[left + 2 * c + 1], number, left + 2 * c + 2)
    return rows


def _span(i: int, pitch: int) -> range:
    """Return the characters that cell `i` covers along an axis: one for a wall, all between two walls for a passage."""
    return range(i // 2 * pitch + 1, (i // 2 + 1) * pitch) if i % 2 else range(i // 2 * pitch, i // 2 * pitch + 1)


def _cell(covered: list[Mark], nothing: Mark, walls: set[str]) -> Mark:
    """Return the one mark for what a cell covers: a letter, a wall, or nothing."""
    # An end or a path is drawn as a character of its own in the middle of a passage.
    letters = [mark for mark in covered if mark.char not in walls]
    if letters:
        return letters[0]
    return Mark("#", *covered[0][1:]) if covered else nothing
