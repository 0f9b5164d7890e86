"""numba's compiler for the kernels that make puzzles, with its cache on the disk only where there is room for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])


def njit(cache: bool, nogil: bool) -> Callable[[F], F]:
    """Compile a function at its first call, as `numba.njit`; where nothing can be cached, at the first of every process.

    That is so for a program folder and a home that are both read-only: numba then refuses the decoration itself.
    """

    def decorate(function: F) -> F:
        try:
            compiled: F = numba.njit(cache=cache, nogil=nogil)(function)
        except RuntimeError:  # "cannot cache function: no locator available"
            compiled = numba.njit(nogil=nogil)(function)
        return compiled

    return decorate
