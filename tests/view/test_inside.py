"""What goes on inside: the rows against what the engine's own tensors say, and the pictures of them."""

import math
import textwrap
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from tests.view.test_view import drawn
from trm_cli.domains import domain
from trm_cli.solving import engine
from trm_cli.solving.options import SolveOptions
from trm_cli.solving.step import Loaded
from trm_cli.view import inside
from trm_cli.view.charts import LETTERS, Chart, sheet
from trm_cli.view.theme import ASCII

SUDOKU = domain("sudoku")


@pytest.fixture
def outcome(toy, easy):
    return [*engine.solve([easy], Loaded(toy, SUDOKU), SolveOptions(3, "none", trace=True))][-1].outcome


@torch.no_grad()
def test_rows_are_what_the_tensors_say(toy, easy, outcome):
    x = toy.net.embed(torch.from_numpy(SUDOKU.encode(easy)[0])[None])
    before = toy.start(x)
    state, logits, halt = toy.deep_recursion(x, *before)
    row = inside.rows(outcome)[0]
    p = logits.softmax(-1)
    assert row.entropy == pytest.approx(float(-(p * p.log()).sum(-1).mean() / math.log(2)), rel=1e-4)
    assert row.halt == pytest.approx(float(halt.sigmoid()), rel=1e-4)
    assert row.z_change == pytest.approx(float((state.z - before.z).square().mean().sqrt()), rel=1e-4)
    assert row.y_norm == pytest.approx(1, abs=1e-2)
    classes = toy.net.logits(state.z).argmax(-1)[0].numpy().reshape(9, 9)
    assert row.latent == int((SUDOKU.decode(easy, classes) != outcome.frames[0].grid).sum())
    assert row.conflicts == len(SUDOKU.verify(easy, outcome.frames[0].grid).cells) > 0
    assert row.residual is None
    assert row.changed == 51


def test_padding_does_not_count_in_norms():
    """Two mazes of which one is padded on its canvas have states of norm 1 both."""
    from trm_cli.model.nets import build
    from trm_cli.train.presets import preset

    torch.manual_seed(0)
    model = build(preset("maze", "quick").model).eval()
    mazes = [next(domain("maze").generate(kind, "easy", 0)) for kind in ("6x9", "12x12")]
    events = engine.solve(mazes, Loaded(model, domain("maze")), SolveOptions(1, "none", trace=True))
    assert [event.frame.measures.z_norm for event in events] == pytest.approx([1, 1], abs=0.01)


def test_padding_does_not_count_in_the_entropy():
    """The answer head says the same of every padded cell: it must not matter how many there are."""
    from trm_cli.model.nets import build
    from trm_cli.train.presets import preset

    torch.manual_seed(0)
    model = build(preset("maze", "quick").model).eval()
    (maze,) = domain("maze").parse("\n".join(["S" + " " * 6, *[" " * 7] * 5, " " * 6 + "G"]), "m")
    tokens = torch.from_numpy(domain("maze").encode(maze)[0])[None]
    x = model.net.embed(tokens)
    _, logits, _ = model.deep_recursion(x, *model.start(x))
    p = logits[0].view(10, 10, 2)[:7, :7].softmax(-1)
    (event,) = engine.solve([maze], Loaded(model, domain("maze")), SolveOptions(1, "none", trace=True))
    assert event.frame.measures.entropy == pytest.approx(float(-(p * p.log2()).sum(-1).mean().detach()), rel=1e-3)


def test_table_and_curves(outcome):
    rows = inside.rows(outcome)
    table = drawn(inside.render_table(rows), width=80).splitlines()
    assert len(table) == 4
    kept = [heading for heading in inside.HEADINGS.values() if heading not in ("|y|", "|z|")]  # which are 1.000
    assert table[0].split() == " ".join(kept).split()
    other = [row._replace(y_norm=2.0) for row in rows]
    assert "|y|" in drawn(inside.render_table(other), width=80).splitlines()[0].split()
    words = drawn(inside.render_words(rows), width=100)
    assert all(words.count(f"{heading} ") for heading in kept[1:])
    assert words.count("\n") == len(kept) - 1
    curves = drawn(inside.render_curves(rows, ASCII))
    assert curves.count("\n") == len(inside.TITLES)
    pair = drawn(inside.render_pair(outcome.puzzle, outcome.frames[-1], ASCII), width=80)
    assert pair.splitlines()[0].split() == ["y", "after", "step", "3", "z", "through", "the", "answer", "head"]


def test_the_sentence_of_a_chart_is_two_lines_at_most():
    notes = [note for *_, note in inside.CHARTS]
    assert all(len(textwrap.wrap(note, LETTERS)) <= 2 for note in notes)


def test_charts_have_titles_sentences_and_legends(outcome):
    root = ElementTree.fromstring(inside.charts(inside.rows(outcome)))
    texts = " ".join(text.text for text in root.iter("{http://www.w3.org/2000/svg}text"))
    for title, names, note in inside.CHARTS:
        assert title in texts
        assert note in texts
        assert all(inside.TITLES[name] in texts for name in names)
    assert texts.count(" step") >= len(inside.CHARTS)
    assert len([*root.iter("{http://www.w3.org/2000/svg}polyline")]) == len(inside.TITLES)


def test_a_chart_puts_values_where_they_belong():
    root = ElementTree.fromstring(sheet([Chart("a < b", [1, 2, 3], [0.0, None, 4.0])]))
    (line,) = root.iter("{http://www.w3.org/2000/svg}polyline")
    assert line.get("points") == "52,196 324,84"
    bars = ElementTree.fromstring(sheet([Chart("bars", [1, 2], [1, 2], bars=True)]))
    heights = [float(rect.get("height")) for rect in bars.iter("{http://www.w3.org/2000/svg}rect")][1:]
    assert np.allclose(heights, [56, 112])
    assert sheet([Chart("nothing", [], [])]).startswith("<svg")
