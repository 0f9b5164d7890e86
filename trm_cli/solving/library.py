"""`load` and `solve` for other programs, and the choice between a model that answers and networks that learn a task."""

from __future__ import annotations

from functools import cache
from typing import Any

from trm_cli import reading, schema
from trm_cli.device import Machine
from trm_cli.domains import TASKS, domain
from trm_cli.model import weights
from trm_cli.puzzle import Outcome, Puzzle
from trm_cli.solving.options import AUTO_SEARCH, SolveOptions
from trm_cli.solving.solver import Solver
from trm_cli.solving.task_solver import Asked, TaskSolver, text_of


def chosen(name: str | None, task: str, options: SolveOptions, machine: Machine) -> TaskSolver:
    """Return what solves a task.

    If a task has demonstrations, networks learn it from these; the weights `name` may be what they begin with. Another
    model answers by its weights: those of that name or path, or the shipped ones for None.
    """
    if domain(task).has_demos and (not name or weights.read_header(weights.find(name)).config.is_adapted):
        # Compiled kernels come with it, for which a Sudoku should not wait.
        from trm_cli.solving.learner import Learner

        return Learner.load(name, task, options, machine)
    return Solver.load(name, task, options, machine)


def load(name: str, device: str = "auto", dtype: str = "auto", **options: Any) -> TaskSolver:
    """Load weights for solving, by the name of shipped ones or by path; `options` are fields of SolveOptions.

    `arc` needs no weights: networks learn each task. Search is on as in `trm solve`; `search=0` is the single pass
    alone.
    """
    how = schema.build(SolveOptions, {"search": AUTO_SEARCH, **options}, "load")
    machine = Machine.named(device, dtype)
    if name in TASKS and not weights.names_of(name):
        return chosen(None, name, how, machine)
    return chosen(name, weights.read_header(weights.find(name)).config.task, how, machine)


def solve(puzzle: Asked, task: str | None = None, seconds: float | None = None) -> Outcome:
    """Solve one puzzle with the shipped weights of its task, which are loaded once.

    Without `task`, the content of the puzzle says which it is. An ARC task is learned for a minute, or for `seconds`.
    """
    found = puzzle.task if isinstance(puzzle, Puzzle) else task or reading.detect(text_of(puzzle))
    return _shipped(found).solve(puzzle, seconds)


@cache
def _shipped(task: str) -> TaskSolver:
    return load(task)
