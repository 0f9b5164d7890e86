"""Words that are not ours reach the screen as they are: no markup, nothing that steers a terminal."""

import io
import json
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from rich.console import Console

from tests.view.test_view import drawn, frame
from trm_cli import trace
from trm_cli.puzzle import Outcome, Verdict
from trm_cli.trace import Traced
from trm_cli.train.loop import Progress
from trm_cli.view import record
from trm_cli.view.filmstrip import render_strip
from trm_cli.view.grid import render_grid
from trm_cli.view.live import Shown, moments, render_moment
from trm_cli.view.report import write_outcome
from trm_cli.view.text import printable
from trm_cli.view.theme import ASCII, THEME, UNICODE
from trm_cli.view.training import TrainingView

HOSTILE = "grid [hard] [/b][red]x\x1b[2J\x9b31m\u202e\r\n\x07.txt"
SAFE = "grid [hard] [/b][red]x\\u001b[2J\\u009b31m\\u202e\\r\\n\\u0007.txt"
STAMP = {"weights": "0", "seed": 0, "model": HOSTILE, "max_steps": 16}


@pytest.fixture
def hostile(easy) -> Outcome:
    """A solved puzzle of which every word is somebody else's."""
    puzzle = replace(easy, name=HOSTILE, symbols=".12345678\x1b")
    found = judged(frame(puzzle, 1, puzzle.solution), "unsolved")
    return Outcome(puzzle, found, 1, 0.1, frames=(found,))


def judged(found, status):
    return replace(found, verdict=Verdict(status, HOSTILE))


def is_clean(text: str) -> bool:
    return all(c == "\n" or printable(c) == c for c in text)


def test_printable():
    assert printable(HOSTILE) == SAFE
    assert printable("père 數獨 🧩 a b") == "père 數獨 🧩 a b"
    assert printable("\udc80\U000e0041") == "\\udc80\\udb40\\udc41"
    line = json.dumps({"name": HOSTILE + "\x7f"}, ensure_ascii=False)
    assert json.loads(printable(line)) == json.loads(line)


@pytest.mark.parametrize("how", ["pretty", "grid", "line", "json"])
def test_reports(hostile, how):
    for status in ("unsolved", "solved", "unverified", "failed"):
        outcome = replace(hostile, frame=judged(hostile.frame, status))
        text = write_outcome(outcome, how, STAMP, ASCII, False)
        assert is_clean(text)
        if how == "pretty":
            assert SAFE in text
        if how == "json":
            assert json.loads(text)["name"] == HOSTILE


def test_pictures(hostile):
    shown = Shown(hostile.puzzle, HOSTILE, 16, ASCII)
    (moment,) = moments(hostile.puzzle, hostile.frames)
    text = drawn(render_moment(shown, moment), width=200)
    assert is_clean(text)
    assert text.count(SAFE.split("/")[1]) == 2  # of the name its last part is shown
    assert is_clean(drawn(render_strip(hostile.puzzle, [moment], ASCII, 80, 24)))
    assert is_clean(drawn(render_grid(hostile.puzzle, hostile.answer, ASCII, is_small=True)))


def test_training():
    buffer = io.StringIO()
    console = Console(file=buffer, theme=THEME, width=200)
    with TrainingView(console, HOSTILE, UNICODE, is_live=True) as view:
        view.say(HOSTILE)
    assert buffer.getvalue() == SAFE + "\n"


def test_the_time_left_is_unknown_until_training_time_has_passed():
    view = TrainingView(Console(file=io.StringIO()), "run", ASCII, is_live=True)
    numbers = {"stream": "9x9", "lm_loss": 1, "q_halt_loss": 1, "n_halted": 0, "n_exact": 0, "cell_accuracy": 0.5}
    view.add(Progress(1, 0.1, 0.0, **numbers, grad_norm=1, rate=1, steps=0))
    assert "0:00:00 done, ? left" in drawn(view.render(), width=200)
    view.add(Progress(2, 0.2, 10.0, **numbers, grad_norm=1, rate=1, steps=0))
    assert "0:00:10 done, 0:00:40 left" in drawn(view.render(), width=200)


@pytest.mark.parametrize("suffix", [".svg", ".html", ".json", ".cast"])
def test_files(hostile, tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    record.save(path, Traced(hostile, HOSTILE, 16), STAMP)
    text = path.read_text()
    assert is_clean(text)
    if suffix == ".svg":
        ElementTree.fromstring(text)
    if suffix == ".json":
        assert trace.read(text, "a.json")[0].outcome.puzzle.name == HOSTILE
    if suffix == ".html":
        assert "<b]" not in text


def test_symbols_of_a_trace_are_drawn_as_they_are_escaped(hostile):
    nine = np.argwhere(hostile.answer == 9)[0]
    assert "\\u001b" in drawn(render_grid(hostile.puzzle, hostile.answer, ASCII), width=200).splitlines()[nine[0] + 1]
