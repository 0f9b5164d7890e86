"""Solving: frames, halting, refilled slots, and that a batch equals its puzzles one by one."""

import json
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from tests.conftest import HARD, read
from trm_cli.domains import domain
from trm_cli.errors import ConfigError
from trm_cli.model.config import ModelConfig
from trm_cli.model.nets import build
from trm_cli.model.trm import State
from trm_cli.solving import engine
from trm_cli.solving.options import SolveOptions
from trm_cli.solving.step import Loaded
from trm_cli.view.report import as_json

SUDOKU = domain("sudoku")


def run(puzzles, model, **options):
    return list(engine.solve(puzzles, Loaded(model, SUDOKU), SolveOptions(**options)))


@pytest.fixture(scope="module")
def mixed():
    """Eight puzzles of three sizes."""
    nine = islice(SUDOKU.generate("9x9", "medium", 0), 4)
    return [*nine, *islice(SUDOKU.generate("4x4", "easy", 0), 3), *islice(SUDOKU.generate("6x6", "easy", 0), 1)]


def test_yields_a_frame_at_every_step(toy, easy):
    events = run([easy], toy, max_steps=5, halt="none")
    assert [event.frame.step for event in events] == [1, 2, 3, 4, 5]
    assert [event.outcome is None for event in events] == [True] * 4 + [False]
    frame = events[-1].frame
    assert frame.grid.shape == frame.confidence.shape == (9, 9)
    assert ((frame.confidence >= 1 / 9) & (frame.confidence <= 1)).all()
    assert 0 < frame.halt < 1
    assert events[0].frame.residual == np.inf
    assert 0 < frame.residual < np.inf
    assert events[-1].outcome.steps == 5


def test_givens_are_always_kept(toy, easy):
    for event in run([easy], toy, max_steps=4, halt="none"):
        assert np.array_equal(event.frame.grid[easy.given > 0], easy.given[easy.given > 0])


@pytest.mark.parametrize("slots", [1, 3, 8])
def test_a_batch_equals_its_puzzles_one_by_one(toy, mixed, slots):
    together = {e.number: e.outcome for e in run(mixed, toy, max_steps=4, halt="none", slots=slots) if e.outcome}
    assert sorted(together) == [*range(len(mixed))]
    for number, puzzle in enumerate(mixed):
        alone = run([puzzle], toy, max_steps=4, halt="none")[-1]
        assert together[number].puzzle is puzzle
        assert np.array_equal(together[number].frame.grid, alone.frame.grid)
        np.testing.assert_allclose(together[number].frame.confidence, alone.frame.confidence, atol=1e-4)
        assert together[number].frame.residual == pytest.approx(alone.frame.residual, rel=1e-2)


@pytest.fixture
def maze_model():
    torch.manual_seed(2)
    config = ModelConfig("maze", net="neighbours", hidden_size=8, L_cycles=1, expansion=2, pool_size=4)
    return build(config).eval()


def test_mazes_of_several_sizes_share_a_batch(maze_model, monkeypatch):
    maze = domain("maze")
    mixed = [next(maze.generate(kind, "open", 0)) for kind in ("6x9", "10x10", "7x8", "13x9")]
    sizes = []
    embed = maze_model.net.embed
    monkeypatch.setattr(maze_model.net, "embed", lambda t, *rest: sizes.append(tuple(t.shape)) or embed(t, *rest))
    options = SolveOptions(max_steps=3, halt="none")
    together = {e.number: e.outcome for e in engine.solve(mixed, Loaded(maze_model, maze), options) if e.outcome}
    assert sizes == [(3, 10, 10), (1, 15, 10)]
    for number, puzzle in enumerate(mixed):
        alone = [*engine.solve([puzzle], Loaded(maze_model, maze), options)][-1].frame
        frame = together[number].frame
        assert frame.grid.shape == frame.confidence.shape == puzzle.given.shape
        np.testing.assert_allclose(frame.confidence, alone.confidence, atol=1e-4)
        assert frame.halt == pytest.approx(alone.halt, abs=1e-4)


def test_slots_are_refilled_and_puzzles_read_no_faster(toy, easy):
    read_so_far = []

    def stream():
        for i in range(7):
            read_so_far.append(i)
            yield easy

    events = engine.solve(stream(), Loaded(toy, SUDOKU), SolveOptions(max_steps=2, halt="none", slots=3))
    next(events)
    assert len(read_so_far) == 3
    assert [event.number for event in events if event.outcome] == [*range(7)]


def test_halting_rules(toy, easy):
    solved = read(easy.text(easy.solution))  # no blank cell: right from the first step on
    assert run([solved], toy, halt="verified")[-1].outcome.steps == 1
    torch.nn.init.constant_(toy.net.halting.bias, 9.0)
    assert run([solved], toy, halt="agree")[-1].outcome.steps == 1
    assert run([easy], toy, halt="q")[-1].outcome.steps == 1
    assert run([easy], toy, halt="agree", max_steps=3)[-1].outcome.steps == 3
    torch.nn.init.constant_(toy.net.halting.bias, -9.0)
    assert run([solved], toy, halt="agree", max_steps=3)[-1].outcome.steps == 2  # valid, and unchanged
    assert run([solved], toy, halt="stable")[-1].outcome.steps == 1 + engine.STABLE_STEPS
    assert run([solved], toy, halt="none", max_steps=20)[-1].outcome.steps == 20


def test_an_unsolved_answer_is_told_with_its_conflicts(toy):
    outcome = run([read(HARD)], toy, max_steps=1)[-1].outcome
    assert outcome.verdict.status == "unsolved"
    assert outcome.verdict.cells


def test_options_are_checked():
    with pytest.raises(ConfigError, match="max_steps must be a whole number from 1"):
        SolveOptions(max_steps=0)
    with pytest.raises(ConfigError, match="halt must be agree, q"):
        SolveOptions(halt="never")


def test_nothing_to_solve(toy):
    assert run([], toy) == []


def test_stable_with_a_tolerance_stops_on_the_residual(toy, easy):
    events = run([easy], toy, max_steps=40, halt="stable", tolerance=0.05)
    residuals = [event.frame.residual for event in events]
    assert residuals[-1] <= 0.05 < min(residuals[:-1])


class Unsound(torch.nn.Module):
    """A net that breaks the state of its second puzzle, in the second of its supervision steps."""

    def __init__(self, net, value):
        super().__init__()
        self.net, self.value, self.calls = net, value, 0

    def __getattr__(self, name):
        return super().__getattr__(name) if name == "net" else getattr(self.net, name)

    def forward(self, h):
        self.calls += 1
        h = self.net(h)
        if self.calls > 4 and len(h) > 1:
            h[1] = self.value
        return h


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e6])
def test_a_runaway_state_fails_its_puzzle_and_no_other(toy, mixed, value):
    alone = run(mixed[:1], toy, max_steps=3, halt="none")[-1]
    toy.net = Unsound(toy.net, value)
    outcomes = {e.number: e.outcome for e in run(mixed[:2], toy, max_steps=3, halt="none") if e.outcome}
    assert outcomes[1].verdict.status == "failed"
    assert outcomes[1].verdict.reason.startswith("the network's state ran away at step 2")
    assert np.array_equal(outcomes[1].frame.grid, mixed[1].given)
    assert outcomes[0].steps == 3
    assert np.array_equal(outcomes[0].frame.grid, alone.frame.grid)


class Fickle:
    """A stand-in for a model: its answer is right at the second step only, and its head never says so."""

    def __init__(self, solution):
        self.net = self
        self.identifiers = {}
        self.solution = torch.from_numpy(solution.astype(np.int64)) - 1
        self.calls = 0

    def embed(self, tokens, dtype=torch.float32, ids=None):
        return tokens.float()

    def to(self, device):
        return self

    def start(self, x):
        return State(x, x)

    def classes(self, logits):
        return logits

    def deep_recursion(self, x, y, z):
        self.calls += 1
        logits = torch.nn.functional.one_hot(self.solution.view(1, 81), 9).float()
        return State(y, z), logits if self.calls == 2 else logits.roll(1, -1), torch.full((1,), -9.0)


@pytest.mark.parametrize(("halt", "status"), [("agree", "solved"), ("q", "solved"), ("none", "unsolved")])
def test_a_right_answer_that_was_left_again_is_not_lost(easy, halt, status):
    events = run([easy], Fickle(easy.solution), max_steps=4, halt=halt)
    assert [event.frame.step for event in events] == [1, 2, 3, 4]
    outcome = events[-1].outcome
    assert outcome.verdict.status == status
    assert outcome.steps == 4
    assert np.array_equal(outcome.frame.grid, easy.solution) == (status == "solved")
    assert outcome.frame is events[-1].frame


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("head", ["answer", "halting"])
def test_heads_that_give_no_numbers_fail_the_puzzle(toy, easy, head, value):
    torch.nn.init.constant_(getattr(toy.net, head).weight, value)
    outcome = run([easy], toy, max_steps=3)[-1].outcome
    assert outcome.verdict.status == "failed"
    assert outcome.steps == 1
    told = json.dumps(as_json(outcome, {}), allow_nan=False)
    assert json.loads(told)["answer"] is None


def test_a_known_answer_ends_nothing_where_there_are_no_rules():
    """The verdict on an ARC answer compares with the known one: a run that ended by it would have seen it."""
    arc = domain("arc")
    given = np.ones((2, 2), np.uint8)
    (puzzle,) = arc.parse('{"train": [{"input": [[1]], "output": [[1]]}], "test": [{"input": [[1, 1], [1, 1]]}]}', "a")
    known = replace(puzzle, solution=given)

    class Copying(Fickle):
        def __init__(self):
            super().__init__(arc.encode(known)[0])
            self.solution = torch.from_numpy(arc.encode(known)[0])

        def deep_recursion(self, x, y, z):
            logits = torch.nn.functional.one_hot(self.solution.view(1, -1), 12).float()
            return State(y, z), logits, torch.full((1,), 9.0)

    for halt in ("agree", "verified", "none"):
        events = [*engine.solve([known], Loaded(Copying(), arc), SolveOptions(3, halt))]
        assert [event.frame.verdict.status for event in events] == ["solved"] * 3
