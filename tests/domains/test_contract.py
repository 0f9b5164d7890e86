"""What every task promises, run over all tasks and over every kind and level that it can generate."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from trm_cli import reading
from trm_cli.domains import TASKS, domain
from trm_cli.domains.maze.grid import LEVELS
from trm_cli.domains.sudoku.grid import KINDS, LEVELS_OF
from trm_cli.errors import ConfigError, UnknownTask
from trm_cli.puzzle import IGNORED, Puzzle

MADE = [("sudoku", kind, level) for kind, size in KINDS.items() if size < 16 for level in LEVELS_OF[size]]
MADE = [case for case in MADE if case[2] != "extreme"]
MADE += [("sudoku", "16x16", "easy"), ("sudoku", "16x16", "hard"), ("sudoku", "25x25", "easy")]
MADE += [("maze", "12x17", level) for level in LEVELS] + [("maze", "30x30", "110")]


@pytest.fixture(scope="module", params=MADE, ids="-".join)
def made(request) -> Puzzle:
    task, kind, level = request.param
    return next(domain(task).generate(kind, level, 0))


def test_decode_inverts_encode(made):
    task = domain(made.task)
    tokens, labels = task.encode(made)
    assert labels is not None
    classes = np.where(labels == IGNORED, 0, labels)
    assert np.array_equal(task.decode(made, classes), made.solution)
    assert tokens.shape == labels.shape >= made.given.shape


def test_verify_accepts_the_solution_and_names_a_changed_given(made):
    task = domain(made.task)
    assert task.verify(made, made.solution).status == "solved"
    row, column = np.argwhere((made.given > 0) & (made.given < 3 if made.task == "maze" else True))[0]
    wrong = made.solution.copy()
    wrong[row, column] = wrong[row, column] % len(wrong) + 1
    verdict = task.verify(made, wrong)
    assert verdict.status == "unsolved"
    assert (row, column) in verdict.cells
    assert f"row {row + 1}, column {column + 1}" in verdict.reason


def test_augment_then_undo_is_the_identity_and_keeps_the_rules(made, rng):
    task = domain(made.task)
    moved, back, _ = task.augment(made, rng)
    assert not np.array_equal(moved.given, made.given)
    assert np.array_equal(back(moved.given), made.given)
    assert np.array_equal(back(moved.solution), made.solution)
    assert task.verify(moved, moved.solution).status == "solved"


def test_views_keep_the_rules_and_are_undone(made):
    """Turned and mirrored: all eight ways but the first, or those that keep the boxes of a 6x6 Sudoku."""
    task = domain(made.task)
    views = task.views(made)
    assert len(views) == (3 if len(made.given) == 6 else 7)
    for other, back, back_cells in views:
        assert task.verify(other, other.solution).status == "solved"
        assert np.array_equal(back(other.solution), made.solution)
        assert np.array_equal(back_cells(other.given.astype(float)), made.given)
    assert len({other.given.tobytes() for other, *_ in views}) == len(views)


def test_a_printed_puzzle_parses_back(made):
    task = domain(made.task)
    for grid in (made.given, made.solution):
        text = made.text(grid)
        if task.layout == "grid":
            text = made.rows(grid)
        (again,) = task.parse(text, "again")
        assert reading.detect(text) == made.task
        assert np.array_equal(again.given if grid is made.given or again.solution is None else again.solution, grid)


def test_diagnose_knows_a_sound_puzzle_and_a_wrong_answer(made):
    task = domain(made.task)
    assert task.diagnose(made).is_good
    wrong = made.solution.copy()
    row, column = np.argwhere(made.given != made.solution)[0]
    wrong[row, column] = 2 if made.task == "maze" else wrong[row, column] % len(wrong) + 1
    assert not task.diagnose(replace(made, solution=wrong)).is_good


def test_arrays_are_read_only(made):
    with pytest.raises(ValueError, match="read-only"):
        made.given[0, 0] = 1


@pytest.mark.parametrize(
    ("task", "kind", "level"), [("sudoku", "9x9", "easy"), ("sudoku", "9x9", "hard"), ("maze", "12x12", "looped")]
)
def test_generate_is_deterministic_whatever_the_number_of_workers(task, kind, level):
    def first(seed: int, workers: int) -> list[bytes]:
        return [p.given.tobytes() for p in islice(domain(task).generate(kind, level, seed, workers), 80)]

    assert first(3, 1) == first(3, 3)
    assert first(3, 1) != first(4, 1)


def test_unknown_names_suggest_the_nearest():
    with pytest.raises(UnknownTask, match="did you mean 'sudoku'"):
        domain("sudku")
    with pytest.raises(ConfigError, match="no 5x5 Sudokus"):
        next(domain("sudoku").generate("5x5", "easy", 0))
    with pytest.raises(ConfigError, match="choose from easy"):
        next(domain("sudoku").generate("4x4", "hard", 0))


def test_every_task_is_a_domain():
    assert [domain(task).task for task in TASKS] == [*TASKS]
