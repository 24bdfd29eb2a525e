"""tabulate_results.py from the command line."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.report import summary
from augury.report.tables import view
from augury.tables.classification import ClassificationRow
from augury.tables.copies import CopyRow
from augury.tables.generator_pairs import PairRow
from augury.tables.generators import GeneratorRow
from augury.tables.models import ModelRow
from augury.tables.per_class import PerClassRow
from augury.tables.predictions import write_predictions
from augury.tables.ranks import RankRow
from augury.tables.runtime import RuntimeRow
from augury.tables.synthetic import ScoreRow
from augury.tables.table import read_not_run, read_rows, write_rows
from tests import unsealed
from tests.synthetic_scores import score_row

SCRIPT = Path(__file__).parents[2] / "workflow" / "scripts" / "tabulate_results.py"
CLASSES = ("Normal", "Tapered")
OUTPUTS = (
    "classification", "models", "per_class", "confusions", "coverage", "by_seed", "synthetic", "generators",
    "generator_pairs", "runtime",
)  # fmt: skip


def write_run(folder, arm, seed, right, leaked=False):
    """Ten test images; the first `right` of each class are called rightly."""
    run = folder / f"fold0/classifiers/{arm}/lenet/seed{seed}"
    labels = np.repeat([0, 1], 5)
    predicted = np.where(np.tile(np.arange(5), 2) < right, labels, 1 - labels)
    names = [str(index) for index in range(10)]
    write_predictions(
        run / "predictions.tsv", names, names, names, ["test"] * 10, labels, CLASSES, np.eye(2)[predicted]
    )
    record = {"arm": arm, "classifier": "lenet", "split": "fold0", "seed": seed, "seconds": 2.5, "parameters": 61706}
    (run / "classifier.json").write_text(json.dumps(record | {"leaked": leaked}))
    return run


@pytest.fixture
def study(tmp_path):
    for seed, right in ((0, 4), (1, 3)):
        write_run(tmp_path, "real", seed, right)
        write_run(tmp_path, "copier", seed, 5, leaked=True)
    generator = tmp_path / "fold0/generators/dcgan/seed0/Normal/generator.json"
    generator.parent.mkdir(parents=True)
    generator.write_text(
        json.dumps({"generator": "dcgan", "split": "fold0", "seed": 0, "class": "Normal", "threads": 2})
    )
    scores = [
        score_row(generator=name, class_="Normal", seed=seed, frechet_distance=3.5 + seed + shift, kid=0.1)
        for name, shift in (("dcgan", 0), ("stylegan2", 2))
        for seed in (0, 1)
    ]
    write_rows(tmp_path / "scores.tsv", ScoreRow, scores)
    return tmp_path


def run(folder, *more, arms=("real", "copier")):
    runs = [folder / f"fold0/classifiers/{arm}/lenet/seed{seed}" for arm in arms for seed in (0, 1)]
    words = ["--predictions", *(path / "predictions.tsv" for path in runs), "--bootstrap", "200", "--threads", "1"]
    words += ["--output", folder]
    return subprocess.run([sys.executable, SCRIPT, *words, *more], capture_output=True, text=True, check=False)


def records(folder):
    classifiers = sorted(folder.glob("fold0/classifiers/*/*/*/classifier.json"))
    generators = sorted(folder.glob("fold0/generators/*/*/*/generator.json"))
    return ["--classifiers", *classifiers, "--generators", *generators, "--scores", folder / "scores.tsv"]


def test_all_tables_are_written(study):
    done = run(study, *records(study))
    assert done.returncode == 0, done.stderr
    rows = read_rows(study / "classification.tsv", ClassificationRow)
    assert [(row.arm, row.split, row.seed) for row in rows] == [
        ("real", "fold0", "0"), ("real", "fold0", "1"), ("real", "all", "all"),
        ("copier", "fold0", "0"), ("copier", "fold0", "1"), ("copier", "all", "all"),
    ]  # fmt: skip
    assert [row.accuracy for row in rows] == pytest.approx([0.8, 0.6, 0.7, 1, 1, 1])
    assert rows[2].accuracy_low < 0.7 < rows[2].accuracy_high
    assert [row.leaked for row in rows] == [False] * 3 + [True] * 3
    models = read_rows(study / "models.tsv", ModelRow)
    assert [(row.arm, row.classifier, row.n_runs, row.leaked) for row in models] == [
        ("real", "lenet", 2, False), ("copier", "lenet", 2, True),
    ]  # fmt: skip
    assert [(row.parameters, row.seconds, row.pretrained) for row in models] == [(61706, 2.5, "no")] * 2
    assert (models[0].accuracy, models[0].accuracy_low) == (rows[2].accuracy, rows[2].accuracy_low)
    by_class = read_rows(study / "per_class.tsv", PerClassRow)
    assert len(by_class) == 12
    assert {(row.support, row.n_specimens) for row in by_class} == {(5, 5)}
    assert [row.frechet_distance for row in read_rows(study / "synthetic.tsv", ScoreRow)] == [3.5, 4.5, 5.5, 6.5]
    generators = read_rows(study / "generators.tsv", GeneratorRow)
    assert [(row.generator, row.frechet_distance) for row in generators] == [("dcgan", 4), ("stylegan2", 6)]
    (pair,) = read_rows(study / "generator_pairs.tsv", PairRow)
    assert (pair.frechet_difference, pair.frechet_pairs, pair.frechet_word) == (2, 2, "not resolved")
    runtime = read_rows(study / "runtime.tsv", RuntimeRow)
    assert [(row.kind, row.name, row.arm, row.class_) for row in runtime][:2] == [
        ("generator", "dcgan", "", "Normal"), ("classifier", "lenet", "copier", ""),
    ]  # fmt: skip
    assert runtime[1].parameters == 61706


def test_a_study_without_generators_has_empty_tables_of_them(study):
    assert run(study).returncode == 0
    assert read_rows(study / "synthetic.tsv", ScoreRow) == []
    assert read_rows(study / "generators.tsv", GeneratorRow) == []
    assert read_rows(study / "generator_pairs.tsv", PairRow) == []
    assert read_rows(study / "runtime.tsv", RuntimeRow) == []


def test_twice_gives_the_same_bytes(study):
    run(study)
    before = [(study / f"{name}.tsv").read_bytes() for name in OUTPUTS]
    run(study)
    assert [(study / f"{name}.tsv").read_bytes() for name in OUTPUTS] == before


def test_a_damaged_file_is_a_mistake_that_names_it(study):
    path = study / "fold0/classifiers/real/lenet/seed1/predictions.tsv"
    path.write_text(path.read_text()[:-3])
    done = run(study)
    assert done.returncode == 2
    assert "seed1/predictions.tsv, line 11" in done.stderr
    assert not (study / "classification.tsv").exists()


def test_what_was_not_run_says_so_in_place_of_numbers(study):
    done = run(study, "--not-run", json.dumps({"resnet50": "not run: weights missing"}))
    assert done.returncode == 0, done.stderr
    header, *lines = [line.split("\t") for line in (study / "classification.tsv").read_text().splitlines()]
    left = [dict(zip(header, line, strict=True)) for line in lines if "resnet50" in line]
    assert [(line["arm"], line["split"], line["seed"], line["part"], line["n_runs"]) for line in left] == [
        ("real", "all", "all", "test", "0"), ("copier", "all", "all", "test", "0"),
    ]  # fmt: skip
    for measure in ("accuracy", "precision", "recall", "f1", "auroc", "ap"):
        assert {line[measure] for line in left} == {"not run: weights missing"}
    # Readers of the rows see what was run, and the page shows the others as they are.
    assert {row.classifier for row in read_rows(study / "classification.tsv", ClassificationRow)} == {"lenet"}
    shown = view(study / "classification.tsv")
    assert [[cell.text for cell in row[:5]] for row in shown.rows][-1] == [
        "copier", "resnet50", "test", "not run: weights missing", "not run: weights missing",
    ]  # fmt: skip
    (sentence,) = summary.left_out(read_not_run(study / "classification.tsv"))
    assert sentence.startswith("Not run: resnet50 was left out, because pretrained weights are not on this machine")
    assert "resnet50" not in (study / "per_class.tsv").read_text()


def test_a_cell_that_is_no_number_is_still_a_mistake(study):
    run(study)
    path = study / "classification.tsv"
    path.write_text(unsealed.table(path).replace("\t0.7\t", "\tnot known\t"))
    with pytest.raises(UserError, match="line 4"):
        read_rows(path, ClassificationRow)


def test_a_taxonomy_gives_a_row_a_rank(study):
    taxonomy = study / "taxonomy.tsv"
    taxonomy.write_text("class\torder\nNormal\tsperm\nTapered\tsperm\n")
    done = run(study, "--taxonomy", taxonomy, *records(study))
    assert done.returncode == 0, done.stderr
    rows = read_rows(study / "ranks.tsv", RankRow)
    assert [(row.arm, row.rank) for row in rows] == [
        ("real", "order"), ("real", "class"), ("copier", "order"), ("copier", "class"),
    ]  # fmt: skip
    assert [row.accuracy for row in rows] == pytest.approx([1, 0.7, 1, 1])  # one order holds both classes
    assert [row.distance for row in rows] == [None, 1, None, None]
    assert [row.leaked for row in rows] == [False, False, True, True]


def test_selections_that_begin_with_training_images_give_a_row_a_level(study):
    pool = study / "fold0/synthetic/edm/near/seed0/Normal"
    pool.mkdir(parents=True)
    parents = [{"parent": f"{n}", "parent_specimen": f"s{n % 2}", "sigma": 0.5 + n // 2} for n in range(4)]
    record = {"parents": parents, "looked_at": [0, 1, 2, 3], "copied": [0, 1, 2], "leaked": False}
    (pool / "selection.json").write_text(json.dumps(record))
    done = run(study, "--selections", pool / "selection.json")
    assert done.returncode == 0, done.stderr
    rows = read_rows(study / "copies.tsv", CopyRow)
    assert [(row.class_, row.sigma, row.copied, row.n_specimens) for row in rows] == [
        ("Normal", 0.5, 1.0, 2), ("Normal", 1.5, 0.5, 2)
    ]  # fmt: skip
    shown = view(study / "copies.tsv")
    assert [cell.text for cell in shown.rows[1]][:4] == ["edm", "near", "Normal", "1.5"]
    assert shown.rows[1][4].text.startswith("0.500 (")
