"""The report of an evaluation as a web page: tables and charts, and nothing to fetch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from trm_cli.view import html
from trm_cli.view.charts import Chart, sheet

MOST = 500
"""Puzzles that are listed; a page of thousands would be of no use."""
BUCKETS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


def page(reports: Sequence[Mapping[str, Any]]) -> str:
    """Return a page with a chapter for every file that was evaluated, each as `trm eval --json` tells it."""
    return html.page("trm eval", "\n".join(_chapter(report) for report in reports))


def _chapter(told: Mapping[str, Any]) -> str:
    report = told["report"]
    steps = range(1, len(report["accuracy_by_step"]) + 1)
    buckets = histogram(report["steps_to_solve"])
    bins = report["calibration"]
    charts = [
        Chart("right at this very step", steps, report["accuracy_by_step"], top=1),
        Chart("puzzles first right within 1, 2, 4, 8 ... steps", range(1, len(buckets) + 1), buckets, bars=True),
        Chart(
            "right, by halting probability (ideal: yellow)",
            [row["probability"] for row in bins],
            [row["right"] for row in bins],
            second=[row["probability"] for row in bins],
            top=1,
        ),
    ]
    searched = told["searched"]
    facts = {
        "puzzles": told["puzzles"],
        "with the default halting": f"{told['halted_exact']:.2%} exact, {told['mean_steps']:.1f} steps on average",
        "with search": "not asked for" if searched is None else f"{searched:.2%} pass the rules",
        "speed": f"{told['puzzles_per_second']:.1f} puzzles/s",
        "never right": report["never_right"],
        "weights": f"{told['weights']}, {told['dtype']}, at most {len(steps)} steps",
    }
    return "\n".join(
        [
            f"<h1>{escape(str(told['data']))}</h1>",
            _table((), facts.items()),
            sheet(charts),
            "<h2>By difficulty</h2>",
            _table(
                ("level", "puzzles", "exact"),
                ((level, row["puzzles"], f"{row['accuracy']:.2%}") for level, row in report["by_level"].items()),
            ),
            f"<h2>{len(report['hit_the_limit'])} puzzles hit the limit of {len(steps)} steps</h2>",
            _table(
                ("puzzle", "level", "right for a moment"),
                ((row["source"], row["level"], _moment(row["first_right"])) for row in report["hit_the_limit"][:MOST]),
            ),
        ]
    )


def histogram(steps_to_solve: Mapping[str, int]) -> list[int]:
    """Return counts of puzzles by steps, in buckets up to 1, 2, 4, 8 and so on.

    >>> histogram({"1": 5, "3": 2, "4": 1, "6": 7})
    [5, 0, 3, 7]
    """
    last = max(map(int, steps_to_solve), default=1)
    n = next((i for i, top in enumerate(BUCKETS) if last <= top), len(BUCKETS) - 1) + 1
    counts = [0] * n
    for step, count in steps_to_solve.items():
        counts[next((i for i, top in enumerate(BUCKETS) if int(step) <= top), n - 1)] += count
    return counts


def _moment(step: int | None) -> str:
    return "" if step is None else f"at step {step}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    head = "<tr>" + "".join(f"<th>{escape(text)}</th>" for text in heads) + "</tr>" if heads else ""
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{head}{body}</table>"
