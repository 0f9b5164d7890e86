"""The ladder of explanations: its optimiser, tasks that it explains, its words."""

from dataclasses import replace

import numpy as np
import pytest

from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.planes import planes
from trm_cli.puzzle import Puzzle
from trm_cli.solving.explain import (
    CONSISTENT,
    PENALTIES,
    Explanation,
    Weight,
    attempts,
    explanations,
    selection,
)
from trm_cli.solving.sheets import SO_FAR
from trm_cli.solving.sparse import Design, Path
from trm_cli.solving.words import description, proof, words


def drawn(text):
    return np.array([[int(c) for c in row.replace(".", "0")] for row in text.split()], np.uint8)


def task(given, *demos, solution=None):
    pairs = tuple((drawn(question), drawn(answer)) for question, answer in demos)
    return Puzzle("arc", "made", drawn(given), "0123456789", solution, demos=pairs)


def flooded(text):
    """Return a grid in which every colour runs down to the border, or to other ink."""
    grid = drawn(text)
    for r in range(1, len(grid)):
        grid[r] = np.where(grid[r] == 0, grid[r - 1], grid[r])
    return " ".join("".join(map(str, row)) for row in grid)


FALLING = task(
    "..3..6 .2.... ....3. 4....1 ......",
    *(
        (text, flooded(text))
        for text in (
            "1.3... ..2..1 2.4... ...... 3....2",
            ".3.... 1....6 43..12 ...... 12....",
            "...53. .1.... ...1.2 ....6.",
        )
    ),
)
CUT_AND_MIRRORED = task(
    "...... .122.. ..1... ......",
    ("..... .345. .3.3. .....", "543 3.3"),
    ("2345. ..4.. ..... .....", "5432 .4.."),
    ("..... ..... ..12. ..11. ..22.", "21 11 22"),
)
"""The box of all ink, mirrored."""


def random_design(seed=0):
    """Two demonstrations of 20 cells and 3 colours, 12 planes, labels that follow two of them."""
    rng = np.random.default_rng(seed)
    planes = rng.random((12, 120)) < 0.3
    edges = np.arange(0, 121, 20)
    groups = np.array([(k % 2, 3 + k) for _ in range(2) for k in range(3)])
    cells = np.concatenate([np.tile(np.arange(20), 3), np.tile(np.arange(20, 40), 3)])
    scores = 3.0 * planes[2] - 2.0 * planes[7] + rng.normal(size=120)
    is_right = np.zeros(120, bool)
    for cell in range(40):
        rows = np.flatnonzero(cells == cell)
        is_right[rows[scores[rows].argmax()]] = True
    return Design(planes, groups, edges, cells, is_right, np.full(6, 1 / 40))


@pytest.mark.parametrize("penalty", [0.05, 0.01])
def test_a_path_ends_at_the_optimum(penalty):
    """At the optimum of an L1 penalty no gradient is larger than it, and that of every weight is as large."""
    design = random_design()
    path = Path(design, np.ones((6, 12)))
    for _ in range(30):
        path.descend(penalty)
    exps = np.exp(path.scores())
    residual = np.repeat(design.shares, 20) * (exps / np.bincount(design.cells, exps)[design.cells] - design.is_right)
    gradient = np.zeros((6, 12))
    for block, (first, second) in enumerate(design.groups):
        rows = slice(design.edges[block], design.edges[block + 1])
        at = design.planes[:, rows] @ residual[rows]
        gradient[first] += at
        gradient[second] += at
    assert np.abs(gradient).max() < penalty * 1.05
    is_there = path.weights != 0
    assert is_there.any()
    assert np.allclose(gradient[is_there], -penalty * np.sign(path.weights[is_there]), atol=penalty * 0.05)


def test_a_path_like_another_with_shares_of_its_own():
    """Blocks without a share have no say."""
    design = random_design()
    every = Path(design, np.ones((6, 12)))
    some = Path(design, np.ones((6, 12)), like=every)
    some.shares = np.where(np.arange(6) < 3, 1 / 20, 0.0)
    labels = np.concatenate((design.is_right[:60], np.roll(design.is_right[60:], 20)))
    other = Path(replace(design, is_right=labels), np.ones((6, 12)))
    other.shares = some.shares
    some.descend(0.02)
    other.descend(0.02)
    assert np.array_equal(some.weights, other.weights)
    every.descend(0.02)
    assert not np.array_equal(some.weights, every.weights)


def test_a_rule_is_explained_proven_and_put_into_words():
    found = list(explanations(FALLING))
    best = attempts(FALLING, found)[0]
    assert best.fits
    assert best.is_proven
    assert best.answer.tolist() == drawn(flooded("..3..6 .2.... ....3. 4....1 ......")).tolist()
    assert best.planes == ("it has, or sees first above",)
    assert words(best) == "a cell takes the colour that it has, or sees first above"
    assert any(e.rung and e.fits for e in found)
    assert proof(best) == "right in all 3 demonstrations"


def test_around_a_grid_put_into_the_canvas_there_is_background():
    """Every colour runs to the upper right, on a canvas of three times the height."""
    rays = task(
        "..4.",
        ("1...", "..1. .1.. 1..."),
        (".2..", "...2 ..2. .2.."),
        ("3.5.", "..3. .3.5 3.5."),
    )
    best = attempts(rays, list(explanations(rays)))[0]
    assert best.answer.tolist() == drawn(".... ...4 ..4.").tolist()
    assert best.through == "the grid put into the lower left corner"


def test_an_answer_of_another_size_goes_through_a_proposal():
    best = attempts(CUT_AND_MIRRORED, list(explanations(CUT_AND_MIRRORED)))[0]
    assert best.answer.tolist() == [[2, 2, 1], [0, 1, 0]]
    assert best.through == "the box of all ink"
    assert words(best).startswith("looking at the box of all ink instead of the input: ")


def test_a_single_plane_that_is_right_everywhere_is_rung_0():
    puzzle = task("12 34", ("1. .2", ".1 2."), ("123 ...", "321 ..."))
    first = next(explanations(puzzle))
    assert (first.rung, first.fits, first.answer.tolist()) == (0, True, [[2, 1], [4, 3]])
    assert words(first) == "a cell takes the colour that lies in the left-right mirror"
    assert proof(first) == "right in both demonstrations, but two demonstrations are too few to be sure"
    assert (first.is_consistent, first.is_proven) == (True, False)


def test_the_answer_is_looked_at_again_where_nothing_is_proven():
    """Noise cannot be explained: all rungs of all depths are tried, the same every time."""
    rng = np.random.default_rng(0)
    pairs = tuple(tuple(rng.integers(0, 3, (3, 3)).astype(np.uint8) for _ in range(2)) for _ in range(2))
    puzzle = Puzzle("arc", "noise", rng.integers(0, 3, (3, 3)).astype(np.uint8), "0123456789", demos=pairs)
    found = list(explanations(puzzle))
    assert {e.depth for e in found} == {0, 1, 2}
    assert [e.rung for e in found if e.depth == 2] == [1, 2, 3, 4]
    assert not any(e.is_proven for e in found)
    again = list(explanations(puzzle))
    assert [e.weights for e in again] == [e.weights for e in found]
    assert all(np.array_equal(a.answer, b.answer) for a, b in zip(again, found, strict=True))
    assert {e.depth for e in explanations(puzzle, depths=1, bases=0)} == {0}


def test_a_network_gets_the_planes_that_weigh_most():
    found = list(explanations(FALLING))
    names = selection(found, 5)
    assert names == ("it has, or sees first above",)
    assert planes(Canvas(FALLING.given, tuple(range(7)), (5, 6))).chosen(names).shape == (1, 7, 5, 6)
    assert selection([]) == ()


def test_a_single_demonstration_proves_little():
    rng = np.random.default_rng(3)
    grids = [rng.integers(0, 3, (4, 4)).astype(np.uint8) for _ in range(3)]
    found = list(explanations(Puzzle("arc", "one", grids[0], "0123456789", demos=((grids[1], grids[2]),))))
    assert {e.depth for e in found} == {0, 1, 2}
    assert not any(e.is_proven for e in found)


def test_nothing_is_explained_without_a_size():
    assert list(explanations(task("1", ("1", "11 11 11"), ("1", "1")))) == []


def explanation(answer, rung=1, n_right=2, n_predicted=0, through="", n_demos=2):
    weights = (Weight("it has", True, 2, 1.0),)
    return Explanation(0, through, rung, drawn(answer), weights, n_demos, n_right, n_predicted)


def test_attempts_differ_and_the_likeliest_come_first():
    puzzle = task("12", ("1.", "2."), (".1", ".2"))
    guess, proven, again = explanation("11"), explanation("22", 3, 2, 2), explanation("22", 4)
    copied, through, wrong = explanation("12"), explanation("33", through="x"), explanation("44", n_right=1)
    found = [copied, guess, proven, again, through, wrong]
    order = [e.answer[0, 0] for e in attempts(puzzle, found, 9)]
    assert order == [2, 1, 3, 4, 1]
    # Many votes count for more than one that is a little better: rungs that agree are seldom wrong.
    sure, agreeing = explanation("44", 2, 2, 1), [explanation("33", rung) for rung in (2, 3, 4)]
    assert [e.answer[0, 0] for e in attempts(puzzle, [sure, *agreeing])] == [3, 4]
    assert attempts(puzzle, found)[1] is guess
    assert attempts(puzzle, [copied]) == [copied]


def test_words():
    weights = (
        Weight("it sees first above", True, 2, 3.0),
        Weight("is in a hole", False, 1, 2.5),
        Weight("is in the border", False, 5, 2.0),
        Weight("lies in its row", True, 5, 2.0),
        Weight("it has", True, 2, 1.0),
        Weight("is the rarest", True, 2, -0.1),
        Weight("is black", False, 2, 0.1),
    )
    said = replace(explanation("1"), weights=weights)
    assert words(said).split("; ") == [
        "a cell takes the colour that it sees first above",
        "a cell takes a colour that the input lacks where it is in a hole",
        "a cell is red where it is in the border",
        "a cell is red where red is the colour that lies in its row",
        "the rest is copied",
    ]
    assert words(said, 1).split("; ")[1:] == ["and 3 more", "the rest is copied"]
    assert words(replace(said, through="the first panel")).startswith(
        "looking at the first panel instead of the input: a cell"
    )
    for name in ("a row of the inks,", "a row, repeated"):
        assert words(replace(said, through=name)).startswith(f"looking at {name.removesuffix(',')}, instead of the")
    assert words(replace(said, weights=weights[4:5], rung=0)) == "every cell is copied"
    again = (Weight(f"lies nearest{SO_FAR}", True, 2, 1.0),)
    assert words(replace(said, weights=again)) == (
        "looking again, also at a first answer: a cell takes the colour that lies nearest, in the answer so far"
    )


def test_what_a_cell_does_not_take_is_said():
    """A weight below zero may be the heaviest; small weights on either side are left out."""
    weights = (
        Weight("is in a hole", False, 0, -5.0),
        Weight("lies nearest", True, 2, 3.0),
        Weight("it has", True, 2, -2.0),
        Weight("is the rarest", True, 0, -2.0),
        Weight("is in the border", False, 5, -2.0),
        Weight("lies in its row", True, 5, -2.0),
        Weight("is in the top row", False, 5, -0.9),
        Weight("is in the bottom row", False, 5, 0.9),
    )
    assert words(replace(explanation("1"), weights=weights), 9).split("; ") == [
        "a cell takes the colour that lies nearest",
        "a cell does not take the colour of the background where it is in a hole",
        "a cell does not take the colour that it has",
        "a cell does not take the colour that is the rarest, if it is that of the background",
        "a cell is not red where it is in the border",
        "a cell is not red where red is the colour that lies in its row",
    ]


def test_beliefs():
    proven, single = explanation("1", 2, 3, 3, n_demos=3), explanation("1", 0, 3, n_demos=3)
    assert (proven.belief, single.belief) == (CONSISTENT, CONSISTENT)
    assert proven.is_proven
    assert single.is_proven
    assert explanation("1", 2, 2, 2).belief == CONSISTENT
    assert not explanation("1", 2, 2, 2).is_proven
    for doubted in (replace(proven, is_agreed=False), replace(single, is_agreed=False), replace(proven, n_cells=3)):
        assert not doubted.is_consistent
        assert doubted.belief == pytest.approx(1.3)
    partly, fits, through = explanation("1", 2, 2, 1), explanation("1"), explanation("1", through="x")
    wrong = explanation("1", n_right=1)
    assert [e.belief for e in (partly, fits, through, wrong)] == pytest.approx([0.8, 0.3, 0.21, 0.01])
    assert [explanation("1", rung, 3, 3, n_demos=3).is_explained for rung in (0, 1, 2)] == [True, True, False]
    assert proof(proven).endswith("each follows from the others, but it takes many statements")
    assert proof(explanation("1", 2, 2, 2)).endswith(
        "each follows from the other, but two demonstrations are too few to be sure"
    )
    assert proof(explanation("1", n_right=1)) == "right in 1 of 2 demonstrations"
    assert proof(explanation("1", n_right=0, n_demos=1)) == "wrong in the only demonstration"
    assert proof(explanation("1", n_right=1, n_demos=1)) == (
        "right in the only demonstration, but one demonstration is too few to be sure"
    )
    assert proof(explanation("1")) == "right in both demonstrations, but none follows from the other"
    assert proof(explanation("1", 2, 3, 1, n_demos=3)) == (
        "right in all 3 demonstrations, but only 1 follows from the others"
    )
    assert proof(explanation("1", 2, 3, 2, n_demos=3)).endswith("but only 2 follow from the others")
    assert proof(replace(proven, is_agreed=False)) == (
        "right in all 3 demonstrations, and each follows from the others, but another answer fits them too"
    )
    assert proof(replace(single, is_agreed=False)).endswith(
        "right in all 3 demonstrations, but another answer fits them too"
    )
    assert proof(replace(proven, n_cells=3)).endswith("follows from the others, but their cells are too few to be sure")


def test_a_task_is_described():
    lines = list(description(FALLING))
    assert lines[0] == "demonstrations: 5x6 to 5x6, 5x6 to 5x6, 4x6 to 4x6; input 5x6"
    assert lines[1] == "colours: black, blue, red, green, yellow, grey, pink"
    assert lines[2] == "size of the answer: 5x6, the size of the input"
    assert lines[3].startswith("explanation: a cell takes the colour that it has, or sees first above")
    lost = list(description(task("1", ("1", "11 11 11"), ("1", "1"))))
    assert lost[-1] == "size of the answer: no function of the input fits all demonstrations"


def test_rungs_go_from_few_planes_to_many():
    assert list(PENALTIES) == sorted(PENALTIES, reverse=True)
    path = Path(random_design(), np.ones((6, 12)))
    n_weights = []
    for penalty in PENALTIES:
        path.descend(penalty)
        n_weights.append(np.count_nonzero(path.weights))
    assert n_weights == sorted(n_weights)
    assert 0 < n_weights[0] < n_weights[-1]


def test_a_copy_is_a_copy():
    """Figures that rest on the ground have fallen too, but nothing says that the test's must fall."""
    copied = task("222.52 12....", *((text, text) for text in ("..998. ..17.9", "...467 7436.6", "94.... 8.94.4")))
    (found,) = explanations(copied)
    assert (found.is_explained, found.answer.tolist()) == (True, copied.given.tolist())


def test_a_demonstration_that_no_plane_explains():
    """Without the other one, a demonstration may leave no plane with a weight."""
    doubled = task("110", ("1", "11 11"), ("1.", "1.1. 1.1."))
    assert all(found.answer.shape == (2, 6) for found in explanations(doubled))


def test_an_answer_so_far_that_is_right_is_explained_by_its_own_statements():
    """Only the middle column stays. "A cell takes the colour that it has, in the answer so far" would say nothing."""
    middle = task(
        "..3...7 81.8... ..3.8.3 .7.1.7. ....... 1.86... .8.6.1.",
        ("64. .39 1..", ".4. .3. ..."),
        ("8.3.. 8656. 363.. ...59 5.9..", "..3.. ..5.. ..3.. ..... ..9.."),
        ("3.4.. 3.47. .6..7 ..8.. .8.22", "..4.. ..4.. ..... ..8.. ....."),
    )
    best = attempts(middle, list(explanations(middle)))[0]
    assert (best.rung, best.is_explained) == (0, True)
    assert words(best).startswith("a cell takes the colour of the background where it is not in the middle column; ")


def test_planes_for_a_network_are_of_the_input():
    """A single plane of an answer so far may explain a small task: a network has no such planes."""
    inverted = task("11.1", ("1.", ".1"), (".1.", "1.1"))
    made = planes(Canvas(inverted.given, (0, 1), (1, 4), -1))
    assert set(selection([*explanations(inverted)])) <= {*made.names}
