"""Saved refinements: golden SVGs, what every suffix holds, and that a trace reads back as what it was."""

import io
import json
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from rich.text import Text

from tests.view.test_view import golden
from trm_cli import trace
from trm_cli.commands import main
from trm_cli.domains import domain
from trm_cli.errors import ConfigError, DataError
from trm_cli.puzzle import Frame, Learning, Measures, Outcome
from trm_cli.solving import engine
from trm_cli.solving.options import SolveOptions
from trm_cli.solving.step import Loaded
from trm_cli.trace import Traced
from trm_cli.view import gif, record
from trm_cli.view.drawing import HEIGHT, MARGIN, WIDTH, drawing
from trm_cli.view.moment import moments_of
from trm_cli.view.theme import MAZE_COLOURS

MAZE = domain("maze")
STAMP = {"weights": "0123", "seed": 0, "model": "toy  1k parameters  cpu float32", "max_steps": 16}


@pytest.fixture
def traced() -> Traced:
    """A maze solved in the second of two steps, all numbers fixed."""
    (puzzle,) = MAZE.parse("S..#.\n.#...\n...#.\n.#..G", "maze.txt")
    (first,) = MAZE.parse("So.#.\n.#ooo\n...#o\n.#..G", "maze.txt")
    last = puzzle.given.copy()
    for cell in [(0, 1), (0, 2), (1, 2), (1, 3), (1, 4), (2, 4)]:
        last[cell] = 5
    sure = np.full((4, 5), 0.99, np.float32)
    measures = Measures(1.0, 1.0, 0.5, 0.25, 0.125, first.solution)
    frames = (
        Frame(1, first.solution, sure / 2, 0.25, np.inf, MAZE.verify(puzzle, first.solution), 0.1, measures),
        Frame(2, last, sure, 0.75, 0.125, MAZE.verify(puzzle, last), 0.2, replace(measures, latent=last)),
    )
    assert frames[-1].verdict.status == "solved"
    return Traced(Outcome(puzzle, frames[-1], 2, 0.2, frames=frames), STAMP["model"], 16)


def saved(traced, path, n_pictures=0):
    record.check(path, False)
    record.save(path, traced, STAMP, n_pictures)
    return path.read_bytes()


@pytest.mark.parametrize(("name", "n_pictures"), [("film.svg", 0), ("strip.svg", 3)])
def test_svg(traced, tmp_path, name, n_pictures):
    content = saved(traced, tmp_path / name, n_pictures).decode()
    assert content == golden(name, content)
    root = ElementTree.fromstring(content)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "http" not in content.replace("http://www.w3.org/2000/svg", "")  # nothing is fetched
    assert content.count("@keyframes") == (n_pictures == 0)


def test_givens_are_bold_whatever_the_style_sheet_says(traced, tmp_path):
    content = saved(traced, tmp_path / "a.svg").decode()
    assert 'style="font-weight:bold"' in content  # an attribute would lose against the sheet's font


def test_a_strip_as_html_holds_its_pictures_and_no_link(traced, tmp_path):
    strip = saved(traced, tmp_path / "a.html", 3).decode()
    assert strip.count("<svg") == 3
    assert "<script" not in strip
    assert "src=" not in strip
    assert "href=" not in strip


def test_cast_is_an_asciinema_recording(traced, tmp_path):
    header, *events = [json.loads(line) for line in saved(traced, tmp_path / "a.cast").splitlines()]
    assert header["version"] == 2
    assert [event[0] for event in events] == [0, 0.6, 1.2, 4.2]
    assert {event[1] for event in events} == {"o"}
    assert all(event[2].count("\r\n") < header["height"] for event in events)
    assert "step  2/16" in events[2][2]


def test_gif_has_a_picture_a_step(traced, tmp_path):
    image = Image.open(io.BytesIO(saved(traced, tmp_path / "a.gif")))
    assert image.n_frames == 3
    assert [(image.seek(i), image.info["duration"])[1] for i in range(3)] == [600, 600, 3000]


def test_gif_letters_have_one_width(monkeypatch):
    font = gif.typeface()
    if font.getname()[0] == "Aileron":
        pytest.skip("no monospaced face here")
    assert len({font.getlength(char) for char in "iW.0m"}) == 1
    assert font.getlength("M") <= gif.SCALE * WIDTH + 1
    monkeypatch.setattr(gif, "FACES", ("none.ttf",))
    assert gif.typeface().getname()[0] == "Aileron"  # Pillow's own


def test_a_trace_reads_back_as_it_was(traced, tmp_path):
    path = tmp_path / "a.json"
    content = saved(traced, path)
    (again,) = trace.read(path.read_text(), "a.json")
    assert again.model == traced.model
    assert again.max_steps == 16
    assert again.outcome.verdict == traced.outcome.verdict
    assert np.array_equal(again.outcome.puzzle.given, traced.outcome.puzzle.given)
    for mine, theirs in zip(again.outcome.frames, traced.outcome.frames, strict=True):
        assert np.array_equal(mine.grid, theirs.grid)
        assert np.allclose(mine.confidence, theirs.confidence, atol=1e-4)
        assert np.array_equal(mine.measures.latent, theirs.measures.latent)
        assert (mine.step, mine.halt, mine.residual) == (theirs.step, theirs.halt, theirs.residual)
    assert saved(again, tmp_path / "b.json") == content
    assert saved(again, tmp_path / "a.svg") == saved(traced, tmp_path / "b.svg")


@pytest.fixture
def learned() -> Traced:
    """An ARC task of which a network has learned a part: its answer has stayed the same since update 20."""
    text = '{"train": [{"input": [[1, 0]], "output": [[2, 0]]}], "test": [{"input": [[0, 1]], "output": [[3]]}]}'
    (puzzle,) = domain("arc").parse(text, "task.json")
    grids = [puzzle.given, np.array([[0, 2]], np.uint8)]
    frames = tuple(
        Frame(step, grid, np.full((1, 2), 0.5, np.float32), 0.25, np.inf, domain("arc").verify(puzzle, grid), 0.5)
        for step, grid in zip((0, 20), grids, strict=True)
    )
    how = Learning(1, "a cell is <red>", "proven", (("it has", -0.5),), updates=900, n_updates=1000, loss=0.25,
                   n_ways_right=7, shares=(0.75, 0.25))  # fmt: skip
    attempts = (grids[1], puzzle.solution)
    return Traced(Outcome(puzzle, frames[-1], 900, 9.0, attempts=attempts, frames=frames, learning=how), "a net", 16)


def test_a_trace_of_learning_reads_back_as_it_was(learned, tmp_path):
    content = saved(learned, tmp_path / "a.json")
    (again,) = trace.read(content.decode(), "a.json")
    assert again.outcome.learning == learned.outcome.learning
    assert [grid.tolist() for grid in again.outcome.attempts] == [[[0, 2]], [[3]]]
    assert saved(again, tmp_path / "b.json") == content
    assert moments_of(again.outcome, 16)[0].learning == Learning(1, n_updates=1000, shares=(0.25,))
    for old, new in {
        '"votes": [0.75, 0.25]': '"votes": [2]', '"is_sized": true': '"is": 1', '"loss": 0.25': '"loss": "x"',
        '"attempts": [': '"attempts": 1, "x": [', '"weight": -0.5': '"weight": null',
    }.items():  # fmt: skip
        assert old in content.decode()
        with pytest.raises(DataError, match="not a trace"):
            trace.read(content.decode().replace(old, new), "a.json")


def test_what_is_saved_says_how_far_to_trust_what_was_learned(learned, tmp_path):
    """Learning is no search, and its steps are updates."""
    page = saved(learned, tmp_path / "a.html").decode()
    assert '<p class="story">The answer has not changed since update 20 of 900.</p>' in page
    assert '<p class="story">a guess: a cell is &lt;red&gt; (proven)</p>' in page
    film = saved(learned, tmp_path / "a.svg").decode()
    assert "update 20/1000" in film
    assert "searching" not in film
    assert "a guess: a cell is &lt;red&gt; (proven)" in film
    (tmp_path / "a.json").write_bytes(saved(learned, tmp_path / "b.json"))
    found = CliRunner().invoke(main, ["show", str(tmp_path / "a.json")])
    assert "attempt 2, 25% of the votes" in found.stdout
    assert "the second attempt is right (900 updates, 9.00 s)" in found.stdout


def test_the_engine_keeps_frames_on_request(toy, easy):
    for is_traced in (False, True):
        events = [*engine.solve([easy], Loaded(toy, domain("sudoku")), SolveOptions(3, "none", trace=is_traced))]
        outcome = events[-1].outcome
        assert [frame.step for frame in outcome.frames] == [1, 2, 3] * is_traced
    measures = [frame.measures for frame in outcome.frames]
    assert all(abs(m.y_norm - 1) < 0.01 for m in measures)  # the net ends in an RMS norm
    assert all(0 < m.entropy < np.log2(9) for m in measures)
    assert measures[0].y_change != measures[1].y_change
    assert measures[0].latent.shape == (9, 9)
    assert trace.as_json(outcome)["frames"][2]["changed"] == int((events[1].frame.grid != events[2].frame.grid).sum())


@pytest.mark.parametrize("text", ["", "{}", "[1]", "{\n", '{"schema": 1, "task": "sudoku"}', '{"a": 1}\n{"b": 2}'])
def test_what_is_no_trace(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(DataError, match="make one with: trm solve PUZZLE --save"):
        trace.read(path.read_text(), "a.json")


@pytest.mark.parametrize(("old", "new"), [('"halt": 0.75', '"halt": null'), ('"cells": [[3', '"cells": [[77')])
def test_damaged_traces_are_no_traces(traced, tmp_path, old, new):
    path = tmp_path / "a.json"
    text = saved(traced, path).decode()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(DataError, match="not a trace"):
        trace.read(path.read_text(), "a.json")


DAMAGE = {  # a key of the trace: a value that it cannot have
    "name": 5, "verdict": "\u001b]0;x\u0007", "steps": "12", "seconds": "soon", "max_steps": -1, "model": None,
    "task": "chess", "reason": [], "branches": True,
}  # fmt: skip
IN_FRAMES = {
    "halt": float("nan"), "step": -1, "seconds": float("inf"), "cells": [[1, 2], [3]], "latent": [[1]],
    "confidence": [[2.0]], "conflicts": [[99, 99]], "residual": "none", "y_norm": "1",
}  # fmt: skip


@pytest.mark.parametrize("key", [*DAMAGE, *IN_FRAMES])
def test_fields_of_another_type_or_size_are_no_traces(traced, tmp_path, key):
    content = json.loads(saved(traced, tmp_path / "a.json"))
    if key in DAMAGE:
        content[key] = DAMAGE[key]
    else:
        content["trace"]["frames"][-1][key] = IN_FRAMES[key]
    with pytest.raises(DataError, match="not a trace"):
        trace.read(json.dumps(content), "a.json")


@pytest.mark.parametrize(
    ("key", "value"), [("cells", [[3, 3], [3, 4]]), ("symbols", ""), ("frames", []), ("demos", [[[[1]]]])]
)
def test_puzzles_that_are_none_are_no_traces(traced, tmp_path, key, value):
    content = json.loads(saved(traced, tmp_path / "a.json"))
    content["trace"][key] = value
    with pytest.raises(DataError, match="not a trace"):
        trace.read(json.dumps(content), "a.json")


def test_deep_json_is_no_trace():
    with pytest.raises(DataError, match=r"a\.json:1: not a trace"):
        trace.read("[" * 100_000, "a.json")


def test_names_in_traces_are_read_as_they_are_and_drawn_harmlessly(traced, tmp_path):
    content = json.loads(saved(traced, tmp_path / "a.json"))
    content["name"] = "a\u001b[2Jb\ud800"
    (again,) = trace.read(json.dumps(content), "a.json")
    assert again.outcome.puzzle.name == "a\u001b[2Jb\ufffd"
    record.save(tmp_path / "again.json", again, STAMP)  # half a character could not be written
    assert "\u001b" not in (tmp_path / "again.json").read_text()


def test_refusals_come_before_the_work(tmp_path):
    with pytest.raises(ConfigError, match=r"says what to save, one of \.svg.*; this is \.png"):
        record.check(tmp_path / "a.png", False)
    with pytest.raises(DataError, match="there is no folder"):
        record.check(tmp_path / "none" / "a.svg", False)
    (tmp_path / "a.svg").write_text("mine")
    with pytest.raises(DataError, match="already there; --force"):
        record.check(tmp_path / "a.svg", False)
    record.check(tmp_path / "a.svg", True)


def test_spaces_with_a_colour_behind_count_in_the_width():
    found = drawing(Text("ab\n").append("      ", "on red"))
    assert found.width == 2 * MARGIN + 6 * WIDTH
    assert found.boxes[0][:4] == (MARGIN, MARGIN + HEIGHT, 6 * WIDTH, HEIGHT)


def test_drawing_puts_blocks_into_boxes_and_letters_into_words():
    found = drawing(Text("a█ b\n", "bold").append("▄▄", MAZE_COLOURS["path"]))
    assert (found.width, found.height) == (2 * MARGIN + 4 * WIDTH, 2 * MARGIN + 2 * HEIGHT)
    assert [(word.row, word.columns, word.text, word.is_bold) for word in found.words] == [(0, (0, 1, 3), "a b", True)]
    block, half = found.boxes
    assert block[:4] == (MARGIN + WIDTH, MARGIN, WIDTH, HEIGHT)
    assert half[:4] == (MARGIN, MARGIN + 1.5 * HEIGHT, 2 * WIDTH, HEIGHT / 2)
