"""Standard input is cut where puzzles are complete, and read no further than that."""

import io
import sys

import pytest

from tests.conftest import EASY, HARD
from trm_cli import reading
from trm_cli.domains import arrival
from trm_cli.errors import TrmError
from trm_cli.puzzle import Puzzle

GRID = "\n".join(EASY[i : i + 9] for i in range(0, 81, 9)) + "\n"
MAZE = "#####\n#S G#\n#####\n"
OBJECT = f'{{"question": "{EASY}"}}\n'


class Pipe:
    """Standard input that gives a piece at a time, and remembers how many were asked for."""

    def __init__(self, pieces: list[str]) -> None:
        self.pieces, self.n_read = [piece.encode() for piece in pieces], 0
        self.buffer = self

    def read1(self, n: int) -> bytes:
        self.n_read += 1
        return self.pieces.pop(0) if self.pieces else b""


def piped(monkeypatch, *pieces):
    pipe = Pipe([*pieces])
    monkeypatch.setattr(sys, "stdin", pipe)
    return pipe, reading.puzzles(("-",))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"{EASY}\n", f"{HARD}\n"),
        (f"# mine\n\n{EASY}\n", f"{HARD}\n"),
        (OBJECT, OBJECT),
        (f"question,answer\n{EASY},\n", f"{HARD},\n"),
        (f"question\n{EASY}\n", f"{HARD}\n"),
        (GRID, GRID),
        (f"{MAZE}\n", MAZE),
    ],
    ids=["a line", "behind a comment", "JSON lines", "CSV", "a column", "a grid", "a maze"],
)
def test_the_first_puzzle_is_there_before_the_second(monkeypatch, first, second):
    pipe, items = piped(monkeypatch, first, second)
    puzzle = next(items)
    assert isinstance(puzzle, Puzzle)
    assert pipe.n_read == 1
    (last,) = items
    assert (puzzle.name, last.name) == ("<stdin>", "<stdin>#2")
    assert last.source.startswith(f"<stdin>:{first.count(chr(10)) + 1}") or "{" in first


@pytest.mark.parametrize("title", ["Puzzle", "quiz"])
def test_a_word_that_could_be_a_header_may_be_a_title(monkeypatch, tmp_path, title):
    text = f"{title}\n{GRID}"
    (tmp_path / "titled.txt").write_text(text)
    read = [*piped(monkeypatch, f"{title}\n", GRID)[1], *reading.puzzles((str(tmp_path / "titled.txt"),))]
    assert ["".join(map(str, puzzle.given.flat)) for puzzle in read] == [EASY.replace(".", "0")] * 2


def test_lines_are_whole_wherever_they_are_cut(monkeypatch):
    text = f"{EASY}\n{HARD}\n" * 3
    _, items = piped(monkeypatch, *(text[i : i + 50] for i in range(0, len(text), 50)))
    assert [puzzle.text(puzzle.given) for puzzle in items] == [EASY, HARD] * 3


@pytest.mark.parametrize(
    "text",
    [
        "5 9\n#########\n#S     G#\n#########\n",
        "[[1,1,1],\n[3,2,4],\n[1,1,1]]\n",
        "\n\n".join("\n".join(" ".join(EASY[r * 9 : r * 9 + 9]) for r in range(b, b + 3)) for b in (0, 3, 6)),
        "0 0 1 1\n" * 3,
        "\n".join(["111111111", "120000031", *["111111111"] * 10]) + "\n",
        "#####\n#S  #\n\n#  G#\n#####\n",
    ],
)
def test_what_may_go_on_is_read_to_its_end(monkeypatch, text):
    pipe, items = piped(monkeypatch, *(f"{line}\n" for line in text.split("\n")))
    found = [*items]
    assert pipe.n_read > text.count("\n")
    whole = [*reading._of_text(reading.Text("<stdin>", text), None, reading.NOWHERE)]
    assert [told(item) for item in found] == [told(item) for item in whole]


def told(item):
    return str(item) if isinstance(item, TrmError) else (item.name, item.source, item.text(item.given))


def test_errors_name_their_lines_in_all_of_the_input(monkeypatch):
    _, items = piped(monkeypatch, f"{EASY}\n", f"{EASY}\n55{EASY[2:]}\n{EASY}\n")
    found = [*items]
    assert [isinstance(item, TrmError) for item in found] == [False, False, True, False]
    assert str(found[2]).startswith("<stdin>:3:1 and <stdin>:3:2: ")
    assert found[3].source == "<stdin>:4"


def test_other_puzzles_may_follow(monkeypatch):
    _, items = piped(monkeypatch, f"{EASY}\n", MAZE, f"\n{GRID}")
    assert isinstance(next(items), Puzzle)
    assert [*items]
    _, items = piped(monkeypatch, OBJECT, '{"task": "maze", "question": ["S#", " G"]}\n')
    assert [puzzle.task for puzzle in items] == ["sudoku", "maze"]


def test_what_is_no_text(monkeypatch):
    for content in (b"\xff\xfe1", b"\x99\x81", f"{EASY}\n".encode() + b"\x00\n"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        *_, error = reading.puzzles(("-",))
        assert "<stdin>: not text" in str(error)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{EASY}\n".encode() * 9)))
    (error,) = reading.puzzles(("-",), max_bytes=200)
    assert "more than 200 bytes; --max-bytes allows more" in str(error)


def test_a_quote_over_lines_is_not_cut():
    pieces = ['question,note\n"', f'{EASY}","a\n', 'b"\n', f"{HARD},\n"]
    chunks = [*arrival.chunks(iter(pieces))]
    assert len(chunks) == 2
    assert chunks[0].text.endswith('b"\n')
