"""The published recipe: its optimizers by hand, its sampling, and that it learns 4x4 Sudoku."""

import math
from copy import deepcopy
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from trm_cli.domains import domain
from trm_cli.errors import ConfigError, DataError
from trm_cli.model import official, weights
from trm_cli.solving import engine
from trm_cli.solving.options import SolveOptions
from trm_cli.solving.step import Loaded
from trm_cli.train.adam_atan2 import AdamATan2
from trm_cli.train.config import Stream
from trm_cli.train.data import Pool
from trm_cli.train.loop import Trainer, initial
from trm_cli.train.presets import preset
from trm_cli.train.run import Run
from trm_cli.train.sign_sgd import update

SUDOKU = domain("sudoku")


def test_two_steps_of_adam_atan2_by_hand():
    p = torch.nn.Parameter(torch.tensor([2.0, -1.0]))
    optimizer = AdamATan2([p], lr=0.1, weight_decay=0.5)
    value, m, v = [2.0, -1.0], [0.0, 0.0], [0.0, 0.0]
    for t, gradient in enumerate(([0.5, -3.0], [-0.25, 0.0]), 1):
        p.grad = torch.tensor(gradient)
        optimizer.step()
        for i, g in enumerate(gradient):
            value[i] *= 1 - 0.1 * 0.5
            m[i] = 0.9 * m[i] + 0.1 * g
            v[i] = 0.95 * v[i] + 0.05 * g * g
            value[i] -= 0.1 / (1 - 0.9**t) * math.atan2(m[i], math.sqrt(v[i]) / math.sqrt(1 - 0.95**t))
        torch.testing.assert_close(p.detach(), torch.tensor(value))
    first = torch.tensor([2.0, -1.0]) * 0.95 - torch.tensor([1.0, -1.0]) * math.atan2(0.1, 1)  # free of scale
    assert (first - torch.tensor([1.8003, -0.8503])).abs().max() < 1e-3


def test_sign_sgd_sums_equal_rows_and_leaves_the_others():
    table = torch.tensor([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]])
    update(table, torch.tensor([1, 2, 1]), torch.tensor([[0.5, 1.0], [0.0, -9.0], [-0.2, -3.0]]), 0.1, 0.5)
    expected = torch.tensor([[1.0, 1.0], [1.9 - 0.1, 1.9 + 0.1], [3.8, 3.8 + 0.1]])
    torch.testing.assert_close(table, expected)


@pytest.fixture(scope="module")
def pool():
    return Pool.encode(SUDOKU, ((p, "easy") for p in islice(SUDOKU.generate("4x4", "easy", 0), 200)), augment=20)


def test_an_epoch_visits_every_group_once(pool, rng):
    assert pool.n_groups == 200
    assert len(pool.tokens) == 200 * 21
    copies = {tokens.numpy().tobytes(): group for tokens, group in zip(pool.tokens.long(), pool.group, strict=True)}
    for _ in range(2):
        drawn = torch.cat([pool.draw(n, {}, rng).tokens for n in (50, 1, 149)])
        groups = [copies[tokens.numpy().tobytes()] for tokens in drawn]
        assert len(set(groups)) >= 195  # equal puzzles may be in two groups
    assert len({tokens.numpy().tobytes() for tokens in pool.tokens[:21]}) > 15


def test_an_epoch_takes_all_examples_of_one_puzzle_of_every_group(rng):
    puzzle = np.array([0, 0, 0, 1, 2, 2, 3])
    group = np.array([0, 0, 0, 0, 1, 1, 1])
    tokens = np.arange(7, dtype=np.int8).reshape(7, 1, 1)
    pool = Pool(tokens, tokens[:, 0], np.full(7, "any"), group, puzzle=puzzle)
    seen = set()
    for _ in range(40):
        pool._waiting = pool._waiting[:0]
        drawn = pool.draw(1, {}, rng).tokens.flatten().tolist()
        drawn += pool._waiting.tolist()
        chosen = puzzle[drawn]
        assert sorted(drawn) == [i for i in range(7) if puzzle[i] in chosen]
        assert sorted(group[[np.flatnonzero(puzzle == p)[0] for p in set(chosen)]]) == [0, 1]
        seen |= set(chosen)
    assert seen == {0, 1, 2, 3}


def paper(steps, hidden_size=64):
    """Return the published recipe for 4x4 Sudoku, with fewer cycles and a faster rate."""
    sizes = {"hidden_size": hidden_size, "puzzle_emb_ndim": hidden_size, "vocab_size": 6, "seq_len": 16}
    base = preset("sudoku", "paper-mlp")
    return replace(
        base,
        model=replace(base.model, **sizes, H_cycles=2, L_cycles=2),
        streams=(Stream("4x4", 32, 1.0, {"easy": 1.0}, {"easy": 1.0}, puzzles=200, augment=20),),
        steps=steps, lr=3e-3, weight_decay=0.1, warmup_steps=20, first_H_cycles=2, ema=0.99,
        lr_min_ratio=0.1, compile=False,
    )  # fmt: skip


def test_the_puzzle_table_is_trained_and_not_averaged(pool):
    trainer = Trainer(paper(2, hidden_size=16), [pool], torch.float32)
    before = trainer.model.net.puzzles.clone()
    [*trainer.run()]
    assert (before == 0).all()
    assert (trainer.model.net.puzzles != 0).any()
    assert torch.equal(trainer.averaged().net.puzzles, trainer.model.net.puzzles)
    assert "net.puzzles" not in trainer.average


def test_puzzles_to_validate_on_that_the_network_cannot_take_are_refused_at_once(pool, tmp_path):
    (other,) = islice(SUDOKU.generate("6x6", "easy", 0), 1)
    with pytest.raises(DataError, match="takes grids of 16 cells, not 36"):
        Run.create(tmp_path / "run", paper(2, hidden_size=16), [pool], [other])


def test_a_group_of_mazes_is_a_maze_in_all_orientations(rng):
    (stream,) = preset("maze", "paper").streams
    maze = domain("maze")
    mazes = [(p, "hard") for p in islice(maze.generate("10x10", "hard", 0), 5)]
    pool = Pool.encode(maze, mazes, stream.augment)
    assert pool.n_groups == 5
    for i, (puzzle, _) in enumerate(mazes):
        seen = {tuple(tokens.flatten().tolist()) for tokens in pool.tokens[8 * i : 8 * i + 8]}
        assert seen == {tuple(view.puzzle.given.ravel().tolist()) for view in maze.views(puzzle)} | {
            tuple(puzzle.given.ravel().tolist())
        }
    # An epoch visits every group once.
    for _ in range(3):
        drawn = {int((pool.tokens == tokens).all((1, 2)).nonzero()[0]) // 8 for tokens in pool.draw(5, {}, rng).tokens}
        assert drawn == {*range(5)}
    # Those that are not square keep their shape.
    (wide,) = islice(maze.generate("5x10", "easy", 0), 1)
    assert [copy.given.shape for copy in maze.copies(wide, 9, rng)] == [(5, 10)] * 4


@pytest.mark.parametrize("net", ["sequence", "hrm"])
def test_recomputed_activations_change_nothing(pool, net):
    config = paper(2, hidden_size=16)
    config = replace(config, model=replace(config.model, net=net))
    plain, recomputed = (
        [p.lm_loss for p in Trainer(replace(config, recompute=flag), [deepcopy(pool)], torch.float32).run()]
        for flag in (False, True)
    )
    assert plain == pytest.approx(recomputed, rel=1e-6)


def test_training_goes_on_from_a_converted_checkpoint(pool, tmp_path):
    config = paper(1, hidden_size=16)
    first = Trainer(config, [pool], torch.float32)
    [*first.run()]
    published, converted = tmp_path / "step_1", tmp_path / "converted.safetensors"
    official.write(published, config.model, first.model.state_dict())
    weights.write(converted, *official.read(published, "sudoku", {"H_cycles": 2, "L_cycles": 2}), {})
    tensors = initial(replace(config, init=str(converted)))
    second = Trainer(replace(config, seed=1), [pool], torch.float32, tensors=tensors)
    for name, tensor in first.model.state_dict().items():
        assert torch.equal(second.model.state_dict()[name], tensor), name
    assert len([*second.run()]) == 1
    with pytest.raises(ConfigError, match="its sizes are not those of this run"):
        initial(replace(paper(1, hidden_size=32), init=str(converted)))


def test_accumulation_must_divide_the_slots(pool):
    with pytest.raises(ConfigError, match="accumulation=5 does not divide the 32 slots of 4x4"):
        Trainer(replace(paper(1, hidden_size=16), accumulation=5), [pool], torch.float32)


@pytest.mark.slow
def test_paper_mlp_learns_4x4(pool):
    recipe = paper(300)
    recipe = replace(recipe, lr=5e-3, model=replace(recipe.model, puzzle_emb_len=2))
    trainer = Trainer(recipe, [deepcopy(pool)], torch.float32)
    [*trainer.run()]
    held = [*islice(SUDOKU.generate("4x4", "easy", 99), 100)]
    events = engine.solve(held, Loaded(trainer.averaged(), SUDOKU), SolveOptions(16, "none"))
    solved = [event.outcome.verdict.status == "solved" for event in events if event.outcome]
    assert np.mean(solved) > 0.8  # three seeds: 0.89, 0.97, 0.99
