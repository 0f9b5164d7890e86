"""Voting over augmentations: equal answers are counted, ties broken by the halting head, two attempts kept."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from trm_cli import trace
from trm_cli.commands import main
from trm_cli.domains import domain
from trm_cli.domains.arc import grid as arc_grid
from trm_cli.model import weights
from trm_cli.model.config import ModelConfig
from trm_cli.model.nets import build
from trm_cli.solving import vote
from trm_cli.view import record

TASK = {"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[1, 0]]}, {"input": [[3]], "output": [[4]]}]}


def key(rows):
    grid = np.array(rows, np.uint8)
    return grid.shape, grid.tobytes()


def test_votes_count_before_the_mean_halting_probability():
    ballot = vote.Votes({key([[1]]): [0.1, 0.2], key([[2]]): [0.9], key([[3]]): [0.3, 0.4]})
    assert [candidate.grid.tolist() for candidate in ballot.ranked()] == [[[3]], [[1]], [[2]]]
    assert ballot.ranked()[0].halt == pytest.approx(0.35)


def test_views_are_the_known_ones_and_come_back():
    (puzzle, _) = domain("arc").parse(json.dumps(TASK), "abc")
    names = ["abc", "abc|||t1|||0213456789", "abc|||t6|||0123456789", "abcd|||t1|||0213456789"]
    found = domain("arc").known_views(puzzle, names)
    assert [view.puzzle.identifier for view in found] == names[1:3]
    assert found[0].puzzle.given.tolist() == [[0], [2]]
    assert all(view.back(view.puzzle.given).tolist() == puzzle.given.tolist() for view in found)
    cells = np.array([[0.25], [0.5]], np.float32)
    assert found[0].back_cells(cells).tolist() == [[0.5, 0.25]]


@pytest.fixture
def arc_weights(tmp_path):
    """Untrained weights that know one task under three augmentations."""
    torch.manual_seed(0)
    config = ModelConfig("arc", net="sequence", hidden_size=32, num_heads=2, expansion=4.0, H_cycles=1, L_cycles=1,
                         L_layers=1, vocab_size=12, seq_len=900, puzzle_emb_ndim=32, puzzle_emb_len=16,
                         num_puzzle_identifiers=4)  # fmt: skip
    model = build(config)
    rng = np.random.default_rng(0)
    names = ["<blank>", "abc", *(arc_grid.drawn("abc", rng).name for _ in range(2))]
    model.identifiers = {name: i for i, name in enumerate(names)}
    path = tmp_path / "arc.safetensors"
    weights.save(path, model, {})
    assert weights.load(path)[0].identifiers == model.identifiers
    return path


def test_two_attempts_a_submission_and_a_plain_refusal(arc_weights, tmp_path):
    (tmp_path / "abc.json").write_text(json.dumps(TASK))
    (tmp_path / "new.json").write_text(json.dumps(TASK))
    common = ["--weights", str(arc_weights), "--max-steps", "2"]
    out = tmp_path / "submission.json"
    arguments = ["solve", str(tmp_path / "abc.json"), "--json", "--submission", str(out), *common]
    found = CliRunner().invoke(main, arguments, prog_name="trm")
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert [line["verdict"] for line in lines] == ["unverified", "unsolved"]
    assert "1 not solved; try --max-steps 64\n" in found.stderr
    assert all(len(line["attempts"]) == 2 for line in lines)
    attempts = json.loads(out.read_text())["abc"]
    assert [entry.keys() for entry in attempts] == [{"attempt_1", "attempt_2"}] * 2
    assert attempts[0]["attempt_1"] == lines[0]["answer"]
    refused = CliRunner().invoke(main, ["solve", str(tmp_path / "new.json"), *common], prog_name="trm")
    assert refused.exit_code == 2
    assert "was not trained on the task 'new'" in refused.stderr
    refused = CliRunner().invoke(main, ["eval", str(tmp_path / "new.json"), *common], prog_name="trm")
    assert refused.exit_code == 2
    assert "was not trained on the task 'new'" in refused.stderr
    evaluated = CliRunner().invoke(main, ["eval", str(tmp_path / "abc.json"), *common, "--search", "1", "--json"])
    assert json.loads(evaluated.stdout)["searched"] is None


def test_without_a_known_answer_the_exit_code_is_0_and_1_if_strict(arc_weights, tmp_path):
    (tmp_path / "abc.json").write_text(json.dumps({**TASK, "test": TASK["test"][:1]}))
    arguments = ["solve", str(tmp_path / "abc.json"), "--weights", str(arc_weights), "--max-steps", "1"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert CliRunner().invoke(main, [*arguments, "--strict"]).exit_code == 1


def solver_of(path, **options):
    from trm_cli import load

    return load(str(path), device="cpu", search=0, max_steps=2, **options)


def test_a_vote_ends_in_time(arc_weights):
    (puzzle, _) = domain("arc").parse(json.dumps(TASK), "abc")
    solver = solver_of(arc_weights, slots=1)
    asked = solver.solve(puzzle)
    assert asked.confidence.max() * 3 == pytest.approx(round(asked.confidence.max() * 3))  # of three
    assert solver.changed(votes=2).solve(puzzle).confidence.max() in (0.5, 1)
    cut = solver.changed(seconds=0).solve(puzzle)
    assert cut.verdict.status == "unverified"
    assert cut.confidence.max() == 1  # of one
    assert solver.solve(puzzle, seconds=0).steps == 1


def test_the_verdict_is_that_of_the_answer_and_a_known_one_ends_nothing(arc_weights):
    """Whatever the known output says, all votes are asked, and the verdict is of the first attempt."""
    (_, puzzle) = domain("arc").parse(json.dumps(TASK), "abc")
    solver = solver_of(arc_weights)
    first = solver.solve(puzzle)
    told = replace(puzzle, solution=first.attempts[0])
    assert solver.solve(told).verdict.status == "solved"
    assert solver.solve(told).steps == first.steps == 2
    other = replace(puzzle, solution=np.array([[9]], np.uint8))
    assert solver.solve(other).verdict == domain("arc").verify(other, first.attempts[0])


def test_an_augmentation_that_fails_has_no_vote(arc_weights):
    (puzzle, _) = domain("arc").parse(json.dumps(TASK), "abc")
    solver = solver_of(arc_weights)
    solver.model.net.puzzles[2:] = float("nan")  # both augmentations, not the task itself
    outcome = solver.solve(puzzle)
    assert outcome.verdict.status == "unverified"
    assert len(outcome.attempts) == 1
    assert outcome.frame.confidence.max() == pytest.approx(1 / 3)
    solver.model.net.puzzles[:] = float("nan")
    outcome = solver.solve(puzzle)
    assert outcome.verdict.status == "failed"
    assert outcome.puzzle is puzzle


def test_a_trace_of_a_vote_ends_with_what_was_voted(arc_weights, tmp_path):
    (_, puzzle) = domain("arc").parse(json.dumps(TASK), "abc")
    solver = solver_of(arc_weights, trace=True)
    outcome = solver.solve(puzzle)
    assert [frame.step for frame in outcome.frames] == [1, 2, 2]
    assert outcome.frames[-1] is outcome.frame
    path = tmp_path / "a.json"
    record.save(path, trace.Traced(outcome, "", 2), {**solver.stamp})
    (again,) = trace.read(path.read_text(), "a.json")
    assert np.array_equal(again.outcome.answer, outcome.attempts[0])
    assert again.outcome.puzzle.solution.tolist() == [[4]]
    assert again.outcome.verdict.cells == outcome.verdict.cells
    assert len(again.outcome.puzzle.demos) == 1


def test_a_task_that_failed_counts_as_wrong(arc_weights):
    """One right and one failed is half, not all."""
    from trm_cli.solving.evaluation import _passed, pass_at

    (_, puzzle) = domain("arc").parse(json.dumps(TASK), "abc")
    solver = solver_of(arc_weights)
    outcome = solver.solve(puzzle)
    right = replace(outcome, puzzle=replace(puzzle, identifier="right", solution=outcome.attempts[0]))
    solver.model.net.puzzles[:] = float("nan")
    failed = solver.solve(puzzle)
    assert failed.verdict.status == "failed"
    assert pass_at(_passed([right, failed]))[1] == 0.5


def test_the_way_of_computing_is_part_of_the_settings(arc_weights):
    """So that results of a compiled network are not taken for those of another, nor those of other batches."""
    solver = solver_of(arc_weights)
    ways = [
        solver,
        replace(solver, is_compiled=True),
        replace(solver, machine=replace(solver.machine, workers=2)),
        solver.changed(seed=1),
    ]
    assert len({json.dumps(way.settings, sort_keys=True) for way in ways}) == 4
    assert solver.changed(slots=3, trace=True).settings == solver.settings
