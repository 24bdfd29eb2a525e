"""How often does the verdict err in F1, AUROC and single classes? Simulated predictions through the verdict's own code.

`verdict_errors.py` simulates accuracy in closed form, tens of thousands of studies; here each study's predictions are
bootstrapped and judged row by row, for classes of few specimens, one specimen, and unequally many images per specimen.
Prints for each study and measure, over all classes and for a single one: the rate of `p < alpha` where arms are alike
(on these images, as nothing else varies here, and with the allowance for training sets), how often the interval holds
the true difference, how often the bootstrap over specimens alone leaves 0 out, the power for a better arm, and the
detectable gain beside that of a test that knows the variance.

    python benchmarks/measure_errors.py --studies 400
"""

import argparse
import dataclasses
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np

from augury.metrics.classification import nan_mean
from augury.tables.measures import MEASURES
from augury.tables.predictions import Predictions
from augury.tables.verdict import ALL
from augury.verdict import decision
from augury.verdict.decision import Rule
from augury.verdict.evidence import gather
from augury.verdict.replicates import OVERALL, Bootstrap, count, measures, over_splits, specimen_interval
from augury.verdict.runs import Key, Pair

TASTE, WHIM, IMAGE = 0.4, 0.4, 0.5  # deviations of an arm's, a training's and an image's own view; 1 of a specimen's
HERE = Rule(training_set_variance=0.0)


@dataclass(frozen=True, slots=True)
class Study:
    """Classes of so many test specimens, dealt into folds or all in one test part."""

    per_class: tuple[int, ...]
    n_splits: int = 1
    n_seeds: int = 1
    images: int = 1  # at most, of a specimen
    seed_effect: float = 0.1  # deviation of what a training adds to the score of a class
    better: float = 0.5  # by how much a better arm's score of the right class is higher
    signal: float = 2.2  # score of the right class


STUDIES = {
    "27 of 4 classes, 2 seeds": Study((7, 7, 7, 6), 1, 2, better=0.8),
    "105 of 4 classes, 3 folds": Study((27, 26, 26, 26), 3, better=0.6),
    "105 of 13 classes, 5 folds x 3": Study((9,) + (8,) * 12, 5, 3),
    "216 of 4 classes, 5 folds x 3": Study((54,) * 4, 5, 3),
    "105 of 4 unequal classes, 3 folds": Study((70, 20, 10, 5), 3, better=0.6),
    "60 of 4 classes, 1 to 6 images each, 3 folds": Study((15,) * 4, 3, images=6, better=0.8),
    "54 classes of one specimen": Study((1,) * 54, better=1.0),
}


@dataclass(frozen=True, slots=True)
class Rows:
    """Of E studies, in M measures: what the verdict makes of each."""

    difference: np.ndarray  # (E, M)
    error: np.ndarray  # (E, M) standard error on these images
    here: np.ndarray  # (E, M) p on these images
    p: np.ndarray  # (E, M) p with the allowance
    low: np.ndarray  # (E, M) interval on these images
    high: np.ndarray
    bare_low: np.ndarray  # (E, M) the bootstrap's interval over specimens
    bare_high: np.ndarray
    detectable: np.ndarray  # (E, M) on these images


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--studies", type=int, default=400)
    made.add_argument("--replicates", type=int, default=400)
    made.add_argument("--only", nargs="+", choices=list(STUDIES), default=list(STUDIES), metavar="STUDY")
    args = made.parse_args()
    print(f"# {args.studies} studies a row; standard error of 5%: {np.sqrt(0.0475 / args.studies):.4f}")
    print("study", "class", "measure", "level", "here", "allowed for", "covered", "bare", "gain", "power", "covered",
          "detectable", "oracle", "ratio", sep="\t")  # fmt: skip
    for name in args.only:
        for row in rates(STUDIES[name], args.studies, args.replicates):
            print(name, *row, sep="\t", flush=True)


def rates(study: Study, studies: int, replicates: int) -> Iterator[tuple[str, ...]]:
    """A row of the table for each measure over all classes, and of the first and the last class."""
    classes = [f"c{number}" for number in range(len(study.per_class))]
    alike, helped = judged(study, 0.0, studies, replicates), judged(study, study.better, studies, replicates)
    level = nan_mean(alike[1], axis=0)
    alike, helped = alike[0], helped[0]
    true = nan_mean(helped.difference, axis=0)
    for column, (class_, measure) in enumerate(measures(classes)):
        wanted = measure in (*OVERALL, "brier") and class_ in (ALL, classes[0], classes[-1])
        if not wanted or np.isnan(alike.here[:, column]).all():
            continue
        at = (slice(None), column)
        oracle = 2.8016 * np.nanstd(alike.difference[at])
        values = (
            level[column],
            _rate(alike.here[at] < HERE.alpha, alike.here[at]),
            _rate(alike.p[at] < HERE.alpha, alike.here[at]),
            _rate((alike.low[at] <= 0) & (alike.high[at] >= 0), alike.here[at]),
            _rate((alike.bare_low[at] > 0) | (alike.bare_high[at] < 0), alike.here[at]),
            true[column],
            _rate((helped.here[at] < HERE.alpha) & (helped.difference[at] * true[column] > 0), helped.here[at]),
            _rate((helped.low[at] <= true[column]) & (helped.high[at] >= true[column]), helped.here[at]),
            np.nanmean(alike.detectable[at]),
            oracle,
        )
        yield class_, measure, *(f"{value:.3f}" for value in values), f"{values[-2] / oracle:.2f}"


def judged(study: Study, better: float, studies: int, replicates: int) -> tuple[Rows, np.ndarray]:
    """What the verdict makes of so many studies of an arm that is better by so much, and the baseline's levels."""
    rows, levels = [], []
    for number in range(studies):
        random = np.random.default_rng([number, round(1000 * better)])
        truth = Truth.drawn(study, random)
        pairs = truth.pairs(truth.trained(0.0, random), truth.trained(better, random))
        row, level = _judged(pairs, replicates, number)
        rows.append(row)
        levels.append(level)
    fields = [field.name for field in dataclasses.fields(Rows)]
    stacked = np.array(rows)  # (E, M, fields)
    return Rows(**{name: stacked[:, :, index] for index, name in enumerate(fields)}), np.array(levels)


def _judged(pairs: list[Pair], replicates: int, seed: int) -> tuple[list[tuple[float, ...]], np.ndarray]:
    bank, specimens = Bootstrap(pairs, replicates, seed), count(pairs)
    sides = [bank.sides(pair) for pair in pairs]
    classes = pairs[0].baseline.classes
    rows = []
    for column, (class_, measure) in enumerate(measures(classes)):
        own = specimens.of(None if class_ == ALL else classes.index(class_))
        meant = MEASURES[measure]
        gathered = gather(sides, column, own, meant.counts, least=meant.least) if own.total > 1 else None
        if gathered is None:
            rows.append((np.nan,) * len(dataclasses.fields(Rows)))
            continue
        bare = specimen_interval(sides, column, own)
        here = decision.judge(gathered, HERE)
        # As many distinct training specimens as test specimens: folds.
        wide = decision.judge(gathered, Rule())
        ends = decision.interval(here, HERE.alpha)
        rows.append((gathered.difference, here.error, here.p, wide.p, *ends, *bare, decision.detectable(here, HERE)))
    return rows, over_splits(sides, [side.baseline for side in sides])


def _rate(words: np.ndarray, known: np.ndarray) -> float:
    return float(words[~np.isnan(known)].mean())


@dataclass(frozen=True, slots=True)
class Truth:
    """The specimens of a study and what both arms see of them."""

    study: Study
    labels: np.ndarray  # (N,) of images
    specimens: np.ndarray  # (N,)
    fold: np.ndarray  # (N,)
    views: np.ndarray  # (N, K)

    @classmethod
    def drawn(cls, study: Study, random: np.random.Generator) -> "Truth":
        """A collection, its images and folds."""
        of_specimen = np.repeat(np.arange(len(study.per_class)), study.per_class)
        total = len(of_specimen)
        specimens = np.repeat(np.arange(total), random.integers(1, study.images + 1, total))
        labels = of_specimen[specimens]
        views = random.normal(0.0, 1.0, (total, len(study.per_class)))[specimens]
        if study.images > 1:
            views = views + random.normal(0.0, IMAGE, views.shape)
        views[np.arange(len(labels)), labels] += study.signal
        return cls(study, labels, specimens, (np.arange(total) % study.n_splits)[specimens], views)

    def trained(self, better: float, random: np.random.Generator) -> dict[Key, np.ndarray]:
        """Probabilities (N, K) of an arm's trainings, of all images."""
        taste = random.normal(0.0, TASTE, self.views.shape)[self.specimens]
        made = {}
        for split, seed in np.ndindex(self.study.n_splits, self.study.n_seeds):
            whim = random.normal(0.0, WHIM, self.views.shape)[self.specimens]
            score = self.views + taste + whim + random.normal(0.0, self.study.seed_effect, self.views.shape[1])
            score[np.arange(len(score)), self.labels] += better
            weights = np.exp(score - score.max(axis=1, keepdims=True))
            made[Key("cnn", f"fold{split}", seed)] = weights / weights.sum(axis=1, keepdims=True)
        return made

    def pairs(self, baseline: dict[Key, np.ndarray], arm: dict[Key, np.ndarray]) -> list[Pair]:
        """The runs of both on their test parts."""
        return [Pair(key, self._table(key, baseline[key]), self._table(key, arm[key]), False) for key in baseline]

    def _table(self, key: Key, probabilities: np.ndarray) -> Predictions:
        tested = self.fold == int(key.split.removeprefix("fold"))
        names = np.array([f"i{number}" for number in np.flatnonzero(tested)])
        specimens = np.array([f"s{number:04}" for number in self.specimens[tested]])
        classes = tuple(f"c{number}" for number in range(len(self.study.per_class)))
        return Predictions(
            names, names, specimens, np.full(len(names), "test"), self.labels[tested], probabilities[tested], classes
        )


if __name__ == "__main__":
    main()
