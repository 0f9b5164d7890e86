"""What the characters of a maze mean: the usual ones are known, others are guessed from how often they occur.

A `#` is always a wall. A `1` is a wall beside `0`, and a `*` is one beside a space, but not beside `#`. A character
that is no wall, free cell or path is an end. The two characters that fill most of a maze are its walls and free cells.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from trm_cli.domains.maze.grid import FREE, PATH, WALL
from trm_cli.domains.written import Mark
from trm_cli.errors import Flawed, ParseError
from trm_cli.puzzle import Grid

Rows = list[list[Mark]]

SURE_WALLS = "#█▓■⬛🧱"
WALLS = "%@XWMH*+1"
"""Characters that are walls if they are one of the two that fill a maze, the likeliest first."""
LINES = "-|+"
"""Walls that are drawn, if both the first and the second of these characters occur."""
ARROWS = "<>^V"
MINUS = "-1"
"""A wall beside `0`, the only character of two characters."""
FREES = " .·_░⬜□"
STARTS, GOALS = "SA", "GEB"
ENDS = "SA2PIURo<^@?" + "YEGBFK3XZQTDC>$"
"""Characters of ends: first those of starts, then those of goals."""
EXITS = GOALS + "FX"
"""Characters of goals of which there may be several."""
FIRST_GOAL = ENDS.index("E")
MAX_GOALS = 8
"""Goals that a maze may have, of which the nearest counts; more of them are something else in a game."""
FILLED = 0.8
"""Smallest share of a maze that walls and free cells make up."""
FEWEST_WALLS = 0.05
"""Smallest share of walls in a maze whose ends may have any character."""
ASK = "say where: "
EXPECTED = "expected a wall (#), free (space or .), S, G or o"


class Meaning(NamedTuple):
    """The tokens of a maze (H, W) with its ends as free cells, and where those are, row-major."""

    grid: Grid
    starts: list[tuple[int, int]]
    goals: list[tuple[int, int]]


@lru_cache(1024)
def fold(char: str) -> str:
    """Return a character in upper case, except `o`, a path; a word of one repeated character, such as `##`, is one."""
    if len(char) > 1 and len({*char}) == 1 and not char.isdecimal():
        char = char[0]
    return char if char in ("o", "O") else char.upper()


class Legend(NamedTuple):
    """What the characters of a maze mean: `tokens` of walls, free cells and paths, and those of its starts and goals.

    `strange` is a character without a meaning; None if all have one. Characters are folded.
    """

    tokens: dict[str, int]
    starts: set[str]
    goals: set[str]
    strange: str | None


def legend(counts: Counter[str], border: Counter[str], free: set[str]) -> Legend:
    """Return what the characters of a maze mean by how often they occur in it and on its border; `free` ones are known.

    The border is mostly walls: that helps to tell 0 and 1 apart.
    """
    if tokens := _of_published(counts):
        return Legend(tokens, {"3"}, {"4"}, None)
    tokens = _fills(counts, border, free)
    return Legend(tokens, *_ends(counts, tokens))


def meaning(
    rows: Rows, place: str, ends: tuple[tuple[int, int] | None, ...] = (), free: str = ""
) -> Meaning | ParseError:
    """Return what the characters of a maze mean, or an error for one without a meaning.

    `ends` are known to be free, and so are cells with the character `free`.
    """
    cells = [[*map(fold, map(attrgetter("char"), row))] for row in rows]
    counts = Counter(chain.from_iterable(cells))
    if is_sokoban(counts):
        return Flawed(f"{place}:{rows[0][0].line}: boxes ($) and places for them (.) as in Sokoban, which is no maze")
    border = Counter(cells[0] + cells[-1] + [row[0] for row in cells] + [row[-1] for row in cells])
    known = {cells[r][c] for r, c in filter(None, ends) if r < len(cells) and c < len(cells[0])}
    table, starts, goals, strange = legend(counts, border, known | {*free})
    # Stars that lie apart from each other are no path.
    if strange is None and table.get("*") == PATH and _is_scattered(cells, "*"):
        strange, table = "*", {char: token for char, token in table.items() if char != "*"}
    # A character without a meaning is an error, unless both ends are known from elsewhere: then it is a free cell.
    if strange and (None in (*ends, None, None)[:2] or _foreign(counts, table)):
        mark = next(mark for row in rows for mark in row if fold(mark.char) == strange)
        if _is_filled(counts, table):
            times = f"{counts[strange]} times " if counts[strange] > 1 else ""
            words = f"{times}{mark.char!r} is neither wall nor free nor one end of this maze"
            advice = _foreign(counts, table) or f"{ASK}--start ROW,COLUMN --goal ROW,COLUMN"
            return Flawed(f"{place}:{mark.line}:{mark.column}: {words}; {advice}")
        return ParseError(f"{place}:{mark.line}:{mark.column}: {EXPECTED}, found {mark.char!r}")
    # Ends are free cells here, and their places are returned beside the grid.
    tokens = {char: table.get(char, FREE) for char in counts}
    grid = np.array([[*map(tokens.__getitem__, row)] for row in cells], np.uint8)
    ends_of = starts | goals
    with_ends = [(r, row) for r, row in enumerate(cells) if not ends_of.isdisjoint(row)]
    places = [(char, (r, c)) for r, row in with_ends for c, char in enumerate(row) if char in ends_of]
    # The same character at both ends: the first is the start.
    if starts == goals and len(places) == 2:
        return Meaning(grid, [places[0][1]], [places[1][1]])
    return Meaning(grid, [at for char, at in places if char in starts], [at for char, at in places if char in goals])


def _is_scattered(cells: list[list[str]], char: str) -> bool:
    """Tell whether no two cells with a character are neighbours, though there are several."""
    is_char = np.array([[cell == char for cell in row] for row in cells])
    return is_char.sum() > 1 and not ((is_char[1:] & is_char[:-1]).any() or (is_char[:, 1:] & is_char[:, :-1]).any())


def _foreign(counts: Counter[str], table: dict[str, int]) -> str:
    """Return what mazes that are no task of ours have, in words, or "" where their characters show nothing of it."""
    rest = {char for char in counts if char not in table}
    if len(rest & {*ARROWS}) > 1:
        return "mazes with one-way cells are not supported"
    if sum(char.isdecimal() for char in rest) > 3:
        return "mazes whose cells have costs are not supported"
    return ""


def _of_published(counts: Counter[str]) -> dict[str, int]:
    """Return the tokens of the published data set, if a maze is written in them: 1 and 2, one 3 and one 4; else {}."""
    is_so = counts["3"] == counts["4"] == 1 and counts.keys() <= set("12345")
    is_so &= counts["2"] > 0 or counts.total() < 9
    return {"1": WALL, "2": FREE, "5": PATH} if is_so else {}


def is_sokoban(counts: Counter[str]) -> bool:
    """Tell whether there is one player and as many boxes as places without one, among walls and free cells."""
    is_even = counts["$"] == counts["."] + counts["+"] > 0
    return is_even and counts["@"] + counts["+"] == 1 and counts["#"] > 0 and counts[" "] > 0


def _fills(counts: Counter[str], border: Counter[str], known: set[str]) -> dict[str, int]:
    """Return the token of every character that is a wall, a free cell or a path.

    `border` counts the characters along the border, and `known` are characters at places that are known to be ends.
    """
    # Walls: a sure character, or the likeliest of the two characters that fill the maze.
    walls = {char for char in SURE_WALLS if counts[char] > 1 or (counts.total() < 30 and char in counts)}
    is_sure = bool(walls)
    if not walls and min(counts["-"], counts["|"]) > 1:
        walls = {char for char in LINES if char in counts}
    walls = walls or {"#"} & counts.keys()
    top = [char for char, _ in counts.most_common(2)]
    has_minus = not is_sure and {*top} == {MINUS, "0"}
    is_binary = not is_sure and not has_minus and "0" in counts and (counts["1"] > 1 or {*top} == {"0", "1"})
    top = ["1", "0"] if is_binary else top
    walls = walls or _guessed(counts, top if len(top) == 2 else [*top, ""], border, known, has_minus)
    table = dict.fromkeys(walls, WALL)
    # Free cells: the usual characters, and the other character that fills the maze.
    others = [
        char
        for char in top
        if char not in walls and char != "o" and (counts[char] > 2 or is_binary)
        if char not in (*STARTS, *GOALS) or counts[char] > max(MAX_GOALS, counts.total() / 5)
    ]
    for char in [*FREES, "0" if is_sure or walls == {"X"} else " ", *others]:
        table.setdefault(char, FREE)
    # Paths are drawn with `*`, `X`, `o` or `O`, each only where it cannot mean something else.
    if "*" not in top and counts["*"] > 1:
        table.setdefault("*", PATH)
    if is_sure:
        table |= {char: FREE for char in "-|" if char in counts and "O" in counts}
        table.setdefault("O", FREE if "O" in top or "-" in table else PATH)
        # Beside #, more than one X is a path; a single one is a path only if there are ends beside it.
        has_ends = bool(counts.keys() & set(STARTS) and counts.keys() & set(GOALS))
        if counts["X"] > 1 or has_ends:
            table.setdefault("X", PATH)
    # One O and one X or another single character, and no other ends: the way leads from O to it.
    others = [char for char in counts if char == "X" or char not in (*table, "O", "o")]
    if counts["O"] + counts["o"] == 1 and [counts[char] for char in others] == [1] and others[0] not in STARTS + GOALS:
        return {char: token for char, token in table.items() if char not in ("O", "o", "X")}
    table.setdefault("o", PATH)
    table.setdefault("O", PATH if " " in counts or "." in counts else FREE)
    # A single dot among spaces is Pacman's last pellet, which is the goal.
    if counts["."] == 1 and counts[" "] and not any(char in counts for char in GOALS) and counts.keys() & set("PAS"):
        del table["."]
    return table


def _guessed(counts: Counter[str], pair: list[str], border: Counter[str], known: set[str], has_minus: bool) -> set[str]:
    """Return the wall among the two characters that fill a maze, by what they usually mean; empty if unknown."""
    wall = next((char for char in (MINUS, *WALLS) if char in pair), None) or ("X" if "X" in counts else None)
    # Numbers of which -1 is one of the two that fill the maze are a maze only beside 0.
    if wall == MINUS and not has_minus:
        wall = None
    # Two characters that usually are free: the one with more ink is the wall.
    if wall is None and set(pair) == {".", " "}:
        wall = "."
    elif wall is None and "0" in pair and set(pair) & set(FREES):
        wall = "0"
    # Beside a character that usually is free, another letter that fills much of the maze is the wall. So is one that
    # may name a goal, if another character occurs once that does.
    elif wall is None and len(others := {*pair} - {*FREES}) == 1:
        (other,) = others
        has_goal = other in GOALS and any(counts[char] == 1 for char in GOALS)
        wall = other if counts[other] > (1 if has_goal else MAX_GOALS) else None
    # Two digits, and two others as ends: 0 is free.
    elif wall is None and "0" in pair and all(char.isdecimal() for char in counts):
        ends = [counts[char] for char in counts if char not in pair]
        is_maze = ends == [1, 1] and counts.total() > 16
        wall = next(char for char in pair if (char == "0") == ("1" in known)) if is_maze else None
    # Zeros and ones: 1 is the wall, unless the border is nearly all 0, or a known end lies on a 1.
    if set(pair) == {"0", "1"} and "0" not in known and (_share(border, "0") > 0.9 or "1" in known):
        wall = "0"
    return {wall} if wall else set()


def _is_filled(counts: Counter[str], table: dict[str, int]) -> bool:
    """Tell whether a text is surely a maze: it has many walls, many free cells, and little else."""
    n_walls = sum(n for char, n in counts.items() if table.get(char) == WALL)
    n_free = sum(n for char, n in counts.items() if table.get(char) == FREE)
    # A tenth of the cells each, and together nearly all; a few cells alone could be anything.
    least = counts.total() / 10
    return min(n_walls, n_free) > least and n_walls + n_free >= FILLED * counts.total() and counts.total() > 15


def _share(border: Counter[str], char: str) -> float:
    return border[char] / border.total()


def _ends(counts: Counter[str], table: dict[str, int]) -> tuple[set[str], set[str], str | None]:
    """Return the characters of starts, those of goals, and a character without a meaning (None if all have one)."""
    rest = [char for char in counts if char not in table]
    # The usual characters decide if both ends have one, or if nothing else is left.
    starts, goals = {char for char in rest if char in STARTS}, {char for char in rest if char in GOALS}
    if (starts, goals) == ({"S"}, {"E"}) and 1 < counts["S"] <= MAX_GOALS and counts["E"] == 1:
        # E is an entrance too, and S an exit, in several languages; there is only one start.
        starts, goals = goals, starts
    if (starts and goals) or (len(rest) < 2 and (starts or goals)):
        strange = next((char for char in rest if char not in starts | goals), None)
        # Of two characters for goals, only one is where the way ends: the other is something else of a game.
        if len(goals) > 1 and strange is None:
            strange = max(goals, key=lambda char: (counts[char], "BEG".find(char)))
        return starts, goals, strange
    # In French, D is the departure and A the arrival.
    if len(rest) == 2 and counts["D"] == counts["A"] == 1 and {*rest} == {"D", "A"}:
        return {"D"}, {"A"}, None
    # Too many cells without a meaning: this is no maze.
    n_filled = sum(n for char, n in counts.items() if char in table)
    if not rest:
        return set(), set(), None
    if n_filled < FILLED * counts.total() and counts.total() > 12:
        return starts, goals, next(char for char in rest if char not in starts | goals)
    # With hardly any walls, brackets and the like are no ends; strokes are the ends of comments.
    is_open = FEWEST_WALLS * counts.total() > sum(n for char, n in counts.items() if table.get(char) == WALL)
    no_ends = [char for char in rest if char in ("/", "\\") or (is_open and not char.isalnum())]
    if no_ends:
        return set(), set(), no_ends[0]
    # If not, guess: characters that name starts come before others, and those before characters that name goals.
    rest.sort(key=lambda char: (ENDS.find(char) if char in ENDS else FIRST_GOAL - 0.5, -counts[char]))
    # Numbers count up from the start.
    if all(re.fullmatch(r"-?\d+", char) for char in rest):
        rest.sort(key=lambda char: (-counts[char] if len(rest) > 2 else 0, abs(int(char))))
    # One character is left: twice, it is both ends; once, it is a goal or a start by its name.
    if len(rest) == 1:
        (char,) = rest
        if counts[char] == 2 and char not in STARTS + GOALS:
            return {char}, {char}, None
        if counts[char] > 1:
            return set(), set(), char
        return (set(), {char}, None) if ENDS.find(char) >= FIRST_GOAL or char not in ENDS else ({char}, set(), None)
    # Two characters are left: the first in the order of ENDS is the start, and must be unique.
    if len(rest) == 2:
        first, second = rest
        # Several treasures are collected, one after the other, and monsters and doors are something else again: only
        # characters of exits are goals of which one is enough.
        is_goal = counts[second] == 1 or (second in EXITS and counts[second] <= MAX_GOALS)
        if counts[first] == 1 and is_goal:
            return {first}, {second}, None
    return set(), set(), max(rest, key=lambda char: (char not in starts | goals, counts[char]))


def has_walls(text: str) -> bool:
    """Tell whether more than a tenth of a text is characters that are always walls."""
    return 10 * sum(text.count(char) for char in SURE_WALLS) > len(text.replace(" ", ""))
