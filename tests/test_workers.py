"""Several workers: who gets what, results whatever the order, errors and readers that leave early."""

import threading
import time

import pytest

from trm_cli.solving import workers
from trm_cli.solving.workers import spread


def squares(items):
    """Yield (number, square) the last of two first."""
    waiting = []
    for pair in enumerate(items):
        waiting.append(pair)
        if len(waiting) == 2:
            yield from ((number, item**2) for number, item in reversed(waiting))
            waiting.clear()
    yield from ((number, item**2) for number, item in waiting)


@pytest.mark.parametrize("n_workers", [1, 2, 3, 8])
def test_every_item_comes_back_under_its_number(n_workers):
    assert dict(spread(range(21), n_workers, squares)) == {i: i**2 for i in range(21)}


def test_who_gets_what_does_not_depend_on_speed():
    def slow_for_some(items):
        for number, item in enumerate(items):
            time.sleep(0.01 * (item % 2))
            yield number, (item, threading.get_ident())

    dealt = {}
    for number, (item, worker) in spread(range(30), 3, slow_for_some):
        assert number == item
        dealt.setdefault(worker, set()).add(item % 3)
    assert sorted(map(sorted, dealt.values())) == [[0], [1], [2]]


def test_an_error_is_raised_where_the_results_are_read():
    def fail(items):
        for number, item in enumerate(items):
            if item == 5:
                raise ValueError("five")
            yield number, item

    with pytest.raises(ValueError, match="five"):
        list(spread(range(10), 2, fail))


def test_slow_workers_are_waited_for_together(monkeypatch):
    """However many workers still compute when the reader leaves, they have one time to end in."""
    monkeypatch.setattr(workers, "PATIENCE", 0.3)
    is_over = threading.Event()

    def slow(items):
        for number, item in enumerate(items):
            if item >= 4:
                is_over.wait(10)
            yield number, item

    results = workers.spread(range(100), 4, slow)
    next(results)
    started = time.monotonic()
    results.close()
    waited = time.monotonic() - started
    is_over.set()
    assert waited < 0.9


def test_a_reader_may_leave_early():
    read_so_far = []

    def endless():
        while True:
            read_so_far.append(1)
            yield len(read_so_far)

    results = spread(endless(), 2, lambda items: enumerate(items))
    next(results)
    results.close()
    time.sleep(0.3)
    n = len(read_so_far)
    time.sleep(0.1)
    assert len(read_so_far) == n
