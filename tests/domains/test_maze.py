"""Mazes: every way to write one down, what is wrong with bad ones, and what counts as a right path."""

import json
import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import rows_of
from trm_cli.domains import domain
from trm_cli.domains.maze import form, lines
from trm_cli.domains.maze.grid import PATH, SYMBOLS, shortest_path
from trm_cli.domains.maze.plain import Square
from trm_cli.errors import ConfigError, ParseError
from trm_cli.puzzle import Puzzle

MAZE = domain("maze")
PLAIN = "S ##\n#  G\n# ##"


def read(text, name="m.txt"):
    return list(MAZE.parse(text, name))


def only(text):
    (puzzle,) = read(text)
    assert not isinstance(puzzle, ParseError), puzzle
    return puzzle


FORMS = {
    "plain": PLAIN,
    "dots": "S.##\n#..G\n#.##",
    "blocks": "S ██\n█  G\n█ ██",
    "letters": "A.XX\nX..B\nX.XX",
    "lower case, end": "s.xx\nx..e\nx.xx",
    "cut trailing blanks": "S ##\n#  G\n# ##\n",
    "json rows": json.dumps(PLAIN.splitlines()),
    "json cells": json.dumps([list(row) for row in PLAIN.splitlines()]),
    "json tokens": json.dumps([[SYMBOLS.index(c) for c in row] for row in PLAIN.splitlines()]),
    "json object": json.dumps({"question": PLAIN.splitlines()}),
    "json text": json.dumps(PLAIN),
    "comment": "# a maze of mine, with words\n" + PLAIN,
    "byte order mark": "\ufeff" + PLAIN,
    "dots with spaces between": "\n".join(" ".join(row) for row in PLAIN.replace(" ", ".").splitlines()),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms(form):
    assert rows_of(only(FORMS[form])) == PLAIN.splitlines()


THIN = """
+--+--+--+
|S |     |
+  +  +  +
|     | G|
+--+--+--+
"""
BOX = """
┌──┬─────┐
│S │     │
│  ╵  ╷  │
│     │ G│
└─────┴──┘
"""


@pytest.mark.parametrize("text", [THIN, BOX], ids=["ascii", "box drawing"])
def test_thin_walls_become_cells(text):
    rows = rows_of(only(text))
    assert rows[1] == "#S#   #"
    assert rows[3] == "#   #G#"
    assert len(rows) == 5


def test_thin_walls_without_a_rhythm_are_an_error():
    (error,) = read("+-+\n|S|\n|G+\n+--+")
    assert "regular distances" in str(error)


def test_several_mazes_are_numbered_and_know_their_lines():
    first, second, error = read(f"{PLAIN}\n\n{PLAIN}\n\n##\nSG\n#q")
    assert [first.name, second.name] == ["m.txt#1", "m.txt#2"]
    assert [first.source, second.source] == ["m.txt:1", "m.txt:5"]
    assert str(error) == "m.txt:11:2: expected a wall (#), free (space or .), S, G or o, found 'q'"


def test_a_row_of_free_cells_is_no_separator():
    assert rows_of(only("S #\n   \n# G")) == ["S #", "   ", "# G"]


def test_square_mazes_on_a_line_each():
    line = "S..#......#....G"
    first, second = read(f"{line}\n{line}")
    assert rows_of(first) == rows_of(second) == ["S  #", "    ", "  # ", "   G"]


def test_csv_with_answers():
    (puzzle,) = read("question,answer\nS  #  # G,So #o # G\n")
    assert rows_of(puzzle) == ["S  ", "#  ", "# G"]
    assert puzzle.solution[0, 1] == puzzle.solution[1, 1] == PATH
    (error,) = read("question,answer\nS  #  # G,So\n")
    assert "m.txt:2" in str(error)


@given(st.lists(st.text(alphabet="#. SGo", min_size=9, max_size=9), min_size=1, max_size=2), st.randoms())
def test_squares_are_read_alike_with_and_without_marks(texts, random):
    # Each text gets its two ends, as nearly all texts drawn at random have too many.
    lines = [
        "".join(random.sample([*"SG", *text.replace("S", "#").replace("G", "#")[2:]], len(text))) for text in texts
    ]
    item = Square(lines[0], lines[1] if len(lines) > 1 else "", "x", 1)
    quick, slow = item.puzzle("x"), form.puzzle(item.written(), "x")
    assert type(quick) is type(slow)
    if isinstance(slow, ParseError):
        assert str(quick) == str(slow)
        return
    assert (quick.source, quick.rating) == (slow.source, slow.rating) == ("x:1", len(shortest_path(slow.given)))
    assert np.array_equal(quick.given, slow.given)
    assert np.array_equal(quick.solution, slow.solution) or quick.solution is slow.solution is None


def test_many_mazes_on_a_line_each_are_read_soon():
    made = MAZE.generate("30x30", "easy", 5)
    lines = [f"{puzzle.text(puzzle.given)},{puzzle.text(puzzle.solution)}" for puzzle in (next(made) for _ in range(9))]
    text = "\n".join(["question,answer", *lines * 100])
    started = time.process_time()
    assert len(read(text)) == 900
    assert time.process_time() - started < 1


def test_a_drawn_path_is_the_answer():
    puzzle = only("Soo\n##o\n##G")
    assert rows_of(puzzle)[0] == "S  "
    assert MAZE.diagnose(puzzle).words == "solved, the path of 5 cells is a shortest one"


ERRORS = {
    "no start": ("..\n.G", "m.txt:1: the maze has no start (S)"),
    "no goal": ("S.\n..", "m.txt:1: the maze has no goal (G)"),
    "two starts": ("S.\nSG", "m.txt:1:1 and m.txt:2:1: the maze has more than one start (S)"),
    "ragged": ("S..\n..\n..G", "m.txt:2: expected 3 cells in this row, found 2"),
    "walled in": ("S#\n#G", "m.txt:1: the goal cannot be reached from the start"),
    "too large": ("S" + "." * 64 + "G", "m.txt:1: 1 rows of 66 cells; mazes go up to 64x64"),
    "empty": ("\n\n", "m.txt: no maze in it"),
    "bad json": ('["S', "m.txt:1:2: not valid JSON"),
    "csv without a maze": ("question,answer\n,\n", "m.txt:2: no maze in this row"),
    "json object in an object": ('{"question": {"a": 1}}', "m.txt: expected a maze"),
    "words for a maze": ('{"given": ", "shaS  # G   "pe": [3, 3]]}', "m.txt"),
    "a number that is none": (
        '{"question": ["#####", "#S G#", "#####"], "answer": [[1,1,1,1,1], [1,3,2,---1,1], [1,1,1,1,1]]}',
        "m.txt",
    ),
    "json number": ("{}", "m.txt: expected a maze as a string or as rows of cells"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors_say_where(case):
    text, words = ERRORS[case]
    (error,) = read(text)
    assert isinstance(error, ParseError)
    assert words in str(error)


IN_LINE = "S000011110000000111100G11"
"""A maze of 5x5 with its rows one after the other."""


def test_a_damaged_maze_among_mazes_on_one_line_each_is_one_error():
    first, error, last = read(f"{IN_LINE}\n{IN_LINE[:-1]}\n{IN_LINE}")
    assert rows_of(first) == rows_of(last) == ["S    ", "#### ", "     ", " ####", "  G##"]
    assert str(error) == "m.txt:2: 24 cells on one line are no square maze"


def test_mazes_on_one_line_each_may_have_the_tokens_of_the_published_data():
    published = IN_LINE.translate(str.maketrans("01SG", "2134"))
    assert [rows_of(item)[-1] for item in read(f"{published}\n{published}")] == ["  G##"] * 2


NO_MAZES = [f"2 2\n0 1\n0 1\n\n1 0\n1 {'1' * 40}\n", "<-1\nAC6\nC53\n\n0,0\n2,2\nSE\n", "1G\n\t\t"]


@pytest.mark.parametrize("text", NO_MAZES)
def test_numbers_that_are_no_walls_a_label_and_tabs_alone_are_errors(text):
    assert any(isinstance(item, ParseError) for item in read(text))


@given(st.text(alphabet='#. SGo\n|+-[]"1,q\t█', max_size=60))
def test_any_text_gives_puzzles_or_errors(text):
    for item in MAZE.parse(text, "x"):
        assert isinstance(item, ParseError) or rows_of(item)


CELLS = st.sampled_from(["##  .o", "██ o", "##█ "]).flatmap(st.sampled_from)


@given(st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=5, max_size=8), st.randoms())
def test_rows_in_the_usual_characters_are_the_same_maze_by_the_long_way(rows, random):
    for end in "SG":
        random.choice(rows)[random.randrange(6)] = end
    assert_same_by_the_long_way("\n".join(map("".join, rows)))


@settings(deadline=None)
@given(
    st.sampled_from(["0001", "01", "1112", "12", "000115", "..XX", "X.o", "x.", "01#"]),
    st.sampled_from(["SG", "23", "34", "AB", "SE", "ge", "SS", "S"]),
    st.sampled_from(["", " "]),
    st.integers(17, 22),
    st.randoms(),
)
def test_long_rows_in_other_characters_are_the_same_maze_by_the_long_way(chars, ends, between, width, random):
    rows = [random.choices(chars, k=width) for _ in range(random.randint(13, 22))]
    for end in ends:
        random.choice(rows)[random.randrange(width)] = end
    assert_same_by_the_long_way("\n".join(map(between.join, rows)))


@given(
    st.sampled_from(["0001", "1112", "XX..", "##. o"]),
    st.sampled_from(["SG", "23", "34", "AB"]),
    st.integers(5, 7),
    st.randoms(),
)
def test_a_square_on_one_line_is_the_same_maze_by_the_long_way(chars, ends, side, random):
    cells = random.choices(chars, k=side * side)
    for end in ends:
        cells[random.randrange(side * side)] = end
    square = Square("".join(cells), "", "x", 1)
    assert told(square.puzzle("x")) == told(form.puzzle(square.written(), "x"))


def assert_same_by_the_long_way(text):
    with pytest.MonkeyPatch.context() as patch:
        short = read(text)
        patch.setattr(lines, "rectangle", lambda *_: None)
        assert list(map(told, read(text))) == list(map(told, short))


def told(item):
    """Return what a puzzle or an error says, as text."""
    return f"{item.given} {item.solution} {item.rating} {item.source}" if isinstance(item, Puzzle) else str(item)


@pytest.mark.parametrize("kind", ["5x7", "30x30"])
def test_the_published_label_is_the_smallest_shortest_path(kind):
    made = MAZE.generate(kind, "easy", 5)
    for _ in range(20):
        puzzle = next(made)
        path = shortest_path(puzzle.given)
        assert sorted(path[1:-1]) == sorted(map(tuple, np.argwhere(puzzle.solution == PATH).tolist()))
        assert len(path) == puzzle.rating
        steps = [(1, 0), (0, -1), (0, 1), (-1, 0)]
        distance = _distances(puzzle.given, path[-1])
        for here, there in pairwise(path):  # the first of the steps that lead nearer
            nearer = [
                s
                for s in steps
                if distance[here.row + s[0] + 1, here.column + s[1] + 1] == distance[here[0] + 1, here[1] + 1] - 1
            ]
            assert nearer[0] == (there.row - here.row, there.column - here.column)


def _distances(grid, goal):
    """Return the distance of every cell to the goal (H, W), by relaxation: not the search that is tested."""
    distance = np.full(grid.shape, np.inf)
    distance[goal] = 0
    for _ in range(grid.size):
        around = np.pad(distance, 1, constant_values=np.inf)
        nearest = np.minimum.reduce([around[2:, 1:-1], around[:-2, 1:-1], around[1:-1, 2:], around[1:-1, :-2]])
        distance = np.where(grid > 1, np.minimum(distance, nearest + 1), np.inf)
    return np.pad(distance, 1, constant_values=np.inf)


BENT = """
S..#.
.#...
...#.
.#..G
"""
VERDICTS = {  # what is drawn: (verdict, words of the reason, offending cells)
    "right": ("Soo#.\n.#ooo\n...#o\n.#..G", "solved", "", ()),
    "nothing": ("S..#.\n.#...\n...#.\n.#..G", "unsolved", "no path is drawn", ((0, 0), (3, 4))),
    "gap": ("So.#.\n.#ooo\n...#o\n.#..G", "unsolved", "does not join S and G", ((0, 1), (1, 2))),
    "apart": ("Soo#.\n.#ooo\no..#o\n.#..G", "unsolved", "1 path cells are apart", ((2, 0),)),
    "dead end": ("Soo#o\n.#ooo\n...#o\n.#..G", "unsolved", "dead end at row 1, column 5", ((0, 4),)),
    "spur": ("Soo#.\n.#ooo\n..o#o\n.#..G", "unsolved", "dead end at row 3, column 3", ((2, 2),)),
    "loop": ("Soo#.\no#ooo\nooo#o\n.#..G", "unsolved", "branches or touches itself", ((0, 0), (1, 2))),
}


@pytest.mark.parametrize("case", VERDICTS)
def test_verify(case):
    text, status, words, cells = VERDICTS[case]
    puzzle = only(BENT)
    grid = only(text).solution if "o" in text else puzzle.given
    verdict = MAZE.verify(puzzle, grid)
    assert verdict.status == status
    assert words in verdict.reason
    assert verdict.cells == cells


def test_a_longer_path_is_valid_and_said_to_be_longer():
    verdict = MAZE.verify(only("......\n.####.\nS....G"), only("oooooo\no####o\nS....G").solution)
    assert verdict.reason == "valid but 4 cells longer than the shortest path of 6"


def test_levels(rng):
    assert MAZE.level(only("S.G\n#.#")) == "perfect"
    for level in ("easy", "medium", "perfect"):
        assert MAZE.level(next(MAZE.generate("20x20", level, 1))) == level
    puzzle = next(MAZE.generate("10x10", "24", 1))
    assert puzzle.rating >= 24


def test_what_cannot_be_generated():
    for kind, level, words in (
        ("30", "easy", "HEIGHTxWIDTH"),
        ("99x9", "easy", "from 2 to 64"),
        ("9x9", "nasty", "choose from easy"),
        ("4x4", "15", "hardly any 4x4 maze"),
    ):
        with pytest.raises(ConfigError, match=words):
            next(MAZE.generate(kind, level, 0))


def test_canvas_is_padded_to_multiples_of_five():
    puzzle = next(MAZE.generate("9x12", "easy", 0))
    tokens, labels = MAZE.encode(puzzle)
    assert tokens.shape == labels.shape == (10, 15)
    assert (tokens == 0).sum() == 10 * 15 - 9 * 12
    assert (tokens[9] == 0).all()
    classes = np.ones_like(tokens)
    assert (MAZE.decode(puzzle, classes) == PATH).sum() == (puzzle.given == 2).sum()


def test_a_small_maze_gets_walls_before_padding():
    puzzle = only("S #\n  #\n#oG".replace("o", " "))
    tokens, _ = MAZE.encode(puzzle)
    assert tokens.shape == (10, 10)
    assert np.array_equal(tokens[:3, :3], puzzle.given)
    assert (tokens[3:6, :6] == 1).all()
    assert (tokens[:6, 3:6] == 1).all()
    assert (tokens[6:] == 0).all()
    assert (tokens[:, 6:] == 0).all()


def test_a_loop_beside_a_lonely_cell_is_not_perfect():
    """It has one joint less than free cells, as a tree has, and is none."""
    (maze,) = MAZE.parse("S.#.\nG.##", "m")
    assert MAZE.level(maze) != "perfect"
    (tree,) = MAZE.parse("S.#.\n#..G", "m")
    assert MAZE.level(tree) == "perfect"


def test_wrong_paths_are_ordered_as_a_person_would():
    """Too long, then joined with a loose end, then with more of it, then not joined at all."""
    (maze,) = MAZE.parse("S....\n.....\nG....", "m")
    texts = [
        "S....\no....\nG....",
        "Soo..\n..o..\nGoo..",
        "S...o\no....\nG....",
        "S...o\no...o\nG...o",
        "S....\n.....\nGo...",
    ]
    found = [MAZE.verify(maze, next(MAZE.parse(text, "m")).solution) for text in texts]
    assert found[0].is_solved
    distances = [verdict.distance for verdict in found]
    assert distances == sorted(distances)
    assert len({*distances}) == len(distances)
