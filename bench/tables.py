"""The tables of the documentation in one command: accuracy by list, search, cost of a step, latency.

    python bench/tables.py                               on puzzles that it generates
    python bench/tables.py extreme=validation.csv ...    on lists of files, up to --limit puzzles of each
    python bench/tables.py --docs ...                    puts them into docs/results.md, and a short one into README.md

A single pass is that of `trm solve --max-steps 64 --search off`. What it leaves unsolved is searched for as
`trm solve --max-steps 64` does; seconds are those a puzzle waits, its share of the batch's single pass and its search.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterable
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from speed import cold, made
from torch.utils.flop_counter import FlopCounterMode

from trm_cli import device, reading
from trm_cli.device import Machine
from trm_cli.puzzle import Outcome, Puzzle
from trm_cli.solving.options import AUTO_SEARCH, SolveOptions
from trm_cli.solving.solver import Solver

MAX_STEPS = 64
GENERATED = (("sudoku", "easy", 500), ("sudoku", "extreme", 100), ("maze", "perfect", 100), ("maze", "hard", 100))
START, END = "<!-- bench/tables.py -->", "<!-- end -->"
ROOT = Path(__file__).parents[1]
SHORT = ("list", "puzzles", "single pass", "steps", "with search", "puzzles/s")
"""The columns of the table in README.md."""


def accuracy(name: str, puzzles: list[Puzzle], solver: Solver) -> dict[str, Any]:
    """Measure a list: the single pass in a batch, then a search for what it left."""
    single = solver.changed(search=0)
    [*single.outcomes(puzzles[:64])]  # a first batch, for torch.compile
    started = time.perf_counter()
    outcomes = [outcome for _, outcome in single.outcomes(puzzles)]
    batch = time.perf_counter() - started
    share = batch / len(puzzles)
    searched = [searching(outcome, solver) for outcome in outcomes if outcome.verdict.status == "unsolved"]
    waits = [share] * (len(outcomes) - len(searched)) + [share + seconds for _, seconds in searched]
    n_solved = sum(outcome.verdict.status == "solved" for outcome in outcomes)
    n_found = sum(outcome.verdict.status == "solved" for outcome, _ in searched)
    exact = [np.array_equal(o.answer, o.puzzle.solution) for o in outcomes if o.puzzle.solution is not None]
    return {
        "list": name,
        "puzzles": len(puzzles),
        "single pass": f"{n_solved / len(puzzles):.2%}",
        "exact": f"{np.mean(exact):.2%}" if exact else "",
        "steps": round(float(np.mean([outcome.steps for outcome in outcomes])), 1),
        "puzzles/s": round(len(puzzles) / batch, 1),
        "with search": f"{(n_solved + n_found) / len(puzzles):.2%}",
        "branches *": spread([outcome.branches for outcome, _ in searched]),
        "steps *": spread([outcome.steps for outcome, _ in searched]),
        "s *": spread([round(seconds, 2) for _, seconds in searched]),
        "median s": f"{np.median(waits):.2g}",
    }


def searching(outcome: Outcome, solver: Solver) -> tuple[Outcome, float]:
    """Return what a search finds, and its seconds."""
    started = time.perf_counter()
    *_, last = solver.improve(outcome)
    return last, time.perf_counter() - started


def spread(values: Iterable[float]) -> str:
    """Return the median and the greatest of some values."""
    found = list(values)
    return f"{np.median(found):g}, {max(found):g}" if found else ""


def cost(task: str, puzzle: Puzzle, solver: Solver) -> dict[str, Any]:
    """Measure a supervision step of one puzzle alone, and in a batch of 64."""
    tokens = torch.from_numpy(solver.domain.encode(puzzle)[0]).unsqueeze(0)

    def step(n: int) -> Callable[[], None]:
        x = solver.model.net.embed(tokens.repeat(n, 1, 1), solver.machine.dtype)
        start = solver.model.start(x)
        return lambda: solver.model.deep_recursion(x, *start) and None

    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        step(1)()
    with torch.inference_mode():
        alone, many = (milliseconds(step(n)) / n for n in (1, 64))
    return {
        "network": f"{task} {'x'.join(map(str, puzzle.given.shape))}",
        "parameters": solver.n_parameters,
        "MFLOP a step": round(counter.get_total_flops() / 1e6, 1),
        "ms a step, alone": round(alone, 2),
        "ms a step, of 64": round(many, 2),
    }


def milliseconds(work: Callable[[], None], at_least: float = 2.0) -> float:
    """Return the mean time of a piece of work after one warm-up, over at least so many seconds."""
    work()
    started, n = time.perf_counter(), 0
    while time.perf_counter() - started < at_least:
        work()
        n += 1
    return 1000 * (time.perf_counter() - started) / n


def markdown(rows: list[dict[str, Any]]) -> str:
    """Return rows as a table."""
    lines = ["| " + " | ".join(rows[0]) + " |", "|" + "---|" * len(rows[0])]
    lines += ["| " + " | ".join(str(cell) for cell in row.values()) + " |" for row in rows]
    return "\n".join(lines)


def lists(asked: argparse.Namespace, folder: Path) -> dict[str, list[Puzzle]]:
    """Read the lists that were asked for, or generate some."""
    files = dict(pair.split("=", 1) for pair in asked.lists)
    if not files:
        files = {f"generated {level} {task}": str(made(task, level, n, folder)) for task, level, n in GENERATED}
    return {name: list(islice(reading.strict((file,)), asked.limit)) for name, file in files.items()}


def main() -> None:
    """Measure everything; print and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", nargs="*", metavar="NAME=FILE")
    parser.add_argument("--limit", type=int, default=1000, help="puzzles of a list at most")
    parser.add_argument("--docs", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("bench-tables.json"))
    asked = parser.parse_args()
    device.keep_freed_memory()
    with tempfile.TemporaryDirectory() as folder:
        puzzles = lists(asked, Path(folder))
    options = SolveOptions(MAX_STEPS, search=AUTO_SEARCH)
    n_workers = os.cpu_count() or 1
    solvers = {task: Solver.load(task, task, options, Machine.named(workers=n_workers)) for task in ("sudoku", "maze")}
    costs = []
    for task, solver in solvers.items():
        some = next((of_list[0] for of_list in puzzles.values() if of_list[0].task == task), None)
        if some is not None:
            costs.append(cost(task, some, solver))
    solvers = {task: solver.compiled() for task, solver in solvers.items()}
    accuracies = []
    for name, of_list in puzzles.items():
        accuracies.append(accuracy(name, of_list, solvers[of_list[0].task]))
        print(json.dumps(accuracies[-1]), flush=True)
    latency = [{"what": what, "seconds": round(value, 2)} for what, value, *_ in cold()]
    tables = {"accuracy": accuracies, "cost": costs, "latency": latency}
    dtype = solvers["sudoku"].machine.dtype_name
    machine = f"{platform.machine()} in {dtype}, {n_workers} workers side by side, torch {torch.__version__}"
    told = (
        f"Measured {date.today()} on {machine}, by `python bench/tables.py NAME=FILE ...`. `single pass`: solved "
        f"within {MAX_STEPS} steps with the default halting, in `steps` on average. `with search`: solved by the "
        "single pass or by the search after it. puzzles/s: the speed of the single pass, many puzzles at once."
    )
    more = (
        "`exact`: equal to the answer in the file. Columns with *: median and maximum over the puzzles that needed a "
        "search, in branches, steps and seconds. `median s`: the median time that a puzzle takes, its share of the "
        "batch and its own search together."
    )
    short = [{column: found[column] for column in SHORT} for found in accuracies]
    text = "\n\n".join([wrapped(told), wrapped(more), *map(markdown, tables.values())])
    asked.out.write_text(json.dumps({"measured": told, **tables}, indent=2) + "\n")
    print(text)
    if asked.docs:
        put(ROOT / "README.md", f"{wrapped(told)}\n\n{markdown(short)}")
        put(ROOT / "docs/results.md", text)


def wrapped(text: str) -> str:
    """Return a paragraph in lines of at most 130 columns."""
    return textwrap.fill(text, 130, break_long_words=False, break_on_hyphens=False)


def put(file: Path, text: str) -> None:
    """Replace what stands between the marks of a document."""
    document = file.read_text()
    assert START in document
    marked = re.compile(f"{re.escape(START)}.*?{re.escape(END)}", re.DOTALL)
    file.write_text(marked.sub(lambda _: f"{START}\n{text}\n{END}", document))


if __name__ == "__main__":
    main()
