"""Training: bitwise resume, learning, slots that refill, and the run's folder."""

import json
import time
from copy import copy
from dataclasses import replace
from importlib import import_module
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.conftest import EASY, SOLVED
from trm_cli import device
from trm_cli.domains import domain
from trm_cli.errors import ConfigError, DataError, DeviceError
from trm_cli.model import weights
from trm_cli.model.config import ModelConfig
from trm_cli.puzzle import IGNORED, Puzzle
from trm_cli.train import checkpoint, pools
from trm_cli.train import run as run_module
from trm_cli.train import slots as slots_module
from trm_cli.train.config import Stream, TrainConfig
from trm_cli.train.data import Pool
from trm_cli.train.estimate import estimate
from trm_cli.train.loop import Diverged, Trainer, initial
from trm_cli.train.presets import PRESETS, preset
from trm_cli.train.run import Evaluation, Run, check, held_out

STREAMS = (
    Stream("4x4", 8, 1.0, {"easy": 1.0}, {"easy": 1.0}, puzzles=40),
    Stream("6x6", 4, 0.5, {"easy": 0.5, "medium": 0.5}, {"medium": 1.0}, puzzles=20),
)

UNCOUNTED = "which does not count as training time"


@pytest.fixture
def config(toy_config: ModelConfig) -> TrainConfig:
    return TrainConfig(replace(toy_config, halt_max_steps=4), STREAMS, steps=20, compile=False, warmup_steps=2)


def make(config):
    return list(pools.make(config, domain("sudoku"), (), 1))[-1]


def values(trainer):
    return [(p.step, p.stream, p.lm_loss, p.q_halt_loss, p.grad_norm, p.n_halted) for p in trainer]


def test_resume_is_bitwise(config, tmp_path):
    made = make(config)
    whole = Trainer(config, made, torch.bfloat16)
    expected = values(whole.run())
    first = Trainer(config, made, torch.bfloat16)
    records = first.run()
    begun = [next(records) for _ in range(9)]
    checkpoint.save(tmp_path, first.state_dict())
    second = Trainer(replace(config, seed=99), made, torch.bfloat16)
    second.load_state_dict(checkpoint.load(tmp_path)[0])
    assert values(begun) + values(second.run()) == expected
    for name, tensor in whole.model.state_dict().items():
        assert torch.equal(second.model.state_dict()[name], tensor), name
    for name, tensor in whole.average.items():
        assert torch.equal(second.average[name], tensor), name


def test_who_asks_to_stop_waits_for_no_evaluation(config, tmp_path):
    puzzles = held_out(replace(config, eval_puzzles=4))
    run = Run.create(tmp_path / "run", replace(config, dtype="float32"), make(config), [])
    run.validate_on(puzzles)
    for record in run.records():
        # In the midst of the evaluation, which this message announces.
        run.trainer.say = lambda words: setattr(run.trainer, "is_asked_to_stop", "evaluating" in words)
        assert not isinstance(record, Evaluation)
    assert run.trainer.progress >= 1
    assert checkpoint.load(tmp_path / "run")[0]["step"] == run.trainer.step
    again = Run.resume(tmp_path / "run")
    again.validate_on(puzzles)
    assert not again.is_complete
    (evaluation,) = again.records()
    assert (evaluation.puzzles, evaluation.step) == (4, run.trainer.step)
    assert again.is_complete
    assert (tmp_path / "run/best.safetensors").exists()
    finished = Run.resume(tmp_path / "run")
    finished.validate_on(puzzles)
    assert [*finished.records()] == []
    other = Run.resume(tmp_path / "run", validate=("another.csv",))
    other.validate_on(puzzles[:2])
    assert [evaluation.puzzles for evaluation in other.records()] == [2]


def test_an_evaluation_has_its_marks_in_order_and_as_many_puzzles_as_asked(config, tmp_path):
    config = replace(config, eval_max_steps=2, streams=STREAMS[1:])
    for n in (1, 2, 3, 4, 7):
        assert len(held_out(replace(config, eval_puzzles=n))) == n
    run = Run.create(tmp_path / "run", replace(config, dtype="float32"), make(config), held_out(config))
    assert [*run.evaluate().solved] == [1, 2]


def test_puzzles_that_are_trained_on_and_validated_on_are_counted(config):
    made = make(config)
    first = Puzzle("sudoku", "x", made[0].tokens[0].numpy().astype(np.uint8), ".1234")
    assert pools.shared(made, [first], domain("sudoku")) == 1
    assert pools.shared(made, [*domain("sudoku").parse(EASY, "y")], domain("sudoku")) == 0


def test_saving_and_evaluating_leave_the_run_as_it_was(config, tmp_path):
    config = replace(config, halt_exploration_prob=0.5)
    made, puzzles = make(config), held_out(replace(config, eval_puzzles=4))
    expected = values(Trainer(config, made, torch.float32).run())
    run = Run.create(tmp_path / "run", replace(config, dtype="float32"), made, [])
    run.validate_on(puzzles)
    begun, records = [], run.trainer.run()
    for record in islice(records, 6):
        begun.append(record)
        run.evaluate()
        run.save()
    assert values(begun) + values(Run.resume(tmp_path / "run").trainer.run()) == expected
    assert values(begun) + values(records) == expected


def test_a_run_can_be_resumed_from_its_beginning_on(config, tmp_path):
    Run.create(tmp_path, config, make(config), [])
    assert len(list(Run.resume(tmp_path).records())) == 20


def test_the_best_weights_survive_a_longer_run(config, tmp_path):
    run = Run.create(tmp_path, config, make(config), held_out(replace(config, eval_puzzles=4)))
    list(run.records())
    assert checkpoint.load(tmp_path)[0]["best"] == run.best >= 0


def test_a_stop_waits_for_the_end_of_an_update(config):
    trainer = Trainer(config, make(config), torch.float32)
    records = trainer.run()
    next(records)
    trainer.is_asked_to_stop = True
    assert not trainer.is_stopped
    assert [record.step for record in records] == [2]
    assert trainer.is_stopped


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("loss=ce", "loss must be cross_entropy or stablemax, not 'ce'"),
        ("optimizer=sgd", "optimizer must be muon or adam_atan2"),
        ("accumulation=0", "accumulation must be a whole number from 1 to 65,536, not '0'"),
        ("stay_prob=2", "stay_prob must be a number from 0 to 1, not '2'"),
        ("minutes=0", "minutes or steps above 0"),
        ("steps=-5", "steps must be a whole number from 0"),
        ("seed=-1", "seed must be a whole number from 0"),
    ],
)
def test_settings_that_mean_nothing(setting, message):
    with pytest.raises(ConfigError, match=message):
        preset("sudoku", "default").changed([setting])


def test_what_keeps_a_run_from_beginning_is_known_before(config, toy, tmp_path):
    with pytest.raises(DeviceError, match="no such device"):
        check(replace(config, device="cuda:99"))
    with pytest.raises(ConfigError, match="does not divide"):
        check(replace(config, accumulation=3))
    path = tmp_path / "toy.safetensors"
    weights.save(path, toy, {})
    with pytest.raises(ConfigError, match="does not fit"):
        check(replace(config, init=str(path), model=replace(config.model, L_layers=1)))
    check(replace(config, init=str(path)))


def test_resuming_needs_no_weights_to_begin_from(config, toy, tmp_path):
    path = tmp_path / "toy.safetensors"
    weights.save(path, toy, {})
    run = Run.create(tmp_path / "run", replace(config, init=str(path)), make(config), [])
    assert torch.equal(run.trainer.average["net.candidate"], toy.net.candidate)
    path.unlink()
    assert len(list(Run.resume(tmp_path / "run").records())) == 20


def test_the_same_seed_is_the_same_run_and_another_is_not(config):
    made = make(config)
    first = values(Trainer(config, made, torch.float32).run())
    assert values(Trainer(config, made, torch.float32).run()) == first
    assert values(Trainer(replace(config, seed=1), made, torch.float32).run()) != first


def test_puzzles_stay_until_they_halt(config):
    config = replace(config, streams=STREAMS[:1], halt_exploration_prob=0.0, first_max_steps=4)
    trainer = Trainer(config, make(config), torch.float32)
    torch.nn.init.constant_(trainer.model.net.halting.bias, -50.0)
    halted = [p.n_halted for p in trainer.run()]
    assert halted[:8] == [0, 0, 0, 8, 0, 0, 0, 8]
    torch.nn.init.constant_(trainer.model.net.halting.bias, 50.0)
    trainer.step = 0
    assert next(trainer.run()).n_halted == 8


def test_exploration_keeps_puzzles_longer(config):
    config = replace(config, streams=STREAMS[:1], halt_exploration_prob=1.0, first_max_steps=4)
    trainer = Trainer(config, make(config), torch.float32)
    torch.nn.init.constant_(trainer.model.net.halting.bias, 50.0)
    assert next(trainer.run()).n_halted == 0  # at least two steps each


def test_puzzles_that_stay_leave_no_earlier_than_the_minimum_drawn_once(config):
    config = replace(config, streams=STREAMS[:1], halt_exploration_prob=0.0, stay_prob=1.0, first_max_steps=4)
    trainer = Trainer(config, make(config), torch.float32)
    torch.nn.init.constant_(trainer.model.net.halting.bias, 50.0)
    slots, left = trainer.slots[0], []
    for _ in zip(range(12), trainer.run(), strict=False):
        assert torch.equal(slots.is_free, slots.steps >= slots.min_steps)
        left += slots.steps[slots.is_free].tolist()
    assert set(left) == {2, 3, 4}


def test_random_starts_are_random_where_chosen_and_nowhere_else(config):
    chosen = replace(config, streams=STREAMS[:1], random_start_prob=0.5)
    trainer = Trainer(chosen, make(chosen), torch.float32)
    slots, model = trainer.slots[0], trainer.model
    slots.refill(lambda n: trainer.pools[0].draw(n, {"easy": 1.0}, trainer.rng), model, chosen)
    start = model.start(model.net.embed(slots.tokens))
    is_fixed = [torch.equal(z, z_start) for z, z_start in zip(slots.z, start.z, strict=True)]
    assert 0 < sum(is_fixed) < len(is_fixed)
    assert is_fixed == [torch.equal(y, y_start) for y, y_start in zip(slots.y, start.y, strict=True)]


@pytest.mark.slow
def test_learns_4x4(toy_config):
    model = replace(toy_config, hidden_size=16, pool_size=8)
    config = TrainConfig(model, STREAMS[:1], steps=250, compile=False, lr=5e-3, muon_lr=0.02, warmup_steps=10)
    config = replace(config, first_H_cycles=2, streams=(replace(STREAMS[0], slots=32, puzzles=400),))
    trainer = Trainer(config, make(config), torch.float32)
    records = list(trainer.run())
    assert np.mean([p.lm_loss for p in records[-20:]]) < 0.2 < np.mean([p.lm_loss for p in records[:20]])
    halted = sum(p.n_halted for p in records[-50:])
    assert sum(p.n_exact for p in records[-50:]) / halted > 0.9


def test_a_run_leaves_weights_metrics_and_a_checkpoint(config, tmp_path):
    folder = tmp_path / "run"
    run = Run.create(folder, config, make(config), held_out(replace(config, eval_puzzles=8)))
    said = []
    run.trainer.say = said.append
    records = list(run.records())
    assert said == [f"evaluating on 8 puzzles, {UNCOUNTED}"]
    assert len(records) == 21
    evaluation = records[-1]
    assert evaluation.puzzles == 8
    assert set(evaluation.solved) == {1, 4, config.eval_max_steps}
    assert {p.name for p in folder.iterdir()} == {
        "best.safetensors", "checkpoint.pt", "checkpoint-before.pt", "config.json", "metrics.jsonl", "puzzles.npz",
        "weights.safetensors",
    }  # fmt: skip
    model, header = weights.load(folder / "weights.safetensors", "sudoku")
    assert header.card["steps"] == 20
    for name, tensor in run.trainer.average.items():
        assert torch.equal(model.state_dict()[name], tensor)
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert lines[0]["step"] == 20
    assert lines[-1]["evaluation"]["puzzles"] == 8
    with pytest.raises(DataError, match="not empty; resume it"):
        Run.create(folder, config, [], [])


def test_the_last_update_is_saved_before_it_is_evaluated(config, tmp_path, monkeypatch):
    run = Run.create(tmp_path / "run", config, make(config), held_out(replace(config, eval_puzzles=8)))

    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(run_module.engine, "solve", interrupt)
    with pytest.raises(KeyboardInterrupt):
        list(run.records())
    assert checkpoint.load(tmp_path / "run")[0]["step"] == 20


def test_a_resumed_run_continues_with_its_own_puzzles(config, tmp_path):
    run = Run.create(tmp_path, config, made := make(config), [])
    for record in run.records():
        if record.step == 7:
            run.save()
            break
    again = Run.resume(tmp_path)
    for pool, other in zip(made, again.trainer.pools, strict=True):
        assert torch.equal(pool.tokens, other.tokens)
        assert torch.equal(pool.labels, other.labels)
    assert next(record.step for record in again.records()) == 8
    longer = Run.resume(tmp_path, steps=30)
    assert [record.step for record in longer.records()][-1] == 30


def test_what_cannot_be_resumed(tmp_path):
    with pytest.raises(DataError, match=r"no checkpoint.pt here"):
        Run.resume(tmp_path)
    (tmp_path / "checkpoint.pt").write_bytes(b"PK not a checkpoint")
    with pytest.raises(DataError, match="damaged checkpoint"):
        Run.resume(tmp_path)


def test_a_checkpoint_on_a_full_disk_is_the_users_error(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    (tmp_path / checkpoint.NAME).symlink_to("/dev/full")
    with pytest.raises(DataError, match=r"checkpoint\.pt: cannot be written: No space left on device"):
        checkpoint.save(tmp_path, {"model": torch.zeros(10_000)})


def test_data_files_join_the_pool(config, tmp_path):
    file = tmp_path / "more.csv"
    question = "." * 80 + SOLVED[80]
    file.write_text(f"question,answer,rating\n{question},{SOLVED},30\n")
    config = replace(config, streams=(Stream("9x9", 1, 1.0, {"extreme": 1.0}, {"extreme": 1.0}, puzzles=0),))
    (pool,) = list(pools.make(config, domain("sudoku"), (str(file),), 1))[-1]
    assert pool.level.tolist() == ["extreme"]
    assert pool.labels[0, 80] == IGNORED
    assert pool.labels[0, :80].tolist() == [int(c) - 1 for c in SOLVED[:80]]
    file.write_text(question)
    with pytest.raises(DataError, match="needs a solution beside"):
        list(pools.make(config, domain("sudoku"), (str(file),), 1))
    file.write_text(f"question,answer\n{question},{SOLVED[1:] + SOLVED[0]}\n")
    with pytest.raises(DataError, match="the solution beside the puzzle is wrong: "):
        list(pools.make(config, domain("sudoku"), (str(file),), 1))


def test_levels_without_a_share_are_drawn_as_often_as_they_are(config, tmp_path, rng):
    levels = np.array(["easy"] * 6 + ["hard"] * 2)
    pool = Pool(np.zeros((8, 4, 4), np.int8), np.zeros((8, 16), np.int8), levels)

    def share(mix):
        drawn = pool.draw(2000, mix, rng)
        return len(drawn.tokens), np.mean([levels[i] == "hard" for i in pool._of_levels(2000, mix, rng)])

    assert share({"easy": 1.0}) == (2000, pytest.approx(0.25, abs=0.04))
    assert share({"extreme": 1.0})[1] == pytest.approx(0.25, abs=0.04)
    assert share({"easy": 1.0, "hard": 0.0})[1] == 0
    assert share({"hard": 0.0, "medium": 1.0})[1] == pytest.approx(0.25, abs=0.04)


def test_data_that_no_stream_trains_on(config, tmp_path):
    file = tmp_path / "more.csv"
    file.write_text(f"question,answer\n{'.' + SOLVED[1:]},{SOLVED}\n")
    with pytest.raises(DataError, match=r"more.csv:2: no stream .* trains on 9x9 puzzles; there are 4x4, 6x6"):
        list(pools.make(config, domain("sudoku"), (str(file),), 1))


def test_settings_and_presets():
    assert all(TrainConfig.from_dict(c.to_dict()) == c for c in PRESETS["sudoku"].values())
    config = preset("sudoku", "default").changed(["lr=0.5", "model.H_cycles=7", "compile=false"])
    assert (config.lr, config.model.H_cycles, config.compile) == (0.5, 7, False)
    for wrong, message in (
        ("lrr=1", "no such setting 'lrr'; did you mean 'lr'"),
        ("lr=x", "lr must be a number"),
        ("learning_rate=1", "did you mean 'lr'?"),
        ("slots=3", "did you mean '9x9.slots' or "),
        ("30x30.slots=3", "did you mean '9x9.slots' or "),
        ("9x9.first=1", "first must be shares"),
        ("streams=1", "streams is for the preset"),
    ):
        with pytest.raises(ConfigError, match=message):
            config.changed([wrong])
    with pytest.raises(ConfigError, match="did you mean 'quick'"):
        preset("sudoku", "quik")


def test_the_mix_moves_from_first_to_last():
    stream = Stream("9x9", 1, 1.0, {"easy": 1.0}, {"easy": 1.0, "hard": 3.0}, puzzles=0)
    assert stream.mix(0.0) == {"easy": 1.0, "hard": 0.0}
    assert stream.mix(0.5) == stream.mix(1.0) == {"easy": 0.25, "hard": 0.75}


def test_begins_from_weights_and_refuses_other_sizes(config, toy, tmp_path):
    path = tmp_path / "toy.safetensors"
    weights.save(path, toy, {})
    config = replace(config, init=str(path), model=replace(config.model, L_cycles=2))
    trainer = Trainer(config, make(config), torch.float32, tensors=initial(config))
    for name, tensor in toy.state_dict().items():
        assert torch.equal(trainer.model.state_dict()[name], tensor)
    assert torch.equal(trainer.average["net.candidate"], toy.net.candidate)
    with pytest.raises(ConfigError, match="does not fit"):
        initial(replace(config, model=replace(config.model, hidden_size=16)))


def test_trains_without_a_compiler(config, monkeypatch):
    monkeypatch.setenv("CXX", "no-such-compiler")
    config = replace(config, compile=True, steps=1, streams=STREAMS[:1])
    assert len(list(Trainer(config, make(config), torch.float32).run())) == 1


@pytest.mark.filterwarnings("ignore")  # the compiler's own
def test_compiling_that_fails_is_said_and_training_goes_on(config, tmp_path, monkeypatch):
    compiler = tmp_path / "cxx"
    compiler.write_text("#!/bin/sh\nexit 1\n")
    compiler.chmod(0o700)
    monkeypatch.setattr(import_module("torch._inductor.config").cpp, "cxx", (str(compiler),))
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path / "cache"))
    config = replace(config, compile=True, steps=2, streams=STREAMS[:1])
    expected = values(Trainer(replace(config, compile=False), made := make(config), torch.float32).run())
    trainer, said = Trainer(config, made, torch.float32), []
    trainer.say = said.append
    torch._dynamo.reset()
    assert values(trainer.run()) == expected
    assert len(said) == 2
    assert "compiling the network for 4x4" in said[0]
    assert "torch.compile failed" in said[1]
    assert "\n" not in said[1]
    trainer = Trainer(config, made, torch.float32)
    trainer.say = said.append
    trainer.is_asked_to_stop = True  # as by a Ctrl-C, which has ended the compiler
    torch._dynamo.reset()
    assert values(trainer.run()) == expected[:1]
    assert ["failed" in words for words in said] == [False, True, False]


def test_the_time_of_compiling_is_no_training_time(config):
    config = replace(config, model=replace(config.model, H_cycles=2), steps=40, streams=STREAMS[:1])
    trainer, said = Trainer(config, make(config), torch.float32), []
    trainer.say = said.append
    # As a compiled net does: slow at the first call without a gradient, and at the first with one.
    slow = {False, True}
    plain = trainer.model.net._call_impl

    def compiled(*tensors):
        if torch.is_grad_enabled() in slow:
            slow.discard(torch.is_grad_enabled())
            time.sleep(2)
        return plain(*tensors)

    trainer.model.net._compiled_call_impl = compiled
    first, *others = trainer.run()
    assert first.seconds == 0
    assert others[-1].seconds < 2
    assert not slow
    assert said == [f"compiling the network for 4x4: half a minute or more, {UNCOUNTED}"] * 2


@pytest.mark.filterwarnings("ignore")  # the compiler's own
def test_an_error_of_the_net_is_no_error_of_the_compiler():
    class Broken(torch.nn.Module):
        def forward(self, h):
            return h.view(3, 3)

    net, said = Broken(), []
    device.compile_net(net, dynamic=False, say=said.append)
    with pytest.raises(RuntimeError, match="invalid for input of size 4"):
        net(torch.zeros(4))
    assert said == []


def test_divergence_stops_the_run_and_leaves_the_last_sound_checkpoint(config, tmp_path):
    run = Run.create(tmp_path, replace(config, optimizer="adam_atan2", weight_decay=0.0), make(config), [])
    torch.nn.init.constant_(run.trainer.model.net.answer.weight, float("nan"))
    with pytest.raises(Diverged, match="the gradient of update 1 is not a finite number"):
        list(run.records())
    with pytest.raises(Diverged, match="the weights after update 1 are not finite numbers"):
        run.save()
    run.validate_on(held_out(replace(config, eval_puzzles=2)))
    with pytest.raises(Diverged, match="the weights after update 1 are not finite numbers"):
        run.evaluate()
    assert not (tmp_path / "best.safetensors").exists()
    again = Run.resume(tmp_path)
    assert again.trainer.is_finite()
    assert again.trainer.step == 0
    assert all(t.isfinite().all() for t in weights.load(tmp_path / "weights.safetensors")[0].state_dict().values())


def test_a_rate_that_is_far_too_high_is_noticed(config, tmp_path):
    wild = replace(config, lr=1000.0, muon_lr=1000.0, weight_decay=100.0, warmup_steps=0, steps=200)
    run = Run.create(tmp_path, wild, make(config), [])
    with pytest.raises(Diverged):
        list(run.records())
    assert Run.resume(tmp_path).trainer.is_finite()


def test_the_checkpoint_before_is_kept_for_a_damaged_one(config, tmp_path):
    run = Run.create(tmp_path, config, made := make(config), [])
    expected = values(Trainer(config, made, torch.float32).run())
    run = Run.create(tmp_path / "run", replace(config, dtype="float32"), made, [])
    records = run.trainer.run()
    for step in range(1, 7):
        next(records)
        if step in (3, 6):
            run.save()
    newest = tmp_path / "run" / "checkpoint.pt"
    whole = newest.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"", whole.replace(b"y_init", b"x_init")):
        newest.write_bytes(damaged)
        again = Run.resume(tmp_path / "run")
        assert "checkpoint.pt: damaged checkpoint" in again.damage
        assert values(again.trainer.run()) == expected[3:]
    again = Run.resume(tmp_path / "run")
    next(again.trainer.run())
    again.save()  # over the damaged one: the sound one before it stays
    assert checkpoint.read(tmp_path / "run" / "checkpoint-before.pt")["step"] == 3
    newest.unlink()
    assert Run.resume(tmp_path / "run").trainer.step == 3
    (tmp_path / "run" / "checkpoint-before.pt").write_bytes(b"PK")
    with pytest.raises(DataError, match=r"checkpoint.pt: not there"):
        Run.resume(tmp_path / "run")


def test_metrics_have_every_step_once_after_a_crash(config, tmp_path):
    metrics = tmp_path / "metrics.jsonl"
    Run.create(tmp_path, config, make(config), held_out(replace(config, eval_puzzles=4)))
    with metrics.open("w") as file:
        for step in (0, 20, 40):
            file.write(json.dumps({"step": step}) + "\n")
        file.write('{"evaluation": {"step": 0}}\n{"evaluation": {"step": 20}}\n[1]\n{"step": 6')
    run = Run.resume(tmp_path)
    assert metrics.read_text() == '{"step": 0}\n{"evaluation": {"step": 0}}\n'
    list(run.records())
    assert [json.loads(line).get("step") for line in metrics.read_text().splitlines()] == [0, None, 20]


def test_what_was_stopped_before_its_first_checkpoint_is_begun_anew(config, tmp_path):
    folder, made = tmp_path / "run", make(config)
    folder.mkdir()
    for name in ("puzzles.npz", "config.json", ".lock", ".checkpoint.pt.123", ".puzzles.npz.77"):
        (folder / name).write_text("half")
    with pytest.raises(DataError, match=r"no checkpoint.pt here to resume from; begin it anew"):
        Run.resume(folder)
    Run.create(folder, config, made, [])
    assert Run.resume(folder).trainer.step == 0
    for name in ("mine.txt", "checkpoint.pt", ".checkpoint.pt.bak", ".git"):
        other = tmp_path / f"other-{name}"
        other.mkdir()
        (other / name).touch()
        with pytest.raises(
            DataError, match=f"not empty; {'resume it .* or ' * (name == checkpoint.NAME)}choose another --out"
        ):
            Run.create(other, config, made, [])


HARMED = {  # what is done to the values of a checkpoint
    "no optimizers": lambda v: v.pop("optimizers"),
    "steps in a text": lambda v: v.update(step="3"),
    "seconds that are none": lambda v: v.update(seconds=float("nan")),
    "a best that is none": lambda v: v.update(best=[]),
    "sizes nobody has": lambda v: v["config"]["model"].update(hidden_size=8192, L_layers=64),
    "slots nobody has": lambda v: v["config"]["streams"][0].update(slots=60_000),
    "a setting out of range": lambda v: v["config"].update(lr=float("inf")),
    "an unknown setting": lambda v: v["config"].update(lrr=1),
    "streams that are none": lambda v: v["config"].update(streams=5),
    "a stream of another size": lambda v: v["config"]["streams"][0].update(kind="5x5"),
    "no model": lambda v: v.update(model={}),
    "a model of whole numbers": lambda v: v["model"].update(y_init=torch.zeros(8, dtype=torch.long)),
    "another average": lambda v: v["average"].popitem(),
    "a moment of another size": lambda v: v["optimizers"][1]["state"][0].update(exp_avg=torch.zeros(99)),
    "one optimizer": lambda v: v["optimizers"].pop(),
    "an optimizer without groups": lambda v: v["optimizers"][0].update(param_groups=[]),
    "slots of another shape": lambda v: v["slots"][0].update(tokens=torch.zeros(8, 9, 9, dtype=torch.long)),
    "slots without states": lambda v: v["slots"][0].pop("y"),
    "a place outside the epoch": lambda v: v["pools"][0].update(waiting=torch.tensor([10**6])),
    "a generator of another kind": lambda v: v.update(numpy_rng={"bit_generator": "MT19937"}),
    "a state of no generator": lambda v: v.update(torch_rng=torch.zeros(3, dtype=torch.uint8)),
}


@pytest.mark.parametrize("name", HARMED)
def test_a_harmed_checkpoint_is_told_in_a_line(config, tmp_path, name):
    run = Run.create(tmp_path, config, make(config), [])
    next(run.trainer.run())
    saved = {**run.trainer.state_dict(), "best": 0.5}
    HARMED[name](saved)
    torch.save(saved, tmp_path / "checkpoint.pt")
    with pytest.raises(DataError, match=r"damaged checkpoint|does not fit|damaged puzzles") as told:
        Run.resume(tmp_path)
    assert "\n" not in str(told.value)


def _changed(file, **arrays):
    with np.load(file) as before:
        np.savez_compressed(file, **{**before, **arrays})


PUZZLES = {
    "none": lambda file: file.unlink(),
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:-200]),
    "no archive": lambda file: file.write_bytes(b"PK"),
    "one array of another length": lambda file: _changed(file, labels0=np.zeros((3, 16), np.int8)),
    "tokens of another kind": lambda file: _changed(file, tokens1=np.zeros((3, 6, 6))),
    "labels below all": lambda file: _changed(file, labels0=np.full((40, 16), -128, np.int8)),
    "too much of nothing": lambda file: _changed(file, more=np.zeros(2**29, np.bool_)),
}


@pytest.mark.parametrize("name", PUZZLES)
def test_harmed_puzzles_are_told_in_a_line(config, tmp_path, name):
    Run.create(tmp_path, config, make(config), [])
    PUZZLES[name](tmp_path / "puzzles.npz")
    with pytest.raises(DataError, match=r"puzzles.npz"):
        Run.resume(tmp_path)


def test_values_that_the_network_does_not_know_are_told(config):
    maze = replace(preset("maze", "quick").model, hidden_size=8, pool_size=4)
    stream = Stream("4x4", 2, 1.0, {"any": 1.0}, {"any": 1.0}, puzzles=0)
    pool = Pool(np.full((2, 4, 4), 99, np.int8), np.zeros((2, 16), np.int8), np.array(["any"] * 2))
    with pytest.raises(DataError, match="values that its network does not know"):
        next(Trainer(replace(config, model=maze, streams=(stream,)), [pool], torch.float32).run())


def test_a_commit_is_told_only_of_a_checkout_with_git(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert run_module._commit() == ""


def test_too_little_memory_is_told_with_what_helps(config):
    trainer = Trainer(config, make(config), torch.float32)

    def wants_all(h):
        return torch.empty(2**50) + h

    trainer.model.net.forward = wants_all
    with pytest.raises(DeviceError, match="cpu: out of memory; try fewer --slots"):
        next(trainer.run())


def test_spoiled_answers_are_those_of_other_slots_in_whole_cells(config, monkeypatch):
    """All digits of a cell are spoiled together, and nothing is without a share."""
    made = make(config)
    slots = Trainer(config, made, torch.float32).slots[0]
    slots.y = torch.arange(slots.y.numel(), dtype=torch.float32).view(slots.y.shape)  # (B, V, V, V, D), all different
    assert slots.spoiled(0.0) is slots.y
    torch.manual_seed(0)
    found = slots.spoiled(1.0)
    is_other = (found != slots.y).all(-1)  # (B, V, V, V)
    assert ((found == slots.y) | (found == slots.y.roll(1, 0))).all()
    assert (is_other == is_other[:, :1]).all()
    shares = is_other[:, 0].float().mean((1, 2))
    assert shares.min() < 0.5 < shares.max()
    # Each of two processes spoils its half in the same way.
    for number in range(2):
        half = copy(slots)
        half.share = slice(4 * number, 4 * number + 4)
        half.y = slots.y[half.share]
        monkeypatch.setattr(slots_module, "gathered", lambda mine: slots.y[3::4])
        monkeypatch.setattr(slots_module, "rank", lambda number=number: number)
        torch.manual_seed(0)
        assert torch.equal(half.spoiled(1.0), found[half.share])
    monkeypatch.undo()
    trained = [*Trainer(replace(config, corrupt_prob=0.5), made, torch.float32).run()]
    assert [p.lm_loss for p in trained] != [p.lm_loss for p in Trainer(config, made, torch.float32).run()]


def test_generated_validation_puzzles_are_never_those_of_the_training(config):
    config = replace(config, streams=STREAMS[1:], seed=1_000_003, eval_puzzles=8)
    trained = {puzzle.given.tobytes() for puzzle in islice(domain("sudoku").generate("6x6", "medium", config.seed), 20)}
    assert not any(puzzle.given.tobytes() in trained for puzzle in held_out(config))


def test_an_estimate_leaves_out_streams_without_a_share(config):
    streams = STREAMS[0], replace(STREAMS[1], share=0.0)
    cost = estimate(replace(config, streams=streams), torch.float32, torch.device("cpu"))
    alone = estimate(replace(config, streams=streams[:1]), torch.float32, torch.device("cpu"))
    assert cost.flops == alone.flops
