"""explain_classifier after a real training: its files, the same twice, and drawn as figures."""

import json

import numpy as np
import pytest
from PIL import Image

from augury.command.errors import UserError
from augury.tables.explanations import ExplainedRow, MapRow
from augury.tables.predictions import read_predictions
from augury.tables.table import read_rows
from tests import unsealed
from tests.scripts.in_process import call
from tests.scripts.test_train_classifier import CLASSES, Data

EXPLANATION = "explanations/gan/cnn/seed0"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Two classes, 6 training, 2 validation and 3 test images each; an arm with 4 synthetic images per class."""
    made = Data(tmp_path_factory.mktemp("explained"))
    command = made.command("trained", {"generator": "gan", "count": 4}, name="gan", epochs=1)
    call("train_classifier", command[2:])
    explain(made, EXPLANATION)
    return made


def explain(data, output, *more, **settings):
    trained = data.folder / "trained"
    words = ["--classifier", trained, "--choice", trained / "predictions.tsv", "--output", data.folder / output]
    for option, files in data.files(pools=True).items():
        words += [f"--{option}", *files]
    words += ["--settings", json.dumps({"images": 4} | settings), "--device", "cpu", "--threads", "1"]
    call("explain_classifier", [*words, *more])


def test_every_point_and_map_is_written(data):
    folder = data.folder / EXPLANATION
    assert {path.name for path in folder.iterdir()} == {"grad_cam.png", "grad_cam.tsv", "umap.tsv", "features.npy"}
    points = read_rows(folder / "umap.tsv", MapRow)
    counts = {kind: sum(row.kind == kind for row in points) for kind in ("train", "test", "synthetic", "validation")}
    assert counts == {"train": 12, "test": 6, "synthetic": 8, "validation": 0}
    features = np.load(folder / "features.npy")
    assert (features.shape, features.dtype) == ((26, 8), np.float32)
    predictions = read_predictions(data.folder / "trained" / "predictions.tsv").of("test")
    shown = read_rows(folder / "grad_cam.tsv", ExplainedRow)
    assert len(shown) == 4
    assert {row.sha256 for row in shown} <= set(predictions.sha256.tolist())
    for row in shown:
        index = predictions.sha256.tolist().index(row.sha256)
        assert (row.class_, row.predicted) == (
            CLASSES[predictions.labels[index]],
            CLASSES[predictions.predicted[index]],
        )
        assert row.layer == "network.0"
    with Image.open(folder / "grad_cam.png") as sheet:
        assert sheet.size == (4 * 128 + 3 * 2, 2 * 128 + 2)


def test_points_stand_beside_their_features(data):
    """Features of the classifier, image by image, by another way: its own maps, averaged over places."""
    import torch

    from augury.augmentation.classical import scale
    from augury.classifiers.model_folder import load_classifier

    classifier, _ = load_classifier(data.folder / "trained")
    points = read_rows(data.folder / EXPLANATION / "umap.tsv", MapRow)
    features = np.load(data.folder / EXPLANATION / "features.npy")
    for index, point in enumerate(points):
        if point.kind == "test":
            number = int(point.name.removeprefix(point.class_)[:2])
            image = np.load(data.folder / f"{point.class_}.npy")[number]
            maps = classifier.feature_maps(scale(torch.from_numpy(image[None].copy())))
            assert features[index] == pytest.approx(maps.mean(dim=(2, 3))[0].numpy(), abs=1e-5)


def test_the_same_files_give_the_same_bytes(data):
    explain(data, "explanations/again/cnn/seed0")
    for path in (data.folder / EXPLANATION).iterdir():
        assert path.read_bytes() == (data.folder / "explanations/again/cnn/seed0" / path.name).read_bytes(), path.name


def test_few_points_of_each_kind_are_drawn_where_there_are_many(data):
    explain(data, "few", umap_images=4, images=0)
    points = read_rows(data.folder / "few" / "umap.tsv", MapRow)
    trained = sorted(
        row.name for row in read_rows(data.folder / EXPLANATION / "umap.tsv", MapRow) if row.kind == "train"
    )
    assert [row.name for row in points if row.kind == "train"] == trained[:4]
    assert [row.class_ for row in points if row.kind == "synthetic"] == ["dark", "dark", "bright", "bright"]
    assert read_rows(data.folder / "few" / "grad_cam.tsv", ExplainedRow) == []


def test_predictions_of_another_split_are_no_choice(data, tmp_path):
    other = tmp_path / "predictions.tsv"
    text = unsealed.table(data.folder / "trained" / "predictions.tsv")
    other.write_text(text.replace("\ndark", "\nlost"))
    with pytest.raises(UserError, match="was not judged by this classifier; train all on the same split"):
        explain(data, "other", "--choice", other)


def test_figures_are_drawn_of_them(data):
    folder = data.folder / EXPLANATION
    drawn = {
        "grad_cam.png": [
            "--input",
            "sheets",
            folder / "grad_cam.png",
            "--input",
            "explanations",
            folder / "grad_cam.tsv",
        ],
        "umap.svg": ["--input", "maps", folder / "umap.tsv"],
    }
    for name, words in drawn.items():
        call("plot_results", ["--figure", name.partition(".")[0], *words, "--output", data.folder / name])
        before = (data.folder / name).read_bytes()
        call("plot_results", ["--figure", name.partition(".")[0], *words, "--output", data.folder / name])
        assert (data.folder / name).read_bytes() == before


def test_of_an_ensemble_maps_are_averages_and_features_stand_side_by_side(data):
    """Of a classifier twice, maps and distances are those of the classifier; of another one they are not."""
    arm = data.folder / "split0" / "classifiers" / "gan"
    for name, seed in (("cnn", 0), ("cnn", 1), ("other", 0)):
        trained = arm / name / f"seed{seed}"
        settings = {"epochs": 2, "learning_rate": 0.1} if name == "other" else {"epochs": 1}
        command = data.command(str(trained), {"generator": "gan", "count": 4}, "gan", **settings)
        call("train_classifier", command[2:])
        record = unsealed.description(trained / "classifier.json") | {"classifier": name, "seed": seed}
        (trained / "classifier.json").write_text(json.dumps(record))
    same, both = gathered(data, arm, "cnn/seed0", "cnn/seed1"), gathered(data, arm, "cnn/seed0", "other/seed0")
    lone = np.load(data.folder / EXPLANATION / "features.npy")
    lone = lone / np.linalg.norm(lone, axis=1, keepdims=True)
    assert (same[0].shape, both[0].shape) == ((26, 16), (26, 16))
    assert distances(same[0]) == pytest.approx(distances(lone), abs=1e-5)
    assert np.abs(distances(both[0]) - distances(lone)).max() > 0.01
    assert same[1] == (data.folder / EXPLANATION / "grad_cam.png").read_bytes()
    layers = {row.layer for row in read_rows(data.folder / "explained" / "grad_cam.tsv", ExplainedRow)}
    assert layers == {"network.0 + network.0"}


def gathered(data, arm, *members):
    """Features and the sheet of an ensemble of these."""
    words = ["--name", "both", "--seed", 0, "--weights", "equal", "--output", arm / "both" / "seed0", "--threads", 1]
    for option, name in (("--predictions", "predictions.tsv"), ("--classifiers", "classifier.json")):
        words += [option, *(arm / member / name for member in members)]
    call("ensemble_classifiers", words)
    explain(data, "explained", "--classifier", arm / "both" / "seed0")
    folder = data.folder / "explained"
    return np.load(folder / "features.npy"), (folder / "grad_cam.png").read_bytes()


def distances(features):
    return np.linalg.norm(features[:, None] - features[None], axis=2)
