"""Simulated experiments whose truth is known, to measure how often the verdict errs.

A classifier calls a specimen rightly where a latent score is above 0. The score holds the specimen's difficulty, which
both arms share; what this arm makes of this specimen; the effect of the training set, correlated between splits as
their training sets overlap; the effects of the seed and of the arm's generator; and what this training makes of this
specimen. Under the null both arms draw all of it from distributions of equal mean.
"""

import dataclasses
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special

from augury.verdict import components, decision
from augury.verdict.components import Evidence
from augury.verdict.decision import Rule

ACCURACY = 0.8  # of either arm
DIFFICULTY, TASTE = 1.0, 0.4  # deviations: of specimens, of an arm's view of them


@dataclass(frozen=True, slots=True)
class Design:
    """A study to simulate."""

    n_splits: int = 5  # of a repeat
    n_seeds: int = 3
    n_test: int = 40  # specimens of a split
    same_test: bool = False  # whether all splits are tested on the same specimens
    n_repeats: int = 1  # how often the same specimens are dealt into folds
    n_generators: int | None = None  # of a split, shared evenly by its seeds; by default each seed has its own
    correlation: float | None = None  # between the effects of two splits' training sets; by default what they share
    training_sets: float = 0.0  # variance of their effect on the difference, in a specimen's variance over n_train
    n_train: int | None = None  # training specimens of a split; by default the specimens of the other folds
    seed_effect: float = 0.02  # deviation, in accuracy, of a seed's effect on one arm
    generator_effect: float = 0.0  # deviation, in accuracy, of a generator's effect on its arm
    whim: float = 0.4  # deviation of a single training's view of a specimen: small ones make trainings agree
    effect: float = 0.0  # planted difference in accuracy

    @property
    def total(self) -> int:
        """Distinct test specimens."""
        return self.n_test * (1 if self.same_test else self.n_splits)

    @property
    def trained(self) -> int:
        """Training specimens of a split."""
        folds = 2 if self.same_test else max(self.n_splits, 2)
        return self.n_train or (folds - 1) * self.n_test

    @property
    def overlap(self) -> np.ndarray:
        """(J, J) correlations between the effects of splits' training sets."""
        folds = self.n_splits
        shared = 0.75 if self.same_test or folds == 1 else (folds - 2) / (folds - 1)
        shared = shared if self.correlation is None else self.correlation
        # Folds of two repeats have K - 1 of K specimens in common on average.
        repeats = np.full((self.n_repeats * folds,) * 2, (folds - 1) / folds)
        block = np.full((folds, folds), shared) + (1 - shared) * np.eye(folds)
        return np.where(np.kron(np.eye(self.n_repeats), np.ones((folds, folds))) > 0,
                        np.tile(block, (self.n_repeats,) * 2), repeats)  # fmt: skip

    @property
    def tested_specimens(self) -> np.ndarray:
        """(J, N) the specimens that each split is tested on."""
        if self.same_test:
            return np.tile(np.arange(self.n_test), (self.n_splits, 1))
        random = np.random.default_rng(0)
        orders = [np.arange(self.total), *(random.permutation(self.total) for _ in range(self.n_repeats - 1))]
        return np.concatenate(orders).reshape(-1, self.n_test)

    def rule(self, rule: Rule) -> Rule:
        """The rule with this design's numbers of specimens."""
        distinct = self.trained if self.same_test or self.n_splits == 1 else max(self.total, self.trained)
        ratio = self.total / distinct
        return dataclasses.replace(rule, test_to_train=self.n_test / self.trained, tested_to_trained=ratio)


@dataclass(frozen=True, slots=True)
class Rates:
    """How often something was said of so many experiments."""

    helps: float
    hurts: float
    here: float  # a difference on these images was resolved: test specimens and seeds vary, training sets do not
    corrected: float  # the corrected resampled t-test resolved one; nan for one split, like the next
    paired: float  # the plain paired t-test over splits did
    specimens: float  # a test of specimens alone did, as McNemar's
    covered: float  # the interval at alpha holds the true difference
    fold_correlation: float  # between the differences of two splits
    announced: float  # mean power for the planted effect
    detectable: float  # mean of it
    oracle: float  # the difference that a z-test resolves whose variance is known, with power 80%
    experiments: int

    @property
    def decided(self) -> float:
        """Rate of helps and hurts together."""
        return self.helps + self.hurts

    def error(self, rate: float) -> float:
        """Monte Carlo standard error of a rate."""
        return float(np.sqrt(max(rate * (1 - rate), 1e-12) / self.experiments))


def rates(design: Design, rule: Rule, experiments: int = 1000, seed: int = 0) -> Rates:
    """Judge so many simulated studies, each with a single comparison."""
    gathered, plain, correlation = _simulated(design, experiments, seed, rule.seed_prior)
    rule = design.rule(rule)
    judged = decision.judge(gathered, rule)
    sure = judged.p < rule.alpha
    paired = corrected = float("nan")
    if gathered.n_splits > 1:
        corrected = float((decision.corrected_p(gathered, rule) < rule.alpha).mean())
        naive = decision.corrected_p(gathered, dataclasses.replace(rule, test_to_train=0.0))
        paired = float((naive < rule.alpha).mean())
    here = decision.judge(gathered, dataclasses.replace(rule, training_set_variance=0.0))
    low, high = decision.interval(judged, rule.alpha)
    true = float(gathered.difference.mean()) if design.effect else 0.0
    quantile = special.ndtri(rule.power) - special.ndtri(rule.alpha / 2)
    return Rates(
        helps=float((sure & (gathered.difference > 0)).mean()),
        hurts=float((sure & (gathered.difference < 0)).mean()),
        here=float((here.p < rule.alpha).mean()),
        corrected=corrected,
        paired=paired,
        specimens=float((np.abs(gathered.difference) > -special.ndtri(rule.alpha / 2) * np.sqrt(plain)).mean()),
        covered=float(((low <= true) & (true <= high)).mean()),
        fold_correlation=correlation,
        announced=float(np.mean(decision.power(judged, design.effect, rule))) if design.effect else float("nan"),
        detectable=float(np.mean(decision.detectable(judged, rule))),
        oracle=float(quantile * gathered.difference.std()),
        experiments=experiments,
    )


@lru_cache(maxsize=8)
def _simulated(
    design: Design, experiments: int, seed: int, seed_prior: float
) -> tuple[Evidence[np.ndarray], np.ndarray, float]:
    # Also the plain variance over specimens and the correlation between splits.
    baseline, arm = correct(design, experiments, np.random.default_rng(seed))
    ratio = design.n_test / design.trained
    gathered = evidence_of(baseline, arm, design.tested_specimens, design.n_generators, ratio, seed_prior)
    gain = (arm.astype(np.float32) - baseline).mean(axis=2)
    n = gathered.n_splits
    correlation = (np.corrcoef(gain.mean(axis=2).T).sum() - n) / (n * (n - 1)) if n > 1 else float("nan")
    return gathered, np.square(_pulls(gain, design.tested_specimens)).sum(axis=1), float(correlation)


def correct(design: Design, experiments: int, random: np.random.Generator, arms: int = 1) -> tuple[np.ndarray, ...]:
    """Whether the baseline and so many arms call each specimen rightly: bool arrays (E, J, R, N)."""
    tested_specimens, seeds = design.tested_specimens, design.n_seeds
    splits, generators = len(tested_specimens), design.n_generators or seeds
    trained, seen = (experiments, splits, seeds, design.n_test), (experiments, 1, design.total)
    width = np.sqrt(DIFFICULTY**2 + TASTE**2 + design.whim**2)
    density = width * np.sqrt(2 * np.pi) * np.exp(0.5 * special.ndtri(ACCURACY) ** 2)  # latent units for accuracy
    of_set = np.sqrt(design.training_sets / 2 * design.n_test / design.trained) * _test_noise(design)
    difficulty = random.normal(0.0, DIFFICULTY, seen)
    sides = []
    for sign in (-0.5, *[0.5] * arms):
        sets = random.multivariate_normal(np.zeros(splits), design.overlap, experiments, method="eigh")
        of_seed = random.normal(0.0, design.seed_effect, (experiments, splits, seeds, 1))
        if sign > 0 and design.generator_effect:
            luck = random.normal(0.0, design.generator_effect, (experiments, splits, generators, 1))
            of_seed = of_seed + luck.repeat(seeds // generators, axis=2)
        gained = of_set * sets[:, :, None, None] + of_seed + sign * design.effect
        shift = width * special.ndtri(ACCURACY) + density * gained
        score = difficulty + random.normal(0.0, TASTE, seen)
        whims = random.normal(0.0, design.whim, trained)
        sides.append(np.moveaxis(score[:, :, tested_specimens], 1, 2) + whims + shift > 0)
    return tuple(sides)


def evidence_of(
    baseline: np.ndarray, arm: np.ndarray, tested_specimens: np.ndarray | None = None, n_generators: int | None = None,
    test_to_train: float | None = None, seed_prior: float = components.PRIOR,
) -> Evidence[np.ndarray]:  # fmt: skip
    """The evidence about accuracy in E experiments at once, in closed form; arrays (E, J, R, N) as of `correct`.

    tested_specimens: (J, N), one per image; by default no split is tested on another's. n_generators: of
    a split, whose luck equally many seeds in a row share. test_to_train: test over training specimens of a split.
    seed_prior: as evidence.gather takes it.
    """
    gain = arm.astype(np.float32) - baseline
    experiments, n_splits, n_seeds, n_test = gain.shape
    tested_specimens = (
        np.arange(n_splits * n_test).reshape(n_splits, n_test) if tested_specimens is None else tested_specimens
    )
    total = int(tested_specimens.max()) + 1
    alone, groups = gain, n_generators or n_seeds
    gain = gain.reshape(experiments, n_splits, groups, n_seeds // groups, n_test).mean(axis=3)
    of_split = gain.mean(axis=2)
    differences = of_split.mean(axis=2)
    difference = differences.mean(axis=1).astype(np.float64)
    diagonal = of_split.var(axis=2).mean(axis=1) * total / (total - 1) / n_test
    variance = np.square(_pulls(of_split, tested_specimens)).sum(axis=1) * total / (total - 1)
    off = (n_splits * variance - diagonal) / (n_splits - 1) if n_splits > 1 else 0 * diagonal
    spread = differences.var(axis=1, ddof=1).astype(np.float64) if n_splits > 1 else np.full(experiments, np.nan)
    variance, df = components.pooled(variance, spread, n_splits, n_test, total, 1)
    specimens = components.with_pseudo_counts(variance, difference, total)
    once, one_split, within = components.tested_once(specimens, diagonal, off, total, n_test)
    single = np.maximum(one_split, gain.var(axis=3).mean(axis=(1, 2)) * total / (total - 1) / n_test)
    prior = seed_prior * single * (test_to_train or components.ratio_of_folds(total, n_test))
    extra, seed_df, in_common = _seeds(gain, diagonal, total)
    if not seed_df and n_splits > 1:
        extra, seed_df = spread - within, n_splits - 1
    seeds = components.seed_variance(extra, seed_df, prior) / groups
    if not seed_df and n_seeds > 1:
        seeds = seeds + np.maximum(0.0, _seeds(alone, diagonal, total)[0]) / n_seeds
    return Evidence(
        difference=difference,
        n_splits=n_splits,
        specimens=specimens,
        lasting=np.clip(off, 0.0, specimens) if n_splits > 1 and n_test > total / 2 else in_common * specimens,
        within=within,
        seeds=seeds,
        spread=spread,
        df=df,
        seed_df=float(seed_df + components.PRIOR_DF),
        once=once,
        taken=components.seed_variance(0.0, seed_df, prior) / groups,
    )


def _seeds(gain: np.ndarray, diagonal: np.ndarray, total: int) -> tuple[np.ndarray | float, int, np.ndarray | float]:
    _, n_splits, n_seeds, n_test = gain.shape
    if n_seeds == 1:
        return 0.0, 0, 1.0
    single = gain.var(axis=3).mean(axis=(1, 2)) * total / (total - 1) / n_test
    own = (single - diagonal) * n_seeds / (n_seeds - 1)
    variance = gain.mean(axis=3).var(axis=2, ddof=1).mean(axis=1)
    shared = np.clip((single - own) / np.maximum(diagonal, 1e-12), 0.0, 1.0)
    return variance - own, n_splits * (n_seeds - 1), shared


def _pulls(of_split: np.ndarray, tested_specimens: np.ndarray) -> np.ndarray:
    """(E, S) what each specimen adds to the mean difference, of gains (E, J, N): each counts against its split."""
    pulls = np.zeros((len(of_split), int(tested_specimens.max()) + 1))
    for split, specimens in enumerate(tested_specimens):
        of_one = of_split[:, split]
        pulls[:, specimens] += (of_one - of_one.mean(axis=1, keepdims=True)) / of_one.shape[1]
    return pulls / len(tested_specimens)


def _test_noise(design: Design) -> float:
    """The deviation of one split's difference that its test specimens alone leave, found by drawing many."""
    random = np.random.default_rng(0)
    views = random.normal(0.0, TASTE, (2, 1, 20_000)) + random.normal(0.0, design.whim, (2, design.n_seeds, 20_000))
    width = np.sqrt(DIFFICULTY**2 + TASTE**2 + design.whim**2)
    right = random.normal(0.0, DIFFICULTY, 20_000) + views + width * special.ndtri(ACCURACY) > 0
    return float(np.diff(right.mean(axis=1), axis=0).std() / np.sqrt(design.n_test))
