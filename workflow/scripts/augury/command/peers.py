"""The processes that do one step together, as torchrun starts them: which of them this is, by its variables.

A step that is one process has none of them. https://docs.pytorch.org/docs/stable/elastic/run.html
"""

import os

_RUN, _RANK, _LOCAL, _COUNT = "TORCHELASTIC_RUN_ID", "RANK", "LOCAL_RANK", "WORLD_SIZE"
# Where a person watches, for the first process: the path of the terminal that the step was started from.
CONSOLE = "AUGURY_CONSOLE"
# On each node of a job of several: where the processes meet, HOST:PORT.
MEETING = "AUGURY_MEETING"


def is_member() -> bool:
    """Whether this process is one of several."""
    return _RUN in os.environ


def rank() -> int:
    """Its number among all, from 0."""
    return int(os.environ.get(_RANK, "0")) if is_member() else 0


def local_rank() -> int:
    """Its number among those of this machine, from 0."""
    return int(os.environ.get(_LOCAL, "0")) if is_member() else 0


def count() -> int:
    """How many there are, on all machines."""
    return int(os.environ.get(_COUNT, "1")) if is_member() else 1


def starts_others() -> bool:
    """Whether it starts the processes of one node of several, for a step that runs elsewhere."""
    return MEETING in os.environ and not is_member()
