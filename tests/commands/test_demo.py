"""The first thing that people see: it runs, says what it runs, and ends with what to do next."""

import json
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from trm_cli import reading
from trm_cli.commands import demo, main
from trm_cli.domains import domain
from trm_cli.model import weights

ANYTHING = {"ignore_unknown_options": True, "allow_extra_args": True}
ROOT = Path(__file__).parents[2]


def test_the_demo_solves_what_it_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the samples are found from everywhere
    monkeypatch.setenv("TRM_WEIGHTS", "sudoku")  # for the user's own puzzles, of which the demo shows none
    found = CliRunner().invoke(main, ["demo", "--instant"], prog_name="trm")
    assert found.exit_code == 0, found.output
    assert found.stdout.count("solved and checked") == len(demo.SCENES) == 3
    assert "explained: a cell takes the colour" in found.stdout
    assert "right in all 3 demonstrations" in found.stdout
    places = [found.stdout.index(f"$ trm solve {' '.join(arguments)}\n") for _, arguments in demo.SCENES]
    assert places == sorted(places)
    assert "Now yours: paste it" in found.stdout[places[-1] :]


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("scene", demo.SCENES[:2], ids=["sudoku", "maze"])
def test_what_the_demo_shows_is_interesting_on_every_machine(scene, dtype):
    arguments = ["solve", *scene.arguments, "--search", "off", "--dtype", dtype, "--json"]
    found = json.loads(CliRunner().invoke(main, arguments, prog_name="trm").stdout)
    assert found["verdict"] == "solved"
    assert 4 <= found["steps"] <= 12


def test_the_last_sentence_of_the_demo_is_broken_between_words(monkeypatch):
    monkeypatch.setattr(demo, "SCENES", ())
    monkeypatch.setattr(demo.options, "width", lambda: 40)
    found = CliRunner().invoke(main, ["demo"], prog_name="trm")
    assert found.stdout.startswith("Now yours: paste it after trm, in\nquotes, or give the name of its file.\n")


def test_nothing_that_the_demo_says_is_wider_than_the_terminal(monkeypatch):
    monkeypatch.setattr(demo.solve, "command", click.Command("solve", callback=lambda: 0, context_settings=ANYTHING))
    monkeypatch.setattr(demo.options, "width", lambda: 40)
    found = CliRunner().invoke(main, ["demo"], prog_name="trm")
    assert max(map(len, found.stdout.splitlines())) <= 40
    assert "$ trm solve \\\n    puzzles/arc/to-the-right.json \\\n    --updates 0\n" in found.stdout


def test_the_sudoku_that_the_demo_shows_can_be_pasted():
    (example,) = re.findall(r'trm "([^"]+)"', demo.EXAMPLES)
    (puzzle,) = reading.puzzles((example,))
    assert domain("sudoku").soundness(puzzle).n_solutions == 1


def test_the_demo_ends_with_the_worst_exit_code(tmp_path, toy, monkeypatch):
    weights.save(tmp_path / "toy.safetensors", toy, {})
    toy_weights = ("--weights", str(tmp_path / "toy.safetensors"))
    monkeypatch.setattr(demo, "SCENES", (demo.Scene("Full.", ("5346" + "." * 12, "--max-steps", "1", *toy_weights)),))
    assert CliRunner().invoke(main, ["demo"]).exit_code in (1, 2)


def test_the_shipped_arc_tasks_are_tasks_with_answers():
    files = sorted((ROOT / "puzzles/arc").glob("*.json"))
    assert len(files) == 2
    for file in files:
        (puzzle,) = reading.puzzles((str(file),))
        assert puzzle.task == "arc"
        assert 2 < len(puzzle.demos) < 5
        assert domain("arc").verify(puzzle, puzzle.solution).is_solved
        assert json.loads(file.read_text())["test"][0]["output"] == puzzle.solution.tolist()
