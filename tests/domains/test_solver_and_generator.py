"""The classical solver against the compiled one, and what the generator promises."""

from itertools import islice

import numba
import numpy as np
import pytest

from tests.conftest import EASY, HARD, SOLVED, read
from trm_cli.domains import domain
from trm_cli.domains.compiled import is_ready, njit
from trm_cli.domains.sudoku import generate as sudoku_generate
from trm_cli.domains.sudoku.grid import LEVELS, level_of
from trm_cli.domains.sudoku.solver import solve


def grid(text):
    return np.array([".123456789".index(c) for c in text], np.uint8).reshape(9, 9)


def test_counts_solutions():
    assert solve(grid(EASY)).n_solutions == 1
    assert np.array_equal(solve(grid(EASY)).solution, grid(SOLVED))
    assert solve(grid(HARD)).n_solutions == 1
    assert solve(grid("." * 81), limit=5).n_solutions == 5
    none = "." * 8 + "1" + "2345678.." + "." * 63  # row 2 has nowhere left for 1 but the box of the first
    assert solve(grid(none.replace("..", "9.", 1)[:81])).n_solutions in (0, 2)
    assert solve(grid("12345678." + "........9" + "." * 63)).n_solutions == 0


def test_gives_up_where_told():
    found = solve(grid("." * 81), limit=10**6, max_guesses=100)
    assert not found.is_complete


@pytest.mark.parametrize("level", ["easy", "medium", "hard"])
def test_both_solvers_agree_on_generated_puzzles(level):
    for puzzle in islice(domain("sudoku").generate("9x9", level, 1), 10):
        found = solve(puzzle.given)
        assert found.n_solutions == 1
        assert np.array_equal(found.solution, puzzle.solution)
        assert LEVELS[level][0] <= puzzle.rating < LEVELS[level][1]
        assert (found.guesses == 0) == (level == "easy")


def test_random_puzzles_are_minimal():
    puzzle = next(domain("sudoku").generate("9x9", "hard", 2))
    for row, column in np.argwhere(puzzle.given > 0):
        fewer = puzzle.given.copy()
        fewer[row, column] = 0
        assert solve(fewer).n_solutions == 2


def test_easy_puzzles_differ_in_their_number_of_clues():
    n_clues = {np.count_nonzero(p.given) for p in islice(domain("sudoku").generate("9x9", "easy", 0), 300)}
    assert max(n_clues) - min(n_clues) >= 5


def test_climbing_makes_hard_puzzles():
    found = list(islice(domain("sudoku").generate("9x9", "extreme", 0), 5))
    assert len({p.given.tobytes() for p in found}) == 5
    assert all(p.rating >= 20 and solve(p.given).n_solutions == 1 for p in found)


def test_climbing_from_a_puzzle_leaves_it_out():
    hard = read(HARD)
    found = list(islice(domain("sudoku").generate("9x9", "extreme", 0, like=[hard]), 5))
    assert all(level_of(p.rating) == "extreme" for p in found)
    shared = [sorted(np.count_nonzero(p.given == d) for d in range(1, 10)) for p in [hard, *found]]
    assert all(abs(sum(counts) - sum(shared[0])) < 8 for counts in shared[1:]), "as many clues, or nearly"


def test_rating():
    assert sudoku_generate.rate(grid(EASY)) == 0
    assert 20 < sudoku_generate.rate(grid(HARD)) == sudoku_generate.rate(grid(HARD))
    assert sudoku_generate.rate(grid("." * 81)) is None


def test_kernels_are_compiled_where_nothing_can_be_cached():
    space = {}
    exec("def double(n):\n    return 2 * n", space)  # as in a read-only folder, numba finds no place for its cache
    with pytest.raises(RuntimeError, match="no locator available"):
        numba.njit(cache=True)(space["double"])
    kernel = njit(cache=True, nogil=True)(space["double"])
    assert not is_ready(kernel)
    assert kernel(21) == 42
    assert is_ready(kernel)
