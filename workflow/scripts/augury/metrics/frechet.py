"""The Frechet distance between Gaussian fits of two sets of features, and what chance alone would give.

|m1 - m2|^2 + tr S1 + tr S2 - 2 tr (S1 S2)^(1/2) (Dowson and Landau 1982; Heusel et al. 2017, eq. 6), with covariances
that divide by n - 1. It is called FID for Inception-v3 features only; for others it is the FD of that extractor. With n
of the order of the features' dimension it is biased upwards, the more the smaller n: compare only values of equal n.
"""

import numpy as np

LEAST_IMAGES = 3
_Z = 1.959963984540054


def frechet_distance(first: np.ndarray, second: np.ndarray) -> float:
    """The distance between features (n1, d) and (n2, d), in float64; at least two rows each, else ValueError.

    With the centred rows X and Y, S1 S2 has the non-zero eigenvalues of M M^T for M = X Y^T / sqrt((n1 - 1)(n2 - 1)),
    so tr (S1 S2)^(1/2) is the sum of M's singular values. Triangular factors stand in for X and Y where both n exceed
    d. Nothing is squared and no matrix root is taken, so it is exact for singular covariances too.
    """
    (x, y), shift = _centred(first, second)
    if min(len(x), len(y)) > x.shape[1]:  # a factor pays off only where both sets are large
        x, y = np.linalg.qr(x, mode="r"), np.linalg.qr(y, mode="r")
    root = np.linalg.svd(x @ y.T, compute_uv=False).sum()
    # Rounding may leave a hair below zero for equal sets; a distance has none.
    return max(0.0, float(shift @ shift + np.square(x).sum() + np.square(y).sum() - 2 * root))


def frechet_interval(first: np.ndarray, second: np.ndarray, groups: np.ndarray | None = None) -> tuple[float, float]:
    """95% interval of the distance by the infinitesimal jackknife (Jaeckel 1972; Efron 1982, section 6.3).

    groups: (n1,) names of the rows of `first` that belong together (images of one specimen); by default each its own.
    The interval lies about the distance as computed: it shows its spread, not its bias. nan for a single group.
    """
    variance = 0.0
    names = (np.arange(len(first)) if groups is None else groups, np.arange(len(second)))
    for values, own in zip(influences(first, second), names, strict=True):
        sums = np.bincount(np.unique(own, return_inverse=True)[1], weights=values)
        if len(sums) < 2:
            return float("nan"), float("nan")
        variance += len(sums) / (len(sums) - 1) * np.square(sums).sum() / len(values) ** 2
    distance, half = frechet_distance(first, second), _Z * np.sqrt(variance)
    return max(0.0, float(distance - half)), float(distance + half)


def influences(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How much each row, (n1,) and (n2,), pulls on the distance: its derivative by the row's weight, of mean zero.

    With M = U S V^T as in `frechet_distance` the sum of singular values has the derivative U V^T, so the trace term
    changes with the weight of row i of X by sum_k S_k U_ik^2 (n1 - 1), the centring aside. For one dimension it is
    2 (m1 - m2)(x - m1) + (1 - s2 / s1)((x - m1)^2 - s1^2).
    """
    first, second = reduced(_checked(first), _checked(second))
    (x, y), shift = _centred(first, second)
    bases = [None, None]
    factors = [x, y]
    if min(len(x), len(y)) > x.shape[1]:
        (bases[0], factors[0]), (bases[1], factors[1]) = np.linalg.qr(x), np.linalg.qr(y)
    left, strength, right = np.linalg.svd(factors[0] @ factors[1].T, full_matrices=False)
    found = []
    for rows, basis, vectors, sign in ((x, bases[0], left, 2.0), (y, bases[1], right.T, -2.0)):
        vectors = vectors if basis is None else basis @ vectors
        scale = len(rows) - 1  # rows are divided by its root
        values = sign * np.sqrt(scale) * (rows @ shift) + scale * (np.square(rows).sum(axis=1) - vectors**2 @ strength)
        found.append(values - values.mean())
    return found[0], found[1]


def half_distances(
    real: np.ndarray, synthetic: np.ndarray, groups: np.ndarray | None = None, halvings: int = 10, seed: int = 0
) -> tuple[int, float, float] | None:
    """Real against real and real against synthetic at one size: (n, distance of real halves, distance to synthetic).

    Real rows are halved at random, rows of a group (a specimen) together; both halves and a random draw of synthetic
    rows are cut to n, the size of the smallest. Both distances are means over `halvings`, each synthetic draw against
    the first half. None where n would fall below 2.
    """
    real, synthetic = reduced(_checked(real), _checked(synthetic))
    names, codes = np.unique(np.arange(len(real)) if groups is None else groups, return_inverse=True)
    random = np.random.default_rng(seed)
    halves = [_halved(codes, random.permutation(len(names))) for _ in range(halvings)]
    n = min(min(len(a), len(b)) for a, b in halves)
    n = min(n, len(synthetic))
    if n < 2:
        return None
    among, across = [], []
    for a, b in halves:
        a, b = random.permutation(a)[:n], random.permutation(b)[:n]
        among.append(frechet_distance(real[a], real[b]))
        across.append(frechet_distance(real[a], synthetic[random.permutation(len(synthetic))[:n]]))
    return n, float(np.mean(among)), float(np.mean(across))


def reduced(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same points in coordinates of the space that they span, where it is smaller: distances stay the same."""
    rows = np.concatenate([first, second])
    if len(rows) >= rows.shape[1]:
        return first, second
    coordinates = np.linalg.qr(rows.T, mode="r").T  # (n1 + n2, n1 + n2)
    return coordinates[: len(first)], coordinates[len(first) :]


def _checked(features: np.ndarray) -> np.ndarray:
    features = np.asarray(features, dtype=np.float64)
    if features.ndim != 2 or len(features) < 2:
        raise ValueError(f"features of shape {features.shape}; at least two rows are needed for a covariance")
    if not np.isfinite(features).all():
        raise ValueError("features hold nan or infinity; extract them again, in single precision")
    return features


def _centred(first: np.ndarray, second: np.ndarray) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    # Rows less their mean, divided by sqrt(n - 1) so that X^T X is the covariance; and the shift between the means.
    first, second = _checked(first), _checked(second)
    if first.shape[1] != second.shape[1]:
        raise ValueError(
            f"features of {first.shape[1]} and {second.shape[1]} dimensions; one extractor is needed for both"
        )
    means = first.mean(axis=0), second.mean(axis=0)
    x, y = ((rows - mean) / np.sqrt(len(rows) - 1) for rows, mean in zip((first, second), means, strict=True))
    return (x, y), means[0] - means[1]


def _halved(codes: np.ndarray, order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # Groups in random order fill the first half until it holds half of the rows.
    sizes = np.bincount(codes)[order]
    before = np.cumsum(sizes) - sizes
    chosen = np.zeros(len(order), dtype=bool)
    chosen[order] = before + sizes / 2 < len(codes) / 2
    return np.flatnonzero(chosen[codes]), np.flatnonzero(~chosen[codes])
