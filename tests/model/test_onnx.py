"""A step as ONNX, run by onnxruntime with nothing but the file, beside the model's own steps."""

import json
import sys

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from trm_cli.commands import main
from trm_cli.domains import domain
from trm_cli.errors import ConfigError
from trm_cli.model import onnx, weights
from trm_cli.model.config import ModelConfig
from trm_cli.model.nets import build

CONFIGS = {
    "sudoku": ModelConfig("sudoku", hidden_size=8, L_layers=1, H_cycles=2, L_cycles=1, expansion=2, pool_size=4),
    "maze": ModelConfig("maze", "neighbours", hidden_size=8, L_layers=1, L_cycles=1, expansion=2, pool_size=4),
}
PUZZLES = {"sudoku": [("9x9", 1), ("9x9", 3)], "maze": [("8x12", 2), ("15x15", 1), ("11x7", 3)]}
"""The kinds of puzzles to step, and how many at once; mazes have padding up to sides of 10 and 15."""


def made(task):
    """Return an untrained model whose answers, also that of its halting head, depend on the puzzle."""
    torch.manual_seed(1)
    model = build(CONFIGS[task]).eval()
    torch.nn.init.normal_(model.net.halting.weight)
    return model


@pytest.mark.parametrize("kind", ["9999x9999", "65x5", "1x5", "big"])
def test_no_maze_is_so_large(kind):
    with pytest.raises(ConfigError, match="from 2 to 64"):
        onnx._sides(made("maze"), domain("maze"), kind)


def trm(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="trm")


def start(session, tokens):
    """Return y and z of the first step, as the file describes them."""
    about = json.loads(session.get_modelmeta().custom_metadata_map["trm"])
    asked, y, _ = session.get_inputs()
    sizes = dict(zip(asked.shape, tokens.shape, strict=True))
    shape = [sizes[axis] if isinstance(axis, str) else axis for axis in y.shape]
    return (np.array(np.broadcast_to(np.float32(about[name]), shape)) for name in ("y_init", "z_init"))


@pytest.mark.slow
@pytest.mark.parametrize("task", CONFIGS)
def test_onnxruntime_steps_to_the_same_answers(task, tmp_path):
    pytest.importorskip("onnx")
    pytest.importorskip("onnxscript")
    onnxruntime = pytest.importorskip("onnxruntime")
    model, file = made(task), tmp_path / "toy.onnx"
    weights.save(tmp_path / "toy.safetensors", model, {})
    found = trm("export", tmp_path / "toy.safetensors", "--onnx", file)
    assert found.exit_code == 0, found.output
    assert ("(batch, height, width)" if task == "maze" else "(batch, 9, 9)") in found.stdout
    assert found.stderr == ""
    assert sorted(tmp_path.iterdir()) == [file, tmp_path / "toy.safetensors"]
    assert b"site-packages" not in file.read_bytes()
    session = onnxruntime.InferenceSession(file)
    assert [tensor.name for tensor in session.get_outputs()] == ["y_next", "z_next", "logits", "halt"]
    about = json.loads(session.get_modelmeta().custom_metadata_map["trm"])
    assert ModelConfig.from_dict(about["config"]) == model.config
    assert "digit" in about["classes"] or "path" in about["classes"]
    for kind, n in PUZZLES[task]:
        puzzles = domain(task).generate(kind, "easy", 1)
        tokens = np.stack([domain(task).encode(next(puzzles))[0] for _ in range(n)])
        x = model.net.embed(torch.from_numpy(tokens))
        state, (y, z) = model.start(x), start(session, tokens)
        for _ in range(10):
            with torch.inference_mode():
                state, logits, halt = model.deep_recursion(x, *state)
            y, z, their_logits, their_halt = session.run(None, {"tokens": tokens, "y": y, "z": z})
            np.testing.assert_allclose(their_logits, logits, atol=1e-4)
            np.testing.assert_allclose(their_halt, halt, atol=1e-4)
            assert np.array_equal(their_logits.argmax(-1), logits.argmax(-1))
        np.testing.assert_allclose(y, state.y, atol=1e-4)
        np.testing.assert_allclose(z, state.z, atol=1e-4)


def test_without_the_packages_one_line_says_what_to_install(tmp_path, monkeypatch):
    weights.save(tmp_path / "toy.safetensors", made("sudoku"), {})
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    found = trm("export", tmp_path / "toy.safetensors", "--onnx", tmp_path / "toy.onnx")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr == "trm: --onnx needs an extra: pip install 'trm-cli[onnx]'\n"
    assert not (tmp_path / "toy.onnx").exists()


def test_a_wrong_name_is_told_before_anything_is_written(tmp_path):
    found = trm("export", "sudko", "--onnx", tmp_path / "toy.onnx")
    assert found.exit_code == 2
    assert "sudko: no such weights file" in found.stderr
    (tmp_path / "toy.onnx").write_text("mine")
    assert "already there" in trm("export", "sudko", "--onnx", tmp_path / "toy.onnx").stderr
    assert (tmp_path / "toy.onnx").read_text() == "mine"


@pytest.mark.parametrize(("task", "kind", "words"), [("sudoku", "5x5", "choose from 4x4"), ("maze", "big", "HEIGHTx")])
def test_sizes_that_there_are_not(task, kind, words, tmp_path):
    with pytest.raises(ConfigError, match=words):
        onnx.write(tmp_path / "toy.onnx", made(task), domain(task), kind)


def test_models_of_several_grids_are_refused(tmp_path):
    model = build(ModelConfig("arc", "palette", hidden_size=8, num_heads=2, pool_size=4))
    with pytest.raises(ConfigError, match="cannot be written as ONNX"):
        onnx.write(tmp_path / "toy.onnx", model, domain("arc"))
