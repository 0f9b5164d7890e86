"""Hints: as much as is asked for, and never a wrong one."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from tests.conftest import EASY, HARD, SOLVED, read
from trm_cli.commands import main
from trm_cli.domains import domain
from trm_cli.domains.sudoku import hints as sudoku_hints
from trm_cli.domains.sudoku.solver import solve
from trm_cli.model import weights

SEVERAL = "." * 81
NONE = EASY[:2] + "1" + EASY[3:]
"""The third cell of its first row can only be 4."""
MAZE = "#######\n#S    #\n### # #\n#G#   #\n# ### #\n#     #\n#######"


@pytest.fixture(autouse=True)
def toy_weights(toy, tmp_path, monkeypatch):
    """Untrained weights, whose every belief is a guess."""
    weights.save(tmp_path / "toy.safetensors", toy, {})
    monkeypatch.setenv("TRM_WEIGHTS", str(tmp_path / "toy.safetensors"))
    monkeypatch.chdir(tmp_path)


def hint(*arguments, stdin=None):
    return CliRunner().invoke(main, ["hint", *arguments], input=stdin, prog_name="trm")


def told(*arguments):
    found = hint(*arguments, "--json")
    return json.loads(found.stdout)


@pytest.mark.parametrize("puzzle", [EASY, HARD, "1.3.3.2..1.3..1.", "...45......2.6...54..6.....1......3..2."[:36]])
def test_no_hint_is_wrong_whatever_the_model_believes(puzzle):
    count = solve(read(puzzle).given)
    if count.n_solutions != 1:
        assert hint(puzzle).exit_code == 1
        return
    found = told(puzzle, "--level", "3")
    assert count.solution[found["row"] - 1, found["column"] - 1] == int(found["digit"])
    assert read(puzzle).given[found["row"] - 1, found["column"] - 1] == 0


def test_each_level_tells_more_and_no_level_too_much():
    levels = [told(EASY, "--level", str(level)) for level in (1, 2, 3)]
    keys = [set(level) - {"schema", "task", "name", "level", "hint", "reason"} for level in levels]
    assert keys == [{"unit"}, {"unit", "row", "column"}, {"unit", "row", "column", "digit"}]
    assert all(level[key] == levels[2][key] for level in levels for key in ("unit", "task"))
    place = f"row {levels[2]['row']}, column {levels[2]['column']}"
    assert place not in levels[0]["hint"]
    assert place in levels[1]["hint"]
    assert f"{place} is {levels[2]['digit']}: " in levels[2]["hint"]


@pytest.mark.parametrize(
    ("puzzle", "code", "words"),
    [
        (SEVERAL, 1, "no hint: it has several solutions"),
        (NONE, 1, "no hint: the puzzle has no solution: "),
        (SOLVED, 1, "no hint: no cell is blank"),
        ("55" + EASY[2:], 2, "contradict each other"),
        (EASY[:-1], 2, "80 characters"),
    ],
)
@pytest.mark.parametrize("option", [[], ["--candidates"]])
def test_what_has_no_hint_says_why(puzzle, code, words, option):
    found = hint(puzzle, *option)
    assert found.exit_code == code
    assert found.stdout == ""
    assert words.replace("no hint", "no candidates" if option else "no hint") in found.stderr
    line = json.loads(hint(puzzle, *option, "--json").stdout)
    assert line["reason"]
    assert line.get("hint") is line.get("candidates") is None


def test_the_cell_is_the_one_that_the_model_is_surest_of_and_right_in():
    given, solution = read(EASY).given, read(SOLVED).given
    beliefs = np.full((9, 9, 9), 0.1, np.float32)
    rows, columns = np.indices((9, 9))
    beliefs[rows, columns, solution - 1] = 0.3
    beliefs[0, 2] = 0.0
    beliefs[0, 2, solution[0, 2] % 9] = 0.99  # sure, but wrong
    beliefs[0, 0, solution[0, 0] - 1] = 1.0  # given
    beliefs[4, 4, solution[4, 4] - 1] = 0.8
    assert sudoku_hints.chosen(given, solution, beliefs) == (4, 4)
    nowhere = np.zeros((9, 9, 9), np.float32)
    nowhere[rows, columns, solution % 9] = 0.9
    nowhere[8, 6, solution[8, 6] - 1] = 0.1
    assert sudoku_hints.chosen(given, solution, nowhere) == (8, 6)


def test_the_reason_of_a_digit_holds():
    given, solution = read(HARD).given, solve(read(HARD).given).solution
    for row, column in np.argwhere(given == 0):
        beliefs = np.zeros((9, 9, 9), np.float32)
        beliefs[row, column, solution[row, column] - 1] = 1
        found = sudoku_hints.hints(read(HARD), solution, beliefs).levels[2]
        assert (found.values["row"], found.values["column"]) == (row + 1, column + 1)
        if "no other place" in found.words:
            for digit_row, digit_column in _others(found.values["unit"], row, column):
                assert not _may_be(given, digit_row, digit_column, solution[row, column])
        elif "no other digit" in found.words:
            assert sum(_may_be(given, row, column, digit) for digit in range(1, 10)) == 1


def _may_be(given, row, column, digit):
    top, left = row // 3 * 3, column // 3 * 3
    seen = {*given[row], *given[:, column], *given[top : top + 3, left : left + 3].ravel()}
    return given[row, column] == 0 and digit not in seen


def _others(unit, row, column):
    kind, number = unit.split()
    for r, c in np.ndindex(9, 9):
        is_in = {"row": r, "column": c, "box": r // 3 * 3 + c // 3}[kind] == int(number) - 1
        if is_in and (r, c) != (row, column):
            yield r, c


def test_candidates_are_what_the_rules_allow_and_sum_to_one():
    cells = told(EASY, "--candidates")["candidates"]
    given = read(EASY).given
    for row, column in np.ndindex(9, 9):
        if given[row, column]:
            assert cells[row][column] is None
            continue
        assert {*map(int, cells[row][column])} == {d for d in range(1, 10) if _may_be(given, row, column, d)}
        assert sum(cells[row][column].values()) == pytest.approx(1, abs=0.01)


def test_candidates_are_drawn_at_their_places():
    drawn = hint(EASY, "--candidates", "--ascii").stdout.splitlines()
    assert len({len(line) for line in drawn[:-1]}) == 1
    assert len(drawn) == 9 * 4 + 2
    assert drawn[0] == "+" + "+".join(["-" * 23] * 3) + "+"
    assert "  5  " in drawn[2]
    assert "*" in drawn[-1]
    cell = [line[18:24].replace("*", " ").replace("'", " ") for line in drawn[1:4]]  # of 1, 2 and 4
    assert cell == ["1 2   ", "4     ", "      "]


def test_a_maze_tells_the_first_choice_on_the_way():
    levels = [told(MAZE, "--level", str(level)) for level in (1, 2, 3)]
    assert levels[0]["hint"] == "the first place where you have to choose lies to the right of S"
    assert levels[1]["hint"] == "the first choice is at row 2, column 4, 2 steps from S"
    assert levels[2]["hint"] in ("at row 2, column 4 go down", "at row 2, column 4 go right")
    assert (levels[2]["row"], levels[2]["column"]) == (2, 4)


def test_the_way_of_a_maze_is_on_a_shortest_path():
    mazes = domain("maze").generate("12x20", "looped", 1)
    for maze, _ in zip(mazes, range(20), strict=False):
        from trm_cli.domains.maze.grid import FREE, START, shortest_path

        values = domain("maze").hints(maze, lambda: None).levels[2].values
        step = {"down": (1, 0), "left": (0, -1), "right": (0, 1), "up": (-1, 0)}[values["way"]]
        junction = (values["row"] - 1, values["column"] - 1)
        then = (junction[0] + step[0], junction[1] + step[1])
        whole = shortest_path(maze.given)
        moved = maze.given.copy()
        moved[moved == START] = FREE
        moved[then] = START
        assert len(shortest_path(moved)) == len(whole) - whole.index(junction) - 1


def test_a_maze_without_a_choice_says_so():
    assert "one way only" in told("######\n#S  G#\n######")["hint"]


def test_a_task_without_hints_says_so_in_a_line(tmp_path):
    task = {"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[1]]}]}
    (tmp_path / "task.json").write_text(json.dumps(task))
    for option in ([], ["--candidates"]):
        found = hint("task.json", *option)
        assert found.exit_code == 2
        assert found.stderr.count("\n") == 1
        assert found.stderr.startswith("trm: task: ")
    assert hint("-", "--candidates", stdin=MAZE).exit_code == 2


def test_many_puzzles_have_a_line_each_and_the_worst_exit_code():
    found = hint("-", stdin=f"{EASY}\n{SEVERAL}\n{HARD}\n")
    assert found.exit_code == 1
    assert [line.split(":")[0] for line in found.stdout.splitlines()] == ["<stdin>", "<stdin>#3"]


def test_candidates_fit_into_a_narrow_terminal(monkeypatch):
    monkeypatch.setattr("trm_cli.commands.hint.options.width", lambda: 50)
    drawn = hint(EASY, "--candidates", "--ascii").stdout.splitlines()
    assert [line for line in drawn if line.startswith("columns")] == ["columns 1 to 6", "columns 7 to 9"]
    assert {len(line) for line in drawn[1:38]} == {49}
    assert {len(line) for line in drawn[39:76]} == {25}
