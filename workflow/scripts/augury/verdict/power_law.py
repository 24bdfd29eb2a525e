"""Where a value stands on a learning curve that a few noisy points measure.

The curve is the usual power law, value(n) = a - b n^-c (Cortes et al. 1993, NIPS 6:327; Figueroa et al. 2012, BMC
Medical Informatics 12:8), with b >= 0. All values are differences from the baseline's, with the covariance of their
noise. An arm is one more point of the curve, at an unknown number of specimens. A number is believed where the best law
through all points, the arm at that number, fits about as well as the best law of all: the profile of generalised least
squares, which like Fieller's interval may have no end on one side or on both, where the curve may be flat.
"""

from dataclasses import dataclass

import numpy as np
from scipy import linalg

EXPONENTS = np.geomspace(0.05, 3, 60)
STEPS = 400  # numbers of specimens tried within the measured curve, in equal ratios
OUTSIDE = 60  # likewise below it and above it, to see on which side the best one lies
FARTHEST = 1000  # times the ends of the curve


@dataclass(frozen=True, slots=True)
class Curve:
    """A power law."""

    a: float
    b: float  # 0 where values do not rise
    c: float

    def at(self, n: np.ndarray) -> np.ndarray:
        """Values (N,) at numbers of specimens (N,)."""
        return self.a - self.b * np.asarray(n, float) ** -self.c


@dataclass(frozen=True, slots=True)
class Points:
    """K points of a curve beside the baseline, as differences from it."""

    baseline: float  # the baseline's number of specimens
    n: np.ndarray  # (K,)
    values: np.ndarray  # (K,)
    covariance: np.ndarray  # (K, K) of their noise, in which the baseline's own is common to all

    def curve(self) -> Curve:
        """The law of generalised least squares, at the height at which the baseline, at 0, and the points lie best."""
        misfits, rises = _misfits(self.values, self.covariance, self._steps(self.n))
        best = int(np.argmin(misfits))
        b, c = float(rises[best]), float(EXPONENTS[best])
        numbers, values = np.append(self.n, self.baseline), np.append(self.values, 0.0)
        return Curve(float(np.mean(values + b * numbers**-c)), b, c)

    def may_be_flat(self, critical: float) -> bool:
        """Whether a curve that does not rise fits the points about as well: its misfit is at most `critical` more."""
        white = linalg.solve_triangular(linalg.cholesky(self.covariance, lower=True), self.values, lower=True)
        return bool(white @ white - _misfits(self.values, self.covariance, self._steps(self.n))[0].min() <= critical)

    def _steps(self, n: np.ndarray) -> np.ndarray:
        """(C, N): what a law of b = 1 and each exponent gains from the baseline's number of specimens to each."""
        exponents = EXPONENTS[:, None]
        return self.baseline**-exponents - np.asarray(n, float) ** -exponents


@dataclass(frozen=True, slots=True)
class Position:
    """Where an arm stands on a curve; None where that lies beyond the measured part."""

    best: float | None
    low: float | None
    high: float | None
    above: bool  # whether the best number lies above the measured part
    outside: bool  # whether all believed numbers do, on one side


def position(points: Points, value: float, variance: float, covariance: np.ndarray, critical: float) -> Position:
    """The numbers of specimens whose misfit is at most `critical` more than the least.

    value: of the arm, as a difference from the baseline; covariance: (K,) of its noise with that of the points.
    """
    least, most = (float(end([points.baseline, *points.n])) for end in (min, max))
    below = np.geomspace(least / FARTHEST, least, OUTSIDE, endpoint=False)
    above = np.append(np.geomspace(most * FARTHEST, most, OUTSIDE, endpoint=False)[::-1], np.inf)
    numbers = np.concatenate([below, np.geomspace(least, most, STEPS), above])
    inside = slice(OUTSIDE, OUTSIDE + STEPS)
    curve, own = points._steps(points.n), points._steps(numbers)
    steps = np.concatenate([np.broadcast_to(curve[:, None], (*own.shape, len(points.n))), own[:, :, None]], axis=2)
    whole = np.block([[points.covariance, covariance[:, None]], [covariance[None], np.array([[variance]])]])
    misfits = _misfits(np.append(points.values, value), whole, steps)[0].min(axis=0)
    believed = misfits - misfits.min() <= critical
    best = int(np.argmin(misfits))
    inside_numbers = numbers[inside][believed[inside]]
    open_below, open_above = believed[: OUTSIDE + 1].any(), believed[OUTSIDE + STEPS - 1 :].any()
    return Position(
        best=float(numbers[best]) if inside.start <= best < inside.stop else None,
        low=None if open_below or not len(inside_numbers) else float(inside_numbers[0]),
        high=None if open_above or not len(inside_numbers) else float(inside_numbers[-1]),
        above=best >= inside.stop,
        outside=not len(inside_numbers) and bool(open_below) != bool(open_above),
    )


def _misfits(values: np.ndarray, covariance: np.ndarray, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Squared misfits (...) of values (M,) by the best b >= 0 times steps (..., M), and these b (...)."""
    lower = linalg.cholesky(covariance, lower=True)
    wanted = linalg.solve_triangular(lower, values, lower=True)
    whitened = linalg.solve_triangular(lower, steps.reshape(-1, steps.shape[-1]).T, lower=True)
    along = np.maximum(wanted @ whitened, 0.0)
    rises = along / (whitened**2).sum(axis=0)
    misfits = wanted @ wanted - rises * along
    return misfits.reshape(steps.shape[:-1]), rises.reshape(steps.shape[:-1])
