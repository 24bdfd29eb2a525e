"""Drawing a pool of images from a trained generator."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from augury.command.errors import UserError
from augury.command.progress import Progress
from augury.generators.pools import arm_count, write_pool
from augury.generators.weights import class_label, load_generator
from augury.latent.sampling import generate_blocks
from augury.tables.rows import SplitRow, SyntheticRow
from augury.tables.synthetic import ScoreRow
from augury.tables.table import read_rows


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
        raise UserError(f"{scores} calls no snapshot best; choose one by `at`")
    return best[0].snapshot


def synthesize(
    folder: Path,
    snapshot: int | None,
    truncation: float,
    class_: str,
    count: int,
    shard_images: int,
    device: torch.device,
    output: Path,
) -> None:
    """Write the pool of latent seeds 0 .. count - 1.

    Raises UserError when the generator was not trained on the class.
    """
    network, description = load_generator(folder, snapshot)
    label = class_label(folder, description, class_)
    width = len(str(max(count - 1, 1)))
    generator, leaked = description["generator"], description["leaked"]
    rows = [
        SyntheticRow(
            f"{seed:0{max(width, 6)}d}", f"shard-{seed // shard_images:06d}.tar", class_, generator, seed, leaked
        )
        for seed in range(count)
    ]
    progress = Progress(f"{description['generator']} {class_}", count, "images")

    def images() -> Iterator[np.ndarray]:
        done = 0
        for block in generate_blocks(network, range(count), description["latent_dim"], label, device, truncation):
            yield from block.numpy()
            done += len(block)
            progress.update(done)

    drawn = {"snapshot": snapshot, "truncation": truncation}
    write_pool(output, images(), rows, {"split": description["split"], "seed": description["seed"]} | drawn)
