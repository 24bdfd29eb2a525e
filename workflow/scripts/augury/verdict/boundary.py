"""How sure a word must be where a study may be looked at several times: the boundary of O'Brien and Fleming.

Scores Z at looks 1 ... K, each after an equal share of what is planned, cross where |Z| sqrt(t) >= c, at the
information fraction t: the first looks see gross differences alone, and the last is hardly weaker than a single one.
c is such that the chance to cross at any look is alpha where nothing differs and increments are independent (O'Brien
and Fleming 1979, Biometrics 35:549). Splits of the same specimens depend on each other: they cross more seldom.
"""

import dataclasses
import functools

import numpy as np
from scipy import special

_FAR = 7.5  # beyond it, the bound that the reflection principle gives is taken for the chance
_NODES = 6  # of the quadrature, for one unit of a score


@functools.lru_cache(maxsize=65536)
def crossing(c: float, looks: int) -> float:
    """The chance that |Z| sqrt(t) >= c at any of so many equally spaced looks, where nothing differs.

    Z sqrt(t) sqrt(K) is the sum of independent standard normals, and what is left inside of the boundary is integrated
    look by look (Armitage, McPherson and Rowe 1969, Journal of the Royal Statistical Society A 132:235).
    """
    last = 2 * float(special.ndtr(-c))
    if looks == 1 or c <= 0:
        return last if c > 0 else 1.0
    if c > _FAR:
        return 2 * last
    end = c * np.sqrt(looks)
    nodes, weights = np.polynomial.legendre.leggauss(max(32, int(_NODES * end)))
    nodes, weights = end * nodes, end * weights
    step = _density(nodes[:, None] - nodes) * weights
    inside = _density(nodes)
    for _ in range(looks - 1):
        inside = step @ inside
    return float(np.clip(1 - weights @ inside, last, 2 * last))


@functools.lru_cache(maxsize=4096)
def constant(alpha: float, looks: int) -> float:
    """The c at which that chance is alpha."""
    if looks == 1:
        return float(-special.ndtri(alpha / 2))
    from scipy import optimize  # late, as it takes as long to import as all else and one look has no use for it

    low, high = -special.ndtri(alpha / 2), -special.ndtri(alpha / 4)
    return float(optimize.brentq(lambda c: crossing(c, looks) - alpha, low - 1e-9, high + 1e-9, xtol=1e-10))


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    """One of K planned looks, at `fraction` of what is planned; nothing is sure at 0."""

    looks: int = 1
    fraction: float = 1.0

    def level(self, alpha: float) -> float:
        """The level at this look, with which all looks together err as often as alpha.

        >>> Stage(looks=4, fraction=0.25).level(0.05) < Stage(looks=4).level(0.05) < Stage().level(0.05)
        True
        """
        if self.looks == 1 or self.fraction <= 0:
            return alpha if self.fraction > 0 else 0.0
        return 2 * float(special.ndtr(-constant(alpha, self.looks) / np.sqrt(self.fraction)))

    def repeated(self, p: float) -> float:
        """The least alpha whose boundary a two-sided p crosses at this look (Jennison and Turnbull 2000, chapter 9)."""
        if self.looks == 1 or self.fraction <= 0 or p >= 1:
            return float(p) if self.fraction > 0 else 1.0
        return crossing(round(float(-special.ndtri(p / 2) * np.sqrt(self.fraction)), 9), self.looks)

    def repeated_one_sided(self, p: float) -> float:
        """The same of a one-sided p, which is half of a two-sided one."""
        if self.looks == 1 and self.fraction > 0:
            return float(p)
        return max(float(p), self.repeated(min(1.0, 2 * float(p))) / 2)


def _density(values: np.ndarray) -> np.ndarray:
    return np.exp(-0.5 * values**2) / np.sqrt(2 * np.pi)
