"""A function over many items in threads or processes, results in order, with a bounded number under way."""

import contextlib
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import TypeVar

from augury.command.parent import end_with_parent
from augury.command.progress import Progress

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 4  # results a thread that may wait to be taken


def in_order(
    function: Callable[[Item], Result], items: Iterable[Item], threads: int, progress: Progress
) -> Iterator[Result]:
    """function(item) for each item, in the items' order. Decoding and hashing release the interpreter's lock.

    An exception of the function is raised here; what has not begun by then is given up.
    """
    with pool_of(threads) as pool:
        for result in ordered(pool, function, items, threads):
            yield result
            progress.add()


@contextlib.contextmanager
def pool_of(threads: int) -> Iterator[ThreadPoolExecutor | None]:
    """So many threads, or none in place of one; what has not begun when they are left is given up."""
    # With one thread, handing items over would cost a tenth of a millisecond each.
    pool = ThreadPoolExecutor(threads) if threads > 1 else None
    try:
        yield pool
    finally:
        if pool:
            pool.shutdown(cancel_futures=True)


def ordered(
    pool: Executor | None, function: Callable[[Item], Result], items: Iterable[Item], workers: int
) -> Iterator[Result]:
    """The same by a pool of so many workers that is kept, or by no pool one after another."""
    if pool is None:
        yield from map(function, items)
        return
    waiting: deque[Future[Result]] = deque()
    for item in items:
        waiting.append(pool.submit(function, item))
        if len(waiting) >= AHEAD * workers:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def processes(count: int) -> ProcessPoolExecutor:
    """So many processes, for what holds the interpreter's lock; they end with this one, however it ends.

    Begun anew and not forked, as a process with threads must not be.
    """
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(count, context, initializer=_end_with, initargs=(os.getpid(),))


def _end_with(parent: int) -> None:
    end_with_parent(lambda reason: None, parent)  # whoever would read it is gone
