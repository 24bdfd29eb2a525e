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
from augury.verdict.evidence import FEWEST_DF, Evidence

ACCURACY = 0.7  # of either arm
DIFFICULTY, TASTE = 1.0, 0.4  # deviations: of specimens, of an arm's view of them


@dataclass(frozen=True, slots=True)
class Design:
    """A study to simulate."""

    n_splits: int = 5
    n_seeds: int = 3
    n_test: int = 40  # specimens of a split
    same_test: bool = False  # whether all splits are tested on the same specimens
    correlation: float = 0.75  # between the effects of two splits' training sets
    training_sets: float = 0.5  # variance of their effect on the difference, in multiples of one split's test noise
    seed_effect: float = 0.02  # deviation, in accuracy, of a seed's effect on one arm
    whim: float = 0.4  # deviation of a single training's view of a specimen: small ones make trainings agree
    effect: float = 0.0  # planted difference in accuracy


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
    alone = decision.judge(found, dataclasses.replace(rule, training_sets=0.0))
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
        sets = np.sqrt(design.correlation) * common + np.sqrt(1 - design.correlation) * own
        sets = sets * np.sqrt(design.training_sets / 2) * noise
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
    one_split = of_split.var(axis=2, ddof=1).mean(axis=1) / n_test
    whole = of_split.mean(axis=1).var(axis=1, ddof=1) / n_test if same_test else one_split / n_splits
    off = (n_splits * whole - one_split) / (n_splits - 1) if same_test and n_splits > 1 else 0 * one_split
    seeds, seed_df, in_common = np.zeros(len(gain)), 1, 1.0
    if n_seeds > 1:
        single = gain.var(axis=3, ddof=1).mean(axis=(1, 2)) / n_test
        own = (single - one_split) * n_seeds / (n_seeds - 1)
        found = gain.mean(axis=3).var(axis=2, ddof=1).mean(axis=1)
        seeds, seed_df = np.maximum(0.0, found - own) / n_seeds, n_splits * (n_seeds - 1)
        in_common = np.clip((single - own) / np.maximum(one_split, 1e-12), 0.0, 1.0)
    total = n_test if same_test else n_test * n_splits
    least = 3 / total**2
    specimens = np.maximum(whole, least)
    informative = (gain != 0).any(axis=2)
    informative = informative.any(axis=1).sum(axis=1) if same_test else informative.sum(axis=(1, 2))
    parts = [(specimens, np.maximum(informative - 1, FEWEST_DF)), (seeds / n_splits, seed_df)]
    return Evidence(
        difference=differences.mean(axis=1).astype(np.float64),
        n_splits=n_splits,
        specimens=specimens,
        lasting=np.clip(off, 0.0, specimens) if same_test else in_common * specimens,
        one_split=np.maximum(one_split, least * (1 if same_test else n_splits)),
        within=np.maximum(one_split - off, least),
        seeds=seeds,
        spread=differences.var(axis=1, ddof=1).astype(np.float64) if n_splits > 1 else np.full(len(gain), np.nan),
        df=sum(part for part, _ in parts) ** 2 / sum(part**2 / df for part, df in parts),
    )


def _test_noise(design: Design) -> float:
    """The deviation of one split's difference that its test specimens alone leave, found by drawing many."""
    random = np.random.default_rng(0)
    shape = (2, design.n_seeds, 20_000)
    views = random.normal(0.0, TASTE, (2, 1, 20_000)) + random.normal(0.0, design.whim, shape)
    width = np.sqrt(DIFFICULTY**2 + TASTE**2 + design.whim**2)
    right = random.normal(0.0, DIFFICULTY, 20_000) + views + width * special.ndtri(ACCURACY) > 0
    return float(np.diff(right.mean(axis=1), axis=0).std() / np.sqrt(design.n_test))
