"""The plane: a name in words, and the cells, or the colours and cells, for which it is true."""

from __future__ import annotations

from typing import NamedTuple

from trm_cli.domains.arc.canvas import Mask


class Plane(NamedTuple):
    """A statement about cells (h, w), about colours (K, 1, 1), about both (K, h, w), or about the whole grid (1, 1).

    h and w are those of the grid, or of the canvas.
    """

    name: str
    cells: Mask
