"""numba's compiler for the kernels that make puzzles, with its cache on the disk only where there is room for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def njit(cache: bool, nogil: bool) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function at its first call, as `numba.njit` does; the cache keeps it for other processes.

    Where the program's folder and the home are both read-only, numba refuses the decoration: then there is no cache.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        try:
            return numba.njit(cache=cache, nogil=nogil)(function)
        except RuntimeError:  # "cannot cache function: no locator available"
            return numba.njit(nogil=nogil)(function)

    return decorate
