"""The table of a study that compares families of generators at equal time: images seen, scores by both judges, gains.

    python benchmarks/generator_choice.py results/NAME

Scores are means over folds and classes, weighted by images; a gain, in points, is the verdict's with its interval.
Arms without images of a generator's own drawing, `near` among them, have gains alone.
"""

import argparse
import csv
import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

SCORES = ("frechet_distance", "kid", "precision", "recall", "copied")
Row = dict[str, str]


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("results", type=Path, help="folder of the study's results")
    args = made.parse_args()
    scored = _rows(args.results / "tables" / "synthetic.tsv")
    judges = sorted({row["extractor"] for row in scored})
    gains = _gains(_rows(args.results / "tables" / "verdict.tsv"))
    classifiers = sorted({classifier for _, classifier in gains})
    kimg = _kimg(_rows(args.results / "tables" / "runtime.tsv"))
    head = [f"{score}, {judge}" for judge, score in itertools.product(judges, SCORES)]
    _print(["generator", "kimg a fold", *head, *(f"gain of {name}" for name in classifiers)])
    _print(["---"] * (2 + len(head) + len(classifiers)))
    for arm, rows in _grouped(scored).items():
        generator = rows[0]["generator"]
        scores = [
            _mean([row for row in rows if row["extractor"] == judge], score)
            for judge, score in itertools.product(judges, SCORES)
        ]
        _print([arm, f"{kimg[generator]:.0f}", *scores, *(gains.get((arm, name), "") for name in classifiers)])
    for arm in dict.fromkeys(arm for arm, _ in gains if arm not in _grouped(scored)):
        _print([arm, "", *("" for _ in head), *(gains.get((arm, name), "") for name in classifiers)])


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _grouped(rows: Iterable[Row]) -> dict[str, list[Row]]:
    # By generator and, where it isn't random, selection: as the arms are named.
    groups = defaultdict(list)
    for row in rows:
        groups[row["generator"] if row["selection"] == "random" else row["selection"]].append(row)
    return groups


def _mean(rows: Sequence[Row], score: str) -> str:
    known = [(float(row[score]), int(row["n_real"])) for row in rows if row[score]]
    return f"{sum(value * count for value, count in known) / sum(count for _, count in known):.3g}" if known else ""


def _gains(rows: Iterable[Row]) -> dict[tuple[str, str], str]:
    return {
        (row["arm"], row["classifier"]): "{:+.1f} [{:+.1f}, {:+.1f}]".format(
            *(100 * float(row[key]) for key in ("difference", "low", "high"))
        )
        for row in rows
        if row["measure"] == "accuracy" and row["class"] == "all"
    }


def _kimg(rows: Iterable[Row]) -> dict[str, float]:
    # Thousands of images that a generator's trainings of all classes saw in a fold.
    sums: dict[str, float] = defaultdict(float)
    folds: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["kind"] == "generator":
            sums[row["name"]] += float(row["seconds"]) * float(row["images_per_second"]) / 1000
            folds[row["name"]].add(row["split"])
    return {generator: total / len(folds[generator]) for generator, total in sums.items()}


def _print(cells: Sequence[str]) -> None:
    print("|", " | ".join(cells), "|")


if __name__ == "__main__":
    main()
