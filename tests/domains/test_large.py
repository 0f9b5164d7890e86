"""16x16 and 25x25 Sudokus: read in every form that people write them in, made to order, rated, and shown."""

import json
from itertools import islice

import numpy as np
import pytest

from tests.conftest import read
from trm_cli import reading
from trm_cli.domains import domain
from trm_cli.domains.sudoku.alphabet import DIGITS, LETTERS
from trm_cli.domains.sudoku.grid import LEVELS
from trm_cli.errors import ParseError

SUDOKU = domain("sudoku")
(MADE,) = islice(SUDOKU.generate("25x25", "easy", 0), 1)
ROWS = [[int(value) for value in row] for row in MADE.given]


def written(digits: str, blank: str = ".") -> list[str]:
    return ["".join(digits[value - 1] if value else blank for value in row) for row in ROWS]


def boxed(cells: list[list[str]]) -> str:
    ruler = "+".join(["-" * (5 * len(cells[0][0]) + 6)] * 5)
    lines = []
    for r, row in enumerate(cells):
        lines += [ruler] * (r in (5, 10, 15, 20))
        lines.append(" | ".join(" ".join(row[i : i + 5]) for i in range(0, 25, 5)))
    return "\n".join(lines)


NUMBERS = [[str(value) if value else "." for value in row] for row in ROWS]
ZEROS = [[str(value) for value in row] for row in ROWS]
FORMS = {
    "line": "".join(written(DIGITS)),
    "line of letters": "".join(written(LETTERS)),
    "line of small letters": "".join(written(LETTERS.lower())),
    "line of letters and zeros": "".join(written(LETTERS, "0")),
    "line among words": f"a puzzle: {''.join(written(LETTERS))} # hard",
    "rows": "\n".join(written(DIGITS)),
    "rows of letters": "\n".join(written(LETTERS)),
    "rows of small letters": "\n".join(written(LETTERS.lower(), "-")),
    "spaced rows of letters": "\n".join(" ".join(row) for row in written(LETTERS, "_")),
    "rows of letters with a title": "Sudoku 25x25\n\n" + "\n".join(written(LETTERS)),
    "rows of letters in groups": "\n".join(
        " ".join(row[i : i + 5] for i in range(0, 25, 5)) for row in written(LETTERS)
    ),
    "bands of letters": "\n\n".join("\n".join(written(LETTERS)[i : i + 5]) for i in range(0, 25, 5)),
    "letters in boxes": boxed([[*row] for row in written(LETTERS)]),
    "letters in a frame": "\n".join(
        "|" + "|".join(row[i : i + 5] for i in range(0, 25, 5)) + "|" for row in written(LETTERS, " ")
    ),
    "middle dots": "\n".join(" ".join(row) for row in written(LETTERS, "·")),
    "numbers": "\n".join(" ".join(row) for row in NUMBERS),
    "numbers in columns": "\n".join("".join(f"{cell:>3}" for cell in row) for row in ZEROS),
    "numbers in boxes": boxed([[f"{cell:>2}" for cell in row] for row in NUMBERS]),
    "csv of numbers": "\n".join(",".join(row) for row in ZEROS),
    "csv of letters": "\n".join(",".join(row) for row in written(LETTERS, "0")),
    "csv with a header": f"puzzle\n{''.join(written(LETTERS))}",
    "json numbers": json.dumps(ROWS),
    "json nulls": json.dumps([[value or None for value in row] for row in ROWS]),
    "json string": json.dumps("".join(written(LETTERS))),
    "json rows": json.dumps(written(LETTERS)),
    "json cells": json.dumps([[*row] for row in written(LETTERS)]),
    "json object": json.dumps({"board": ROWS}),
    "python": f"board = {ROWS}",
    "cells": f"25\n{np.count_nonzero(ROWS)}\n"
    + "\n".join(f"{r + 1} {c + 1} {value}" for r, row in enumerate(ROWS) for c, value in enumerate(row) if value),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_25x25_is_read_in_every_form(form):
    assert reading.detect(FORMS[form]) == "sudoku"
    assert np.array_equal(read(FORMS[form]).given, MADE.given)


@pytest.mark.parametrize("form", ["line", "line of letters", "line of letters and zeros"])
def test_25x25_keeps_the_alphabet_of_its_input(form):
    puzzle = read(FORMS[form])
    assert puzzle.text(puzzle.given) == FORMS[form]


def test_an_x_is_a_digit_of_25x25_and_a_blank_of_9x9():
    assert read("".join(written(LETTERS))).symbols[24] == "X"
    assert read("x" * 80 + "1").given.sum() == 1


def test_words_of_25_letters_are_no_row():
    text = "the quick brown fox jumps\nover the lazy dogs of all\n" * 13
    assert not [item for item in SUDOKU.parse(text, "p.txt") if not isinstance(item, ParseError)]


def test_errors_name_digits_as_the_grid_writes_them():
    rows = written(LETTERS)
    wrong = next(item for item in SUDOKU.parse("\n".join([rows[0][:-1] + "Z", *rows[1:]]), "p.txt"))
    assert "expected A-Y, '.' or '0', found 'Z'" in str(wrong)
    solved = np.array(MADE.solution)
    solved[0, [0, 1]] = solved[0, [1, 0]]
    grid = read("\n".join("".join(LETTERS[value - 1] for value in row) for row in solved))
    assert f" has {grid.symbols[solved[0, 0]]} twice" in SUDOKU.diagnose(grid).words


@pytest.mark.parametrize("kind", ["16x16", "25x25"])
@pytest.mark.parametrize("level", LEVELS)
def test_large_puzzles_are_made_of_every_level(kind, level):
    made = [*islice(SUDOKU.generate(kind, level, 3), 2)]
    lowest, below = LEVELS[level]
    for puzzle in made:
        assert lowest <= puzzle.rating < below
        assert SUDOKU.verify(puzzle, puzzle.solution).is_solved
        assert (puzzle.given[puzzle.given > 0] == puzzle.solution[puzzle.given > 0]).all()
    again = [*islice(SUDOKU.generate(kind, level, 3), 2)]
    assert [str(puzzle) for puzzle in again] == [str(puzzle) for puzzle in made]


@pytest.mark.parametrize("kind", ["16x16", "25x25"])
def test_easy_large_puzzles_have_one_solution_by_another_solver(kind):
    (puzzle,) = islice(SUDOKU.generate(kind, "easy", 1), 1)
    assert SUDOKU.diagnose(puzzle).words == "unique solution, easy (0 guesses)"
