"""Several cores at work on many puzzles: each has a batch of its own, and waits for none of the others.

Threads inside of one batch meet after every operation. Where the machine has other work to do they wait for each other
most of the time, and networks this small give them little to do in between. Batches side by side never meet.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Generic, TypeVar

import torch

A = TypeVar("A")
R = TypeVar("R")
Solve = Callable[[Iterable[A]], Iterator[tuple[int, R]]]
"""Takes items and yields (number of the item, result) in whatever order."""
AHEAD = 256
"""Results that may wait for the reader."""


def spread(items: Iterable[A], n_workers: int, solve: Solve[A, R]) -> Iterator[tuple[int, R]]:
    """Yield what `solve` does of the items, each worker having every `n_workers`-th of them.

    Who gets what depends on nothing but the order, so that results are the same however busy the machine is.
    """
    if n_workers == 1:
        yield from solve(items)
        return
    dealer = _Dealer(items, n_workers)
    results: queue.Queue[tuple[int, R] | BaseException | None] = queue.Queue(AHEAD)
    is_over = threading.Event()

    def put(result: tuple[int, R] | BaseException | None) -> None:
        while not is_over.is_set():
            with suppress(queue.Full):
                results.put(result, timeout=0.1)
                return

    def work(mine: int) -> None:
        torch.set_num_threads(1)
        try:
            for number, result in solve(dealer.hand(mine)):
                put((mine + number * n_workers, result))
                if is_over.is_set():
                    return
            put(None)
        except BaseException as error:  # it is raised where the results are read
            put(error)

    for mine in range(n_workers):
        threading.Thread(target=work, args=(mine,), daemon=True).start()
    n_at_work = n_workers
    try:
        while n_at_work:
            result = results.get()
            if isinstance(result, BaseException):
                raise result
            if result is None:
                n_at_work -= 1
            else:
                yield result
    finally:
        is_over.set()


class _Dealer(Generic[A]):
    """Deals items out in turn; one that is asked for early waits in its player's hand."""

    def __init__(self, items: Iterable[A], n_players: int) -> None:
        self._items = enumerate(items)
        self._hands: list[deque[A]] = [deque() for _ in range(n_players)]
        self._lock = threading.Lock()

    def hand(self, player: int) -> Iterator[A]:
        """Yield the items of one player."""
        while True:
            with self._lock:
                while not self._hands[player]:
                    number, item = next(self._items, (-1, None))
                    if item is None:
                        return
                    self._hands[number % len(self._hands)].append(item)
                item = self._hands[player].popleft()
            yield item
