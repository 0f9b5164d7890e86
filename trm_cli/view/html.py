"""Drawings as a web page that needs nothing else: a film with a slider, or a strip."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from trm_cli.view import svg
from trm_cli.view.drawing import Drawing

STYLE = """
body { background: #181818; color: #c5c8c6; font: 15px ui-monospace, Menlo, Consolas, monospace; margin: 2em }
svg { max-width: 100%; height: auto } figure { margin: 0 } input { width: 24em; max-width: 60% }
.strip { display: flex; flex-wrap: wrap; gap: 12px } button { font: inherit }
figure[hidden] { display: none } td, th { padding: 0.1em 1.5em 0.1em 0; text-align: left }
h1 { font-size: 1.2em } h2 { font-size: 1em }
"""
SCRIPT = """
const figures = [...document.querySelectorAll("figure")], slider = document.querySelector("input"),
  button = document.querySelector("button");
let timer = null;
function show(i) { figures.forEach((figure, j) => { figure.hidden = i != j }); slider.value = i }
function stop() { clearInterval(timer); timer = null; button.textContent = "play" }
function play() {
  if (slider.value == figures.length - 1) show(0);
  button.textContent = "stop";
  timer = setInterval(() => {
    if (slider.value == figures.length - 1) stop(); else show(Number(slider.value) + 1);
  }, MILLISECONDS);
}
slider.oninput = () => { stop(); show(slider.value) };
button.onclick = () => timer ? stop() : play();
document.onkeydown = event => {
  const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (move && event.target != slider) {
    stop(); show(Math.min(figures.length - 1, Math.max(0, Number(slider.value) + move)));
  }
};
play();
"""


def film(title: str, drawings: Sequence[Drawing], step_seconds: float) -> str:
    """Return a page that plays the drawings, with a slider and the arrow keys to go through them."""
    last = len(drawings) - 1
    figures = (f"<figure{' hidden' * (i < last)}>{svg.still(drawing)}</figure>" for i, drawing in enumerate(drawings))
    controls = (
        f'<p><button>play</button> <input type="range" aria-label="step" min="0" max="{last}" value="{last}"></p>'
    )
    script = SCRIPT.replace("MILLISECONDS", f"{1000 * step_seconds:g}")
    return page(title, "\n".join([*figures, controls, f"<script>{script}</script>"]))


def strip(title: str, drawings: Sequence[Drawing]) -> str:
    """Return a page with all drawings beside and below each other."""
    figures = (f"<figure>{svg.still(drawing)}</figure>" for drawing in drawings)
    return page(title, '<div class="strip">' + "\n".join(figures) + "</div>")


def page(title: str, body: str) -> str:
    """Return a whole page."""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>\n'
        f"<body>\n{body}\n</body></html>\n"
    )
