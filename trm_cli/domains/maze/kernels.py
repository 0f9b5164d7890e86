"""Compiled drawing of random mazes with their labels, for `trm generate` (numba).

Cells are numbered row-major. Randomness is numba's thread-local generator, seeded at the start of `mazes`:
a result depends on nothing else.
"""

from __future__ import annotations

import numpy as np

from trm_cli.domains.compiled import njit
from trm_cli.domains.maze.grid import FREE, GOAL, PATH, START, WALL


@njit(cache=True, nogil=True)
def _search(walls, width, start, distance, came_from, queue):
    """Breadth-first search with the neighbour order down, left, right, up; return the number of cells reached."""
    distance[:] = -1
    distance[start] = 0
    queue[0] = start
    head, tail = 0, 1
    n_cells = walls.size
    while head < tail:
        cell = queue[head]
        head += 1
        column = cell % width
        # The order of the neighbours decides which of the shortest paths is the labelled one.
        for side in range(4):
            if side == 0:
                neighbour = cell + width if cell + width < n_cells else -1
            elif side == 1:
                neighbour = cell - 1 if column > 0 else -1
            elif side == 2:
                neighbour = cell + 1 if column + 1 < width else -1
            else:
                neighbour = cell - width
            if neighbour >= 0 and not walls[neighbour] and distance[neighbour] < 0:
                distance[neighbour] = distance[cell] + 1
                came_from[neighbour] = cell
                queue[tail] = neighbour
                tail += 1
    return tail


@njit(cache=True, nogil=True)
def _scatter(walls, lowest, highest):
    """Make each cell a wall independently, with one probability for the whole maze, from `lowest` to `highest`."""
    share = np.random.uniform(lowest, highest)
    for cell in range(walls.size):
        walls[cell] = np.random.random() < share


@njit(cache=True, nogil=True)
def _carve(walls, height, width, opened):
    """Carve a perfect maze by a growing tree, on every other row and column; then open a share of its inner walls.

    The tree grows from its newest node (long corridors) or from any node (many short dead ends), in a random mixture.
    """
    walls[:] = True
    # Nodes are every other row and column, from 0 or from 1; `active` holds those that may still grow.
    top, left = np.random.randint(2), np.random.randint(2)
    n_rows, n_columns = (height - top + 1) // 2, (width - left + 1) // 2
    newest = np.random.random()
    active = np.empty(n_rows * n_columns, np.int64)
    active[0] = np.random.randint(active.size)
    n_active = 1
    walls[(top + 2 * (active[0] // n_columns)) * width + left + 2 * (active[0] % n_columns)] = False
    while n_active:
        # Go on from the newest node, or from any.
        i = n_active - 1 if np.random.random() < newest else np.random.randint(n_active)
        row, column = active[i] // n_columns, active[i] % n_columns
        chosen, n_choices = -1, 0
        for side in range(4):
            r = row + (side == 0) - (side == 1)
            c = column + (side == 2) - (side == 3)
            if 0 <= r < n_rows and 0 <= c < n_columns and walls[(top + 2 * r) * width + left + 2 * c]:
                # Each of the n choices so far is kept with probability 1 / n, so that all are equally likely.
                n_choices += 1
                if np.random.randint(n_choices) == 0:
                    chosen = r * n_columns + c
        # A node without an uncarved neighbour is finished.
        if chosen < 0:
            n_active -= 1
            active[i:n_active] = active[i + 1 : n_active + 1].copy()
            continue
        r, c = chosen // n_columns, chosen % n_columns
        # Open the new node and the cell between the two.
        walls[(top + 2 * r) * width + left + 2 * c] = False
        walls[(top + row + r) * width + left + column + c] = False
        active[n_active] = chosen
        n_active += 1
    # A cell between two nodes that is still a wall joins two passages, and opening it makes a loop.
    for row in range(top, height):
        for column in range(left, width):
            is_between = (row - top) % 2 != (column - left) % 2
            is_inner = row + 1 < height and column + 1 < width and row > 0 and column > 0
            if is_between and is_inner and np.random.random() < opened:
                walls[row * width + column] = False


@njit(cache=True, nogil=True)
def _goal(distance, queue, n_reached, shortest, below, most):
    """Return a random goal at an allowed distance; -1 if there is none, or by chance if there are few.

    A start with n goals is accepted with probability n / `most`, so that every pair of ends is equally likely.
    """
    n_goals = 0
    for i in range(n_reached):
        n_goals += shortest <= distance[queue[i]] + 1 < below
    if n_goals == 0 or np.random.random() * most > n_goals:
        return -1
    # Count down to the chosen one.
    left = np.random.randint(n_goals)
    for i in range(n_reached):
        if shortest <= distance[queue[i]] + 1 < below:
            if left == 0:
                return queue[i]
            left -= 1
    return -1


@njit(cache=True, nogil=True)
def _ends(walls, width, shortest, below, most, n_starts, distance, came_from, queue):
    """Return a random start and goal; (-1, -1) if they are not to be had, so that another maze must be tried.

    Two searches give the longest shortest path of the maze, or nearly. If it is long enough, up to `n_starts` random
    starts are tried, and `_goal` accepts each in proportion to its number of goals, up to `most`.
    """
    start = np.random.randint(walls.size)
    if walls[start]:
        return -1, -1
    n_reached = _search(walls, width, start, distance, came_from, queue)
    far = queue[n_reached - 1]
    if n_starts > 1:
        # Two cells are at most twice as far apart as the farthest is from here.
        if 2 * distance[far] + 1 < shortest:
            return -1, -1
        # The second search starts from the farthest cell of the first.
        n_reached = _search(walls, width, far, distance, came_from, queue)
        far = queue[n_reached - 1]
    if distance[far] + 1 < shortest:
        return -1, -1
    reached = queue[:n_reached].copy()
    # Random starts among the cells that are joined, until one is accepted with a goal.
    for _ in range(n_starts):
        if n_starts > 1:
            start = reached[np.random.randint(n_reached)]
            _search(walls, width, start, distance, came_from, queue)
        goal = _goal(distance, queue, n_reached, shortest, below, most)
        if goal >= 0:
            return start, goal
    return -1, -1


@njit(cache=True, nogil=True)
def mazes(seed, width, lowest, highest, opened, shortest, below, most, n_starts, max_tries, given, solution, length):
    """Fill rows of `given` and `solution (n, cells)` and `length (n,)`, in cells; return the number of mazes made.

    If `opened` is below 0, walls are scattered with a share between `lowest` and `highest`. If not, a perfect maze is
    carved, and up to that share of its inner walls is opened. Paths have `shortest` cells or more, and fewer than
    `below`.
    """
    np.random.seed(seed)
    n, n_cells = given.shape
    walls = np.empty(n_cells, np.bool_)
    distance, came_from, queue = np.empty(n_cells, np.int64), np.empty(n_cells, np.int64), np.empty(n_cells, np.int64)
    n_made = 0
    for _ in range(max_tries):
        if n_made == n:
            break
        # Draw the walls, and then two ends; without any that fit, try the next maze.
        if opened < 0:
            _scatter(walls, lowest, highest)
        else:
            _carve(walls, n_cells // width, width, np.random.uniform(0, opened))
        start, goal = _ends(walls, width, shortest, below, most, n_starts, distance, came_from, queue)
        if goal < 0:
            continue
        for cell in range(n_cells):
            given[n_made, cell] = WALL if walls[cell] else FREE
        given[n_made, start], given[n_made, goal] = START, GOAL
        solution[n_made] = given[n_made]
        # The labelled path, from the goal back to the start.
        cell = came_from[goal]
        while cell != start:
            solution[n_made, cell] = PATH
            cell = came_from[cell]
        length[n_made] = distance[goal] + 1
        n_made += 1
    return n_made
