"""A maze as it was written, and how it becomes a puzzle: where its ends are, and whether a path joins them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from trm_cli.domain import NOWHERE, Ends, Place
from trm_cli.domains.maze.characters import ASK, MAX_GOALS, Meaning, Rows, meaning
from trm_cli.domains.maze.grid import FREE, GOAL, MAX_SIDE, PATH, START, SYMBOLS, WALL, is_drawn, joined, path_length
from trm_cli.errors import Flawed, ParseError
from trm_cli.puzzle import Cell, Grid, Puzzle, frozen

OPEN = 0.3
"""Largest free share of a border whose free cells still count as openings."""
BOTH = "the maze has no start (S) and no goal (G)"


class Written(NamedTuple):
    """A maze as it was written: the marks of its cells and of its answer's cells, and its `place` for errors.

    `start` and `goals` are places that the text names beside the maze; of several goals the nearest counts. `is_map`
    says that the format has no ends, so that none are looked for.
    """

    rows: Rows
    answer: Rows | None
    place: str
    start: Place | None = None
    goals: tuple[Place, ...] = ()
    is_map: bool = False


def puzzle(written: Written, name: str, ends: Ends = NOWHERE, free: str = "") -> Puzzle | ParseError:
    """Return the maze as a puzzle, or an error if it cannot be solved; `ends` replace the ones in it.

    `free` is a character that is known to be one of free cells.
    """
    rows, place = written.rows, written.place
    line = f"{place}:{rows[0][0].line}"
    start, goals = ends[0] or written.start, [ends[1]] if ends[1] else [*written.goals]
    # Read the characters, with the ends that are known from elsewhere, and check that those are free cells.
    understood = _understood(rows, place, (start, *goals[:1]), free)
    if isinstance(understood, ParseError):
        return understood
    grid = understood.grid
    for at, words in ((start, "start"), *((goal, "goal") for goal in goals)):
        if at and not (at[0] < grid.shape[0] and at[1] < grid.shape[1] and min(at) >= 0 and grid[at] != WALL):
            return Flawed(
                f"{line}: row {at[0] + 1}, column {at[1] + 1} is no free cell for the {words}; {_size(grid, at)}"
            )
    # The puzzle is the maze without any path, with its two ends.
    both = _ends(understood, start, goals, line, written)
    if isinstance(both, ParseError):
        of_ones = puzzle(written, name, ends, "1") if not free and _is_of_ones(rows, grid) else both
        return of_ones if isinstance(of_ones, Puzzle) else both
    given = np.where(grid == PATH, FREE, grid).astype(np.uint8)
    given[both[0]], given[both[1]] = START, GOAL
    # The answer is the path in the maze itself, or a second maze with a path.
    length = path_length(given)
    solution = np.where(given > FREE, given, grid) if is_drawn(grid, given, length) else None
    if written.answer is not None:
        drawn = _understood(written.answer, place, NOWHERE)
        if isinstance(drawn, ParseError):
            return ParseError(f"{drawn} in the answer")
        if drawn.grid.shape != grid.shape:
            return ParseError(f"{place}:{written.answer[0][0].line}: the answer is not as large as the maze")
        solution = np.where(given > FREE, given, drawn.grid)
    if length is None:
        other = "" if free else _other(rows, given)
        turned = puzzle(written, name, ends, other) if other else None
        # Ends that nothing in the text names are only a guess.
        is_named = start or goals or understood.starts or understood.goals
        words = "the goal cannot be reached from the start"
        guessed = f"{BOTH}, and no way joins its openings or corners; {ASK}--start ROW,COLUMN --goal ROW,COLUMN"
        return turned if isinstance(turned, Puzzle) else Flawed(f"{line}: {words if is_named else guessed}")
    solved = None if solution is None else frozen(solution.astype(np.uint8))
    return Puzzle("maze", name, frozen(given), SYMBOLS, solved, line, float(length))


def _size(grid: Grid, at: Place) -> str:
    """Return the size of a maze in words, and its free cell that is nearest to a place."""
    height, width = grid.shape
    free = np.argwhere(grid != WALL)
    row, column = free[np.abs(free - at).sum(1).argmin()] + 1 if len(free) else (0, 0)
    nearest = f", and the nearest free cell is {row},{column}" if row else ", and no free cell"
    return f"the maze has {height} rows and {width} columns, walls included{nearest}"


def _is_of_ones(rows: Rows, grid: Grid) -> bool:
    """Tell whether ones may be the free cells, as in the exercise of a rat in a maze: zeros are no maze.

    The ones fill the corners where such mazes begin and end, and the zeros lie apart from each other.
    """
    is_binary = {mark.char for row in rows for mark in row} == {"0", "1"} and grid[0, 0] == grid[-1, -1] == WALL
    zeros = grid != WALL
    return bool(is_binary and (zeros & ~joined(zeros, Cell(*np.argwhere(zeros)[0].tolist()))).any())


def _other(rows: Rows, given: Grid) -> str:
    """Return the one of 0 and 1 that may be free, though it was read as the wall, in a maze without a way; else "".

    A 1 may be free if it is rare, or if an end is enclosed.
    """
    chars = Counter(mark.char for row in rows for mark in row)
    if not all(char.isdecimal() for char in chars) or "0" not in chars:
        return ""
    if any(mark.char == "0" and given[r, c] == WALL for r, row in enumerate(rows) for c, mark in enumerate(row)):
        return "0"
    free = np.pad(given > WALL, 1)
    n_ways = free[2:, 1:-1].astype(int) + free[:-2, 1:-1] + free[1:-1, 2:] + free[1:-1, :-2]
    return "1" if chars["1"] < 2 or not n_ways[given > FREE].all() else ""


def _understood(rows: Rows, place: str, ends: tuple[Place | None, ...], free: str = "") -> Meaning | ParseError:
    """Return what rows mean, or an error if they are too many or too few, too long or not equally long."""
    width, line = len(rows[0]), rows[0][0].line
    if max(len(rows), width) > MAX_SIDE:
        # If its first part reads as a maze, the whole is certainly a maze that is only too large.
        words = f"{place}:{line}: {len(rows)} rows of {width} cells; mazes go up to {MAX_SIDE}x{MAX_SIDE}"
        part = meaning([row[:MAX_SIDE] for row in rows[:MAX_SIDE] if len(row) == width], place)
        return ParseError(words) if isinstance(part, ParseError) else Flawed(words)
    for row in rows:
        if len(row) != width:
            # A row with a strange character is more likely words than a row of the wrong length.
            strange = meaning([row], place)
            if isinstance(strange, ParseError):
                return strange
            return ParseError(f"{place}:{row[0].line}: expected {width} cells in this row, found {len(row)}")
    whole = meaning(rows, place, ends, free)
    if min(len(rows), width) < 2 and not isinstance(whole, ParseError):
        return ParseError(f"{place}:{line}: {len(rows)} rows of {width} cells; a maze has at least 2 of both")
    return whole


def _ends(
    understood: Meaning, start: Place | None, goals: list[Place], line: str, written: Written
) -> tuple[Place, Place] | ParseError:
    """Return start and goal: named, drawn, or at the openings of the border; an error asks for a missing one."""
    starts = [start] if start else understood.starts
    goals = goals or ([] if start and not understood.goals else understood.goals)
    # Two starts are ambiguous, while of several goals the nearest counts.
    if not start and len(starts) > 1:
        marks = [written.rows[r][c] for r, c in starts[:2]]
        places = " and ".join(f"{written.place}:{mark.line}:{mark.column}" for mark in marks)
        return ParseError(f"{places}: the maze has more than one start (S)")
    goals = [goal for goal in goals if [goal] != starts]
    if len(goals) > MAX_GOALS and not written.goals:
        return Flawed(f"{line}: the maze has {len(goals)} goals; {ASK}--goal ROW,COLUMN")
    if not (starts and goals) and not written.is_map:
        starts, goals = _openings(understood.grid, starts, goals)
    if not (starts and goals):
        # Say which options would name the ends that are missing.
        options = " ".join(f"--{word} ROW,COLUMN" for word, at in (("start", starts), ("goal", goals)) if not at)
        words = BOTH if not (starts or goals) else f"the maze has no {'goal (G)' if starts else 'start (S)'}"
        is_maze = min(understood.grid.shape) > 1 and (understood.grid == WALL).any()
        return (Flawed if is_maze else ParseError)(f"{line}: {words}; {ASK}{options}")
    return starts[0], goals[0] if len(goals) == 1 else _nearest(understood.grid, starts[0], goals)


def between(written: Written, pairs: Sequence[Place]) -> Written:
    """Return a maze with the ends that `pairs` of numbers beside it name, if those are free cells.

    A first pair may be the size, as height and width or as width and height. After a size, one pair is the start. A
    maze that has ends of its own stays as it is.
    """
    rows = written.rows
    height, width = len(rows), max(map(len, rows))
    is_sized = pairs[0] in ((height, width), (width, height))
    places = pairs[1:] if is_sized else pairs
    if {*map(len, rows)} != {width} or not (len(places) == 2 or (is_sized and len(places) == 1)):
        return written
    # Try row before column, then column before row, counted from 0 and then from 1.
    ways = ((0, 1), (0, -1), (1, 1), (1, -1))
    tried = [[(a - first, b - first) for a, b in (pair[::turn] for pair in places)] for first, turn in ways]
    tried = [ends for ends in tried if all(0 <= r < height and 0 <= c < width for r, c in ends)]
    # Characters mean what they usually do, if that is possible; else the ends help to tell walls from free cells.
    found: list[Written] = []
    for is_known in (False, True):
        for ends in tried:
            maze = meaning(rows, "", (*ends, None)[:2] if is_known else ())
            if isinstance(maze, ParseError) or maze.starts or maze.goals:
                continue
            if all(maze.grid[at] != WALL for at in ends):
                found.append(written._replace(start=ends[0], goals=tuple(ends[1:])))
                # Ends with a way between them are likelier than others.
                if joined(maze.grid != WALL, Cell(*ends[0]))[ends[-1]]:
                    return found[-1]
    return found[0] if found else written


def _nearest(grid: Grid, start: Place, goals: list[Place]) -> Place:
    """Return the goal that is nearest to the start, or the first goal if none can be reached."""
    # Breadth first: the first goal that is reached is the nearest.
    wanted, reached, queue = {*goals}, {start}, deque([start])
    while queue:
        r, c = queue.popleft()
        if (r, c) in wanted:
            return r, c
        for cell in ((r + 1, c), (r, c - 1), (r, c + 1), (r - 1, c)):
            is_inside = 0 <= cell[0] < grid.shape[0] and 0 <= cell[1] < grid.shape[1]
            if is_inside and cell not in reached and grid[cell] != WALL:
                reached.add(cell)
                queue.append(cell)
    return goals[0]


def _openings(grid: Grid, starts: list[Place], goals: list[Place]) -> tuple[list[Place], list[Place]]:
    """Return the ends of a maze; missing ones are put at the openings of its border, or in two corners.

    A maze without a border has its ends in the top left and bottom right corners, as in exercises, if both are free.
    """
    height, width = grid.shape
    around = _border(height, width)
    free = [at for at in around if grid[at] != WALL]
    known = {*starts, *goals}
    if len(free) <= OPEN * len(around) or len(around) < 9:
        # A closed border: exactly two openings are the ends, or exactly one beside an end that is known.
        runs = [run for run in _runs(around, grid) if not known & {*run}]
        cells = [_middle(run, grid.shape) for run in runs]
        if len(cells) == 2 and not known:
            return [min(cells)], [max(cells)]
        if len(cells) == 1 and len(known) == 1:
            return (starts, cells) if starts else (cells, goals)
    elif (grid == WALL).any() and grid[0, 0] != WALL and grid[-1, -1] != WALL:
        # One of the two corners may have a character of its own.
        corners = [(0, 0)], [(height - 1, width - 1)]
        if len(known) < 2 and known <= {corners[0][0], corners[1][0]}:
            return corners
    return starts, goals


def _border(height: int, width: int) -> list[Place]:
    """Return the cells of a border in order, once around."""
    if min(height, width) < 2:
        return [(r, c) for r in range(height) for c in range(width)]
    top, bottom = [(0, c) for c in range(width)], [(height - 1, c) for c in range(width)]
    left, right = [(r, 0) for r in range(1, height - 1)], [(r, width - 1) for r in range(1, height - 1)]
    return [*top, *right, *bottom[::-1], *left[::-1]]


def _runs(around: list[Place], grid: Grid) -> list[list[Place]]:
    """Return the runs of free cells along a border."""
    # Begin at a wall, so that no run is cut in two where the border closes.
    first = next((i for i, at in enumerate(around) if grid[at] == WALL), 0)
    runs: list[list[Place]] = [[]]
    for at in around[first:] + around[:first]:
        if grid[at] != WALL:
            runs[-1].append(at)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _middle(run: list[Place], shape: tuple[int, ...]) -> Place:
    """Return the cell of an opening that is its end: a corner where it has one, else the middle."""
    corners = [at for at in run if at in ((0, 0), (shape[0] - 1, shape[1] - 1))]
    return corners[0] if corners else sorted(run)[(len(run) - 1) // 2]
