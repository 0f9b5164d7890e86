"""Measure weights on lists of puzzles and write what was found into the card in their header.

    python bench/card.py weights/sudoku.safetensors --max-steps 64 extreme=validation.csv easy=kaggle.csv
    python bench/card.py weights/sudoku.safetensors --note made_by="trm train --task sudoku"

A list's accuracy is the share of its puzzles that `trm solve --max-steps 64 --search off` solves:
single pass, default halting.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from trm_cli import device, reading
from trm_cli.model import weights
from trm_cli.puzzle import Puzzle
from trm_cli.solving.options import SolveOptions
from trm_cli.solving.solver import Solver


def measure(solver: Solver, file: str) -> dict[str, float]:
    """Return the share solved, those beside a known answer that equal it, mean steps and puzzles a second."""
    puzzles = [item for item in reading.puzzles((file,), solver.domain.task) if isinstance(item, Puzzle)]
    started = time.perf_counter()
    outcomes = [outcome for _, outcome in solver.outcomes(puzzles)]
    seconds = time.perf_counter() - started
    solved = [outcome.verdict.status == "solved" for outcome in outcomes]
    exact = [bool(np.array_equal(o.frame.grid, o.puzzle.solution)) for o in outcomes if o.puzzle.solution is not None]
    return {
        "puzzles": len(puzzles),
        "solved": float(np.mean(solved)),
        "exact": float(np.mean(exact)) if exact else float("nan"),
        "steps": round(float(np.mean([outcome.steps for outcome in outcomes])), 2),
        "puzzles_per_second": round(len(puzzles) / seconds, 1),
    }


def main() -> None:
    """Measure, print a line a list, and rewrite the file with the new card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("lists", nargs="*", metavar="NAME=FILE")
    parser.add_argument("--max-steps", type=int, default=64)
    parser.add_argument("--note", action="append", default=[], metavar="KEY=TEXT", help="put a text into the card")
    asked = parser.parse_args()
    device.keep_freed_memory()
    model, header = weights.load(asked.weights)
    solver = Solver.load(str(asked.weights), header.config.task, SolveOptions(asked.max_steps)).compiled()
    card = header.card
    for pair in asked.lists:
        name, _, file = pair.partition("=")
        found = measure(solver, file)
        print(name, json.dumps(found), flush=True)
        card.setdefault("accuracy", {})[name] = round(found["solved"], 4)
        card["accuracy_by"] = f"trm solve --max-steps {asked.max_steps} --search off"
    for pair in asked.note:
        key, _, text = pair.partition("=")
        card[key] = text
    weights.save(asked.weights, model, card)


if __name__ == "__main__":
    main()
