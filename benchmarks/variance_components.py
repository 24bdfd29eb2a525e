"""Variances of a true gain between training sets, generators and classifiers, freed of the noise of the test.

All trainings of a set are scored on the same test images. An image that suits one training better than another adds
to the variance between their gains as much as it varies, divided by the number of images: each variance of the gain has
the mean of the same variance of single images, over their number, taken off. Intervals are generalised confidence
intervals (Weerahandi 1993, doi:10.1080/01621459.1993.10476355): every mean square is divided by a chi-square over its
degrees of freedom, drawn anew, and what is estimated computed from the results. The test's noise counts as known.
"""

import dataclasses
import math
import sys
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import numpy as np
from scipy import stats

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

from simulation.experiments import evidence_of

from augury.verdict.variance import Rule, standard_error

DRAWS = 100_000
SYNTHETIC = "dcgan"  # the arm that has a generator


@dataclasses.dataclass(frozen=True)
class Square:
    """A mean square of the gain: its value, its degrees of freedom, and how much of it is the noise of the test."""

    value: float
    df: int
    noise: float


@dataclasses.dataclass(frozen=True)
class Estimate:
    """A variance, its 95% interval."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> "Estimate":
        """In another unit."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor)


def between(gains: list[np.ndarray]) -> Square:
    """Between draws, of their means over seeds. gains: for each class, each image's (J, S, n); classes weigh alike."""
    return _square([each.mean(axis=1) for each in gains], lambda means: means.var(axis=0, ddof=1), len(gains[0]) - 1)


def within(gains: list[np.ndarray]) -> Square:
    """Between a draw's seeds, (J, S, n) a class."""
    draws, seeds = gains[0].shape[:2]
    return _square(gains, lambda values: values.var(axis=1, ddof=1).mean(axis=0), draws * (seeds - 1))


def of_differences(gains: list[np.ndarray]) -> Square:
    """Of differences (J, S, n) a class that are 0 on average, such as one between two seeds: of means over S."""
    return _square([each.mean(axis=1) for each in gains], lambda means: np.square(means).mean(axis=0), len(gains[0]))


def _square(values: list[np.ndarray], square, df: int) -> Square:
    # values: a class each, images last. `square` takes the leading axes away and is quadratic in the values.
    weight, noise = 1 / len(values), 0.0
    gain = sum(weight * each.mean(axis=-1) for each in values)
    for each in values:
        n = each.shape[-1]
        noise += weight**2 * (square(each).mean() - float(square(each.mean(axis=-1)))) / (n - 1)
    return Square(float(square(gain)), df, float(noise))


def value_of(terms: Iterable[tuple[float, Square]]) -> float:
    """A sum of mean squares by their factors, with the noise of the test taken off."""
    return sum(factor * (square.value - square.noise) for factor, square in terms)


def combine(*terms: tuple[float, Square], seed: int = 0) -> Estimate:
    """The same with its interval. A value below 0 is left as it is."""
    random = np.random.default_rng(seed)
    value, noise = value_of(terms), sum(factor * square.noise for factor, square in terms)
    drawn = np.full(DRAWS, -noise)
    for factor, square in terms:
        drawn += factor * square.value * square.df / stats.chi2.rvs(square.df, size=DRAWS, random_state=random)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Estimate(value, max(low, 0.0), max(high, 0.0))


def specimen_variance(gains: list[np.ndarray]) -> float:
    """Variance of one specimen's paired difference, classes being equally likely: (..., n) a class, mean of all."""
    mean = sum(each.mean(axis=-1) for each in gains) / len(gains)
    square = sum(np.square(each).mean(axis=-1) for each in gains) / len(gains)
    return float((square - mean**2).mean())


@dataclasses.dataclass(frozen=True)
class Cell:
    """An arm and a classifier on a set. gains: paired differences of an image, a class each: (J, S, n).

    J draws, which have a number each, and S seeds of the classifier. again: the same with second generators, maybe of
    fewer draws and seeds.
    """

    set: str
    size: int
    arm: str
    classifier: str
    draws: tuple[int, ...]
    gains: list[np.ndarray]
    again: "Cell | None" = None

    @property
    def n_train(self) -> int:
        """Real training images."""
        return self.size * len(self.gains)

    @property
    def mean(self) -> np.ndarray:
        """The gain of each draw, (J,)."""
        return sum(each.mean(axis=(1, 2)) for each in self.gains) / len(self.gains)

    def collection(self) -> list[tuple[float, Square]]:
        """Between training sets, each with a generator of its own."""
        seeds = self.gains[0].shape[1]
        return [(1.0, between(self.gains)), (-1 / seeds, within(self.gains))]

    def generator(self) -> list[tuple[float, Square]]:
        """Between generators of a training set; nothing without a second one."""
        if self.again is None:
            return []
        both = sorted(set(self.draws) & set(self.again.draws))
        first, second = self.of(both).gains, self.again.of(both).gains
        seeds = min(first[0].shape[1], second[0].shape[1])
        apart = [one[:, :seeds] - other[:, :seeds] for one, other in zip(first, second, strict=True)]
        return [(0.5, of_differences(apart)), (-0.5 / seeds, within(apart))]

    def training(self) -> list[tuple[float, Square]]:
        """Between training sets, generators apart."""
        return [*self.collection(), *((-factor, square) for factor, square in self.generator())]

    @property
    def unit(self) -> float:
        """What a variance of gains is multiplied by to be a lambda."""
        return self.n_train / specimen_variance(self.gains)

    def of(self, draws: Collection[int]) -> "Cell":
        """The same of these draws alone."""
        at = [index for index, draw in enumerate(self.draws) if draw in draws]
        again = self.again and self.again.of(draws)
        kept = tuple(self.draws[index] for index in at)
        return dataclasses.replace(self, draws=kept, gains=[each[at] for each in self.gains], again=again)


def summary(cell: Cell) -> dict[str, object]:
    """A line of the table: gains and deviations in points, each with its 95% interval."""
    gains = 100 * cell.mean
    one = specimen_variance(cell.gains)
    two = specimen_variance([each[:, :2].mean(axis=1) for each in cell.gains])
    training, collection = combine(*cell.training()), combine(*cell.collection())
    seeds = combine((1.0, within(cell.gains)))
    line = {"set": cell.set, "n_train": cell.n_train, "arm": cell.arm, "classifier": cell.classifier}
    line |= {"draws": len(gains), "gain": f"{gains.mean():+.2f}", "se": f"{stats.sem(gains):.2f}", "s2": f"{one:.3f}"}
    line |= {"s2 of many seeds": f"{max(2 * two - one, 0):.3f}"}
    line |= {"sd of training sets": points(training), "sd of classifier seeds": points(seeds)}
    apart = cell.generator()
    line |= {"sd of generators": points(combine(*apart)) if apart else ""}
    line |= {"lambda": words(training.times(cell.unit)), "seeds in its unit": words(seeds.times(cell.unit))}
    return line | {"lambda with one generator": words(collection.times(cell.unit)) if cell.arm == SYNTHETIC else ""}


def points(variance: Estimate) -> str:
    """The standard deviation in points of accuracy."""
    return words(Estimate(*(100 * math.sqrt(max(each, 0)) for each in dataclasses.astuple(variance))))


def words(estimate: Estimate) -> str:
    """A number and its interval."""
    return f"{estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}]"


def mean_lambda(cells: list[Cell]) -> Estimate:
    """The mean over cells, of training sets with a generator of their own.

    Its interval is by a jackknife over draws, which leaves a draw out of all cells of its set.
    """

    def lambdas(of: list[Cell]) -> float:
        return sum(value_of(cell.collection()) * cell.unit for cell in of) / len(of)

    variance, fewest = 0.0, math.inf
    for name in {cell.set for cell in cells}:
        draws = {draw for cell in cells if cell.set == name for draw in cell.draws}
        rest = [draws - {draw} for draw in sorted(draws)]
        left = [lambdas([cell.of(kept) if cell.set == name else cell for cell in cells]) for kept in rest]
        variance += (len(draws) - 1) * np.var(left)
        fewest = min(fewest, len(draws))
    value, off = lambdas(cells), stats.t.ppf(0.975, fewest - 1) * math.sqrt(variance)
    return Estimate(value, value - off, value + off)


def errors(cell: Cell, tested: int, lambdas: Sequence[float], studies: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """How often verdicts on one training set miss the mean gain of all, for each of `lambdas`: rates, standard errors.

    A study has one draw, two seeds of the classifier and `tested` of its test images of each class, taken at random.
    """
    random = np.random.default_rng(0)
    gains = [each[:, :2] for each in cell.gains]
    draws, number = len(gains[0]), tested * len(gains)
    own = dataclasses.replace(cell, gains=gains).mean
    # The mean of all draws is not apart from the draw itself.
    truth = own - (own - own.mean()) * math.sqrt(draws / (draws - 1))
    studied = np.empty((draws, studies, 2, number), np.float32)
    for draw, study in np.ndindex(draws, studies):
        seen = [each[draw][:, random.integers(each.shape[-1], size=tested)] for each in gains]
        studied[draw, study] = np.concatenate(seen, axis=1)
    studied = studied.reshape(-1, 1, 2, number)
    # The seeds of an arm of synthetic images share one generator.
    generators = 1 if cell.arm == SYNTHETIC else None
    evidence = evidence_of(np.zeros_like(studied), studied, None, generators, number / cell.n_train)
    off = np.abs(evidence.difference - np.repeat(truth, studies))
    missed = []
    for size in lambdas:
        rule = Rule(training_set_variance=size, tested_to_trained=number / cell.n_train)
        error, df = standard_error(evidence, rule)
        missed.append((off > stats.t.ppf(0.975, df) * error).reshape(draws, studies).mean(axis=1))
    return np.mean(missed, axis=1), stats.sem(missed, axis=1)
