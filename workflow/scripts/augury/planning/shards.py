"""Pools of which a shard has gone: Snakemake knows of their index alone."""

import os
import re

_LINE = 4096  # bytes in which an index's last line stands
_SHARD = re.compile(rb"\tshard-(\d{6,})\.tar\t")


def lost_shard(index: str) -> str | None:
    """The first shard that the folder of an index lacks; None where all are there, or there is no index.

    Only the index's last line is read, and its folder listed.
    """
    last = _last_shard(index)
    if last is None:
        return None
    folder = os.path.dirname(index)
    here = set(os.listdir(folder))
    wanted = (f"shard-{number:06d}.tar" for number in range(last + 1))
    return next((os.path.join(folder, name) for name in wanted if name not in here), None)


def _last_shard(index: str) -> int | None:
    # Its number; None where there is no index, or one that names none.
    try:
        with open(index, "rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - _LINE))
            named = _SHARD.findall(file.read())
    except OSError:
        return None
    return int(named[-1]) if named else None
