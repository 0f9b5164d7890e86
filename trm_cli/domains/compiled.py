"""numba's compiler for all kernels, with a cache on the disk if a folder for it can be written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba


def njit(cache: bool, nogil: bool) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function at its first call, as `numba.njit` does; the cache keeps it for other processes.

    If the program's folder and the home are both read-only, numba refuses a cache, and the function has none.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        try:
            return numba.njit(cache=cache, nogil=nogil)(function)
        except RuntimeError:  # "cannot cache function: no locator available"
            return numba.njit(nogil=nogil)(function)

    return decorate


def is_ready(function: Any) -> bool:
    """Tell whether a kernel needs no compiling: this process has compiled it, or its cache is on the disk."""
    if not hasattr(function, "stats") or function.signatures:  # numba is switched off, or the kernel was called before
        return True
    folder = function.stats.cache_path
    return folder is not None and any(Path(folder).glob(f"*.{function.__name__}-*.nbi"))
