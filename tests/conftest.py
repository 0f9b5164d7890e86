"""A toy model and puzzles that several test files use."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from trm_cli.domains import domain
from trm_cli.model.config import ModelConfig
from trm_cli.model.nets import build
from trm_cli.model.trm import TinyRecursiveModel
from trm_cli.puzzle import Puzzle

torch.set_num_threads(1)  # the models here are too small for more

EASY = "53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79"
SOLVED = "534678912672195348198342567859761423426853791713924856961537284287419635345286179"
HARD = "1....7.9..3..2...8..96..5....53..9...1..8...26....4...3......1..4......7..7...3.."


def read(text: str) -> Puzzle:
    """Return the one puzzle of a text."""
    (puzzle,) = domain("sudoku").parse(text, "test")
    assert isinstance(puzzle, Puzzle), puzzle
    return puzzle


def rows_of(puzzle: Puzzle) -> list[str]:
    """Return the given grid as one string a row."""
    return ["".join(puzzle.symbols[value] for value in row) for row in puzzle.given]


@pytest.fixture
def easy() -> Puzzle:
    return read(f"{EASY} {SOLVED}")


@pytest.fixture
def toy_config() -> ModelConfig:
    return ModelConfig("sudoku", hidden_size=8, H_cycles=2, L_cycles=1, expansion=2, pool_size=4)


@pytest.fixture
def toy(toy_config: ModelConfig) -> TinyRecursiveModel:
    """An untrained model whose answers really depend on its input."""
    torch.manual_seed(1)
    return build(toy_config).eval()


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
