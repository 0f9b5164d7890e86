"""The page: what is in it, how large it is, and, in headless Chromium, what its buttons and keys do."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from tests.view.test_record import STAMP, traced  # noqa: F401
from trm_cli.domains import domain
from trm_cli.puzzle import Cell, Frame, Measures, Outcome, Verdict
from trm_cli.trace import Traced
from trm_cli.view import page as pages
from trm_cli.view import record
from trm_cli.view.page import LETTERS, LEVELS, difference, grid_html, page

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium here; apt-get install chromium")


def data_of(text):
    return json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL).group(1))


def whole(packed, before):
    """Return the values of a difference, as the script reads them."""
    values = []
    for part in re.findall(r"\d+|[A-Za-z]", packed):
        values += before[len(values) : len(values) + int(part)] if part.isdigit() else [LETTERS.index(part)]
    return values


@pytest.fixture
def large():
    """A 30x30 maze in 64 frames of which no two have anything in common."""
    rng = np.random.default_rng(0)
    puzzle = next(domain("maze").generate("30x30", "hard", 0))
    frames = []
    for step in range(1, 65):
        grid, latent = (np.where(puzzle.given == 2, rng.choice([2, 5], (30, 30)), puzzle.given) for _ in range(2))
        measures = Measures(1.0, 1.0, 0.5, 0.5, 0.25, latent.astype(np.uint8))
        sure = rng.random((30, 30), np.float32)
        grid = grid.astype(np.uint8)
        verdict = domain("maze").verify(puzzle, grid)
        frames.append(Frame(step, grid, sure, 0.5, 0.1, verdict, step / 10, measures))
    return Traced(Outcome(puzzle, frames[-1], 64, 6.4, frames=tuple(frames)), "toy", 64)


def test_it_is_small_and_whole(large):
    text = page(large)
    assert len(text.encode()) < 300_000
    before = {}
    frames = data_of(text)["frames"]
    assert [frame["step"] for frame in frames] == [*range(65)]
    for frame, packed in zip(large.outcome.frames, frames[1:], strict=True):
        for name, layer in (("cells", frame.grid), ("latent", frame.measures.latent)):
            before[name] = whole(packed[name], before.get(name) or whole(frames[0]["cells"], []))
            assert before[name] == layer.ravel().tolist()
        before["sure"] = whole(packed["sure"], before.get("sure") or whole(frames[0]["sure"], []))
        assert before["sure"] == [round(LEVELS * float(value)) for value in frame.confidence.ravel()]


def test_a_refinement_that_settles_is_tiny(large):
    calm = [replace(large.outcome.frames[0], step=step) for step in range(1, 65)]
    text = page(large._replace(outcome=replace(large.outcome, frames=tuple(calm))))
    assert len(text.encode()) < 130_000


def test_nothing_is_fetched_and_nothing_gets_out(traced):  # noqa: F811
    named = replace(traced.outcome.puzzle, name="</script><script>alert(1)</script>.txt", symbols="?# <G&")
    text = page(traced._replace(outcome=replace(traced.outcome, puzzle=named), model="<b>"))
    assert "default-src 'none'" in text
    for word in ("http://", "https://", "src=", "href=", "@import", "url("):
        assert word not in text.replace("http://www.w3.org/2000/svg", "")
    assert text.count("<script") == text.count("</script>") == 2
    assert "<b>" not in text
    assert "$" not in re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)


class Tags(HTMLParser):
    """Collects the cells of tables with their words, and checks that every tag is closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.cells = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)
        if tag == "td":
            self.cells.append((dict(attributes), ""))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        if "td" in self.open:
            self.cells[-1] = (self.cells[-1][0], self.cells[-1][1] + text)


def test_without_script_there_is_the_answer_as_a_table(traced):  # noqa: F811
    tags = Tags(page(traced))
    assert tags.open == []
    words = [text for _, text in tags.cells]
    assert words[:5] == ["Sstart", "path", "path", "wall", "free"]
    assert {attributes["role"] for attributes, _ in tags.cells} == {"cell"}
    assert len(words) == 20


def test_a_grid_for_a_notebook(easy):
    wrong = easy.solution.copy()
    wrong[0, 2] = 9
    frame = Frame(1, wrong, np.full((9, 9), 0.25, np.float32), 0.5, 0.0, Verdict("unverified"))
    text = grid_html(easy, wrong, frame, (Cell(0, 2), Cell(0, 0)))
    tags = Tags(text)
    assert tags.open == []
    assert "<script" not in text
    assert [text for _, text in tags.cells[:3]] == ["5", "3", "9"]
    assert tags.cells[0][0]["class"] == "given"  # a given is never marked as wrong
    assert tags.cells[2][0] == {"role": "cell", "class": "chosen right wrong", "style": "--sure:0.25"}
    assert len(text) < 12_000
    assert [cell[1] for cell in Tags(grid_html(easy, easy.given)).cells[:3]] == ["5", "3", "open"]


def test_grids_of_arc_have_their_colours():
    text = '{"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[1, 0]]}]}'
    (puzzle,) = domain("arc").parse(text, "a<b.json")
    found = Tags(grid_html(puzzle, puzzle.given)).cells
    assert [(attributes["style"], words) for attributes, words in found] == [
        ("--colour:#2b5ba6", "blue"), ("--colour:#000000", "black"),
    ]  # fmt: skip
    wide = Frame(1, np.array([[1, 2, 3]], np.uint8), np.ones((1, 3), np.float32), 0.5, 0.0, Verdict("unverified"))
    outcome = Outcome(puzzle, wide, 1, 0.1, frames=(wide,))
    text = page(Traced(outcome, "toy", 16))
    assert [words for _, words in Tags(text).cells] == ["blue", "red", "blue", "red", "green"]  # a demonstration first
    frames = data_of(text)["frames"]
    assert [(frame["shape"], frame["cells"]) for frame in frames] == [([1, 2], "BA"), ([1, 3], "BCD")]


def test_differences():
    assert difference([1, 1, 1], [1, 1, 1]) == "3"
    assert whole(difference([0, 1, 2, 3], [0, 5, 2, 3]), [0, 1, 2, 3]) == [0, 5, 2, 3]


def test_the_assets_are_files_of_the_package_and_in_the_wheel():
    folder = Path(pages.__file__).parent
    assert {path.suffix for path in folder.iterdir() if path.is_file()} == {".py", ".html", ".css", ".js"}
    wheel = (Path(__file__).parents[2] / "pyproject.toml").read_text().partition("[tool.hatch.build.targets.wheel]")[2]
    assert wheel.split("[")[1] == '"trm_cli"]\n\n'  # packages, with everything in them: nothing else is said


# -- in a browser

WATCH = """<script>
window.problems = [];
window.onerror = (message) => { problems.push(String(message)) };
console.error = (...words) => { problems.push(words.join(" ")) };
</script>"""
TELL = """<script>
{ // a block: the page has names of its own
const told = {}, byName = (name) => document.getElementById(name);
const pressed = (key) => new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
const press = (key) => document.body.dispatchEvent(pressed(key));
const now = () => byName("now").textContent + " " + location.hash;
try { (() => { SCRIPT })(); } catch (error) { problems.push(String(error)) }
told.problems = problems;
const out = document.createElement("pre"); out.id = "told"; out.textContent = JSON.stringify(told);
setTimeout(() => { told.later = now(); out.textContent = JSON.stringify(told); document.body.append(out) }, WAIT);
}
</script></body>"""


def browse(tmp_path, text, script, fragment="", wait=0, size=(1000, 900)):
    """Run a script on a page and return what it has put into `told`."""
    path = tmp_path / "page.html"
    watched = text.replace("<style>", WATCH + "<style>", 1)
    path.write_text(watched.replace("</body>", TELL.replace("SCRIPT", script).replace("WAIT", str(wait))))
    found = subprocess.run(
        [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
         f"--window-size={size[0]},{size[1]}", "--virtual-time-budget=20000", "--dump-dom", f"file://{path}{fragment}"],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    match = re.search(r'<pre id="told">(.*?)</pre>', found.stdout, re.DOTALL)
    assert match, found.stdout[-2000:]
    told = json.loads(match.group(1).replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&"))
    assert told["problems"] == []
    return told


@needs_browser
def test_buttons_keys_and_the_address(traced, tmp_path):  # noqa: F811
    script = """
    told.start = now();
    press(" "); told.paused = byName("play").textContent;
    for (const id of ["last", "back", "first", "forward"]) { byName(id).click(); told[id] = now() }
    press("ArrowRight"); told.right = now();
    press("ArrowRight"); told.end = now();
    press("ArrowLeft"); told.left = now();
    press("Home"); told.home = now();
    press("End"); told.endKey = now();
    press(" "); told.playing = byName("play").textContent + " " + now();
    press(" ");
    byName("slider").value = 1; byName("slider").dispatchEvent(new Event("input")); told.slider = now();
    location.hash = "#step=2";
    """
    told = browse(tmp_path, page(traced), script, wait=300)
    assert told == {
        "start": "the puzzle ", "paused": "play", "last": "step 2 of 16 #step=2", "back": "step 1 of 16 #step=1",
        "first": "the puzzle #step=0", "forward": "step 1 of 16 #step=1", "right": "step 2 of 16 #step=2",
        "end": "step 2 of 16 #step=2", "left": "step 1 of 16 #step=1", "home": "the puzzle #step=0",
        "endKey": "step 2 of 16 #step=2", "playing": "pause the puzzle #step=0", "slider": "step 1 of 16 #step=1",
        "problems": [], "later": "step 2 of 16 #step=2",
    }  # fmt: skip


@needs_browser
def test_it_plays_by_itself_to_the_end_and_a_link_leads_to_a_step(traced, tmp_path):  # noqa: F811
    assert browse(tmp_path, page(traced), "", wait=3000)["later"] == "step 2 of 16 #step=2"
    assert browse(tmp_path, page(traced), "", "#step=1", wait=3000)["later"] == "step 1 of 16 #step=1"
    assert browse(tmp_path, page(traced), "", "#step=99", wait=10)["later"] == "step 2 of 16 #step=2"


@needs_browser
def test_a_cell_tells_its_history(traced, tmp_path):  # noqa: F811
    script = """
    press("End");
    const cell = (i) => document.querySelector(`#answer td[data-i="${i}"]`);
    cell(2).dispatchEvent(new MouseEvent("mouseover", {bubbles: true}));
    told.path = byName("cell").innerText;
    cell(3).click();
    told.wall = byName("cell").innerText;
    cell(2).dispatchEvent(new MouseEvent("mouseover", {bubbles: true}));
    told.kept = byName("cell").innerText;
    told.classes = [...document.querySelectorAll("#answer td")].slice(0, 5).map((td) => td.className);
    told.rows = [...document.querySelectorAll("#table tbody tr")].map((row) => row.innerText || row.textContent);
    told.latent = document.querySelectorAll("#thought td").length;
    told.charts = document.querySelectorAll("#charts svg").length;
    """
    told = browse(tmp_path, page(traced), script)
    assert told["path"].split("\n")[0] == "Row 1, column 3"
    assert "Now path, 100 % sure" in told["path"] or "Now path, 98 % sure" in told["path"]
    assert "step 1: free" in told["path"]
    assert "step 2: path" in told["path"]
    assert "wall: given with the puzzle" in told["wall"]
    assert told["kept"] == told["wall"]  # a tapped cell stays, whatever the pointer passes
    assert told["classes"][:3] == ["start", "path", "path changed"]
    assert len(told["rows"]) == 2
    assert (told["latent"], told["charts"]) == (20, 2)


@needs_browser
def test_the_keyboard_goes_from_cell_to_cell(traced, tmp_path):  # noqa: F811
    script = """
    press("End");
    const grid = document.querySelector("#answer table");
    const told_by = (key) => { grid.dispatchEvent(pressed(key)); return byName("cell").querySelector("h2").innerText };
    grid.focus();
    told.cells = ["ArrowRight", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowLeft", "ArrowLeft"].map(told_by);
    told.focused = document.activeElement === grid;
    told.step = now();
    """
    told = browse(tmp_path, page(traced), script)
    places = [(1, 2), (2, 2), (1, 2), (1, 2), (1, 1), (1, 1)]
    assert told["cells"] == [f"Row {row}, column {column}" for row, column in places]
    assert told["focused"]
    assert told["step"] == "step 2 of 16 #step=2"  # the same keys leave the step alone


@needs_browser
def test_the_candidates_of_a_sudoku(easy, tmp_path):
    wrong = easy.solution.copy()
    wrong[0, 2] = 9
    sure = np.full((9, 9), 0.5, np.float32)
    verdicts = [domain("sudoku").verify(easy, grid) for grid in (wrong, easy.solution)]
    frames = (
        Frame(1, wrong, sure, 0.25, np.inf, verdicts[0], 0.1),
        Frame(2, easy.solution, sure * 2, 0.75, 0.5, verdicts[1], 0.2),
    )
    outcome = Outcome(easy, frames[-1], 2, 0.2, frames=frames)
    script = """
    press("End"); press("ArrowLeft");
    document.querySelector('#answer td[data-i="2"]').click();
    told.cell = byName("cell").innerText;
    told.thought = document.getElementById("thought");
    """
    told = browse(tmp_path, page(Traced(outcome, "toy", 16)), script)
    assert "Now 9, 50 % sure. It breaks the rules." in told["cell"]
    assert "step 1: 9, 50 % sure" in told["cell"]
    assert "Candidates that the givens allow: 1, 2, 4." in told["cell"]
    assert told["thought"] is None


@needs_browser
def test_it_fits_a_telephone(large, tmp_path):
    """Chromium's window has at least 500 pixels, a frame has as few as it is given."""
    short = large._replace(outcome=replace(large.outcome, frames=large.outcome.frames[:2]))
    outer = (
        "<html><head><style></style></head><body><i id='now'></i><iframe width=360 height=700></iframe></body></html>"
    )
    script = """
    const frame = document.querySelector("iframe");
    frame.srcdoc = INNER;
    frame.onload = () => {
      const inside = frame.contentDocument, cell = inside.querySelector("#answer td").getBoundingClientRect();
      told.wide = inside.documentElement.scrollWidth;
      told.square = Math.abs(cell.width - cell.height) < 1;
      told.cell = cell.width;
      told.buttons = Math.min(...[...inside.querySelectorAll("button")].map((b) => b.getBoundingClientRect().height));
    };
    """.replace("INNER", json.dumps(page(short)).replace("</", "<\\/"))
    told = browse(tmp_path, outer, script, wait=2000)
    assert told["wide"] <= 360
    assert told["square"]
    assert told["cell"] > 10
    assert told["buttons"] >= 44


def test_saving_takes_the_page(traced, tmp_path):  # noqa: F811
    record.save(tmp_path / "a.html", traced, STAMP)
    assert (tmp_path / "a.html").read_text() == page(traced)
