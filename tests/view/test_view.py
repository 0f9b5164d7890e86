"""Views against golden text files: TRM_GOLDEN=1 writes them anew."""

import io
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.conftest import HARD, SOLVED, read
from trm_cli import reading
from trm_cli.domains import domain
from trm_cli.domains.arc.grid import COLOURS
from trm_cli.domains.sudoku.alphabet import alphabet
from trm_cli.puzzle import Frame, Learning, Outcome
from trm_cli.view.arc import render_demos
from trm_cli.view.grid import PAINTERS, render_grid
from trm_cli.view.moment import HISTORY, Shown, moments, moments_of
from trm_cli.view.panel import render_moment
from trm_cli.view.report import as_json, sentence, unread_json, write_outcome
from trm_cli.view.theme import ASCII, THEME, UNICODE

CASES = Path(__file__).parents[1] / "cases"
MAZE_SHAPE = (4, 5)


def golden(name: str, text: str) -> str:
    """Return what a picture was when somebody last looked at it; TRM_GOLDEN=1 takes the new one."""
    path = CASES / name
    if os.environ.get("TRM_GOLDEN"):
        path.write_text(text)
    return path.read_text()


def drawn(renderable, width=90, colour=False) -> str:
    """Return a picture as plain text, or with the style of every run before it."""
    console = Console(file=io.StringIO(), theme=THEME, width=width, color_system=None, highlight=False)
    if not colour:
        console.print(renderable)
        return console.file.getvalue()
    lines = console.render_lines(renderable, pad=False)
    return "".join("".join(f"[{segment.style}]{segment.text}" for segment in line) + "\n" for line in lines)


def frame(puzzle, step, grid, sure=0.5) -> Frame:
    residual, verdict = np.inf if step == 1 else 0.125, domain(puzzle.task).verify(puzzle, grid)
    return Frame(step, grid, np.full(grid.shape, sure, np.float32), 0.25, residual, verdict, 0.5)


@pytest.fixture
def refined(easy):
    """Two frames of the easy puzzle: one with two cells wrong, then the solution."""
    wrong = easy.solution.copy()
    wrong[0, 2], wrong[0, 3] = wrong[0, 3], wrong[0, 2]
    return [frame(easy, 1, wrong), frame(easy, 2, easy.solution, 0.99)]


@pytest.mark.parametrize(("name", "glyphs"), [("ascii", ASCII), ("unicode", UNICODE)])
def test_given_grid(easy, name, glyphs):
    text = drawn(render_grid(easy, easy.given, glyphs))
    assert text == golden(f"grid-{name}.txt", text)


def test_styles(easy, refined):
    grid = render_grid(easy, refined[1].grid, ASCII, refined[1], refined[0].grid)
    text = drawn(grid, colour=True)
    assert text == golden("grid-changed.txt", text)


def test_conflicts_are_marked_without_colour(easy, refined):
    verdict = domain("sudoku").verify(easy, refined[0].grid)
    text = drawn(render_grid(easy, refined[0].grid, ASCII, conflicts=verdict.cells))
    assert text == golden("grid-conflicts.txt", text)
    assert "6x" in text


@pytest.mark.parametrize("size", [4, 6, 16, 25])
def test_other_sizes(size):
    symbols = alphabet(size)
    puzzle = read("\n".join([symbols[size] + "." * (size - 1)] + ["." * size] * (size - 1)))
    text = drawn(render_grid(puzzle, puzzle.given, UNICODE))
    assert text == golden(f"grid-{size}.txt", text)
    assert np.array_equal(read(text).given, puzzle.given)


MAZE = "S..#.\n.#...\n...#.\n.#..G"


@pytest.fixture
def maze():
    (puzzle,) = domain("maze").parse(MAZE, "maze.txt")
    return puzzle


@pytest.mark.parametrize(
    ("name", "glyphs", "colour"),
    [("ascii", ASCII, False), ("letters", replace(UNICODE, has_halves=False), False), ("halves", UNICODE, True)],
)
def test_maze_with_a_broken_path(maze, name, glyphs, colour):
    """Two path cells lead nowhere, one is new, and the model is not sure of a free one."""
    (broken,) = domain("maze").parse("So.#.\n.#ooo\n...#o\n.#..G", "maze.txt")
    before = broken.solution.copy()
    before[2, 4] = 2
    sure = np.full(MAZE_SHAPE, 0.99, np.float32)
    sure[0, 2] = 0.6
    verdict = domain("maze").verify(maze, broken.solution)
    found, conflicts = Frame(2, broken.solution, sure, 0.25, 0.5, verdict), verdict.cells
    text = drawn(render_grid(maze, broken.solution, glyphs, found, before, conflicts), colour=colour)
    assert text == golden(f"maze-{name}.txt", text)


def test_half_blocks_halve_the_height():
    puzzle = next(domain("maze").generate("30x30", "hard", 0))
    assert len(render_grid(puzzle, puzzle.solution, UNICODE).plain.splitlines()) == 15
    assert len(render_grid(puzzle, puzzle.solution, ASCII).plain.splitlines()) == 30


def test_json_of_a_maze_is_one_row_major_string(maze):
    verdict = domain("maze").verify(maze, maze.given)
    found = as_json(Outcome(maze, Frame(1, maze.given, np.ones(MAZE_SHAPE, np.float32), 0.5, 0.0, verdict), 1, 0.1), {})
    assert found["given"] == found["attempt"] == "S  #  #      #  #  G"
    assert found["answer"] is None
    assert found["reason"] == "no path is drawn"


@pytest.mark.parametrize("name", ["b.txt", "a: b.txt", "a and b: .txt"])
@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("hello", "", "neither a Sudoku"),
        ("55" + HARD[2:], ":1:1 and {name}:1:2", "the givens contradict"),
        ('{"train": [], "test": []}', "", "expected 'train'"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_place(tmp_path, monkeypatch, name, text, place, reason):
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(text)
    (error,) = reading.puzzles((name,))
    line = unread_json(error)
    assert line["name"] == name + place.format(name=name)
    assert line["reason"].startswith(reason)


def test_colours_have_one_name_in_pages_and_explanations():
    assert PAINTERS["arc"].names(None) == [*COLOURS]


def test_moments_and_panel(easy, refined):
    found = list(moments(easy, refined))
    assert [moment.changed for moment in found] == [((1, 51),), ((1, 51), (2, 2))]
    *_, late = moments(easy, [refined[0]] * 100)
    assert len(late.changed) == HISTORY
    assert late.most_changed == 51
    assert np.array_equal(found[1].before, refined[0].grid)
    shown = Shown(easy, "toy  1k parameters  cpu float32", 16, ASCII)
    text = "".join(drawn(render_moment(shown, moment)) for moment in found)
    assert text == golden("panel.txt", text)
    frames = (refined[0], replace(refined[1], step=80))
    *_, late = moments_of(replace(outcome(easy, easy.solution), frames=frames, branches=3), 16)
    assert "searching, step 80" in drawn(render_moment(shown, late))
    assert "branches  3" in drawn(render_moment(shown, late))


def outcome(puzzle, grid):
    return Outcome(puzzle, frame(puzzle, 3, grid), 3, 0.12345)


def test_reports(easy):
    solved = outcome(easy, easy.solution)
    stamp = {"weights": "abc", "seed": 7}
    assert write_outcome(solved, "line", stamp, ASCII, False) == SOLVED
    assert write_outcome(solved, "grid", stamp, ASCII, False).splitlines()[:2] == ["534678912", "672195348"]
    assert "ok test: solved and checked (3 steps, 0.12 s)" in write_outcome(solved, "pretty", stamp, ASCII, False)
    assert "\x1b[" in write_outcome(solved, "pretty", stamp, ASCII, True)
    unsolved = outcome(easy, np.where(easy.given > 0, easy.given, 1).astype(np.uint8))
    assert "x test: unsolved: row 1 has 1 twice" in write_outcome(unsolved, "pretty", stamp, ASCII, False)
    narrow, wide = (write_outcome(solved, "pretty", stamp, ASCII, False, columns) for columns in (20, 25))
    assert "cut off at the right" in narrow
    assert "cut off" not in wide


def test_a_second_attempt_that_is_right_is_said():
    task = '{"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[3]], "output": [[4]]}]}'
    (puzzle,) = domain("arc").parse(task, "abc.json")
    wrong = np.array([[6]], np.uint8)
    last = Frame(0, wrong, np.ones((1, 1), np.float32), 0.5, 0.0, domain("arc").verify(puzzle, wrong))
    outcome = Outcome(puzzle, last, 0, 1.0, attempts=(wrong, puzzle.solution), learning=Learning(1, shares=(0.6, 0.4)))
    said = "x abc: unsolved: 1 cell differs from the known answer; the second attempt is right (0 updates, 1.00 s)"
    assert sentence(outcome, ASCII).plain == said
    assert "second" not in sentence(replace(outcome, attempts=(wrong, wrong)), ASCII).plain


def test_json_keeps_the_alphabet_of_the_input():
    puzzle = read(HARD.replace(".", "0"))
    found = as_json(outcome(puzzle, puzzle.given), {"weights": "abc", "seed": 7})
    assert found["given"] == HARD.replace(".", "0")
    assert found["attempt"] == found["given"]
    assert (found["weights"], found["seed"], found["steps"], found["seconds"]) == ("abc", 7, 3, 0.1235)


@pytest.mark.parametrize(("name", "glyphs", "colour"), [("digits", ASCII, False), ("colours", UNICODE, True)])
def test_arc_demonstrations_and_answer(name, glyphs, colour):
    task = {"train": [{"input": [[1, 0]], "output": [[1], [2]]}], "test": [{"input": [[3, 3]], "output": [[4, 5]]}]}
    (puzzle,) = domain("arc").parse(json.dumps(task), "abc.json")
    wrong = np.array([[4, 6]], np.uint8)
    cells = domain("arc").verify(puzzle, wrong).cells
    text = drawn(render_demos(puzzle, glyphs), colour=colour)
    text += drawn(render_grid(puzzle, wrong, glyphs, conflicts=cells), colour=colour)
    assert text == golden(f"arc-{name}.txt", text)


def test_no_word_of_a_report_is_cut_on_a_terminal(easy):
    solved = replace(outcome(easy, easy.solution), puzzle=replace(easy, name="a/name/as/long/as/paths.txt"))
    lines = write_outcome(solved, "pretty", {}, ASCII, False, 40).splitlines()
    assert [line.rstrip() for line in lines[-2:]] == [
        "ok a/name/as/long/as/paths.txt: solved",
        "and checked (3 steps, 0.12 s)",
    ]
    assert write_outcome(solved, "pretty", {}, ASCII, False).splitlines()[-1].endswith("checked (3 steps, 0.12 s)")
    # The widest terminal is one too.
    long = replace(solved, puzzle=replace(easy, name="word " * 100))
    for n_columns, n_lines in ((240, 3), (200, 3), (None, 1)):
        lines = write_outcome(long, "pretty", {}, ASCII, False, n_columns).splitlines()
        assert sum("word" in line for line in lines) == n_lines
