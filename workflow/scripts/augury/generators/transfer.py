"""Starting a generator from another one of its family: sideways from another taxon, downward from the taxon above.

The weights are those of the averaged generator and of the discriminator that it was trained against. FreezeD (Mo et al.
2020, arXiv:2002.10964) keeps the discriminator's first layers as they came.
"""

import dataclasses
from pathlib import Path
from typing import Any

from torch import nn

from augury.command.errors import UserError
from augury.images.files import file_sha256
from augury.settings.families import family
from augury.splits.guard import check_parts
from augury.tables.description import read_description
from augury.tables.rows import SplitRow
from augury.tables.table import read_rows
from augury.training.weights import load_weights

MANIFEST = "training.tsv"  # the images that a generator saw, its predecessors' included


@dataclasses.dataclass(frozen=True)
class Start:
    """A trained generator that another one begins with."""

    folder: Path
    name: str  # as tables show it: GENERATOR/TAXON, or the folder
    description: dict[str, Any]
    rows: list[SplitRow]  # training images of it and of those that it began with
    sha256: str  # of its networks' weights

    def fill(self, generator: nn.Module, discriminator: nn.Module | None = None) -> None:
        """Copy the weights into networks of the same shape. Raises UserError when they are of another shape."""
        load_weights(self.folder / "generator.safetensors", generator)
        if discriminator is not None:
            load_weights(self.folder / "discriminator.safetensors", discriminator)


def open_start(folder: Path, name: str, kind: str, test: list[SplitRow], guard: str, what: str) -> Start:
    """The generator in `folder`, after the guard has compared all images that it saw with the test part `test`.

    Raises UserError when it is of another family, a file is missing, or the guard objects.
    """
    description = read_description(folder / "generator.json")
    if description["family"] != kind:
        raise UserError(
            f"{what} is a {kind} and cannot start from {folder}, which is a {description['family']}; "
            "name a generator of its family in `init_from`"
        )
    rows = read_rows(folder / MANIFEST, SplitRow)
    check_parts(rows, test, guard, f"{what}, which starts from {name},")
    networks = [name for name in family("generators", kind).start_files if name.endswith(".safetensors")]
    digests = [file_sha256(folder / network) for network in networks]
    return Start(folder, name, description, rows, "".join(digests))


def freeze(layers: list[nn.Module], count: int) -> set[int]:
    """Stop the gradients of the first `count` layers' weights; returns the ids of the weights that stay frozen.

    Raises UserError when the discriminator has no more layers than that.
    """
    if count > len(layers):
        raise UserError(
            f"`freeze_layers` is {count}, and the discriminator has {len(layers)} layers beside its last; freeze fewer"
        )
    return {id(weight) for layer in layers[:count] for weight in layer.parameters()}
