"""Rows of scores: what they hold, what too few images leave empty, and which snapshot is the best."""

import dataclasses

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.scores.naming import metric_names, recorded_name
from augury.scores.sample import RealImages
from augury.scores.scoring import choose_best, score_variant
from augury.scores.variants import Variant, parse_variant
from augury.tables.synthetic import ScoreRow
from augury.tables.table import read_rows, write_rows

ABOUT = {
    "split": "fold0", "generator": "sg2", "family": "stylegan2", "start": "downward/order=Calanoida", "seed": 3,
    "leaked": False, "kimg": 200.0, "snapshot_kimg": {"100": 12.8},
}  # fmt: skip
SIZES = {"frechet_distance", "kid", "kid_reference", "precision", "recall", "coverage", "vendi", "authentic"}


@pytest.fixture
def random():
    return np.random.default_rng(7)


def real_images(random, train, validation):
    sets = [random.normal(size=(count, 6)).astype(np.float32) for count in (train, validation)]
    return RealImages(sets[0], np.arange(train) // 2, sets[1], np.arange(validation))


def score(real, synthetic, variant="end"):
    return score_variant(real, synthetic.astype(np.float32), parse_variant(variant), "lite0", ABOUT, "Calanus")


def test_a_row_is_full_where_images_suffice_and_survives_the_disk(random, tmp_path):
    row = score(real_images(random, 40, 25), random.normal(0.4, 1, size=(90, 6)), "100~0.7")
    assert (row.generator, row.family, row.start, row.class_) == ("sg2", "stylegan2", ABOUT["start"], "Calanus")
    assert (row.snapshot, row.kimg, row.truncation, row.best) == (100, 12.8, 0.7, False)
    assert (row.n_real, row.n_synthetic, row.reference, row.n_reference) == (40, 90, "validation", 25)
    by_pixels = {"copied", "copied_low", "copied_high", "n_copied"}  # which are asked of images, not of features
    assert {name for name, value in dataclasses.asdict(row).items() if value is None} == by_pixels
    assert (row.kid_subset_size, row.n_vendi, row.neighbours, row.n_c_t, row.n_half) == (40, 40, 5, 25, 20)
    for name in SIZES | {"frechet_infinity"}:
        value = name.replace("frechet_distance", "frechet")
        assert getattr(row, f"{value}_low") <= getattr(row, name) <= getattr(row, f"{value}_high")
    write_rows(tmp_path / "scores.tsv", ScoreRow, [row])
    for found, written in zip(
        *map(dataclasses.astuple, (*read_rows(tmp_path / "scores.tsv", ScoreRow), row)), strict=True
    ):
        assert found == (pytest.approx(written, rel=1e-8) if isinstance(written, float) else written)


def test_the_end_has_the_kimg_of_all_the_training(random):
    row = score(real_images(random, 10, 0), random.normal(size=(20, 6)))
    assert (row.snapshot, row.kimg, row.truncation) == (None, 200, 1)


def test_few_validation_images_leave_the_choice_to_the_training_part(random, capsys):
    row = score(real_images(random, 12, 19), random.normal(size=(60, 6)))
    assert (row.reference, row.n_reference) == ("train", 12)
    assert row.n_c_t == 19
    assert "19 validation images" in capsys.readouterr().out


def test_too_few_images_leave_cells_empty_and_the_log_says_why(random, capsys):
    row = score(real_images(random, 2, 0), random.normal(size=(60, 6)))
    assert all(getattr(row, name) is None for name in SIZES)
    assert "2 training" in capsys.readouterr().out
    row = score(real_images(random, 4, 0), random.normal(size=(10, 6)))
    assert (row.neighbours, row.frechet_infinity, row.c_t) == (3, None, None)
    assert row.frechet_distance is not None
    output = capsys.readouterr().out
    for words in ("neighbour 3", "too few to extrapolate", "no test for copies"):
        assert words in output


def test_a_single_specimen_has_scores_without_intervals_over_specimens(random):
    real = real_images(random, 8, 0)
    row = score(dataclasses.replace(real, train_specimens=np.zeros(8)), random.normal(size=(20, 6)))
    assert row.frechet_distance is not None
    assert (row.frechet_low, row.kid_low, row.frechet_half, row.authentic) == (None, None, None, None)


def test_equal_inputs_give_equal_rows(random):
    real, synthetic = real_images(random, 30, 70), random.normal(size=(80, 6))
    assert score(real, synthetic) == score(real, synthetic)


def test_the_best_is_the_nearest_to_the_reference_without_truncation(random):
    row = score(real_images(random, 10, 0), random.normal(size=(20, 6)))
    values = [(None, 1.0, 0.3), (100, 1.0, 0.2), (200, 1.0, 0.2), (100, 0.5, 0.1), (300, 1.0, None)]
    rows = [
        dataclasses.replace(row, snapshot=snapshot, truncation=truncation, kid_reference=value)
        for snapshot, truncation, value in values
    ]
    assert [each.best for each in choose_best(rows)] == [False, True, False, False, False]
    assert [each.best for each in choose_best(rows[3:])] == [False, False]


def test_fid_is_the_name_of_one_network_with_its_published_weights():
    published, other = "6726825d0af5f729" + "0" * 48, "1a2b3c4d" + "0" * 56
    assert metric_names(recorded_name("inception_v3_fid", published)) == ("FID", "KID")
    assert recorded_name("inception_v3_fid", other) == "inception_v3_fid (weights 1a2b3c4d)"
    assert metric_names(recorded_name("inception_v3_fid", other))[0] == "FD (inception_v3_fid (weights 1a2b3c4d))"
    assert recorded_name("resnet50", other) == "resnet50"
    assert metric_names("resnet50") == ("FD (resnet50)", "KD (resnet50)")


@pytest.mark.parametrize(
    "text, variant",
    [("end", Variant()), ("100", Variant(100)), ("end~0.7", Variant(None, 0.7)), ("40~0", Variant(40, 0.0))],
)
def test_variants_are_read_as_they_are_written(text, variant):
    assert parse_variant(text) == variant
    assert str(variant) == text


@pytest.mark.parametrize("text", ["", "last", "end~", "end~1.5", "-3", "100~x", "end~nan"])
def test_what_is_no_variant_is_refused(text):
    with pytest.raises(UserError, match="no variant"):
        parse_variant(text)
