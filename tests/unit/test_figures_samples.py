"""Real and synthetic images side by side, from packs and pools."""

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.figures.samples import draw as samples
from augury.figures.strip import draw as strip
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


def test_the_strip_shows_classes_in_columns_and_generators_in_rows(study):
    figure = strip.draw(*study)
    shown = [int(axis.images[0].get_array().flat[0]) for axis in figure.axes]
    assert shown == [3, 4, 5, 6, 7, 8, 9, 10] + [200] * 10
    assert [text.get_text() for text in figure.texts] == ["real", "dcgan", "stylegan2@200", "Calanoida"]
    lefts = [round(axis.get_position().x0, 4) for axis in figure.axes]
    assert lefts[8:13] == lefts[:5], "a synthetic image does not stand below a real one of its class"
    assert len({round(axis.get_position().y0, 4) for axis in figure.axes}) == 3


def test_of_many_classes_the_strip_shows_eight_from_the_first_to_the_last(study, tmp_path):
    pools, (pack,), (split,) = study
    packs, splits = [], []
    for index in range(20):
        packs.append(tmp_path / f"many/packs/c{index:02d}.npy")
        splits.append(tmp_path / f"many/splits/c{index:02d}.tsv")
        for source, target in ((pack, packs[-1]), (pack.with_suffix(".tsv"), packs[-1].with_suffix(".tsv")),
                               (split, splits[-1])):  # fmt: skip
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    figure = strip.draw(pools, packs, splits)
    names = [text.get_text() for text in figure.texts if text.get_text() != "real"]
    assert (names[0], names[-1], len(names)) == ("c00", "c19", strip.COLUMNS)
    shown = [int(axis.images[0].get_array().flat[0]) for axis in figure.axes]
    assert shown == [*range(3, 11)], "each class shows the image after those of the class before it"
