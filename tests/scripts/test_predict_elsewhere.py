"""predict_elsewhere and tabulate_elsewhere: the same classifier on other images, and what tables make of it."""

import io
import json

import numpy as np
import pytest
import torch
from PIL import Image

from augury.classifiers.evaluation import averages_views, probabilities_of
from augury.classifiers.model_folder import load_classifier
from augury.command.errors import UserError
from augury.images.arrays import resize_square
from augury.images.packing import write_pack
from augury.images.packs import open_pack
from augury.report.elsewhere import read_sets
from augury.tables.classification import ClassificationRow
from augury.tables.per_class import PerClassRow
from augury.tables.predictions import read_predictions, write_predictions
from augury.tables.rows import ImageRow, QuarantineRow, SplitRow
from augury.tables.table import read_rows, write_rows
from augury.tables.verdict import VerdictRow
from tests import trained
from tests.scripts.in_process import call

CLASSES = ("a", "b", "c")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("trained")
    trained.train(made)
    return made


def predict(folder, output, rows, classes):
    write_rows(output / "images.tsv", SplitRow, rows)
    words = ["--classifier", folder / "holdout/classifiers/real/cnn/seed0", "--images", output / "images.tsv"]
    words += ["--classes", *classes, "--packs", *(folder / "packs" / f"{name}.npy" for name in classes)]
    call("predict_elsewhere", [*words, "--output", output, "--device", "cpu", "--threads", 1])


def test_an_image_is_predicted_as_where_it_was_tested_and_validation_rows_are_kept(folder, tmp_path):
    # Images that were tested at home stand for those of a site, which has two classes of three and another order.
    rows = [row for name in ("c02", "c00") for row in read_rows(folder / "splits" / f"{name}.tsv", SplitRow)]
    rows = [row for row in reversed(rows) if row.part == "test"]
    predict(folder, tmp_path, rows, ["c02", "c00"])
    home = read_predictions(folder / "holdout/classifiers/real/cnn/seed0/predictions.tsv")
    made = read_predictions(tmp_path / "predictions.tsv")
    assert made.classes == home.classes
    known, own = made.of("validation"), home.of("validation")
    assert known.sha256.tolist() == own.sha256.tolist()
    assert np.array_equal(known.probabilities, own.probabilities)
    tested, at_home = made.of("test"), home.of("test")
    assert sorted(tested.sha256.tolist()) == sorted(row.sha256 for row in rows)
    place = {sha256: number for number, sha256 in enumerate(at_home.sha256.tolist())}
    there = at_home.rows(np.array([place[sha256] for sha256 in tested.sha256.tolist()]))
    assert np.allclose(tested.probabilities, there.probabilities, atol=1e-7)
    assert np.array_equal(tested.labels, there.labels)
    about = json.loads((tmp_path / "classifier.json").read_text())
    assert about["specimens"] == 6
    assert list(about["seals"]) == ["predictions.tsv"]


def test_an_image_of_no_pack_or_class_is_refused(folder, tmp_path):
    row = read_rows(folder / "splits" / "c00.tsv", SplitRow)[-1]
    with pytest.raises(UserError, match="has images of 'c00', which"):
        predict(folder, tmp_path, [row], ["c01"])
    other = SplitRow("0" * 64, "site/c00/x.png", "c00", "x", "test")
    with pytest.raises(UserError, match=r"lacks site/c00/x\.png"):
        predict(folder, tmp_path, [other], ["c00"])


def test_corrupted_images_are_those_that_were_tested_five_times_each(folder, tmp_path):
    classes = ["c00", "c01", "c02"]
    for name in classes:
        rows = [
            ImageRow(row.sha256, row.path, name, row.specimen, 40, 32, "RGB")
            for row in read_rows(folder / "splits" / f"{name}.tsv", SplitRow)
        ]
        pack = tmp_path / f"{name}.npy"
        write_pack(rows, [], pack, pack.with_suffix(".tsv"), 224, "rgb", trained.PREPARATION)
    home = folder / "holdout/classifiers/real/cnn/seed0"
    words = ["--classifier", home, "--classes", *classes, "--packs", *(tmp_path / f"{name}.npy" for name in classes)]
    words += ["--device", "cpu", "--threads", 1]
    call("predict_corrupted", [*words, "--corruption", "jpeg_compression", "--output", tmp_path / "jpeg"])
    made, own = (read_predictions(each / "predictions.tsv") for each in (tmp_path / "jpeg", home))
    tested = own.of("test")
    assert made.of("test").sha256.tolist() == [
        f"{each}-{strength}" for each in tested.sha256 for strength in range(1, 6)
    ]
    assert made.of("test").labels.tolist() == np.repeat(tested.labels, 5).tolist()
    assert set(made.of("test").specimen) == set(tested.specimen)
    assert np.array_equal(made.of("validation").probabilities, own.of("validation").probabilities)
    # By hand: Pillow's JPEG of the packed image, shrunk, through the network.
    [first] = [each for each in range(12) if open_pack(tmp_path / "c00.npy")[1][each] == tested.sha256[0]]
    buffer = io.BytesIO()
    Image.fromarray(open_pack(tmp_path / "c00.npy")[0][first]).save(buffer, "JPEG", quality=7)
    shrunk = resize_square(np.asarray(Image.open(buffer))[None], 16, 3)
    network, about = load_classifier(home)
    dihedral = averages_views(about.settings, network)
    expected = probabilities_of(network, torch.from_numpy(shrunk), torch.device("cpu"), dihedral)[0]
    assert np.allclose(made.of("test").probabilities[4], expected, atol=1e-6)
    words[words.index("--packs") + 1] = folder / "packs" / "c00.npy"
    with pytest.raises(UserError, match="is no pack of 224 px"):
        call("predict_corrupted", [*words, "--corruption", "brightness", "--output", tmp_path / "other"])


def runs(folder, arm, right, splits=3):
    """Every split's classifier on one site, which has images of a and b alone; it errs in b by calling it c."""
    labels = np.arange(80) % 2
    for split in range(splits):
        hit = np.arange(80) % 20 < 20 * right
        predicted = np.where(hit, labels, 2)
        names = [f"site-{number}" for number in range(80)]
        known = [f"fold{split}-{number}" for number in range(6)]  # the study's validation images
        probabilities = 0.05 + 0.85 * np.eye(3)[np.concatenate([np.arange(6) % 3, predicted])]
        path = folder / f"fold{split}/classifiers/{arm}/cnn/seed0/predictions.tsv"
        both = [*known, *names]
        parts = ["validation"] * 6 + ["test"] * 80
        write_predictions(path, both, both, both, parts, [*(np.arange(6) % 3), *labels], CLASSES, probabilities)
        about = {"specimens": 20.0, "classes": list(CLASSES), "leaked": False}
        path.with_name("classifier.json").write_text(json.dumps(about))
    return sorted(folder.rglob(f"{arm}/cnn/seed0/predictions.tsv"))


def test_a_site_that_lacks_a_class_is_tabulated_and_judged(tmp_path):
    real, gan = runs(tmp_path, "real", 0.5), runs(tmp_path, "gan", 0.9)
    files = [*real, *gan]
    records = [path.with_name("classifier.json") for path in files]
    words = ["--predictions", *files, "--classifiers", *records, "--bootstrap", 200, "--threads", 1]
    call("tabulate_elsewhere", [*words, "--output", tmp_path / "tables"])
    rows = read_rows(tmp_path / "tables" / "classification.tsv", ClassificationRow)
    means = {row.arm: row for row in rows if row.split == "all"}
    assert {row.part for row in rows} == {"test"}
    assert {arm: (row.accuracy, row.n_images, row.n_runs) for arm, row in means.items()} == {
        "real": (0.5, 80, 3), "gan": (0.9, 80, 3)
    }  # fmt: skip
    assert means["real"].temperature != 1  # by the validation rows
    by_class = read_rows(tmp_path / "tables" / "per_class.tsv", PerClassRow)
    assert {row.class_: row.support for row in by_class if row.split == "all"} == {"a": 40, "b": 40, "c": 0}
    verdict = tmp_path / "tables" / "verdict.tsv"
    words = ["--baseline", *real, "--arm", *gan, "--bootstrap", 200, "--output", verdict]
    call("judge_arms", [*words, "--differences", tmp_path / "tables" / "differences.tsv", "--threads", 1])
    [row] = [row for row in read_rows(verdict, VerdictRow) if (row.class_, row.measure) == ("all", "accuracy")]
    assert row.difference == pytest.approx(0.4)
    assert row.n_specimens == 80  # however many splits test them
    assert row.n_train >= 60  # 20 of each of three classes
    assert row.word == "helps"
    # And what the report says of it.
    images = [SplitRow(f"{n}", f"{n}.png", "ab"[n % 2], f"{n}", "test") for n in range(80)]
    write_rows(tmp_path / "images.tsv", SplitRow, images)
    write_rows(tmp_path / "left_out.tsv", QuarantineRow, [QuarantineRow("x.png", "a", "shows a specimen")])
    files = [tmp_path / "images.tsv", tmp_path / "left_out.tsv", *sorted((tmp_path / "tables").glob("*.tsv"))]
    [site] = read_sets(files, CLASSES, {})
    assert site.name == tmp_path.name
    assert site.lines[0].startswith("80 images of 80 specimens in 2 classes")
    assert site.lines[0].endswith("It has no images of c. 1 image left out, for the reasons in left_out.tsv.")
    assert site.lines[1].startswith("gan helps cnn: accuracy +40.0 points")
    assert [table.name for table in site.tables] == ["verdict", "classification", "per_class", "differences"]
    [corrupted] = read_sets(files[2:], CLASSES, {})  # no set of images of its own
    assert "every image at each of five strengths" in corrupted.lines[0]
