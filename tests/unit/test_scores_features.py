"""Only training images, and validation images as held-out ones, enter a feature statistic."""

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.scores.features import held_out_features, load_features, training_features
from augury.tables.rows import PackRow, SplitRow
from augury.tables.table import write_rows


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
    features = training_features(files / "x.npy", files / "pack.tsv", files / "split.tsv")
    assert features.values.tolist() == [[8, 9], [0, 1]]
    assert features.specimens.tolist() == ["Eostaffella/specimen-e", "Eostaffella/specimen-a"]
    assert [row.path for row in features.rows] == ["e.png", "a.png"]


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


def test_the_validation_part_is_held_out_and_no_other(files):
    features_held_out = held_out_features(files / "x.npy", files / "pack.tsv", files / "split.tsv")
    assert features_held_out.values.tolist() == [[6, 7]]
    for part in ("test", "train"):
        with pytest.raises(UserError, match=f"part '{part}'"):
            held_out_features(files / "x.npy", files / "pack.tsv", files / "split.tsv", part=part)


def test_a_split_without_validation_images_holds_none_out(files):
    write_rows(files / "split.tsv", SplitRow, [split_row("a", "train"), split_row("b", "test")])
    features_held_out = held_out_features(files / "x.npy", files / "pack.tsv", files / "split.tsv")
    assert features_held_out.values.shape == (0, 2)
    assert features_held_out.specimens.tolist() == []


def test_a_validation_image_that_is_tested_on_is_refused(files):
    write_rows(files / "split.tsv", SplitRow, [split_row("a", "validation"), split_row("a", "test")])
    with pytest.raises(UserError, match=r"1 validation images .*a\.png"):
        held_out_features(files / "x.npy", files / "pack.tsv", files / "split.tsv")


def test_a_file_that_is_no_array_is_refused(files):
    (files / "x.npy").write_bytes(b"")
    with pytest.raises(UserError, match="cannot be read"):
        load_features(files / "x.npy", 6, files / "pack.tsv")
