"""Only training images enter a feature statistic."""

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.metrics.features import load_features, training_features
from augury.metrics.pools import score_pool
from augury.tables.rows import PackRow, SplitRow
from augury.tables.table import write_rows

NAMES = {"split": "fold0", "generator": "dcgan", "selection": "random", "seed": 3, "class": "Eostaffella"}


@pytest.fixture
def files(tmp_path):
    """Six images in the pack; the split lists four of them in another order, one for testing."""
    np.save(tmp_path / "x.npy", np.arange(12.0).reshape(6, 2))
    write_rows(tmp_path / "pack.tsv", PackRow, [PackRow(name) for name in "abcdef"])
    parts = {"e": "train", "b": "test", "a": "train", "d": "validation"}
    write_rows(tmp_path / "split.tsv", SplitRow, [split_row(name, part) for name, part in parts.items()])
    return tmp_path


def split_row(name, part):
    return SplitRow(name, f"{name}.png", "Eostaffella", f"specimen-{name}", part)


def test_rows_are_found_by_hash_and_only_those_of_training(files):
    values, specimens = training_features(files / "x.npy", files / "pack.tsv", files / "split.tsv")
    assert values.tolist() == [[8, 9], [0, 1]]
    assert specimens.tolist() == ["specimen-e", "specimen-a"]


def test_another_part_is_refused(files):
    with pytest.raises(UserError, match="only part 'train'"):
        training_features(files / "x.npy", files / "pack.tsv", files / "split.tsv", part="test")


def test_an_image_in_two_parts_is_refused_by_name(files):
    write_rows(files / "split.tsv", SplitRow, [split_row("a", "train"), split_row("a", "test")])
    with pytest.raises(UserError, match=r"a\.png"):
        training_features(files / "x.npy", files / "pack.tsv", files / "split.tsv")


def test_a_training_image_without_features_is_named(files):
    write_rows(files / "split.tsv", SplitRow, [split_row("z", "train")])
    with pytest.raises(UserError, match=r"z\.png"):
        training_features(files / "x.npy", files / "pack.tsv", files / "split.tsv")


def test_features_that_are_not_as_many_as_rows_are_refused(files):
    with pytest.raises(UserError, match="has 5 rows"):
        load_features(files / "x.npy", 5, files / "pack.tsv")


def test_a_score_says_what_the_pool_holds():
    random = np.random.default_rng(0)
    row = score_pool(random.normal(size=(8, 4)), np.arange(8), random.normal(size=(20, 4)), "lite0", NAMES)
    assert (row.generator, row.seed, row.class_, row.n_real, row.n_synthetic) == ("dcgan", 3, "Eostaffella", 8, 20)
    assert row.frechet_low < row.frechet_distance < row.frechet_high
    assert row.n_half == 4


def test_too_few_images_leave_cells_empty_and_the_log_says_so(capsys):
    row = score_pool(np.ones((2, 4)), np.arange(2), np.ones((20, 4)), "lite0", NAMES)
    assert row.frechet_distance is None
    assert row.frechet_real is None
    assert "2 training" in capsys.readouterr().out
