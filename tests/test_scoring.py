"""The score of tasks that are learned: shares by task, size and way."""

from types import SimpleNamespace

import pytest

from trm_cli.domains import domain
from trm_cli.solving.evaluation import wilson
from trm_cli.solving.learner import Learner
from trm_cli.solving.options import SolveOptions
from trm_cli.solving.scoring import Answered, score, summed

TASK = '{"train": [{"input": [[1, 2]], "output": [[2, 1]]}], "test": [{"input": [[3, 4]], "output": [[4, 3]]}]}'


def test_a_task_counts_once_by_its_largest_and_least_sure_test_input():
    found = summed(
        [
            Answered("a", 9, "explained", True, True, 1.0),
            Answered("a", 101, "learned", False, True, 3.0),
            Answered("b", 226, "neither", False, False, 2.0),
        ],
        5.0,
    )
    assert (found.test_inputs, found.all.tasks, found.mean_seconds) == (3, 2, 2.0)
    assert (found.all.pass_1.share, found.all.pass_2.share) == (0.25, 0.5)
    assert {name: row.tasks for name, row in found.by_size.items()} == {"middle": 1, "large": 1}
    assert {way: row.pass_2.share for way, row in found.by_way.items()} == {"learned": 1.0, "neither": 0.0}
    assert (found.all.pass_2.low, found.all.pass_2.high) == pytest.approx(wilson(0.5, 2))


def test_intervals_stay_within_bounds():
    for n in (1, 2, 3, 10):
        assert 0 <= wilson(0.0, n)[0] < 1e-9
        assert 1 - 1e-9 < wilson(1.0, n)[1] <= 1


def test_after_a_ctrl_c_the_score_is_of_what_was_answered():
    learner = Learner(domain=domain("arc"), options=SolveOptions(updates=0))
    (puzzle,) = learner.read_all(TASK)

    done = []

    def stopped(stage, n):
        done.append(stage)
        if len(done) == 2:
            raise KeyboardInterrupt

    found = score(learner, [puzzle] * 3, stopped)
    assert (found.test_inputs, found.n_left, found.all.pass_2.share) == (2, 1, 1.0)
    assert done == ["learning"] * 2
    assert score(learner, [puzzle]).n_left == 0

    def outcomes(puzzles):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score(SimpleNamespace(outcomes=outcomes), [puzzle] * 3)
