"""What may stand in the place of a command: a puzzle, `help`, and nothing else."""

import pytest
from click.testing import CliRunner

from tests.conftest import EASY, SOLVED
from trm_cli.commands import COMMANDS, main
from trm_cli.errors import WeightsError
from trm_cli.model import weights


@pytest.fixture(autouse=True)
def toy_weights(toy, tmp_path, monkeypatch):
    weights.save(tmp_path / "toy.safetensors", toy, {})
    monkeypatch.setenv("TRM_WEIGHTS", str(tmp_path / "toy.safetensors"))
    monkeypatch.chdir(tmp_path)


def trm(*arguments, stdin=None):
    return CliRunner().invoke(main, [*arguments], input=stdin, prog_name="trm")


@pytest.mark.parametrize("word", [SOLVED, "full.txt", "./full.txt", "-"])
def test_a_puzzle_in_the_place_of_a_command_is_solved(word, tmp_path):
    (tmp_path / "full.txt").write_text(SOLVED)
    found = trm(word, "--halt", "verified", "-q", stdin=SOLVED)
    assert found.exit_code == 0, found.output
    assert found.stdout == f"{SOLVED}\n"


def test_a_command_wins_over_a_file_of_its_name(tmp_path):
    (tmp_path / "check").write_text(EASY)
    assert "every rule holds" in trm("check", SOLVED).stdout


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("nothing.txt", "trm: nothing.txt: no such file"),
        ("no/where", "trm: no/where: no such file"),
        (EASY[:40], "40 characters; a Sudoku on one line has 81"),
        ("slove", "No such command or file 'slove'. Did you mean 'solve'?"),
        ("hlep", "Did you mean 'help'?"),
    ],
)
def test_what_is_neither_says_so(word, reason):
    found = trm(word)
    assert found.exit_code == 2
    assert reason in found.stderr


def test_help_helps():
    assert trm("help").output == trm("--help").output
    assert trm("help", "solve").output == trm("solve", "--help").output
    assert trm("help").exit_code == trm("help", "solve").exit_code == 0
    assert "No such command" in trm("help", "slove").stderr
    everything = trm("--help-all")
    assert everything.exit_code == 0
    for name in COMMANDS:
        assert trm(name, "--help").output.strip() in everything.output


def test_the_folder_of_a_training_run_stands_for_its_best_weights(tmp_path, toy):
    run = tmp_path / "run"
    run.mkdir()
    with pytest.raises(WeightsError, match=r"run: neither best\.safetensors nor weights\.safetensors"):
        weights.find("run")
    weights.save(run / "weights.safetensors", toy, {})
    assert str(weights.find("run")) == "run/weights.safetensors"
    weights.save(run / "best.safetensors", toy, {})
    assert str(weights.find("run")) == "run/best.safetensors"
    assert trm(SOLVED, "--halt", "verified", "--weights", "run", "-q").stdout == f"{SOLVED}\n"
    (tmp_path / "sudoku").mkdir()
    assert weights.find("sudoku").name == "sudoku.safetensors"  # no run's folder: the shipped ones
