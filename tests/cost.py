"""What a call costs, for tests that hostile input is not pondered over."""

import time
from collections.abc import Callable


def cpu_seconds(call: Callable[[], object], tries: int = 3) -> float:
    """The least CPU time of some tries: another program, or a collection of garbage, lengthens one of them, not all."""
    least = float("inf")
    for _ in range(tries):
        began = time.process_time()
        call()
        least = min(least, time.process_time() - began)
    return least
