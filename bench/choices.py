"""Count at which choices between shortest paths a maze net's answers leave the labelled path.

    python bench/choices.py weights/maze.safetensors maze-hard.csv

Where two shortest paths part, the labelled one goes down before left before right before up. Counted are the
choices along the labelled paths, and those at which an answer, itself a shortest path, takes the other side first.
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


def distances(grid: Grid) -> dict[Cell, int]:
    """Return the length of the shortest path to the goal from every cell that has one."""
    goal: Cell = tuple(np.argwhere(grid == GOAL)[0].tolist())
    far, wave = {goal: 0}, [goal]
    for cell in wave:
        for _, neighbour in beside(grid, cell):
            if neighbour not in far:
                far[neighbour] = far[cell] + 1
                wave.append(neighbour)
    return far


def choices(puzzle: Puzzle) -> Iterator[tuple[str, Cell]]:
    """Yield every choice on the labelled path, such as "down or left", with the cell that the label takes."""
    grid = puzzle.given
    far = distances(grid)
    cell: Cell = tuple(np.argwhere(grid == START)[0].tolist())
    while far[cell]:
        ways = [(side, near) for side, near in beside(grid, cell) if far[near] < far[cell]]
        if len(ways) > 1:
            yield " or ".join(side for side, _ in ways), ways[0][1]
        cell = ways[0][1]


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
    n_solved = n_exact = n_steps = 0
    for _, outcome in solver.outcomes(puzzles):
        answer = outcome.frame.grid
        taken = list(choices(outcome.puzzle))
        met.update(choice for choice, _ in taken)
        n_steps += outcome.steps
        if outcome.verdict.status != "solved":
            continue
        n_solved += 1
        # A shortest path that leaves the label does so at the first choice whose cell it does not pass.
        missed = [choice for choice, cell in taken if answer[cell] not in (PATH, GOAL)]
        n_exact += not missed
        wrong.update(missed[:1])
    n = len(puzzles)
    print(f"{n} mazes: {n_solved} shortest paths, {n_exact} as labelled, {n_steps / n:.2f} steps\n")
    print("| choice | on labelled paths | wrong |\n|---|---|---|")
    for choice, times in met.most_common():
        print(f"| {choice} | {times} | {wrong[choice]} |")


if __name__ == "__main__":
    main()
