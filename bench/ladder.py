"""How many ARC tasks the ladder of explanations explains, and which not: the tool to find planes with.

    python bench/ladder.py --data arc-agi-1-training.json --max-area 144 --limit 150
    python bench/ladder.py --data arc-agi-1-training.json --ids 007bbfb7 --words

A line a task: right in the first attempt, in the second, or wrong; whether it is explained; and a mark for each
explanation in the order of the ladder: ? does not fit the demonstrations, F fits and is wrong, + is right without
fitting, * fits and is right.
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
from trm_cli.solving.words import proof, words


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
    parser.add_argument("--half", choices=("even", "odd"), help="only tasks at such positions of the file, from 0")
    parser.add_argument("--quiet", action="store_true", help="no line for each task")
    parser.add_argument("--words", action="store_true", help="both attempts' explanations in words")
    asked = parser.parse_args()
    count: Counter[str] = Counter()
    rungs: dict[tuple[str, int, str], Counter[str]] = {}
    seconds: list[float] = []
    unsolved: list[str] = []
    for place, (identifier, puzzles) in enumerate(tasks(asked.data).items()):
        if asked.half and place % 2 != ("even", "odd").index(asked.half):
            continue
        if (asked.ids and identifier not in asked.ids) or area(puzzles) > asked.max_area:
            continue
        if count["tasks"] == asked.limit:
            break
        started = time.process_time()
        every = [list(explanations(puzzle)) for puzzle in puzzles]
        seconds.append(time.process_time() - started)
        line = judged(puzzles, every, count, rungs)
        unsolved += [] if line.startswith(("right", "second")) else [identifier]
        if not asked.quiet:
            print(f"{identifier} {line} {seconds[-1]:.2f} s", flush=True)
        if asked.words:
            for puzzle, steps in zip(puzzles, every, strict=True):
                for explanation in attempts(puzzle, steps):
                    print(f"    {words(explanation)} ({proof(explanation)})")
    print("\n| ladder | rung | follows from the others | fits | right |\n|---|---|---|---|---|")
    for (kind, rung, proven), found in sorted(rungs.items()):
        print(f"| {kind} | {rung} | {proven} | {found['fits']} | {found['right']} |")
    print(f"\nnot solved in two attempts: {' '.join(unsolved)}")
    print(f"\n{dict(count)}, {np.mean(seconds):.2f} s of computation a task, most {max(seconds):.1f}")


def judged(puzzles: list[Puzzle], every: list[list[Explanation]], count: Counter[str], rungs: dict) -> str:
    """Count one task in, and return a line on it: what fits, by depth and rung, and whether it is right."""
    count["tasks"] += 1
    if not all(every):
        count["no size"] += 1
        return "no size"
    marks: list[str] = []
    counted: set[tuple[str, int, str]] = set()
    for steps in zip(*every, strict=False):
        first = steps[0]
        if any((step.depth, step.through, step.rung) != (first.depth, first.through, first.rung) for step in steps):
            break
        right = all(is_right(puzzle, step.answer) for puzzle, step in zip(puzzles, steps, strict=True))
        proven = "proven" if first.is_proven else "partly" if first.n_predicted else "-"
        kind = "through" if first.through else f"depth {first.depth}"
        key = kind, first.rung, proven
        if first.fits and key not in counted:  # once a task, the first of its kind
            counted.add(key)
            rungs.setdefault(key, Counter()).update(fits=1, right=int(right))
        marks.append("?+F*"[2 * first.fits + right])
    chosen = [attempts(puzzle, steps) for puzzle, steps in zip(puzzles, every, strict=True)]
    hits = [[is_right(puzzle, e.answer) for e in best] for puzzle, best in zip(puzzles, chosen, strict=True)]
    first_hit, any_hit = all(hit[0] for hit in hits), all(any(hit) for hit in hits)
    is_explained = all(best[0].is_explained for best in chosen)
    is_proven = all(best[0].is_proven for best in chosen)
    count.update({"one attempt": first_hit, "two attempts": any_hit, "fits": any(step.fits for step in every[0])})
    count.update({"proven": is_proven, "proven and right": is_proven and first_hit})
    count.update({"explained": is_explained, "explained and right": is_explained and first_hit})
    count["a candidate"] += all(
        any(is_right(puzzle, step.answer) for step in steps) for puzzle, steps in zip(puzzles, every, strict=True)
    )
    verdict = "right " if first_hit else "second" if any_hit else "wrong "
    return f"{verdict} {'explained' if is_explained else '         '} {''.join(marks)}"


if __name__ == "__main__":
    main()
