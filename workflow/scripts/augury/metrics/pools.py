"""The row of scores.tsv: how far a pool of synthetic images is from the training images of its class."""

from collections.abc import Mapping

import numpy as np

from augury.command.script import tell
from augury.metrics.frechet import LEAST_IMAGES, frechet_distance, frechet_interval, half_distances
from augury.tables.rows import ScoreRow


def score_pool(
    real: np.ndarray,
    specimens: np.ndarray,
    synthetic: np.ndarray,
    extractor: str,
    names: Mapping[str, object],
    seed: int = 0,
) -> ScoreRow:
    """real: (n, d) features of training images, specimens: (n,) their specimens, synthetic: (m, d).

    names: split, generator, selection, seed and class. With fewer than three images of either kind the distances are
    None and the log says why.
    """
    cells = dict.fromkeys(("frechet_distance", "frechet_low", "frechet_high", "n_half", "frechet_half", "frechet_real"))
    label = "/".join(str(names[key]) for key in ("generator", "selection", "class"))
    if min(len(real), len(synthetic)) < LEAST_IMAGES:
        tell(
            f"{label}: no distances, for there are {len(real)} training and {len(synthetic)} synthetic images "
            f"and {LEAST_IMAGES} of each are needed"
        )
    else:
        low, high = (None if np.isnan(end) else end for end in frechet_interval(real, synthetic, specimens))
        cells |= {"frechet_distance": frechet_distance(real, synthetic), "frechet_low": low, "frechet_high": high}
        halves = half_distances(real, synthetic, specimens, seed=seed)
        if halves:
            cells["n_half"], cells["frechet_real"], cells["frechet_half"] = halves
        else:
            tell(f"{label}: the training images are too few specimens to halve, so there is no distance among them")
    return ScoreRow(
        split=str(names["split"]),
        generator=str(names["generator"]),
        selection=str(names["selection"]),
        seed=int(names["seed"]),
        class_=str(names["class"]),
        n_real=len(real),
        n_synthetic=len(synthetic),
        extractor=extractor,
        **cells,
    )
