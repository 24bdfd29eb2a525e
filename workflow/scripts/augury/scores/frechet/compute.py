"""The Frechet distance, what it would be for infinitely many images, and what chance alone gives."""

from augury.command.script import tell
from augury.scores.frechet.distance import frechet_with_interval, half_distances
from augury.scores.frechet.extrapolation import frechet_infinity, least_images
from augury.scores.sample import Cells, Sample, measured

_MANY_IMAGES = 1000  # halves of so many real images vary little: few halvings do


def compute(sample: Sample) -> Cells:
    """Distances of all images, extrapolated, and of halves."""
    real, synthetic, seed = sample.real, sample.synthetic, sample.seed
    cells = measured("frechet", frechet_with_interval(real.train, synthetic, real.train_specimens))
    cells["frechet_distance"] = cells.pop("frechet")
    infinity = frechet_infinity(real.train, synthetic, seed)
    if infinity:
        cells |= measured("frechet_infinity", infinity)
    else:
        tell(
            f"{sample.label}: no distance for infinitely many images, for {len(synthetic)} are too few to extrapolate "
            f"from (at least {least_images(real.train)}; `scores.images` asks for more)"
        )
    halvings = 10 if len(real.train) < _MANY_IMAGES else 3
    halves = half_distances(real.train, synthetic, real.train_specimens, halvings, seed)
    if halves:
        cells["n_half"], cells["frechet_real"], cells["frechet_half"] = halves
    else:
        tell(f"{sample.label}: the training images are too few specimens to halve, so there is no distance among them")
    return cells
