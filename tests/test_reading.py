"""What people write down is read: a real snippet of every family, and what each is refused for."""

import json
import time
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import EASY, HARD, SOLVED, rows_of
from trm_cli import decoding, reading, source
from trm_cli.domains import domain
from trm_cli.errors import DataError, NoPuzzle, ParseError, TrmError, UnknownTask
from trm_cli.puzzle import Puzzle
from trm_cli.source import Text

CASES = Path(__file__).parent / "cases"
FAMILIES = json.loads((CASES / "families.json").read_text(encoding="utf-8"))
"""Snippets of public files with their sources, and the grids that a person reads in them, or how the error begins."""


def read(text, task=None, ends=reading.NOWHERE, name="x.txt"):
    return [*reading._of_text(Text(name, text), task, ends)]


def grids(text, **options):
    found = read(text, **options)
    assert all(isinstance(item, Puzzle) for item in found), found
    return ["\n".join(rows_of(item)) if item.task != "sudoku" else item.text(item.given) for item in found]


def rows(text=EASY, n=9):
    return [text[i : i + n] for i in range(0, len(text), n)]


@pytest.mark.parametrize("family", FAMILIES)
def test_families(family):
    case = FAMILIES[family]
    found = read(case["text"])
    if case["error"]:
        (error,) = found
        assert isinstance(error, TrmError)
        assert str(error).startswith(case["error"])
    else:
        assert {item.task for item in found} == {case["task"]}
        assert grids(case["text"]) == case["grids"]


ZEROS = EASY.replace(".", "0")
SUDOKUS = {
    "slashes": "/".join(rows()),
    "semicolons": ";".join(rows()),
    "tdoku": f"{EASY}:1:{SOLVED}",
    "puzzle bank": f"0000183b305c {ZEROS}  1.2",
    "labels of rows and columns": "    1 2 3 4 5 6 7 8 9\n" + "\n".join(
        f"{name} | {' '.join(row)}" for name, row in zip("ABCDEFGHI", rows(), strict=True)),
    "dashes": "\n".join(rows(EASY.replace(".", "-"))),
    "letters x": "\n".join(rows(EASY.replace(".", "x"))),
    "tabs with nothing between": "\n".join("\t".join(row.replace(".", " ")).replace(" ", "") for row in rows()),
    "commas with nothing between": "\n".join(",".join(row).replace(".", "") for row in rows()),
    "comments in C": "\n".join(f"// {row}" for row in rows()),
    "indented": "\n".join(f"    {row}" for row in rows()),
    "a title and a remark": "My Sudoku:\n\n" + "\n".join(rows()) + "\n\nIt took me an hour!",
    "python": "board = [\n" + "".join(f"    [{', '.join(row)}],  # row\n" for row in rows(ZEROS)) + "]\nprint(board)",
    "numpy": f"array([{','.join('[' + ' '.join(row) + ']' for row in rows(ZEROS))}], dtype=int8)",
    "kotlin": f"arrayOf({', '.join(f'intArrayOf({chr(44).join(row)})' for row in rows(ZEROS))})",
    "rust": f"let b = vec![{', '.join(f'vec![{chr(44).join(row)}]' for row in rows(ZEROS))}];",
    "a dictionary": str({"puzzle": rows()}),
    "pandas": json.dumps({str(c): {str(r): row[c] for r, row in enumerate(rows(ZEROS))} for c in range(9)}),
    "nested": json.dumps({"newboard": {"grids": [{"value": [[int(c) for c in row] for row in rows(ZEROS)]}]}}),
    "OpenSudoku": f"<opensudoku>\n<name>x</name>\n<game data='{ZEROS}' />\n</opensudoku>",
    "quoted lines": "\n".join(f'"{row}",' for row in rows()),
    "utf-8 with a no-break space": "\n".join("\xa0".join(row) for row in rows()),
    "-1 for a blank, in a program": "import numpy as np\nsudoku = np.array([" + ",\n".join(  # find_string id 2433057756
        "[" + ", ".join(row).replace(".", "-1") + "]" for row in rows()) + "])\nx = [1, 3]",
    "names of columns": "c1,c2,c3,c4,c5,c6,c7,c8,c9\n" + "\n".join(",".join(row) for row in rows(ZEROS)),
    "names of rows and columns in CSV": ",A,B,C,D,E,F,G,H,I\n" + "\n".join(
        f"{n}," + ",".join(row).replace(".", "") for n, row in enumerate(rows(), 1)),
    "numbers above a Markdown table": "| " + " | ".join("123456789") + " |\n" + "|---" * 9 + "|\n" + "\n".join(
        "| " + " | ".join(row.replace(".", " ")) + " |" for row in rows()),
    "NaN in CSV": "\n".join(",".join(row).replace(".", "nan") for row in rows()),
    "floats": "\n".join(" ".join(f"{int(char):.18e}" for char in row) for row in rows(ZEROS)),
    "pencil marks": "\n".join(" ".join(row).replace(".", "123") for row in rows()),
    "quoted cells": "\n".join(",".join(f'"{char}"' for char in row) for row in rows(ZEROS)),
    "a digit a line": "\n".join(ZEROS),
    "printed lists": "\n".join(str([int(char) for char in row]) for row in rows(ZEROS)),
    "YAML": "puzzle:\n" + "".join(f"  - [{', '.join(row)}]\n" for row in rows(ZEROS)),
    "MATLAB": "A = [" + ";\n     ".join(" ".join(row) for row in rows(ZEROS)) + "];",
    "rows in JSON": json.dumps({f"r{n}": [int(char) for char in row] for n, row in enumerate(rows(ZEROS))}),
    "cells in JSON": json.dumps([{"row": i // 9, "col": i % 9, "value": int(char)} for i, char in enumerate(ZEROS)]),
    "r1c1=5": "\n".join(f"r{i // 9 + 1}c{i % 9 + 1}={char}" for i, char in enumerate(EASY) if char != "."),
    "# for a blank": "\n".join(rows(EASY.replace(".", "#"))),
    "emoji": "\n".join(rows(EASY.replace(".", "⬜"))),
    "dots and quotes of a phone": f"\u201c{EASY.replace('...', '…')}\u201d",
    "dashes of a phone": "Sunday:\n\n" + "\n".join(" ".join(row) for row in rows(EASY.replace(".", "–"))) + "\n\nbye",
    "full width": "\n".join(rows(EASY.replace(".", "\u3000"))).translate({48 + n: 0xFF10 + n for n in range(10)}),
    "LaTeX": "\\begin{sudoku}\n" + "\n".join(f"|{'|'.join(row)}|." for row in rows()) + "\n\\end{sudoku}",
    "a table of a web page": "<!DOCTYPE html>\n<html><table>" + "\n".join(
        "<tr>" + "".join(f"<td class='c'>{char.replace('.', '&nbsp;')}</td>" for char in row) for row in rows()
    ) + "</table></html>",
    "XML": "<sudoku>\n" + "\n".join(f"<row>{row}</row>" for row in rows()) + "</sudoku>",
    "an unclosed literal": "[[" + "],[".join(",".join(row) for row in rows(ZEROS)) + "]",
}  # fmt: skip


@pytest.mark.parametrize("form", SUDOKUS)
def test_sudokus(form, easy):
    (puzzle,) = read(SUDOKUS[form])
    assert isinstance(puzzle, Puzzle), puzzle
    assert np.array_equal(puzzle.given, easy.given)


S, G = "#####\n#S G#\n#####", "#####\n#S  #\n# #G#\n#####"
MAZES = {
    "numbers 2 and 3": ("1 1 1 1 1\n1 2 0 3 1\n1 1 1 1 1", S),
    "openings": ("#####\n     \n#####", "#####\nS   G\n#####"),
    "a start and an opening": ("#####\n#S   \n#####", "#####\n#S  G\n#####"),
    "other letters": ("xxxxx\nxP Kx\nxxxxx", S),
    "entrance and exit": ("@@@@@\n@F.X@\n@@@@@".replace("F", "I"), S),
    "size above": ("3 5\n#####\n#S.G#\n#####", S),
    "places below": ("#####\n#...#\n#####\n1 1\n1 3", S),
    "two characters a cell": ("\n".join("".join(2 * char for char in row) for row in S.split("\n")), S),
    "a space behind every cell": ("\n".join(" ".join(row) for row in S.replace(" ", ".").split("\n")), S),
    "indented": ("   #####\n   #S G#\n   #####", S),
    "a path of X": ("#####\n#SXG#\n#####", S),
    "stars are free": ("#####\n#S*G#\n#***#\n#####", "#####\n#S G#\n#   #\n#####"),
    "stars are walls": ("*****\n*S G*\n*****", S),
    "several goals": ("########\n#S    G#\n#G     #\n########", "########\n#S     #\n#G     #\n########"),
    "Pacman": ("%%%%%\n%P .%\n%%%%%", S),
    "micromouse": ("o---o---o\n| S     |\no   o---o\n|     G |\no---o---o", "#####\n#S  #\n# ###\n#  G#\n#####"),
    "a matrix and two places": ("maze = [[1,1,1,1,1],\n[1,0,0,0,1],\n[1,1,1,1,1]]\nstart = [1, 1]\nend = [1, 3]", S),
    "in at O, out at X": ('[["#","O","#"],["#"," ","#"],["#","X","#"]]', "#S#\n# #\n#G#"),
    "commas behind walls of #": ("#,#,O,#\n#, , ,#\n#,X,#,#", "##S#\n#  #\n#G##"),
    "places above that are as long as rows": ("(1,1)\n(1,3)\n11111\n10001\n11111", S),
    "labels": ("       #####\nSTART-->   #\n       #   <--END\n       #####".replace("#   <", "#    <"),
               "#####\nS   #\n#   G\n#####"),
    "42": ("D553\n9556\nC557\n\n0,0\n3,2\nEEESWWWSEEE\n".replace("D553", "D553"), None),
    "rows of 0 and blanks, of which some look like numbers": (
        " 000\n   0\n0 00\n0   \n000 ", " ###\n   #\n# ##\n#   \n### ".replace(" ", "S", 1)[:-1] + "G"),
    "printed lists": ("[1, 1, 1, 1, 1]\n[1, 2, 0, 3, 1]\n[1, 1, 1, 1, 1]", S),
    # The form of the matrix in the README of Igor-Sokol/maze-solver.
    "walls of -1, openings": ("{\n  { -1, -1, -1, -1 },\n  {  0,  0,  0, -1 },\n  { -1, -1,  0,  0 },\n"
                              "  { -1, -1, -1, -1 }\n}", "####\nS  #\n## G\n####"),
    "walls of -1 in columns": ("-1 -1 -1 -1 -1\n-1  2  0  3 -1\n-1  0  0  0 -1\n-1 -1 -1 -1 -1",
                               f"#####\n#S G#\n#   #{S[-6:]}"),
    "walls of -1 in CSV": ("-1,-1,-1,-1,-1\n-1,S,0,G,-1\n-1,0,0,0,-1\n-1,-1,-1,-1,-1", f"#####\n#S G#\n#   #{S[-6:]}"),
    "ends of -1 and -2": ("[[-1,0,0],\n [1,1,0],\n [1,0,-2]]", "S  \n## \n# G"),
    "from 1 to 2": ("######\n#1  2#\n######", "######\n#S  G#\n######"),
    "from @ to $": ("######\n#@  $#\n######", "######\n#S  G#\n######"),
    # agentcooper/javascript-exercices, 04.maze.js: "o" is you, "x" is the treasure.
    "from o to x": ("######\n#o  x#\n######", "######\n#S  G#\n######"),
    "squares of emoji": ("🟦🟦🟦🟦🟦\n🟦😀⬜⬜🟦\n🟦🟦🟦🏁🟦\n🟦🟦🟦🟦🟦", "#####\n#S  #\n###G#\n#####"),
    "walls by hand": (
        "+-----+\n|S |  |\n|  |  |\n|    G|\n+-----+", "#######\n#S #  #\n#  #  #\n#    G#\n#######"),
    "quoted": ('"#####",\n"#S G#",\n"#####",', S),
}  # fmt: skip


@pytest.mark.parametrize("form", MAZES)
def test_mazes(form):
    text, wanted = MAZES[form]
    found = grids(text)
    assert wanted is None or found == [wanted]


def test_a_maze_in_hexadecimal_digits_has_a_wall_where_either_cell_has_one():
    (found,) = grids("93\nC6\n\n0,0\n1,1\nES\n")
    assert found == "#####\n#S  #\n# # #\n#  G#\n#####".replace("# # #", "#   #").replace("#   #", "# # #", 1)


def test_micromouse_numbers_lead_to_the_centre():
    lines = [f"{x} {y} {int(y == 3)} {int(x == 3)} {int(y == 0)} {int(x == 0)}" for x in range(4) for y in range(4)]
    (puzzle,) = read("\n".join(lines))
    assert puzzle.given.shape == (9, 9)
    assert puzzle.given[7, 1] == 3  # the start, bottom left
    assert puzzle.given[5, 3] == 4  # the nearest of the four in the middle


def test_ends_that_are_said():
    text = "#####\n#   #\n#####"
    assert grids(text, ends=((1, 1), (1, 3))) == [S]
    assert grids(S, ends=((1, 3), (1, 1))) == ["#####\n#G S#\n#####"]
    size = "the maze has 3 rows and 5 columns, walls included, and the nearest free cell is"
    for ends, words in (
        (((1, 1), None), "no goal"),
        (((0, 0), (1, 1)), f"row 1, column 1 is no free cell for the start; {size} 2,2"),
        (((1, 1), (7, 9)), f"row 8, column 10 is no free cell for the goal; {size} 2,4"),
    ):
        (error,) = read(text, ends=ends)
        assert words in str(error)
    (error,) = read(EASY, ends=((0, 0), (1, 1)))
    assert "--start and --goal are for mazes" in str(error)
    assert grids("11\n10\n11\n10", ends=((0, 0), (2, 0)), task="maze") == ["S \n #\nG \n #"]
    with pytest.raises(ValueError, match="counted from 1"):
        reading.place("0,1")


REFUSED = {  # what it is: (text, the start of the only error)
    "nothing": (" \n", "x.txt: there is nothing in it; docs/formats.md lists"),
    "another size": ("1 2 3 4 5 6 7 8\n" * 8, "x.txt:1: a 8x8 grid; Sudokus are of 4x4, 6x6, 9x9, 16x16 and 25x25"),
    "26x26": ("\n".join([" ".join(map(str, range(26)))] * 26), "x.txt:1: a 26x26 grid; Sudokus are"),
    "bad lines": (f"{EASY[1:]}\n" * 5, "x.txt:1: expected 81 characters (or 16, 36, 256, 625 for other sizes), found"),
    "prose": ("Dear reader,\nhow do you do?\n" * 99, "x.txt: neither a Sudoku nor a maze nor an ARC task"),
    "a pointer": ("version https://git-lfs.github.com/spec/v1\nsize 11\n", "x.txt: a pointer of Git LFS"),
    "a page": ("<!DOCTYPE html><html><body>1</body></html>", "x.txt: a web page"),
    "no ends": ("#####\n#   #\n#####", "x.txt:1: the maze has no start (S) and no goal (G); say where: --start ROW,"),
    # The form of maze.dat in psydeolite/ZAPCS-hw, 02-pathfind: there # is the path, and the start is elsewhere.
    "an exit of $ alone": ("#######\n# #   #\n# ### #\n#     $", "x.txt:1: the maze has no start (S); say where"),
    "Sokoban": ("#######\n#@ $ .#\n#     #\n#######", "x.txt:1: boxes ($) and places for them (.) as in Sokoban"),
    "Binairo": ("[[-1,-1,1,0],[-1,0,-1,-1],[1,-1,-1,1],[-1,-1,0,-1],[1,-1,-1,1]]", "x.txt: neither"),
    "too many goals": ("#" * 12 + f"\n#S{'F' * 9}#\n" + f"#{' ' * 10}#\n" * 2 + "#" * 12, "x.txt:2:3: 9 times 'F'"),
    "a large maze": ("\n".join(["#" * 99, *[f"#{'.' * 97}#"] * 97, "#" * 99]), "x.txt:1: 99 rows of 99"),
    # AroSwift/MazeSolver:maze.dat
    "ledges": ("_ _____\n| || ||\n|_    |\n|__|_||", "x.txt:1: walls of _ and | are read only if | stands in"),
    "submission": ('{"00576224": [{"attempt_1": [[0]], "attempt_2": [[0]]}]}', "x.txt: a submission, with answers"),
    "solutions": ('{"00576224": [[[3, 2], [7, 8]]]}', "x.txt: solutions of ARC tasks"),
    "re-arc": ('[{"input": [[1]], "output": [[2]]}]', "x.txt: pairs of one ARC task without a test"),
    "an open quote": ('"question\n', "x.txt: no puzzle in it"),
    "a task cut off": ('{"train": [{"input": [[1]],\n"output": [[2', "x.txt:2: the JSON ends in the middle; the file"),
    "a word cut off": ('{"train": [{"inp', "x.txt:1: the JSON ends in the middle; the file seems to be cut off"),
    "nothing in JSON": ('{"a": {"b": [1, 2]}}', "x.txt: neither"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_none_is_one_error(case):
    text, words = REFUSED[case]
    (error,) = read(text)
    assert isinstance(error, TrmError)
    assert str(error).startswith(words)
    assert "\n" not in str(error)


def test_a_quote_that_is_not_closed_is_one_error():
    for task in ("sudoku", "maze"):
        (error,) = read('"question\n', task=task)
        assert "in it; a" in str(error)


def test_mazes_are_no_empty_sudokus():
    walls = "0***************\n" + "00*0*0000000000*\n" * 14 + "***************0"
    for text in (walls, walls.replace("0", "."), walls.replace("*", ".").replace("0", " ")):
        assert not any(isinstance(item, Puzzle) and item.task == "sudoku" for item in read(text))
    assert len(read("*" * 16, task="sudoku")) == 1  # unless it is asked for


def test_full_grids_are_answers_right_or_wrong():
    wrong = SOLVED[:79] + SOLVED[80] + SOLVED[79]
    (puzzle,) = read(wrong)
    assert not domain("sudoku").diagnose(puzzle).is_good


def test_files_of_folders_without_a_puzzle_are_told_apart(tmp_path):
    (tmp_path / "notes.txt").write_text("Dear reader,\nhello!")
    (tmp_path / "photo.txt").write_bytes(b"\x00\x01")
    (tmp_path / "bad.txt").write_text(EASY[:-1])
    (tmp_path / "good.txt").write_text(EASY)
    kinds = [type(item) for item in reading.puzzles((str(tmp_path),))]
    assert kinds == [ParseError, Puzzle, NoPuzzle, NoPuzzle]
    (named,) = reading.puzzles((str(tmp_path / "notes.txt"),))
    assert type(named) is UnknownTask
    (tmp_path / "bad.txt").unlink()
    assert len([*reading.strict((str(tmp_path),))]) == 1


ARRAYS = {  # damage to a header: b"..." that is put into an .npy file
    "huge": b"{'descr': '|u1', 'fortran_order': False, 'shape': (60000, 100000), }",
    "empty strings": b"{'descr': '|S0', 'fortran_order': False, 'shape': (1000000000,), }",
    "a number of twenty digits": b"{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,), }",
    "cut off": b"{'descr': '|u1', 'fortran_order': False, 'shape': (3,3",
    "nested": b"{'descr': " + b"(" * 5000,
    "objects": b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
    "another dictionary": b"{'shape': (1,)}",
    "no dictionary": b"[1]",
}


@pytest.mark.parametrize("case", ARRAYS)
def test_damaged_arrays_are_one_error(tmp_path, case):
    header = ARRAYS[case]
    (tmp_path / "a.npy").write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    (error,) = reading.puzzles((str(tmp_path / "a.npy"),))
    assert "a.npy: not an array of tokens: " in str(error)


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"", b"\x93NUMPY", b"\x93NUMPY\x01\x00\xff\xff{}"])
def test_files_that_are_no_arrays(tmp_path, content):
    (tmp_path / "a.npy").write_bytes(content)
    (error,) = reading.puzzles((str(tmp_path / "a.npy"),))
    assert isinstance(error, DataError)


def test_characters_in_arrays(tmp_path):
    for kind in ("U1", "S1"):
        np.save(tmp_path / "a.npy", np.array([[*"S."], [*"#G"]], kind))
        (puzzle,) = reading.puzzles((str(tmp_path / "a.npy"),))
        assert rows_of(puzzle) == ["S ", "#G"]
    np.save(tmp_path / "a.npy", np.asfortranarray([[3, 2, 1], [1, 2, 4]]))
    (puzzle,) = reading.puzzles((str(tmp_path / "a.npy"),))
    assert rows_of(puzzle) == ["S #", "# G"]


def test_files_have_a_size_limit(tmp_path):
    (tmp_path / "a.txt").write_text(EASY)
    (error,) = reading.puzzles((str(tmp_path / "a.txt"),), max_bytes=80)
    assert "more than 80 bytes; --max-bytes allows more" in str(error)
    (error,) = reading.puzzles(("/dev/zero",))
    assert "not a text file: byte 0 is zero" in str(error)


@pytest.mark.parametrize(
    "text", ["1" * 300_000, "#" * 20_000, "+" + "--+" * 9000, "[" * 100_000, "x y 1 2 3 [\n" * 50_000]
)
def test_what_is_too_large_is_refused_soon(text):
    start = time.process_time()
    (error,) = read(text)
    assert isinstance(error, TrmError)
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8", "utf-8-sig", "latin-1", "cp1252"]
)
def test_encodings(tmp_path, monkeypatch, encoding):
    title = "" if encoding.startswith("utf-16-") else "“für Zoë”" if encoding == "cp1252" else "für Zoë"
    content = f"# {title}\n{EASY}\n".encode(encoding)
    (tmp_path / "a.txt").write_bytes(content)
    (puzzle,) = reading.puzzles((str(tmp_path / "a.txt"),))
    assert puzzle.text(puzzle.given) == EASY
    # Standard input comes in pieces that end anywhere.
    decoder = decoding.Decoder()
    assert "".join(decoder.decode(content[i : i + 3]) for i in range(0, len(content), 3)) == f"# {title}\n{EASY}\n"
    assert decoder.decode(b"", final=True) == ""


NO_TEXTS = {  # bytes, and what is said of them
    b"\xff\xfe1": "byte 2 is not UTF-16LE",
    "grün".encode() + b"\xfc": "byte 5 is not UTF-8",
    b"gr\xfcn\x07": "byte 4 is no character",
    b"gr\xfcn\x81": "byte 4 is neither UTF-8 nor Windows-1252",
    b"\x10\x00\x02\x00\x03\x00": "byte 0 is no character of a text in UTF-16LE",
}


@pytest.mark.parametrize("content", NO_TEXTS)
def test_what_is_no_text_is_one_error(tmp_path, content):
    (tmp_path / "a.txt").write_bytes(content)
    (error,) = reading.puzzles((str(tmp_path / "a.txt"),))
    assert f"a.txt: not a text file: {NO_TEXTS[content]}" in str(error)


@pytest.mark.parametrize(
    "argument", ["board = [" + "[0]," * 9 + "]", "/".join(rows()), "[[1,2],[3,4]]", "{{1,2},{3,4}}"]
)
def test_literals_are_no_files(argument):
    ((name, *_),) = source.read((argument,))
    assert name == "<argument>"


def test_a_puzzle_of_another_length_is_told_so():
    (error,) = source.read((EASY[:-1],))
    assert "80 characters; a Sudoku on one line has 81" in str(error)


def test_ten_thousand_puzzles_are_checked_together_and_the_wrong_one_is_found():
    lines = [HARD] * 3000
    lines[1500], lines[2000] = "55" + HARD[2:], f"{EASY},{SOLVED}"
    found = read("\n".join(lines))
    assert [n for n, item in enumerate(found) if isinstance(item, TrmError)] == [1500]
    assert str(found[1500]).startswith("x.txt:1501:1 and x.txt:1501:2: the givens contradict")
    assert found[2000].text(found[2000].solution) == SOLVED
    assert (found[2999].name, found[2999].source, found[2999].symbols) == ("x.txt#3000", "x.txt:3000", ".123456789")
    assert not found[0].given.flags.writeable


@pytest.mark.parametrize("n", [1023, 1024, 1025, 2048])
def test_every_grid_of_a_long_list_of_strings_comes_once(n):
    """They are checked in batches of 1024."""
    texts = json.dumps([EASY] * n)
    assert sum(1 for _ in domain("sudoku").parse(texts, "list.json")) == n


def test_grids_of_nine_plain_lines_know_their_places():
    grid = "\n".join(rows())
    first, second, error = read(f"{grid}\n\n{grid}\n\n{grid[:-1]}{grid[-2]}")
    assert [first.source, second.source] == ["x.txt:1", "x.txt:11"]
    assert "x.txt:29:9" in str(error)


@pytest.mark.parametrize("value", [1, None, "role", [2], {"role": 3}])
def test_texts_in_json_beside_other_values_are_no_crash(tmp_path, value):
    (tmp_path / "a.json").write_text(json.dumps([value, "a\nb\nc\nd\ne"]))
    (error,) = reading.puzzles((str(tmp_path / "a.json"),))
    assert type(error) is UnknownTask
