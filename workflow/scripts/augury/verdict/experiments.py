"""Simulated experiments whose truth is known, to measure how often the verdict errs.

A classifier calls a specimen rightly where a latent score is above 0. The score holds the specimen's difficulty, which
both arms share; what this arm makes of this specimen; the effect of the training set, correlated between splits as
their training sets overlap; the effect of the seed; and what this training makes of this specimen. Under the null both
arms draw all of it from the same distributions.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np
from scipy import special

from augury.verdict import decision
from augury.verdict.decision import Rule
from augury.verdict.evidence import PRIOR_DF, Evidence, seed_variance, with_pseudo_counts

ACCURACY = 0.8  # of either arm
DIFFICULTY, TASTE = 1.0, 0.4  # deviations: of specimens, of an arm's view of them


@dataclass(frozen=True, slots=True)
class Design:
    """A study to simulate."""

    n_splits: int = 5
    n_seeds: int = 3
    n_test: int = 40  # specimens of a split
    same_test: bool = False  # whether all splits are tested on the same specimens
    correlation: float | None = None  # between the effects of two splits' training sets; by default what they share
    training_sets: float = 0.0  # variance of their effect on the difference, in a specimen's variance over n_train
    n_train: int | None = None  # training specimens of a split; by default the specimens of the other folds
    seed_effect: float = 0.02  # deviation, in accuracy, of a seed's effect on one arm
    whim: float = 0.4  # deviation of a single training's view of a specimen: small ones make trainings agree
    effect: float = 0.0  # planted difference in accuracy

    @property
    def trained(self) -> int:
        """Training specimens of a split."""
        folds = 2 if self.same_test else max(self.n_splits, 2)
        return self.n_train or (folds - 1) * self.n_test

    @property
    def shared(self) -> float:
        """Correlation between the effects of two splits' training sets."""
        overlap = 0.75 if self.same_test or self.n_splits == 1 else (self.n_splits - 2) / (self.n_splits - 1)
        return overlap if self.correlation is None else self.correlation

    def rule(self, rule: Rule) -> Rule:
        """The rule with this design's numbers of specimens."""
        whole = self.n_test * self.n_splits
        ratio = self.n_test / self.trained if self.same_test or self.n_splits == 1 else whole / max(whole, self.trained)
        return dataclasses.replace(rule, test_to_train=self.n_test / self.trained, tested_to_trained=ratio)


@dataclass(frozen=True, slots=True)
class Rates:
    """How often something was said of so many experiments."""

    helps: float
    hurts: float
    corrected: float  # the corrected resampled t-test resolved a difference; nan for one split, like the next
    paired: float  # the plain paired t-test over splits did
    specimens: float  # the test of specimens and seeds without an allowance did
    fold_correlation: float  # between the differences of two splits
    announced: float  # mean power for the planted effect
    experiments: int

    @property
    def said(self) -> float:
        """Rate of helps and hurts together."""
        return self.helps + self.hurts

    def error(self, rate: float) -> float:
        """Monte Carlo standard error of a rate."""
        return float(np.sqrt(max(rate * (1 - rate), 1e-12) / self.experiments))


def rates(design: Design, rule: Rule, experiments: int = 1000, seed: int = 0) -> Rates:
    """Judge so many simulated studies, each with a single comparison."""
    baseline, arm = correct(design, experiments, np.random.default_rng(seed))
    rule = design.rule(rule)
    found = evidence_of(baseline, arm, design.same_test)
    judged = decision.judge(found, rule)
    sure = judged.p < rule.alpha
    n = design.n_splits
    paired = corrected = correlation = float("nan")
    if n > 1:
        of_splits = (arm.astype(np.float32) - baseline).mean(axis=(2, 3))
        matrix = np.corrcoef(of_splits.T)
        correlation = float((matrix.sum() - n) / (n * (n - 1)))
        corrected = float((decision.corrected_p(found, rule) < rule.alpha).mean())
        naive = decision.corrected_p(found, dataclasses.replace(rule, test_to_train=0.0))
        paired = float((naive < rule.alpha).mean())
    alone = decision.judge(found, dataclasses.replace(rule, training_set_variance=0.0))
    return Rates(
        helps=float((sure & (found.difference > 0)).mean()),
        hurts=float((sure & (found.difference < 0)).mean()),
        corrected=corrected,
        paired=paired,
        specimens=float((alone.p < rule.alpha).mean()),
        fold_correlation=correlation,
        announced=float(np.mean(decision.power(judged, design.effect, rule))) if design.effect else float("nan"),
        experiments=experiments,
    )


def correct(design: Design, experiments: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Whether baseline and arm call each specimen rightly: two bool arrays (E, J, R, N)."""
    splits, seeds = design.n_splits, design.n_seeds
    trained = (experiments, splits, seeds, design.n_test)
    seen = (experiments, 1 if design.same_test else splits, 1, design.n_test)
    width = np.sqrt(DIFFICULTY**2 + TASTE**2 + design.whim**2)
    density = (
        width * np.sqrt(2 * np.pi) * np.exp(0.5 * special.ndtri(ACCURACY) ** 2)
    )  # latent units for one unit of accuracy
    noise = _test_noise(design)
    difficulty = random.normal(0.0, DIFFICULTY, seen)
    sides = []
    for sign in (-0.5, 0.5):
        common = random.normal(0.0, 1.0, (experiments, 1, 1, 1))
        own = random.normal(0.0, 1.0, (experiments, splits, 1, 1))
        sets = np.sqrt(design.shared) * common + np.sqrt(1 - design.shared) * own
        sets = sets * np.sqrt(design.training_sets / 2 * design.n_test / design.trained) * noise
        of_seed = random.normal(0.0, design.seed_effect, (experiments, splits, seeds, 1))
        shift = width * special.ndtri(ACCURACY) + density * (sets + of_seed + sign * design.effect)
        views = random.normal(0.0, TASTE, seen) + random.normal(0.0, design.whim, trained)
        sides.append(difficulty + views + shift > 0)
    return sides[0], sides[1]


def evidence_of(baseline: np.ndarray, arm: np.ndarray, same_test: bool) -> Evidence:
    """The evidence about accuracy in E experiments at once, in closed form; arrays (E, J, R, N) as `correct` gives."""
    gain = arm.astype(np.float32) - baseline
    _, n_splits, n_seeds, n_test = gain.shape
    of_split = gain.mean(axis=2)
    differences = of_split.mean(axis=2)
    difference = differences.mean(axis=1).astype(np.float64)
    diagonal = of_split.var(axis=2, ddof=1).mean(axis=1) / n_test
    total = n_test if same_test else n_test * n_splits
    if same_test:
        whole = of_split.mean(axis=1).var(axis=1, ddof=1) / n_test
    else:
        whole = of_split.reshape(len(gain), -1).var(axis=1, ddof=1) / total
    off = (n_splits * whole - diagonal) / (n_splits - 1) if same_test and n_splits > 1 else 0 * diagonal
    specimens = with_pseudo_counts(whole, difference, total)
    one_split = np.maximum(diagonal, specimens) if same_test else specimens * n_splits
    spread = differences.var(axis=1, ddof=1).astype(np.float64) if n_splits > 1 else np.full(len(gain), np.nan)
    within = np.maximum(diagonal - off, one_split / n_test)
    in_common = 1.0
    extra, seed_df = (spread - within, n_splits - 1) if n_splits > 1 else (0.0, 0)
    if n_seeds > 1:
        single = gain.var(axis=3, ddof=1).mean(axis=(1, 2)) / n_test
        own = (single - diagonal) * n_seeds / (n_seeds - 1)
        found = gain.mean(axis=3).var(axis=2, ddof=1).mean(axis=1)
        extra, seed_df = found - own, n_splits * (n_seeds - 1)
        in_common = np.clip((single - own) / np.maximum(diagonal, 1e-12), 0.0, 1.0)
    return Evidence(
        difference=difference,
        n_splits=n_splits,
        specimens=specimens,
        lasting=np.clip(off, 0.0, specimens) if same_test else in_common * specimens,
        within=within,
        seeds=seed_variance(extra, seed_df, one_split) / n_seeds,
        spread=spread,
        df=float(total - 1),
        seed_df=float(seed_df + PRIOR_DF),
    )


def _test_noise(design: Design) -> float:
    """The deviation of one split's difference that its test specimens alone leave, found by drawing many."""
    random = np.random.default_rng(0)
    shape = (2, design.n_seeds, 20_000)
    views = random.normal(0.0, TASTE, (2, 1, 20_000)) + random.normal(0.0, design.whim, shape)
    width = np.sqrt(DIFFICULTY**2 + TASTE**2 + design.whim**2)
    right = random.normal(0.0, DIFFICULTY, 20_000) + views + width * special.ndtri(ACCURACY) > 0
    return float(np.diff(right.mean(axis=1), axis=0).std() / np.sqrt(design.n_test))
