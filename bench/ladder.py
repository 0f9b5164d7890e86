"""How many ARC tasks the ladder of explanations explains, and which not: the tool to find planes with.

    python bench/ladder.py --data arc-agi-1-training.json --max-area 144 --limit 150
    python bench/ladder.py --data arc-agi-1-training.json --ids 007bbfb7 --words
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path

import numpy as np

from trm_cli.domains import domain
from trm_cli.puzzle import Grid, Puzzle
from trm_cli.solving.explain import Explanation, attempts, explanations


def is_right(puzzle: Puzzle, grid: Grid) -> bool:
    return puzzle.solution is not None and np.array_equal(grid, puzzle.solution)


def area(puzzles: list[Puzzle]) -> int:
    grids = [grid for puzzle in puzzles for demo in puzzle.demos for grid in demo]
    grids += [grid for puzzle in puzzles for grid in (puzzle.given, puzzle.solution) if grid is not None]
    return max(grid.size for grid in grids)


def tasks(data: Path) -> dict[str, list[Puzzle]]:
    grouped: dict[str, list[Puzzle]] = {}
    for puzzle in domain("arc").parse(data.read_text(), str(data)):
        assert isinstance(puzzle, Puzzle), puzzle
        grouped.setdefault(puzzle.identifier, []).append(puzzle)
    return grouped


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--max-area", type=int, default=900)
    parser.add_argument("--limit", type=int, default=10**6)
    parser.add_argument("--ids", nargs="*")
    parser.add_argument("--quiet", action="store_true", help="no line for each task")
    asked = parser.parse_args()
    count: Counter[str] = Counter()
    rungs: dict[tuple[int, int], Counter[str]] = {}
    seconds = []
    for identifier, puzzles in tasks(asked.data).items():
        if asked.ids and identifier not in asked.ids or area(puzzles) > asked.max_area or count["tasks"] >= asked.limit:
            continue
        started = time.perf_counter()
        every = [list(explanations(puzzle)) for puzzle in puzzles]
        seconds.append(time.perf_counter() - started)
        line = judged(puzzles, every, count, rungs)
        if not asked.quiet:
            print(f"{identifier} {line} {seconds[-1]:.2f} s", flush=True)
    print(f"\n| depth | rung | fits | right | fits and right |\n|---|---|---|---|---|")
    for (depth, rung), found in sorted(rungs.items()):
        print(f"| {depth} | {rung} | {found['fits']} | {found['right']} | {found['both']} |")
    print(f"\n{dict(count)}, {np.mean(seconds):.2f} s a task, most {max(seconds):.1f}")


def judged(puzzles: list[Puzzle], every: list[list[Explanation]], count: Counter[str], rungs: dict) -> str:
    """Count one task in, and return a line on it: what fits, by depth and rung, and whether it is right."""
    count["tasks"] += 1
    if not all(every):
        count["no size"] += 1
        return "no size"
    marks = []
    for steps in zip(*every, strict=False):
        found = rungs.setdefault((steps[0].depth, steps[0].rung), Counter())
        right = all(is_right(puzzle, step.answer) for puzzle, step in zip(puzzles, steps, strict=True))
        found.update(fits=steps[0].fits, right=right, both=right and steps[0].fits)
        marks.append("?+F*"[2 * steps[0].fits + right])
    chosen = [attempts(puzzle, steps) for puzzle, steps in zip(puzzles, every, strict=True)]
    first = all(is_right(puzzle, grids[0]) for puzzle, grids in zip(puzzles, chosen, strict=True))
    both = all(any(is_right(puzzle, grid) for grid in grids) for puzzle, grids in zip(puzzles, chosen, strict=True))
    count.update({"one attempt": first, "two attempts": both, "fits": any(step.fits for step in every[0])})
    count["a candidate"] += any(mark in "+*" for mark in marks)
    return f"{'right ' if first else 'second' if both else 'wrong '} {''.join(marks)}"


if __name__ == "__main__":
    main()
