"""Planes of whole rows and columns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas, Mask
from trm_cli.domains.arc.planes.plane import Plane


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield which rows and columns have a colour or ink, or are full of it, and their commonest and outer colours."""
    masks, shape = canvas.masks, canvas.masks.shape
    # The number of cells of each colour in each row (K, h, 1) and column (K, 1, w).
    rows, columns = masks.sum(2, keepdims=True), masks.sum(1, keepdims=True)

    def wide(cells: np.ndarray) -> Mask:
        return np.broadcast_to(cells, shape)

    def here(cells: np.ndarray) -> Mask:
        return np.broadcast_to(cells, shape[1:])

    yield Plane("lies in its row", wide(rows > 0))
    yield Plane("lies in its column", wide(columns > 0))
    yield Plane("lies in its row and in its column", (rows > 0) & (columns > 0))
    yield Plane("lies in its row or in its column", (rows > 0) | (columns > 0))
    yield Plane("lies twice in its row", wide(rows >= 2))
    yield Plane("lies twice in its column", wide(columns >= 2))
    yield Plane("fills its row", wide(rows == shape[2]))
    yield Plane("fills its column", wide(columns == shape[1]))
    # The same for ink of any colour.
    ink = canvas.ink
    by_row, by_column = np.where(canvas.ink, 1, 0).sum(1, keepdims=True), np.where(ink, 1, 0).sum(0, keepdims=True)
    yield Plane("is in a row with ink", here(by_row > 0))
    yield Plane("is in a column with ink", here(by_column > 0))
    yield Plane("is in a row full of ink", here(by_row == shape[2]))
    yield Plane("is in a column full of ink", here(by_column == shape[1]))
    yield Plane("is in a row of one colour", here((canvas.grid == canvas.grid[:, :1]).all(1, keepdims=True)))
    yield Plane("is in a column of one colour", here((canvas.grid == canvas.grid[:1]).all(0, keepdims=True)))
    yield Plane("is in the row with most ink", here(by_row == by_row.max()))
    yield Plane("is in the column with most ink", here(by_column == by_column.max()))
    is_ink = ~canvas.is_colour([canvas.background])
    # The commonest ink, and the colours at the ends, of each row and column.
    most_rows, most_columns = rows * is_ink, columns * is_ink
    yield Plane("is the commonest ink of its row", wide((most_rows == most_rows.max(0)) & (most_rows > 0)))
    yield Plane("is the commonest ink of its column", wide((most_columns == most_columns.max(0)) & (most_columns > 0)))
    yield Plane("is the first colour of its row", wide(masks[:, :, :1]))
    yield Plane("is the last colour of its row", wide(masks[:, :, -1:]))
    yield Plane("is the first colour of its column", wide(masks[:, :1]))
    yield Plane("is the last colour of its column", wide(masks[:, -1:]))
    first, last = masks[:, :, :1], masks[:, :, -1:]
    yield Plane("is the first and the last colour of its row", wide(first & last) & is_ink)
    top, bottom = masks[:, :1], masks[:, -1:]
    yield Plane("is the first and the last colour of its column", wide(top & bottom) & is_ink)
    yield Plane("is the commonest colour of its row", wide(rows == rows.max(0)))
    yield Plane("is the commonest colour of its column", wide(columns == columns.max(0)))
    yield Plane("is background in a row and a column with ink", here((by_row > 0) & (by_column > 0)) & ~ink)
