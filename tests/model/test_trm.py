"""The recursion against the paper's pseudocode, written out by hand."""

from dataclasses import replace

import pytest
import torch

from trm_cli.model.config import ADAPTED, ModelConfig, published
from trm_cli.model.nets import build


def by_hand(model, x, y, z):
    """Figure 3 of the paper, with one network for both updates and sums as its inputs."""
    n, cycles = model.config.L_cycles, model.config.H_cycles
    for cycle in range(cycles):
        with torch.set_grad_enabled(cycle == cycles - 1):
            for _ in range(n):
                z = model.net(x + y + z)
            y = model.net(y + z)
    return y, z


def question(model):
    tokens = torch.zeros(2, 9, 9, dtype=torch.long)
    tokens[0, 0, 0], tokens[1, 4, 5] = 3, 7
    return model.net.embed(tokens)


def test_one_step_is_the_papers(toy):
    x = question(toy)
    state, logits, halt = toy.deep_recursion(x, *toy.start(x))
    y, z = by_hand(toy, x, *toy.start(x))
    torch.testing.assert_close(state.y, y.detach())
    torch.testing.assert_close(state.z, z.detach())
    assert logits.shape == (2, 81, 9)
    assert halt.shape == (2,)


def test_the_gradient_goes_through_the_last_cycle_only(toy):
    x = question(toy)
    _, logits, _ = toy.deep_recursion(x, *toy.start(x))
    logits.square().sum().backward()
    found = {name: p.grad.clone() for name, p in toy.named_parameters() if p.grad is not None}
    toy.zero_grad()
    x = question(toy)
    y, _ = by_hand(toy, x, *toy.start(x))
    toy.net.logits(y).square().sum().backward()
    assert found
    for name, gradient in found.items():
        torch.testing.assert_close(gradient, toy.get_parameter(name).grad, rtol=1e-4, atol=1e-3)


def test_states_are_detached_and_the_start_is_not_trained(toy):
    x = question(toy)
    state, _, _ = toy.deep_recursion(x, *toy.start(x))
    assert not state.y.requires_grad
    assert not state.z.requires_grad
    assert {"y_init", "z_init"} <= toy.state_dict().keys()
    assert not {"y_init", "z_init"} & {name for name, _ in toy.named_parameters()}


def test_a_shallower_step_has_fewer_cycles(toy):
    x = question(toy)
    one = toy.deep_recursion(x, *toy.start(x), H_cycles=1)[0]
    y, z = toy.latent_recursion(x, *toy.start(x))
    torch.testing.assert_close(one.y, y.detach())
    torch.testing.assert_close(one.z, z.detach())


def test_a_batch_equals_its_puzzles_one_by_one(toy):
    x = question(toy)
    together = toy.deep_recursion(x, *toy.start(x))[1]
    for i in range(2):
        alone = toy.deep_recursion(x[i : i + 1], *toy.start(x[i : i + 1]))[1]
        torch.testing.assert_close(together[i : i + 1], alone, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("config", "shape"),
    [
        (ModelConfig("sudoku", hidden_size=8), (4, 4)),
        (ModelConfig("maze", net="neighbours", hidden_size=8), (5, 5)),
        (replace(ADAPTED, hidden_size=8, num_puzzle_identifiers=3), (10, 5, 5)),
        (replace(published("sudoku", "mlp"), hidden_size=8, puzzle_emb_ndim=8), (9, 9)),
        (replace(published("sudoku", "attention"), hidden_size=16, puzzle_emb_ndim=0, puzzle_emb_len=0), (9, 9)),
    ],
    ids=lambda value: getattr(value, "net", ""),
)
def test_no_puzzles_have_no_states(config, shape):
    """In a training in several processes, one may have no new puzzles while others have some."""
    model = build(config)
    none = torch.zeros(0, *shape, dtype=torch.long)
    y, z = model.start(model.net.embed(none, ids=none.flatten()))
    assert len(y) == len(z) == 0
