"""Parity with the published code: tensors made by running it, in tests/cases/published."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from torch.nn.functional import embedding

from trm_cli.errors import WeightsError
from trm_cli.model import official
from trm_cli.model.config import ModelConfig
from trm_cli.model.nets import build
from trm_cli.model.trm import State
from trm_cli.puzzle import IGNORED
from trm_cli.train.loss import losses, total

CASES = Path(__file__).parents[1] / "cases" / "published"
NAMES = ["mlp_sudoku", "attention_sudoku", "attention_maze8"]


class Case:
    """A checkpoint, and what the published code made of it."""

    def __init__(self, name: str) -> None:
        with safe_open(CASES / f"{name}.safetensors", "pt") as file:
            self.expected = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            told = json.loads(file.metadata()["config"])
        said = {key: told[key] for key in ("H_cycles", "L_cycles", "num_heads", "halt_max_steps", "seq_len")}
        self.task = "maze" if "maze" in name else "sudoku"
        config, tensors = official.read(CASES / f"{name}.pt", self.task, said)
        self.model = build(config)
        self.model.load_state_dict(tensors)
        self.dtype = getattr(torch, told["forward_dtype"])
        inputs = self.expected["inputs"].long()
        shift = 1 if self.task == "sudoku" else 0
        self.tokens = (inputs - shift).unflatten(1, (-1, round(inputs.shape[1] ** 0.5)))
        self.labels = torch.where(self.expected["labels"] == 0, IGNORED, self.expected["labels"]).long()
        self.ids = self.expected["puzzle_identifiers"].long()

    def cells(self):
        """Return the embedded cells (B, L, D)."""
        return embedding(self.model.net.vocabulary.question(self.tokens).flatten(1), self.model.net.token)

    def begun_anew(self, start, state, steps):
        """Return the state of every slot after so many steps of its own: told where it is, else carried."""
        mixed = []
        for i, done in enumerate(steps.tolist()):
            mixed.append([part[i] for part in (start if done == 0 else self.told(done) or state)])
        return State(*(torch.stack(parts) for parts in zip(*mixed, strict=True)))

    def steps(self):
        """Yield (step, state, logits, halting logits) of a fresh carry."""
        x = self.model.net.embed(self.tokens, self.dtype, self.ids)
        state = self.model.start(x)
        for step in range(1, 5):
            state, logits, halt = self.model.deep_recursion(x, *state)
            yield step, state, logits, halt
            state = self.told(step) or state

    def told(self, step):
        """Return the state that the published code had after a step, where the golden file has it of all puzzles.

        The random weights of the MLP make rounding grow fortyfold a step: each step begins where the other did.
        """
        found = [self.expected.get(f"eval.{step}.{name}") for name in ("z_H", "z_L")]
        return State(*found) if found[0] is not None and len(found[0]) == len(self.tokens) else None


@pytest.fixture(scope="module", params=NAMES)
def case(request):
    return Case(request.param)


def assert_agrees(mine, theirs, tolerance):
    """Compare against the largest number there is: the states have no small ones of their own."""
    theirs = theirs.float()
    torch.testing.assert_close(mine.float(), theirs, rtol=0, atol=tolerance * float(theirs.abs().max()))


def assert_agrees_at_every_step(case, tolerance=1e-4):
    with torch.no_grad():
        for step, state, logits, halt in case.steps():
            assert_agrees(logits, case.expected[f"eval.{step}.logits"], tolerance)
            assert_agrees(halt, case.expected[f"eval.{step}.q_halt_logits"], tolerance)
            for mine, theirs in ((state.y, "z_H"), (state.z, "z_L")):
                if f"eval.{step}.{theirs}" in case.expected:
                    wanted = case.expected[f"eval.{step}.{theirs}"]
                    assert_agrees(mine[: len(wanted)], wanted, tolerance)


def test_answers_halting_and_states_agree(case):
    assert_agrees_at_every_step(case)


def test_bfloat16_agrees_to_the_bit():
    """Random weights amplify rounding to noise, so this takes the instructions the golden tensors were made with."""
    if not torch.cpu._is_avx512_bf16_supported():
        pytest.skip("needs a CPU with AVX512-BF16")
    code = "from tests.model.test_published import *; assert_agrees_at_every_step(Case('mlp_sudoku_bf16'), 0.0)"
    environment = {**os.environ, "ONEDNN_MAX_CPU_ISA": "AVX512_CORE_BF16"}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=CASES.parents[2], env=environment)


def test_losses_halting_and_gradients_agree(case):
    """Three steps with the same weights and the same puzzles in all slots; those that halt begin anew."""
    rows = case.model.net.puzzles[case.ids].requires_grad_()
    steps = torch.zeros(len(case.labels), dtype=torch.int32)
    for step in range(1, 4):
        case.model.zero_grad()
        rows.grad = None
        x = case.model.net.join(case.cells(), rows)
        state = case.begun_anew(case.model.start(x.detach()), None if step == 1 else state, steps)  # noqa: F821
        state, logits, halt = case.model.deep_recursion(x, *state)
        steps += 1
        assert torch.equal(steps, case.expected[f"train.{step}.steps"])
        parts = losses(logits, halt, case.labels, "stablemax")
        for value, name in (
            (parts.lm_loss, "lm_loss"),
            (parts.q_halt_loss, "q_halt_loss"),
            (total(parts, 0.5), "loss"),
        ):
            assert value.item() * len(steps) == pytest.approx(case.expected[f"train.{step}.{name}"].item(), rel=1e-4)
        total(parts, 0.5).backward()
        for key, wanted in case.expected.items():
            name = key.removeprefix(f"train.{step}.grad.")
            if name != key:
                mine = rows.grad if "puzzle_emb" in name else case.model.get_parameter(official.ours(name)).grad
                assert_agrees(mine, wanted, 1e-4)
        halted = (halt > 0) | (steps >= case.model.config.halt_max_steps)
        assert torch.equal(halted, case.expected[f"train.{step}.halted"].bool())
        steps[halted] = 0


@pytest.mark.parametrize(
    ("task", "mlp_t", "n"),
    [("sudoku", True, 5_028_866), ("sudoku", False, 6_828_034), ("maze", False, 6_822_914), ("arc", False, 6_829_058)],
)
def test_parameter_counts_of_the_published_configurations(task, mlp_t, n):
    from trm_cli.model.config import published

    model = build(published(task, "mlp" if mlp_t else "attention"))
    assert sum(p.numel() for p in model.parameters()) == n


def test_published_labels_are_those_of_the_data_set(case):
    supervised = case.model.net.targets(case.tokens, torch.full_like(case.labels, IGNORED))
    inputs = case.expected["inputs"]
    given = inputs != (1 if case.task == "sudoku" else 2)
    assert torch.equal(supervised[given], inputs[given].long())


def test_it_is_written_back_byte_for_byte(case, tmp_path, request):
    name = request.node.callspec.params["case"]
    config, tensors = official.read(
        CASES / f"{name}.pt", case.task, {"seq_len": case.model.config.seq_len, "num_heads": 4}
    )
    official.write(tmp_path / "step_1", config, tensors)
    before, after = (torch.load(path, weights_only=True) for path in (CASES / f"{name}.pt", tmp_path / "step_1"))
    assert before.keys() == after.keys()
    for key, tensor in before.items():
        assert tensor.dtype == after[key].dtype
        assert torch.equal(tensor, after[key])


@pytest.mark.parametrize("prefix", ["", "inner.", "model.inner.", "module._orig_mod.model.inner."])
def test_every_prefix_is_understood(prefix):
    assert official.ours(f"{prefix}H_init") == "y_init"
    assert official.ours(f"{prefix}L_level.layers.0.self_attn.qkv_proj.weight") == "net.blocks.0.mix.qkv.weight"
    assert official.ours(f"{prefix}nonsense") is None


def test_the_settings_beside_a_checkpoint_are_read(tmp_path):
    (tmp_path / "step_9").write_bytes((CASES / "attention_maze8.pt").read_bytes())
    (tmp_path / "all_config.yaml").write_text(
        "arch:\n  H_cycles: 2\n  L_cycles: 5\n  num_heads: 4\n  seq_len: 64\n  pos_encodings: rope\n"
        "  loss:\n    name: losses@ACTLossHead\nepochs: 50000\nL_cycles: 9\n"
    )
    config, _ = official.read(tmp_path / "step_9", "maze")
    assert (config.H_cycles, config.L_cycles, config.num_heads, config.seq_len) == (2, 5, 4, 64)


def test_bad_checkpoints_say_what_is_wrong(tmp_path):
    good = torch.load(CASES / "attention_maze8.pt", weights_only=True)
    said = {"num_heads": 4, "seq_len": 64}
    key = official.PREFIX + "L_level.layers.0.mlp.down_proj.weight"
    bad = {
        "not a checkpoint": b"nothing",
        "missing": {k: v for k, v in good.items() if k != key},
        "unknown tensor 'more'": {**good, "more": torch.zeros(1)},
        "(64, 255) instead of (64, 256)": {**good, key: good[key][:, 1:]},
    }
    for words, content in bad.items():
        path = tmp_path / "step_1"
        path.write_bytes(content) if isinstance(content, bytes) else torch.save(content, path)
        with pytest.raises(WeightsError) as error:
            official.read(path, "maze", said)
        assert words in str(error.value)
        assert str(path) in str(error.value)


def test_norm_of_the_mixer_runs_over_positions():
    config = ModelConfig("sudoku", net="sequence", hidden_size=32, mlp_t=True, pos_encodings="none", expansion=4.0,
                         vocab_size=11, seq_len=81, puzzle_emb_ndim=32, puzzle_emb_len=16)  # fmt: skip
    block = build(config).net.blocks[0]
    h = torch.randn(2, 97, 32)
    turned = h.transpose(1, 2)
    mixed = torch.nn.functional.rms_norm(turned + block.mix(turned), (97,), eps=1e-5)
    assert mixed.square().mean(2).allclose(torch.ones(2, 32), atol=1e-3)
    torch.testing.assert_close(block(h).square().mean(2), torch.ones(2, 97), rtol=1e-3, atol=1e-3)


def test_learned_positions_tell_cells_apart():
    config = ModelConfig("sudoku", net="sequence", hidden_size=32, num_heads=2, pos_encodings="learned", expansion=4.0,
                         L_layers=1, vocab_size=11, seq_len=81, puzzle_emb_ndim=32, puzzle_emb_len=16)  # fmt: skip
    model = build(config)
    x = model.net.embed(torch.zeros(1, 9, 9, dtype=torch.long))
    assert x.shape == (1, 97, 32)
    torch.testing.assert_close(x[0, 20] - x[0, 21], 4 * (model.net.position[20] - model.net.position[21]))
