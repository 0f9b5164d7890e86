"""Accuracy of a model over a list of puzzles: by steps, with intervals, and how well it knows when it is right."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np

from trm_cli import distributed
from trm_cli.domains import domain
from trm_cli.errors import DataError
from trm_cli.puzzle import IGNORED, Frame, Outcome, Puzzle
from trm_cli.solving.solver import Solver
from trm_cli.solving.task_solver import last
from trm_cli.solving.trails import Trails, joined

ATTEMPTS = (1, 2, 5, 10, 100, 1000)
Done = Callable[[str, float], None]
"""Called with the name of a stage and a number of puzzles, perhaps a part of one."""
STAGES = ("all steps", "with halting, for its speed", "search")
"""What an evaluation does with the puzzles, one stage after the other."""


@dataclass(frozen=True, slots=True)
class AtStep:
    """Shares of all puzzles after a number of `steps`; `low` and `high` bound `exact` with 95 % (Wilson).

    `cells` is None where a puzzle has no known answer.
    """

    steps: int
    exact: float
    low: float
    high: float
    verified: float
    cells: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A single pass over puzzles, run to the last step, and one more with the default halting for speed.

    `searched` is the share of puzzles that pass the rules after a search for those that the single pass left unsolved,
    and `branches` the mean number of branches of such a search. `pass_at`, for ARC: the share of tasks with the right
    answer among the first k of the vote, a task with several test inputs counting the share of those.
    `report` has the distributions of `Trails.report`, on request.

    The halting head is judged on every frame: precision is the share of its "halt" that was right, recall
    the share of the right frames at which it said so; None where there is nothing to divide by.
    """

    puzzles: int
    by_steps: tuple[AtStep, ...]
    halt_precision: float | None
    halt_recall: float | None
    halted_exact: float
    mean_steps: float
    puzzles_per_second: float
    searched: float | None = None
    branches: float | None = None
    pass_at: dict[int, float] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)


def wilson(share: float, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a share seen in n trials.

    >>> [round(bound, 3) for bound in wilson(0.5, 100)]
    [0.404, 0.596]
    """
    z = 1.959964
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def evaluate(
    solver: Solver,
    puzzles: list[Puzzle],
    marks: tuple[int, ...],
    is_reported: bool = False,
    done: Done = lambda stage, n: None,
) -> Evaluation:
    """Measure; a puzzle is right when it equals its solution or, where there is none, when the rules say so.

    `done` is called with one of the STAGES, and with what part of a puzzle has been done.
    Several processes take a share of the puzzles each and return the same.
    """
    assert puzzles
    n = len(puzzles)
    puzzles = puzzles[distributed.rank() :: distributed.world_size()]
    tallies = {mark: np.zeros(3) for mark in marks}  # exact, verified, cells
    said_and_right = np.zeros(3, np.int64)  # both, said, right
    trails = Trails(max(marks))
    to_the_end = solver.changed(max_steps=max(marks), halt="none")
    for event in to_the_end.events(puzzles):
        done(STAGES[0], 1 / max(marks))
        is_verified = event.frame.verdict.is_solved
        is_right = _is_exact(event.puzzle, event.frame, is_verified)
        says = event.frame.halt > 0.5
        said_and_right += [says and is_right, says, is_right]
        if event.frame.step in tallies:
            tallies[event.frame.step] += [is_right, is_verified, _cells(solver, event.puzzle, event.frame)]
        if is_reported:
            trails.add(event.number, event.frame, is_right, is_verified)
            if event.outcome:
                trails.finish(event.number, event.puzzle, _level(solver, event.puzzle))
    everyones = distributed.everyone((tallies, said_and_right, trails))
    tallies = {mark: sum(part[mark] for part, _, _ in everyones) for mark in marks}
    said_and_right = sum(counts for _, counts, _ in everyones)
    both, said, right = (int(count) for count in said_and_right)
    return Evaluation(
        puzzles=n,
        by_steps=tuple(
            AtStep(mark, exact / n, *wilson(exact / n, n), verified / n, None if math.isnan(cells) else cells / n)
            for mark, (exact, verified, cells) in tallies.items()
        ),
        halt_precision=both / said if said else None,
        halt_recall=both / right if right else None,
        report=_report(solver, [part for _, _, part in everyones]) if is_reported else {},
        **_with_halting(solver, puzzles, max(marks), done),
    )


def _level(solver: Solver, puzzle: Puzzle) -> str:
    """Return a puzzle's difficulty; `unknown` if it has none, for example without a unique solution."""
    try:
        return solver.domain.level(puzzle)
    except DataError:
        return "unknown"


def _report(solver: Solver, parts: list[Trails]) -> dict[str, Any]:
    return joined(parts).report(solver.domain.levels)


def _with_halting(solver: Solver, puzzles: list[Puzzle], max_steps: int, done: Done) -> dict[str, Any]:
    halting = solver.changed(max_steps=max_steps, halt="agree", search=0)
    outcomes = []
    started = time.perf_counter()
    for _, outcome in halting.outcomes(puzzles):
        outcomes.append(outcome)
        done(STAGES[1], 1)
    seconds = time.perf_counter() - started
    exact = sum(_is_exact(o.puzzle, o.frame, o.verdict.is_solved) for o in outcomes)
    mine = (len(puzzles), exact, sum(outcome.steps for outcome in outcomes), seconds)
    everyones = distributed.everyone(mine)
    searches = [entry for part in distributed.everyone(_searched(solver, outcomes, done)) for entry in part]
    passed = [entry for part in distributed.everyone(_passed(outcomes)) for entry in part]
    is_searched = solver.options.search > 0 and not solver.model.identifiers
    n, n_exact, steps, _ = (sum(counts) for counts in zip(*everyones, strict=True))
    return {
        "halted_exact": n_exact / n,
        "mean_steps": steps / n,
        "puzzles_per_second": n / max(seconds for *_, seconds in everyones),
        "searched": float(np.mean([is_solved for is_solved, _ in searches])) if is_searched else None,
        "branches": _mean([n for _, n in searches if n]) if is_searched else None,
        "pass_at": pass_at(passed) if passed else {},
    }


def _searched(solver: Solver, outcomes: list[Outcome], done: Done) -> list[tuple[bool, int]]:
    """Return (passes the rules, branches tried) of every puzzle after a search for the unsolved ones."""
    found = []
    for outcome in outcomes:
        best = last(chain([outcome], solver.improve(outcome)))
        found.append((best.verdict.is_solved, best.branches))
        done(STAGES[2], 1)
    return found


def _mean(values: list[int]) -> float:
    return float(np.mean(values)) if values else 0.0


def _passed(outcomes: list[Outcome]) -> list[tuple[str, int]]:
    """Return (task, place of the right answer in the vote or a large number) of every test input that was voted on."""
    found = []
    for outcome in outcomes:
        solution = outcome.puzzle.solution
        if solution is not None and not domain(outcome.puzzle.task).knows_rules:
            right = [np.array_equal(attempt, solution) for attempt in outcome.attempts]  # of one that failed, none
            found.append((outcome.puzzle.origin, right.index(True) if True in right else 10**9))
    return found


def pass_at(places: list[tuple[str, int]]) -> dict[int, float]:
    """Return the share of tasks passed with k attempts, of (task, place of the right answer from 0) a test input.

    >>> pass_at([("a", 0), ("a", 5), ("b", 1)])[2]
    0.75
    """
    tasks: dict[str, list[int]] = {}
    for task, place in places:
        tasks.setdefault(task, []).append(place)
    return {k: float(np.mean([np.mean([p < k for p in of_task]) for of_task in tasks.values()])) for k in ATTEMPTS}


def _is_exact(puzzle: Puzzle, frame: Frame, is_verified: bool) -> bool:
    return is_verified if puzzle.solution is None else bool(np.array_equal(frame.grid, puzzle.solution))


def _cells(solver: Solver, puzzle: Puzzle, frame: Frame) -> float:
    """Return the share of the cells to fill that equal the solution; nan without a solution."""
    _, labels = solver.domain.encode(puzzle)
    if puzzle.solution is None or labels is None:
        return math.nan
    if frame.grid.shape != puzzle.solution.shape:
        return 0.0
    height, width = puzzle.solution.shape
    is_open = labels[:height, :width] != IGNORED
    # Where nothing is left to fill in, nothing is wrong.
    return float((frame.grid == puzzle.solution)[is_open].mean()) if is_open.any() else 1.0
