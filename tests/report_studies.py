"""Small results of studies of any shape, made up and not trained, of which a report is built."""

import dataclasses
import itertools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from augury.report.page import Sources
from augury.scores.generators import compare_generators, summarise_generators
from augury.tables.classification import ClassificationRow
from augury.tables.columns import names
from augury.tables.confusions import ConfusionRow
from augury.tables.coverage import CoverageRow
from augury.tables.generator_pairs import PairRow
from augury.tables.generators import GeneratorRow
from augury.tables.per_class import PerClassRow
from augury.tables.rows import DuplicateRow, ImageRow, QuarantineRow, SplitRow
from augury.tables.runtime import RuntimeRow
from augury.tables.synthetic import ScoreRow
from augury.tables.table import write_dicts, write_rows
from augury.tables.verdict import ALL, EQUIVALENT, HELPS, HURTS, LEAK, UNDERPOWERED, VerdictRow
from tests.synthetic_scores import score_row
from tests.verdict_rows import verdict_row

TEMPLATES = Path(__file__).parents[1] / "workflow" / "report"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="417pt" height="120pt"><circle cx="60" cy="60" r="40"/></svg>'
DIFFERENCES = {HELPS: 0.04, HURTS: -0.05, EQUIVALENT: 0.001, UNDERPOWERED: -0.012, LEAK: 0.3}
HALVES = {HELPS: 0.03, HURTS: 0.03, EQUIVALENT: 0.006, UNDERPOWERED: 0.068, LEAK: 0.1}


def study(
    folder: Path,
    classes: Sequence[str] = ("Copepoda", "Tripos"),
    arms: Sequence[str] = ("real", "dcgan"),
    classifiers: Sequence[str] = ("probe", "cnn"),
    words: Mapping[tuple[str, str], str] | None = None,
    generators: Sequence[str] = ("dcgan",),
    n_splits: int = 3,
    specimens: int = 9,
    recall: float = 0.6,
) -> Sources:
    """What build_report reads. recall: of generators, which are broken where it is near 0.

    words: of arm and classifier, else `underpowered`; the first arm is the baseline.
    """
    tables, splits = folder / "tables", [f"fold{index + 1}" for index in range(n_splits)]
    if classifiers:
        write_rows(tables / "classification.tsv", ClassificationRow, _classification(arms, classifiers, splits))
        write_rows(tables / "per_class.tsv", PerClassRow, _per_class(classes, arms, classifiers))
        write_rows(tables / "confusions.tsv", ConfusionRow, _confusions(classes, arms, classifiers))
        write_rows(tables / "coverage.tsv", CoverageRow, _coverage(classes, arms, classifiers))
        judged = _verdict(arms, classifiers, words or {}, bool(generators))
        write_rows(tables / "verdict.tsv", VerdictRow, judged)
    scores = [score_row(generator=name, class_=class_, recall=recall) for name in generators for class_ in classes]
    write_rows(tables / "synthetic.tsv", ScoreRow, scores)
    write_rows(tables / "generators.tsv", GeneratorRow, summarise_generators(scores))
    write_rows(tables / "generator_pairs.tsv", PairRow, compare_generators(scores))
    runs = [RuntimeRow("classifier", name, arm, split, 0, "", 60, 9.0, "cpu", 1, "float32", 9)
            for name in classifiers for arm in arms for split in splits]  # fmt: skip
    write_rows(tables / "runtime.tsv", RuntimeRow, runs)
    images = [ImageRow(f"{class_}{index}", f"{class_}/{index}.png", class_, f"s{index}", 64, 64, "L")
              for class_ in classes for index in range(specimens)]  # fmt: skip
    write_rows(folder / "manifest.tsv", ImageRow, images)
    for number, split in enumerate(splits):
        parts = ["test" if index % n_splits == number else "train" for index in range(specimens)]
        rows = [
            SplitRow(row.sha256, row.path, row.class_, row.specimen, parts[int(row.specimen[1:])]) for row in images
        ]
        write_rows(folder / "splits" / f"{split}.tsv", SplitRow, rows)
    write_rows(folder / "quarantine.tsv", QuarantineRow, [])
    write_rows(folder / "duplicates.tsv", DuplicateRow, [])
    records = _records(folder, arms, classifiers, generators, classes)
    return Sources(
        tables=sorted(tables.glob("*.tsv")),
        figures=_figures(folder / "figures", bool(classifiers), len(arms) > 1, bool(generators)),
        captions=TEMPLATES,
        template=TEMPLATES / "report.html.j2",
        manifest=folder / "manifest.tsv",
        quarantine=folder / "quarantine.tsv",
        duplicates=folder / "duplicates.tsv",
        splits=sorted((folder / "splits").glob("*.tsv")),
        classifiers=[path for path in records if path.name == "classifier.json"],
        generators=[path for path in records if path.name == "generator.json"],
        histories=[path for path in records if path.suffix == ".tsv"],
        settings={"dataset": "plankton", "generators": {name: {} for name in generators}}
        | {"arms": {arm: {"generator": arm} if arm in generators else {} for arm in arms}}
        | {"classifiers": {name: {"family": "probe" if name == "probe" else "four_block_cnn"} for name in classifiers}},
    )


def _classification(arms: Sequence[str], classifiers: Sequence[str], splits: Sequence[str]) -> list[ClassificationRow]:
    empty = dict.fromkeys(names(ClassificationRow))
    rows = []
    for number, classifier in enumerate(classifiers):
        for arm in arms:
            accuracy = 0.9 - 0.06 * number
            known = {"arm": arm, "classifier": classifier, "seed": "0", "part": "test", "n_runs": 1, "leaked": False}
            known |= {"n_images": 54, "n_specimens": 54}
            for name in ("accuracy", "precision", "recall", "f1", "auroc", "ap", "min_recall"):
                known |= {name: accuracy, f"{name}_low": accuracy - 0.07, f"{name}_high": min(1.0, accuracy + 0.06)}
            rows += [ClassificationRow(**(empty | known | {"split": split})) for split in splits]
            rows.append(ClassificationRow(**(empty | known | {"split": ALL, "seed": ALL, "n_runs": len(splits)})))
    return rows


def _per_class(classes: Sequence[str], arms: Sequence[str], classifiers: Sequence[str]) -> list[PerClassRow]:
    empty = dict.fromkeys(field.name for field in dataclasses.fields(PerClassRow))
    rows = []
    for classifier in classifiers:
        for arm in arms:
            for index, class_ in enumerate(classes):
                known = {"arm": arm, "classifier": classifier, "split": ALL, "seed": ALL, "part": "test"}
                known |= {"class_": class_, "n_runs": 3, "support": 9, "n_specimens": 9, "leaked": False}
                for name in ("precision", "recall", "f1", "auroc", "ap"):
                    value = 0.6 + 0.3 * index / len(classes)
                    known |= {name: value, f"{name}_low": value - 0.2, f"{name}_high": value + 0.1}
                rows.append(PerClassRow(**(empty | known)))
    return rows


def _coverage(classes: Sequence[str], arms: Sequence[str], classifiers: Sequence[str]) -> list[CoverageRow]:
    counted = {"stated": 0.9, "n_runs": 3, "n_validation": 12, "n_images": 9, "n_specimens": 9, "set_size": 1.5}
    counted |= {"coverage": 0.89, "coverage_low": 0.52, "coverage_high": 0.99, "single": 0.5, "leaked": False}
    counted |= {"stated_error": 0.05, "n_answering": 2, "answered": 0.6, "error": 0.04, "error_low": 0.0}
    counted |= {"error_high": 0.1}
    return [CoverageRow(arm=arm, classifier=classifier, class_=class_, **counted)
            for arm in arms for classifier in classifiers for class_ in ("all", *classes)]  # fmt: skip


def _confusions(classes: Sequence[str], arms: Sequence[str], classifiers: Sequence[str]) -> list[ConfusionRow]:
    return [ConfusionRow(arm, classifier, "test", False, one, other, 9 - number, 27, (9 - number) / 27, 4, 4)
            for arm in arms for classifier in classifiers
            for number, (one, other) in enumerate(itertools.pairwise(classes[:9]))]  # fmt: skip


def _verdict(arms: Sequence[str], classifiers: Sequence[str], words: Mapping, synthetic: bool) -> list[VerdictRow]:
    rows = []
    for number, classifier in enumerate(classifiers):
        for arm in arms[1:]:
            word = words.get((arm, classifier), UNDERPOWERED)
            for measure in ("accuracy", "f1"):
                primary = number == 0 and measure == "accuracy"
                cells = {"difference": DIFFERENCES[word], "low": DIFFERENCES[word] - HALVES[word]}
                cells |= {
                    "high": DIFFERENCES[word] + HALVES[word],
                    "word": word if measure == "accuracy" else UNDERPOWERED,
                }
                cells |= {"family": "primary" if primary else f"secondary: {measure}, {classifier}", "power": 0.3}
                cells |= {"arm": arm, "classifier": classifier, "measure": measure, "baseline": arms[0]}
                cells |= {"baseline_value": 0.9 - 0.06 * number, "detectable": 0.09, "specimens_needed": 300}
                cells |= {"n_generators": 3 if synthetic else None, "leaked": word == LEAK}
                rows.append(verdict_row(**cells))
    return rows


def _records(folder: Path, arms: Sequence[str], classifiers: Sequence[str], generators: Sequence[str],
             classes: Sequence[str]) -> list[Path]:  # fmt: skip
    machine = {"device": "cpu", "threads": 1, "precision": "float32"}
    paths = []
    for name in classifiers:
        path = folder / f"fold1/classifiers/{arms[0]}/{name}/seed0/classifier.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(machine | {"arm": arms[0], "classifier": name, "split": "fold1", "seed": 0}))
        paths.append(path)
    for name in generators:
        path = folder / f"fold1/generators/{name}/seed0/{classes[0]}/generator.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(machine | {"generator": name, "split": "fold1", "seed": 0, "class": classes[0]}))
        write_dicts(path.with_name("history.tsv"), ["kimg", "r_t"], [{"kimg": 1, "r_t": 0.2}])
        paths += [path, path.with_name("history.tsv")]
    return paths


def _figures(folder: Path, classified: bool, compared: bool, synthetic: bool) -> list[Path]:
    folder.mkdir(parents=True)
    drawn = ["arms", "confusion"] * classified + ["differences"] * (classified and compared)
    for name in drawn:
        (folder / f"{name}.svg").write_bytes(SVG)
    for name, size in (("strip", (600, 170)), ("samples", (1060, 1760))) if synthetic else ():
        photograph(folder / f"{name}.png", size)
    return sorted(folder.iterdir())


def photograph(path: Path, size: tuple[int, int]) -> None:
    """Something as hard to compress as photographs are: smooth shapes under noise."""
    rows, columns = np.mgrid[: size[1], : size[0]]
    shapes = np.sin(rows / 23)[..., None] * np.cos(columns[..., None] / 31 + np.arange(3))
    smooth = 128 + 60 * shapes
    noise = np.random.default_rng(0).normal(0, 4, smooth.shape)
    Image.fromarray(np.clip(smooth + noise, 0, 255).astype(np.uint8)).save(path)
