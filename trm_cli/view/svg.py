"""Drawings as SVG without fonts, scripts or links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from trm_cli.view.drawing import BACKGROUND, HEIGHT, MARGIN, WIDTH, Drawing, Word

GAP = 12
"""Pixels between tiles, such as the pictures of a filmstrip."""
STYLE = "text{font:15px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}"


def strip(drawings: Sequence[Drawing], across: int) -> str:
    """Return a filmstrip: the drawings, all of one size, in rows of `across`."""
    width, height = drawings[0].width, drawings[0].height
    background = f'<rect width="{width}" height="{height}" rx="6" fill="{BACKGROUND.hex}"/>'
    return tiled([background + shapes(drawing) for drawing in drawings], across, width, height, STYLE)


def tiled(tiles: Sequence[str], across: int, width: int, height: int, style: str) -> str:
    """Return an SVG of tiles, each of `width` x `height` pixels and written as elements, in rows of `across`."""
    across = min(across, len(tiles))
    n_rows = -(-len(tiles) // across)
    placed = (
        f'<g transform="translate({i % across * (width + GAP)} {i // across * (height + GAP)})">{tile}</g>'
        for i, tile in enumerate(tiles)
    )
    return document(across * (width + GAP) - GAP, n_rows * (height + GAP) - GAP, style, placed)


def film(drawings: Sequence[Drawing], seconds: Sequence[float]) -> str:
    """Return a looping animation of drawings of one size, each shown for its number of seconds.

    They lie below each other on a film that jumps. With reduced motion, the last one is shown.
    """
    width, height = drawings[0].width, drawings[0].height
    total, passed, stops = sum(seconds), 0.0, []
    for i, duration in enumerate(seconds):
        # A stop of the animation for each drawing, at its share of the time.
        stops.append(f"{100 * passed / total:.3f}%{{transform:translateY({-i * height}px)}}")
        passed += duration
    last = f"transform:translateY({-(len(drawings) - 1) * height}px)"
    style = (
        f"{STYLE}@keyframes film{{{''.join(stops)}100%{{{last}}}}}"
        f".film{{{last};animation:film {total:.3f}s step-end infinite}}"
        "@media(prefers-reduced-motion:reduce){.film{animation:none}}"
    )
    placed = (f'<g transform="translate(0 {i * height})">{shapes(drawing)}</g>' for i, drawing in enumerate(drawings))
    background = f'<rect width="{width}" height="{height}" rx="6" fill="{BACKGROUND.hex}"/>'
    return document(width, height, style, [background, '<g class="film">', *placed, "</g>"])


def still(drawing: Drawing) -> str:
    """Return a single picture."""
    return strip([drawing], 1)


def shapes(drawing: Drawing) -> str:
    """Return the elements of a drawing."""
    boxes = (f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" fill="{c}"/>' for x, y, w, h, c in drawing.boxes)
    return "".join([*boxes, *map(_text, drawing.words)])


def _text(word: Word) -> str:
    places = " ".join(str(MARGIN + column * WIDTH) for column in word.columns)
    look = ' style="font-weight:bold"' * word.is_bold + ' text-decoration="underline"' * word.is_underlined
    y = MARGIN + word.row * HEIGHT + 14
    return f'<text x="{places}" y="{y}" fill="{word.colour}"{look}>{escape(word.text)}</text>'


def document(width: int, height: int, style: str, elements: Iterable[str]) -> str:
    """Return a whole SVG file of `width` x `height` pixels."""
    content = "\n".join(elements)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"<style>{style}</style>\n{content}\n</svg>\n"
    )
