"""Real and synthetic images side by side, from packs and pools."""

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.figures.samples import draw as samples
from augury.generators.pools import write_pool
from augury.tables.rows import PackRow, SplitRow, SyntheticRow
from augury.tables.table import write_rows


@pytest.fixture
def study(tmp_path):
    """A class of 12 images, of which the last nine are for training, and pools of 5 images in two generators."""
    pack, split = tmp_path / "packs/p8/Calanoida.npy", tmp_path / "splits/fold0/Calanoida.tsv"
    pack.parent.mkdir(parents=True)
    np.save(pack, np.repeat(np.arange(12, dtype=np.uint8), 64).reshape(12, 8, 8, 1))
    write_rows(pack.with_suffix(".tsv"), PackRow, [PackRow(f"h{index}") for index in range(12)])
    rows = [
        SplitRow(f"h{index}", f"{index}.png", "Calanoida", f"s{index}", "test" if index < 3 else "train")
        for index in range(12)
    ]
    write_rows(split, SplitRow, rows)
    pools = []
    for generator in ("dcgan", "stylegan2@200"):
        folder = tmp_path / f"fold0/synthetic/{generator}/random/seed0/Calanoida"
        synthetic = [
            SyntheticRow(f"{index:06d}", "shard-000000.tar", "Calanoida", generator, index, False) for index in range(5)
        ]
        write_pool(folder, np.full((5, 8, 8, 1), 200, np.uint8), synthetic, {})
        pools.append(folder / "index.tsv")
    return pools, [pack], [split]


def test_a_row_of_training_images_stands_above_each_generator(study):
    figure = samples.draw(*study)
    shown = [int(axis.images[0].get_array().flat[0]) for axis in figure.axes]
    assert len(shown) == 8 + 5 + 5
    assert min(shown[:8]) >= 3  # the first three images are for testing
    assert shown[8:] == [200] * 10
    labels = [text.get_text() for text in figure.texts]
    assert labels == ["Calanoida", "real", "dcgan", "stylegan2@200"]


def test_a_pack_without_a_split_is_named(study):
    with pytest.raises(UserError, match="Calanoida"):
        samples.draw(study[0], study[1], [])
