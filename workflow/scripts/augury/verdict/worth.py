"""What a gain is worth in real specimens: read off the learning curve of real data, and only where it was measured.

The curve is the usual power law, value(n) = a - b n^-c (Cortes et al. 1993, NIPS 6:327; Figueroa et al. 2012, BMC
Medical Informatics 12:8), with b >= 0. All values are differences from the baseline on the same test specimens, so that
what the test set happens to be moves arm and curve alike. Replicates draw test specimens, and give each arm and each
point of the curve the noise of seeds and the allowance for other training sets that the verdict gives
(verdict.decision).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from augury.tables.worth import BEYOND, FLAT, LEAK, TOLD, WorthRow
from augury.verdict import evidence
from augury.verdict.decision import Rule, training_variance
from augury.verdict.replicates import GRADED, OVERALL, Bootstrap, count, measures, over_splits
from augury.verdict.runs import Pair, Side, read_pairs
from augury.verdict.sizes import read_sizes

EXPONENTS = np.geomspace(0.05, 3, 60)
MOST_FLAT = 0.05  # of the replicates: above it the curve may be flat, and then no gain has a price


@dataclass(frozen=True, slots=True)
class Curve:
    """B power laws, each (B,)."""

    a: np.ndarray
    b: np.ndarray  # 0 where the values do not rise
    c: np.ndarray

    def at(self, n: np.ndarray) -> np.ndarray:
        """(B, len(n)) values."""
        return self.a[:, None] - self.b[:, None] * np.asarray(n, float)[None] ** -self.c[:, None]

    def specimens(self, values: np.ndarray) -> np.ndarray:
        """The n at which each curve has each value (B,): inf above all of it, nan where it is flat."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            x = (self.a - values) / self.b
            found = np.where(x > 0, np.maximum(x, 1e-300) ** (-1 / self.c), np.inf)
        return np.where(self.b > 0, found, np.nan)


def fit(n: np.ndarray, values: np.ndarray) -> Curve:
    """Least squares of (B, K) values at K numbers of specimens; the exponent from a grid, a and b in closed form."""
    values = np.atleast_2d(values)
    best = np.full(len(values), np.inf)
    found = np.zeros((3, len(values)))
    centred = values - values.mean(1, keepdims=True)
    for c in EXPONENTS:
        x = np.asarray(n, float) ** -c
        spread = x - x.mean()
        b = np.maximum(0, -(centred @ spread) / (spread @ spread))
        a = values.mean(1) + b * x.mean()
        error = ((values - a[:, None] + b[:, None] * x) ** 2).sum(1)
        better = error < best
        best = np.where(better, error, best)
        found = np.where(better, np.stack([a, b, np.full_like(a, c)]), found)
    return Curve(*found)


def weigh(
    baseline: Side,
    curve: Mapping[str, tuple[float, Side]],
    arms: Sequence[Side],
    specimens: float,
    rule: Rule,
    replicates: int = 2000,
    seed: int = 0,
    trained: float | None = None,
) -> list[WorthRow]:
    """Rows of worth.tsv: the points of the curve, then the arms, classifier by classifier and measure by measure.

    specimens: real training specimens a class of the baseline; curve: the same of each other point, with its runs.
    trained: training specimens of a split, over all classes, where the user knows them. Raises UserError where runs
    lack a partner (verdict.runs.read_pairs).
    """
    rows = []
    sides = {name: side for name, (_, side) in curve.items()} | {arm.name: arm for arm in arms}
    pairs = {name: read_pairs(baseline, side) for name, side in sides.items()}
    for classifier in dict.fromkeys(key.classifier for key in baseline.runs):
        held = {name: [pair for pair in found if pair.key.classifier == classifier] for name, found in pairs.items()}
        sizes = read_sizes(baseline, classifier, trained)
        sized = replace(rule, test_to_train=sizes.test_to_train, tested_to_trained=sizes.tested_to_trained)
        drawn = _Drawn(held, sized, replicates, seed)
        for column in range(len(OVERALL)):
            rows += _rows(baseline.name, classifier, column, specimens, curve, arms, drawn)
    return rows


class _Drawn:
    """Values and replicates of every arm and point, as differences from the baseline."""

    def __init__(self, held: Mapping[str, list[Pair]], rule: Rule, replicates: int, seed: int) -> None:
        first = next(iter(held.values()))
        bank = Bootstrap(first, replicates, seed)
        self.sides = {name: [bank.sides(pair) for pair in pairs] for name, pairs in held.items()}
        self.counted = {name: count(pairs) for name, pairs in held.items()}
        self.leaked = {name: any(pair.leaked for pair in pairs) for name, pairs in held.items()}
        self.rule, self.random = rule, np.random.default_rng(seed)
        self.replicates = replicates
        self.columns = measures(first[0].baseline.classes)

    def baseline(self, column: int) -> float:
        sides = next(iter(self.sides.values()))
        return float(over_splits(sides, [side.baseline[column] for side in sides]))

    def of(self, name: str, column: int) -> tuple[float, np.ndarray]:
        """The difference and its replicates (B,)."""
        _, measure = self.columns[column]
        sides, counted = self.sides[name], self.counted[name].of(None)
        found = evidence.gather(sides, column, counted, measure in GRADED, test_to_train=self.rule.test_to_train)
        if found is None:
            return float("nan"), np.full(self.replicates, np.nan)
        spread = np.sqrt(training_variance(found, self.rule))
        drawn = over_splits(sides, [side.replicates[:, column] for side in sides])
        return found.difference, drawn + self.random.normal(0, spread, self.replicates)


def _rows(
    baseline: str,
    classifier: str,
    column: int,
    specimens: float,
    curve: Mapping[str, tuple[float, Side]],
    arms: Sequence[Side],
    drawn: _Drawn,
) -> list[WorthRow]:
    found = {name: drawn.of(name, column) for name in [*curve, *(arm.name for arm in arms)]}
    base = drawn.baseline(column)
    n = np.array([specimens, *(number for number, _ in curve.values())])
    zero = np.zeros(drawn.replicates)
    points = fit(n, np.stack([zero, *(found[name][1] for name in curve)], axis=1))
    best = fit(n, np.array([[0.0, *(found[name][0] for name in curve)]]))
    common = {"baseline": baseline, "classifier": classifier, "measure": OVERALL[column]}
    common |= {"n_low": float(n.min()), "n_high": float(n.max()), "n_baseline": specimens}
    rows = []
    for name, (difference, replicates) in ({baseline: (0.0, zero)} | found).items():
        number = specimens if name == baseline else curve[name][0] if name in curve else None
        low, high = np.nanpercentile(replicates, [2.5, 97.5])
        row = WorthRow(
            arm=name, **common, point=number, value=base + difference, low=base + low, high=base + high,
            fitted=None if number is None else float(base + best.at([number])[0, 0]),
            worth=None, worth_low=None, worth_high=None, told="",
        )  # fmt: skip
        if number is None:
            leaked = drawn.leaked[name]
            row = replace(row, told=LEAK) if leaked else _priced(row, difference, replicates, best, points)
        rows.append(row)
    return rows


def _priced(row: WorthRow, difference: float, replicates: np.ndarray, best: Curve, points: Curve) -> WorthRow:
    number = float(best.specimens(np.array([difference]))[0])
    all_ = points.specimens(replicates)
    flat = float(np.isnan(all_).mean())
    if np.isnan(number) or flat > MOST_FLAT:
        return replace(row, told=FLAT)
    if not row.n_low <= number <= row.n_high:
        return replace(row, told=BEYOND)
    low, high = np.percentile(all_[~np.isnan(all_)], [2.5, 97.5], method="nearest")
    return replace(
        row, told=TOLD, worth=number - row.n_baseline,
        worth_low=float(low) - row.n_baseline if low >= row.n_low else None,
        worth_high=float(high) - row.n_baseline if high <= row.n_high else None,
    )  # fmt: skip
