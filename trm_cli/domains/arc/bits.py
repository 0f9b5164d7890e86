"""The bits of a token of the ARC net: what may be true of a colour and a cell."""

from __future__ import annotations

EXISTS, IN_INPUT, THIS_COLOUR, IN_OUTPUT, BLACK = range(5)
"""The first bits of a token: the pair of a colour and a cell exists; the cell is one of the input; the input has this
colour there; the cell is one of the output; the colour is black."""
ORIENTATION = 5
"""The first of eight bits, one for each way to turn and mirror the canvas."""
COLOUR = 13
"""The first of ten bits, one for each colour."""
PLANES = 23
"""The first bit of a plane."""
MAX_PLANES = 40
"""Planes that a token of 63 bits has room for."""
