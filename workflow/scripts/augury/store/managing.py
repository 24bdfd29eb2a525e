"""What a person sees and clears of stores."""

import time
from collections.abc import Sequence
from pathlib import Path

from augury.command.errors import UserError
from augury.store.entries import SEEN, Entry
from augury.store.shelf import GB, NAME

_UNITS = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def stores_of(named: Sequence[Path] | None) -> list[Path]:
    """The stores that are meant: those named, or all below results/. UserError where there is none."""
    for folder in named or ():
        if folder.name != NAME or not folder.is_dir():
            raise UserError(f"{folder} is no store; name a folder like results/NAME/{NAME}")
    folders = list(named) if named else sorted(Path("results").glob(f"*/{NAME}"))
    if not folders:
        raise UserError(f"there is no store below {Path('results').resolve()}; run this in the project's folder")
    return folders


def chosen(entries: Sequence[Entry], days: float | None, keep_gb: float | None, used_too: bool) -> list[Entry]:
    """Those to clear, least recently used first: older than some days, and until no more than keep_gb is left.

    What results use is left out, unless it is wanted too.
    """
    old = sorted(entries, key=Entry.last_used)
    left = sum(entry.own_bytes() for entry in old)
    before, entries_chosen = time.time() - (days or 0) * 86400, []
    for entry in old:
        if (entry.is_used() and not used_too) or (days is not None and entry.last_used() > before):
            continue
        if keep_gb is not None and left <= keep_gb * GB:
            break
        entries_chosen.append(entry)
        left -= entry.own_bytes()
    return entries_chosen


def summary(entries: Sequence[Entry]) -> str:
    """How many they are, and the space that they alone take."""
    own = size(sum(entry.own_bytes() for entry in entries))
    trainings = sum(entry.about["kind"] != SEEN for entry in entries)
    seen = " and what frozen networks saw" if trainings < len(entries) else ""
    return f"{trainings} finished training{'' if trainings == 1 else 's'}{seen}, {own}"


def listing(entries: Sequence[Entry]) -> list[str]:
    """A line for each, under a head: what it is, its size, since when no result uses it, when it was made."""
    rows = [("kind", "size", "last used", "made", "threads", "name")]
    for entry in entries:
        about = entry.about
        made, used = (time.strftime("%Y-%m-%d %H:%M", time.localtime(at)) for at in (about["made"], entry.last_used()))
        used = "in use" if entry.is_used() else used
        rows.append((about["kind"], size(entry.size()), used, made, str(about.get("threads", "")), about["name"]))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]) for row in rows
    ]


def size(count: float) -> str:
    """Bytes as people write them."""
    unit, name = next(((unit, name) for unit, name in _UNITS if count >= unit), (1, "bytes"))
    return f"{count / unit:.{0 if unit == 1 else 1}f} {name}"
