"""Drawing a pool of images from a trained generator."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from augury.command.errors import UserError
from augury.command.progress import Progress
from augury.command.seals import seal_of
from augury.generators.network import GeneratorNetwork
from augury.generators.pools import arm_count, write_pool
from augury.generators.stored import check_available
from augury.generators.weights import class_label, load_generator
from augury.latent.drawing import Drawer
from augury.latent.files import FILE, load_latents
from augury.latent.sampling import generate_blocks
from augury.tables.description import check_seal, read_description
from augury.tables.rows import SEED, SplitRow, SyntheticRow
from augury.tables.synthetic import ScoreRow
from augury.tables.table import read_rows

ORIGIN = "latents"  # of an image whose vector stands in the table of chosen vectors


def pool_size(count: int, ratio: float, split_table: Path | None) -> int:
    """Images that a pool must hold: the larger of a count and a ratio to the class's training images."""
    if not ratio:
        return count
    if split_table is None:
        raise UserError("--ratio needs --split-table, the split of the class; give it or use --count")
    n_train = sum(1 for row in read_rows(split_table, SplitRow) if row.part == "train")
    return max(count, arm_count(ratio, n_train))


def best_snapshot(scores: Path) -> int | None:
    """The snapshot that a generator's scores call best; None for the training's end. Raises UserError without one."""
    best = [row for row in read_rows(scores, ScoreRow) if row.best]
    if not best:
        raise UserError(f"{scores} calls no snapshot best; choose one by `snapshot`")
    return best[0].snapshot


def synthesize_chosen(
    folder: Path,
    snapshot: int | None,
    truncation: float,
    class_: str,
    chosen: Path,
    shard_images: int,
    device: torch.device,
    output: Path,
    drawing: Mapping[str, Any],
) -> None:
    """Write the pool of the latent vectors that select_latents put into the folder `chosen`, in their order.

    drawing: settings of drawing, instead of those in the generator's description. Raises UserError when they were
    chosen from another generator or another state of it.
    """
    latents, selection = load_latents(chosen / FILE), read_description(chosen / "selection.json")
    network, description = load_generator(folder, snapshot, drawing)
    drawn = {"snapshot": snapshot, "truncation": truncation}
    wanted = {"generator": description["generator"], "split": description["split"], "class": class_} | drawn
    if any(selection[key] != value for key, value in wanted.items()):
        raise UserError(f"{chosen / FILE} holds vectors of another generator or class; run select_latents again")
    if selection.get("drawing", {}) != drawing:
        raise UserError(f"{chosen / FILE} was chosen with other settings of drawing; run select_latents again")
    check_seal(chosen / FILE, selection)
    if selection.get("weights") not in (None, seal_of(network.path)):
        raise UserError(f"{chosen / FILE} was chosen from other weights than {network.path}; run select_latents again")
    drawer = Drawer(network, class_label(folder, description, class_), device, truncation, latents.space)
    names = _names(len(latents.vectors), shard_images)
    known, parents = (class_, description["generator"]), selection.get("parents")
    rows = [
        SyntheticRow(
            *name,
            *known,
            seed,
            selection["leaked"],
            SEED if seed is not None else f"{ORIGIN}:{index}",
            **(parents[index] if parents else {}),
        )
        for index, (name, seed) in enumerate(zip(names, latents.latent_seeds, strict=True))
    ]
    vectors = latents.vectors, latents.noise_seeds
    blocks = (block.permute(0, 2, 3, 1).cpu() for block in drawer.blocks(*vectors))
    by = {"selection": selection["selection"], "selection_seed": selection["seed"]}
    _write(output, class_, rows, blocks, network, description, by | drawn | _told(drawing))


def _names(count: int, shard_images: int) -> Iterator[tuple[str, str]]:
    # Each image's name and shard.
    width = max(len(str(max(count - 1, 1))), 6)
    return ((f"{index:0{width}d}", f"shard-{index // shard_images:06d}.tar") for index in range(count))


def synthesize(
    folder: Path,
    snapshot: int | None,
    truncation: float,
    class_: str,
    count: int,
    shard_images: int,
    device: torch.device,
    output: Path,
    drawing: Mapping[str, Any],
) -> None:
    """Write the pool of latent seeds 0 .. count - 1.

    drawing: settings of drawing, instead of those in the generator's description. Raises UserError when the generator
    was not trained on the class, or has stored images and not so many.
    """
    network, description = load_generator(folder, snapshot, drawing)
    label = class_label(folder, description, class_)
    check_available(network, count, folder)
    generator, leaked = description["generator"], description["leaked"]
    names = _names(count, shard_images)
    rows = [SyntheticRow(*name, class_, generator, seed, leaked) for seed, name in enumerate(names)]
    blocks = generate_blocks(network, range(count), description["latent_dim"], label, device, truncation)
    drawn = {"snapshot": snapshot, "truncation": truncation}
    _write(output, class_, rows, blocks, network, description, drawn | _told(drawing))


def _told(drawing: Mapping[str, Any]) -> dict[str, Any]:
    return {"drawing": dict(drawing)} if drawing else {}


def _write(
    output: Path,
    class_: str,
    rows: list[SyntheticRow],
    blocks: Iterable[torch.Tensor],
    network: GeneratorNetwork,
    description: dict[str, Any],
    drawn: dict[str, Any],
) -> None:
    """Write a pool of blocks of images (n, H, W, C) uint8. drawn: how, as each image's JSON says."""
    progress = Progress(f"{description['generator']} {class_}", len(rows), "images")

    def images() -> Iterator[np.ndarray]:
        done = 0
        for block in blocks:
            yield from block.numpy()
            done += len(block)
            progress.update(done)

    # What a generator is among others; the seal of its weights says which training of it.
    source = {"split": description["split"], "seed": description["seed"], "weights": seal_of(network.path)}
    write_pool(output, images(), rows, source | drawn)
