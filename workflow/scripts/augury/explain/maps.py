"""A map of images: UMAP of what a classifier's last layer sees of them.

McInnes, Healy and Melville 2018, arXiv:1802.03426, by the package umap-learn.
"""

import numpy as np
import umap

SEED = 0
FEWEST = 4  # points; of fewer there is no neighbourhood


def embed(features: np.ndarray, neighbours: int, min_dist: float) -> np.ndarray:
    """Places (N, 2) float32 for features (N, D), the same bits for the same features on one machine.

    neighbours: how many count as near, at most N - 1. min_dist: how near to each other points may lie. Fewer than
    FEWEST points get no map: (0, 2).
    """
    if len(features) < FEWEST:
        return np.zeros((0, 2), np.float32)
    reducer = umap.UMAP(
        n_neighbors=min(neighbours, len(features) - 1),
        min_dist=min_dist,
        random_state=SEED,  # which makes it run in one thread
        n_jobs=1,
        init="spectral" if len(features) > 2 * FEWEST else "random",  # the spectrum of a handful of points is unstable
    )
    return np.asarray(reducer.fit_transform(features), dtype=np.float32)
