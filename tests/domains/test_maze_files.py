"""Mazes as public repositories have them: short files, or their beginnings, each with its source in a comment."""

import pytest

from tests.conftest import rows_of
from trm_cli import reading
from trm_cli.domains import domain
from trm_cli.domains.maze.grid import GOAL, START
from trm_cli.errors import ParseError
from trm_cli.puzzle import Puzzle

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
    # yunea/ca-feu:labyrinthe.txt: the first line is the size and the signs
    "size and signs": ("5x6* o12\n*1****\n*    *\n* ** *\n*  * *\n**2***\n", (0, 1), (4, 2), 6),
    # szmo-gif/ca_feu:labyrinthe.txt
    "size and signs apart": ("4 8 X O E S\nXXXEXXXX\nX      X\nX XXXX X\nXXXXXXSX", (3, 6), (0, 3), 7),
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
    "a sign in the corner": ("3\n4\nOOOO\nXXOX\nOOOZ\n", (0, 0), (2, 3), 6),
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
    # EDostieSlavich/SummerECE244:maze2.txt: several walls of another kind are no goals
    "another wall": ("+++++++\n+  -  +\n+-   -+\n+  S  +\n+++++++", "3 times '-'"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_what_is_no_maze_of_ours_is_said_in_one_line(case):
    text, words = OTHERS[case]
    puzzles, (error,) = read(text)
    assert not puzzles
    assert words in error


def test_a_maze_without_a_way_is_not_turned():
    """Zeros are free, so that no way is made up through the walls."""
    (error,) = MAZE.parse("1 1 1 1 1\n1 2 0 0 1\n1 1 1 1 1\n1 0 0 3 1\n1 1 1 1 1", "m")
    assert isinstance(error, ParseError)
    assert "cannot be reached" in str(error)
