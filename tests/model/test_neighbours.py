"""The maze net: no size of its own, padding that does not count, and how far it hears."""

import numpy as np
import pytest
import torch

from trm_cli.domains import domain
from trm_cli.model.config import ModelConfig
from trm_cli.model.nets import build


@pytest.fixture
def model():
    torch.manual_seed(1)
    config = ModelConfig("maze", net="neighbours", hidden_size=8, L_cycles=2, expansion=2, pool_size=4)
    made = build(config).double().eval()
    torch.nn.init.normal_(made.net.halting.weight)
    return made


def run(model, tokens, steps=3):
    """Return the logits (H, W, 2) and the halting logit of a maze after some steps in float64."""
    with torch.no_grad():
        x = model.net.embed(torch.as_tensor(np.array(tokens), dtype=torch.long)[None], torch.float64)
        y, z = model.start(x)
        for _ in range(steps):
            (y, z), logits, halt = model.deep_recursion(x, y, z)
    return logits.reshape(*tokens.shape, 2).numpy(), float(halt)


@pytest.mark.parametrize("kind", ["7x12", "30x30"])
def test_padding_changes_nothing(model, kind):
    given = next(domain("maze").generate(kind, "open", 0)).given
    logits, halt = run(model, given)
    padded, padded_halt = run(model, np.pad(given, ((0, 3), (0, 5))))
    height, width = given.shape
    np.testing.assert_allclose(padded[:height, :width], logits, rtol=1e-6)
    assert padded_halt == pytest.approx(halt, rel=1e-6)


def test_what_is_in_a_cell_matters_around_it_and_in_the_average_elsewhere(model):
    for block in model.net.blocks:
        torch.nn.init.zeros_(block.to_all.weight)  # leaves the neighbours alone
    tokens = np.full((15, 40), 2)
    changed = tokens.copy()
    changed[7, 3] = 1
    differs = np.abs(run(model, changed, 1)[0] - run(model, tokens, 1)[0]).max(-1) > 0
    reach = 2 * (model.config.L_cycles + 1)  # two blocks a call
    assert differs[7, 3 + reach]
    assert not differs[:, 4 + reach :].any()


def test_directions_differ(model):
    tokens = np.full((5, 5), 2)
    tokens[0, 0] = 3
    logits, _ = run(model, tokens)
    assert not np.allclose(logits, logits.transpose(1, 0, 2))


def test_halting_starts_out_as_no(model):
    fresh = build(model.config)
    assert run(fresh.double(), np.full((5, 5), 2))[1] == pytest.approx(-5)
