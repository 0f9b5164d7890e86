"""The colours: seen on any background, told apart by anybody. Contrast is that of WCAG 2, 3:1 for what is not text."""

import io
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from rich.color import Color, ColorSystem, blend_rgb
from rich.color_triplet import ColorTriplet
from rich.console import Console

from tests.view.test_view import drawn
from trm_cli.domains import domain
from trm_cli.puzzle import Frame, Verdict
from trm_cli.view import arc, grid
from trm_cli.view.arc import PALETTE
from trm_cli.view.seen import Seen
from trm_cli.view.theme import MAZE_COLOURS, THEME, UNICODE

GROUNDS = {  # background, foreground
    "black": ("#000000", "#c5c8c6"),
    "white": ("#ffffff", "#000000"),
    "solarized dark": ("#002b36", "#839496"),
    "solarized light": ("#fdf6e3", "#657b83"),
}
SIGHTS = {  # Machado, Oliveira & Fernandes 2009, severity 1
    "all": np.eye(3),
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour):
    c = np.array(Color.parse(colour).get_truecolor(), float) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    low, high = sorted(float(linear(colour) @ XYZ[1]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(colour, sight):
    x = np.clip(np.array(SIGHTS[sight]) @ linear(colour), 0, 1) @ XYZ.T / [0.9505, 1, 1.089]
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ground", GROUNDS)
def test_every_colour_is_seen_on_every_background(ground):
    background, foreground = GROUNDS[ground]
    for name, style in THEME.styles.items():
        if name in ("repr.number", "none") or not (style.color and style.color.triplet):
            continue
        if name in THEME_NAMES:
            assert contrast(style.color.triplet.hex, background) >= 3, name
    dim = blend_rgb(*(ColorTriplet(*Color.parse(c).get_truecolor()) for c in (background, foreground)), 0.5)
    assert contrast(dim.hex, background) >= 1.7  # what terminals make of dim: hints only


THEME_NAMES = {"changed", "conflict", "bar", "good", "bad", *(f"maze.{look}" for look in MAZE_COLOURS)}


@pytest.mark.parametrize("name", sorted(THEME_NAMES))
def test_a_palette_of_sixteen_gets_no_black_white_or_grey(name):
    """Those are the background of somebody: bright black is Solarized's dark one."""
    color = THEME.styles[name].color
    if name not in ("maze.wall", "maze.unsure"):  # drawn only where there are more colours
        assert color.downgrade(ColorSystem.STANDARD).number % 8 not in (0, 7)


@pytest.mark.parametrize("sight", SIGHTS)
def test_colours_are_told_apart_by_every_sight(sight):
    for colours, least in ((PALETTE, 25), ([*MAZE_COLOURS.values()], 18)):
        for one, other in combinations(colours, 2):
            assert np.linalg.norm(lab(one, sight) - lab(other, sight)) >= least, (one, other)


@pytest.mark.parametrize("value", range(10))
def test_digits_are_read_on_their_colours(value):
    glyphs = replace(UNICODE, has_digits=True)
    (puzzle,) = domain("arc").parse(
        f'{{"train": [{{"input": [[1]], "output": [[2]]}}], "test": [{{"input": [[{value}]]}}]}}', "a.json"
    )
    text = grid.PAINTERS["arc"].render(Seen(puzzle, puzzle.given, glyphs))
    assert text.plain == f"{value} "
    style = text.spans[0].style
    assert contrast(style.color.name, style.bgcolor.name) >= 4.4


def test_black_cells_are_seen_on_black():
    (puzzle,) = domain("arc").parse(
        '{"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[0, 0]]}]}', "a.json"
    )
    text = grid.render_grid(puzzle, puzzle.given, UNICODE)
    assert text.plain == "· · "
    assert contrast(text.spans[0].style.color.name, "#000000") >= 3


def test_walls_are_drawn_with_a_colour_that_any_palette_shows():
    """With sixteen colours walls are full blocks in the colour of words."""
    (puzzle,) = domain("maze").parse("S#\n.G", "m.txt")
    few = UNICODE.on(Console(file=io.StringIO(), force_terminal=True, color_system="standard"))
    assert not few.has_halves
    assert drawn(grid.render_grid(puzzle, puzzle.given, few), colour=True) == "[bold]S[none]█\n[none] [bold]G\n"
    many = UNICODE.on(Console(file=io.StringIO(), force_terminal=True, color_system="256"))
    assert many is UNICODE


@pytest.mark.parametrize("task", ["sudoku", "maze", "arc"])
def test_legends_name_every_look(task):
    words = " ".join(text.plain for text in grid.PAINTERS[task].legend(UNICODE))
    looks = {
        "maze": MAZE_COLOURS.keys() - {"wall"},
        "sudoku": {"given", "changed", "unsure", "conflict"},
        "arc": {"black"},
    }
    assert looks[task] <= set(words.split())


def test_attempts_side_by_side():
    text = '{"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[1, 2]], "output": [[2, 1]]}]}'
    (puzzle,) = domain("arc").parse(text, "a.json")
    attempts = [puzzle.solution, np.array([[2, 3]], np.uint8)]
    plain = UNICODE.on(Console(file=io.StringIO()))
    assert [
        line.rstrip() for line in drawn(arc.render_attempts(puzzle, attempts, [0.75, 0.125], plain)).splitlines()
    ] == [
        "attempt 1, 75% of the votes    attempt 2, 12% of the votes",
        "2 1                            2 3x",
    ]
    narrow = drawn(arc.render_attempts(puzzle, attempts, [0.75, 0.125], plain, width=40), width=40)
    assert [line.strip() for line in narrow.splitlines()[:5]] == [
        "attempt 1, 75% of the votes", "2 1", "", "attempt 2, 12% of the votes", "2 3x",
    ]  # fmt: skip


def test_an_answer_alone_has_no_share():
    text = '{"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[1, 2]]}]}'
    (puzzle,) = domain("arc").parse(text, "a.json")
    plain = UNICODE.on(Console(file=io.StringIO()))
    found = drawn(arc.render_attempts(puzzle, [np.array([[2, 1]], np.uint8)], [1.0], plain))
    assert [line.rstrip() for line in found.splitlines()] == ["the only attempt", "2 1"]


def test_demonstrations_lie_below_each_other_in_narrow_terminals():
    text = '{"train": [{"input": [[1, 2, 3]], "output": [[2, 1]]}], "test": [{"input": [[4, 5]]}]}'
    (puzzle,) = domain("arc").parse(text, "a.json")
    plain = UNICODE.on(Console(file=io.StringIO()))
    lines = drawn(arc.render_demos(puzzle, plain, 40), width=40).rstrip().splitlines()
    assert [line.split() for line in lines] == [["1", "2", "3", "becomes", "2", "1"], [], ["4", "5", "becomes", "?"]]
    lines = drawn(arc.render_demos(puzzle, plain, 20), width=20).rstrip().splitlines()
    assert [line.strip() for line in lines] == ["1 2 3", "becomes", "2 1", "", "4 5", "becomes", "?"]
    # A column is as wide as its widest picture, wherever that is.
    text = '{"train": [{"input": [[1, 2, 3]], "output": [[2]]}, {"input": [[1]], "output": [[4, 5, 6]]}],'
    (puzzle,) = domain("arc").parse(f'{text} "test": [{{"input": [[0]]}}]}}', "a.json")
    assert "4 5 6" in drawn(arc.render_demos(puzzle, plain, 24), width=24)


def test_a_frame_of_another_shape_marks_no_changes():
    (puzzle,) = domain("arc").parse(
        '{"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[1]]}]}', "a.json"
    )
    wide = Frame(1, np.array([[1, 2]], np.uint8), np.ones((1, 2), np.float32), 0.5, 0.0, Verdict("unverified"))
    assert grid.render_grid(puzzle, wide.grid, UNICODE, wide, puzzle.given).plain == "    "
