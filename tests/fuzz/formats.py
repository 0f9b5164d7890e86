"""The thirteen formats that the program reads, each with small samples and the call that reads a damaged one."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from tests.conftest import EASY, HARD, SOLVED
from tests.fuzz.mutations import mutated
from trm_cli import reading, trace
from trm_cli.domains import domain, published
from trm_cli.puzzle import Frame, Measures, Outcome, Puzzle
from trm_cli.view.report import as_json, write_outcome
from trm_cli.view.theme import UNICODE

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
STAMP = {"weights": "0123", "seed": 0, "model": "toy", "max_steps": 16}


@dataclass(frozen=True)
class Format:
    """A format: its samples, the name of a file of it, and how it is read."""

    name: str
    file: str
    samples: Callable[[], list[bytes]]
    read: Callable[[Path], object]

    def make(self, folder: Path, seed: int) -> Path:
        """Write a damaged file; return the path to read."""
        path = folder / self.file
        path.write_bytes(mutated(self.samples(), seed))
        return path


@dataclass(frozen=True)
class Folder(Format):
    """A format of several files, one of which is damaged."""

    def make(self, folder: Path, seed: int) -> Path:
        """Write all of the files; return their folder."""
        files = _data_set()
        name = random.Random(seed).choice([*files])
        for file, content in files.items():
            (folder / file).write_bytes(mutated([content], seed) if file == name else content)
        return folder


def _puzzles(path: Path) -> None:
    """Read puzzles as `trm check` does, up to what the rules say of the first."""
    for n, item in enumerate(reading.puzzles((str(path),))):
        if isinstance(item, Puzzle) and n == 0 and item.task != "sudoku":
            domain(item.task).diagnose(item)


def _trace(path: Path) -> None:
    """Read traces as `trm show` does, and draw the last picture."""
    for traced in trace.read(path.read_text(encoding="utf-8", errors="replace"), path.name):
        write_outcome(traced.outcome, "pretty", {}, UNICODE, False, 80)


def _data_folder(path: Path) -> None:
    for folder in published.splits(path):
        for _ in published.puzzles(folder):
            pass


def _weights(path: Path) -> None:
    from trm_cli.model import weights

    weights.load(path)


def _checkpoint(path: Path) -> None:
    from trm_cli.model import official

    official.read(path, "sudoku" if path.stat().st_size % 2 else "maze")


def _rows(text: str, n: int = 9) -> list[str]:
    return [text[i : i + n] for i in range(0, len(text), n)]


def _boxed() -> str:
    rows = [" | ".join(" ".join(row[i : i + 3]) for i in (0, 3, 6)) for row in _rows(EASY)]
    return "\n------+-------+------\n".join("\n".join(rows[i : i + 3]) for i in (0, 3, 6))


MAZE = "#########\n#S  #   #\n# # # # #\n# #   #G#\n#########"


@cache
def _sudoku_text() -> list[bytes]:
    grids = [
        EASY, f"{EASY},{SOLVED}\n{HARD}", "\n".join(_rows(EASY)), _boxed(), "Grid 01\n" + "\n".join(_rows(HARD)),
        "| " + " |\n| ".join(" | ".join(row.replace(".", " ")) for row in _rows(EASY)) + " |",
        "9\n" + "\n".join(" ".join(row) for row in _rows(EASY.replace(".", "0"))), f":0000:x:{EASY}:::",
        "board = [\n" + ",\n".join(f"  [{', '.join(row.replace('.', '0'))}]" for row in _rows(EASY)) + ",\n]",
        "\n".join(row.replace(".", " ")[:3] + "|" + row[3:6] + "|" + row[6:] for row in _rows(EASY)),
        f'<opensudoku><game data="{EASY.replace(".", "0")}" /></opensudoku>', "1 . . . . . 3 . . 2 . . . . . 4",
    ]  # fmt: skip
    return [grid.encode() for grid in grids]


@cache
def _maze_text() -> list[bytes]:
    hexadecimal = "913\nAC6\nC53\n\n0,0\n2,2\nSE\n"
    mazes = [
        MAZE, MAZE.replace(" ", "."), "+--+--+--+\n|S |     |\n+  +  +  +\n|     | G|\n+--+--+--+", hexadecimal,
        "┌──┬─────┐\n│S │     │\n│  ╵  ╷  │\n│     │ G│\n└─────┴──┘", f"5 9\n{MAZE}\n\n{MAZE}",
        "1 1 1 1\n0 0 0 1\n1 1 0 0",
        "1,1,1\n2,0,3\n1,1,1", "type octile\nheight 3\nwidth 3\nmap\n...\n.@.\n...", "S..#......#....G",
        "0 0 0 1 1 1\n0 1 1 1 0 1\n1 0 0 0 1 1\n1 1 1 1 0 0", "%%%%%\n%P .%\n%%%%%", "2 2\n0 1\n0 1\n\n1 0\n1 1\n",
        "<ADJLIST_START> (0,0) <--> (0,1) ; (0,1) <--> (1,1) ; <ADJLIST_END> <ORIGIN_START> (0,0) <ORIGIN_END> "
        "<TARGET_START> (1,1) <TARGET_END>", "\n".join("".join(2 * char for char in row) for row in MAZE.split("\n")),
        "4 4\nS..#\n#...\n..#.\n.#.G\n2 3\nS.#\n#.G\n", "5x6* o12\n*1****\n*    *\n* ** *\n*  * *\n**2***\n",
        " _____\n|S  | |\n| |  _|\n|_|__G|", "#---#---#\n|S  |   |\n#   #   #\n|     G |\n#---#---#",
        "3\n4\nS...\n.##.\n...G\n0\n11", "1 -1 1 1\n1 0 1 1\n1 0 0 2\n1 1 1 1",
    ]  # fmt: skip
    return [maze.encode() for maze in mazes]


@cache
def _sudoku_json() -> list[bytes]:
    rows = [[int(char) if char != "." else 0 for char in row] for row in _rows(EASY)]
    values = [EASY, _rows(EASY), rows, [EASY, HARD], {"question": EASY, "answer": SOLVED}, {"board": rows},
              {"newboard": {"grids": [{"value": rows, "solution": rows}]}},
              {str(c): {str(r): row[c] for r, row in enumerate(rows)} for c in range(9)}]  # fmt: skip
    return [json.dumps(value).encode() for value in values]


@cache
def _maze_json() -> list[bytes]:
    tokens = [["0# SGo".index(char) for char in row] for row in MAZE.split("\n")]
    ends = {"S": "startPoint", "G": "exitPoint"}
    sides = [
        [{"row": r, "col": c, "north": not r, "south": r > 0, "west": not c, "east": c > 0} for c in (0, 1)]
        for r in (0, 1)
    ]
    values = [MAZE, MAZE.split("\n"), tokens, [tokens, tokens], {"question": MAZE.split("\n"), "answer": tokens},
              {"maze": [{"mazeRow": [*row]} for row in MAZE.split("\n")]}, {"given": "S  # G   ", "shape": [3, 3]},
              [[1, 0, 1], [1, 0, 1], [1, 0, 1]],
              {"start": {"row": 0, "col": 0}, "goal": {"x": 1, "y": 1}, "maze": [[0, 1, 1], [0, 0, 1]]},
              [[{"wall": char == "#"} | ({ends[char]: True} if char in ends else {}) for char in row]
               for row in MAZE.split("\n")],
              {"start": [0, 0], "goal": [1, 1], "maze": sides}]  # fmt: skip
    return [json.dumps(value).encode() for value in values]


@cache
def _csv() -> list[bytes]:
    return [
        f"question,answer,rating\n{EASY},{SOLVED},1.5\n{HARD},,\n".encode(),
        f'"id", "puzzle"\n1, "{EASY}"\n'.encode(),
        b'cell,E,W,N,S\n"(1, 1)",1,0,0,1\n"(2, 1)",0,0,1,0\n"(1, 2)",0,1,0,1\n"(2, 2)",0,0,1,0\n',
        b"question,answer\nS  #  # G,So #o # G\n",
        "\n".join(",".join(row.replace(".", " ")) for row in _rows(EASY)).encode(),
        "\n".join("\t".join(row.replace(".", " ")) for row in _rows(EASY)).encode(),
    ]


@cache
def _sdk() -> list[bytes]:
    grid, solved = "\n".join(_rows(EASY)), "\n".join(_rows(SOLVED))
    komo = ";".join(",".join(f"{char}!" for char in row) for row in _rows(SOLVED))
    return [
        f"#A me\n#D it\n[Puzzle]\n{grid}\n[State]\n{solved}\n".encode(),
        f"{EASY}\n{HARD}\n".encode(),
        komo.encode(),
    ]


@cache
def _npy() -> list[bytes]:
    tokens = np.array([["0# SGo".index(char) for char in row] for row in MAZE.split("\n")], np.uint8)
    found = []
    for array in (tokens, np.stack([tokens] * 3).astype(np.int32), np.full((2, 81), 1), np.array([[*"S#"], [*" G"]])):
        buffer = io.BytesIO()
        np.save(buffer, array)
        found.append(buffer.getvalue())
    return found


@cache
def _arc() -> list[bytes]:
    task = {"train": [{"input": [[1, 0]], "output": [[2]]}], "test": [{"input": [[3]], "output": [[4, 5]]}]}
    values = [task, {"one": task, "two": task}, {"00576224": [{"attempt_1": [[0]], "attempt_2": [[0]]}]},
              {"00576224": [[[3, 2]]]}, [{"input": [[1]], "output": [[2]]}],
              [{"id": "a", "examples": [[[[1]], [["2"]]]], "test_input": [["red", None]], "test_output": ["3 0"]}],
              {"tasks": {"train": {"input": [[[1]]], "output": [[[2]]]}, "test": {"input": [[[3.0]]]}}}]  # fmt: skip
    texts = [
        f"import numpy as np\ntask = {task}\nprint(1)\n", json.dumps(task) + "\n" + json.dumps(task | {"id": "b"}),
        "Example 1:\nInput:\n1 0\n0 2\n\nOutput: [[2, 0], [0, 1]]\n\nTest input:\n```\n30\n04\n```\n",
        "train 1 input: [[1 2]\n [3 4]]\noutput:\n[[1 2]]\nTask 00576224\nNow the test\nInput\n[\n[1, 2],\n]\n",
    ]  # fmt: skip
    return [json.dumps(value).encode() for value in values] + [text.encode() for text in texts]


@cache
def _traces() -> list[bytes]:
    found = []
    for task, text in (("sudoku", f"{EASY} {SOLVED}"), ("maze", MAZE), ("maze", "S.#\n..#\n#.G")):
        (puzzle,) = domain(task).parse(text, "p.txt")
        assert isinstance(puzzle, Puzzle)
        grid = puzzle.given if puzzle.solution is None else puzzle.solution
        measures = Measures(1.0, 1.0, 0.5, 0.25, 0.125, grid)
        sure, verdict = np.full(grid.shape, 0.5, np.float32), domain(task).verify(puzzle, grid)
        frame = Frame(1, grid, sure, 0.25, np.inf, verdict, 0.1, measures)
        frames = (frame, replace(frame, step=2, residual=0.5))
        told = as_json(Outcome(puzzle, frames[-1], 2, 0.2, frames=frames), STAMP)
        found.append(json.dumps(told).encode())
    return [*found, b"\n".join(found)]


@cache
def _results() -> list[bytes]:
    lines = [
        {"schema": 1, "task": task, "name": "x", "given": given, "answer": answer, "shape": shape, "key": "0123"}
        for task, given, answer, shape in (("sudoku", EASY, SOLVED, [9, 9]), ("maze", "S  # G   ", None, [3, 3]))
    ]
    both = "\n".join(map(json.dumps, lines))
    return [both.encode(), *(json.dumps(line).encode() for line in lines), both.replace("given", "question").encode()]


@cache
def _data_set() -> dict[str, bytes]:
    import tempfile

    (puzzle,) = domain("sudoku").parse("1234341221434321 1234341221434321", "x")
    assert isinstance(puzzle, Puzzle)
    split = published.build(domain("sudoku"), [puzzle], 1, np.random.default_rng(0))
    with tempfile.TemporaryDirectory() as name:
        published.write(Path(name), split)
        return {file.name: file.read_bytes() for file in sorted(Path(name).iterdir())}


@cache
def _published(suffix: str) -> list[bytes]:
    return [file.read_bytes() for file in sorted((CASES / "published").glob(f"*{suffix}"))]


@cache
def _own_weights() -> list[bytes]:
    import tempfile

    import torch

    from trm_cli.model import weights
    from trm_cli.model.config import ModelConfig
    from trm_cli.model.nets import build

    torch.manual_seed(1)
    model = build(ModelConfig("sudoku", hidden_size=8, H_cycles=2, L_cycles=1, expansion=2, pool_size=4)).eval()
    with tempfile.TemporaryDirectory() as name:
        weights.save(Path(name) / "toy.safetensors", model, {"accuracy": {"toys": 0.5}})
        return [(Path(name) / "toy.safetensors").read_bytes()]


FORMATS = (
    Format("sudoku text", "p.txt", _sudoku_text, _puzzles),
    Format("csv", "p.csv", _csv, _puzzles),
    Format("sudoku json", "p.json", _sudoku_json, _puzzles),
    Format("sdk", "p.sdk", _sdk, _puzzles),
    Format("maze text", "m.txt", _maze_text, _puzzles),
    Format("maze json", "m.json", _maze_json, _puzzles),
    Format("npy", "m.npy", _npy, _puzzles),
    Format("arc json", "a.json", _arc, _puzzles),
    Format("results", "r.jsonl", _results, _puzzles),
    Format("traces", "t.json", _traces, _trace),
    Folder("data folder", "", lambda: [*_data_set().values()], _data_folder),
    Format("weights", "w.safetensors", _own_weights, _weights),
    Format("checkpoints", "c.pt", lambda: _published(".pt"), _checkpoint),
)
