"""Simulated studies that grow repeat by repeat and are judged after each, to measure what looking again costs."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from augury.verdict import decision
from augury.verdict.boundary import Stage
from augury.verdict.decision import Rule
from simulation.experiments import Design, correct, evidence_of

FOLDS, HOLDOUTS, INDEPENDENT = "folds", "holdouts", "independent"
CHUNK = 100  # experiments side by side


@dataclass(frozen=True, slots=True)
class Growing:
    """A study that is looked at after each of its repeats.

    kind: repeats of folds; repeated holdouts, each of which tests one fold of them; or independent holdouts, each of
    specimens of its own, whose increments are as the boundary takes them to be.
    """

    kind: str = FOLDS
    looks: int = 4
    folds: int = 5
    design: Design = Design(n_seeds=1)  # noqa: RUF009  (it is frozen)

    @property
    def whole(self) -> Design:
        """What is simulated: all splits, of which `seen` says how many there are at a look."""
        if self.kind == INDEPENDENT:
            n_train = (self.folds - 1) * self.design.n_test
            return dataclasses.replace(self.design, n_splits=self.looks, n_repeats=1, correlation=0.0, n_train=n_train)
        return dataclasses.replace(self.design, n_splits=self.folds, n_repeats=self.looks)

    def seen(self, look: int) -> slice:
        """The splits that are there at a look, from 1."""
        if self.kind == INDEPENDENT:
            return slice(0, look)
        return slice(0, look * self.folds, self.folds if self.kind == HOLDOUTS else 1)

    def rule(self, rule: Rule, tested_specimens: np.ndarray) -> Rule:
        """The rule with the numbers of specimens at a look, counted as `sizes.read_sizes` counts them."""
        trained, tested = self.whole.trained, len(np.unique(tested_specimens))
        always = tested if len(tested_specimens) == 1 else 0  # what every split judges is trained on in none
        return dataclasses.replace(
            rule,
            test_to_train=tested_specimens.shape[1] / trained,
            tested_to_trained=tested / max(trained, tested - always),
        )


@dataclass(frozen=True, slots=True)
class Looked:
    """What so many studies said: shares of them."""

    first: float  # resolved at the first look, at alpha
    last: float  # resolved at the last look, at alpha, had nobody looked before
    any_look: float  # resolved at any look, at alpha
    planned: float  # resolved at any look, by the boundary
    wrong: float  # likewise, in the direction that is not the planted one
    repeats: float  # mean number of repeats until the boundary is crossed, or all
    experiments: int

    def error(self, rate: float) -> float:
        """Monte Carlo standard error of a rate."""
        return float(np.sqrt(max(rate * (1 - rate), 1e-12) / self.experiments))


def look(study: Growing, rule: Rule, experiments: int = 1000, seed: int = 0) -> Looked:
    """Judge so many studies after each repeat, each with a single comparison."""
    p, difference = judged(study, rule, experiments, seed)
    number = study.looks
    sure = p < rule.alpha
    crossed = p < [Stage(number, each / number).level(rule.alpha) for each in range(1, number + 1)]
    settled = crossed.any(axis=1)
    ends = np.where(settled, crossed.argmax(axis=1), number - 1)
    return Looked(
        first=float(sure[:, 0].mean()),
        last=float(sure[:, -1].mean()),
        any_look=float(sure.any(axis=1).mean()),
        planned=float(settled.mean()),
        wrong=float((settled & (difference[np.arange(len(ends)), ends] < 0)).mean()),
        repeats=float(ends.mean() + 1),
        experiments=len(p),
    )


def judged(study: Growing, rule: Rule, experiments: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """p values and differences at each look, if it were the only one: two arrays (E, K)."""
    random, tested_specimens = np.random.default_rng(seed), study.whole.tested_specimens
    chunks = []
    for start in range(0, experiments, CHUNK):
        baseline, arm = correct(study.whole, min(CHUNK, experiments - start), random)
        verdicts = []
        for each in range(1, study.looks + 1):
            splits = study.seen(each)
            numbered = np.unique(tested_specimens[splits], return_inverse=True)[1].reshape(
                tested_specimens[splits].shape
            )
            known = study.rule(rule, numbered)
            seen = evidence_of(baseline[:, splits], arm[:, splits], numbered, None, known.test_to_train)
            verdict = decision.judge(seen, known)
            verdicts.append((verdict.p, verdict.difference))
        chunks.append(np.array(verdicts))
    p, difference = np.moveaxis(np.concatenate(chunks, axis=2), 1, 0)
    return p.T, difference.T
