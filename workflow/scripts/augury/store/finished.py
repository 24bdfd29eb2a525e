"""How a step takes its finished files from the store, and puts them there."""

import argparse
import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from augury.command import peers, script
from augury.command.errors import UserError
from augury.store.entries import Entry
from augury.store.key import key_of
from augury.store.shelf import GB, Shelf

if TYPE_CHECKING:
    from augury.store.feature_cache import FeatureCache

# What each kind of step writes into its output folder; pools, searches, features and scores may share one.
PATTERNS = {
    "generator": ("*", "snapshots/*"),
    "classifier": ("*",),
    "search": ("latents.safetensors", "selection.json", "history.tsv", "compared.png"),
    "pool": ("index.tsv", "shard-*.tar"),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of a step whose finished files are kept."""
    parser.add_argument("--store", type=Path, help="results/NAME/.store, to keep finished files in (default: none)")
    parser.add_argument("--store-gb", type=float, help="how much it may hold beside the results")


class Finished:
    """The finished files of one step of a kind.

    patterns: of what it writes, where its kind does not say it. Where no store is asked for, nothing is kept or found;
    where one cannot be used, the log says so and the step goes on without it.
    """

    def __init__(self, args: argparse.Namespace, kind: str, patterns: tuple[str, ...] = ()) -> None:
        self.args, self.kind, self.output = args, kind, args.output
        self.patterns = patterns or PATTERNS[kind]
        self.shelf = Shelf(args.store, _most_gb(args) * GB) if args.store else None
        self.shelf_path = self._shelf_path(self.shelf) if self.shelf else ""
        self.key = ""

    def taken(self, step: str, modules: tuple[str, ...], reads: Iterable[Path], device: str) -> bool:
        """Whether the files are in the output folder now, as they were once made from the very same.

        See store.key for what that is. What a training of other settings has left there is removed.
        """
        entry = self._quietly(lambda shelf: self._take(shelf, step, modules, reads, device))
        if entry is None or self.shelf is None:
            return False
        made = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.about["made"]))
        threads = entry.about["threads"]
        script.tell(f"{self.shelf_path}: taken from {self.shelf.folder}, as it was made on {made} (threads {threads})")
        return True

    def keep(self, seen: "FeatureCache | None" = None) -> None:
        """Put the files into the store: all are written. seen: what a frozen network saw meanwhile."""
        if seen:
            seen.keep()
        if self.key:
            about = {"kind": self.kind, "name": self.shelf_path, "threads": self.args.threads}
            self._quietly(lambda shelf: shelf.keep(self.shelf_path, self.key, self.output, self.patterns, about))

    def _take(
        self, shelf: Shelf, step: str, modules: tuple[str, ...], reads: Iterable[Path], device: str
    ) -> Entry | None:
        self.key = key_of(step, modules, self.args, reads, device)
        if peers.is_member():
            return None  # they were looked for before the processes were started
        with _unused_state(self.output) as state:
            if state is None:
                return None
            entry = shelf.restore(self.shelf_path, self.key, self.output, self.patterns)
            if entry and self.kind not in ("pool", "features"):  # beside these it is another's
                shutil.rmtree(state, ignore_errors=True)
            return entry

    def _quietly(self, act: Callable[[Shelf], Entry | None]) -> Entry | None:
        if self.shelf is None:
            return None
        try:
            return act(self.shelf)
        except OSError as error:
            script.tell(f"going on without {self.shelf.folder}: {error}")
            return None

    def _shelf_path(self, shelf: Shelf) -> str:
        # Not resolved: a folder of the results may be a link to another disk.
        below = Path(os.path.relpath(self.output, shelf.folder.parent))
        if below.parts[:1] in ((), ("..",)):
            raise UserError(f"--store {shelf.folder} keeps what lies beside it; {self.output} does not")
        return below.as_posix()


def _most_gb(args: argparse.Namespace) -> float:
    from augury.study.results import Store

    return Store().max_gb if args.store_gb is None else args.store_gb


@contextlib.contextmanager
def _unused_state(output: Path) -> Iterator[Path | None]:
    """Where state of a training lies, or would, with its lock held; None where a process trains there."""
    state = output / ".state"
    try:
        lock = open(state / "lock", "a", encoding="utf-8")  # noqa: SIM115  (closed below)
    except FileNotFoundError:
        yield state
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield state
