"""The show: its pace with a clock of our own, its layout in small terminals, what it leaves behind."""

import io
import os
import pty
import select
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from rich.console import Console
from rich.text import Text

from tests.conftest import EASY
from tests.view.test_view import drawn, frame, golden, refined  # noqa: F401
from trm_cli.batch import Tally
from trm_cli.domains import domain
from trm_cli.puzzle import Learning, Outcome, Verdict
from trm_cli.view.filmstrip import render_strip
from trm_cli.view.live import LiveView, Moment, Searching, Shown, moments, render_moment, watched
from trm_cli.view.moment import grouped
from trm_cli.view.pace import SHOW_SECONDS, Pace
from trm_cli.view.progress import Bar, Stages
from trm_cli.view.screen import Screen
from trm_cli.view.story import chosen, far, sentence
from trm_cli.view.theme import ASCII, THEME, UNICODE

SUDOKU = domain("sudoku")


class Clock:
    """A clock that only sleeping moves, and computing when it is told to."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        assert seconds > 0
        self.now += seconds


def paced(n_steps, max_steps, computing=0.001, **options):
    """Return (times of the pictures, the steps they are of, the time at the end) of a show of so many steps."""
    clock = Clock()
    pace = Pace(max_steps, **options, clock=clock, sleep=clock.sleep)
    drawn = []
    for step in range(1, n_steps + 1):
        clock.now += computing
        if pace.is_due():
            drawn.append((clock.now, step))
    pace.finish(0.0)
    return [now for now, _ in drawn], [step for _, step in drawn], clock.now


def test_steps_go_by_at_half_a_second():
    times, steps, end = paced(5, 16)
    assert steps == [1, 2, 3, 4, 5]
    assert np.allclose(np.diff(times), 0.5, atol=0.02)
    assert end == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize(("n_steps", "max_steps"), [(16, 16), (64, 64), (1000, 1000), (40, 64)])
def test_a_show_is_over_in_time_and_begins_with_the_first_step(n_steps, max_steps):
    times, steps, end = paced(n_steps, max_steps, computing=0.0001)
    assert steps[:6] == [1, 2, 3, 4, 5, 6]
    assert end <= SHOW_SECONDS + 0.6  # and the puzzle before it
    assert min(np.diff(times)) > 0.19  # long enough to be seen
    assert end > 0.7 * SHOW_SECONDS * n_steps / max_steps


def test_a_slow_model_is_not_held_up():
    _, steps, end = paced(16, 16, computing=2.0)
    assert steps == [*range(1, 17)]
    assert end < 32 + 3.5


def test_asked_for_paces():
    times, steps, _ = paced(20, 16, fps=2)
    assert len(steps) == 20
    assert np.allclose(np.diff(times), 0.5)
    times, steps, _ = paced(60, 16, fps=60)  # faster than can be seen: grouped
    assert len(steps) < 20
    assert times[-1] == pytest.approx(1.0, abs=0.1)
    *_, end = paced(64, 64, instant=True)
    assert end == pytest.approx(0.064)


def test_a_search_is_not_held_up():
    clock = Clock()
    pace = Pace(16, clock=clock, sleep=clock.sleep)
    assert [pace.is_due(is_patient=False) for _ in range(5)] == [True, False, False, False, False]
    clock.now = 0.3
    assert pace.is_due(is_patient=False)
    assert clock.now == 0.3


def show(easy, frames, **options):
    buffer = io.StringIO()
    console = Console(file=buffer, theme=THEME, force_terminal=True, width=90, height=40)
    with LiveView(console, Shown(easy, "", 300, ASCII), **options) as view:
        view.tell("toy")
        for moment in moments(easy, frames):
            view.show(moment)
    return buffer.getvalue()


def test_the_first_and_the_last_step_are_seen(easy, refined):  # noqa: F811
    frames = [*(replace(refined[0], step=step) for step in range(1, 60)), replace(refined[1], step=60)]
    text = show(easy, frames, instant=True)
    assert "step  1/300" in text or "step 1-" in text
    assert "60/300" in text
    assert text.rstrip().endswith("49 cells fell into place in step 1, the other 2 by step 60."), text[-300:]


def test_grouped_steps_mark_all_that_changed(easy, refined):  # noqa: F811
    one, two = moments(easy, refined)
    both = grouped(one, two)
    assert np.array_equal(both.before, easy.given)
    assert (both.since, both.frame.step) == (1, 2)
    assert "step 1-2/16" in drawn(render_moment(Shown(easy, "toy", 16, ASCII), both))
    assert grouped(None, two) is two


def test_the_cursor_is_never_hidden(easy, refined):  # noqa: F811
    text = show(easy, refined, instant=True)
    assert "\x1b[?25" not in text
    assert text.count("\x1b[J") >= 3


def test_an_interrupt_takes_the_picture_away(easy):
    buffer = io.StringIO()
    console = Console(file=buffer, theme=THEME, force_terminal=True, width=90, height=40)
    with pytest.raises(KeyboardInterrupt), LiveView(console, Shown(easy, "", 16, ASCII)):
        raise KeyboardInterrupt
    assert buffer.getvalue().endswith("\x1b[15A\r\x1b[0K\n\x1b[J\x1b[1A")


def test_lines_that_a_narrower_terminal_has_broken_are_erased_whole():
    console = Console(file=io.StringIO(), force_terminal=True, width=20, height=9)
    with Screen(console) as screen:
        screen.draw("x" * 15 + "\n\ny")
        console.width = 10
        screen.draw("z")
        assert "\x1b[4A" in console.file.getvalue()
        screen.draw("z")
    assert console.file.getvalue().count("\x1b[1A\r") == 2


def test_a_terminal_that_is_closed_is_no_error_at_the_end():
    class Terminal(io.StringIO):
        def write(self, text):
            if self.tell():
                raise OSError(5, "Input/output error")
            return super().write(text)

    with Screen(Console(file=Terminal(), force_terminal=True)) as screen:
        screen.draw("picture")
    assert "picture" in screen.console.file.getvalue()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals on Windows")
@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTSTP, signal.SIGKILL])
def test_the_cursor_is_there_whatever_ends_the_program(way):
    """A signal right behind the first picture, in a real process on a real terminal."""
    main, side = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "trm_cli", "solve", EASY], stdin=side, stdout=side, stderr=side, start_new_session=True
    )
    os.close(side)
    seen = b""
    try:
        while b"loading the model" not in seen:
            assert select.select([main], [], [], 60)[0], seen
            seen += os.read(main, 65536)
        process.send_signal(way)
        end = time.monotonic() + 0.5
        while (left := end - time.monotonic()) > 0 and select.select([main], [], [], left)[0]:
            try:
                seen += os.read(main, 65536)
            except OSError:  # the other side is closed
                break
    finally:
        process.kill()
        process.wait()
        os.close(main)
    assert b"\x1b[?25l" not in seen


STOPPED = """
import os, signal
from rich.console import Console
from trm_cli.view.screen import Screen
with Screen(Console(force_terminal=True)) as screen:
    screen.draw("first")
    os.kill(os.getpid(), signal.SIGSTOP)
    screen.draw("second")
    screen.draw("third")
assert signal.getsignal(signal.SIGCONT) is signal.SIG_DFL
print("the end")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals on Windows")
def test_after_a_stop_the_picture_is_drawn_below_the_lines_of_the_shell():
    main, side = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPED], stdin=side, stdout=side, stderr=side, env={**os.environ, "TERM": "xterm"}
    )
    seen = b""
    try:
        os.waitpid(process.pid, os.WUNTRACED)
        os.write(side, b"$ fg")
        process.send_signal(signal.SIGCONT)
        while b"the end" not in seen:
            assert select.select([main], [], [], 60)[0], seen
            seen += os.read(main, 65536)
    finally:
        process.kill()
        process.wait()
        os.close(main)
        os.close(side)
    shell, second, third = seen.partition(b"$ fg")[2].replace(b"\x1b[1A\r", b"|").split(b"|")
    assert b"second" in shell
    assert b"third" in second
    assert b"the end" in third


@pytest.mark.parametrize("size", [(80, 24), (64, 15), (40, 15), (30, 10), (12, 6)])
@pytest.mark.parametrize("task", ["sudoku", "maze", "arc"])
def test_a_small_terminal_gets_whole_words(size, task, easy, refined):  # noqa: F811
    width, height = size
    puzzle, frames = (easy, refined) if task == "sudoku" else case(task)
    shown = Shown(puzzle, "toy  1k parameters  cpu float32", 16, ASCII)
    whole = set(drawn(render_moment(shown, [*moments(puzzle, frames)][-1]), width=200).split())
    whole |= {
        "too",
        "large",
        "for",
        "this",
        "terminal",
        "step",
        "changed",
        "conflicts",
        "loading",
        "the",
        "model",
        "...",
    }
    for moment in [Moment(), *moments(puzzle, frames)]:
        picture = render_moment(shown, moment, width, height - 1)
        lines = drawn(picture, width=width).splitlines()
        assert len(lines) <= height - 1
        assert all(len(line) <= width for line in lines)
        words = {word.strip(",") for line in lines for word in line.split() if word.strip(",").isalpha()}
        grid = {word for line in lines for word in line.split() if set(word) <= set("oxSG.#")}
        assert words - grid <= {word.strip(",") for word in whole}
        assert "step" in words


@cache
def case(task):
    """Return a puzzle with one frame, its answer."""
    if task == "maze":
        puzzle = next(domain("maze").generate("30x30", "hard", 0))
    else:
        text = '{"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[1, 2]], "output": [[2, 1]]}]}'
        (puzzle,) = domain("arc").parse(text, "a.json")
    return puzzle, [frame(puzzle, 1, puzzle.solution)]


def test_measures_stand_beside_the_grid_at_forty_columns(easy, refined):  # noqa: F811
    moment = [*moments(easy, refined)][-1]
    text = drawn(render_moment(Shown(easy, "toy", 16, ASCII), moment, 40, 14), width=40)
    assert text == golden("panel-40x15.txt", text)


def test_the_picture_of_a_search(easy, refined):  # noqa: F811
    outcomes = [
        Outcome(easy, refined[0], 1, 0.1),
        Outcome(easy, replace(refined[0], step=80), 80, 3.2, searched=True, branches=192),
    ]
    first, moment = watched(outcomes, 16, 512)
    assert first.search is None
    text = drawn(render_moment(Shown(easy, "toy", 16, ASCII), moment))
    assert text == golden("panel-search.txt", text)
    (endless,) = watched(outcomes[1:], 16, 0)
    assert endless.search == Searching(192, None)


def test_a_search_is_announced_before_its_first_picture(easy, refined):  # noqa: F811
    buffer = io.StringIO()
    console = Console(file=buffer, theme=THEME, force_terminal=True, width=90, height=40)
    drawn_so_far = []

    def outcomes():
        yield Outcome(easy, refined[0], 1, 0.1)
        drawn_so_far.append(buffer.getvalue())
        yield Outcome(easy, replace(refined[1], step=80), 80, 3.2, searched=True, branches=192)

    with LiveView(console, Shown(easy, "", 1, ASCII), instant=True) as view:
        for moment in watched(outcomes(), 1, 512):
            view.show(moment)
    assert "branches  0" in drawn_so_far[0]
    assert "left      100%" in drawn_so_far[0]
    assert "the search found the answer after 192 branches" in buffer.getvalue()
    assert [moment.search for moment in watched(outcomes(), 1, 0)] == [None, Searching(192, None)]


def story_of(easy, *wrong, last=None, search=None):
    """Tell of frames in which so many cells of the solution are swapped for wrong ones."""
    frames = []
    free = np.argwhere(easy.given == 0)
    for step, n in enumerate(wrong, 1):
        grid = easy.solution.copy()
        for r, c in free[:n]:
            grid[r, c] = grid[r, c] % 9 + 1
        frames.append(frame(easy, step, grid))
    seen = [*moments(easy, frames)]
    if search:
        seen[-1] = replace(seen[-1], search=search)
    if last:
        seen[-1] = replace(seen[-1], frame=replace(seen[-1].frame, verdict=last))
    return sentence(easy, seen)


def test_stories(easy):
    assert story_of(easy) == ""
    assert story_of(easy, 0) == "All 51 cells fell into place at once, in step 1."
    assert story_of(easy, 50, 49, 45, 45, 4, 0) == (
        "Wandered for 4 steps, then 41 cells fell into place in step 5, the other 4 by step 6."
    )
    assert story_of(easy, 41, 41, 0, 0) == "Wandered for 2 steps, then 41 cells fell into place in step 3."
    assert story_of(easy, 28, 0) == "23 cells came in 1 step, then 28 cells fell into place in step 2."
    assert story_of(easy, 20, 0) == "31 cells fell into place in step 1, the other 20 by step 2."
    assert story_of(easy, 9, 2).startswith("Wandered for 2 steps and did not arrive: ")
    assert story_of(easy, 9, 0, search=Searching(1)) == (
        "Wandered for 1 step, then the search found the answer after 1 branch."
    )
    assert "the search tried 128 branches, and" in story_of(easy, 9, 2, search=Searching(128))
    ran_away = Verdict("failed", "the state ran away\x1b[2J")
    assert story_of(easy, 9, last=ran_away) == "Gave up: the state ran away\\u001b[2J."


def test_stories_of_tasks_that_are_learned(easy):
    other = np.where(easy.given == 0, 1, easy.given)
    grids = enumerate([other, other, easy.solution, easy.solution])
    seen = [replace(moment, learning=Learning(3)) for moment in moments(easy, [frame(easy, *step) for step in grids])]
    explained = replace(seen[0], learning=Learning(3, "a cell is red"))
    assert sentence(easy, seen[:1]) == "Nothing was explained; no network learned."
    assert sentence(easy, [explained]) == "The answer comes from an explanation; no network learned."
    assert sentence(easy, seen) == "The answer has not changed since update 2 of 3."


def test_pictures_of_learning_speak_of_updates_and_votes(easy, refined):  # noqa: F811
    """A known answer, from which `conflicts` would be counted, is no measure of learning."""
    puzzle, frames = case("arc")
    grids = [puzzle.given, puzzle.solution, puzzle.given]
    frames = [replace(frames[0], step=20 * i, grid=grid) for i, grid in enumerate(grids, 1)]
    seen = [replace(moment, learning=Learning(3, shares=(0.75, 0.2))) for moment in moments(puzzle, frames)]
    narrow = drawn(render_moment(Shown(puzzle, "", 16, ASCII), seen[-1], 20, 12), width=20)
    assert "votes 75%, 20%" in narrow
    assert "conflicts" not in narrow
    strip = drawn(render_strip(puzzle, seen, ASCII, 80, 24))
    assert strip.split("\n")[0].split() == ["puzzle", "update", "20", "update", "40", "update", "60"]


def test_waiting_for_the_compiler_is_told(easy, refined):  # noqa: F811
    (moment,) = moments(easy, refined[:1])
    for learning, words in (
        (Learning(3), "not explained yet"),
        (Learning(3, is_compiling=True), "only this first time"),
    ):
        picture = replace(moment, learning=learning)
        assert words in drawn(render_moment(Shown(easy, "", 16, ASCII), picture, 80, 24))


def test_frames_that_tell_most(easy, refined):  # noqa: F811
    assert far(easy, [*moments(easy, refined)]) == [51, 2, 0]
    assert chosen([51, 50, 49, 48, 3, 0, 0], 5) == [0, 2, 3, 4, 6]
    assert chosen([9, 0], 5) == [0, 1]


@pytest.mark.parametrize(("name", "size"), [("80x24", (80, 24)), ("100x40", (100, 40)), ("40x15", (40, 15))])
def test_a_filmstrip_stays(easy, refined, name, size):  # noqa: F811
    frames = [*(replace(refined[0], step=step) for step in range(1, 9)), replace(refined[1], step=9)]
    seen = [*moments(easy, frames)]
    text = drawn(render_strip(easy, seen, ASCII, *size), width=size[0])
    assert text == golden(f"filmstrip-{name}.txt", text)
    assert "step 9" in text


def test_a_wide_maze_has_its_strip_in_two_rows():
    puzzle, frames = case("maze")
    frames = [replace(frames[0], step=step, grid=puzzle.given) for step in (1, 2)] + [replace(frames[0], step=3)]
    lines = drawn(render_strip(puzzle, [*moments(puzzle, frames)], UNICODE, 80, 24), width=80).splitlines()
    assert len(lines) == 33
    assert lines[0].split() == ["puzzle", "step", "1"]
    narrow = drawn(render_strip(puzzle, [*moments(puzzle, frames)], UNICODE, 28, 15), width=28)
    assert "step 3" in narrow
    assert len(narrow.splitlines()) <= 4  # the sentence alone


def test_screens_say_things_above_and_draw_nothing_without_a_terminal():
    buffer = io.StringIO()
    with Screen(Console(file=buffer, force_terminal=True, width=20, height=5)) as screen:
        screen.draw(Text("\n".join("abcdefgh")))
        screen.say(Text("words"))
    text = buffer.getvalue()
    erased = "\x1b[4A\r\x1b[0K\n\x1b[J\x1b[1A"  # never from the first cell of a screen: tmux would keep that
    assert text == f"\x1b[Ja\nb\nc\nd\n{erased}words\n\x1b[Ja\nb\nc\nd\n{erased}"
    plain = io.StringIO()
    with Screen(Console(file=plain, width=20)) as screen:
        screen.draw(Text("a"))
        screen.say(Text("words"))
    assert plain.getvalue() == "words\n"


def test_a_bar_stands_before_the_first_result():
    buffer = io.StringIO()
    with Bar(Console(file=buffer, force_terminal=True, width=80, height=5), 300, is_shown=True) as bar:
        bar.begin("loading the model")
        assert all(words in buffer.getvalue() for words in ("0/300", "loading the model"))
        bar.update(Tally(solved=1))
        assert all(words in buffer.getvalue() for words in ("1/300", "1 solved", " left"))
    for options in ({"is_shown": False}, {"is_shown": True}):
        buffer = io.StringIO()
        with Bar(Console(file=buffer, force_terminal=not options["is_shown"], width=80), 300, **options) as bar:
            bar.begin("loading the model")
        assert not buffer.getvalue()


def test_stages_of_a_measurement_are_counted(monkeypatch):
    buffer = io.StringIO()
    with Stages(Console(file=buffer, force_terminal=True, width=80), "[a].txt", 2, is_shown=True) as stages:
        stages.done("all steps", 1)
        stages.done("search", 1)
        stages.done("search", 1)
    assert all(words in buffer.getvalue() for words in ("[a].txt: all steps", "50%", "[a].txt: search", "100%"))
    monkeypatch.setattr("trm_cli.view.progress.LINE_SECONDS", 0)
    for is_shown, lines in (False, ""), (True, "a.txt: all steps 1/2\na.txt: all steps 2/2\n"):
        buffer = io.StringIO()
        with Stages(Console(file=buffer, width=80), "a.txt", 2, is_shown) as stages:
            stages.done("all steps", 1)
            stages.done("all steps", 1)
        assert buffer.getvalue() == lines
