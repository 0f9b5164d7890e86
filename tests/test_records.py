"""Results as tables: what is read back is what was written, a record a line, and joined files are continued."""

import json

import pytest

from tests.conftest import EASY, HARD, SOLVED, read
from trm_cli import batch, records
from trm_cli.errors import DataError, ParseError
from trm_cli.view.report import unread_json

RECORD = {
    "schema": 1, "task": "arc", "name": 'a "b", c\td', "shape": [2, 3], "given": "12", "answer": None,
    "verdict": "unverified", "reason": "", "steps": 3, "seconds": 0.25, "searched": False, "seed": 0,
    "attempts": [[[1, 2]], [[3]]], "key": "0" * 16,
}  # fmt: skip


def journal(path, starts_anew=False):
    return batch.Journal(path, lambda task: {}, starts_anew)


@pytest.mark.parametrize("name", ["r.csv", "r.TSV"])
def test_a_row_holds_a_record(tmp_path, name):
    form = records.form(tmp_path / name)
    assert form.head.replace("\t", ",").split(",") == [*records.COLUMNS]
    found = form.record(form.line(RECORD))
    assert {key: found[key] for key in RECORD if key != "answer"} == {k: v for k, v in RECORD.items() if k != "answer"}
    assert found["answer"] == ""
    assert "\n" not in form.line({**RECORD, "reason": "two\nlines"})
    for wrong in ("", "1,2", form.line(RECORD) + form.head, form.line(RECORD).replace("[2", "[2}")):
        with pytest.raises(ValueError, match=r"values to unpack|shorter|longer|Expecting"):
            form.record(wrong)


def test_other_names_are_json_lines(tmp_path):
    form = records.form(tmp_path / "r.txt")
    assert form.head == ""
    assert json.loads(form.line(RECORD)) == RECORD == form.record(form.line(RECORD))


@pytest.mark.parametrize("name", ["r.csv", "r.tsv"])
def test_a_table_is_continued_after_a_torn_row_and_an_error_has_one_too(tmp_path, name):
    path, error = tmp_path / name, ParseError("a.txt:1: no puzzle, alas")
    with journal(path) as out:
        out.write(read(EASY), {**RECORD, "verdict": "solved"})
        out.write(error, unread_json(error))
    whole = path.read_text()
    assert whole.count("\n") == 3
    with path.open("a") as file:
        file.write("1,sudoku,torn")
    with journal(path) as out:
        assert (out.take(read(EASY))["verdict"], out.take(error)["steps"]) == ("solved", 0)
        assert out.take(read(HARD)) is None
        out.write(read(HARD), RECORD)
    assert path.read_text().startswith(whole)
    assert path.read_text().count("\n") == 4
    assert path.read_text().count("schema") == 1


def test_tables_that_were_joined_are_continued(tmp_path):
    parts = [tmp_path / "1.csv", tmp_path / "2.csv"]
    for part, text in zip(parts, (EASY, SOLVED), strict=True):
        with journal(part) as out:
            out.write(read(text), RECORD)
    whole = tmp_path / "whole.csv"
    whole.write_text("".join(part.read_text() for part in parts))
    with journal(whole) as out:
        assert out.take(read(EASY))
        assert out.take(read(SOLVED))


@pytest.mark.parametrize("content", ["question,answer\n1,2\n", '{"key": "a"}\n', "hello"])
def test_another_table_is_left_alone(tmp_path, content):
    path = tmp_path / "mine.csv"
    path.write_text(content)
    with pytest.raises(DataError, match=r"not .*results? of trm solve"), journal(path):
        pass
    assert path.read_text() == content
