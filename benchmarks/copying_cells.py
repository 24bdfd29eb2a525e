"""C_T with neighbours of an image's own cell, as its authors seek them, beside neighbours among all training images.

Features are mixtures of Gaussians. A generator draws new images of the mixture, or some of its images are training ones
with noise, or all lie slightly nearer to one. Prints for both forms the mean of C_T, its standard deviation over
trials, and how often it lies below -1.64 and below -3.

    python benchmarks/copying_cells.py --trials 400
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np

from augury.scores.distances import nearest
from augury.scores.memorisation.compute import CELL_IMAGES, CELLS, data_copying, k_means, mann_whitney

SHAPES = ((2, 5), (16, 5), (64, 8), (256, 5))  # dimensions, components
SIZES = ((200, 60, 300), (400, 100, 1000))  # training, held-out, synthetic images
KINDS = {"new images": (0.0, 0.0), "a tenth near copies": (0.1, 0.3), "all 10% nearer": (1.0, 0.9)}  # share, noise


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--trials", type=int, default=400)
    args = made.parse_args()
    print("dimensions\ttraining\theld out\tsynthetic\tgenerator\tneighbours\tmean\tsd\tbelow -1.64\tbelow -3")
    for shape in SHAPES:
        for sizes in SIZES:
            for kind, (share, noise) in KINDS.items():
                trials = [
                    draw(np.random.default_rng([seed, *shape, *sizes]), *shape, sizes, share, noise)
                    for seed in range(args.trials)
                ]
                for word, score in (("own cell", data_copying), ("all", among_all)):
                    scores = np.array([score(*each) for each in trials], dtype=float)
                    cells = [f"{scores.mean():.2f}", f"{scores.std():.2f}"]
                    cells += [f"{(scores < limit).mean():.3f}" for limit in (-1.64, -3)]
                    print(shape[0], *sizes, kind, word, *cells, sep="\t", flush=True)


def draw(
    random: np.random.Generator, d: int, components: int, sizes: tuple[int, int, int], share: float, noise: float
) -> list[np.ndarray]:
    """Features of training (n, d), held-out (l, d) and synthetic images (m, d)."""
    centres = random.normal(size=(components, d)) * 3 / d**0.25
    rows = [centres[random.integers(components, size=n)] + random.normal(size=(n, d)) for n in sizes]
    count = round(share * sizes[2])
    copied = rows[0][random.integers(sizes[0], size=count)]
    if share < 1:
        rows[2][:count] = copied + noise * random.normal(size=(count, d))
    else:
        rows[2] = (1 - noise) * copied + noise * rows[2]
    return rows


def among_all(training: np.ndarray, held_out: np.ndarray, synthetic: np.ndarray) -> float:
    """C_T of the same cells, with the nearest of all training images."""
    centres = k_means(training, min(CELLS, len(held_out) // CELL_IMAGES))
    of_held, of_made = nearest(held_out, training)[1], nearest(synthetic, training)[1]
    own, other = nearest(held_out, centres)[0], nearest(synthetic, centres)[0]
    total, weight = 0.0, 0
    for cell in range(len(centres)):
        here, there = of_held[own == cell], of_made[other == cell]
        z = mann_whitney(there, here) if len(there) >= CELL_IMAGES else None
        if z is not None:
            total, weight = total + len(here) * z, weight + len(here)
    return total / weight if weight else float("nan")


if __name__ == "__main__":
    main()
