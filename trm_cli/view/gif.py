"""Drawings as an animated GIF, painted with Pillow (the extra `gif`)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from trm_cli.view.drawing import BACKGROUND, HEIGHT, MARGIN, WIDTH, Drawing

if TYPE_CHECKING:
    from PIL import ImageFont

SCALE = 2
POINTS = 15
FACES = ("DejaVuSansMono.ttf", "LiberationMono-Regular.ttf", "NotoSansMono-Regular.ttf", "Menlo.ttc", "consola.ttf",
         "cour.ttf")  # fmt: skip
"""Monospaced fonts of Linux, macOS and Windows."""


def film(drawings: Sequence[Drawing], seconds: Sequence[float]) -> bytes:
    """Return a looping GIF of drawings of one size, each shown for its number of seconds."""
    from PIL import Image, ImageDraw

    size = drawings[0].width * SCALE, drawings[0].height * SCALE
    font = typeface()
    images = []
    for drawing in drawings:
        # Boxes first, then words on top of them, each letter in the middle of its cell.
        image = Image.new("RGB", size, BACKGROUND.hex)
        painter = ImageDraw.Draw(image)
        for x, y, width, height, colour in drawing.boxes:
            corners = [round(SCALE * value) for value in (x, y, x + width, y + height)]
            painter.rectangle((*corners[:2], corners[2] - 1, corners[3] - 1), fill=colour)
        for word in drawing.words:
            y = SCALE * (MARGIN + word.row * HEIGHT)
            for column, char in zip(word.columns, word.text, strict=True):
                x = SCALE * (MARGIN + column * WIDTH)
                middle = (x + SCALE * WIDTH / 2, y + SCALE * 14)
                painter.text(middle, char, word.colour, font, anchor="ms", stroke_width=int(word.is_bold))
                if word.is_underlined:
                    painter.rectangle((x, y + SCALE * 16, x + SCALE * WIDTH - 1, y + SCALE * 17 - 1), fill=word.colour)
        # A GIF has at most 256 colours; 64 are enough for these pictures and make smaller files.
        images.append(image.quantize(64))
    buffer = io.BytesIO()
    images[0].save(
        buffer, "GIF", save_all=True, append_images=images[1:], duration=[round(1000 * s) for s in seconds], loop=0
    )
    return buffer.getvalue()


def typeface() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the first of FACES on this machine, or else the font of Pillow."""
    from PIL import ImageFont

    for name in FACES:
        with suppress(OSError):
            return ImageFont.truetype(name, POINTS * SCALE)
    return ImageFont.load_default(POINTS * SCALE)
