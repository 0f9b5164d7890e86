"""Weights files: what is written comes back, and what is wrong is told."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from trm_cli.errors import WeightsError
from trm_cli.model import weights


@pytest.fixture
def saved(toy, tmp_path):
    path = tmp_path / "toy.safetensors"
    weights.save(path, toy, {"accuracy": {"easy": 1.0}})
    return path


def rewrite(path, change_header=lambda header: None, change_tensors=lambda tensors: None):
    header = {"schema": 1, "config": weights.read_header(path).config.to_dict(), "card": {}}
    tensors = load_file(path)
    change_header(header)
    change_tensors(tensors)
    save_file(tensors, path, {"trm": json.dumps(header)})


def test_round_trip(toy, saved):
    model, header = weights.load(saved, "sudoku")
    assert header.config == toy.config
    assert header.card == {"accuracy": {"easy": 1.0}}
    for name, tensor in toy.state_dict().items():
        assert torch.equal(model.state_dict()[name], tensor)
    assert [p.name for p in saved.parent.iterdir()] == ["toy.safetensors"]


def test_bfloat16_files_are_read(saved):
    rewrite(saved, change_tensors=lambda t: t.update({k: v.bfloat16() for k, v in t.items()}))
    assert weights.load(saved)[0].y_init.dtype == torch.float32


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda h: h.update(schema=2), "written by a newer trm"),
        (lambda h: h["config"].update(hiden_size=3), "unknown key 'hiden_size'; did you mean 'hidden_size'"),
        (lambda h: h["config"].update(hidden_size=-1), "hidden_size must be a whole number from 1 to 8,192, not -1"),
        (lambda h: h["config"].update(net="lstm"), "or transformer, not 'lstm'"),
        (lambda h: h["config"].update(hidden_size=16), "tensor 'net.answer.weight' is"),
        (lambda h: h.pop("card"), "damaged header"),
    ],
)
def test_headers_that_do_not_fit(saved, change, message):
    rewrite(saved, change_header=change)
    with pytest.raises(WeightsError, match=message):
        weights.load(saved)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.update(extra=torch.zeros(1)), "unknown tensor 'extra'"),
        (lambda t: t.pop("y_init"), "the tensor 'y_init' is missing"),
        (lambda t: t.update(y_init=torch.zeros(3)), r"'y_init' is \(3,\) instead of \(8,\)"),
    ],
)
def test_tensors_that_do_not_fit(saved, change, message):
    rewrite(saved, change_tensors=change)
    with pytest.raises(WeightsError, match=message):
        weights.load(saved)


def test_a_checkpoint_is_no_weights_file(tmp_path):
    torch.save({"step": 1}, tmp_path / "checkpoint.pt")
    with pytest.raises(WeightsError, match=r"a checkpoint, not weights; a run has weights\.safetensors beside it"):
        weights.load(tmp_path / "checkpoint.pt")


def test_damaged_and_foreign_files(saved, tmp_path):
    saved.write_bytes(saved.read_bytes()[:-100])
    with pytest.raises(WeightsError, match="not a readable safetensors file"):
        weights.load(saved)
    saved.write_text("hello")
    with pytest.raises(WeightsError, match="not a readable"):
        weights.load(saved)
    save_file({"a": torch.zeros(1)}, saved)
    with pytest.raises(WeightsError, match="not one of trm"):
        weights.load(saved)
    with pytest.raises(WeightsError, match="no such weights file"):
        weights.find(str(tmp_path / "none.safetensors"))


def test_another_task_is_refused(saved):
    with pytest.raises(WeightsError, match="solve sudoku, not maze"):
        weights.load(saved, "maze")


def test_the_weights_of_a_task():
    assert weights.shipped_for("maze").stem == "maze"
    with pytest.raises(WeightsError, match="no weights for arc are shipped; name a file with --weights"):
        weights.shipped_for("arc")
