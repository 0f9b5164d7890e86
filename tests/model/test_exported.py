"""The ONNX graph of one step, run by onnxruntime beside the model itself."""

import json
import sys

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from trm_cli.commands import main
from trm_cli.domains import domain
from trm_cli.errors import ConfigError
from trm_cli.model import exported, weights
from trm_cli.model.config import ModelConfig
from trm_cli.model.nets import build


@pytest.fixture
def maze_toy():
    torch.manual_seed(2)
    return build(
        ModelConfig("maze", "neighbours", hidden_size=8, H_cycles=2, L_cycles=1, expansion=2, pool_size=4)
    ).eval()


def _tokens(task, kind, n):
    puzzles = domain(task).generate(kind, "easy", 1)
    return np.stack([domain(task).encode(puzzle)[0] for puzzle, _ in zip(puzzles, range(n), strict=False)])


@pytest.mark.parametrize(("task", "kinds"), [("sudoku", ["9x9"]), ("maze", ["8x12", "15x10"])])
def test_onnxruntime_steps_to_the_same_answers(task, kinds, toy, maze_toy, tmp_path):
    """Padding too, which mazes of other sides than multiples of five have: its start states are zeroed in the graph."""
    for name in ("onnx", "onnxscript"):
        pytest.importorskip(name, reason=f"{name} is not installed: pip install 'trm-cli[onnx]'")
    runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    model = toy if task == "sudoku" else maze_toy
    weights.save(tmp_path / "toy.safetensors", model, {})
    found = CliRunner().invoke(
        main, ["export", str(tmp_path / "toy.safetensors"), "--onnx", str(tmp_path / "toy.onnx")]
    )
    assert found.exit_code == 0, found.output
    assert "(batch x " + ("9 x 9" if task == "sudoku" else "height x width") + ")" in found.output
    session = runtime.InferenceSession(tmp_path / "toy.onnx")
    told = json.loads(session.get_modelmeta().custom_metadata_map["trm"])
    for kind, n in zip(kinds, (3, 1), strict=False):
        tokens = _tokens(task, kind, n)
        x = model.net.embed(torch.from_numpy(tokens))
        state = model.start(x)
        y, z = (np.array(np.broadcast_to(np.float32(told[key]), x.shape)) for key in ("y_init", "z_init"))
        for _ in range(3):
            with torch.inference_mode():
                state, logits, halt = model.deep_recursion(x, *state)
            y, z, their_logits, their_halt = session.run(None, {"tokens": tokens, "y": y, "z": z})
            assert np.allclose(their_logits, model.net.classes(logits), atol=1e-4)
            assert np.allclose(their_halt, halt, atol=1e-4)
            assert np.array_equal(their_logits.argmax(-1), model.net.classes(logits).argmax(-1).numpy())


@pytest.mark.parametrize("task", ["sudoku", "maze"])
def test_the_step_of_the_graph_is_the_step_of_the_model(task, toy, maze_toy):
    """This needs no ONNX: the same states and logits, bit for bit."""
    model = toy if task == "sudoku" else maze_toy
    tokens = torch.from_numpy(_tokens(task, "9x9", 2))
    x = model.net.embed(tokens)
    with torch.inference_mode():
        state, logits, halt = model.deep_recursion(x, *model.start(x))
        found = exported.Step(model)(tokens, model.y_init.expand_as(x), model.z_init.expand_as(x))
    for ours, theirs in zip(found, (*state, model.net.classes(logits), halt), strict=True):
        assert torch.equal(ours, theirs)


def test_without_onnx_one_line_says_what_to_install(toy, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(ConfigError, match=r"needs onnxscript: pip install 'trm-cli\[onnx\]'"):
        exported.write(tmp_path / "toy.onnx", toy, domain("sudoku"))
    assert not (tmp_path / "toy.onnx").exists()
