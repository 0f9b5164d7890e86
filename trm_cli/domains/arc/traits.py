"""Traits of components in words: to be the first in some order, or to have some property.

Planes say that a cell's thing has a trait; proposals cut out the one thing that has it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas, Components

Trait = tuple[str, np.ndarray]
"""Words, with `{}` for the kind of component, and which components have the trait (n + 1,)."""


def extremes(parts: Components) -> Iterator[Trait]:
    """Yield traits of the components that are first in some order, of which few can be."""
    # By size: its own, that of its box, and its rank among all sizes.
    yield "the largest {}", parts.most(parts.size)
    yield "the smallest {}", parts.most(-parts.size)
    yield "the {} with the largest box", parts.most(parts.area)
    sizes = np.unique(parts.size[1:])[::-1]
    for rank, word in enumerate(("second", "third"), 1):
        yield f"the {word} largest {{}}", parts.exists & (parts.size == (sizes[rank] if len(sizes) > rank else -1))
    # By place, by form, by holes and by symmetry.
    yield "the topmost {}", parts.most(-parts.top)
    yield "the leftmost {}", parts.most(-parts.left)
    yield "the lowest {}", parts.most(parts.bottom)
    yield "the rightmost {}", parts.most(parts.right)
    n_alike = parts.n_alike(parts.turned_form)
    yield "the only {} of its form", parts.exists & (n_alike == 1) & (parts.n > 1)
    yield "a {} of the commonest form", parts.most(n_alike) & (n_alike > 1)
    yield "the {} with most holes", parts.most(parts.holes) & (parts.holes > 0)
    is_mirrored = parts.is_mirrored_lr | parts.is_mirrored_ud
    yield "the only symmetric {}", is_mirrored & (is_mirrored[1:].sum() == 1)
    yield "the only {} that is not symmetric", parts.exists & ~is_mirrored & ((~is_mirrored[1:]).sum() == 1)


def traits(parts: Components) -> Iterator[Trait]:
    """Yield traits that any number of components may have."""
    size, exists = parts.size, parts.exists
    for n, word in (
        (1, "one cell"),
        (2, "two cells"),
        (3, "three cells"),
        (4, "four cells"),
        (5, "five cells"),
        (6, "six cells"),
    ):
        yield f"a {{}} of {word}", exists & (size == n)
    yield "a {} of two cells or more", size >= 2
    yield "a {} of three cells or more", size >= 3
    yield "a {} of four cells or more", size >= 4
    yield "a {} with an odd number of cells", exists & (size % 2 == 1)
    # Place and outline.
    yield "a {} at the border", parts.at_border()
    is_full = size == parts.area
    yield "a rectangular {}", is_full & (size > 1)
    yield "a {} with a square box", exists & (parts.height == parts.width)
    is_line = exists & (np.minimum(parts.height, parts.width) == 1) & (size > 1)
    yield "a {} that is a line", is_line
    yield "a {} that stands", exists & (parts.height > parts.width)
    yield "a {} that lies", exists & (parts.width > parts.height)
    # Holes, symmetry, and other components of the same form.
    for n, word in ((1, "one hole"), (2, "two holes"), (3, "three holes")):
        yield f"a {{}} with {word}", exists & (parts.holes == n)
    yield "a {} with holes", exists & (parts.holes > 0)
    yield "a {} like its left-right mirror", exists & parts.is_mirrored_lr
    yield "a {} like its up-down mirror", exists & parts.is_mirrored_ud
    yield "a {} with a twin", parts.n_alike(parts.turned_form) > 1
    yield "a {} with a twin the same way up", parts.n_alike(parts.form) > 1


def inner_traits(canvas: Canvas, parts: Components) -> Iterator[Trait]:
    """Yield traits of the one component whose box comes first by its colours, its ink, its fullness or its symmetry."""
    n_colours, n_ink, fill = (np.zeros(parts.n + 1, np.int64) for _ in range(3))
    symmetry = np.zeros(parts.n + 1, np.int64)
    for i in range(1, parts.n + 1):
        cells = canvas.grid[parts.box(i)]
        n_colours[i] = np.count_nonzero(np.bincount(cells.reshape(-1)))
        n_ink[i] = np.count_nonzero(cells != canvas.background)
        # Whole numbers, in thousandths: equal shares are then exactly equal.
        fill[i] = 1000 * parts.size[i] // parts.area[i]
        alike = np.count_nonzero(cells == cells[:, ::-1]) + np.count_nonzero(cells == cells[::-1])
        symmetry[i] = 500 * alike // cells.size
    others = np.where(parts.exists, n_ink - parts.size, 0)
    yield "the {} whose box has most colours", parts.only_most(n_colours)
    yield "the {} whose box has fewest colours", parts.only_most(-n_colours)
    yield "the {} with most other ink in its box", parts.only_most(others)
    yield "the {} with least other ink in its box", parts.only_most(-others)
    yield "the fullest {}", parts.only_most(fill)
    yield "the emptiest {}", parts.only_most(-fill)
    yield "the most symmetric {}", parts.only_most(symmetry)
    yield "the least symmetric {}", parts.only_most(-symmetry)
