"""The baselines: HRM's two rates and one-step gradient, and a transformer without recursion; both learn."""

from copy import deepcopy
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from trm_cli.domains import domain
from trm_cli.model.nets import build
from trm_cli.train.config import Stream
from trm_cli.train.data import Pool
from trm_cli.train.loop import Trainer
from trm_cli.train.presets import preset

SUDOKU = domain("sudoku")


def small(name, **changes):
    """Return a preset's recipe for 4x4 Sudoku, small enough for a CPU."""
    config = preset("sudoku", name)
    sizes = {"hidden_size": 64, "num_heads": 4, "vocab_size": 6, "seq_len": 16}
    sizes |= {"puzzle_emb_ndim": 64, "puzzle_emb_len": 2}
    return replace(
        config,
        model=replace(config.model, **sizes, **changes),
        streams=(Stream("4x4", 32, 1.0, {"easy": 1.0}, {"easy": 1.0}, puzzles=200, augment=20),),
        steps=100, lr=2e-3, weight_decay=0.1, warmup_steps=20, ema=0.99, lr_min_ratio=0.1, compile=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def pool():
    return Pool.encode(SUDOKU, ((p, "easy") for p in islice(SUDOKU.generate("4x4", "easy", 0), 200)), augment=20)


def test_parameters():
    for name in ("hrm", "transformer"):
        model = build(preset("sudoku", name).model)
        assert sum(p.numel() for p in model.parameters()) == 27_275_266


@pytest.mark.parametrize(("name", "n_low", "n_high"), [("hrm", 4, 2), ("transformer", 1, 0)])
def test_calls_gradient_and_shapes(name, n_low, n_high):
    torch.manual_seed(0)
    model = build(small(name, L_layers=1).model)
    calls = []
    for level, blocks in (("low", model.net.blocks), ("high", getattr(model.net, "high_blocks", []))):
        for block in blocks:
            block.register_forward_hook(lambda m, i, out, level=level: calls.append((level, out.requires_grad)))
    x = model.net.embed(torch.ones(3, 4, 4, dtype=torch.long))
    state, logits, halt = model.deep_recursion(x, *model.start(x))
    assert sum(level == "low" for level, _ in calls) == n_low
    assert sum(level == "high" for level, _ in calls) == n_high
    assert sum(has_gradient for _, has_gradient in calls) == (2 if n_high else 1)
    assert state.y.shape == state.z.shape == (3, 18, 64)
    assert (logits.shape, halt.shape) == ((3, 16, 6), (3,))
    assert not state.y.requires_grad


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hrm", "transformer"])
def test_learns_4x4(name, pool):
    records = [*Trainer(small(name, L_layers=2), [deepcopy(pool)], torch.float32).run()]
    first, last = (np.mean([p.cell_accuracy for p in part]) for part in (records[:5], records[-20:]))
    assert last > first + 0.2, (first, last)
