"""`trm_cli` in other programs: load, solve, frames, a time budget, and the example tool as a real process."""

import json
import os
import subprocess
import sys
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import trm_cli
from tests.conftest import EASY, HARD, SOLVED
from trm_cli import load, solve
from trm_cli.domains import domain
from trm_cli.errors import ParseError, TrmError, UnknownTask, WeightsError
from trm_cli.model import weights
from trm_cli.solving.task_solver import TaskSolver

ROOT = Path(__file__).parents[1]
ROWS = [[int(char) for char in EASY.replace(".", "0")[9 * i : 9 * i + 9]] for i in range(9)]


@pytest.fixture
def solver(toy, tmp_path):
    path = tmp_path / "toy.safetensors"
    weights.save(path, toy, {})
    return load(str(path), device="cpu", search=0, max_steps=3, halt="none")


def test_what_is_public_is_there():
    assert all(getattr(trm_cli, name) for name in trm_cli.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        trm_cli.nothing  # noqa: B018


def test_options_of_load_are_checked():
    with pytest.raises(TrmError, match="load: unknown key 'max_step'; did you mean 'max_steps'"):
        load("sudoku", max_step=3)
    assert load("sudoku", dtype="bfloat16").machine.dtype_name == "bfloat16"


def test_importing_the_package_is_cheap():
    code = "import sys, trm_cli; assert not {'torch', 'numpy', 'rich'} & sys.modules.keys()"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_answer_waits_for_no_compiler():
    heavy = "{'numba', 'sympy', 'torch._dynamo'}"
    code = f"import sys; from trm_cli import solve; solve({EASY!r}); assert not {heavy} & sys.modules.keys()"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("puzzle", [EASY, ROWS, np.array(ROWS)])
def test_a_puzzle_may_be_text_rows_or_an_array(solver, puzzle):
    found = solver.solve(puzzle)
    assert found.puzzle.given.tolist() == ROWS
    assert found.answer.shape == found.confidence.shape == (9, 9)
    assert (found.answer[found.puzzle.given > 0] == found.puzzle.given[found.puzzle.given > 0]).all()
    assert found.verdict.status == "unsolved"
    assert found.steps == 3


def test_an_arc_task_is_answered_from_python_too():
    text = (ROOT / "puzzles/arc/mirrored.json").read_text()
    outcome = solve(text)
    assert outcome.learning.is_explained
    learner = load("arc", device="cpu", updates=0)
    assert repr(learner) == f"<Learner: arc, random weights, {learner.machine}>"
    assert str(learner).startswith("arc: a network of its own")
    (puzzle,) = learner.read_all(text)
    (again,) = learner.solve_many([puzzle])
    assert np.array_equal(again.answer, outcome.answer)
    assert [frame.grid.shape for frame in learner.frames(text)][-1] == outcome.answer.shape
    two = json.loads(text)
    two["test"] *= 2
    with pytest.raises(ParseError, match="2 puzzles instead of one; read_all and solve_many take more"):
        learner.solve(json.dumps(two))
    with pytest.raises(WeightsError, match="a network learns arc from demonstrations, not sudoku"):
        learner.solve(domain("sudoku").parse(EASY, "x").__next__())


def test_the_name_of_a_file_is_no_puzzle(solver):
    name = str(ROOT / "puzzles/arc/mirrored.json")
    for asked in (solve, solver.solve):
        with pytest.raises(ParseError, match=r"the name of a file; pass its content: Path\("):
            asked(name)
    with pytest.raises(UnknownTask, match="neither a Sudoku"):
        solve(name + ".none")


def test_outcomes_so_far_are_a_stream(solver):
    found = [*solver.refine(EASY)]
    assert [outcome.steps for outcome in found] == [outcome.frame.step for outcome in found] == [1, 2, 3]
    assert {outcome.verdict.status for outcome in found} == {"unsolved"}
    assert [frame.step for frame in solver.frames(EASY)] == [1, 2, 3]


def test_what_only_the_last_counts_of_is_dropped_as_it_comes():
    class Result:
        pass

    def results():
        for _ in range(40):
            assert sum(reference() is not None for reference in references) <= 2
            result = Result()
            references.append(weakref.ref(result))
            yield result

    references = []
    outcome = TaskSolver.solve(SimpleNamespace(refine=lambda puzzle, seconds: results()), EASY)
    assert outcome is references[-1]()


def test_many_threads_may_share_a_solver(toy, tmp_path):
    """Each gets the outcome of its own puzzle, whoever else is solving at the time."""
    path = tmp_path / "toy.safetensors"
    weights.save(path, toy, {})
    solver = load(str(path), device="cpu", max_steps=2, search=0)
    puzzles = [*islice(domain("sudoku").generate("9x9", "easy", 3), 40)]
    alone = [solver.solve(puzzle).answer.tobytes() for puzzle in puzzles]
    with ThreadPoolExecutor(8) as pool:
        together = [*pool.map(solver.solve, puzzles)]
    assert all(outcome.puzzle is puzzle for outcome, puzzle in zip(together, puzzles, strict=True))
    assert [outcome.answer.tobytes() for outcome in together] == alone


def test_a_time_budget_ends_with_the_best_so_far(toy, tmp_path):
    path = tmp_path / "toy.safetensors"
    weights.save(path, toy, {})
    endless = load(str(path), device="cpu", max_steps=10**6, halt="none", search=0)
    found = endless.solve(HARD, seconds=0.2)
    assert 1 <= found.steps < 10**5
    assert found.verdict.status == "unsolved"
    searching = load(str(path), device="cpu", max_steps=2, samples=4)
    found = searching.solve(HARD, seconds=1)
    assert found.searched
    assert found.branches >= 1


def test_a_budget_bounds_the_search_too(toy, tmp_path):
    path = tmp_path / "toy.safetensors"
    weights.save(path, toy, {})
    slow = load(str(path), device="cpu", max_steps=1, samples=64)
    started = time.perf_counter()
    found = slow.solve(HARD, seconds=0.3)
    assert time.perf_counter() - started < 3  # 64 steps alone, then 64 branches of 12 steps take longer
    assert found.searched


def test_mistakes_are_errors_of_the_package(solver):
    with pytest.raises(ParseError, match="<argument>:1:1 and"):
        solver.solve("55" + EASY[2:])
    with pytest.raises(ParseError, match="2 puzzles instead of one"):
        solver.solve(f"{EASY}\n{HARD}")
    with pytest.raises(UnknownTask):
        solve("hello")
    with pytest.raises(WeightsError, match="solves sudoku, not maze"):
        solver.solve(next(iter(domain("maze").parse("S.\n.G", "m"))))
    with pytest.raises(ParseError):
        solver.solve([[1, 2], [3]])
    with pytest.raises(TypeError, match="a puzzle is a text, rows of whole numbers, or a Puzzle, not 5"):
        solver.solve(5)
    with pytest.raises(WeightsError, match="did you mean 'sudoku'"):
        load("sudoko")


@pytest.mark.weights
def test_the_example_tool_answers_line_by_line():
    requests = [{"puzzle": EASY}, {"puzzle": ["S #", "##G"]}, {"puzzle": "S #\n  G", "seconds": 5}, {"nothing": 1}]
    requests.append({"puzzle": json.loads((ROOT / "puzzles/arc/mirrored.json").read_text())})
    done = subprocess.run(
        [sys.executable, ROOT / "examples/agent_tool.py"],
        input="\n".join(map(json.dumps, requests)), capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    first, walled, maze, bad, arc = map(json.loads, done.stdout.splitlines())
    assert "".join(first["answer"]) == SOLVED
    assert first["verdict"] == "solved"
    assert 0 < first["confidence"] <= 1
    assert "cannot be reached" in walled["error"]
    assert maze["answer"] == ["S #", "ooG"]
    assert bad["error"].startswith("KeyError")
    assert (arc["verdict"], arc["answer"][3]) == ("solved", "30000003")
    schema = subprocess.run(
        [sys.executable, ROOT / "examples/agent_tool.py", "--schema"], capture_output=True, text=True, check=True
    )
    assert json.loads(schema.stdout)["name"] == "solve_puzzle"


def test_what_is_printed_fits_a_line_and_the_text_is_the_grid(solver):
    puzzle = solver.read(EASY)
    assert repr(puzzle) == "<Puzzle '<argument>': sudoku 9x9>"
    assert str(puzzle).splitlines() == [EASY[i : i + 9] for i in range(0, 81, 9)]
    outcome = solver.solve(SOLVED)
    assert repr(outcome).startswith("<Outcome '<argument>': sudoku 9x9, solved, 3 steps, ")
    assert str(outcome).replace("\n", "") == SOLVED
    assert repr(outcome.frame).startswith("<Frame 3: 9x9, solved, halt ")
    assert repr(solver).startswith("<Solver toy: sudoku, ")
    assert str(solver) == f"sudoku: {solver.summary}"
    assert not any("\n" in repr(thing) for thing in (puzzle, outcome, outcome.frame, solver))


def test_a_notebook_draws_puzzles_and_outcomes(solver):
    puzzle, outcome = solver.read(EASY), solver.solve(HARD)
    assert puzzle._repr_html_().count("<td") == 81
    drawn = outcome._repr_html_()
    assert drawn.count("<td") == 81
    assert "--sure:" in drawn
    assert "<p>unsolved: " in drawn
    assert " wrong" in drawn.split("<table")[1]
    task = {"train": [{"input": [[1, 2]], "output": [[2]]}], "test": [{"input": [[3, 4, 5]]}]}
    (arc,) = domain("arc").parse(json.dumps(task), "t")
    assert arc._repr_html_().count("<td") == 2 + 1 + 3
    assert repr(arc) == "<Puzzle 't': arc 1x3, 1 demonstration>"
    assert str(arc) == "345"


def test_many_puzzles_in_their_order(solver):
    asked = [EASY, SOLVED, solver.read(HARD), ROWS]
    found = [*solver.solve_many(asked)]
    assert [outcome.puzzle.text(outcome.puzzle.given) for outcome in found] == [
        EASY,
        SOLVED,
        HARD,
        EASY.replace(".", "0"),
    ]
    assert [o.answer.tobytes() for o in found] == [solver.solve(puzzle).answer.tobytes() for puzzle in asked]
    assert [*solver.solve_many([])] == []


def test_a_bad_puzzle_among_many_raises_when_its_turn_comes(solver):
    results = solver.solve_many([EASY, "55" + EASY[2:], SOLVED])
    assert str(next(results).puzzle).replace("\n", "") == EASY
    with pytest.raises(ParseError, match="<argument>#2:1:1 and"):
        next(results)
    maze = next(iter(domain("maze").parse("S.\n.G", "m")))
    with pytest.raises(WeightsError, match="solves sudoku, not maze"):
        next(solver.solve_many([maze]))


def test_bad_puzzles_among_many_may_be_passed_on(solver):
    asked = [EASY, "55" + EASY[2:], SOLVED, ["1."]]
    first, bad, last, short = solver.solve_many(asked, errors="yield")
    assert [first.puzzle.name, last.puzzle.name] == ["<argument>#1", "<argument>#3"]
    assert "<argument>#2:1:1 and" in str(bad)
    assert "<argument>#4" in str(short)
    assert all(isinstance(error, TrmError) for error in (bad, short))


@pytest.mark.parametrize("errors", ["raise", "yield"])
def test_results_before_an_error_of_the_caller_are_not_lost(solver, errors):
    def source():
        yield from [EASY, SOLVED]
        raise RuntimeError("mine")

    for asked, kind in ((source(), RuntimeError), ([EASY, SOLVED, None], TypeError)):
        results = solver.solve_many(asked, errors=errors)
        assert [next(results).puzzle.name for _ in range(2)] == ["<argument>#1", "<argument>#2"]
        with pytest.raises(kind):
            next(results)


def test_rows_may_be_texts_and_have_blanks_of_several_kinds(solver):
    blank = [[value or None for value in row] for row in ROWS]
    nan = np.where(np.array(ROWS) == 0, np.nan, np.array(ROWS, float))
    for asked in ([EASY[i : i + 9] for i in range(0, 81, 9)], blank, nan, np.array(ROWS) - (np.array(ROWS) == 0)):
        assert solver.read(asked).given.tolist() == ROWS
    with pytest.raises(TypeError, match="rows of whole numbers"):
        solver.read(np.array(ROWS) + 0.5)
    with pytest.raises(ParseError, match="both -1 and 0"):
        solver.read(np.array(ROWS) - 1)


def test_the_progress_of_many_is_drawn_on_stderr(solver, capsys):
    assert len([*solver.solve_many([EASY, SOLVED], progress=True)]) == 2
    told = capsys.readouterr()
    assert "solving" in told.err
    assert told.out == ""


def test_many_threads_may_solve_many_each(solver):
    lists = [[*islice(domain("sudoku").generate("9x9", "easy", seed), 10)] for seed in range(6)]
    alone = [[outcome.answer.tobytes() for outcome in solver.solve_many(puzzles)] for puzzles in lists]
    with ThreadPoolExecutor(6) as pool:
        together = [*pool.map(lambda puzzles: [*solver.solve_many(puzzles)], lists)]
    assert [[outcome.answer.tobytes() for outcome in found] for found in together] == alone
    for puzzles, found in zip(lists, together, strict=True):
        assert all(outcome.puzzle is puzzle for outcome, puzzle in zip(found, puzzles, strict=True))


@pytest.mark.weights
def test_the_notebook_runs_from_top_to_bottom():
    done = subprocess.run(
        [sys.executable, ROOT / "examples/notebook.py"], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert lines[0].startswith("<Solver sudoku: sudoku, ")
    assert lines[1:10] == [EASY[i : i + 9] for i in range(0, 81, 9)]
    assert lines[10].startswith("<Outcome '<argument>': sudoku 9x9, solved, ")
    assert "".join(lines[11:20]) == SOLVED
    assert [line.split()[0] for line in lines[-3:]] == ["solved", "solved", "81"]
    assert done.stderr == ""
