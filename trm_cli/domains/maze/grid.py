"""The tokens of a maze, its levels, and the shortest path that the published data set labels.

Tokens are those of the published data (sapientinc/maze-30x30-hard-1k). There may be many shortest paths, but the label
is a certain one: breadth-first search runs from S with a first-in, first-out queue and the neighbour order down, left,
right, up, keeps the cell from which each cell is first reached, and goes back from G. It is the lexicographically
smallest shortest path.
"""

from __future__ import annotations

import math
import re

import numpy as np
import numpy.typing as npt

from trm_cli.puzzle import Cell, Grid

PAD, WALL, FREE, START, GOAL, PATH = range(6)
SYMBOLS = "?# SGo"
MAX_SIDE = 64
LEVELS = ("easy", "medium", "hard", "open", "perfect", "looped")


def sides(kind: str) -> tuple[int, int] | None:
    """Return height and width of a kind such as 30x30; None for anything else.

    >>> sides("20x30"), sides("big")
    ((20, 30), None)
    """
    match = re.fullmatch(r"(\d{1,9})x(\d{1,9})", kind)
    height, width = map(int, match.groups()) if match else (0, 0)
    is_possible = 2 <= height <= MAX_SIDE and 2 <= width <= MAX_SIDE
    return (height, width) if is_possible else None


def bounds(height: int, width: int) -> tuple[int, int]:
    """Return the path lengths from which a maze is medium and hard: 60 and 110 cells at 30x30, as its side grows.

    >>> bounds(30, 30)
    (60, 110)
    """
    side = math.sqrt(height * width)
    return math.ceil(2 * side - 1e-9), math.ceil(11 * side / 3 - 1e-9)


def shortest_path(given: Grid) -> list[Cell] | None:
    """Return the labelled shortest path from S to G, both included; None if there is no path."""
    # A border of walls all around makes every neighbour a valid cell number.
    stride = given.shape[1] + 2
    cells = np.pad(given, 1, constant_values=WALL).ravel().tolist()
    start, goal = cells.index(START), cells.index(GOAL)
    came_from = [-1] * len(cells)
    came_from[start] = start
    queue = [start]
    for cell in queue:  # grows as it is read
        if cell == goal:
            break
        # Down, left, right, up: the order that decides between shortest paths of equal length.
        for neighbour in (cell + stride, cell - 1, cell + 1, cell - stride):
            if came_from[neighbour] < 0 and cells[neighbour] > WALL:
                came_from[neighbour] = cell
                queue.append(neighbour)
    else:
        return None
    # Back from the goal, each time to the cell from which this one was first reached.
    path = [goal]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return [Cell(cell // stride - 1, cell % stride - 1) for cell in reversed(path)]


def is_drawn(grid: Grid, given: Grid, length: int | None) -> bool:
    """Tell whether a maze has a path drawn in it: `grid` has path cells where `given` is free, with that `length`.

    If no other cell is free, and they are not just one path, their character is that of free cells.
    """
    n_path = int((grid == PATH).sum())
    return n_path > 0 and (int((given == FREE).sum()) > n_path or n_path + 2 == length)


def path_length(given: Grid) -> int | None:
    """Return the number of cells of a shortest path from S to G, both included; None where there is no way."""
    # The cells are the bits of one number, with a column of walls on the right, so that all the cells at one distance
    # are reached at once: by shifts to the left and right, and by a row to above and below.
    height, width = given.shape
    stride = width + 1
    digits = np.zeros((height, stride), np.uint8)
    digits[:, :width] = given > WALL
    free = int((digits + ord("0")).tobytes(), 2)
    places = map(given.tobytes().index, (START, GOAL))
    start, goal = (1 << height * stride - 1 - i // width * stride - i % width for i in places)
    reached, length = start, 1
    while not reached & goal:
        wider = reached | (reached << 1 | reached >> 1 | reached << stride | reached >> stride) & free
        if wider == reached:
            return None
        reached, length = wider, length + 1
    return length


def is_perfect(given: Grid) -> bool:
    """Tell whether exactly one path joins any two free cells, so that these form a tree."""
    free = given > WALL
    n_joints = (free[1:] & free[:-1]).sum() + (free[:, 1:] & free[:, :-1]).sum()
    # A tree has one joint fewer than cells. Several parts of which one has a loop may have that too, so all cells must
    # be joined as well.
    is_tree_sized = bool(n_joints == free.sum() - 1)
    return is_tree_sized and bool(joined(free, Cell(*np.argwhere(given == START)[0].tolist())).sum() == free.sum())


def joined(is_open: npt.NDArray[np.bool_], start: Cell) -> npt.NDArray[np.bool_]:
    """Return which of the open cells (H, W) can be reached from `start` over open cells, (H, W)."""
    reached = np.zeros_like(is_open)
    reached[start] = True
    waiting = [start]
    height, width = is_open.shape
    while waiting:
        row, column = waiting.pop()
        for r, c in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
            if 0 <= r < height and 0 <= c < width and is_open[r, c] and not reached[r, c]:
                reached[r, c] = True
                waiting.append(Cell(r, c))
    return reached
