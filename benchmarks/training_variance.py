"""How much does an arm's true gain vary between training sets, generators and classifiers? Measured on real images.

Cuts disjoint draws of 24 images per class (20 to train on, 4 to validate by) from sets of many, trains the demo's arms
and classifiers on each, and scores all of them on what no draw takes: so each training's own gain is seen. From it
follow lambda, the variance between training sets in units of s2/n_train (s2: the variance of a single specimen's paired
difference), and how often a verdict errs that allows for another lambda. Every training is a line of
WORK/SET/trainings.tsv; started again, the program goes on behind the last one.

    python benchmarks/training_variance.py --images FOLDER --work WORK                     # train, then print
    python benchmarks/training_variance.py --work WORK --table variances.tsv --figure variances.svg
"""

import argparse
import csv
import dataclasses
import itertools
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

import matplotlib.pyplot as plt
import numpy as np
import variance_components as components
from draws import Set, Training, Workshop

from augury.figures import theme
from augury.verdict.variance import Rule

SETS = {
    "copepods": Set(
        folder=Path("ndsb-copepods"),
        parts=(".",),
        classes=("copepod_calanoid", "copepod_cyclopoid_oithona", "copepod_cyclopoid_oithona_eggs"),
        draws=20,
        again=6,
        size=(20, 4),
        channels="grey",
        turns=True,
    ),
    "cifar10": Set(
        folder=Path("cifar10-subset"),
        parts=("train", "test"),
        classes=("airplane", "automobile", "bird", "cat"),
        draws=16,
        again=4,
        size=(20, 4),
        channels="rgb",
        turns=False,
    ),
}


LAMBDAS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0)
SEEDS, MORE = (0, 1), (2,)  # of the classifiers
FEWEST = 3  # draws of a cell
TESTED = (9, 27, 81)  # test specimens per class of a study


@dataclasses.dataclass(frozen=True)
class Row:
    """A line of trainings.tsv. test: test images of each class. right: a bit each, class by class, as hex digits."""

    set: str
    draw: int
    size: int
    arm: str
    generator_seed: str
    classifier: str
    classifier_seed: int
    test: str
    accuracy: float
    seconds: float
    right: str


def plan(set_: Set) -> Iterator[Training]:
    """Every training of a set, what matters most first."""
    size, seeds, names = set_.size[0], SEEDS, ("probe", "cnn")
    for arm, classifier in itertools.product(("real", "classical"), names):
        for draw, seed in itertools.product(range(set_.draws), seeds):
            yield Training(draw, size, arm, None, classifier, seed)
    half = set_.draws // 2
    for generator, draws in ((0, range(half)), (1, range(set_.again)), (0, range(half, set_.draws))):
        for draw, classifier, seed in itertools.product(draws, names, seeds):
            yield Training(draw, size, "dcgan", generator, classifier, seed)
    for draw, arm, seed in itertools.product(range(set_.draws), ("real", "classical"), MORE):
        yield Training(draw, size, arm, None, "cnn", seed)
    for draw, arm, classifier, seed in itertools.product(range(set_.draws), ("real", "classical"), names, seeds):
        yield Training(draw, size // 2, arm, None, classifier, seed)


def run(name: str, images: Path, work: Path) -> None:
    """Train what is not in the table of trainings yet."""
    set_ = dataclasses.replace(SETS[name], folder=images / SETS[name].folder)
    folder = work / name
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "trainings.tsv"
    workshop, rows = Workshop(set_, folder), read(path) if path.exists() else []
    done = {key_of(row) for row in rows}
    with path.open("w", encoding="utf-8") as file:  # anew, without a line that was cut short
        write(file, [field.name for field in dataclasses.fields(Row)], *map(dataclasses.astuple, rows))
        for asked in plan(set_):
            seed = "" if asked.generator_seed is None else str(asked.generator_seed)
            known = (name, asked.draw, asked.size, asked.arm, seed, asked.classifier, asked.classifier_seed)
            if known in done:
                continue
            began = time.monotonic()
            parts = workshop.right(asked)
            seconds = round(time.monotonic() - began, 2)
            accuracy = round(float(np.mean([part.mean() for part in parts])), 5)
            bits = np.packbits(np.concatenate(parts)).tobytes().hex()
            row = Row(*known, ",".join(str(len(part)) for part in parts), accuracy, seconds, bits)
            write(file, dataclasses.astuple(row))


def write(file: TextIO, *lines: Iterable[object]) -> None:
    """Write lines of tab-separated cells."""
    for line in lines:
        print(*line, sep="\t", file=file)
    file.flush()


def key_of(row: Row) -> tuple:
    """What a training is known by."""
    return dataclasses.astuple(row)[:7]


def read(path: Path) -> list[Row]:
    """The table of trainings; a last line that was cut short is left out."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("\n")]
    kinds = {field.name: field.type for field in dataclasses.fields(Row)}
    read = csv.DictReader(lines, delimiter="\t")
    return [Row(**{name: kinds[name](text) for name, text in line.items()}) for line in read]


def cells_of(rows: list[Row]) -> Iterator[components.Cell]:
    """Every arm beside the real images of the same draws, classifier and seeds, of draws that are whole."""
    row_of = {key_of(row): row for row in rows}
    for name, size, arm, classifier in dict.fromkeys((row.set, row.size, row.arm, row.classifier) for row in rows):
        if arm == components.SYNTHETIC:
            again = _cell(row_of, "1", None, name, size, arm, classifier)
            cell = _cell(row_of, "0", again, name, size, arm, classifier)
        else:
            cell = _cell(row_of, "", None, name, size, arm, classifier)
        if cell and arm != "real":
            yield cell


def _cell(
    row_of: dict[tuple, Row], generator: str, again: components.Cell | None, name: str, size: int, arm: str, by: str
) -> components.Cell | None:
    # With more seeds where they cost no draw; none of fewer draws than tell a variance.
    def of_run(draw: int, seed: int) -> list[np.ndarray] | None:
        kinds = (arm, generator), ("real", "")
        sides = [row_of.get((name, draw, size, *kind, by, seed)) for kind in kinds]
        return [a.astype(float) - b for a, b in zip(*map(bits_of, sides), strict=True)] if all(sides) else None

    few, many = (
        {draw: run for draw in range(SETS[name].draws) if all(run := [of_run(draw, seed) for seed in seeds])}
        for seeds in (SEEDS, SEEDS + MORE)
    )
    draws = many if len(many) == len(few) else few
    if len(draws) < FEWEST:
        return None
    classes = range(len(SETS[name].classes))
    gains = [np.array([[seed[label] for seed in run] for run in draws.values()]) for label in classes]
    return components.Cell(name, size, arm, by, tuple(draws), gains, again)


def bits_of(row: Row) -> list[np.ndarray]:
    """Whether each test image was called by its name, a class each: (n,) bool."""
    sizes = [int(text) for text in row.test.split(",")]
    flat = np.unpackbits(np.frombuffer(bytes.fromhex(row.right), np.uint8), count=sum(sizes)).astype(bool)
    return np.split(flat, np.cumsum(sizes)[:-1])


def tell_errors(cells: list[components.Cell]) -> dict[int, np.ndarray]:
    """Print how often studies err that allow for another lambda; rates (cells, lambdas) by test specimens per class."""
    write(sys.stdout, ["set", "arm", "classifier", "specimens", *(f"lambda {size:g}" for size in LAMBDAS)])
    rates_of = {}
    for tested in TESTED:
        made = [components.errors(cell, tested, LAMBDAS) for cell in cells]
        for cell, (rates, off) in zip(cells, made, strict=True):
            shown = [f"{rate:.3f} +- {error:.3f}" for rate, error in zip(rates, off, strict=True)]
            write(sys.stdout, [cell.set, cell.arm, cell.classifier, tested * len(cell.gains), *shown])
        rates_of[tested] = np.array([rates for rates, _ in made])
    return rates_of


def draw(cells: list[components.Cell], rates_of: dict[int, np.ndarray]) -> plt.Figure:
    """Lambda of each cell with its interval, and errors (cells, lambdas) by the number of test specimens per class."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(2 * theme.WIDTH, 3.8), width_ratios=(1.3, 1))
    for at, cell in enumerate(cells):
        known = components.combine(*cell.collection()).times(cell.unit)
        left.plot([known.low, known.high], [at, at], color=theme.PALETTE[0])
        left.plot(max(known.value, 0), at, marker="o", color=theme.PALETTE[0])
    left.axvline(Rule().training_set_variance, color=theme.FAINT, linewidth=1, linestyle=theme.DASHED)
    names = [f"{cell.set}, {cell.n_train}: {cell.arm}, {cell.classifier}" for cell in cells]
    left.set(yticks=range(len(cells)), yticklabels=names, xlim=(-0.02, None), xlabel="lambda (dashed: the default)")
    left.set_title("true gains between training sets")
    left.invert_yaxis()
    for (tested, rates), marker in zip(rates_of.items(), "os^", strict=True):
        colour = right.plot(LAMBDAS, rates.mean(axis=0), marker=marker, label=f"{tested} test specimens per class")[0]
        right.plot(LAMBDAS, rates.max(axis=0), linestyle=":", color=colour.get_color())
    right.axhline(Rule().alpha, color=theme.FAINT, linewidth=1)
    right.set(xlabel="lambda of the verdict", ylim=(0, None))
    right.set_title("its interval misses the mean gain")
    right.legend(title="mean of all; dotted: the worst")
    return figure


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    made.add_argument("--images", type=Path, help="folder of the unpacked sets, to train (default: only read WORK)")
    made.add_argument("--work", type=Path, required=True, help="folder for trainings.tsv and what it is made of")
    made.add_argument("--table", type=Path, help="TSV to write, beside what is printed")
    made.add_argument("--figure", type=Path, help="SVG or PNG to write")
    args = made.parse_args()
    if args.images:
        for name in args.sets:
            run(name, args.images, args.work)
    rows = [row for name in args.sets for row in read(args.work / name / "trainings.tsv")]
    cells = list(cells_of(rows))
    if not cells:
        made.error(f"no arm of {args.work} has {FEWEST} whole draws yet; give --images to train")
    lines = [components.summary(cell) for cell in cells]
    table = [list(lines[0]), *(line.values() for line in lines)]
    write(sys.stdout, *table)
    if args.table:
        with args.table.open("w", encoding="utf-8") as file:
            write(file, *table)
    whole = [cell for cell in cells if cell.size == SETS[cell.set].size[0]]
    fewer = [cell for cell in cells if cell.size < SETS[cell.set].size[0]]
    for what, of in (("mean of lambda", whole), ("of draws of half the size", fewer)):
        write(sys.stdout, *([[what, components.words(components.mean_lambda(of))]] if of else []))
    error_rates = tell_errors(whole)
    if args.figure:
        theme.save(draw(cells, error_rates), args.figure)


if __name__ == "__main__":
    main()
