"""Many puzzles on several cores: each core has a batch of its own and does not wait for the others.

Threads that share one batch wait for each other after every operation. These networks are so small that on a busy
machine the threads would mostly wait. Batches side by side never do.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Generic, TypeVar

import torch

A = TypeVar("A")
R = TypeVar("R")
Solve = Callable[[Iterable[A]], Iterator[tuple[int, R]]]
"""Takes items and yields (number of the item, result) in any order."""
AHEAD = 256
"""Results that may wait for the reader."""
PATIENCE = 5.0
"""Seconds to wait for the workers to end after their present results, when nobody reads any more."""


def spread(items: Iterable[A], n_workers: int, solve: Solve[A, R]) -> Iterator[tuple[int, R]]:
    """Yield the results of `solve` for all items; each worker takes every `n_workers`-th item.

    Which worker gets an item depends only on the order of the items, so results are the same on a busy machine.
    """
    if n_workers == 1:
        yield from solve(items)
        return
    dealer = _Dealer(items, n_workers)
    results: queue.Queue[tuple[int, R] | BaseException | None] = queue.Queue(AHEAD)
    is_over = threading.Event()

    # Wait for room, but only as long as somebody still reads: a reader that stops must not leave threads behind.
    def put(result: tuple[int, R] | BaseException | None) -> None:
        while not is_over.is_set():
            with suppress(queue.Full):
                results.put(result, timeout=0.1)
                return

    def work(mine: int) -> None:
        # One thread for each batch; a worker's item k is item mine + k * n_workers of all.
        torch.set_num_threads(1)
        try:
            for number, result in solve(dealer.hand(mine)):
                put((mine + number * n_workers, result))
                if is_over.is_set():
                    return
            put(None)
        except BaseException as error:  # raised again by the reader of the results
            put(error)

    threads = [threading.Thread(target=work, args=(mine,), daemon=True) for mine in range(n_workers)]
    for thread in threads:
        thread.start()
    # Every worker ends with None. An error of any of them is raised here, and ends the others.
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
        # A thread that still computes when the program ends would abort it.
        deadline = time.monotonic() + PATIENCE
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))


class _Dealer(Generic[A]):
    """Deals items out in turn; an item that is dealt before its player asks for it waits in the player's hand."""

    def __init__(self, items: Iterable[A], n_players: int) -> None:
        self._items = enumerate(items)
        self._hands: list[deque[A]] = [deque() for _ in range(n_players)]
        self._lock = threading.Lock()

    def hand(self, player: int) -> Iterator[A]:
        """Yield the items of one player."""
        while True:
            with self._lock:
                # Take items from the source until one is this player's.
                while not self._hands[player]:
                    number, item = next(self._items, (-1, None))
                    if item is None:
                        return
                    self._hands[number % len(self._hands)].append(item)
                item = self._hands[player].popleft()
            yield item
