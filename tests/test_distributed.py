"""Training on two gloo processes equals training on one, and a checkpoint goes on at another number of processes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.conftest import EASY, HARD, SOLVED
from trm_cli import distributed
from trm_cli.errors import ConfigError
from trm_cli.model import weights

ROOT = Path(__file__).parents[1]
TINY = ["--puzzles", 40, "--no-compile", "--threads", 1]
SETTINGS = (
    "model.hidden_size=8", "model.pool_size=4", "model.L_cycles=2", "dtype=float32", "eval_puzzles=5",
    "eval_max_steps=2", "halt_exploration_prob=0.5", "accumulation=2", "optimizer=adam_atan2", "lr=1e-3",
)  # fmt: skip
TINY += [argument for setting in SETTINGS for argument in ("--set", setting)]


def run(n_processes, *arguments):
    launcher = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={n_processes}"]
    command = [sys.executable, *(launcher if n_processes > 1 else []), "-m", "trm_cli", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=120, text=True).stdout


def train(n_processes, *arguments):
    run(n_processes, "train", *arguments)


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


@pytest.mark.slow
def test_two_processes_equal_one_and_change_places(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    begin = ["--task", "sudoku", "--preset", "quick", "--steps", 20, *TINY]
    train(1, *begin, "--out", one)
    train(2, *begin, "--out", two)
    assert_same(one, two)
    train(2, "--resume", one, "--steps", 40)
    train(1, "--resume", two, "--steps", 40)
    assert metrics(one)[-1].keys() == {"evaluation"}
    assert metrics(one)[-2]["step"] == 40
    assert_same(one, two)


@pytest.mark.slow
def test_two_processes_solve_and_evaluate_like_one(tmp_path, toy):
    weights.save(tmp_path / "toy.safetensors", toy, {})
    lines = [EASY, SOLVED, "5" + EASY, HARD, SOLVED, EASY, SOLVED]
    (tmp_path / "list.txt").write_text("\n".join(lines))
    (tmp_path / "list.csv").write_text("question,answer\n" + "\n".join(f"{EASY},{SOLVED}" for _ in range(5)))
    common = ["--weights", tmp_path / "toy.safetensors", "--dtype", "float32", "--threads", 1]
    solve = [
        "solve",
        tmp_path / "list.txt",
        "--json",
        "--max-steps",
        2,
        "--halt",
        "verified",
        "--slots",
        1,
        "--search",
        "off",
        *common,
    ]
    evaluate = ["eval", "--task", "sudoku", "--data", tmp_path / "list.csv", "--json", "--max-steps", 2, *common]
    for command, ignored in ((solve, "seconds"), (evaluate, "puzzles_per_second")):
        one, two = ([told(line, ignored) for line in run(n, *command).splitlines()] for n in (1, 2))
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
