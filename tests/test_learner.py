"""ARC tasks without weights: explained, learned, voted on, and the same again for the same number of updates."""

import json
import time
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from trm_cli.commands import main
from trm_cli.domains import domain
from trm_cli.domains.arc.lessons import lessons
from trm_cli.puzzle import Learning, frozen
from trm_cli.solving.adapt import (
    ANSWER_STEPS,
    BATCH,
    LEAST_BATCH,
    LOOKS_SHARE,
    PASSES,
    VOTINGS_SHARE,
    Adaptation,
)
from trm_cli.solving.ballot import Ballot
from trm_cli.solving.explain import Explanation, Weight
from trm_cli.solving.learner import Learner, _Task
from trm_cli.solving.options import SolveOptions
from trm_cli.solving.words import proof
from trm_cli.solving.workers import spread
from trm_cli.view.report import learned

ARC = domain("arc")


def mirrored(n_demos=3, known=False):
    """Turn the grid round, left to right."""
    rng = np.random.default_rng(0)
    grids = rng.integers(0, 4, (n_demos + 1, 3, 4))
    pairs = [{"input": grid.tolist(), "output": grid[:, ::-1].tolist()} for grid in grids]
    if not known:
        del pairs[-1]["output"]
    (puzzle,) = ARC.parse(json.dumps({"train": pairs[:-1], "test": pairs[-1:]}), "mirror")
    return puzzle, grids[-1][:, ::-1]


def learner(**options):
    torch.set_num_threads(1)
    return Learner(domain=ARC, options=SolveOptions(**options))


def test_an_explained_task_needs_no_network():
    puzzle, answer = mirrored()
    outcome = learner(updates=0).solve(puzzle)
    assert np.array_equal(outcome.answer, answer)
    assert outcome.verdict.status == "unverified"
    assert outcome.learning.is_proven
    assert "mirror" in outcome.learning.explanation
    assert outcome.learning.proof.startswith("right in all 3 demonstrations")
    assert outcome.learning.updates == 0
    unlearned = learner(updates=50).solve(puzzle)  # what is explained is not learned too
    assert unlearned.learning.updates == 0


def test_the_same_updates_give_the_same_outcome():
    puzzle, answer = mirrored()
    first, second = (learner(updates=4, seed=5, thorough=True).solve(puzzle) for _ in range(2))
    assert first.learning == second.learning
    assert first.learning.updates == first.learning.n_updates == 4
    assert [a.tobytes() for a in first.attempts] == [a.tobytes() for a in second.attempts]
    assert np.array_equal(first.confidence, second.confidence)
    assert np.array_equal(first.answer, answer)


def test_a_known_answer_is_told_and_never_used():
    puzzle, _ = mirrored(known=True)
    asked, _ = mirrored()
    told, untold = (learner(updates=6, thorough=True).solve(of) for of in (puzzle, asked))
    assert told.verdict.status == "solved"
    assert untold.verdict.status == "unverified"
    assert [a.tobytes() for a in told.attempts] == [a.tobytes() for a in untold.attempts]


@pytest.mark.slow
def test_a_network_learns_the_demonstrations_by_itself():
    """Without a single plane: turned round from left to right, after some seconds."""
    puzzle, answer = mirrored()
    *demos, asked = lessons(puzzle, (3, 4), ())
    adaptation = Adaptation(demos, asked, 0)
    *_, last = adaptation.run(100)
    assert last.updates == 100
    assert last.loss < 0.5
    assert last.answer.shape == answer.shape


def test_networks_side_by_side_draw_their_own_random_numbers():
    puzzle, _ = mirrored()
    *demos, asked = lessons(puzzle, (3, 4), ())

    def learn(seeds):
        for number, seed in enumerate(seeds):
            yield number, [*Adaptation(demos, asked, seed).run(12)][-1]

    together = dict(spread([3, 4, 5], 3, learn))
    for number, seed in enumerate((3, 4, 5)):
        alone = [*Adaptation(demos, asked, seed).run(12)][-1]
        assert together[number].loss == alone.loss
        assert np.array_equal(together[number].confidence, alone.confidence)


def test_learning_ends_at_its_time_with_an_answer():
    puzzle, answer = mirrored()
    *demos, asked = lessons(puzzle, (3, 4), ())
    *_, last = Adaptation(demos, asked, 0).run(10_000, until=time.perf_counter())
    assert last.updates == 0
    assert next(grid.shape for grid, _ in last.ballot.ranked()) == answer.shape
    # What is planned for costs as much as there is time for, votes and looks included.
    adaptation = Adaptation(demos, asked, 0)
    short, long = adaptation.plan(2.0, 1e-4), adaptation.plan(20.0, 1e-4)
    assert 5 < long.n_updates / short.n_updates < 20
    assert adaptation.measured_plan(2.0).n_updates >= 2
    assert adaptation.cost(long.n_updates) < 1.6 * PASSES * BATCH * long.n_updates


def test_votes_and_looks_are_few_where_grids_are_large():
    adaptation = Adaptation(*_of_size(30), seed=0)
    for n_updates in (2, 20, 200):
        learning = PASSES * LEAST_BATCH * n_updates
        last = adaptation.cost(0)
        assert adaptation.cost(n_updates) - last <= (1 + VOTINGS_SHARE + LOOKS_SHARE) * learning + ANSWER_STEPS


def _of_size(side):
    """Return the lessons of three demonstrations and of a question, with ten colours."""
    grid = [[(row + column) % 10 for column in range(side)] for row in range(side)]
    text = {"train": [{"input": grid, "output": grid}] * 3, "test": [{"input": grid}]}
    (puzzle,) = ARC.parse(json.dumps(text), "large")
    *demos, asked = lessons(puzzle, (side, side), ())
    return demos, asked


def test_ballots_join_and_rank():
    a, b = np.zeros((1, 2), np.uint8), np.ones((2, 1), np.uint8)
    first, second = Ballot(), Ballot()
    first.add(a, 2.0)
    second.add(b, 3.0)
    second.add(a, 0.5)
    first.join(second)
    ranked = first.ranked()
    assert [grid.shape for grid, _ in ranked] == [(2, 1), (1, 2)]
    assert [share for _, share in ranked] == pytest.approx([3 / 5.5, 2.5 / 5.5])


def test_a_task_of_unknown_size_is_refused_with_what_there_is():
    text = {"train": [{"input": [[1, 2]], "output": [[1] * 7] * 5}, {"input": [[3]], "output": [[2]]}],
            "test": [{"input": [[1, 2, 3]]}]}  # fmt: skip
    (puzzle,) = ARC.parse(json.dumps(text), "odd")
    outcome = learner(updates=4).solve(puzzle)
    assert outcome.learning.updates == 0
    assert not outcome.learning.is_proven
    assert learned(outcome.learning).startswith("not answered: no function of the input gives the size of the output")
    assert learner().refusal(next(domain("sudoku").parse("." * 81, "s"))).startswith("a network learns arc")


def test_what_is_told_explains_the_answer_that_is_given():
    puzzle, answer = mirrored()
    weights = (Weight("it has", True, 2, 1.0),)
    likelier = Explanation(0, "", 2, frozen(puzzle.given), weights, 2, 2, n_predicted=1)
    agreeing = [Explanation(0, "", rung, frozen(answer.astype(np.uint8)), weights, 2, 2) for rung in (2, 3, 4)]
    task = _Task(puzzle, ARC, time.perf_counter(), is_traced=False)
    task.found = [likelier, *agreeing]
    outcome = task.outcome()
    assert np.array_equal(outcome.frame.grid, answer)
    assert outcome.learning.proof == proof(agreeing[0]) != proof(likelier)


def test_an_unsolved_task_asks_for_more_time(tmp_path):
    pair = [{"input": [[1]], "output": [[2]]}, {"input": [[2]], "output": [[3]]}]
    (tmp_path / "odd.json").write_text(json.dumps({"train": pair, "test": [{"input": [[1]], "output": [[4]]}]}))
    arguments = ["solve", str(tmp_path / "odd.json"), "--updates", "0", "--json"]
    found = CliRunner().invoke(main, arguments, prog_name="trm")
    assert found.exit_code == 1
    assert found.stderr == "trm: odd: not solved; try --seconds 300\n"
    # In a batch of several tasks each model says what helps its own.
    (tmp_path / "sudoku.txt").write_text(
        "1....7.9..3..2...8..96..5....53..9...1..8...26....4...3......1..4......7..7...3.."
    )
    found = CliRunner().invoke(main, ["solve", str(tmp_path), *arguments[2:], "--max-steps", "1", "--search", "off"])
    assert "2 not solved; try --seconds 300; try --max-steps 64, or --search 512" in found.stderr


def test_a_contradiction_is_refused():
    """No function gives one input two outputs, whatever the answer so far."""
    text = {"train": [{"input": [[1, 0]], "output": [[1, 1]]}, {"input": [[1, 0]], "output": [[0, 0]]}],
            "test": [{"input": [[1, 0]]}]}  # fmt: skip
    found = CliRunner().invoke(main, ["solve", json.dumps(text), "--updates", "0"], prog_name="trm")
    assert found.exit_code == 2
    assert found.stderr.endswith(": demonstrations 1 and 2 have the same input and different outputs\n")


def test_a_bare_grid_comes_with_a_word_on_how_far_to_trust_it(tmp_path):
    pair = [{"input": [[1, 2]], "output": [[2, 1]]}, {"input": [[3, 4]], "output": [[4, 3]]}]
    (tmp_path / "two.json").write_text(json.dumps({"train": pair, "test": [{"input": [[5, 6]]}]}))
    found = CliRunner().invoke(main, ["solve", str(tmp_path / "two.json"), "--updates", "0"], prog_name="trm")
    assert found.stdout.strip() == "65"
    assert found.stderr.startswith("trm: two: a guess: a cell takes the colour that ")
    # Each of several answers comes with one.
    (tmp_path / "more.json").write_text(json.dumps({"train": pair, "test": [{"input": [[5, 6]]}, {"input": [[7, 8]]}]}))
    found = CliRunner().invoke(main, ["solve", str(tmp_path / "more.json"), "--updates", "0"], prog_name="trm")
    said = [line.split(": ")[1:3] for line in found.stderr.splitlines()[:2]]
    assert said == [["more#1", "a guess"], ["more#2", "a guess"]]


@pytest.mark.parametrize(
    ("n_looks", "stdout", "stderr"),
    [(1, "", "stopped before there was any answer"), (2, "2\n", "stopped after 0 updates; the best answer so far:")],
)
def test_an_interrupt_shows_the_best_answer_so_far(tmp_path, monkeypatch, n_looks, stdout, stderr):
    refine = Learner.refine

    def interrupted(self, puzzle):
        yield from islice(refine(self, puzzle), n_looks)
        raise KeyboardInterrupt

    monkeypatch.setattr(Learner, "refine", interrupted)
    task = {"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[1]]}]}
    (tmp_path / "task.json").write_text(json.dumps(task))
    found = CliRunner().invoke(main, ["solve", str(tmp_path / "task.json"), "--updates", "0"], prog_name="trm")
    assert found.exit_code == 130
    assert found.stderr.splitlines()[0] == f"trm: {stderr}"
    assert [": a guess: " in line for line in found.stderr.splitlines()[1:]] == [True] * (n_looks - 1)
    assert found.stdout.strip() == stdout.strip()


def test_learned_by_heart_is_told_apart():
    doubtful = Learning(3, n_ways_right=8, shares=(0.3, 0.2))
    assert not doubtful.is_learned
    assert learned(doubtful).startswith("learned, but the votes disagree: all 3 demonstrations right in 8 of 8")
    agreed = replace(doubtful, shares=(0.5, 0.2))
    assert agreed.is_learned
    assert learned(agreed) == "learned: all 3 demonstrations right in 8 of 8 orientations, not explained"
    assert learned(replace(agreed, n_ways_right=7)).startswith("learned in part: all 3 demonstrations right in 7 of 8")
    assert not replace(agreed, shares=()).is_learned
