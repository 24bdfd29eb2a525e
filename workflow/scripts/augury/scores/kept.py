"""Features that a network once made of the very same images come from the store: another network beside it costs only
its own. Images that are drawn are drawn once for all networks that are left.
"""

import argparse
import glob
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from augury.classifiers.sources import files_read
from augury.command.errors import UserError
from augury.scores.naming import INCEPTION
from augury.store.finished import Finished


@dataclass(frozen=True)
class Wanted:
    """A network whose features are to be made, and where to."""

    extractor: str
    output: Path
    finished: Finished

    def keep(self) -> None:
        """Put them into the store, once they are written."""
        self.finished.keep()


def features_to_make(
    script: str, modules: tuple[str, ...], args: argparse.Namespace, reads: Sequence[Path], device: str
) -> list[Wanted]:
    """The networks of `args.extractor` whose features are not in `args.output` now, from the store.

    See store.key for the other arguments; reads: of the images, without the weights of networks. UserError unless as
    many files are named as networks.
    """
    if len(args.extractor) != len(args.output):
        raise UserError("--output names a file for each network of --extractor; give as many of both")
    wanted = []
    for name, output in zip(args.extractor, args.output, strict=True):
        # Neither the other networks nor the name of the file is a part of what it holds.
        own = argparse.Namespace(**vars(args) | {"extractor": name, "output": output.parent})
        kept = Finished(own, "features", (glob.escape(output.name),))
        if not kept.taken(script, modules, chain(reads, _weights_of(name, args.weights)), device):
            wanted.append(Wanted(name, output, kept))
    return wanted


def _weights_of(name: str, weights: Path) -> Iterator[Path]:
    if name == INCEPTION:
        yield weights / f"{INCEPTION}.pth" if weights.is_dir() else weights
    else:
        yield from files_read([name], str(weights) if weights.is_file() else True, weights)
