"""The loss on logits made by hand, the schedule, and the weights' average."""

import math

import pytest
import torch

from trm_cli.domains.published import vocabulary_size
from trm_cli.model.config import ModelConfig
from trm_cli.model.nets import NETS, build
from trm_cli.puzzle import IGNORED
from trm_cli.train.config import TrainConfig
from trm_cli.train.loss import losses, stablemax, stablemax_cross_entropy, total
from trm_cli.train.optim import muon, optimizers
from trm_cli.train.presets import preset
from trm_cli.train.update import update, update_average


def test_by_hand():
    logits = torch.tensor([[[2.0, 0.0], [0.0, 1.0], [5.0, 0.0]], [[0.0, 1.0], [0.0, 0.0], [0.0, 3.0]]])
    labels = torch.tensor([[0, 1, IGNORED], [0, IGNORED, IGNORED]])
    halt = torch.tensor([0.0, -5.0])
    found = losses(logits, halt, labels)
    first = (math.log(1 + math.exp(-2)) + math.log(1 + math.exp(-1))) / 2
    second = math.log(1 + math.exp(1))
    assert float(found.lm_loss) == pytest.approx((first + second) / 2)
    assert float(found.q_halt_loss) == pytest.approx((math.log(2) + math.log(1 + math.exp(-5))) / 2)
    assert found.is_exact.tolist() == [True, False]
    assert found.cell_accuracy.tolist() == [1.0, 0.0]
    assert float(total(found, 0.5)) == pytest.approx(float(found.lm_loss + 0.5 * found.q_halt_loss))


def test_muon_takes_the_blocks_matrices_and_adamw_the_rest(toy):
    config: TrainConfig = preset("sudoku", "default")
    muon, adamw = optimizers(toy, config)
    names = {id(p): name for name, p in toy.named_parameters()}
    in_muon = {names[id(p)] for group in muon.param_groups for p in group["params"]}
    in_adamw = {names[id(p)] for group in adamw.param_groups for p in group["params"]}
    assert in_muon | in_adamw == set(names.values())
    assert in_adamw == {"net.candidate", "net.answer.weight", "net.halting.weight", "net.halting.bias"}


@pytest.mark.parametrize("net", NETS)
def test_muon_takes_what_it_took_when_saved_runs_began(net):
    """In checkpoints the states are numbered by the parameters' order: all matrices with `blocks.` in their names."""
    task = NETS[net].tasks[0]
    sizes = {"seq_len": 16, "vocab_size": vocabulary_size(task, 16)} if NETS[net].is_sequence else {}
    model = build(ModelConfig(task, net=net, hidden_size=8, num_heads=2, pool_size=4, expansion=1.0, **sizes))
    names = {id(p): name for name, p in model.named_parameters()}
    found = [[names[id(p)] for p in o.param_groups[0]["params"]] for o in muon(model, 0.1, 0.1, 0.1)]
    matrices = [name for name, p in model.named_parameters() if p.ndim == 2 and "blocks." in name]
    assert found == [matrices, [name for name in names.values() if name not in matrices]]


def test_no_optimizer_is_empty(toy, monkeypatch):
    everything = [*toy.parameters()]
    monkeypatch.setattr(type(toy.net), "hidden", lambda net: ())
    (adamw,) = muon(toy, 0.1, 0.1, 0.1)
    assert adamw.param_groups[0]["params"] == everything
    assert isinstance(adamw, torch.optim.AdamW)
    for p in everything:
        p.requires_grad = p is toy.net.blocks[0].ff_in.weight
    monkeypatch.undo()
    (only,) = muon(toy, 0.1, 0.1, 0.1)
    assert isinstance(only, torch.optim.Muon)


def test_average_by_hand(toy):
    average = {name: torch.zeros_like(p) for name, p in toy.named_parameters()}
    update_average(average, toy, 0.999, step=10**6, warms_up=True)
    torch.testing.assert_close(average["net.candidate"], 0.001 * toy.net.candidate.detach())
    update_average(average, toy, 0.999, step=8, warms_up=True)  # early: decay 9 / 18
    expected = 0.5 * 0.001 * toy.net.candidate + 0.5 * toy.net.candidate
    torch.testing.assert_close(average["net.candidate"], expected.detach())


def test_an_update_follows_the_gradient_unless_it_is_not_finite(toy):
    average = {name: p.detach().clone() for name, p in toy.named_parameters()}
    optimizer = torch.optim.SGD(toy.parameters(), lr=1.0)
    before = toy.net.candidate.detach().clone()
    for gradient, norm, moved in ((float("nan"), float("nan"), 0.0), (2.0, 2 * before.numel() ** 0.5, 1.0)):
        toy.net.candidate.grad = torch.full_like(before, gradient)
        assert update(toy, [optimizer], average, step=1) == pytest.approx(norm, nan_ok=True)
        assert toy.net.candidate.grad is None
        way = (before - toy.net.candidate.detach()).norm()  # the gradient is cut to the norm 1
        assert float(way) == pytest.approx(moved, abs=1e-6)
        assert torch.equal(average["net.candidate"], before) == (moved == 0)


def test_stablemax_has_a_gradient_everywhere():
    """In float32, as on Apple's GPUs: 1 / (1 - x) has a pole at 1, in the branch that is not taken there."""
    logits = torch.tensor([[[1.0, 0.0, -1.0, 2.0]]], requires_grad=True)
    stablemax_cross_entropy(logits, torch.tensor([[0]])).sum().backward()
    assert logits.grad.isfinite().all()
    for dtype in (torch.float32, torch.float64):
        x = torch.linspace(-3, 3, 25, dtype=dtype, requires_grad=True)  # has -1, 0 and 1 in it
        s = stablemax(x)
        torch.testing.assert_close(s, torch.where(x < 0, 1 / (1 - x), x + 1))
        (gradient,) = torch.autograd.grad(s.sum(), x)
        expected = torch.where(x < 0, 1 / (1 - x) ** 2, torch.ones_like(x))
        torch.testing.assert_close(gradient, expected)
