"""The ARC net: equivariant to the colours, and blind to padding; and the lessons it is taught by."""

import json

import numpy as np
import pytest
import torch

from trm_cli.domains import domain
from trm_cli.domains.arc import bits
from trm_cli.domains.arc.bits import COLOUR, PLANES
from trm_cli.domains.arc.lessons import lessons
from trm_cli.model.config import ADAPTED
from trm_cli.model.nets import build
from trm_cli.puzzle import IGNORED
from trm_cli.solving.adapt import collated

ARC = domain("arc")
NAMED = ("has a colour seen first above",)


def task(colours):
    """A small task, written in other colours."""
    grid = np.array(colours)[np.array([[0, 1, 2, 0], [0, 0, 1, 0], [3, 0, 0, 0]])]
    pair = {"input": grid.tolist(), "output": grid[:, ::-1].tolist()}
    (puzzle,) = ARC.parse(json.dumps({"train": [pair, pair], "test": [{"input": grid.tolist()}]}), "a")
    return puzzle


@pytest.fixture
def model():
    torch.manual_seed(0)
    return build(ADAPTED).eval()


def logits_of(model, batch, steps=2):
    x = model.net.embed(batch.tokens)
    y, z = model.start(x)
    for _ in range(steps):
        (y, z), logits, halt = model.deep_recursion(x, y, z)
    return logits, halt


@torch.no_grad()
def test_other_colours_give_other_columns_of_the_same_logits(model):
    """Black is told from the others by a bit, and so stays black; the codes of colours begin at zero."""
    written = [task([0, 1, 2, 3]), task([0, 7, 4, 9])]
    first, second = (collated(lessons(puzzle, (3, 4), ())[-1]) for puzzle in written)
    a, halt_a = logits_of(model, first)
    b, halt_b = logits_of(model, second)
    order = [0, 2, 1, 3]  # 7, 4, 9 are sorted into the palette
    torch.testing.assert_close(a, b[..., order], rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(halt_a, halt_b, rtol=1e-4, atol=1e-4)
    with torch.no_grad():
        model.net.bits[COLOUR:PLANES].normal_()
    c, _ = logits_of(model, second)
    assert not torch.allclose(a, c[..., order], atol=1e-2)


@torch.no_grad()
def test_padding_changes_nothing(model):
    small = lessons(task([0, 1, 2, 3]), (3, 4), ())[-1][0]
    wide = lessons(task([0, 1, 2, 3]), (5, 9), ())[-1][0]
    alone, _ = logits_of(model, collated([small]))
    beside, _ = logits_of(model, collated([small, wide]))
    found = beside[0].view(5, 9, -1)[:3, :4].reshape(12, -1)
    torch.testing.assert_close(found, alone[0], rtol=1e-4, atol=1e-4)


def test_lessons_turn_and_come_back():
    puzzle = task([0, 1, 2, 3])
    *demos, asked = lessons(puzzle, (2, 2), ())
    assert len(demos) == 2
    for lesson in demos[1]:
        assert lesson.labels.shape == lesson.tokens.shape[1:]
        assert np.array_equal(lesson.answer(lesson.labels), puzzle.demos[1].output)
        assert int(lesson.tokens[0, 0, 0]) >> (bits.ORIENTATION + lesson.way) & 1
    assert asked[0].tokens.shape == (4, 3, 4)  # the input is larger than the output
    in_output = asked[0].tokens >> bits.IN_OUTPUT & 1
    assert in_output[0].tolist() == [[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0]]
    assert all(lesson.labels is None for lesson in asked)
    larger = lessons(puzzle, (5, 4), ())[-1][0]
    exists = larger.tokens >> bits.IN_INPUT & 1
    assert exists[0].sum(1).tolist() == [4, 4, 4, 0, 0]
    assert (collated([asked[0]]).labels == IGNORED).all()
