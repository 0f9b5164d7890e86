"""ARC geometry: planes, proposals and sizes on hand-drawn grids."""

import numpy as np
import pytest

from trm_cli.domains.arc import proposals, sizes
from trm_cli.domains.arc.canvas import Canvas, Components
from trm_cli.domains.arc.planes import FAMILIES, planes
from trm_cli.domains.dihedral import turned


def drawn(text):
    """Read a grid from rows of digits, `.` for black."""
    return np.array([[int(c) for c in row.replace(".", "0")] for row in text.split()], np.uint8)


def canvas(text, shape=None, more=()):
    grid = drawn(text)
    return Canvas(grid, tuple(sorted({*grid.reshape(-1).tolist(), *more})), shape or grid.shape)


def marked(name, text, colour=None, shape=None):
    """Return the cells for which a plane is true, of a colour or of cells alone, drawn with `#`."""
    seen = canvas(text, shape)
    found = planes(seen)
    values = found.values[found.names.index(name)]
    cells = values[0] if colour is None else values[seen.palette.index(colour)]
    return " ".join("".join("#" if cell else "." for cell in row) for row in cells)


OF_CELLS = [
    ("has ink", "1.. .2. ...", "#.. .#. ..."),
    ("is background diagonal to ink", ".... .1.. .2..", "#.#. #.#. #.#."),
    ("is red", "1.. .2. ...", "... .#. ..."),
    ("is in the border", "... ... ...", "### #.# ###"),
    ("is on the main diagonal", "... ... ...", "#.. .#. ..#"),
    ("is in every second row, from row 1", "... ... ...", "### ... ###"),
    ("is background between two cells of one colour", "1.1 2.. ...", ".#. ... ..."),
    (
        "is ink at an edge",
        "....... .11111. .11111. .11111. ....... .......",
        "....... .#####. .#...#. .#####. ....... .......",
    ),
    ("is background beside ink", "... .1. ...", ".#. #.# .#."),
    ("is in a hole", "111.. 1.1.. 111.. .....", "..... .#... ..... ....."),
    (
        "is in the largest hole",
        "1111.111 1..1.1.1 1111.111 ........ ........ ........",
        "........ .##..... ........ ........ ........ ........",
    ),
    ("is in the largest thing", "11..2 11... .....", "##... ##... ....."),
    ("is in the second largest thing", "11..2 11... .....", "....# ..... ....."),
    ("is in the only thing of its form", "11.2. ...2. 333..", "..... ..... ###.."),
    ("is in a thing with one hole", "1112. 1.12. 1112. ..... .....", "###.. #.#.. ###.. ..... ....."),
    ("is in a thing with two holes", "11111 1.1.1 11111 ..... ..... .....", "##### #.#.# ##### ..... ..... ....."),
    ("is in a figure of two colours or more", "12..3 .....", "##... ....."),
    ("is in the box of a thing", "1... .1.. ....", "##.. ##.. ...."),
    ("is in a thing that touches another", "12.3 ....", "##.. ...."),
    ("is in a block of one cell", "1.. .1. 11. ... ...", "#.. ... ... ... ..."),
    ("is beside the only thing of its colour", "1... ..22 .... ..2.", ".#.. #... .... ...."),
    ("is in a row with ink", "... .1. ...", "... ### ..."),
    ("is in a row of one colour", "... .1. 222", "### ... ###"),
    ("is like its left-right mirror", "1.1 1..", "### .#."),
    ("is in the middle row of its thing", "111 111 111 ... ... ... ...", "... ### ... ... ... ... ..."),
    (
        "is in the second layer of its thing",
        "....... .111... .111... .111... .......",
        "....... ....... ..#.... ....... .......",
    ),
    ("has ink directly above", ".1. ... ...", "... .#. ..."),
    ("is in the largest empty rectangle", "1.... ..... 1....", ".#### .#### .####"),
    ("is in an empty 3x3 square", "1.... ..... 1....", ".#### .#### .####"),
    ("is background within one thing from side to side", "1.1. 111. ....", ".#.. .... ...."),
    ("is background between two things", "1.2 ... ...", ".#. ... ..."),
    ("is an even number of steps from the ink to the left", "1....", "..#.#"),
    ("is in the middle column of a thing, or above or below it", "..... .111. .....", "..#.. ..#.. ..#.."),
    ("is on a bar", "..3.. ..3..", "..#.. ..#.."),
    ("is in the first panel across", "..3.. ..3..", "##... ##..."),
    ("is in a panel with 1 cell of ink", ".13.. ..3..", "##... ##..."),
    ("is beside red", "2.. ... ...", ".#. #.. ..."),
    ("is enclosed by red", "222. 2.2. 222. ....", ".... .#.. .... ...."),
    ("is on the outline of the box of a figure", "1.... ..... ..11. ..11. .....", "..... ..... ..##. ..##. ....."),
    ("is in a thing with other ink in its box", "111.. 121.2 111.. ..... .....", "###.. #.#.. ###.. ..... ....."),
    ("is in the largest thing, not at its edge", "..... .111. .111. .111. .....", "..... ..... ..#.. ..... ....."),
    ("is inside four corners of one colour", "..... .1..1 ..... .1..1", "..... ..... ..##. ....."),
    ("is on a side between corners of one colour", "..... .1..1 ..... .1..1", "..... ..##. .#..# ..##."),
    ("is on the way between two single cells, first across from the first colour", "1... .... ..2.", "###. ..#. ..#."),
    ("is on the way between two single cells, first across from the second colour", "1... .... ..2.", "#... #... ###."),
    ("is not in the middle column", "... ...", "#.# #.#"),
    ("is in the lower half", "... ... ...", "... ... ###"),
    ("is in the right half", "... ... ...", "..# ..# ..#"),
    ("is in the box of blue", "1.... ..... ..1.. .....", "###.. ###.. ###.. ....."),
    ("is an even number of columns from ink", ".1.. ....", ".#.# .#.#"),
    ("has ink in the wedge that opens below", "..... ..... ..1..", "##### .###. ..#.."),
    ("has ink in the wedge that opens to the left", ".... 1... ....", ".### #### .###"),
    ("is above all ink", ".... .1.. .... ..1.", "#### .... .... ...."),
    ("is to the right of all ink", ".... .1.. .... ..1.", "...# ...# ...# ...#"),
    ("is at the middle of the box of all ink", "1...1 .....", "..#.. ....."),
    ("is at the middle of the box of all ink, or beside it", "..... 1...1 .....", "..#.. .###. ..#.."),
    (
        "is on a diagonal that goes on and bounces off other ink",
        "1...2 .1..2 ....2 ....2 ....2",
        "..... ..... ..#.. ...#. ..#..",
    ),
]
OF_COLOURS = [
    ("it has", "1.. .2.", 2, "... .#."),
    ("it sees first above", "1.. .2. ...", 1, "... #.. #.."),
    ("it sees first above", "1.. .2. ...", 2, "... ... .#."),
    ("it sees to the left and right", "1.1 1..", 1, ".#. ..."),
    ("lies on it or anywhere to the left", "1.. .2.", 1, "### ..."),
    ("at least two of its four neighbours have", "1.1 ... ...", 1, ".#. ... ..."),
    ("encloses it", "111. 1.1. 111.", 1, ".... .#.. ...."),
    ("its hole touches", "111.. 1.1.. 111.. .....", 1, "..... .#... ..... ....."),
    ("the largest thing has", "11..2 .....", 1, "##### #####"),
    ("its thing touches", "12.3 ....", 2, "#... ...."),
    ("its figure has elsewhere", "12..3 .....", 2, "#.... ....."),
    ("its figure has most of", "112.. .....", 1, "###.. ....."),
    ("a twin of its thing has, the same way up", "1.2. ...2 .3..", 3, "#... .... ...."),
    ("has it in the box of all its cells", "1.1 ... ...", 1, "### ... ..."),
    ("is the second commonest", "11. 2.. ...", 1, "### ### ###"),
    ("the upper left corner has", "1.. ...", 1, "### ###"),
    ("lies in its row", "1.. ...", 1, "### ..."),
    ("fills its column", "1.. 1..", 1, "#.. #.."),
    ("is the first and the last colour of its row", "1.1 1..", 1, "### ..."),
    ("lies in the left-right mirror", "1.. ...", 1, "..# ..."),
    ("lies across the middle of the rarest ink, left-right", "..1.. ...2. 3.3..", 2, "..... .#... ....."),
    ("lies across the middle of all ink, up-down", "..... .1... .22.. .....", 1, "..... ..... .#... ....."),
    ("lies across the middle of its figure's box, left-right", "12... .....", 2, "#.... ....."),
    ("is here in the stretched grid", "12", 2, "..## ..##", (2, 4)),
    ("is here in the repeated grid", "12", 2, ".#.# .#.#", (2, 4)),
    ("is here in the box of all ink", "... .12", 1, "#.", (1, 2)),
    ("all halves have here", "1.1. 1..1", 1, "#. ..", (2, 2)),
    ("one of the halves has here", "1.1. 1..1", 1, ".. ##", (2, 2)),
    ("any of the panels has here", "1.3.. ..3.1", 1, "#. .#", (2, 2)),
    ("its panel has", "1.3.. ..3.2", 2, "...## ...##"),
    ("has more cells than there are cells before this one", "1..1 ....", 1, "##.", (1, 3)),
    ("has a rank by cells like the row's number", "11. 2..", 2, ". #", (2, 1)),
    ("lies nearest", "1....2 ......", 1, ".##..# ###..."),
    ("it meets to the right after its own", "11.2", 2, "..#."),
    ("it sees nearer of left and right", "1....2", 2, "...##."),
    ("it touches, with that colour in sight opposite", "11... ..... 1....", 1, "..... #.... ....."),
    ("lies in all four quadrants around it", "1.1 ... 1.1", 1, "### ### ###"),
    ("has it inside the box of all its cells", "1..1 .... 1..1", 1, ".... .##. ...."),
    ("has it on the outline of the box of all its cells", "1..1 .... 1..1", 1, "#### #..# ####"),
    ("it has, or sees first to the left", "1..2. .....", 1, "###.. ....."),
    ("it has, or sees to the left and right", "1..1.2", 1, "####.."),
    ("continues to it in a line from the left", "11... .....", 1, ".#### ....."),
    ("continues to it in a diagonal", "1... .1.. .... ....", 1, "#... .#.. ..#. ...#"),
    ("the corner nearest to it has", "1..2 .... .... 3..4", 2, "..## ..## .... ...."),
    ("the panel with most ink has at the place of its panel", "1.511 ..511 55555 ..5.. ..5.1", 1, "## ##", (2, 2)),
    ("lies directly above", "1.. ...", 1, "... #.."),
    ("is the colour of the four corners around", "2..2 .... 2..2 ...1", 2, ".... .##. .... ...."),
    ("is the colour of both corners of the side", "2..2 .... 2..2 ...1", 2, ".##. #..# .##. ...."),
    (
        "the ring as far from the middle as its own is from the border has",
        "2222 2112 2112 2222",
        1,
        "#### #..# #..# ####",
    ),
    ("a more colourful figure of the same outline has at its place", "12..3 2...3 3...3", 3, "..... ..... ....."),
    ("a more colourful figure of the same outline has at its place", "123.444 .......", 2, ".....#. ......."),
    (
        "lies across the middle of the ink that is mirrored both ways, left-right",
        "...... 5..... .3.3.. ..3... .3.3.. ......",
        5,
        "...... ....#. ...... ...... ...... ......",
    ),
    (
        "lies across the middle of the ink that is mirrored both ways, half turn",
        "...... 5..... .3.3.. ..3... .3.3.. ......",
        5,
        "...... ...... ...... ...... ...... ....#.",
    ),
    ("points at it with the end of a figure", ".11.. ...1. .....", 1, "##... ...#. ....#"),
    ("lies on it or in the wedge that opens above", "1... ....", 1, "#... ##.."),
    ("bounces to it between two sides, going up", "... ... ... ... 1..", 1, "#.. .#. ..# .#. #.."),
    ("continues to it in a diagonal that bounces off other ink", "1..2 .1.2 ...2 ...2", 1, ".... .... ..#. .#.."),
]


@pytest.mark.parametrize(("name", "text", "expected"), OF_CELLS, ids=[case[0] for case in OF_CELLS])
def test_a_plane_of_cells(name, text, expected):
    assert marked(name, text) == expected


@pytest.mark.parametrize("case", OF_COLOURS, ids=[case[0] for case in OF_COLOURS])
def test_a_plane_of_colours(case):
    name, text, colour, expected, *shape = case
    assert marked(name, text, colour, *shape) == expected


def test_names_are_different_and_depend_on_nothing():
    first = planes(canvas("1.2 .1. 333"))
    assert len(set(first.names)) == len(first.names)
    for other in (canvas("1"), canvas("12.3 4561", (3, 2)), canvas("." * 30, (30, 30))):
        assert planes(other).names == first.names
        assert planes(other).is_of_colour == first.is_of_colour


def test_planes_of_a_smaller_answer_know_nothing_of_the_grid_at_their_place():
    assert marked("it has", "1.. ... ...", 1, (2, 2)) == ".. .."
    assert marked("it has", "1.", 1, (2, 3)) == "#.. ..."


@pytest.mark.parametrize("way", range(8))
def test_planes_turn_as_grids_do(way):
    found = planes(canvas("1.2. .1.. 3333"))
    at = found.names.index("it has")
    here = np.argmax(turned(found.values, way)[at], 0)
    assert np.array_equal(here, turned(drawn("1.2. .1.. 3333"), way))


def test_planes_follow_the_colours():
    """Permuted colours, with black as the commonest: every plane that names no colour is the same for its colours."""
    text, swapped = "12..1 .2... ..... 111..", "34..3 .4... ..... 333.."
    first, second = planes(canvas(text)), planes(canvas(swapped))
    by_name = [any(f" {colour}" in name for colour in ("blue", "red", "green", "yellow")) for name in first.names]
    assert np.array_equal(first.values[~np.array(by_name)], second.values[~np.array(by_name)])


def test_any_grid_has_planes():
    rng = np.random.default_rng(0)
    for height, width, shape in ((1, 1, (1, 1)), (1, 30, (3, 3)), (30, 30, (30, 30)), (7, 12, (24, 7)), (2, 1, (1, 5))):
        grid = rng.integers(0, 10, (height, width)).astype(np.uint8)
        found = planes(Canvas(grid, tuple(range(10)), shape))
        assert found.values.shape == (len(found.names), 10, *shape)
        assert sum(1 for family in FAMILIES for _ in family(Canvas(grid, tuple(range(10)), shape))) == len(found.names)


def test_proposals_hold_colours_or_say_nothing():
    """A cell outside of -1 to 9 once made compiled code write where it must not."""
    rng = np.random.default_rng(1)
    for height, width, shape in ((1, 1, (3, 3)), (4, 6, (9, 7)), (6, 6, (12, 12)), (9, 4, (2, 3)), (8, 8, (8, 8))):
        grid = (rng.integers(0, 10, (height, width)) * (rng.random((height, width)) < 0.5)).astype(np.uint8)
        seen = Canvas(grid, tuple(range(10)), shape)
        for family in (proposals.of_its_size, proposals.of_size, proposals.of_any_size):
            for name, found in family(seen):
                assert found is None or (found.min() >= -1 and found.max() <= 9), name
                if family is not proposals.of_any_size and found is not None:
                    assert found.shape == (shape if family is proposals.of_size else grid.shape), name


def test_components_measure():
    parts = Components(drawn("111. 1.1. 1112").astype(np.int64) - 1, 8)
    assert parts.n == 2
    assert parts.size.tolist() == [0, 8, 1]
    assert parts.holes.tolist() == [0, 1, 0]
    assert (parts.top[1], parts.left[1], parts.bottom[1], parts.right[1]) == (0, 0, 3, 3)
    twins = Components(np.where(drawn("11..1 1...1 ...11") == 1, 0, -1), 4)
    assert twins.turned_form[1] != twins.turned_form[2]
    ells = Components(np.where(drawn("11..1 1..11") == 1, 0, -1), 4)
    assert ells.turned_form[1] == ells.turned_form[2]
    assert ells.form[1] != ells.form[2]


def proposed(family, name, text, shape=None):
    found = {proposal.name: proposal.grid for proposal in family(canvas(text, shape))}[name]
    return None if found is None else " ".join("".join(str(c) for c in row) for row in found).replace("0", ".")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("the ink fallen down", "12. ..1 ...", "... ... 121"),
        ("the things fallen down", "11. 1.. ...", "... 11. 1.."),
        ("the things moved to the largest one", "1...222 ....222 .......", "...1222 ....222 ......."),
        ("the colours moved to the only one from edge to edge", "1.1..2 .....2 .....2", "..1.12 .....2 .....2"),
        ("the things moved to the largest one", "1.... ..... ..22. ..22.", "..... .1... ..22. ..22."),
        (
            "the things mirrored at the nearest one of the largest thing's colour",
            ".1.. .11. 2222 .... ....",
            ".... .... 2222 .11. .1..",
        ),
        ("the single cells moved to the line of their colour", "1.2 1.. 1.1 ...", "1.. 1.. 11. ..."),
        (
            "the grid with its figures completed like the most colourful ones, the same way up,",
            "12... 3.... ...1. ..... 2....",
            "12... 3.... ...12 ...3. 2....",
        ),
        (
            "the grid with its figures completed like the most colourful ones, in any turn,",
            "123... ...... .....1 .....2 ......",
            "123... ...... .....1 .....2 .....3",
        ),
        ("the things moved to the nearest border", "..... ..... .2.1. ..... .....", "..... ..... 2...1 ..... ....."),
        ("the grid completed by its period", "1212 1212 1..2 1212", "1212 1212 1212 1212"),
        ("the grid continued by its own pattern", "1231 ...2 .... ....", "1231 2312 3123 1231"),
        ("the grid without single cells", "... .1. ...", "... ... ..."),
        ("the row's ink", ".1. ... 2.2", "111 ... 222"),
        ("the grid of rising diagonals", "12. ... ...", "121 212 121"),
        ("the grid of falling diagonals", "12. ... ...", "121 212 121"),
        ("the grid without spots on its rows or columns", "1151 2222 3323", "1111 2222 3333"),
        ("the grid without spots on its rows or columns", "123 133 323", "123 123 123"),
        ("the rows of ink repeated up and down", "... 1.. .2. ...", ".2. 1.. .2. 1.."),
        ("the columns of ink repeated to both sides", ".12. ....", "2121 ...."),
        (
            "a copy of the box of ink for each of its cells of ink, in a grid of the same size,",
            ".... ..1. ..11 ....",
            "1... 11.. 1.1. 1111",
        ),
    ],
)
def test_a_proposal_of_its_own_size(name, text, expected):
    found = proposed(proposals.of_its_size, name, text)
    assert found is not None
    assert found.startswith(expected)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("the box of all ink", "... .12 ...", "12"),
        ("the box of the largest thing", "1.22 ..2. ....", "22 2."),
        ("the largest thing alone", "1322 3.2. ....", "22 2."),
        ("the inside of the largest thing", "222. 212. 222. .... ....", "1"),
        ("the first panel", "1.3.2 ..3..", "1. .."),
        ("the panel that is unlike the others", "1.31.3.1 ..3..3..", ".1 .."),
        ("the grid with a cell for each panel", "1.3.. ..3.2", "12"),
        ("the grid without doubled rows and columns", "1122 1122 3322", "12 32"),
        ("a copy of the grid for each cell of ink", "1. ..", "1... .... .... ...."),
        ("the grid 2 times smaller", "1122 1122", "12"),
        ("the grid 2 times smaller", "...2.. .1..3.", "123"),
        ("the stripes of the grid, a cell each", "11333 11133 12333", "13"),
        ("the largest thing alone, a cell for each of its blocks,", "22....1 22....1 .2222.. ..2222.", None),
        ("the largest thing alone, a cell for each of its blocks,", "22....1 22..... ..22..1 ..22...", "2. .2"),
        ("the grid with a cell for each panel", "1.3..4 ..3... 333333 .23...", "14 2."),
        ("the panel that is largest", "1.3..4 ..3... 333333 .23...", "..4 ..."),
        ("the panel that is smallest", "1.3..4 ..3... 333333 .23...", ".2"),
        ("what is covered, completed by period,", "1212 2121 1219 2121", "2"),
        ("the box of the figure joined at sides with most blue", "21... 11... ..22. ..22. ..12.", "21 11"),
        ("a column of the colours, the commonest first,", ".... .112 .1.2", ". 1 2"),
        ("a row of the inks, the commonest first,", ".... .112 .1.2", "12"),
        ("a column of the inks but the commonest, the commonest first,", ".112 .1.2 .3..", "2 3"),
        ("the inks as bars as high as they have cells, the commonest first,", ".... .112 .1.2", "12 12 1."),
        ("the inks as bars as wide as they have cells, the commonest first,", ".... .112 .1.2", "111 22."),
        ("a row of the largest things, from the left,", "...33 .2... .2.1.", "23"),
        ("a column of the largest things, from above,", "...33 .2... .2.1.", "3 2"),
        ("a cell for each colour at the border, in their order,", "..... 22222 ..5.. .3333", "2 3"),
        ("a cell for each colour at the border, in their order,", "2...3 2.5.. 2...3", "23"),
        ("the colours laid over each other, middle on middle,", "222.1.3 2.2...3 222...3", "232 212 232"),
        ("the figures laid over each other at the colour they share", ".5..3. .1..5. .1....", "3 5 1 1"),
        ("the upper left quarter of the box of ink", "..... .1221 .2112 .....", "12"),
        ("the upper half of the box of ink", "... .12 .21", "12"),
        ("the left half of the box of ink", "... .12 .21", "1 2"),
        (
            "a copy of the box of ink, two times smaller, for each of its cells of ink",
            "11.... 11.... 1111.. 1111.. ...... ......",
            "1... 11.. 1.1. 1111",
        ),
        ("the box of the figure with most red", "111.111. 121.122. 111.111. ........ ........", "111 122 111"),
    ],
)
def test_a_proposal_of_any_size(name, text, expected):
    assert proposed(proposals.of_any_size, name, text) == expected


@pytest.mark.parametrize(
    ("name", "text", "shape", "expected"),
    [
        ("the grid mirrored to the right", "12", (1, 4), "1221"),
        ("the grid mirrored to the right at its last column", "12.", (1, 5), "12.21"),
        ("the grid turned around the middle", "12 34", (4, 4), "1231 3442 2443 1321"),
        ("the grid continued beyond itself", "1. .1 1.", (5, 2), "1. .1 1. .1 1."),
    ],
)
def test_a_proposal_of_a_wanted_size(name, text, shape, expected):
    assert proposed(proposals.of_size, name, text, shape) == expected


def demos(*pairs):
    return [(drawn(question), drawn(answer)) for question, answer in pairs]


@pytest.mark.parametrize(
    ("pairs", "given", "shape", "words"),
    [
        ([("1.", "2.")], "123", (1, 3), "the size of the input"),
        ([("1.", "2"), ("12.", "3")], "12", (1, 1), "always 1x1"),
        ([("1.", "1.1."), ("121", "121121")], "123", (1, 6), "1 times the height, 2 times the width of the input"),
        ([("1..", "1 1 1"), ("12.. 12..", "11 22 .. ..")], "12", (2, 1), "the size of the input, turned"),
        (
            [("1.. 1.. ...", "1 1"), (".12 ... ...", "12")],
            ".... 123. .... ....",
            (1, 3),
            "the size of the box of all ink",
        ),
        ([("... .12 ...", "12"), ("34.. ....", "34")], "12 34 ..", (2, 2), "the size of the box of all ink"),
        (
            [("1. .1", "1.1.1 .1.1. 1.1.1 .1.1. 1.1.1"), ("1 . .", "1 . . 1 . . 1 . .")],
            "1. .. .1 1.",
            (13, 5),
            "4 times the height of the input -3 high, 4 times the width of the input -3 wide",
        ),
        (
            [("11..", "11.. 111."), ("1.....", "1..... 11.... 111...")],
            "11......",
            (4, 8),
            "half the width of the input high, the width of the input wide",
        ),
        (
            [("1..2 3..1 3...", "1231"), ("4..4 .... 4... ....", "444")],
            "1.2. 3.1. .... 1...",
            (1, 5),
            "always 1 high, the number of things wide",
        ),
    ],
)
def test_the_size_of_an_answer(pairs, given, shape, words):
    found = sizes.size(demos(*pairs), drawn(given))
    assert (found.shape, found.words) == (shape, words)


def test_what_has_no_middle_has_nothing_across():
    seen = canvas("... ...", more=(1,))
    found = planes(seen)
    across = [n for n, name in enumerate(found.names) if name.startswith("lies across the middle of")]
    assert across
    assert not found.values[across, seen.palette.index(1)].any()
    assert not found.values[across].any()


def test_what_is_counted_is_ink_of_the_task():
    """The background is that of all demonstrations, even where another colour is commoner."""
    pairs = demos(("1.. ...", "1"), ("12. ...", "12"), ("12. 1..", "121"))
    found = sizes.size(pairs, drawn("111 11."))
    assert (found.shape, found.words) == ((1, 5), "always 1 high, the cells of ink wide")


def test_a_size_of_nine_sevenths_is_exact():
    """In floating point, 21 * (9 / 7) is a little more than 27."""
    blank = [np.zeros((side, side), np.uint8) for side in (7, 9, 14, 18, 21)]
    found = sizes.size([(blank[0], blank[1]), (blank[2], blank[3])], blank[4])
    assert found.shape == (27, 27)


def test_no_size_where_no_function_fits():
    assert sizes.size(demos(("1", "11 11 11"), ("1", "1")), drawn("1")) is None
