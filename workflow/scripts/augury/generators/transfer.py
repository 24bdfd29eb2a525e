"""Starting a generator from another one of its family: sideways from another taxon, downward from the taxon above.

The weights are those of the averaged generator and of the discriminator that it was trained against. FreezeD (Mo et al.
2020, arXiv:2002.10964) keeps the discriminator's first layers as they came.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from augury.command.errors import UserError
from augury.generators.family import is_public
from augury.images.files import file_sha256
from augury.settings.families import family
from augury.splits.guard import check_parts
from augury.tables.description import read_description
from augury.tables.rows import SplitRow
from augury.tables.table import read_rows
from augury.training.weights import load_weights

MANIFEST = "training.tsv"  # the images that a generator saw, its predecessors' included
# Copies tensors, by their names in a file, into a generator and its discriminator.
Translate = Callable[[dict[str, Any], Path, Any, Any], None]


@dataclasses.dataclass(frozen=True)
class Start:
    """A trained generator that another one begins with."""

    folder: Path  # of a PublicStart its file
    name: str  # as tables show it: GENERATOR/TAXON, or the folder
    description: dict[str, Any]
    rows: list[SplitRow]  # training images of it and of those that it began with
    sha256: str  # of its networks' weights

    def fill(self, generator: nn.Module, discriminator: nn.Module | None = None) -> None:
        """Copy the weights into networks of the same shape. Raises UserError when they are of another shape."""
        load_weights(self.folder / "generator.safetensors", generator)
        if discriminator is not None:
            load_weights(self.folder / "discriminator.safetensors", discriminator)


@dataclasses.dataclass(frozen=True)
class PublicStart(Start):
    """Weights of another project's networks, in one file. What they were trained on is not known here."""

    translate: Translate

    def fill(self, generator: nn.Module, discriminator: nn.Module | None = None) -> None:
        """Copy what fits. Raises UserError when nothing does."""
        try:
            tensors = load_file(self.folder)
        except (SafetensorError, OSError) as error:
            raise UserError(f"{self.folder} cannot be read as safetensors ({error}); write it again") from None
        self.translate(tensors, self.folder, generator, discriminator)


def start_files(start: Path, kind: str) -> list[Path]:
    """Files that a training reads of the generator that it begins with."""
    return [start] if is_public(start) else [start / name for name in family("generators", kind).start_files]


def open_start(
    start: Path,
    name: str,
    kind: str,
    test: list[SplitRow],
    guard: str,
    what: str,
    translate: Translate | None = None,
) -> Start:
    """The generator in the folder `start`, after the guard has compared all images that it saw with the test part.

    Or another project's networks in a file, whose names `translate` knows; which images these saw is not known. Raises
    UserError when it is of another family, a file is missing, or the guard objects.
    """
    if is_public(start):
        return _open_public(start, name, translate, what)
    description = read_description(start / "generator.json")
    if description["family"] != kind:
        raise UserError(
            f"{what} is a {kind} and cannot start from {start}, which is a {description['family']}; "
            "name a generator of its family in `init_from`"
        )
    rows = read_rows(start / MANIFEST, SplitRow)
    check_parts(rows, test, guard, f"{what}, which starts from {name},")
    digests = [file_sha256(path) for path in start_files(start, kind) if path.suffix == ".safetensors"]
    return Start(start, name, description, rows, "".join(digests))


def _open_public(path: Path, name: str, translate: Translate | None, what: str) -> Start:
    if translate is None:
        raise UserError(f"{what} cannot start from {path}: its family knows no public networks; name a folder")
    if not path.is_file():
        raise UserError(f"{path} is missing; write it as docs/generators.md says, or mend `init_from.file`")
    unknown = {"kimg": 0.0, "kimg_before": 0.0, "leaked": False}
    return PublicStart(path, name, unknown, [], file_sha256(path), translate)


def freeze(layers: list[nn.Module], count: int) -> set[int]:
    """Stop the gradients of the first `count` layers' weights; returns the ids of the weights that stay frozen.

    Raises UserError when the discriminator has no more layers than that.
    """
    if count > len(layers):
        raise UserError(
            f"`freeze_layers` is {count}, and the discriminator has {len(layers)} layers beside its last; freeze fewer"
        )
    return {id(weight) for layer in layers[:count] for weight in layer.parameters()}
