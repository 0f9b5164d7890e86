"""`trm` as one tool for a larger program or an agent: a JSON request a line in, a JSON answer a line out.

    $ echo '{"puzzle": "....2..4..7...6....1.5.....2......8....3..7..4.9.........6..1.38...9..........5.."}' \
        | python examples/agent_tool.py

A request has `puzzle` (text in any form that `trm solve` reads, rows, or an ARC task), and may have `task` and
`seconds`. The answer has `answer`, `verdict`, `reason`, `confidence`, `steps` and `seconds`, or `error`. `--schema`
prints the description of the tool that function-calling interfaces ask for.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from trm_cli import Outcome, solve
from trm_cli.errors import TrmError

SCHEMA = {
    "name": "solve_puzzle",
    "description": "Solve a Sudoku (4x4 to 25x25) or a maze (up to 64x64) and check the answer by its rules; or answer "
    "an ARC task, which has no rules to check it by.",
    "parameters": {
        "type": "object",
        "properties": {
            "puzzle": {
                "description": "81 characters with . for blanks, a text grid, a maze of # S G, rows of numbers, or "
                "an ARC task as in its JSON, with one test input.",
                "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "array"}}, {"type": "object"}],
            },
            "task": {"type": "string", "enum": ["sudoku", "maze", "arc"], "description": "Only where it is not clear."},
            "seconds": {"type": "number", "description": "Time budget.", "default": 10},
        },
        "required": ["puzzle"],
    },
}


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Return what is found for a request."""
    puzzle = request["puzzle"]
    text = puzzle if isinstance(puzzle, str) else json.dumps(puzzle)
    return told(solve(text, request.get("task"), request.get("seconds", 10)))


def told(found: Outcome) -> dict[str, Any]:
    """Return an outcome as plain JSON."""
    rows = ["".join(found.puzzle.symbols[value] for value in row) for row in found.answer]
    return {
        "answer": rows,
        "verdict": found.verdict.status,
        "reason": found.verdict.reason,
        "confidence": round(float(found.confidence.min()), 4),
        "steps": found.steps,
        "seconds": round(found.seconds, 3),
    }


def main() -> None:
    """Answer line by line until the input ends."""
    if "--schema" in sys.argv[1:]:
        print(json.dumps(SCHEMA, indent=2))
        return
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            reply = answer(json.loads(line))
        except (TrmError, ValueError, KeyError, TypeError) as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
