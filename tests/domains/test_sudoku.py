"""Parsing and checking Sudokus as people write them."""

import json
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import EASY, HARD, SOLVED, read
from trm_cli.domains import domain
from trm_cli.domains.sudoku import lines
from trm_cli.domains.sudoku.grid import BOXES
from trm_cli.domains.sudoku.rows import plain_grid
from trm_cli.errors import ParseError
from trm_cli.puzzle import Cell, Puzzle

ROWS = [EASY[i : i + 9] for i in range(0, 81, 9)]
SUDOKU = domain("sudoku")


def boxed(rule: str = "------+-------+------") -> str:
    lines = []
    for i, row in enumerate(ROWS):
        lines += [rule] if i in (3, 6) else []
        lines.append(" | ".join(" ".join(row[j : j + 3]) for j in (0, 3, 6)))
    return "\n".join(lines)


def blank(row: str) -> str:
    return row.replace(".", " ")


FORMS = {
    "line": EASY,
    "zeros": EASY.replace(".", "0"),
    "underscores": EASY.replace(".", "_"),
    "stars": EASY.replace(".", "*"),
    "spaces": EASY.replace(".", " "),
    "with solution": f"{EASY},{SOLVED}",
    "rows": "\n".join(ROWS),
    "rows of spaces": "\n".join(row.replace(".", " ") for row in ROWS),
    "spaced rows": "\n".join(" ".join(row) for row in ROWS),
    "boxed": boxed(),
    "framed": "+---+---+---+\n" + "\n".join(f"|{r[:3]}|{r[3:6]}|{r[6:]}|" for r in ROWS) + "\n+---+---+---+",
    "unicode frame": "┌───┬───┬───┐\n" + "\n".join(f"│{r[:3]}│{r[3:6]}│{r[6:]}│" for r in ROWS) + "\n└───┴───┴───┘",
    "sdk": "[Puzzle]\n" + "\n".join(ROWS) + "\n[State]\n" + "\n".join(SOLVED[i : i + 9] for i in range(0, 81, 9)),
    "sdk comments": "#A someone\n#D a puzzle\n" + "\n".join(ROWS),
    "csv": f"question,answer\n{EASY},{SOLVED}",
    "kaggle csv": f"quizzes,solutions\n{EASY.replace('.', '0')},{SOLVED}",
    "csv with more": f'source,puzzle,rating\nme,"{EASY}",3.5',
    "json string": json.dumps(EASY),
    "json rows": json.dumps(ROWS),
    "json numbers": json.dumps([[0 if c == "." else int(c) for c in row] for row in ROWS]),
    "json nulls": json.dumps([[None if c == "." else int(c) for c in row] for row in ROWS]),
    "json object": json.dumps({"question": EASY, "answer": SOLVED}),
    "a line with spaces between": " ".join(EASY),
    "a line with commas between": ",".join(EASY.replace(".", "0")),
    "a line of groups": " ".join(ROWS),
    "bands apart": "\n\n".join("\n".join(ROWS[i : i + 3]) for i in (0, 3, 6)),
    "cells in a frame": "+---+---+\n" + "\n+---+---+\n".join(f"| {' | '.join(blank(row))} |" for row in ROWS),
    "boxes in a frame": "\n".join(f"|{blank(r[:3])}|{blank(r[3:6])}|{blank(r[6:])}|" for r in ROWS),
    "spaced boxes in a frame": "\n".join(
        "  ║ " + " ║ ".join(" │ ".join(blank(row[i : i + 3])) for i in (0, 3, 6)) + " ║ " for row in ROWS
    ),
    "loose boxes in a frame": "\n".join(
        "| " + " | ".join(" ".join(blank(row[i : i + 3])) for i in (0, 3, 6)) + " |" for row in ROWS
    ),
    "tight boxes in a frame": "\n".join(
        "|" + "|".join(" ".join(blank(row[i : i + 3])) for i in (0, 3, 6)) + "|" for row in ROWS
    ),
    "Simple Sudoku": "*-----------*\n" + "\n".join(f"|{r[:3]}|{r[3:6]}|{r[6:]}|" for r in ROWS) + "\n*-----------*",
    "HoDoKu": ".-----.\n" + "\n".join(f"| {r[:3]} | {r[3:6]} | {r[6:]} |" for r in ROWS) + "\n'-----'",
    "middle dots": "\n".join(" ".join(row.replace(".", "·")) for row in ROWS),
    "wide columns": "\n".join("".join(f"{char:<4}" for char in row) for row in ROWS),
    "comment of 36 characters": f"# these puzzles are from the forum!!\n{EASY}",
    "csv with spaces": f'"id", "puzzle"\n1, "{EASY}"',
    "csv in quotes": f'"puzzle","solution"\n"{EASY}",""',
    "json of a thousand things": f'{{"question": "{EASY}", "note": "{"x" * 200_000}"}}',
    "comments": f"# one\n\n{EASY} # two\n",
    "windows": "\r\n".join(ROWS) + "\r\n",
    "byte order mark": "\ufeff" + EASY,
}


@pytest.mark.parametrize("form", FORMS)
def test_reads_every_form(form, easy):
    assert np.array_equal(read(FORMS[form]).given, easy.given)


@pytest.mark.parametrize("form", ["with solution", "csv", "kaggle csv", "json object"])
def test_reads_the_answer_beside_a_puzzle(form, easy):
    assert np.array_equal(read(FORMS[form]).solution, easy.solution)


def test_keeps_the_alphabet_of_its_input():
    for form in ("line", "zeros", "underscores", "stars"):
        puzzle = read(FORMS[form])
        assert puzzle.text(puzzle.given) == FORMS[form]


def test_reads_many_puzzles_in_order():
    text = f"{EASY}\n\n{boxed()}\n\n# third\n{HARD}\n" + "\n".join(ROWS) + "\n" + "\n".join(ROWS)
    found = list(SUDOKU.parse(text, "many.txt"))
    assert [p.name for p in found] == [f"many.txt#{i}" for i in range(1, 6)]
    assert [p.text(p.given) for p in found] == [EASY, EASY, HARD, EASY, EASY]
    assert found[2].source == "many.txt:16"


def test_titles_between_grids_are_passed_over():
    text = "Grid 01\n" + "\n".join(ROWS) + "\nGrid 02\n" + "\n".join(ROWS)
    assert [p.text(p.given) for p in SUDOKU.parse(text, "euler.txt")] == [EASY, EASY]


@pytest.mark.parametrize(
    ("text", "size", "box"),
    [
        ("1...\n..2.\n.3..\n...4", 4, (2, 2)),
        ("1.....2.....3.....4.....5.....6.....", 6, (2, 3)),
        ("\n".join(["1" + "." * 14 + "G"] + ["." * 16] * 15), 16, (4, 4)),
    ],
)
def test_reads_other_sizes(text, size, box):
    assert read(text).given.shape == (size, size)
    assert BOXES[size] == box


def test_16x16_in_hexadecimal_and_in_letters():
    hexadecimal = read("\n".join(["0" + "." * 14 + "F"] + ["." * 16] * 15))
    letters = read("\n".join(["1" + "." * 14 + "G"] + ["." * 16] * 15))
    zero_blank = read("\n".join(["1" + "0" * 14 + "G"] + ["0" * 16] * 15))
    assert np.array_equal(hexadecimal.given, letters.given)
    assert np.array_equal(zero_blank.given, letters.given)
    assert hexadecimal.text(hexadecimal.given)[:16] == "0..............F"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("\n".join(ROWS).replace("98", "9x"), "p.txt:3:3: expected 1-9, '.' or '0', found 'x'"),
        (EASY[:-2], "p.txt:1: expected 81 characters (or 16, 36, 256, 625 for other sizes), found 79"),
        ("\n".join(ROWS[:-1]), "p.txt:8: expected 9 rows, found 8"),
        ("\n".join([*ROWS[:4], ROWS[4][:-1], *ROWS[5:]]), "p.txt:5: expected 9 cells in this row, found 8"),
        (f"question\n{EASY[:-1]}", "p.txt:2: expected 81 characters (or 16, 36, 256, 625 for other sizes), found 80"),
        ('{"question": ', "p.txt:1:14: not valid JSON"),
        ("[[1, 2], [3]]", "expected a grid as a string or as rows"),
        ("", "p.txt: no puzzle in it"),
        ("# nothing\n", "p.txt: no puzzle in it"),
        ("hello world", "p.txt:1: expected"),
        ('|"', "p.txt:1: expected 81"),
        (f"question,answer\n{EASY},{EASY[:16]}", "p.txt:2: the answer is not as large as the puzzle"),
        (f"question\n{'1' * 200_000}", "p.txt:2: expected 81 characters"),
        ("[" * 100_000, "p.txt:1: not valid JSON: maximum recursion"),
        ("[1, " + "1" * 5000 + "]", "p.txt:1: not valid JSON: Exceeds the limit"),
    ],
)
def test_errors_say_where(text, error):
    (found,) = SUDOKU.parse(text, "p.txt")
    assert isinstance(found, ParseError)
    assert error in str(found)


def test_contradicting_givens_name_both_cells():
    (found,) = SUDOKU.parse("5" + EASY[1:3] + "5" + EASY[4:], "p.txt")
    assert "p.txt:1:1 and p.txt:1:4" in str(found)
    assert "row 1 has 5 twice, at row 1, column 1 and at row 1, column 4" in str(found)


def test_a_bad_puzzle_does_not_hide_the_others():
    found = list(SUDOKU.parse(f"{EASY}\n55{EASY[2:]}\n{HARD}", "p.txt"))
    assert [isinstance(item, ParseError) for item in found] == [False, True, False]


def test_several_bad_lines_are_an_error_each():
    found = list(SUDOKU.parse(f"{EASY[1:]}\n{EASY[1:]}\n{EASY[2:]}", "p.txt"))
    assert [str(error).split(": expected")[0] for error in found] == ["p.txt:1", "p.txt:2", "p.txt:3"]
    cut = f'{{"question": "{EASY}"}}\n{{"question": "{EASY}"}}\n{{"question": "53'
    *good, bad = SUDOKU.parse(cut, "p.jsonl")
    assert [puzzle.text(puzzle.given) for puzzle in good] == [EASY, EASY]
    assert "p.jsonl:3:14: not valid JSON" in str(bad)


def test_blank_lines_part_bands_or_grids():
    bands = ["\n".join(ROWS[i : i + 3]) for i in (0, 3, 6)]
    grid = "\n".join(ROWS)
    assert len([*SUDOKU.parse("\n\n".join(bands * 2), "t")]) == 2
    error, puzzle = SUDOKU.parse(f"{bands[0]}\n\n{grid}", "t")
    assert (str(error), puzzle.text(puzzle.given)) == ("t:3: expected 9 rows, found 3", EASY)
    first, error, last = SUDOKU.parse(f"{grid}\n\n{bands[0]}\n\n{bands[1]}\n\n{grid}", "t")
    assert str(error) == "t:17: expected 9 rows, found 6"
    assert first.text(first.given) == last.text(last.given) == EASY


def test_a_full_grid_beneath_a_puzzle_is_its_answer_only_if_it_completes_it(easy):
    texts = [easy.text(grid) for grid in (easy.given, easy.solution)]
    plain, full = ("\n".join(text[i : i + 9] for i in range(0, 81, 9)) for text in texts)
    spaced, apart = ("\n".join(" ".join(row) for row in text.split("\n")) for text in (plain, full))
    for text in (f"{plain}\n\n{full}", f"{plain}\n{full}", f"{spaced}\n\n{apart}", "\n".join(texts)):
        (puzzle,) = SUDOKU.parse(text, "x")
        assert puzzle.name == "x"
        assert np.array_equal(puzzle.given, easy.given)
        assert np.array_equal(puzzle.solution, easy.solution)
    assert [item.name for item in SUDOKU.parse(f"{plain}\n\n{full}\n\n{plain}\n\n{full}", "x")] == ["x#1", "x#2"]
    # Another puzzle's answer, one with a blank, and one in the first place are puzzles of their own.
    wrong = full.replace(full[0], "*").replace(full[1], full[0]).replace("*", full[1])
    for text in (f"{plain}\n\n{wrong}", f"{plain}\n\n{full[:-1]}.", f"{full}\n\n{plain}", f"{full}\n\n{full}"):
        assert [item.solution for item in SUDOKU.parse(text, "x")] == [None, None]


def test_a_players_progress_ends_where_the_next_puzzle_begins():
    grid = "\n".join(ROWS)
    solved, other = ("\n".join(text[i : i + 9] for i in range(0, 81, 9)) for text in (SOLVED, HARD))
    found = [*SUDOKU.parse(f"[Puzzle]\n{grid}\n[State]\n{solved}\n#A me\n[Puzzle]\n{other}", "t")]
    assert [puzzle.text(puzzle.given) for puzzle in found] == [EASY, HARD]


def test_frames_of_6x6_and_4x4_with_spaces_for_blanks():
    (six,) = islice(SUDOKU.generate("6x6", "easy", 0), 1)
    (four,) = islice(SUDOKU.generate("4x4", "easy", 0), 1)
    for puzzle, n in ((six, 3), (four, 2)):
        rows = [blank(puzzle.text(row)) for row in puzzle.given]
        for space, edge in (("", ""), (" ", ""), (" ", " ")):
            parts = [[space.join(row[i : i + n]) for i in range(0, len(row), n)] for row in rows]
            text = "\n".join("|" + "|".join(edge + part + edge for part in row) + "|" for row in parts)
            assert np.array_equal(read(text).given, puzzle.given), text


def test_comments_and_rulers_end_grids_in_bands():
    bands = "\n\n".join("\n".join(ROWS[i : i + 3]) for i in (0, 3, 6))
    for between in ("# 2", "-----------"):
        found = [*SUDOKU.parse(f"{bands}\n{between}\n{bands}", "t")]
        assert [puzzle.text(puzzle.given) for puzzle in found] == [EASY, EASY]


def test_zero_is_a_blank_of_16x16_where_it_is_not_a_digit():
    (puzzle,) = islice(SUDOKU.generate("16x16", "easy", 0), 1)
    text = puzzle.text(np.where(puzzle.given == 16, 0, puzzle.given)).replace(".", "0")
    assert np.array_equal(read(text).given, np.where(puzzle.given == 16, 0, puzzle.given))
    full = "".join("0123456789ABCDEF"[value - 1] for value in puzzle.solution.ravel())
    assert np.array_equal(read(full).given, puzzle.solution)


def test_4x4_on_a_line_with_spaces_between():
    assert read("1 . . . . . 3 . . 2 . . . . . 4").given.shape == (4, 4)
    assert read("1,0,0,0,0,0,3,0,0,2,0,0,0,0,0,4").given.shape == (4, 4)


def test_16x16_in_numbers_and_in_boxes():
    (puzzle,) = islice(SUDOKU.generate("16x16", "easy", 0), 1)
    numbers = "\n".join(" ".join(map(str, row)) for row in puzzle.given)
    aligned = "\n".join(" | ".join(f"{value:2}" for value in row) for row in puzzle.given)
    rows = [blank(puzzle.text(row)) for row in puzzle.given]
    boxes = "\n".join(f"|{row[:4]}|{row[4:8]}|{row[8:12]}|{row[12:]}|" for row in rows)
    letters = [puzzle.text(row) for row in puzzle.given]
    apart = "\n".join(" " + "  ".join(" ".join(row[i : i + 4]) for i in (0, 4, 8, 12)) + " " for row in letters)
    loose = "\n".join("  ".join(" ".join(map(str, row[i : i + 4])) for i in (0, 4, 8, 12)) for row in puzzle.given)
    for text in (numbers, aligned, boxes, apart, loose):
        assert np.array_equal(read(text).given, puzzle.given)


@given(st.text(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_puzzles_or_errors(text):
    found = list(SUDOKU.parse(text, "t"))
    assert found
    assert all(isinstance(item, Puzzle | ParseError) for item in found)


@given(st.text(alphabet=".0123456789|-+ \n#,", max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_like_a_sudoku_gives_puzzles_or_errors(text):
    for item in SUDOKU.parse(text, "t"):
        assert isinstance(item, ParseError) or SUDOKU.verify(item, item.given).status in ("solved", "unsolved")


def test_verify_names_the_offending_cells(easy):
    grid = easy.solution.copy()
    grid[0, 2], grid[0, 3] = grid[0, 3], grid[0, 2]
    verdict = SUDOKU.verify(easy, grid)
    assert verdict.status == "unsolved"
    assert {Cell(0, 2), Cell(0, 3)} <= set(verdict.cells)
    assert "twice" in verdict.reason
    blank = SUDOKU.verify(easy, easy.given)
    assert (blank.reason, len(blank.cells)) == ("51 cells are blank", 51)


def test_soundness_counts_and_shows_where_it_fails():
    assert SUDOKU.soundness(read(HARD)).n_solutions == 1
    assert SUDOKU.soundness(read("." * 81)).n_solutions == 2
    needs_nine = SUDOKU.soundness(read("12345678." + "." * 35 + "9" + "." * 36))
    assert needs_nine.n_solutions == 0
    assert needs_nine.reason == "the puzzle has no solution: the other givens leave no 9 for row 5, column 9"
    assert needs_nine.cells == ((4, 8),)
    stuck = SUDOKU.soundness(read("12345678." + "." * 8 + "9" + "." * 63))
    assert (stuck.n_solutions, bool(stuck.cells)) == (0, True)


def in_boxes(text, upright="|", frame=False):
    """Return a grid in boxes, perhaps in a frame."""
    rows = [f" {upright} ".join(" ".join(text[i + j : i + j + 3]) for j in (0, 3, 6)) for i in range(0, 81, 9)]
    rows = [f"{upright} {row} {upright}" for row in rows] if frame else rows
    ruler = "+-------+-------+-------+" if frame else "------+-------+------"
    bands = [*rows[:3], ruler, *rows[3:6], ruler, *rows[6:]]
    return "\n".join([ruler, *bands, ruler] if frame else bands)


LAYOUTS = {
    "plain": lambda text: "\n".join(text[i : i + 9] for i in range(0, 81, 9)),
    "spaced": lambda text: "\n".join(" ".join(text[i : i + 9]) for i in range(0, 81, 9)),
    "boxes": in_boxes,
    "a frame": lambda text: in_boxes(text, "│", True),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_lists_of_grids_are_the_same_by_the_long_way(layout, monkeypatch):
    """Grids in usual layouts are checked together: puzzles, answers, and one with an error, which says where."""
    wrong = EASY[:9] + "55" + EASY[11:]
    text = "\n\n".join(map(LAYOUTS[layout], [EASY, HARD, SOLVED, wrong, EASY, SOLVED, HARD])) + "\n"
    short = list(map(str, map(told, SUDOKU.parse(text, "p.txt"))))
    whole = []
    monkeypatch.setattr(lines, "plain_grid", lambda rows, start: whole.append(plain_grid(rows, start)))
    assert list(map(str, map(told, SUDOKU.parse(text, "p.txt")))) == short
    assert sum(found is not None for found in whole) == 7
    assert len(short) == 6
    assert "has 5 twice" in short[3]


def told(item):
    """Return what a puzzle or an error says."""
    return (item.given, item.solution, item.name, item.source) if isinstance(item, Puzzle) else item


def test_a_digit_that_is_missing_is_no_blank_cut_off_at_the_end_of_its_row():
    """Rows are filled up with spaces only where spaces are the blanks of most rows."""
    whole = [SOLVED[i : i + 9] for i in range(0, 81, 9)]
    (error,) = SUDOKU.parse("\n".join([*whole[:4], whole[4][:8], *whole[5:]]), "p.txt")
    assert str(error) == "p.txt:5: expected 9 cells in this row, found 8"
    spaces = [blank(row).rstrip() for row in ROWS]
    assert np.array_equal(read("\n".join(spaces)).given, read(EASY).given)


def test_two_grids_side_by_side_are_a_puzzle_and_its_answer_or_an_error(easy):
    answers = [SOLVED[i : i + 9] for i in range(0, 81, 9)]
    both = read("\n".join(f"{row}   {answer}" for row, answer in zip(ROWS, answers, strict=True)))
    assert np.array_equal(both.given, easy.given)
    assert np.array_equal(both.solution, easy.solution)
    (error,) = SUDOKU.parse("\n".join(f"{row}   {row}" for row in ROWS), "p.txt")
    assert str(error).startswith("p.txt:1: 9 rows of 18 cells")


@pytest.mark.parametrize(
    "line", ["given({}, {}, {}).", "board[{}][{}] = '{}';", "let g[{},{},{}] := 1;", "put(at({}, {}), {});"]
)
def test_cells_in_facts_of_programs_are_counted_from_0_or_1(line, easy):
    for first in (0, 1):
        cells = [(r + first, c + first, easy.given[r, c]) for r, c in np.argwhere(easy.given)]
        text = "solve(Rows) :- true. % a puzzle\n" + "\n".join(line.format(*cell) for cell in cells)
        assert np.array_equal(read(text).given, easy.given)
    # With fewer cells it is not sure that they are a Sudoku's.
    assert all(isinstance(item, ParseError) for item in SUDOKU.parse("\n".join(text.split("\n")[:12]), "p.txt"))
