"""Work in numbered chunks by several threads, with results in the order of the numbers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from typing import TypeVar

T = TypeVar("T")


def ordered(chunk: Callable[[int], T], workers: int) -> Iterator[T]:
    """Yield chunk(0), chunk(1), ... for ever; `workers` of them are computed at once."""
    numbers = count()
    with ThreadPoolExecutor(workers) as pool:
        ahead: deque[Future[T]] = deque()
        try:
            while True:
                # Keep every worker busy, and wait for the oldest chunk only.
                while len(ahead) < workers:
                    ahead.append(pool.submit(chunk, next(numbers)))
                yield ahead.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
