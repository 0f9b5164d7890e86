"""Web pages that load nothing else: a frame for any content, and a strip of drawings."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from trm_cli.view import svg
from trm_cli.view.drawing import Drawing

STYLE = """
body { background: #181818; color: #c5c8c6; font: 15px ui-monospace, Menlo, Consolas, monospace; margin: 2em }
svg { max-width: 100%; height: auto } figure { margin: 0 }
.strip { display: flex; flex-wrap: wrap; gap: 12px }
td, th { padding: 0.1em 1.5em 0.1em 0; text-align: left }
h1 { font-size: 1.2em } h2 { font-size: 1em }
"""


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
