"""Count at which choices between shortest paths a maze net's answers leave the labelled path.

    python bench/choices.py weights/maze.safetensors maze-hard.csv

Where two shortest paths part, the labelled one goes down before left before right before up. Counted are the
choices along the labelled paths, and those at which an answer, itself a shortest path, takes the other side first.
In some mazes another path is labelled if S and G change places; a second table counts these apart.
Single pass of up to 64 steps, default halting.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator

import numpy as np

from trm_cli import device, reading
from trm_cli.domains.maze.grid import GOAL, PATH, START, WALL
from trm_cli.puzzle import Grid, Puzzle
from trm_cli.solving.options import SolveOptions
from trm_cli.solving.solver import Solver

SIDES = {"down": (1, 0), "left": (0, -1), "right": (0, 1), "up": (-1, 0)}
Cell = tuple[int, int]


def beside(grid: Grid, cell: Cell) -> Iterator[tuple[str, Cell]]:
    """Yield the side and the place of every free neighbour of a cell, in the order of the labels."""
    for side, (down, right) in SIDES.items():
        row, column = cell[0] + down, cell[1] + right
        if 0 <= row < grid.shape[0] and 0 <= column < grid.shape[1] and grid[row, column] != WALL:
            yield side, (row, column)


def end(grid: Grid, which: int) -> Cell:
    """Return the cell of START or GOAL."""
    row, column = np.argwhere(grid == which)[0].tolist()
    return row, column


def distances(grid: Grid, goal: Cell) -> dict[Cell, int]:
    """Return the length of the shortest path to the goal from every cell that has one."""
    far, wave = {goal: 0}, [goal]
    for cell in wave:
        for _, neighbour in beside(grid, cell):
            if neighbour not in far:
                far[neighbour] = far[cell] + 1
                wave.append(neighbour)
    return far


def labelled(grid: Grid, start: Cell, goal: Cell) -> Iterator[tuple[Cell, list[str]]]:
    """Yield every cell of the labelled path behind the start, and the sides at which a shortest path could go on."""
    far = distances(grid, goal)
    cell = start
    while far[cell]:
        ways = [(side, near) for side, near in beside(grid, cell) if far[near] < far[cell]]
        cell = ways[0][1]
        yield cell, [side for side, _ in ways]


def main() -> None:
    """Solve the list and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("list")
    asked = parser.parse_args()
    device.keep_freed_memory()
    solver = Solver.load(asked.weights, "maze", SolveOptions(max_steps=64)).compiled()
    puzzles = [item for item in reading.puzzles((asked.list,), "maze") if isinstance(item, Puzzle)]
    met: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    ends: Counter[tuple[bool, str]] = Counter()
    n_steps = 0
    for _, outcome in solver.outcomes(puzzles):
        n_steps += outcome.steps
        grid, answer = outcome.puzzle.given, outcome.frame.grid
        start, goal = end(grid, START), end(grid, GOAL)
        path = list(labelled(grid, start, goal))
        backwards = [cell for cell, _ in labelled(grid, goal, start)]
        choices = [(cell, " or ".join(ways)) for cell, ways in path if len(ways) > 1]
        met.update(choice for _, choice in choices)
        is_the_same = {cell for cell, _ in path} - {goal} == {*backwards} - {start}
        # A shortest path that leaves the label does so at the first choice whose cell it does not pass.
        missed = [choice for cell, choice in choices if answer[cell] not in (PATH, GOAL)]
        if outcome.verdict.status != "solved":
            kind = "no shortest path"
        elif not missed:
            kind = "as labelled"
        else:
            wrong[missed[0]] += 1
            is_backwards = all(answer[cell] in (PATH, START) for cell in backwards)
            kind = "as labelled from G to S" if is_backwards else "another shortest path"
        ends[is_the_same, kind] += 1
    n = len(puzzles)
    kinds = ("as labelled", "as labelled from G to S", "another shortest path", "no shortest path")
    exact, flawed = (sum(ends[is_so, kind] for is_so in (True, False)) for kind in (kinds[0], kinds[-1]))
    print(f"{n} mazes: {n - flawed} shortest paths, {exact} as labelled, {n_steps / n:.2f} steps\n")
    print("| choice | on labelled paths | wrong |\n|---|---|---|")
    for choice, times in met.most_common():
        print(f"| {choice} | {times} | {wrong[choice]} |")
    print(f"\n| mazes whose label | {' | '.join(kinds)} |\n|---|{'---|' * len(kinds)}")
    for is_so, name in ((True, "is the same from both ends"), (False, "depends on which end is S")):
        print(f"| {name} | {' | '.join(str(ends[is_so, kind]) for kind in kinds)} |")


if __name__ == "__main__":
    main()
