"""Sudokus as programs of many languages, forums and comments hold them: one snippet for every form."""

import numpy as np
import pytest

from tests.conftest import EASY, SOLVED
from trm_cli import reading
from trm_cli.puzzle import Puzzle
from trm_cli.source import Text

ROWS = [EASY[i : i + 9] for i in range(0, 81, 9)]
ZEROS = [row.replace(".", "0") for row in ROWS]
FIELDS = [",".join(row).replace(".", "") for row in ROWS]
EMPTY = "0" * 9
LINE = "+---" * 9 + "+"
CELLS = [f"| {' | '.join(row).replace('.', ' ')} |" for row in ROWS]


def written(rows, opening, between, closing, end=", "):
    """Return rows with characters before, between and after their cells, and between rows."""
    return end.join(opening + between.join(row) + closing for row in rows)


def read(text):
    return [*reading._of_text(Text("x.txt", text), None, reading.NOWHERE)]


LISP = written(ZEROS, "(", " ", ")", " ")
C = written(ZEROS, "{", ",", "}")
NAMES = written([[f"{c}{n}" for n in range(9)] for c in "ABCDEFGHI"], "{", ", ", "}")
JOINED = " +\n    ".join(f'"{row}{end}"' for row, end in zip(FIELDS, ["\\n"] * 8 + [""], strict=True))
COMMENT = "".join(f";{line}\n" for row in CELLS for line in (LINE, row)) + f";{LINE}"
TRIPLES = "\n\n".join(f"{row[:3]} {row[3:6]} {row[6:]}" for row in ZEROS)
QUOTED = written(ZEROS, "'(", " ", ")", "\n")
FORMS = {
    # find_string id 25411370020
    "an array of Lisp": f"(defvar board\n  #2a({LISP})) ; to solve\n\n(defun try (position)\n  (mod position 9))",
    # find_string id 22364014438
    "joined rows of Scheme": f"(define g (list->vector\n (append\n {QUOTED})))",
    "lists of Racket": f"(define b (list {written(ZEROS, '(list ', ' ', ')', ' ')}))",
    # find_string id 43949592611
    "Objective-C": f"NSArray *b = [@[{written(ZEROS, '@[@', ', @', ']')}] mutableCopy];",
    # find_string id 39399433116
    "Visual Basic": f"b = Array( _\n  {written(ZEROS, 'Array(', ', ', ')', f', _{chr(10)}')})\nEnd Function\n",
    # find_string id 13375582493
    "arrays with holes": f"const b = [\n  {written(FIELDS, '[', '', ']', f',{chr(10)}  ')}\n]\n",
    # find_string id 33188051422
    "one array with holes": f"var b = [{','.join(FIELDS[:6])},\n  {','.join(FIELDS[6:])}];\nfor (;;) {{}}",
    # find_string id 37711410080
    "joined strings of CSV": f"private const val grid = {JOINED}",
    # find_string id 44584274850
    "a string of CSV": f'b = new(\n    # "5,3\\n"\n    "{JOINED[1:-1]}")'.replace('" +\n    "', "")
    + '\nprint("x:\\n" + b)',
    # find_string id 20088557236
    "a line of CSV in a string": f"it('s', function() {{\n  var pattern = '{','.join(FIELDS)}';\n}});",
    # find_string id 41424896715
    "a comment above a program": f"#lang racket\n;Empty cells are '.'.\n;\n{COMMENT}\n(define (solve b) b)\n",
    # find_string id 27566688933
    "an empty board before it": f"int a[][] = {{{written([EMPTY] * 9, '{', ',', '}')}}};\nint b[][] = {{{C}}};",
    # find_string id 17178481536
    "names of fields before it": f"Field f[][] = {{{NAMES}}};\nint b[][] = {{{C}}};",
    # rentry.co/bqnwrf5n
    "blank lines between all rows": f"Solve this:\n<grid>\n{TRIPLES}\n</grid>\nYour goal is to fill it in:\n\n1\n2\n",
    "strings in YAML": "puzzle:\n" + "".join(f'  - "{row}"\n' for row in ROWS),
}


@pytest.mark.parametrize("form", FORMS)
def test_one_sudoku(form, easy):
    (puzzle,) = read(FORMS[form])
    assert isinstance(puzzle, Puzzle), puzzle
    assert np.array_equal(puzzle.given, easy.given)


def test_strings_beside_brackets_are_not_lost():
    """As in find_string id 7460621558, where a string stands in a call and another one behind a name."""
    text = f"print(len('{EASY}'), len(V))\nassigned = '{''.join(reversed(EASY))}'\n"
    assert len(read(text)) == 2


def test_two_grids_of_yaml():
    """As in find_string id 56673888295: a puzzle and the state of a player."""
    text = "".join(f"{key}:\n" + "".join(f"  - [{', '.join(row)}]\n" for row in ZEROS) for key in ("puzzle", "state"))
    assert [item.task for item in read(text)] == ["sudoku", "sudoku"]


def test_pencil_marks_below_a_grid(easy):
    """As in a forum, forum.enjoysudoku.com/usa-today-puzzle-jan-13-t2887.html: the grid, then its candidates."""
    marks = "\n".join(
        "| " + " | ".join(" ".join(c if c != "." else "1247" for c in row[i : i + 3]) for i in (0, 3, 6)) + " |"
        for row in ROWS
    )
    framed = "\n".join(f"|{row[:3]}|{row[3:6]}|{row[6:]}|" for row in ROWS)
    found = read(f" *---*\n{framed}\n *---*\n \n|-----|\n{marks}\n|-----|\nnot sure of the next step\n")
    assert [np.array_equal(item.given, easy.given) for item in found] == [True, True]


def test_a_solution_before_a_puzzle_with_holes():
    solved = ",".join(f"[{','.join(SOLVED[i : i + 9])}]" for i in range(0, 81, 9))
    found = read(f"var a = [{solved}];\nvar b = [{','.join(f'[{row}]' for row in FIELDS)}];")
    assert [int((item.given > 0).sum()) for item in found] == [81, sum(char != "." for char in EASY)]


def test_a_list_of_json_that_is_longer_than_what_is_looked_at():
    """All on one line, so that the first part of the text ends within a puzzle."""
    found = read(f"[{','.join([f'{chr(34)}{EASY}{chr(34)}'] * 300)}]")
    assert [item.task for item in found] == ["sudoku"] * 300
