"""Training on two gloo processes equals training on one, and a checkpoint goes on at another number of processes."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file

from tests.conftest import EASY, HARD, SOLVED
from trm_cli import distributed
from trm_cli.commands import main, train
from trm_cli.errors import ConfigError
from trm_cli.model import weights
from trm_cli.model.config import ModelConfig
from trm_cli.model.nets import build
from trm_cli.program import runs
from trm_cli.train.config import Stream
from trm_cli.train.data import Pool
from trm_cli.train.presets import preset
from trm_cli.train.run import Run

ROOT = Path(__file__).parents[1]
TOY = ModelConfig("sudoku", hidden_size=8, H_cycles=2, L_cycles=1, expansion=2, pool_size=4)
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
SMALL = ("model.hidden_size=8", "model.num_heads=2", "model.L_cycles=1", "dtype=float32")
ARC = ["train", "--task", "arc", "--data", "arc.json", "--steps", "4", "--slots", "2", "--no-compile", "--threads", "1"]
ARC += [argument for setting in SMALL for argument in ("--set", setting)]
COMMANDS = """
import contextlib, json, sys
from trm_cli import distributed
from trm_cli.commands import main
from trm_cli.domains.arc import corpus
from trm_cli.train import pools
with distributed.group("cpu"):
    if distributed.rank():
        corpus.read = pools.make = None  # only the first process reads data and makes puzzles
    with contextlib.suppress(FileNotFoundError):
        distributed.once(lambda: open("missing"))  # an error there is one in all processes
        raise AssertionError
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
        torch.testing.assert_close(mine[name], theirs[name], rtol=1e-2, atol=5e-4)


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What one and two processes print, in a folder with the run of each and the one's run that the two continue."""
    torch.manual_seed(1)
    toy = build(TOY)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("distributed"))
        weights.save(Path("toy.safetensors"), toy, {})
        lines = [EASY, SOLVED, "5" + EASY, HARD, SOLVED, EASY, SOLVED]
        Path("list.txt").write_text("\n".join(lines))
        Path("list.csv").write_text("question,answer\n" + "\n".join(f"{EASY},{SOLVED}" for _ in range(5)))
        pairs = [{"input": [[1, 2], [i, 0]], "output": [[2, 1], [0, i]]} for i in range(3, 7)]
        Path("arc.json").write_text(json.dumps({"train": pairs[1:], "test": pairs[:1]}))
        alone(*TRAIN, "--out", "one")
        alone(*ARC, "--out", "arc-one")
        shutil.copytree("one", "continued")
        two = together(
            train=[*TRAIN, "--out", "two"], resume=["train", "--resume", "continued", "--steps", "40"],
            arc=[*ARC, "--out", "arc-two"], solve=SOLVE, evaluate=EVALUATE,
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
def test_two_processes_share_the_pairs_that_the_first_reads(printed):
    assert_same(Path("arc-one"), Path("arc-two"))


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
    assert distributed.once(lambda: "mine") == "mine"
    with distributed.group("cpu"):
        assert distributed.world_size() == 1


def test_slots_must_divide(monkeypatch):
    monkeypatch.setattr(distributed, "world_size", lambda: 4)
    with pytest.raises(ConfigError, match="6 slots cannot be shared by 4"):
        distributed.share(6)


def test_cuda_devices_exchange_by_nccl_and_all_others_by_gloo():
    assert [distributed.backend(device) for device in ("cuda:1", "cpu", "mps")] == ["nccl", "gloo", "gloo"]


def test_the_device_of_a_run_is_the_one_in_its_settings(tmp_path):
    config = replace(
        preset("sudoku", "quick"), device="cpu", model=TOY, streams=(Stream("9x9", 2, 1, {"": 1}, {"": 1}, 0),)
    )
    given, solution = np.zeros((1, 9, 9), np.int8), np.zeros((1, 81), np.int8)
    Run.create(tmp_path / "run", config, [Pool(given, solution, np.array([""]))], [])
    for arguments, device in (
        (["--task", "sudoku"], "auto"),
        (["--task", "sudoku", "--device", "cuda"], "cuda"),
        (["--task", "sudoku", "--set", "device=cpu"], "cpu"),
        (["--resume", str(tmp_path / "run")], "cpu"),
        (["--resume", str(tmp_path / "run"), "--device", "cuda:1"], "cuda:1"),
    ):
        context = train.command.make_context("train", arguments)
        assert runs.asked_device(runs.RunOptions(**context.params)) == device
