"""Search: branches cover a cell, contradictions drop out, and a model that only sees one step ahead still solves."""

import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.conftest import EASY, HARD, SOLVED, read
from trm_cli.domains import domain
from trm_cli.domains.maze.grid import GOAL, PATH, START, WALL, shortest_path
from trm_cli.domains.sudoku import branch as sudoku_branch
from trm_cli.domains.sudoku.grid import units_of
from trm_cli.model.trm import State
from trm_cli.puzzle import Frame, Verdict, frozen
from trm_cli.solving import engine
from trm_cli.solving.options import Budget, SolveOptions
from trm_cli.solving.search import Search, Wave
from trm_cli.solving.step import Loaded

SUDOKU = domain("sudoku")


class Counting:
    """A stand-in for a model: it is sure of cells with one digit left by the rules, and of nothing else."""

    def __init__(self):
        self.net = self
        self.identifiers = {}
        self.is_equivariant = False

    def embed(self, tokens, dtype=torch.float32, ids=None):
        return tokens.float()

    def start(self, x):
        return State(x, x)

    def classes(self, logits):
        return logits

    def to(self, device):
        return self

    def deep_recursion(self, x, y, z):
        logits = []
        for i, grid in enumerate(y.numpy().astype(np.uint8)):
            grid = grid.copy()
            free = sudoku_branch.allowed(grid)
            single = (free.sum(-1) == 1) & (grid == 0)
            grid[single] = free[single].argmax(-1) + 1
            y[i] = torch.from_numpy(grid.astype(np.float32))
            sure = np.eye(len(grid) + 1)[grid][..., 1:] * 9
            logits.append(np.where(grid[..., None] > 0, sure, free * 2.0).reshape(-1, len(grid)))
        return State(y, z), torch.tensor(np.stack(logits), dtype=torch.float32), torch.zeros(len(x))


def outcomes(puzzle, branches, samples=16, seconds=1e9):
    loaded = Loaded(Counting(), SUDOKU)
    options = SolveOptions(4, "verified", samples=samples)
    (*_, event) = engine.solve([puzzle], loaded, options)
    return [event.outcome, *Search(loaded, options).improve(event.outcome, Budget(branches, seconds))]


@pytest.fixture(scope="module")
def stuck():
    """A puzzle that single candidates alone do not solve, but few guesses do."""
    made = SUDOKU.generate("9x9", "easy", 0)
    return next(puzzle for puzzle in made if outcomes(puzzle, 0)[-1].verdict.status == "unsolved")


def test_what_one_step_does_not_see_is_solved_by_branching(stuck):
    first, *found = outcomes(stuck, 5000)
    assert first.verdict.status == "unsolved"
    assert found[-1].verdict.status == "solved"
    assert found[-1].searched
    assert found[-1].branches > 1
    assert found[-1].steps > 64
    assert all(outcome.verdict.status == "unsolved" for outcome in found[:-1])


def test_the_budget_is_kept_and_the_best_attempt_returned():
    assert len(outcomes(read(HARD), 0)) == 1
    found = outcomes(read(HARD), 100)
    assert found[-1].branches == 100
    distances = [outcome.verdict.distance for outcome in found]
    assert len(distances) > 2
    assert distances == sorted(distances, reverse=True)


def test_large_puzzles_have_fewer_branches_at_once():
    waves = {}
    for kind in ("9x9", "16x16"):
        puzzle = next(SUDOKU.generate(kind, "extreme", 1))
        branches = [outcome.branches for outcome in outcomes(puzzle, 200, samples=32)]
        waves[kind] = np.diff(branches)[-4:-1]  # the last may be cut off by the budget
    assert waves["9x9"].min() >= 32
    assert 10 <= waves["16x16"].min() <= waves["16x16"].max() < 10 + 16


def test_a_budget_is_work_so_that_a_slow_reader_gets_the_same():
    """The branches do not depend on how long anybody looks at each of them."""
    puzzle, watched = read(HARD), []
    options = SolveOptions(4, samples=16)
    for pause in (0.0, 0.02):
        loaded = Loaded(Counting(), SUDOKU)
        (*_, event) = engine.solve([puzzle], loaded, options)
        found = []
        for outcome in Search(loaded, options).improve(event.outcome, Budget(60)):
            time.sleep(pause)
            found.append((outcome.branches, outcome.answer.tobytes()))
        watched.append(found)
    assert watched[0] == watched[1]


def test_the_seconds_are_a_ceiling_of_computing_and_not_of_waiting():
    assert len(outcomes(read(HARD), 10**6, seconds=0.3)) > 1
    budget = Budget(10, seconds=0.05)
    time.sleep(0.1)
    assert not budget.is_late
    assert Budget(10, 0.05, clock=iter([0.0, 1.0]).__next__).take(5) == 0


def test_the_best_attempt_has_fewest_conflicts_and_then_the_shortest_path():
    """Of four answers to a maze: a broken path, two valid ones that are 4 and 2 cells too long, and none."""
    maze = domain("maze")
    (puzzle,) = maze.parse("S  \n   \nG  ", "maze")
    drawn = ["So \n   \nG  ", "Soo\n  o\nGoo", "So \n o \nGo ", "S  \n   \nG  "]
    grids = [next(maze.parse(text, "maze")).solution for text in drawn[:3]] + [puzzle.given]
    verdicts = [maze.verify(puzzle, grid) for grid in grids]
    frames = [
        Frame(1, grid, np.ones((3, 3), np.float32), 0.5, 0.0, verdict)
        for grid, verdict in zip(grids, verdicts, strict=True)
    ]
    order = sorted(range(4), key=lambda i: frames[i].verdict.distance)
    assert order == [2, 1, 0, 3]
    assert Wave(frames, [], 1).best is frames[2]
    solved = replace(frames[3], verdict=Verdict("solved"))
    assert Wave([*frames, solved], [], 1).best is solved


class OneWay(Counting):
    """A stand-in for a model that knows mazes with S in the first row and G in the last column only."""

    def deep_recursion(self, x, y, z):
        logits = torch.zeros(*x.shape, 2)
        for i, tokens in enumerate(x.numpy().astype(np.uint8)):
            grid = tokens.copy()
            (top, _), (_, right) = np.argwhere(grid == START)[0], np.argwhere(grid == GOAL)[0]
            for cell in shortest_path(grid) if top == 0 and right == np.argwhere(grid > WALL)[:, 1].max() else ():
                logits[i, cell.row, cell.column, 1] = 1 + cell.row / 10
        return State(y, z), logits.flatten(1, 2), torch.zeros(len(x))


@pytest.mark.parametrize("text", ["####\n#  #\nS  #\n##G#", "  G\n # \nS##\n   ", "G   \n##  \n   S"])
def test_a_maze_is_turned_until_the_model_knows_it(text):
    maze, options = domain("maze"), SolveOptions(4)
    (puzzle,) = maze.parse(text, "maze")
    loaded = Loaded(OneWay(), maze)
    (*_, event) = engine.solve([puzzle], loaded, options)
    assert event.outcome.verdict.status == "unsolved"
    *_, found = Search(loaded, options).improve(event.outcome, Budget(100))
    assert found.verdict.status == "solved"
    assert found.branches <= 7
    assert found.confidence.shape == puzzle.given.shape
    is_path = found.answer == PATH
    assert found.confidence[is_path].min() > 0.7 > 0.51 > found.confidence[~is_path & (puzzle.given < START)].max()


def test_branches_fill_a_cell_in_every_allowed_way():
    puzzle = read(HARD)
    shares = np.full((9, 9, 9), 1 / 9, np.float32)
    shares[0, 1] = np.eye(9)[3]
    found = sudoku_branch.branches(puzzle, shares, 1)
    cells = {tuple(np.argwhere(child.given != puzzle.given)[0]) for child, _ in found}
    (cell,) = cells
    assert cell != (0, 1)  # of which the model is sure
    digits = {int(child.given[cell]) for child, _ in found}
    assert digits == set(1 + np.flatnonzero(sudoku_branch.allowed(puzzle.given)[cell]))
    assert sum(share for _, share in found) == pytest.approx(1)
    assert (
        len({tuple(np.argwhere(c.given != puzzle.given)[0]) for c, _ in sudoku_branch.branches(puzzle, shares, 5)}) == 5
    )


@pytest.mark.parametrize("n_givens", [0, 8, 27])
def test_puzzles_with_very_many_solutions_get_one(n_givens):
    puzzle = read(SOLVED[:n_givens] + "." * (81 - n_givens))
    assert SUDOKU.is_open(puzzle)
    *_, last = outcomes(puzzle, 512)
    assert last.frame.verdict.is_solved
    assert last.branches < 200


def test_only_puzzles_that_plainly_have_several_solutions_are_open():
    for text in (EASY, HARD, SOLVED):
        assert not SUDOKU.is_open(read(text))
    assert SUDOKU.is_open(read(SOLVED.replace("1", ".").replace("2", ".")))
    # Two empty rows of one band may change places, and so may columns; rows of two bands may not.
    for lines, is_so in (((3, 4), True), ((3, 5), True), ((2, 3), False), ((4,), False)):
        grid = read(SOLVED).given.copy()
        grid[list(lines)] = 0
        for given in (grid, grid.T):
            assert SUDOKU.is_open(replace(read(SOLVED), given=frozen(given.copy()))) == is_so


def test_a_contradiction_has_no_branches():
    stuck = read("12345678." + "." * 8 + "9" + "." * 63)
    assert sudoku_branch.branches(stuck, np.full((9, 9, 9), 1 / 9, np.float32), 3) == []
    assert sudoku_branch.branches(read(SOLVED), np.zeros((9, 9, 9), np.float32), 3) == []


def test_allowed_digits_are_those_no_unit_has():
    grid = read(EASY).given
    free = sudoku_branch.allowed(grid)
    for cell in range(81):
        taken = {int(grid.ravel()[other]) for unit in units_of(9) if cell in unit for other in unit} - {0}
        expected = set() if grid.ravel()[cell] else set(range(1, 10)) - taken
        assert set(1 + np.flatnonzero(free.reshape(81, 9)[cell])) == expected


def test_a_model_that_fails_later_ends_the_search_for_one_of_several_answers():
    """Its first steps may be sound, and what is not a number is no probability to draw digits by."""

    class Failing(Counting):
        def deep_recursion(self, x, y, z):
            state, logits, halt = super().deep_recursion(x, y, z)
            return state, logits * torch.nan, halt

    (puzzle,) = SUDOKU.parse("1" + "." * 80, "one given")
    options = SolveOptions(1, "verified", search=40)
    (event,) = engine.solve([puzzle], Loaded(Counting(), SUDOKU), options)
    found = [*Search(Loaded(Failing(), SUDOKU), options).improve(event.outcome, Budget(40))]
    assert {outcome.verdict.status for outcome in found} == {"unsolved"}
