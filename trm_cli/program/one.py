"""One puzzle of `trm solve`: show its refinement, then print the answer."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from trm_cli.domains import domain
from trm_cli.errors import ExitCode, TrmError
from trm_cli.program import options
from trm_cli.program.settings import Settings, print_result, tell
from trm_cli.puzzle import Outcome, Puzzle
from trm_cli.trace import Traced
from trm_cli.view.arc import render_demos
from trm_cli.view.live import LiveView, Shown, watched
from trm_cli.view.text import plural, say

if TYPE_CHECKING:
    from trm_cli.solving.task_solver import TaskSolver


def solve_each(items: Iterable[Puzzle | TrmError], settings: Settings, load: Callable[[str], TaskSolver]) -> ExitCode:
    """Solve puzzles one after another as they arrive, and show each; return the worst exit code."""
    code = ExitCode.SOLVED
    for item in items:
        try:
            if isinstance(item, TrmError):
                raise item
            code = max(code, solve(item, settings, load))
        except TrmError as error:
            say(error)
            print_result(error, settings, {})
            code = max(code, ExitCode.BAD_INPUT)
        if code == ExitCode.INTERRUPTED:
            return code
    return code


def solve(puzzle: Puzzle, settings: Settings, load: Callable[[str], TaskSolver]) -> ExitCode:
    """Show the given grid at once, load the model meanwhile, and show the refinement."""
    console = options.stderr(settings.color)
    outcomes: deque[Outcome] = deque(maxlen=1)
    try:
        if settings.is_live and not settings.quiet and console.is_terminal:
            glyphs = options.glyphs(settings.is_ascii, settings.color, sys.stderr, settings.has_digits)
            # Demonstrations stay on the screen above the refinement.
            if puzzle.demos:
                console.print(render_demos(puzzle, glyphs.on(console), console.width))
            rules = domain(puzzle.task).knows_rules  # learning is slow enough without pauses
            shown = Shown(puzzle, "", settings.solving.max_steps, glyphs)
            with LiveView(console, shown, settings.fps, settings.hold, settings.instant or not rules) as view:
                solver = load(puzzle.task)
                view.tell(solver.summary)
                how, noted = solver.options, _noted(solver.refine(puzzle), outcomes)
                for moment in watched(noted, how.max_steps, how.search if rules else 0):
                    view.show(moment)
        else:
            solver = load(puzzle.task)
            outcomes.extend(solver.refine(puzzle))
    except KeyboardInterrupt:
        learning = outcomes[-1].learning if outcomes else None
        if learning is None:
            say(f"stopped at step {outcomes[-1].steps if outcomes else 0}")
        elif not (learning.updates or any(learning.shares)):
            say("stopped before there was any answer")
        else:
            is_shown = settings.quiet < 2
            say(f"stopped after {plural(learning.updates, 'update')}" + "; the best answer so far:" * is_shown)
            if is_shown:
                print_result(outcomes[-1], settings, solver.stamp)
        return ExitCode.INTERRUPTED
    tell(settings, solver)
    return _conclude(outcomes[-1], settings, solver)


def _noted(outcomes: Iterable[Outcome], last: deque[Outcome]) -> Iterator[Outcome]:
    """Yield outcomes, and keep the last of them in `last`."""
    for outcome in outcomes:
        last.append(outcome)
        yield outcome


def _conclude(outcome: Outcome, settings: Settings, solver: TaskSolver) -> ExitCode:
    """Print and save the outcome, say what to try if it is unsolved, and return the exit code."""
    puzzle, status = outcome.puzzle, outcome.verdict.status
    if settings.quiet < 2:
        print_result(outcome, settings, solver.stamp)
    if settings.save:
        from trm_cli.view import record  # the first picture does not wait for pages and films

        traced = Traced(outcome, solver.summary, settings.solving.max_steps)
        for path in settings.save:
            record.save(path, traced, solver.stamp, settings.filmstrip or 0)
    # A classical solver knows whether the puzzle has no solution or several; then say so.
    sound = solver.domain.soundness(puzzle)
    if status == "unsolved" and not settings.quiet:
        words = f"not solved; {solver.advice}"
        if sound.reason:
            words = sound.reason if sound.n_solutions == 0 else f"{sound.reason}, but none of them was reached; {words}"
        say(f"{puzzle.name}: {words}")
    is_one_of_several = sound.n_solutions == 2
    if status == "solved" and is_one_of_several and not settings.quiet:
        say(f"{puzzle.name}: {sound.reason}; this is one of them")
    if status == "failed":
        say(f"{puzzle.name}: {outcome.verdict.reason}")
        return ExitCode.BAD_INPUT
    is_bad = status == "unsolved" or (settings.strict and (status == "unverified" or is_one_of_several))
    return ExitCode.UNSOLVED if is_bad else ExitCode.SOLVED
