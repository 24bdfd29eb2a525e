"""A function over many items in threads, results in order, with a bounded number under way."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

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
    if threads == 1:  # handing items over would cost a tenth of a millisecond each
        for item in items:
            yield function(item)
            progress.add()
        return
    pool = ThreadPoolExecutor(threads)
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) >= AHEAD * threads:
                yield waiting.popleft().result()
                progress.add()
        while waiting:
            yield waiting.popleft().result()
            progress.add()
    finally:
        pool.shutdown(cancel_futures=True)
