"""predict_images from the command line: a folder with good, bad and foreign files."""

import hashlib
import json
import math
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.numpy import save

from augury.classifiers.evaluation import averages_views, in_blocks, probabilities_of
from augury.classifiers.model_folder import load_classifier
from augury.command.errors import UserError
from augury.command.seals import write_tensors
from augury.images.files import file_sha256
from augury.images.packs import open_pack
from augury.metrics.conformal import least_probabilities, prediction_sets
from augury.metrics.novelty import fit_gaussians, scales_of
from augury.metrics.temperature import at_temperature
from augury.metrics.temperature_prior import fit_with_prior
from augury.prediction.calibration import calibration_of
from augury.prediction.reference import load_reference
from augury.tables.per_class import PerClassRow
from augury.tables.predictions import read_predictions
from augury.tables.rows import SplitRow
from augury.tables.table import read_cells, read_dicts, write_rows
from tests import unsealed
from tests.per_class_rows import per_class_row
from tests.scripts.in_process import call
from tests.trained import PARTS, ensemble, train

CLASSES = ["c00", "c01", "c02"]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    # An arm that trains on each image twice: the reference must hold it once.
    return folder, train(folder, arm={"real": 2, "classical": 0.5, "classical_augmentation": {"flip_vertical": True}})


def predict(trained, images, output, *more):
    call("predict_images", ["--classifier", trained, "--images", images, "--output", output, "--threads", 2, *more])
    return read_dicts(output)


def test_known_files_give_the_probabilities_of_the_study_calibrated(study, tmp_path):
    folder, trained = study
    made = predict(trained, folder / "images", tmp_path / "p.tsv", "--page", tmp_path / "p.html")
    rows = {row["path"]: row for row in made}
    assert len(rows) == 36
    shown = json.loads(re.search(r'id="data">(.*)</script>', (tmp_path / "p.html").read_text())[1])["pictures"]
    assert {each["path"]: each["suggested"] for each in shown} == {path: row["predicted"] for path, row in rows.items()}
    judged = read_predictions(trained / "predictions.tsv")
    validation = judged.of("validation")
    temperature = fit_with_prior(validation.probabilities, validation.labels).temperature
    record = json.loads((trained / "classifier.json").read_text())
    assert record["calibration"]["temperature"] == pytest.approx(temperature, rel=1e-5)
    expected = at_temperature(judged.probabilities, temperature)
    found = np.array([[float(rows[path][f"p:{name}"]) for name in CLASSES] for path in judged.path])
    np.testing.assert_allclose(found, expected, atol=1e-5)
    best = [CLASSES[k] for k in judged.predicted]
    assert [rows[path]["predicted"] for path in judged.path] == best
    for path, row in zip(judged.path, expected, strict=True):
        top = [rows[path]["probability"], rows[path]["probability:2"], rows[path]["probability:3"]]
        assert [float(cell) for cell in top] == pytest.approx(sorted(row, reverse=True), abs=1e-5)


def test_a_single_file_is_judged_as_in_its_folder(study, tmp_path):
    folder, trained = study
    path = sorted((folder / "images" / "c01").glob("*.png"))[2]
    alone = predict(trained, path, tmp_path / "alone.tsv", "--images", path)
    assert [row["path"] for row in alone] == [str(path)]
    together = {row["path"]: row for row in predict(trained, folder / "images", tmp_path / "all.tsv")}
    assert alone[0]["predicted"] == together[str(path)]["predicted"]
    assert float(alone[0]["probability"]) == pytest.approx(float(together[str(path)]["probability"]), abs=1e-6)


def test_scores_are_of_distance_and_confidence_as_validation_images_have_them(study, tmp_path):
    folder, trained = study
    rows = {row["path"]: row for row in predict(trained, folder / "images", tmp_path / "p.tsv")}
    judged = read_predictions(trained / "predictions.tsv")
    packs = np.concatenate([open_pack(folder / "packs" / f"{name}.npy")[0] for name in CLASSES])
    classifier, description = load_classifier(trained)
    features = in_blocks(torch.from_numpy(packs), classifier.features, torch.device("cpu")).numpy()
    views = averages_views(description.settings, classifier)
    said = probabilities_of(classifier, torch.from_numpy(packs), torch.device("cpu"), views).numpy()
    sure = said.max(axis=1)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    # Six training images of each class, then three of validation and three of test; each is known once.
    place = np.arange(36) % 12
    distances = fit_gaussians(features[place < 6], np.repeat([0, 1, 2], 6)).distances(features)
    known = (place >= 6) & (place < 9)
    expected = scales_of(distances[known], sure[known]).score(distances, sure)
    files = [str(path) for name in CLASSES for path in sorted((folder / "images" / name).iterdir())]
    found = np.array([float(rows[path]["score"]) for path in files])
    np.testing.assert_allclose(found, expected, atol=1e-3)
    record = json.loads((trained / "classifier.json").read_text())
    calibration = calibration_of(record, trained)
    np.testing.assert_allclose(calibration.scores, found[known], atol=1e-4)
    assert load_reference(trained, record).gaussians.means.shape == (3, 8)
    assert all(rows[path]["out_of_distribution"] == "false" for path in judged.of("validation").path)
    median = predict(trained, folder / "images", tmp_path / "half.tsv", "--ood-quantile", 0.5)
    outside = {row["path"] for row in median if row["out_of_distribution"] == "true"}
    bound = sorted(calibration.scores)[4]  # of nine, the one at rank ceil(10 * .5)
    assert outside == {path for path, score in zip(files, found, strict=True) if score > bound + 1e-3}


def test_sets_and_abstention_come_from_validation_images_alone(study, tmp_path, capsys):
    folder, trained = study
    judged = read_predictions(trained / "predictions.tsv")
    validation = judged.of("validation")
    said = at_temperature(judged.probabilities, fit_with_prior(validation.probabilities, validation.labels).temperature)
    known = said[judged.part == "validation"]
    least = least_probabilities(known[np.arange(9), validation.labels], validation.labels, np.ones(9), 3, 0.75)
    expected = [{CLASSES[k] for k in np.flatnonzero(row)} for row in prediction_sets(said, least)]
    rows = predict(trained, folder / "images", tmp_path / "p.tsv", "--coverage", 0.75)
    sets = {row["path"]: row["prediction_set"].split("|") for row in rows}
    assert [set(sets[path]) for path in judged.path] == expected
    assert {len(each) for each in expected} > {1}
    assert all(row["prediction_set"].startswith(row["predicted"]) for row in rows)
    assert {row["abstained"] for row in rows} == {""}
    output = capsys.readouterr().out
    assert "prediction sets hold the true class of 75% of images, of each class; by 3 validation specimens" in output
    assert "`abstained` is empty: 9 validation specimens" in output
    assert "as 10.0% of images of the classes have, the least that 9 validation specimens can promise" in output
    every = predict(trained, folder / "images", tmp_path / "q.tsv", "--coverage", 0.95)
    assert {row["prediction_set"].count("|") for row in every} == {2}
    assert "9 validation specimens promise no coverage of 95%; 19 would" in capsys.readouterr().out


def test_what_is_no_image_is_named_and_passed_over(study, tmp_path, capsys):
    folder, trained = study
    new = tmp_path / "new"
    (new / "deep").mkdir(parents=True)
    good = (folder / "images" / "c00" / "000.png").read_bytes()
    (new / "deep" / "good.png").write_bytes(good)
    (new / "cut.png").write_bytes(good[: len(good) // 2])
    (new / "notes.txt").write_text("not an image")
    Image.new("RGB", (19, 40)).save(new / "small.png")
    rows = predict(trained, new, tmp_path / "p.tsv", "--top", 2)
    assert [row["path"] for row in rows] == [str(new / "deep" / "good.png")]
    assert "predicted:3" not in rows[0]
    passed = {row["path"].rpartition("/")[2]: row["reason"] for row in read_dicts(tmp_path / "p.passed_over.tsv")}
    assert passed["notes.txt"].startswith("not an image but a text file")
    assert "truncated" in passed["cut.png"]
    assert "19 x 40" in passed["small.png"]
    assert "3 files were passed over" in capsys.readouterr().out


def test_a_taxonomy_adds_ranks(study, tmp_path):
    folder, trained = study
    (tmp_path / "taxonomy.tsv").write_text("class\torder\nc00\tA\nc01\tB\nc02\tB\n")
    rows = predict(trained, folder / "images" / "c00", tmp_path / "p.tsv", "--taxonomy", tmp_path / "taxonomy.tsv")
    for row in rows:
        first, rest = float(row["p:c00"]), float(row["p:c01"]) + float(row["p:c02"])
        assert row["rank:order"] == ("A" if first > rest else "B")
        assert float(row["rank_probability:order"]) == pytest.approx(max(first, rest), abs=1e-6)


def test_the_folder_may_be_moved_and_what_it_lacks_is_told(study, tmp_path):
    folder, trained = study
    moved = tmp_path / "moved"
    shutil.copytree(trained, moved)
    (moved / "predictions.tsv").unlink()
    assert len(predict(moved, folder / "images" / "c00", tmp_path / "p.tsv")) == 12
    record = unsealed.description(moved / "classifier.json")
    del record["preparation"]
    (moved / "classifier.json").write_text(json.dumps(record))
    with pytest.raises(UserError, match="how its images were prepared"):
        predict(moved, folder / "images", tmp_path / "p.tsv")
    (moved / "classifier.json").write_bytes((trained / "classifier.json").read_bytes())
    # As earlier versions wrote it: the features themselves.
    write_tensors(moved / "reference.safetensors", save({"features": np.zeros((2, 8), np.float32)}))
    with pytest.raises(UserError, match="was written by another version of augury; train the classifier again"):
        predict(moved, folder / "images", tmp_path / "p.tsv")
    (moved / "reference.safetensors").unlink()
    with pytest.raises(UserError, match=r"reference\.safetensors is missing"):
        predict(moved, folder / "images", tmp_path / "p.tsv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="holds no file"):
        predict(trained, tmp_path / "empty", tmp_path / "p.tsv")
    for option in ("--ood-quantile", "--coverage", "--error"):
        with pytest.raises(UserError, match=f"{option} is 99"):
            predict(trained, folder / "images", tmp_path / "p.tsv", option, 99)


def test_without_validation_images_nothing_is_promised(tmp_path, capsys):
    trained = train(tmp_path, ["train"] * len(PARTS), classes=2, epochs=1, tta=True)
    record = json.loads((trained / "classifier.json").read_text())
    assert record["calibration"]["temperature"] == 1
    assert record["reference"] == {"images": 24, "features": 8, "scales": None}
    rows = predict(trained, tmp_path / "images", tmp_path / "p.tsv")
    output = capsys.readouterr().out
    assert "not calibrated (temperature 1): there are no validation images" in output
    assert "no image is called out-of-distribution: no validation images" in output
    doubts = ("prediction_set", "abstained", "out_of_distribution", "score")
    assert {row[name] for row in rows for name in doubts} == {""}
    assert read_cells(tmp_path / "p.passed_over.tsv")[1] == []


@pytest.fixture(scope="module")
def together(tmp_path_factory):
    """An ensemble of a classifier that sees colours and one that sees grey images of another size."""
    folder = tmp_path_factory.mktemp("ensemble")
    train(folder)
    train(folder, name="grey", size_px=24, channels="grey", epochs=1)
    return folder, ensemble(folder, "cnn", "grey")


def test_an_ensemble_gives_its_own_probabilities_of_the_study_calibrated(together, tmp_path):
    folder, both = together
    rows = {row["path"]: row for row in predict(both, folder / "images", tmp_path / "p.tsv")}
    judged = read_predictions(both / "predictions.tsv")
    validation = judged.of("validation")
    temperature = fit_with_prior(validation.probabilities, validation.labels).temperature
    found = np.array([[float(rows[path][f"p:{name}"]) for name in CLASSES] for path in judged.path])
    np.testing.assert_allclose(found, at_temperature(judged.probabilities, temperature), atol=1e-5)
    # An image's score is the mean of its members'.
    of_members = [
        {
            row["path"]: float(row["score"])
            for row in predict(both.parent.parent / name / "seed0", folder / "images", tmp_path / f"{name}.tsv")
        }
        for name in ("cnn", "grey")
    ]
    for path, row in rows.items():
        expected = np.mean([scores[path] for scores in of_members])
        assert float(row["score"]) == pytest.approx(expected, rel=1e-4, abs=1e-4)
    assert all(rows[path]["out_of_distribution"] == "false" for path in validation.path)
    median = predict(both, folder / "images", tmp_path / "half.tsv", "--ood-quantile", 0.5)
    outside = {row["path"] for row in median if row["out_of_distribution"] == "true"} & set(validation.path)
    assert len(outside) == 4  # of nine


def test_an_ensemble_travels_with_the_folder_of_its_arm(together, tmp_path):
    folder, both = together
    arm = tmp_path / "moved"
    shutil.copytree(both.parent.parent, arm)
    rows = predict(arm / "both" / "seed0", folder / "images" / "c00", tmp_path / "p.tsv")
    assert [row["p:c00"] for row in rows] == [
        row["p:c00"] for row in predict(both, folder / "images" / "c00", tmp_path / "q.tsv")
    ]
    shutil.rmtree(arm / "grey")
    with pytest.raises(UserError, match=r"whose member .*grey/seed0 is missing; copy the whole folder of its arm"):
        predict(arm / "both" / "seed0", folder / "images", tmp_path / "p.tsv")


def test_of_which_class_to_collect_more_is_read_in_the_study(study, tmp_path, capsys):
    folder, trained = study
    record = json.loads((trained / "classifier.json").read_text())
    rows = [
        per_class_row(class_, f1, record["arm"], record["classifier"])
        for class_, f1 in zip(CLASSES, (0.8, 0.5, 0.9), strict=True)
    ]
    write_rows(tmp_path / "tables" / "per_class.tsv", PerClassRow, rows)
    images = [SplitRow(f"{n}", "", CLASSES[n % 3], f"{n}", "train") for n in range(7)]
    write_rows(tmp_path / "splits" / f"{record['split']}.tsv", SplitRow, images)
    words = ["--classifier", trained, "--images", folder / "images" / "c00", "--output", tmp_path / "first.tsv",
             "--page", tmp_path / "first.html", "--threads", 2]  # fmt: skip
    call("plan_collection", words)
    assert "the classifier lies in no study; name its results by --study" in "".join(capsys.readouterr())
    assert not (tmp_path / "first.classes.tsv").exists()
    assert "<table>" not in (tmp_path / "first.html").read_text()
    call("plan_collection", [*words, "--study", tmp_path])
    said = "".join(capsys.readouterr())
    assert "collect more of c01 first" in said
    assert "Learning curves by class were measured on the same images and chose worse." in said
    made = read_dicts(tmp_path / "first.classes.tsv")
    assert [(row["class"], row["n_images"], row["f1"]) for row in made] == [
        ("c01", "2", "0.5"), ("c00", "3", "0.8"), ("c02", "2", "0.9"),
    ]  # fmt: skip
    page = (tmp_path / "first.html").read_text()
    assert "<td>1</td><td>c01</td><td>2</td><td>2</td><td>0.500 (0.400 to 0.600)</td>" in page
    assert "Learning curves by class were measured on the same images and chose worse." in page
    with pytest.raises(UserError, match=r"per_class\.tsv is missing"):
        call("plan_collection", [*words, "--study", tmp_path / "nowhere"])


def test_images_to_label_first(study, tmp_path, capsys):
    folder, trained = study
    words = ["--classifier", trained, "--images", folder / "images", "--threads", 2, "--number", 4]
    (folder / "images" / "notes.txt").write_text("not an image")
    outputs = ["--output", tmp_path / "first.tsv", "--page", tmp_path / "first.html"]
    call("plan_collection", [*words, *outputs])
    (folder / "images" / "notes.txt").unlink()
    assert "4 of 36 images to label first" in capsys.readouterr().out
    every = read_dicts(tmp_path / "first.tsv")
    assert [row["order"] for row in every] == [str(order) for order in range(1, len(every) + 1)]
    rows, foreign = every[:4], every[4:]
    said = {row["path"]: row for row in predict(trained, folder / "images", tmp_path / "p.tsv")}
    assert {row["path"] for row in foreign} <= {p for p, row in said.items() if row["out_of_distribution"] == "true"}
    ahead = sorted(
        float(row["probability"]) - float(row["probability:2"])
        for row in said.values()
        if row["out_of_distribution"] == "false"
    )
    for row in rows:
        known = said[row["path"]]
        assert (row["predicted"], row["second"]) == (known["predicted"], known["predicted:2"])
        assert float(row["margin"]) == pytest.approx(
            float(known["probability"]) - float(known["probability:2"]), abs=1e-5
        )
    assert [float(row["margin"]) for row in rows] == pytest.approx(ahead[:4], abs=1e-5)
    shown = json.loads(re.search(r'id="data">(.*)</script>', (tmp_path / "first.html").read_text())[1])["pictures"]
    assert [each["path"] for each in shown] == [row["path"] for row in every]
    with pytest.raises(UserError, match="--number is 0"):
        call("plan_collection", [*words[:-1], 0, "--output", tmp_path / "none.tsv"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="holds no image that can be used"):
        call("plan_collection", ["--classifier", trained, "--images", tmp_path / "empty", *outputs])


# In the forms of other programs


def written(path):
    return [line.split("\t") for line in path.read_text().splitlines()]


def test_darwin_core_says_that_a_machine_named_it_and_which(study, tmp_path):
    folder, trained = study
    (tmp_path / "taxonomy.tsv").write_text("class\tphylum\torder\nc00\tP\tA\nc01\tP\tB\nc02\tP\tB\n")
    own = {row["path"]: row for row in predict(trained, folder / "images", tmp_path / "p.tsv", "--ood-quantile", 0.5)}
    words = [
        "--classifier",
        trained,
        "--images",
        folder / "images",
        "--output",
        tmp_path / "dwc.tsv",
        "--format",
        "dwc",
    ]
    call("predict_images", [*words, "--taxonomy", tmp_path / "taxonomy.tsv", "--ood-quantile", 0.5, "--threads", 2])
    header, *lines = written(tmp_path / "dwc.tsv")
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    assert len(rows) == len(own) == 36
    sha256 = hashlib.sha256((trained / "classifier.safetensors").read_bytes()).hexdigest()
    for row in rows:
        known = own[row["associatedMedia"]]
        assert row["identificationVerificationStatus"] == "PredictedByMachine"
        assert row["basisOfRecord"] == "MachineObservation"
        assert row["identificationReferences"] == f"augury 0.1.0; classifier real/cnn/holdout/seed0; sha256 {sha256}"
        assert row["verbatimIdentification"] == known["predicted"]
        foreign = known["out_of_distribution"] == "true"
        assert row["scientificName"] == ("incertae sedis" if foreign else known["predicted"])
        assert row["phylum"] == ("" if foreign else "P")
        assert row["occurrenceID"] == f"urn:sha256:{file_sha256(Path(row['associatedMedia']))}"
    assert {row["scientificName"] for row in rows} > {"incertae sedis"}


def test_ecotaxa_gets_its_types_and_names_beside_the_table(study, tmp_path, capsys):
    folder, trained = study
    words = ["--classifier", trained, "--images", folder / "images", "--threads", 2, "--format", "ecotaxa", "--output"]
    call("predict_images", [*words, folder / "ecotaxa_new.tsv"])
    header, types, *lines = written(folder / "ecotaxa_new.tsv")
    (folder / "ecotaxa_new.tsv").unlink()
    (folder / "ecotaxa_new.passed_over.tsv").unlink()
    assert header[:3] == ["img_file_name", "img_rank", "object_id"]
    assert set(types) == {"[t]", "[f]"}
    assert len(header) == len(set(header)) == len(types)
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    assert all((folder / row["img_file_name"]).exists() for row in rows)
    numbers = [name for name, kind in zip(header, types, strict=True) if kind == "[f]"]
    assert all(math.isfinite(float(row[name])) for row in rows for name in numbers if row[name])
    assert {row["object_annotation_status"] for row in rows} == {"predicted"}
    assert re.fullmatch(r"\d{8}", rows[0]["object_annotation_date"])
    assert "check" not in header
    capsys.readouterr()
    call("predict_images", [*words, tmp_path / "p.tsv"])
    assert "names begin with ecotaxa" in capsys.readouterr().out
    with pytest.raises(UserError, match="--page shows the own table; leave out --format"):
        call("predict_images", [*words, tmp_path / "p.tsv", "--page", tmp_path / "p.html"])
