"""Training on two gloo processes equals training on one, and a checkpoint goes on at another number of processes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file

from tests.conftest import EASY, HARD, SOLVED
from trm_cli import distributed
from trm_cli.commands import main
from trm_cli.errors import ConfigError
from trm_cli.model import weights
from trm_cli.model.config import ModelConfig
from trm_cli.model.nets import build

ROOT = Path(__file__).parents[1]
SETTINGS = (
    "model.hidden_size=8", "model.pool_size=4", "model.L_cycles=2", "dtype=float32", "eval_puzzles=5",
    "eval_max_steps=2", "halt_exploration_prob=0.5", "accumulation=2", "optimizer=adam_atan2", "lr=1e-3",
    "corrupt_prob=0.5",
)  # fmt: skip
TRAIN = ["train", "--task", "sudoku", "--preset", "quick", "--steps", "20", "--puzzles", "40", "--slots", "16"]
TRAIN += ["--no-compile", "--threads", "1"]
TRAIN += [argument for setting in SETTINGS for argument in ("--set", setting)]
RUNNING = ["--max-steps", "2", "--dtype", "float32", "--threads", "1", "--weights", "toy.safetensors", "--json"]
SOLVE = ["solve", "list.txt", "--halt", "verified", "--slots", "1", "--search", "off", *RUNNING]
EVALUATE = ["eval", "--task", "sudoku", "--data", "list.csv", *RUNNING]
COMMANDS = """
import contextlib, json, sys
from trm_cli import distributed
from trm_cli.commands import main
with distributed.group("cpu"):
    for arguments, output in json.loads(sys.argv[1]):
        with open(output, "a") as file, contextlib.redirect_stdout(file):
            main(arguments, standalone_mode=False)
"""
"""A program of several commands: starting two processes takes longer than all that they compute here."""


def alone(*arguments):
    """Run one command in this process; return what it prints."""
    found = CliRunner().invoke(main, list(arguments), prog_name="trm")
    assert not isinstance(found.exception, Exception), found.output
    return found.stdout


def together(**commands):
    """Run commands in turn in two processes; return what each prints, by name."""
    Path("commands.py").write_text(COMMANDS)
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "commands.py"]
    told = json.dumps([(arguments, f"{name}.out") for name, arguments in commands.items()])
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([*launcher, told], check=False, capture_output=True, timeout=300, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return {name: Path(f"{name}.out").read_text() for name in commands}


def metrics(run):
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def assert_same(one, other):
    for mine, theirs in zip(metrics(one), metrics(other), strict=True):
        if "evaluation" in mine:
            assert mine["evaluation"]["solved"] == theirs["evaluation"]["solved"]
            continue
        assert (mine["step"], mine["n_halted"], mine["n_exact"]) == (
            theirs["step"],
            theirs["n_halted"],
            theirs["n_exact"],
        )
        for key in ("lm_loss", "q_halt_loss", "cell_accuracy", "grad_norm", "steps"):
            assert mine[key] == pytest.approx(theirs[key], rel=1e-3), key
    mine, theirs = (load_file(run / "weights.safetensors") for run in (one, other))
    for name in mine:
        torch.testing.assert_close(mine[name], theirs[name], rtol=1e-3, atol=1e-5)


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What one and two processes print, in a folder with the run of each and the one's run that the two continue."""
    torch.manual_seed(1)
    toy = build(ModelConfig("sudoku", hidden_size=8, H_cycles=2, L_cycles=1, expansion=2, pool_size=4))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("distributed"))
        weights.save(Path("toy.safetensors"), toy, {})
        lines = [EASY, SOLVED, "5" + EASY, HARD, SOLVED, EASY, SOLVED]
        Path("list.txt").write_text("\n".join(lines))
        Path("list.csv").write_text("question,answer\n" + "\n".join(f"{EASY},{SOLVED}" for _ in range(5)))
        alone(*TRAIN, "--out", "one")
        shutil.copytree("one", "continued")
        two = together(
            train=[*TRAIN, "--out", "two"], resume=["train", "--resume", "continued", "--steps", "40"],
            solve=SOLVE, evaluate=EVALUATE,
        )  # fmt: skip
        yield {"solve": alone(*SOLVE), "evaluate": alone(*EVALUATE)}, two


@pytest.mark.slow
def test_two_processes_equal_one_and_change_places(printed):
    one, two, continued = map(Path, ("one", "two", "continued"))
    assert_same(one, two)
    alone("train", "--resume", "two", "--steps", "40")
    assert metrics(continued)[-1].keys() == {"evaluation"}
    assert metrics(continued)[-2]["step"] == 40
    assert_same(continued, two)


@pytest.mark.slow
@pytest.mark.parametrize(("command", "ignored"), [("solve", "seconds"), ("evaluate", "puzzles_per_second")])
def test_two_processes_solve_and_evaluate_like_one(printed, command, ignored):
    one, two = ([told(line, ignored) for line in output[command].splitlines()] for output in printed)
    assert one == two
    assert one


def told(line, ignored):
    """Return a JSON line without the times in it, rounded to what the order of a sum leaves."""
    values = json.loads(line, parse_float=lambda text: round(float(text), 6))
    return {key: value for key, value in values.items() if key != ignored}


def test_alone_nothing_is_exchanged():
    tensor = torch.arange(3)
    assert distributed.gathered(tensor) is tensor
    assert distributed.share(6) == slice(0, 6)
    assert distributed.everyone("me") == ["me"]
    assert distributed.shared("mine") == "mine"
    with distributed.group("cpu"):
        assert distributed.world_size() == 1


def test_slots_must_divide(monkeypatch):
    monkeypatch.setattr(distributed, "world_size", lambda: 4)
    with pytest.raises(ConfigError, match="6 slots cannot be shared by 4"):
        distributed.share(6)
