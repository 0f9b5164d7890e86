"""Mazes as public repositories have them: short files, or their beginnings, each with its source in a comment."""

import json

import pytest

from tests.conftest import rows_of
from trm_cli import reading
from trm_cli.domains import domain
from trm_cli.domains.maze.grid import GOAL, START
from trm_cli.errors import ParseError, UnknownTask
from trm_cli.puzzle import Puzzle
from trm_cli.source import Text

MAZE = domain("maze")


def read(text):
    """Return the puzzles of a text and its errors, after the text was recognised as mazes."""
    assert reading.detect(text) == "maze"
    items = list(MAZE.parse(text, "m"))
    return [item for item in items if isinstance(item, Puzzle)], [
        str(item) for item in items if type(item) is not Puzzle
    ]


def ends(puzzle):
    """Return the places of start and goal."""
    return tuple(tuple(int(i[0]) for i in (puzzle.given == end).nonzero()) for end in (START, GOAL))


# Texts, and start, goal and length of the shortest path of the one maze in each.
ONE = {
    # yunea/ca-feu:labyrinthe.txt: the first line is the size and the characters
    "size and characters": ("5x6* o12\n*1****\n*    *\n* ** *\n*  * *\n**2***\n", (0, 1), (4, 2), 6),
    # szmo-gif/ca_feu:labyrinthe.txt
    "size and characters apart": ("4 8 X O E S\nXXXEXXXX\nX      X\nX XXXX X\nXXXXXXSX", (3, 6), (0, 3), 7),
    # Ritzga/Backtracking-Labyrinth:labyrinth.txt: size, start and goal, each on a line
    "places above": ("5 7\n2 0\n2 6\n*******\n* * * *\n  *    \n*   ***\n*******\n", (2, 0), (2, 6), 9),
    # Apress/adv-topics-in-c:maze.in: size and start, counted from 1; the goal is the way out
    "size and start": (
        "8 10 6 6\n1 1 1 1 1 1 1 1 1 1\n1 0 1 0 0 0 1 0 0 1\n1 0 1 0 1 0 1 1 0 1\n1 0 0 0 1 0 0 0 0 1\n"
        "1 0 1 1 1 1 1 1 0 1\n1 0 1 0 1 0 1 1 0 0\n1 0 0 0 0 0 1 1 0 1\n1 1 1 1 1 1 1 1 1 1\n",
        (5, 5), (5, 9), 23,
    ),
    # DIANA-RIBEIRO/maze_runner:data/maze.txt: free cells are x, and a ruler counts the columns
    "ruler": ("4 9\n####xxxxs\n####x####\nexxxx####\n####x####\n123456789", (0, 8), (2, 0), 11),
    # Adeon18/Solver_Algorithms:data/maze.txt: -1 is the start
    "minus one": ("1 -1 1 1\n1 0 1 1\n1 0 0 2\n1 1 1 1", (0, 1), (2, 3), 5),
    # johnaaron658/mazeSolver:maze.in
    "o and a star": ("1\n5 7\n#######\n#o#.#*#\n#.#.#.#\n#.....#\n#######\n", (1, 1), (1, 5), 9),
    # turbobato/maze_solver:data/maze.txt: depart, arrivee
    "D and A": ("EDEEE\nEWWWW\nEEEEA\nEWWWW", (0, 1), (2, 4), 8),
    # KyleLuster/MazeSolver:maze.in: ones are free, since the start is enclosed by them
    "zeros are walls": ("4 6\n1 1 3 1 1 1\n1 0 1 0 0 1\n1 0 1 0 1 1\n1 1 0 0 4 0\n", (0, 2), (3, 4), 8),
    # calexander618/MazeWhiz:mazes/maze2.txt, its top right corner: zeros are walls, twos free
    "twos are free": ("5\n02220\n02020\n12023\n00020\n22222\n", (2, 0), (2, 4), 9),
    # Northeastern-Micromouse/MicroMouse2017:mazes/maze2.txt: one end in a corner
    "a character in the corner": ("3\n4\nOOOO\nXXOX\nOOOZ\n", (0, 0), (2, 3), 6),
    # quaywin/Dijkstra:src/maze.txt: after its size and rows, the number of the first cell and of the last
    "numbers of cells": (
        "11\n8\n#.######\n#.######\n#......#\n#.###.##\n#..#..##\n#.##.###\n#.......\n#.######\n#.##.###\n#......#\n"
        "########\n17\n55\n\n",
        (2, 1), (6, 7), 11,
    ),
    # Felipebasilio/maze_runner:data/maze.txt: an entrance and two exits
    "two exits": ("#######\nexxxxxs\n###x###\n###s###", (1, 0), (3, 3), 6),
    # tandberg/ai-algorithms:data/maze.txt: walls are drawn at any distance
    "drawn walls": ("+------+\n|o  |  |\n|  -|  |\n|     x|\n+------+", (1, 1), (3, 6), 8),
    # joshepcs/TinyMazeSolver:mazes/maze2.txt
    "drawn walls and #": ("+-+---+\n|X|   |\n| | --+\n|    #|\n+-----+", (3, 5), (1, 1), 7),
    # arcreane/labyrtinthe-algo:labyrinth.txt, with ends
    "posts of #": ("#---#---# \n| S     |\n#---#   # \n| E     |\n#---#---#\n", (1, 1), (3, 1), 7),
    # drpatrik/maze:maze.csv: a field for each character
    "a field a character": (
        "+,-,-,+, , ,+\n|, , ,|, , ,|\n+, , ,+, , ,+\n|, , , , , ,|\n+, , ,+,-,-,+\n", (0, 3), (4, 1), 7,
    ),
    # the drawing of Rosetta Code's programs that make mazes, with an opening at the top left and one at the right
    "walls of _ and |": ("   _ _ _ \n|_  |  _|\n|  _ _| |\n|   |_  |\n|_|_ _ _ \n", (0, 1), (7, 8), 19),
    # elleaminuddin/CockroachBehaviourUsingEyeSim:maze.maz has such walls, with a line along the top
    "walls of _ and |, a line above": (" _______\n|S|   | |\n| | | | |\n|___|__E|", (1, 1), (5, 7), 19),
    # chappiii/Maze:maze.json
    "ends by key": (
        json.dumps({"maze": [[0, 0, 1, 1], [1, 0, 0, 0], [1, 1, 1, 0]], "start": [0, 1], "goal": [2, 3]}),
        (0, 1), (2, 3), 5,
    ),
    # glauci4/labirinto:maze.json: other characters are no ends, as the ends are known
    "ends by key, as x and y": (
        '{"width": 5, "start": {"x": 1, "y": 1}, "exit": {"x": 3, "y": 3}, "maze": [[1,1,1,1,1], [1,0,2,0,1], '
        '[1,1,1,0,1], [1,2,2,3,1], [1,1,1,1,1]]}',
        (1, 1), (3, 3), 5,
    ),
    # AndrewPoyntz/mazeSolver:maze.json
    "cells that are walls": (
        json.dumps([[{"wall": char == "#", "startPoint": char == "S", "exitPoint": char == "E"} for char in row]
                    for row in ("##S#", "#  #", "# ##", "#E##")]),
        (0, 2), (3, 1), 5,
    ),
    # mnanwarmz/bfs-a-star-search-ai:maze.csv, as pyamaze saves mazes: 1 is open
    "pyamaze": (
        '  cell  ,E,W,N,S\n"(1, 1)",0,0,0,1\n"(2, 1)",1,0,1,0\n"(1, 2)",0,0,0,1\n"(2, 2)",0,1,1,0', (3, 3), (1, 1), 5,
    ),
    # DaniCelis/laberinto:laberinto.txt, its first rows: column and row, since row and column have no way between them
    "a place that can be reached": (
        "1 1 1 1 1 1 1\n1 0 1 0 0 0 1\n1 0 0 0 1 0 1\n1 1 1 1 1 0 1\n1 1 1 1 1 1 1\n1 0 1 0 0 0 1\n1,1\n5,3",
        (1, 1), (3, 5), 9,
    ),
    # Aman-1313/Mouse-in-maze:maze1.txt: rows of numbers are no sizes of other mazes
    "rows of numbers": ("4 4\n1 1 1 1\n1 r 0 1\n1 0 1 1\n1 e 1 1", (1, 1), (3, 1), 3),
    "spaces between the cells of a string": (
        'test_maze = """\\\nS 0 0 1 0\n0 1 0 1 0\n0 0 0 0 0\n1 1 0 1 1\n0 0 0 0 G"""\n\nprint("Parsing maze...")\n',
        (0, 0), (4, 4), 9,
    ),
    # As in 7pl4y3r/Backtracking:lab.txt
    "places as long as a row": ("4 4\n1 1 4 4\n0 1 0 0\n0 1 0 1\n0 0 0 0\n1 0 1 0\n", (0, 0), (3, 3), 7),
    # A Kotlin program: x and y of the ends are between the statements of a function
    "ends by statements": (
        "fun main() {\n  val maze = arrayOf(\n    intArrayOf(0, 1, 0, 0, 0),\n    intArrayOf(0, 1, 0, 1, 0),\n"
        "    intArrayOf(0, 0, 0, 1, 0)\n    )\n    val start = Node(0, 1)\n    val goal = Node(4, 1)\n}\n",
        (1, 0), (1, 4), 9,
    ),
    # A C program, in which x is the row
    "ends by their numbers": (
        "int maze[4][5] = {\n  {1, 1, 1, 1, 1},\n  {1, 0, 0, 0, 1},\n  {1, 1, 1, 0, 1},\n  {1, 1, 1, 1, 1}\n};\n"
        "int start_x = 1;\nint start_y = 1;\nint end_x = 2;\nint end_y = 3;\nif (maze[x][y] == 1) return 0;\n",
        (1, 1), (2, 3), 4,
    ),
    "ends of a call": (
        "fn test_maze() {\n  let maze = vec![\n  vec![0, 0, 0, 0],\n  vec![0, 1, 1, 0],\n  vec![0, 0, 1, 0],\n  ];\n"
        "  let result = solve(&maze, (2, 1), (1, 3));\n}\n", (2, 1), (1, 3), 8,
    ),
    "four numbers of a call": (
        "func TestRun(t *testing.T) {\n\tmaze := [][]bool{\n\t\t{false, false, false, false},\n"
        "\t\t{true, true, false, true},\n\t\t{false, false, false, false},\n\t\t{false, false, false, false},\n\t}\n"
        "\tresult := Run(maze, 3, 0, 0, 0)\n}\n", (3, 0), (0, 0), 8,
    ),
    "rows that become something else": (
        'let maze = vec![\n    "xxxxxx x".to_string(),\n    "x      x".to_string(),\n    "x xxxxxx".to_string(),\n];\n',
        (0, 6), (2, 1), 8,
    ),
    "rows in a call": (
        'maze = Maze(["____",\n             "S##E",\n             "__#_",\n             "____"])\nsolver.solve()\n',
        (1, 0), (1, 3), 6,
    ),
    "a digit in the last corner": (
        "// Solve the maze\nconst maze = [\n  [0, 0, 1, 0],\n  [1, 0, 0, 0],\n  [0, 1, 0, 1],\n  [0, 0, 0, 2]\n];\n",
        (0, 0), (3, 3), 7,
    ),
    "characters in colours": (
        "laberinto = [['W', 'W', 'W'], ['W', 'B', 'W'], ['M', 'B', 'D']]".translate(
            {ord("W"): "\u2b1c\ufe0f", ord("B"): "\u2b1b\ufe0f", ord("M"): "\U0001f42d", ord("D"): "\U0001f6aa"}
        ), (2, 0), (2, 2), 7,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ONE)
def test_one_maze(case):
    text, start, goal, length = ONE[case]
    (puzzle,), errors = read(text)
    assert not errors
    assert (ends(puzzle), puzzle.rating) == ((start, goal), length)
    assert puzzle.solution is None


SIZED = {
    # jmnadera/cmsc123:maze.in: the number of mazes, then each with its size
    "sizes": "2\n4 7\n#######\n#...#o#\n#*#...#\n#######\n3 5\n#####\n#o.*#\n#####\n",
    # fernandesi2244/Algorithms:maze.dat: one number is the size
    "one number": "2\n3\n#S#\n#.#\n#E#\n4\n##S#\n#..#\n#.##\n#E##\n",
    # willem-dejong/aMAZEr:maze.in: ends in the corners
    "no ends": "3 4\n...*\n.*..\n**..\n4 4\n...*\n.*..\n.**.\n....\n",
}


@pytest.mark.parametrize("case", SIZED)
def test_mazes_with_their_sizes_between(case):
    puzzles, errors = read(SIZED[case])
    assert len(puzzles) == 2
    assert not errors
    assert len(rows_of(puzzles[0])) != len(rows_of(puzzles[1]))


def test_cells_with_walls():
    """The exercise of a Danish course (MarkusIngerslev/Labyrint:maze.json), and the same in one list."""
    walls = [["nw", "ne"], ["ws", "es"]]
    sides = {"north": "n", "east": "e", "west": "w", "south": "s"}
    cells = [
        [{"row": r, "col": c} | {name: letter in walls[r][c] for name, letter in sides.items()} for c in (0, 1)]
        for r in (0, 1)
    ]
    value = {"rows": 2, "cols": 2, "start": {"row": 0, "col": 0}, "goal": {"row": 1, "col": 1}, "maze": cells}
    for maze in (cells, cells[0] + cells[1]):
        (puzzle,), errors = read(json.dumps(value | {"maze": maze}, indent=2))
        assert not errors
        assert rows_of(puzzle) == ["#####", "#S  #", "# # #", "#  G#", "#####"]


def test_a_closed_maze_of_a_micromouse_has_its_ends_by_rule():
    """As in eniacluo/Micromouse:mazes/maze2.txt: from the bottom left to the room in the middle."""
    rows = [[" "] * 33 for _ in range(33)]
    for i in range(33):
        rows[0][i] = rows[32][i] = "-+"[i % 2 == 0]
        rows[i][0] = rows[i][32] = "|+"[i % 2 == 0]
    for r in range(2, 32, 2):
        rows[r][2:32:2] = "+" * 15
    rows[31][2] = "|"
    (puzzle,), _ = read("\n".join(map("".join, rows)))
    assert ends(puzzle)[0] == (31, 1)
    rows[31][2] = " "
    assert "no start" in read("\n".join(map("".join, rows)))[1][0]


OTHERS = {
    # Advent of Code 2023, day 23
    "one-way": ("#.#######\n#...>...#\n###v###.#\n#...#...#\n###v#.###\n#.....>.#\n#######.#", "one-way cells"),
    # ukmars/mazerunner: costs in the cells of a micromouse's maze
    "costs": ("o---o---o---o\n| 4   3   2 |\no   o---o   o\n| 5 | 6   1 |\no---o---o---o", "costs are not supported"),
    # AlifioDitya/Treasure-Hunt-Maze:src/maze.txt: all treasures are collected
    "treasures": ("TRKRRR\nRXXXXR\nRRXTRR\nXRXXXX\nRRRRRR\nTXXTXT", "5 times 'T'"),
    # EDostieSlavich/SummerECE244:maze2.txt: several walls of another kind are no goals
    # CoreyRinda/Fogged-Maze:maze2.txt, its corner: what ends a game is not where the way ends
    "two kinds of goals": ("#####\nE.#.#\n#...#\n#A#B#\n#####", "'E' is neither wall nor free"),
    # JavierAChacon/BFS-en-Laberintos-con-Lobos:laberinto.txt: wolves are no path
    "stars apart": ("1\n6\n####S#\n#....#\n#.##*#\n#....#\n#...*#\n####E#", "2 times '*'"),
    # Haroonali7816/RayCast-in-C:data/maze.txt, its first rows
    "walls with a digit": ("#######\nS     #\n# 33# #\n#   # #\n#######", "2 times '3'"),
    # GaelGil/intel_sys_trail_project:maze1.txt, its beginning
    "monsters": ("S---M-WW--W\n----W------\n--------W-W\nW----W----M\nWWW-M------\n", "3 times 'M'"),
    # Without ends, corners are only a guess
    "no way between the corners": ("0 0 1 0\n0 1 0 0\n1 0 0 1\n1 1 0 0", "no way joins its openings or corners"),
    "another wall": ("+++++++\n+  -  +\n+-   -+\n+  S  +\n+++++++", "3 times '-'"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_what_is_no_maze_of_ours_is_said_in_one_line(case):
    text, words = OTHERS[case]
    puzzles, (error,) = read(text)
    assert not puzzles
    assert words in error


def test_places_alone_are_no_sudoku():
    """The moves of faradayfan/maze-solver:maze.json were read as an empty grid."""
    value = {"size": 5, "spaces": [{"x": x, "y": y, "moves": "XY"} for x in range(5) for y in range(5)]}
    with pytest.raises(UnknownTask):
        reading.detect(json.dumps(value))


@pytest.mark.parametrize(
    "text",
    [
        # Tiagoblima/Backtracking:labirinto.txt, its first rows: the codes of characters were characters
        "9\n3 3\n3 4\n32 32 32 0 32\n0 0 0 32 0\n0 0 32 0 0\n0 0 0 88 32\n0 32 0 32 32\n",
        # 24f2008529/tds-ga5:maze.json: the bits of sides, which were free cells
        json.dumps({"start": [1, 1], "end": [3, 3], "openMask": [
            [0, 0, 0, 0, 0], [0, 4, 0, 6, 8], [0, 3, 10, 9, 0], [0, 2, 12, 1, 0], [0, 0, 5, 0, 0]]}),
    ],
)  # fmt: skip
def test_tables_of_numbers_are_no_mazes(text):
    items = [*reading._of_text(Text("m.txt", text), None, reading.NOWHERE)]
    assert items
    assert not any(isinstance(item, Puzzle) for item in items)


def test_words_of_a_program_beside_a_maze_are_no_errors():
    """As in Fernandozs10/ADA-backtracking:laberinto.txt."""
    head = "void f(vector<vector<int>>& maze, int rows) {}\nvector<vector<int>> maze = {\n"
    text = head + " {0, 1, 0, 0, 0},\n {0, 1, 1, 1, 0},\n {0, 0, 0, 0, 0},\n {0, 1, 1, 1, 1},\n {0, 0, 0, 0, 0}\n};"
    puzzles, errors = read(text)
    assert len(puzzles) == 1
    assert not errors


def test_a_maze_without_a_way_is_not_turned():
    """Zeros are free, so that no way is made up through the walls."""
    (error,) = MAZE.parse("1 1 1 1 1\n1 2 0 0 1\n1 1 1 1 1\n1 0 0 3 1\n1 1 1 1 1", "m")
    assert isinstance(error, ParseError)
    assert "cannot be reached" in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "1\n \n 1  0",
        " _____ _|\n\n|S  | |\n| | |_|__G|",
        'cell,E,W,N,S\n"(1, 1)",1,0,0,1\n"(2, 1)",0,0,1,0\n"(0, 2)",0,1,0,1\n"(2, 2)",0,0,1,0\n',
    ],
)
def test_damaged_files_are_errors_and_no_tracebacks(text):
    """Found by `make fuzz`."""
    assert all(isinstance(item, ParseError) for item in MAZE.parse(text, "m"))


CODE = "def area(width, height):\n    return width * height\n\n" * 50


@pytest.mark.parametrize(
    "text",
    [
        "    }\n}\n",
        "CASES = [[0, 2, 0], [1, 0, 1], [0, 3, 0]]\n\n" + CODE,
        "links = [[0, 0, 1], [1, 0, 1], [1, 0, 0]]\n\n" + CODE,
        "def rotate(matrix):\n    return np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]]) @ matrix\n\n" + CODE,
    ],
)
def test_code_is_no_maze(text):
    """Brackets on lines of their own and the small matrices of programs were mazes."""
    read = reading._of_text(Text("x.txt", text), None, reading.NOWHERE)
    assert [type(item) for item in read] == [UnknownTask]


def test_a_program_about_mazes_may_have_a_small_one():
    text = f"# Solves a maze.\n{CODE}maze = [[0, 1, 0], [0, 0, 0], [1, 0, 0]]\n"
    (puzzle,) = reading._of_text(Text("x.py", text), None, reading.NOWHERE)
    assert rows_of(puzzle) == ["S# ", "   ", "# G"]


def test_a_row_of_letters_with_both_ends_is_no_word():
    (puzzle,) = MAZE.parse("XXXXXXXX\nXAOOOOBX\nXOXXXXOX\nXOOOOOOX\nXXXXXXXX\n", "m")
    assert rows_of(puzzle)[1] == "#S    G#"


def test_a_row_with_more_wall_than_the_others_is_an_error():
    text = "#########\n#S      #\n# ##### #\n#     # #########\n#      G#\n#########\n"
    (error,) = MAZE.parse(text, "m")
    assert str(error).startswith("m:4: ")
    (puzzle,) = MAZE.parse(text.replace(" #########\n#      G", " #\n#      G"), "m")
    assert len(rows_of(puzzle)) == 6


FREE_EDGES = {
    "left": " #  G#\n # #  \n S ###\n #    \n # # #\n #    ",
    "right, and blanks inside no row": "     #\n  #   \n      \n    S \n      \n    G ",
    "top": "      \n # #  \n  S#G#\n### # \n #    \n # ###",
    "top, twice": "      \n      \n # #  \n  S#G#\n###   \n # ###",
    "a single wall": "      \n #    \n   G  \n    S \n      \n      ",
}


@pytest.mark.parametrize("edge", FREE_EDGES)
def test_free_cells_along_an_edge_are_no_indentation_and_no_blank_lines(edge):
    (puzzle,) = MAZE.parse(FREE_EDGES[edge], "m")
    assert isinstance(puzzle, Puzzle)
    assert puzzle.rows(puzzle.given) == FREE_EDGES[edge]
