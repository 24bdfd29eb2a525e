"""Memory that images and tensors leave is kept for the next ones. Standard library only.

glibc gives large blocks back to the system as soon as they are free, and the next image or tensor of that size pays for
every page anew: an index and features of images took twice as long by it, trainings of large batches a sixth longer.
"""

import ctypes
import functools
import sys

# Parameters of mallopt(3): when the top of the heap is given back, and from which size blocks are mapped by themselves.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
LARGEST = 2**31 - 1  # bytes: an int's
MAPPED = 1 << 30  # bytes from which a block is still a map of its own, and goes back when it is free


@functools.cache
def keep_freed_memory() -> bool:
    """Keep it for this process; what it holds at its peak stays the same. False where the C library is another."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(M_MMAP_THRESHOLD, MAPPED)) and bool(mallopt(M_TRIM_THRESHOLD, LARGEST))
