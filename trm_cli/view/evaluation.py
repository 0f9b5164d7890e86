"""The report of an evaluation as one web page with tables and charts, which loads nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from trm_cli.view import html
from trm_cli.view.charts import Chart, sheet

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
    return f"{len(puzzles)} puzzles" + f", the first {MOST} of them" * (len(puzzles) > MOST)


def _moment(step: int | None) -> str:
    return "" if step is None else f"at step {step}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    head = "<tr>" + "".join(f"<th>{escape(text)}</th>" for text in heads) + "</tr>" if heads else ""
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{head}{body}</table>"
