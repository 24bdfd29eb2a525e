"""The synthetic images of a generator that are the nearest to copies, beside the training images that they resemble."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from augury.command.errors import UserError
from augury.generators.network import GeneratorNetwork
from augury.generators.weights import class_label, load_generator
from augury.images.arrays import resize_square, save_sheet
from augury.images.packs import open_pack
from augury.latent.sampling import BLOCK, generate_blocks
from augury.scores.features import PartFeatures
from augury.scores.memorisation.compute import training_neighbours
from augury.tables.synthetic import NeighbourRow

SHOWN = 8


def find_neighbours(
    train: PartFeatures, synthetic: np.ndarray, about: Mapping[str, Any], class_: str
) -> list[NeighbourRow]:
    """The most suspicious images of a generator's end, first the most; synthetic: (m, d), of latent seeds 0 .. m - 1.

    None where there are fewer than two training specimens: a lone one has no neighbour to measure by.
    """
    if len(np.unique(train.specimens)) < 2:
        return []
    nearest = training_neighbours(train.values, synthetic, train.specimens)
    rows = []
    for seed in nearest.suspicious(SHOWN):
        real = train.rows[nearest.indices[seed]]
        rows.append(
            NeighbourRow(
                split=about["split"],
                generator=about["generator"],
                seed=about["seed"],
                class_=class_,
                snapshot=None,
                latent_seed=int(seed),
                sha256=real.sha256,
                path=real.path,
                distance=float(nearest.distances[seed]),
                neighbour_distance=float(nearest.neighbour_distances[seed]),
            )
        )
    return rows


def show_neighbours(
    rows: Sequence[NeighbourRow],
    folder: Path,
    drawing: Mapping[str, Any],
    class_: str,
    pack: Path,
    device: torch.device,
    output: Path,
) -> None:
    """Write the sheet of the rows: drawn anew above, the training images from the pack below, at the drawn size.

    drawing: settings of drawing, instead of those in the generator's description. Without rows it is one white image.
    Raises UserError when an image is not in the pack.
    """
    network, about = load_generator(folder, drawing=drawing)
    size, channels = about["size_px"], about["channels"]
    label = class_label(folder, about, class_)
    if not rows:
        save_sheet(output, np.full((1, size, size, channels), 255, np.uint8), columns=1)
        return
    above = _drawn(network, [row.latent_seed for row in rows], about, label, device)
    images, hashes = open_pack(pack)
    missing = [row.path for row in rows if row.sha256 not in hashes]
    if missing:
        raise UserError(f"{pack} lacks {missing[0]}; give the pack that the features were extracted from")
    below = np.stack([images[hashes.index(row.sha256)] for row in rows])
    sheet = np.concatenate([np.stack(above), resize_square(below, size, channels)])
    save_sheet(output, sheet, columns=len(rows))


def _drawn(
    network: GeneratorNetwork, seeds: Sequence[int], about: Mapping[str, Any], label: int | None, device: torch.device
) -> list[np.ndarray]:
    # Images of a block are always drawn together: each block once.
    blocks: dict[int, np.ndarray] = {}
    for first in {seed - seed % BLOCK for seed in seeds}:
        (block,) = generate_blocks(network, range(first, first + BLOCK), about["latent_dim"], label, device)
        blocks[first] = block.numpy()
    return [blocks[seed - seed % BLOCK][seed % BLOCK] for seed in seeds]
