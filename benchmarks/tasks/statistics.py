"""Scores of synthetic images: the Frechet distance, KID, and precision, recall, density and coverage."""

import numpy as np
from comparison import Comparison

from augury.scores.frechet.distance import frechet_distance
from augury.scores.kernel.compute import kernel_distance
from augury.scores.manifold.compute import manifold

DIM = 2048  # of Inception-v3's features


def _features(n: int, dim: int = DIM, shift: float = 0.0) -> np.ndarray:
    """Correlated, non-negative features, as a network's last pooling gives them."""
    random = np.random.default_rng(int(1000 * shift) + n)
    basis = np.random.default_rng(1).normal(size=(64, dim))
    return np.maximum(random.normal(size=(n, 64)) @ basis / 8 + random.normal(size=(n, dim)) + shift, 0).astype(
        np.float32
    )


def _near(value: float, expected: float, bound: float) -> None:
    assert abs(value - expected) <= bound * abs(expected), (value, expected)


def frechet_160() -> Comparison:
    """150 real images are many in this field: here 160 of each."""
    real, synthetic = _features(160), _features(160, shift=0.1)

    def peer() -> float:
        import torch
        from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric

        statistics = [fid_features_to_statistics(torch.from_numpy(each)) for each in (real, synthetic)]
        return fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"]

    def ours() -> float:
        return frechet_distance(real, synthetic)

    def check() -> None:
        _near(ours(), peer(), 1e-6)

    return Comparison("torch-fidelity", "seconds", ours, peer, check, rounds=3)


def frechet_5000() -> Comparison:
    real, synthetic = _features(5000), _features(5000, shift=0.1)

    def peer() -> float:
        from scipy.linalg import sqrtm

        first, second = (np.cov(each.astype(np.float64), rowvar=False) for each in (real, synthetic))
        root = sqrtm(first @ second)
        shift = real.mean(0, dtype=np.float64) - synthetic.mean(0, dtype=np.float64)
        return float(shift @ shift + np.trace(first) + np.trace(second) - 2 * np.trace(root.real))

    def ours() -> float:
        return frechet_distance(real, synthetic)

    def check() -> None:
        _near(ours(), peer(), 1e-6)

    return Comparison("scipy's square root of the covariances", "seconds", ours, peer, check, rounds=3)


def kid() -> Comparison:
    real, synthetic = _features(5000), _features(5000, shift=0.1)

    def peer() -> float:
        import torch
        from torch_fidelity.metric_kid import kid_features_to_metric

        metrics = kid_features_to_metric(torch.from_numpy(real), torch.from_numpy(synthetic), verbose=False)
        return metrics["kernel_inception_distance_mean"]

    def ours() -> float:
        return kernel_distance(real, synthetic).mean

    def check() -> None:
        _near(ours(), peer(), 1e-5)  # the peer computes in float32

    return Comparison("torch-fidelity", "seconds", ours, peer, check, rounds=3)


def prdc_5000() -> Comparison:
    real, synthetic = _features(5000), _features(5000, shift=0.02)

    def peer() -> dict:
        from prdc import compute_prdc

        return compute_prdc(real, synthetic, nearest_k=5)

    def ours() -> dict:
        measures = manifold(real, synthetic)
        return {name: getattr(measures, name)[0] for name in ("precision", "recall", "density", "coverage")}

    def check() -> None:
        mine, theirs = ours(), peer()
        for name, value in mine.items():  # a row on the border of a neighbourhood may fall on either side in float32
            assert abs(value - theirs[name]) < 2e-3, (mine, theirs)

    return Comparison("prdc (without intervals)", "seconds", ours, peer, check, rounds=3)
