"""The work of `trm eval`: files are read and measured one after the other, and the results are printed and written."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trm_cli import files, reading, source
from trm_cli.errors import ConfigError, DataError, ExitCode, WeightsError
from trm_cli.program import loading, options
from trm_cli.solving.options import SolveOptions
from trm_cli.view.evaluation import accuracy, page, score
from trm_cli.view.progress import Stages
from trm_cli.view.text import plural, printable, say

if TYPE_CHECKING:
    from trm_cli.puzzle import Puzzle
    from trm_cli.solving.evaluation import Done, Evaluation
    from trm_cli.solving.scoring import Score
    from trm_cli.solving.task_solver import TaskSolver

MARKS = (1, 4, 16, 64)
SETTINGS = ("max_steps", "slots", "search", "seconds", "updates", "thorough", "seed")
"""The options of a solver that an evaluation has; it never halts early."""


def evaluate(given: dict[str, Any]) -> ExitCode:
    """Evaluate on every file; the first of several processes prints the results. Return the exit code."""
    from trm_cli import distributed

    how = SolveOptions(halt="none", **{name: given[name] for name in SETTINGS})
    marks = sorted({mark for mark in MARKS if mark <= given["max_steps"]} | {given["max_steps"]})
    machine = loading.machine(given["device"], given["dtype"], given["threads"])
    lines: list[str] = []
    reports: list[dict[str, Any]] = []
    solvers: dict[str, TaskSolver] = {}
    lists = [(file, _read(file, given)) for file in (*given["files"], *given["data"])]
    n_left = 0
    for file, puzzles in lists:
        name = printable(Path(file).name)
        task = puzzles[0].task
        if task not in solvers:
            solvers[task] = loading.load(task, how, given["weights"], machine, given["compiles"], len(puzzles))
        solver = solvers[task]
        for puzzle in puzzles:
            if refusal := solver.refusal(puzzle):
                raise WeightsError(f"{puzzle.source or puzzle.name}: {refusal}")
        n_mine = len(range(distributed.rank(), len(puzzles), distributed.world_size()))
        with Stages(options.stderr(given["color"]), name, n_mine, distributed.rank() == 0) as stages:
            found = _measured(solver, puzzles, tuple(marks), given["report"] is not None, stages.done)
        result = {"schema": 1, "data": source.shown_name(file), **solver.settings, **asdict(found)}
        reports.append(result)
        lines.append(json.dumps({key: value for key, value in result.items() if key != "report"}))
        if distributed.rank() > 0:
            continue
        if given["is_json"]:
            click.echo(lines[-1])
        else:
            _show(name, found, given["color"])
        n_left = reports[-1].get("n_left", 0)
        if n_left:
            say(f"stopped: {plural(n_left, 'test input')} of {name} left out")
            break
    if distributed.rank() == 0:
        _write(given, lines, reports)
    return ExitCode.INTERRUPTED if n_left else ExitCode.SOLVED


def _write(given: dict[str, Any], lines: list[str], reports: list[dict[str, Any]]) -> None:
    if given["out"]:
        files.write(given["out"], "\n".join(lines) + "\n")
    if given["report"]:
        is_page = given["report"].suffix == ".html"
        files.write(given["report"], page(reports) if is_page else json.dumps(reports, indent=2) + "\n")


def _measured(
    solver: TaskSolver, puzzles: list[Puzzle], marks: tuple[int, ...], is_reported: bool, done: Done
) -> Evaluation | Score:
    """Return the accuracy by steps of a model, or the score of what is learned from demonstrations."""
    from trm_cli.solving import evaluation, scoring
    from trm_cli.solving.solver import Solver

    if isinstance(solver, Solver):
        return evaluation.evaluate(solver, puzzles, marks, is_reported, done)
    if is_reported:
        raise ConfigError("--report is for models that answer in steps; for tasks that are learned there is --json")
    return scoring.score(solver, puzzles, done)


def _read(file: str, given: dict[str, Any]) -> list[Puzzle]:
    """Return the puzzles of a file, which must be of one task; the test inputs of an ARC task count as one puzzle."""
    tasks_apart = groupby(reading.strict((file,), given["task"]), key=lambda puzzle: puzzle.origin or object())
    puzzles = [puzzle for _, of_one in islice(tasks_apart, given["limit"]) for puzzle in of_one]
    if not puzzles:
        raise DataError(f"{file}: no puzzles in it")
    tasks = sorted({puzzle.task for puzzle in puzzles})
    if len(tasks) > 1:
        raise DataError(f"{file}: puzzles of several tasks ({', '.join(tasks)}); evaluate them separately")
    return puzzles


def _show(name: str, found: Evaluation | Score, color: str) -> None:
    from trm_cli.solving.evaluation import Evaluation

    shown = accuracy(name, found) if isinstance(found, Evaluation) else score(name, found)
    click.echo(options.drawn(color, *shown) + "\n", color=True)
