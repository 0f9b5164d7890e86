"""Training on pairs of ARC tasks: what is drawn, resume to the bit, and weights that a learning begins with."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from trm_cli.commands import main
from trm_cli.device import CPU
from trm_cli.domains import domain
from trm_cli.domains.arc.bits import EXISTS, ORIENTATION, PLANES, THIS_COLOUR
from trm_cli.domains.arc.corpus import Corpus
from trm_cli.errors import ConfigError, DataError, WeightsError
from trm_cli.model import weights
from trm_cli.model.config import ADAPTED
from trm_cli.model.nets import build
from trm_cli.puzzle import IGNORED, Example
from trm_cli.solving.adapt import Beginning
from trm_cli.solving.learner import Learner
from trm_cli.solving.options import SolveOptions
from trm_cli.solving.solver import Solver
from trm_cli.train import pairs
from trm_cli.train.config import Stream, TrainConfig
from trm_cli.train.estimate import estimate
from trm_cli.train.loop import Trainer
from trm_cli.train.run import Run

TINY = replace(ADAPTED, hidden_size=8, num_heads=2, pool_size=4, L_cycles=1, halt_max_steps=2)
STREAMS = tuple(Stream(kind, 3, 1.0, {"any": 1.0}, {"any": 1.0}, puzzles=0) for kind in ("4x4", "6x6"))


def grids(*shape):
    return np.arange(np.prod(shape), dtype=np.uint8).reshape(shape) % 3


@pytest.fixture
def corpus():
    """Two tasks of small pairs, mirrored and with another colour, and one large pair."""
    small = [("mirror", Example(grid, grid[:, ::-1])) for grid in (grids(2, 3), grids(4, 2))]
    other = [("five", Example(grids(3, 3), np.where(grids(3, 3) == 1, 5, grids(3, 3)).astype(np.uint8)))]
    return Corpus.of([*small, *other, ("mirror", Example(grids(5, 2), grids(5, 2)[:, ::-1]))])


@pytest.fixture
def config():
    model = replace(TINY, num_puzzle_identifiers=3)
    return TrainConfig(model, STREAMS, steps=8, compile=False, warmup_steps=2, first_max_steps=2, weight_decay=0.1)


def test_a_stream_has_the_pairs_that_no_smaller_one_has(corpus):
    small, large = pairs.of_streams(corpus, STREAMS)
    assert small.chosen.tolist() == [0, 1, 2]
    assert large.chosen.tolist() == [3]
    assert small.shape == (10, 4, 4)
    assert pairs.with_pairs(Corpus.of([*corpus.named()][:3]), STREAMS) == STREAMS[:1]
    with pytest.raises(DataError, match="larger than the largest stream"):
        pairs.with_pairs(corpus, [replace(STREAMS[0], kind="1x1")])


def test_a_drawn_lesson_is_a_pair_in_some_orientation(corpus):
    pool, _ = pairs.of_streams(corpus, STREAMS)
    tokens, labels, ids = pool.draw(200, {}, np.random.default_rng(0))
    assert {*ids.tolist()} == {1, 2}  # row 0 is of no task
    assert 70 < (ids == 2).sum() < 130  # a task counts the same, whatever the number of its pairs
    ways = set()
    for i in range(200):
        exists = tokens[i] >> EXISTS & 1
        n_colours = int(exists.amax((1, 2)).sum())
        assert n_colours == (4 if ids[i] == 2 else 3)
        (way,) = [k for k in range(8) if (tokens[i] >> ORIENTATION + k & 1).any()]
        ways.add(way)
        assert not (tokens[i] >> PLANES).any()
        cells = tokens[i] >> THIS_COLOUR & 1  # (K, H, W)
        assert int(cells.sum()) == int(exists[0].sum())  # one colour in every cell
        supervised = labels[i] != IGNORED
        assert int(supervised.sum()) == int(exists[0].sum())
        assert int(labels[i].max()) < n_colours
    assert ways == {*range(8)}


def test_resume_is_bitwise(corpus, config, tmp_path):
    made = pairs.of_streams(corpus, config.streams)
    names = ["<blank>", *corpus.tasks.tolist()]
    whole = Run.create(tmp_path / "whole", config, made, [], names)
    expected = [progress.lm_loss for progress in whole.records()]
    begun = Run.create(tmp_path / "cut", config, made, [], names)
    records = begun.records()
    first = [next(records).lm_loss for _ in range(3)]
    begun.save()
    resumed = Run.resume(tmp_path / "cut")
    assert first + [progress.lm_loss for progress in resumed.records()] == expected
    with pytest.raises(ConfigError, match="--validate is not for this network"):
        Run.resume(tmp_path / "cut", validate=("list.json",))
    for name, tensor in whole.trainer.model.state_dict().items():
        assert torch.equal(resumed.trainer.model.state_dict()[name], tensor), name
    assert resumed.trainer.model.net.codes[1:].abs().max() > 0  # codes learn, and the row of no task does not
    assert not resumed.trainer.model.net.codes[0].any()


def test_the_loss_falls(corpus, config):
    trainer = Trainer(replace(config, steps=60, muon_lr=0.02), pairs.of_streams(corpus, config.streams), torch.float32)
    losses = [progress.lm_loss for progress in trainer.run()]
    assert np.mean(losses[-10:]) < 0.7 * np.mean(losses[:10])


def test_a_learning_begins_with_the_code_of_its_task_or_their_mean():
    trained = build(replace(TINY, num_puzzle_identifiers=3)).eval()
    trained.identifiers = {"<blank>": 0, "a": 1, "b": 2}
    with torch.no_grad():
        trained.net.codes[1], trained.net.codes[2] = 1.0, 3.0
    for identifier, code in (("a", 1.0), ("b", 3.0), ("unknown", 2.0)):
        model = Beginning(trained, identifier).model()
        assert torch.allclose(model.net.bits[EXISTS], trained.net.bits[EXISTS] + code)
        assert torch.equal(model.net.bits[EXISTS + 1 : PLANES], trained.net.bits[EXISTS + 1 : PLANES])
        assert not torch.equal(model.net.bits[PLANES:], trained.net.bits[PLANES:])
        assert torch.equal(model.net.answer.weight, trained.net.answer.weight)
        assert model.net.codes is None
    assert trained.net.bits.requires_grad  # the trained net itself is left as it was
    assert not torch.allclose(model.net.bits[EXISTS], trained.net.bits[EXISTS])


def test_the_command_trains_and_solve_begins_with_its_weights(tmp_path):
    grid = grids(3, 3)
    task = {"train": [{"input": grid.tolist(), "output": grid[::-1].tolist()}] * 3, "test": [{"input": grid.tolist()}]}
    (tmp_path / "task.json").write_text(json.dumps(task))
    out = tmp_path / "run"
    settings = [f"--set=model.{key}={value}" for key, value in (("hidden_size", 8), ("num_heads", 2), ("L_cycles", 1))]
    ran = CliRunner().invoke(
        main,
        ["train", "--task", "arc", "--data", str(tmp_path / "task.json"), "--steps", "2", "--no-compile", *settings,
         "--slots", "2", "--out", str(out), "--no-live"],
    )  # fmt: skip
    assert ran.exit_code == 0, ran.output
    file = out / "weights.safetensors"
    assert weights.load(file)[0].identifiers == {"<blank>": 0, "task": 1}
    # The same command without weights, and with them.
    asked = ["solve", str(tmp_path / "task.json"), "--thorough", "--updates", "2", "--threads", "1", "--json"]
    plain, begun = (
        json.loads(CliRunner().invoke(main, [*asked, *more]).stdout) for more in ([], ["--weights", str(file)])
    )
    assert plain["weights"] == ""
    assert begun["weights"] == weights.digest(file)
    assert begun["updates"] == 2
    # What answers by itself needs other weights.
    with pytest.raises(WeightsError, match="only start the learning of ARC tasks"):
        Solver.load(str(file))
    with pytest.raises(WeightsError, match="these weights solve sudoku, not arc"):
        Learner.load("sudoku", "arc", SolveOptions(), CPU)


@pytest.mark.parametrize(
    ("options", "words"),
    [([], "needs --data"), (["--data", "x.json", "--validate", "y"], "--validate is not for this network")],
)
def test_what_the_command_asks_for(options, words):
    ran = CliRunner().invoke(main, ["train", "--task", "arc", *options])
    assert ran.exit_code == 2
    assert words in ran.stderr


def test_an_estimate_needs_no_data(config):
    cost = estimate(config, torch.float32, torch.device("cpu"))
    assert cost.parameters == sum(p.numel() for p in build(config.model).parameters())
    assert domain("arc").has_demos
