"""Does the interval of what a gain is worth hold the truth? Simulated studies, and real images.

Simulated: a learning curve that is a power law, of 5, 10, 20 (the baseline) and 40 specimens per class, and arms as
good as 15, 20, 25 and 35. Real: a logistic regression on frozen features, trained on nested draws of as many images,
and as arms the baseline's draw with other real images added or some left out, which must be worth just that. Each study
draws its training and test images anew. Prints how often the interval holds the truth, how often it has an end on the
measured curve, and what else is said.

    python benchmarks/worth_coverage.py --figure worth_coverage.svg
    python benchmarks/worth_coverage.py --folder cifar10-subset --figure worth_coverage.svg
"""

import argparse
import dataclasses
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import matplotlib.pyplot as plt
import numpy as np
from nested_draws import BASELINE, POINTS, WORTHS, Images
from scipy import special

from augury.figures import theme
from augury.metrics import intervals
from augury.tables.predictions import Predictions
from augury.tables.worth import BEYOND, FLAT, WorthRow
from augury.verdict import worth as verdict_worth
from augury.verdict.known import Known
from augury.verdict.replicates import Sides
from augury.verdict.runs import Key, Pair
from augury.verdict.variance import Rule
from augury.verdict.worth import Task, weigh_pairs

CLASSES = 3  # of simulated studies
LAW = (0.95, 0.9, 0.6)  # accuracy of n specimens per class: a - b n^-c
DIFFICULTY, TASTE, WHIM, SEED_EFFECT = 1.0, 0.4, 0.4, 0.02  # as in simulation.experiments
SPREAD = 0.11  # variance of a test specimen's difference between two arms, means over three seeds, about
SHARED = 0.75  # of the training sets of two of five folds
TEST_SIZES = (27, 54, 108, 216)


@dataclasses.dataclass(frozen=True)
class Case:
    """An arm of one study: its true worth, and what was said of it."""

    design: str
    worth: float
    row: WorthRow

    @property
    def bounded(self) -> bool:
        return self.row.worth_low is not None or self.row.worth_high is not None

    @property
    def holds(self) -> bool:
        low, high = self.row.worth_low, self.row.worth_high
        return (low is None or low <= self.worth + 0.5) and (high is None or high >= self.worth - 0.5)


class Accuracy:
    """As verdict.replicates.Bootstrap, without the measures that take the most time and are not looked at."""

    def __init__(self, pairs: Sequence[Pair], replicates: int, seed: int) -> None:
        units = intervals.units([(pair.baseline.labels, pair.baseline.specimen) for pair in pairs])
        weights = intervals.bootstrap_weights(units.strata, replicates, seed)
        self.weights = {pair.key: weights[:, at] for pair, at in zip(pairs, units.indices, strict=True)}

    def sides(self, pair: Pair) -> Sides:
        """Of one pair of runs."""
        weights = self.weights[pair.key]
        right = [(table.predicted == table.labels).astype(float) for table in (pair.baseline, pair.arm)]
        with np.errstate(invalid="ignore"):  # no specimen of a small fold may be drawn
            drawn = weights @ (right[1] - right[0]) / weights.sum(axis=1)
        return Sides(pair.key, *(each.mean(keepdims=True) for each in right), drawn[:, None])


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--folder", type=Path, help="images, one folder per class (below any others); else simulated")
    made.add_argument("--studies", type=int, default=60, help="of each design (default: 60)")
    made.add_argument("--figure", type=Path, help="SVG or PNG to write")
    args = made.parse_args()
    verdict_worth.Bootstrap = Accuracy
    if args.folder:
        images = Images.read(args.folder)
        designs = {f"{n} tested": (lambda study, n=n: real(images, study, n)) for n in TEST_SIZES}
    else:
        designs = {
            f"{n} tested, {'5 folds' if splits > 1 else 'holdout'}, training sets {variance:g}":
            (lambda study, n=n, splits=splits, variance=variance: simulated(study, n, splits, variance))
            for n in TEST_SIZES for splits in (1, 5) for variance in (0.0, Rule().training_set_variance)
        }  # fmt: skip
    print("design\tworth\tcases\tholds the truth\tan end\tboth ends\tbeyond\tmay be flat\tmedian of best")
    cases = []
    for name, make in designs.items():
        of_draw = [Case(name, *each) for study in range(args.studies) for each in make(study)]
        cases += of_draw
        for worth in sorted({case.worth for case in of_draw}):
            show(f"{name}\t{worth:+g}", [case for case in of_draw if case.worth == worth])
        show(f"{name}\tall", of_draw)
    show("all\tall", cases)
    if args.figure:
        theme.save(draw(cases), args.figure)


def show(name: str, cases: list[Case]) -> None:
    """Print a row."""

    def share(wanted: list[bool]) -> str:
        mean = float(np.mean(wanted))
        return f"{mean:.3f} +- {np.sqrt(mean * (1 - mean) / len(wanted)):.3f}"

    rows = [case.row for case in cases]
    best = [row.worth for row in rows if row.worth is not None]
    both = [row.worth_low is not None and row.worth_high is not None for row in rows]
    words = [f"{np.mean([row.status == word for row in rows]):.2f}" for word in (BEYOND, FLAT)]
    print(name, len(rows), share([case.holds for case in cases]), share([case.bounded for case in cases]),
          share(both), *words, f"{np.median(best):.1f}" if best else "–", sep="\t", flush=True)  # fmt: skip


def task(tested: int, trained: int, deterministic: bool) -> Task:
    """What the script would know of such a study."""
    rule = Rule(test_to_train=tested / trained, tested_to_trained=tested / trained)
    return Task(
        "baseline", BASELINE, {f"real{n}": n for n in POINTS}, rule, Known(deterministic=[""] if deterministic else ())
    )


def read_off(task: Task, sides: dict[str, dict[Key, Predictions]], names: dict[str, float], seed: int):
    """(true worth, row) of each arm, on accuracy."""
    runs = {
        name: [Pair(key, sides["baseline"][key], table, False) for key, table in side.items()]
        for name, side in sides.items()
        if name != "baseline"
    }
    rows = weigh_pairs(task, "", runs, 400, seed, ("accuracy",))
    return [(names[row.arm], row) for row in rows if row.arm in names]


def simulated(study: int, tested: int, splits: int, variance: float) -> Iterator[tuple[float, WorthRow]]:
    """Arms of one study whose trainings draw from the latent scores of simulation.experiments, with three seeds."""
    random = np.random.default_rng([study, tested, splits])
    width = np.sqrt(DIFFICULTY**2 + TASTE**2 + WHIM**2)
    wanted = (
        {"baseline": BASELINE} | {f"real{n}": n for n in POINTS} | {f"arm{worth}": BASELINE + worth for worth in WORTHS}
    )
    of_split = tested // splits
    trained = CLASSES * BASELINE
    walk = training_effects(random, splits, variance * SPREAD / CLASSES)
    sides: dict[str, dict[Key, Predictions]] = {name: {} for name in wanted}
    for split in range(splits):
        difficulty = random.normal(0, DIFFICULTY, of_split)
        labels = np.arange(of_split) % CLASSES
        for name, n in wanted.items():
            view = difficulty + random.normal(0, TASTE, of_split)
            value = LAW[0] - LAW[1] * n ** -LAW[2]
            effect = walk[name][split] if name in walk else walk["baseline"][split] + random.normal(
                0, np.sqrt(variance * SPREAD / trained)
            )  # fmt: skip
            for seed in range(3):
                level = np.clip(value + effect + random.normal(0, SEED_EFFECT), 0.02, 0.98)
                score = view + random.normal(0, WHIM, of_split) + width * special.ndtri(level)
                sides[name][Key("", f"fold{split}", seed)] = predictions_of(split, labels, score > 0, random)
    names = {f"arm{worth}": float(worth) for worth in WORTHS}
    union = trained if splits == 1 else trained / (SHARED + (1 - SHARED) / splits)
    return read_off(task(of_split * splits, union, False), sides, names, study)


def real(images: Images, study: int, tested: int) -> list[tuple[float, WorthRow]]:
    """Arms of one study: the baseline's images with others added, or some of them left out."""
    names = {f"arm{worth}": float(worth) for worth in WORTHS if worth}
    return read_off(task(tested, BASELINE * images.classes, True), images.sides(study, tested), names, study)


def training_effects(random: np.random.Generator, splits: int, rate: float) -> dict[str, np.ndarray]:
    """(splits,) effects of nested training sets, by point: a random walk along 1/n.

    Splits share a part of it, as folds do.
    """
    numbers = sorted((BASELINE, *POINTS), reverse=True)
    at = np.zeros(splits)
    effects, before = {}, 0.0
    for n in numbers:
        step = np.sqrt(rate * (1 / n - before))
        shared, own = random.normal(0, step), random.normal(0, step, splits)
        at = at + (np.sqrt(SHARED) * shared + np.sqrt(1 - SHARED) * own if splits > 1 else own)
        effects["baseline" if n == BASELINE else f"real{n}"] = at
        before = 1 / n
    return effects


def predictions_of(split: int, labels: np.ndarray, right: np.ndarray, random: np.random.Generator) -> Predictions:
    """Predictions that are right where they should be."""
    names = np.array([f"{split}-{index}" for index in range(len(labels))])
    called = np.where(right, labels, (labels + random.integers(1, CLASSES, len(labels))) % CLASSES)
    chances = np.full((len(labels), CLASSES), 0.1)
    chances[np.arange(len(labels)), called] = 1 - 0.1 * (CLASSES - 1)
    return Predictions(names, names, names, np.full(len(labels), "test"), labels, chances, tuple("abc"[:CLASSES]))


def draw(cases: list[Case]) -> plt.Figure:
    """Intervals of all cases, by true worth."""
    worths = sorted({case.worth for case in cases})
    figure, axes = plt.subplots(1, len(worths), figsize=(theme.WIDTH, 4.2), sharex=True, squeeze=False)
    for axis, worth in zip(axes[0], worths, strict=True):
        shown = [case for case in cases if case.worth == worth][:: max(1, len(cases) // 240)]
        for position, case in enumerate(shown):
            low, high = case.row.worth_low, case.row.worth_high
            ends = (
                case.row.n_low - BASELINE if low is None else low,
                case.row.n_high - BASELINE if high is None else high,
            )
            colour = theme.INK if case.holds else theme.PALETTE[1]
            if case.bounded:
                axis.plot(ends, [position] * 2, color=colour, linewidth=1)
            if case.row.worth is not None:
                axis.plot([case.row.worth], [position], color=colour, marker=".", markersize=3)
        axis.axvline(worth, color=theme.PALETTE[0], linestyle=theme.DASHED, linewidth=1.2, zorder=0)
        axis.set(title=f"{worth:+g}", yticks=[])
    figure.suptitle("95% intervals of what k more specimens are worth, by k; orange: missed")
    figure.supxlabel("specimens per class beside the baseline's", fontsize=11)
    axes[0, 0].set_ylabel("studies, most test images on top")
    return figure


if __name__ == "__main__":
    main()
