"""What `trm eval` measured: as tables for a terminal, and as one web page with tables and charts that is complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from trm_cli.view import html
from trm_cli.view.charts import Chart, sheet
from trm_cli.view.text import plural

if TYPE_CHECKING:
    from trm_cli.solving.evaluation import Evaluation
    from trm_cli.solving.scoring import Score

MOST = 500
"""Puzzles that are listed at most."""
BUCKETS = (1, 2, 4, 8, 16, 32, 64)
NAMES = ("1", "2", "3-4", "5-8", "9-16", "17-32", "33-64", "65-")


def page(reports: Sequence[Mapping[str, Any]]) -> str:
    """Return a page with a chapter for every evaluated file; the reports are those of `trm eval --json`."""
    return html.page("trm eval", "\n".join(_chapter(report) for report in reports))


def _chapter(result: Mapping[str, Any]) -> str:
    report = result["report"]
    steps = range(1, len(report["accuracy_by_step"]) + 1)
    buckets = histogram(report["steps_to_solve"])
    bins = report["calibration"]
    charts = [
        Chart(
            "Right by step", steps, report["accuracy_by_step"], top=1, across="step", legend=["share of the puzzles"],
            note="The share of puzzles that would be right if all of them stopped at this step.",
        ),
        Chart(
            "Steps to solve", range(len(buckets)), buckets, bars=True, names=NAMES[: len(buckets)],
            across="first right step", legend=["puzzles"],
            note="The number of puzzles that are right for the first time at this step.",
        ),
        Chart(
            "Is the halting head honest?", [row["probability"] for row in bins], [row["right"] for row in bins],
            second=[row["probability"] for row in bins], top=1, across="halting probability",
            legend=["share that is right", "ideal"],
            note="If it says 80 %, then 80 % of the answers should be right: the yellow line.",
        ),
    ]  # fmt: skip
    searched = result["searched"]
    facts = {
        "puzzles": result["puzzles"],
        "with the default halting": f"{result['halted_exact']:.2%} exact, {result['mean_steps']:.1f} steps on average",
        "with search": "not measured" if searched is None else f"{searched:.2%} pass the rules",
        "speed": f"{result['puzzles_per_second']:.1f} puzzles/s",
        "never right": report["never_right"],
        "weights": f"{result['weights']}, {result['dtype']}, at most {len(steps)} steps",
    }
    return "\n".join(
        [
            f"<h1>{escape(str(result['data']))}</h1>",
            _table((), facts.items()),
            sheet(charts),
            "<h2>By difficulty</h2>",
            _table(
                ("level", "puzzles", "exact"),
                ((level, row["puzzles"], f"{row['accuracy']:.2%}") for level, row in report["by_level"].items()),
            ),
            f"<h2>Hit the limit of {len(steps)} steps: {_counted(report['hit_the_limit'])}</h2>",
            _table(
                ("puzzle", "level", "right for a moment"),
                ((row["source"], row["level"], _moment(row["first_right"])) for row in report["hit_the_limit"][:MOST]),
            ),
        ]
    )


def histogram(steps_to_solve: Mapping[str, int]) -> list[int]:
    """Return counts of puzzles by steps, in buckets up to 1, 2, 4, 8 and so on; the last bucket has no end.

    >>> histogram({"1": 5, "3": 2, "4": 1, "6": 7}), histogram({"100": 1})
    ([5, 0, 3, 7], [0, 0, 0, 0, 0, 0, 0, 1])
    """
    # The bucket of a step is the number of bounds below it.
    places = {step: sum(int(step) > top for top in BUCKETS) for step in steps_to_solve}
    # No empty buckets after the last one with puzzles.
    counts = [0] * (max(places.values(), default=0) + 1)
    for step, count in steps_to_solve.items():
        counts[places[step]] += count
    return counts


def _counted(puzzles: Sequence[object]) -> str:
    return f"{plural(len(puzzles), 'puzzle')}" + f", the first {MOST} of them" * (len(puzzles) > MOST)


def _moment(step: int | None) -> str:
    return "" if step is None else f"at step {step}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    head = "<tr>" + "".join(f"<th>{escape(text)}</th>" for text in heads) + "</tr>" if heads else ""
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{head}{body}</table>"


def score(name: str, found: Score) -> tuple[Table, str]:
    """Return the table of tasks solved with one and with two attempts, and a line about the time."""
    table = _titled(f"{name}: {plural(found.all.tasks, 'task')}, {plural(found.test_inputs, 'test input')}")
    table.add_column("")
    for heading in ("tasks", "pass@1", "95 % interval", "pass@2", "95 % interval"):
        table.add_column(heading, justify="right")
    for group, row in {"all": found.all, **found.by_size, **found.by_way}.items():
        cells = (f"{part.share:.1%}|{part.low:.1%} - {part.high:.1%}" for part in (row.pass_1, row.pass_2))
        table.add_row(group, str(row.tasks), *"|".join(cells).split("|"))
    return table, f"{found.mean_seconds:.1f} s a test input, {found.wall_seconds:.1f} s in all"


def accuracy(name: str, found: Evaluation) -> tuple[Table | str, ...]:
    """Return the table of accuracy by steps, and lines about halting, search and vote."""
    table = _titled(f"{name}: {plural(found.puzzles, 'puzzle')}")
    for heading in ("steps", "exact", "95 % interval", "verified", "cells"):
        table.add_column(heading, justify="right")
    for row in found.by_steps:
        table.add_row(
            str(row.steps),
            f"{row.exact:.1%}",
            f"{row.low:.1%} - {row.high:.1%}",
            f"{row.verified:.1%}",
            "-" if row.cells is None else f"{row.cells:.2%}",
        )
    lines = [
        f"halting head: precision {_percent(found.halt_precision)}, recall {_percent(found.halt_recall)}; "
        f"with halting: {found.halted_exact:.1%} in {found.mean_steps:.1f} steps, "
        f"{found.puzzles_per_second:.1f} puzzles/s"
    ]
    if found.searched is not None:
        lines.append(f"with search: {found.searched:.1%} pass the rules, {found.branches:.1f} branches a search")
    if found.pass_at:
        lines.append("vote: " + ", ".join(f"pass@{k} {share:.1%}" for k, share in found.pass_at.items()))
    return table, *lines


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _titled(title: str) -> Table:
    return Table(title=Text(title, "table.title"), title_justify="left", box=None, padding=(0, 2, 0, 0))
