"""The Sudoku net: exact symmetries, every grid size, and the start values the paper asks for."""

import numpy as np
import pytest
import torch

from tests.conftest import EASY, read
from trm_cli.domains import domain
from trm_cli.model.nets import build


def run(model, given, steps=3):
    """Return the logits (V, V, V: row, column, digit) and the halting logit after some steps in float64."""
    model = model.double()
    with torch.no_grad():
        x = model.net.embed(torch.from_numpy(given.astype(np.int64))[None], torch.float64)
        y, z = model.start(x)
        for _ in range(steps):
            (y, z), logits, halt = model.deep_recursion(x, y, z)
    size = len(given)
    return logits.reshape(size, size, size).numpy(), float(halt)


@pytest.fixture
def model(toy):
    """The toy model with a halting head that reads its input."""
    torch.nn.init.normal_(toy.net.halting.weight)
    return toy


def test_relabelling_digits_permutes_the_logits(model, easy):
    relabel = np.array([0, 3, 1, 2, 9, 8, 7, 6, 5, 4])
    logits, halt = run(model, easy.given)
    moved, moved_halt = run(model, relabel[easy.given])
    np.testing.assert_allclose(moved[:, :, relabel[1:] - 1], logits, rtol=1e-5, atol=1e-5)
    assert moved_halt == pytest.approx(halt, rel=1e-5)


@pytest.mark.parametrize("rows", [[1, 2, 0, 3, 4, 5, 6, 8, 7], [3, 4, 5, 0, 1, 2, 8, 7, 6]], ids=["in bands", "bands"])
def test_permuting_rows_permutes_the_logits(model, easy, rows):
    logits, _ = run(model, easy.given)
    np.testing.assert_allclose(run(model, easy.given[rows])[0], logits[rows], rtol=1e-5, atol=1e-5)
    columns, _ = run(model, easy.given[:, rows])
    np.testing.assert_allclose(columns, logits[:, rows], rtol=1e-5, atol=1e-5)


def test_transposing_does_not_permute_by_chance(model, easy):
    logits, _ = run(model, easy.given)
    swapped, _ = run(model, easy.given[[3, 1, 2, 0, 4, 5, 6, 7, 8]])
    assert not np.allclose(swapped, logits[[3, 1, 2, 0, 4, 5, 6, 7, 8]])


def test_transposing_transposes_the_logits(model, easy):
    logits, _ = run(model, easy.given)
    np.testing.assert_allclose(run(model, easy.given.T)[0], logits.transpose(1, 0, 2), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", ["4x4", "6x6", "16x16"])
def test_the_same_weights_take_every_size_with_its_symmetries(model, kind, rng):
    task = domain("sudoku")
    size = int(kind.split("x")[0])
    given = np.zeros((size, size), np.uint8)
    given[0, 1], given[size - 1, 2] = size, 3
    logits, halt = run(model, given)
    assert logits.shape == (size, size, size)
    moved, back, _ = task.augment(read("\n".join("".join(".123456789ABCDEFG"[v] for v in row) for row in given)), rng)
    found, moved_halt = run(model, moved.given)
    assert moved_halt == pytest.approx(halt, rel=1e-5)
    np.testing.assert_allclose(np.sort(found, None), np.sort(logits, None), rtol=1e-5, atol=1e-5)
    assert np.array_equal(back(moved.given), given)


def test_embedding_tells_given_excluded_and_unknown(model):
    tokens = torch.zeros(1, 4, 4, dtype=torch.long)
    tokens[0, 2, 3] = 2
    x = model.net.embed(tokens)
    assert torch.equal(x[0, 1, 2, 3], model.net.candidate[1])
    assert torch.equal(x[0, 0, 2, 3], model.net.candidate[2])
    assert torch.equal(x[0, 1, 0, 0], model.net.candidate[0])


def test_the_halting_head_starts_at_minus_five(toy_config, easy):
    assert run(build(toy_config), easy.given)[1] == -5.0


def test_a_state_keeps_unit_root_mean_square(model):
    x = model.net.embed(torch.zeros(1, 9, 9, dtype=torch.long))
    y, z = model.start(x)
    with torch.no_grad():
        h = model.net(x + y + z)
    torch.testing.assert_close(h.square().mean(-1), torch.ones(1, 9, 9, 9), rtol=1e-3, atol=1e-3)


def test_reads_its_input(model, easy):
    other = read(EASY.replace("53", "35", 1))
    assert not np.allclose(run(model, easy.given)[0], run(model, other.given)[0])
