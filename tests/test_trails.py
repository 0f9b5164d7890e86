"""The distributions of an evaluation, by hand."""

from xml.etree import ElementTree

import numpy as np
import pytest

from tests.conftest import EASY, HARD, read
from trm_cli.puzzle import Frame, Verdict
from trm_cli.solving.trails import Trails, joined
from trm_cli.view.evaluation import page

GRID = np.zeros((9, 9), np.uint8)


def walk(trails, number, puzzle, level, halts, rights, verified=None, is_changing=True):
    for step, (halt, is_right) in enumerate(zip(halts, rights, strict=True), 1):
        grid = GRID.copy() if is_changing else GRID
        frame = Frame(step, grid, np.ones((9, 9), np.float32), halt, 0.0, Verdict("unverified"))
        trails.add(number, frame, is_right, is_right if verified is None else verified[step - 1])
    trails.finish(number, puzzle, level)


@pytest.fixture
def trails():
    """Three puzzles: solved and left again, solved at the second step, and never halted though right for a moment."""
    first, second = Trails(3), Trails(3)
    walk(first, 0, read(EASY), "easy", [0.96, 0.91, 0.25], [True, True, False])
    walk(first, 1, read(EASY), "easy", [0.05, 0.75, 0.95], [False, True, True])
    walk(second, 0, read(HARD), "hard", [0.05, 0.45, 0.05], [False, True, False])
    return joined([first, second])


def test_report_by_hand(trails):
    report = trails.report(["hard", "easy"])
    assert report["accuracy_by_step"] == pytest.approx([1 / 3, 1, 1 / 3])
    assert report["steps_to_solve"] == {"1": 1, "2": 2}
    assert report["never_right"] == 0
    assert report["median_halt"] == 1.5
    assert [*report["by_level"].items()] == [
        ("hard", {"puzzles": 1, "accuracy": 0.0}),
        ("easy", {"puzzles": 2, "accuracy": 1.0}),
    ]
    assert report["hit_the_limit"] == [{"source": "test:1", "level": "hard", "first_right": 2}]
    assert sum(row["frames"] for row in report["calibration"]) == 9
    surest = report["calibration"][-1]
    assert surest == {"frames": 3, "probability": pytest.approx((0.96 + 0.91 + 0.95) / 3), "right": 1.0}
    least = report["calibration"][0]
    assert least == {"frames": 3, "probability": pytest.approx(0.05), "right": 0.0}


def test_halting_needs_the_rules_and_the_head():
    trails = Trails(2)
    walk(trails, 0, read(EASY), "easy", [0.9, 0.9], [True, False], verified=[False, True])
    assert trails.trails[0][2:] == (1, 2, False)  # right first, halted where the rules agree, with a wrong answer


def test_a_valid_answer_halts_too_when_it_did_not_change():
    trails = Trails(3)
    walk(trails, 0, read(EASY), "easy", [0.1, 0.1, 0.1], [True, True, True], is_changing=False)
    walk(trails, 1, read(EASY), "easy", [0.1, 0.1, 0.1], [False, True, True])
    assert [trail.halted for trail in trails.trails] == [2, None]


def test_page_tells_all(trails):
    told = {
        "data": "a<b.csv", "puzzles": 3, "halted_exact": 0.5, "mean_steps": 1.5, "searched": None,
        "puzzles_per_second": 2.0, "weights": "0123", "dtype": "float32", "report": trails.report(["easy"]),
    }  # fmt: skip
    text = page([told])
    for words in (
        "a&lt;b.csv",
        "Hit the limit of 3 steps: 1 puzzle<",
        "test:1",
        "at step 2",
        "100.00%",
        "not measured",
    ):
        assert words in text
    drawing = text[text.index("<svg") : text.index("</svg>") + 6]
    assert len([*ElementTree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}polyline")]) == 3
