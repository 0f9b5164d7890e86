"""The score on tasks that are learned from demonstrations alone: how many are passed with one and two attempts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trm_cli import distributed
from trm_cli.errors import DataError
from trm_cli.puzzle import Learning, Outcome, Puzzle
from trm_cli.solving.evaluation import Done, wilson
from trm_cli.solving.task_solver import TaskSolver

SIZES = {"small": 100, "middle": 225, "large": 10**9}
"""Cells at most of the largest of a task's test inputs and answers."""
WAYS = ("explained", "proven", "learned", "neither")
"""How a task was answered, from the surest way to the least sure: explained by few planes, proven by many together,
learned by a network in all orientations whose votes agree, or neither.

A task is as sure as the least sure of its test inputs.
"""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of tasks, and its bounds with 95 % (Wilson)."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """A number of tasks, and the shares that pass: with the first attempt, or with one of the first two.

    A task with several test inputs counts the share of those that are right.
    """

    tasks: int
    pass_1: Share
    pass_2: Share


@dataclass(frozen=True, slots=True)
class Score:
    """The score of all tasks, of those of a size, and of those answered in each of the WAYS.

    `mean_seconds` of computation were spent on a test input. `n_left` test inputs were left out by a Ctrl-C.
    """

    test_inputs: int
    n_left: int
    all: Row
    by_size: dict[str, Row]
    by_way: dict[str, Row]
    mean_seconds: float
    wall_seconds: float


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one test input: its task, its cells, how it was answered, and how many attempts it took."""

    task: str
    cells: int
    way: str
    is_first: bool
    is_second: bool
    seconds: float


def score(learner: TaskSolver, puzzles: Sequence[Puzzle], done: Done = lambda stage, n: None) -> Score:
    """Learn the tasks and count what is right; a DataError for a test input without a known answer.

    `done` is called after every test input. After a Ctrl-C the score is of the test inputs until
    then. Several processes take a share of the test inputs each and return the same.
    """
    assert puzzles
    for puzzle in puzzles:
        if puzzle.solution is None:
            raise DataError(f"{puzzle.source or puzzle.name}: no output to compare with; trm solve answers such tasks")
    started = time.perf_counter()
    mine = puzzles[distributed.rank() :: distributed.world_size()]
    answered: list[Answered] = []
    try:
        for _, outcome in learner.outcomes(mine):
            answered.append(_answered(outcome))
            done("learning", 1)
    except KeyboardInterrupt:
        # Of nothing there is no score, and other processes would wait for this one.
        if not answered or distributed.world_size() > 1:
            raise
    everyones = [one for part in distributed.everyone(answered) for one in part]
    return summed(everyones, time.perf_counter() - started, len(puzzles) - len(everyones))


def _answered(outcome: Outcome) -> Answered:
    puzzle = outcome.puzzle
    assert puzzle.solution is not None
    right = [np.array_equal(attempt, puzzle.solution) for attempt in (outcome.attempts or (outcome.answer,))[:2]]
    cells = max(puzzle.given.size, puzzle.solution.size)
    return Answered(puzzle.origin, cells, _way(outcome.learning), right[0], any(right), outcome.seconds)


def _way(learning: Learning | None) -> str:
    if learning is None:
        return "neither"
    if learning.is_proven:
        return "explained" if learning.is_explained else "proven"
    return "learned" if learning.is_learned else "neither"


def summed(answered: Sequence[Answered], wall_seconds: float, n_left: int = 0) -> Score:
    """Return the score of what became of test inputs, those of a task taken together; `n_left` are left out."""
    tasks: dict[str, list[Answered]] = {}
    for one in answered:
        tasks.setdefault(one.task, []).append(one)
    of_size = {name: [t for t in tasks.values() if _size(t) == name] for name in SIZES}
    of_way = {way: [t for t in tasks.values() if WAYS[max(WAYS.index(one.way) for one in t)] == way] for way in WAYS}
    return Score(
        test_inputs=len(answered),
        n_left=n_left,
        all=_row([*tasks.values()]),
        by_size={name: _row(found) for name, found in of_size.items() if found},
        by_way={way: _row(found) for way, found in of_way.items() if found},
        mean_seconds=float(np.mean([one.seconds for one in answered])),
        wall_seconds=wall_seconds,
    )


def _size(task: Sequence[Answered]) -> str:
    cells = max(one.cells for one in task)
    return next(name for name, most in SIZES.items() if cells <= most)


def _row(tasks: Sequence[Sequence[Answered]]) -> Row:
    first = float(np.mean([np.mean([one.is_first for one in task]) for task in tasks]))
    second = float(np.mean([np.mean([one.is_second for one in task]) for task in tasks]))
    n = len(tasks)
    return Row(n, Share(first, *wilson(first, n)), Share(second, *wilson(second, n)))
