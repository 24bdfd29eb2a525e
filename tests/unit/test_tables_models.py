"""models.tsv: means over runs, measures as in classification.tsv, and rows of classifiers that were not trained."""

import pytest

from augury.metrics.summaries import summarise
from augury.report import tables
from augury.tables.models import ModelRow, model_rows
from augury.tables.predictions import Run, read_predictions, write_predictions
from augury.tables.table import read_rows, write_rows

NET = {"family": "timm_zoo", "eca": "per_block"}
WEIGHTS = {"source": "resources/weights/convnext_tiny.safetensors", "sha256": "0"}
REASON = "not run: weights missing"


def run(folder, seed, answers, parts=("validation", "test", "test")):
    path = folder / f"{seed}.tsv"
    names, labels = ["0", "1", "2"], [0, 0, 1]
    rows = [[1.0, 0.0] if answer == 0 else [0.0, 1.0] for answer in answers]
    write_predictions(path, names, names, names, list(parts), labels, ("x", "y"), rows)
    return Run("holdout", "real", "net", seed), read_predictions(path)


def record(seed, **more):
    base = {"arm": "real", "classifier": "net", "seed": seed, "architecture": "convnext_tiny", "settings": NET}
    base |= {"pretrained": WEIGHTS, "parameters": 27_840_206, "size_mb": 106.2, "epochs": 60}
    return base | {"seconds": 10.0 * (seed + 1), "images_per_second": 5.0} | more


@pytest.fixture
def judged(tmp_path):
    """Two runs; of the two test images the first calls one rightly, the second both."""
    return summarise([run(tmp_path, 0, [0, 0, 0]), run(tmp_path, 1, [0, 0, 1])], False, 100)[0]


def test_a_row_holds_the_mean_over_runs_and_the_measures_of_the_test_part(judged):
    (row,) = model_rows(judged, [record(0), record(1)])
    (mean,) = [each for each in judged if (each.split, each.part) == ("all", "test")]
    assert (row.family, row.architecture, row.eca) == ("timm_zoo", "convnext_tiny", "per_block")
    assert (row.pretrained, row.part, row.n_runs, row.leaked) == (WEIGHTS["source"], "test", 2, False)
    assert (row.parameters, row.size_mb, row.epochs, row.seconds) == (27_840_206, 106.2, 60, 15.0)
    assert row.accuracy == mean.accuracy == 0.75
    for name in ("accuracy_low", "precision", "precision_high", "recall", "recall_low"):
        assert getattr(row, name) == getattr(mean, name)


def test_other_runs_and_starts(judged):
    scratch = [record(0, pretrained=None), record(1, pretrained=None), record(0, arm="other", epochs=9)]
    (row,) = model_rows(judged, scratch)
    assert (row.pretrained, row.epochs) == ("no", 60)
    (row,) = model_rows(judged, [record(0, members=[], pretrained=None, seconds=None)])
    assert (row.pretrained, row.seconds) == ("", None)
    (row,) = model_rows(judged, [])
    assert (row.family, row.parameters, row.accuracy) == ("", None, 0.75)


def test_without_a_test_part_the_validation_part_is_told(tmp_path):
    overall, _ = summarise([run(tmp_path, 0, [0, 0, 1], ["validation"] * 3)], False, 100)
    (row,) = model_rows(overall, [record(0)])
    assert (row.part, row.accuracy) == ("validation", 1.0)


def test_a_classifier_that_was_not_run_says_so_in_place_of_every_number(judged, tmp_path):
    made = model_rows(judged, [record(0), record(1)], {"vgg19": REASON})
    assert [(row.arm, row.classifier) for row in made] == [("real", "net"), ("real", "vgg19")]
    write_rows(tmp_path / "models.tsv", ModelRow, made)
    trained, read = read_rows(tmp_path / "models.tsv", ModelRow)
    assert (trained.parameters, trained.accuracy) == (27_840_206, 0.75)
    assert read == made[1]
    absent = made[1]
    numbers = [absent.parameters, absent.size_mb, absent.epochs, absent.seconds, absent.accuracy, absent.recall_high]
    assert numbers == [REASON] * 6
    assert absent.n_runs == 0
    view = tables.view(tmp_path / "models.tsv")
    columns = {name for name, cell in zip(view.header, view.rows[1], strict=True) if cell.text == REASON}
    assert {"parameters", "MB", "epochs", "time", "accuracy", "precision", "recall"} <= columns
    assert view.rows[0][view.header.index("parameters")].text == "27,840,206"
    assert "test images" in view.shown
