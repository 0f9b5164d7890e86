"""`trm eval`: accuracy by steps, speed and halting of a model on files of puzzles."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.progress import Progress
from rich.table import Table

from trm_cli import files, reading
from trm_cli.errors import ConfigError, DataError, ExitCode, WeightsError
from trm_cli.program import loading, options
from trm_cli.solving.options import SolveOptions
from trm_cli.view.evaluation import page
from trm_cli.view.text import plural, say

if TYPE_CHECKING:
    from trm_cli.puzzle import Puzzle
    from trm_cli.solving.evaluation import Evaluation
    from trm_cli.solving.scoring import Score
    from trm_cli.solving.task_solver import TaskSolver

MARKS = (1, 4, 16, 64)


@click.command(short_help="Measure how many puzzles of a file a model solves.")
@click.argument("files", nargs=-1, metavar="[FILE]...", shell_complete=options.complete_files)
@click.option("--data", multiple=True, metavar="FILE", help="Another way to give a FILE; may be repeated.")
@options.task
@options.weights
@click.option("--limit", type=click.IntRange(1), help="Use only this many puzzles (ARC: tasks) of each file.")
@options.solving("max_steps", "slots", "search", "seconds", "updates", "thorough", "seed", max_steps=64, search="off")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object per file, on a line each.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the JSON to a file as well.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a report: a page with charts (.html), or its data (.json).",
)
@options.force
@options.machine
@options.compiles
@options.color
def command(**given: Any) -> None:
    """Measure how many puzzles are solved after 1, 4, 16 and 64 steps of a single pass, with 95 % Wilson intervals.

    \b
    Examples:
      trm eval test.csv
      trm eval easy.csv hard.csv --report report.html
      trm eval evaluation.json --task arc --seconds 60

    A puzzle is exact at a step if the answer after that step equals the known answer in the file. Without a known
    answer it must follow the rules. Speed is measured with the default halting, as in `trm solve`.

    ARC tasks are learned from their demonstrations, for --seconds each. The table shows the shares of tasks that are
    solved with one attempt and with two. If a task has several test inputs, it counts by the share that is right.
    After a Ctrl-C the table is of the tasks until then.
    """
    from trm_cli import distributed

    for path in (given["out"], given["report"]):
        files.refuse(path, given["force"])
    if given["report"] and given["report"].suffix not in (".html", ".json"):
        raise DataError(f"{given['report']}: a report is .html or .json")
    if not (given["files"] or given["data"]):
        raise DataError("which puzzles? give a FILE with answers: trm eval test.csv")
    with distributed.group(distributed.device_name(given["device"])):
        _evaluate(given)


def _evaluate(given: dict[str, Any]) -> None:
    """Evaluate on every file; the first of several processes prints the results."""
    from trm_cli import distributed

    names = ("max_steps", "slots", "search", "seconds", "updates", "thorough", "seed")
    how = SolveOptions(halt="none", **{name: given[name] for name in names})
    marks = sorted({mark for mark in MARKS if mark <= given["max_steps"]} | {given["max_steps"]})
    machine = loading.machine(given["device"], given["dtype"], given["threads"])
    lines: list[str] = []
    reports: list[dict[str, Any]] = []
    solvers: dict[str, TaskSolver] = {}
    lists = {file: _read(file, given) for file in (*given["files"], *given["data"])}
    for file, puzzles in lists.items():
        task = puzzles[0].task
        if task not in solvers:
            solvers[task] = loading.load(task, how, given["weights"], machine, given["compiles"], len(puzzles))
        solver = solvers[task]
        for puzzle in puzzles:
            if refusal := solver.refusal(puzzle):
                raise WeightsError(f"{puzzle.source or puzzle.name}: {refusal}")
        with Progress(console=options.stderr(given["color"]), transient=True, disable=not _shows()) as bar:
            track = partial(bar.track, description=Path(file).name)
            found = _measured(solver, puzzles, tuple(marks), given["report"] is not None, track)
        told = {"schema": 1, "data": file, **solver.settings, **asdict(found)}
        reports.append(told)
        lines.append(json.dumps({key: value for key, value in told.items() if key != "report"}))
        if distributed.rank() > 0:
            continue
        if given["is_json"]:
            click.echo(lines[-1])
        else:
            _show(file, found, given["color"])
        n_left = reports[-1].get("n_left", 0)
        if n_left:
            say(f"stopped: {plural(n_left, 'test input')} of {Path(file).name} left out")
            break
    if distributed.rank() > 0:
        return
    if given["out"]:
        files.write(given["out"], "\n".join(lines) + "\n")
    if given["report"]:
        is_page = given["report"].suffix == ".html"
        files.write(given["report"], page(reports) if is_page else json.dumps(reports, indent=2) + "\n")
    if n_left:
        click.get_current_context().exit(ExitCode.INTERRUPTED)


def _measured(
    solver: TaskSolver, puzzles: list[Puzzle], marks: tuple[int, ...], is_reported: bool, track: Any
) -> Evaluation | Score:
    """Return the accuracy by steps of a model, or the score of what is learned from demonstrations."""
    from trm_cli.solving.evaluation import evaluate
    from trm_cli.solving.scoring import score
    from trm_cli.solving.solver import Solver

    if isinstance(solver, Solver):
        return evaluate(solver, puzzles, marks, is_reported, track)
    if is_reported:
        raise ConfigError("--report is for models that answer in steps; for tasks that are learned there is --json")
    return score(solver, puzzles, partial(track, total=len(puzzles)))


def _shows() -> bool:
    from trm_cli import distributed

    return sys.stderr.isatty() and distributed.rank() == 0


def _read(file: str, given: dict[str, Any]) -> list[Puzzle]:
    """Return the puzzles of a file, which must be of one task; the test inputs of an ARC task count as one puzzle."""
    tasks_apart = groupby(reading.strict((file,), given["task"]), key=lambda puzzle: puzzle.identifier or object())
    puzzles = [puzzle for _, of_one in islice(tasks_apart, given["limit"]) for puzzle in of_one]
    if not puzzles:
        raise DataError(f"{file}: no puzzles in it")
    tasks = sorted({puzzle.task for puzzle in puzzles})
    if len(tasks) > 1:
        raise DataError(f"{file}: puzzles of several tasks ({', '.join(tasks)}); evaluate them separately")
    return puzzles


def _show(file: str, found: Evaluation | Score, color: str) -> None:
    from trm_cli.solving.evaluation import Evaluation

    shown = _accuracy(file, found) if isinstance(found, Evaluation) else _score(file, found)
    click.echo(options.drawn(color, *shown) + "\n", color=True)


def _score(file: str, found: Score) -> tuple[Table, str]:
    """Return the table of tasks solved with one and with two attempts, and a line about the time."""
    title = f"{Path(file).name}: {plural(found.all.tasks, 'task')}, {plural(found.test_inputs, 'test input')}"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("")
    for heading in ("tasks", "pass@1", "95 % interval", "pass@2", "95 % interval"):
        table.add_column(heading, justify="right")
    for name, row in {"all": found.all, **found.by_size, **found.by_way}.items():
        cells = (f"{part.share:.1%}|{part.low:.1%} - {part.high:.1%}" for part in (row.pass_1, row.pass_2))
        table.add_row(name, str(row.tasks), *"|".join(cells).split("|"))
    return table, f"{found.mean_seconds:.1f} s a test input, {found.wall_seconds:.1f} s in all"


def _accuracy(file: str, found: Evaluation) -> tuple[Table | str, ...]:
    """Return the table of accuracy by steps, and lines about halting, search and vote."""
    title = f"{Path(file).name}: {found.puzzles} puzzles"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in ("steps", "exact", "95 % interval", "verified", "cells"):
        table.add_column(heading, justify="right")
    for row in found.by_steps:
        table.add_row(
            str(row.steps),
            f"{row.exact:.1%}",
            f"{row.low:.1%} - {row.high:.1%}",
            f"{row.verified:.1%}",
            "-" if row.cells is None else f"{row.cells:.2%}",
        )
    lines = [
        f"halting head: precision {_percent(found.halt_precision)}, recall {_percent(found.halt_recall)}; "
        f"with halting: {found.halted_exact:.1%} in {found.mean_steps:.1f} steps, "
        f"{found.puzzles_per_second:.1f} puzzles/s"
    ]
    if found.searched is not None:
        lines.append(f"with search: {found.searched:.1%} pass the rules, {found.branches:.1f} branches a search")
    if found.pass_at:
        lines.append("vote: " + ", ".join(f"pass@{k} {share:.1%}" for k, share in found.pass_at.items()))
    return table, *lines


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
