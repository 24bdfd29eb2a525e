"""The rows of scores.tsv: how good the images are that a generator draws for a class, a row a variant of it."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from augury.command.script import tell
from augury.scores import extrapolation, kernel, memorisation, vendi
from augury.scores.frechet import LEAST_IMAGES, frechet_with_interval, half_distances
from augury.scores.manifold import NEIGHBOURS, manifold
from augury.scores.variants import Variant
from augury.tables.synthetic import ScoreRow

LEAST_REFERENCE = 20  # validation images that can choose among snapshots
_MANY_IMAGES = 1000  # halves of so many real images vary little: few halvings do

Cells = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class RealImages:
    """Features of a class's real images: (n, d) and (l, d), and the specimens of each, (n,) and (l,)."""

    train: np.ndarray
    train_specimens: np.ndarray
    validation: np.ndarray
    validation_specimens: np.ndarray

    @property
    def reference(self) -> tuple[str, np.ndarray, np.ndarray]:
        """The part that chooses among snapshots, its features and specimens."""
        if len(self.validation) >= LEAST_REFERENCE:
            return "validation", self.validation, self.validation_specimens
        return "train", self.train, self.train_specimens


def score_variant(
    real: RealImages,
    synthetic: np.ndarray,
    variant: Variant,
    extractor: str,
    about: Mapping[str, Any],
    class_: str,
    seed: int = 0,
) -> ScoreRow:
    """All scores of features (m, d) of a variant's images. What too few images cannot tell is None; the log says why.

    about: the generator.json. extractor: as the tables record it. The row is not `best` until `choose_best` says so.
    """
    name, reference, specimens = real.reference
    label = f"{about['generator']}/{class_}/{variant}"
    cells: Cells = {
        "split": about["split"],
        "generator": about["generator"],
        "family": about["family"],
        "start": about.get("start", "scratch"),
        "selection": "random",
        "seed": about["seed"],
        "class_": class_,
        "snapshot": variant.snapshot,
        "kimg": kimg_at(about, variant.snapshot),
        "truncation": variant.truncation,
        "best": False,
        "leaked": bool(about["leaked"]),
        "n_real": len(real.train),
        "n_synthetic": len(synthetic),
        "extractor": extractor,
        "reference": name,
        "n_reference": len(reference),
    }
    least = min(len(real.train), len(synthetic))
    if least < LEAST_IMAGES:
        tell(
            f"{label}: no scores, for there are {len(real.train)} training and {len(synthetic)} synthetic images "
            f"and {LEAST_IMAGES} of each are needed"
        )
    else:
        cells |= _frechet(real, synthetic, label, seed)
        cells |= _kernel(real, reference, specimens, synthetic, label)
        cells |= _manifold(real, synthetic, label)
        cells |= _diversity(real, synthetic, seed)
        cells |= _copies(real, synthetic, label, seed)
    plain: dict[str, Any] = dict.fromkeys(field.name for field in dataclasses.fields(ScoreRow))
    return ScoreRow(**plain | {key: _plain(value) for key, value in cells.items()})


def choose_best(rows: Sequence[ScoreRow]) -> list[ScoreRow]:
    """The rows with `best` set on the one of the smallest kid_reference at truncation 1; the earlier one of equals.

    Without any such distance no row is the best.
    """
    distances = [(row.kid_reference if row.truncation == 1 else None, place) for place, row in enumerate(rows)]
    best = min(((distance, place) for distance, place in distances if distance is not None), default=(0.0, -1))
    return [dataclasses.replace(row, best=place == best[1]) for place, row in enumerate(rows)]


def kimg_at(about: Mapping[str, Any], snapshot: int | None) -> float:
    """Thousands of real images that the training had passed through at a snapshot, or at its end for None."""
    return float(about["kimg"] if snapshot is None else about["snapshot_kimg"][str(snapshot)])


def _frechet(real: RealImages, synthetic: np.ndarray, label: str, seed: int) -> Cells:
    cells = _measured("frechet", frechet_with_interval(real.train, synthetic, real.train_specimens))
    cells["frechet_distance"] = cells.pop("frechet")
    infinity = extrapolation.frechet_infinity(real.train, synthetic, seed)
    if infinity:
        cells |= _measured("frechet_infinity", infinity)
    else:
        tell(
            f"{label}: no distance for infinitely many images, for {len(synthetic)} are too few to extrapolate from "
            f"(at least {extrapolation.LEAST_IMAGES})"
        )
    halvings = 10 if len(real.train) < _MANY_IMAGES else 3
    halves = half_distances(real.train, synthetic, real.train_specimens, halvings, seed)
    if halves:
        cells["n_half"], cells["frechet_real"], cells["frechet_half"] = halves
    else:
        tell(f"{label}: the training images are too few specimens to halve, so there is no distance among them")
    return cells


def _kernel(real: RealImages, reference: np.ndarray, specimens: np.ndarray, synthetic: np.ndarray, label: str) -> Cells:
    drawn = kernel.kernel_distance(real.train, synthetic)
    within = kernel.within_means(synthetic)
    whole = kernel.kernel_distance_interval(real.train, synthetic, real.train_specimens, within)
    chosen = whole
    if reference is real.train:
        tell(
            f"{label}: snapshots are compared on training images, for {len(real.validation)} validation images are "
            f"fewer than {LEAST_REFERENCE}"
        )
    else:
        chosen = kernel.kernel_distance_interval(reference, synthetic, specimens, within)
    return {
        "kid": drawn.mean,
        "kid_sd": drawn.sd,
        "kid_low": whole.low,
        "kid_high": whole.high,
        "kid_subsets": drawn.subsets,
        "kid_subset_size": drawn.subset_size,
    } | _measured("kid_reference", (chosen.value, chosen.low, chosen.high))


def _manifold(real: RealImages, synthetic: np.ndarray, label: str) -> Cells:
    found = manifold(real.train, synthetic, real.train_specimens)
    if found.neighbours < NEIGHBOURS:
        tell(f"{label}: neighbourhoods reach to neighbour {found.neighbours} and not {NEIGHBOURS}: the images are few")
    cells: Cells = {"neighbours": found.neighbours}
    for name in ("precision", "recall", "density", "coverage"):
        cells |= _measured(name, getattr(found, name))
    return cells


def _diversity(real: RealImages, synthetic: np.ndarray, seed: int) -> Cells:
    # Random rows and not the first: real images stand in the order of their specimens.
    count = min(len(real.train), len(synthetic), vendi.LIMIT)
    random = np.random.default_rng(seed)
    drawn = [rows[np.sort(random.permutation(len(rows))[:count])] for rows in (real.train, synthetic)]
    scores = _measured("vendi", vendi.vendi_interval(drawn[1]))
    return {"n_vendi": count, "vendi_real": vendi.vendi_score(drawn[0])} | scores


def _copies(real: RealImages, synthetic: np.ndarray, label: str, seed: int) -> Cells:
    found = memorisation.training_neighbours(real.train, synthetic, real.train_specimens)
    cells: Cells = {}
    if np.isfinite(found.kin).all():
        cells = _measured("authentic", memorisation.authentic_share(found))
    else:
        tell(f"{label}: no share of authentic images, for the training images are of a single specimen")
    held_out = len(real.validation)
    score = memorisation.copying(real.train, real.validation, synthetic, seed, found.distances) if held_out else None
    if score is None:
        tell(f"{label}: no test for copies, for {held_out} validation images cannot be compared with synthetic ones")
        return cells
    return cells | {"copying": score, "n_copying": held_out}


def _measured(name: str, found: tuple[float, float, float]) -> Cells:
    return dict(zip((name, f"{name}_low", f"{name}_high"), found, strict=True))


def _plain(value: Any) -> Any:
    # Cells are Python's own numbers, and empty where a number is not known.
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and np.isnan(value) else value
