"""ensemble_classifiers as a user runs it: its outputs pass for a classifier's."""

import json
import subprocess
import sys

import numpy as np
import pytest

from augury.tables.predictions import read_predictions
from augury.tables.table import read_dicts
from tests.scripts.in_process import SCRIPTS, call
from tests.unit.test_ensembles import BAD, GOOD, Run


@pytest.fixture
def runs(tmp_path):
    return [Run(tmp_path, "a", GOOD), Run(tmp_path, "b", BAD)]


def words(runs, output, weights="equal"):
    files = {"--predictions": "predictions.tsv", "--classifiers": "classifier.json"}
    listed = [word for option, name in files.items() for word in (option, *(run.folder / name for run in runs))]
    return ["--name", "both", "--seed", "0", *listed, "--threads", "1", "--output", output, "--weights", weights]


def test_an_ensemble_passes_for_a_classifier(runs, tmp_path):
    out = tmp_path / "fold0" / "classifiers" / "real" / "both" / "seed0"
    call("ensemble_classifiers", words(runs, out))
    assert {path.name for path in out.iterdir()} == {"predictions.tsv", "classifier.json"}
    read, first = read_predictions(out / "predictions.tsv"), read_predictions(runs[0].folder / "predictions.tsv")
    assert read.sha256.tolist() == first.sha256.tolist()
    assert read.probabilities == pytest.approx((np.array(GOOD) + np.array(BAD)) / 2, abs=1e-8)
    before = (out / "predictions.tsv").read_bytes()
    call("ensemble_classifiers", words(runs, out))
    assert (out / "predictions.tsv").read_bytes() == before

    folders = [out, *(run.folder for run in runs)]
    command = ["--predictions", *(folder / "predictions.tsv" for folder in folders), "--bootstrap", "100"]
    command += ["--classifiers", *(folder / "classifier.json" for folder in folders)]
    call("tabulate_results", [*command, "--output", tmp_path])
    rows = [
        row for row in read_dicts(tmp_path / "classification.tsv") if row["split"] == "fold0" and row["part"] == "test"
    ]
    # Of the two test images a calls one rightly (z for z, z for x), b both, and their mean again one.
    assert {row["classifier"]: row["accuracy"] for row in rows} == {"a": "0.5", "b": "1", "both": "0.5"}
    assert {row["name"]: row["seconds"] for row in read_dicts(tmp_path / "runtime.tsv")} == {
        "a": "2.5",
        "b": "2.5",
        "both": "5",
    }


def test_weights_of_the_validation_images_are_recorded(runs, tmp_path, capsys):
    call("ensemble_classifiers", words(runs, tmp_path / "out", "validation"))
    record = json.loads((tmp_path / "out" / "classifier.json").read_text())
    assert record["settings"] == {"family": "ensemble", "weights": "validation"}
    assert [member["weight"] for member in record["members"]] == pytest.approx([1, 0], abs=1e-6)
    assert "weights a seed 0 1.000, b seed 0 0.000" in capsys.readouterr().out


def test_a_missing_validation_part_is_said(tmp_path, capsys):
    runs = [Run(tmp_path, name, rows, parts=["test"] * 4) for name, rows in (("a", GOOD), ("b", BAD))]
    call("ensemble_classifiers", words(runs, tmp_path / "out", "validation"))
    assert "equal as there are no validation images" in capsys.readouterr().out
    assert json.loads((tmp_path / "out" / "classifier.json").read_text())["settings"]["weights"] == "equal"


def test_other_images_are_a_mistake_told_in_a_sentence(tmp_path):
    runs = [Run(tmp_path, "a", GOOD), Run(tmp_path, "b", BAD, sha256=list("abce"))]
    command = [sys.executable, SCRIPTS / "ensemble_classifiers.py", *words(runs, tmp_path / "out")]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "did not judge the same images" in done.stderr
    assert "Traceback" not in done.stderr
