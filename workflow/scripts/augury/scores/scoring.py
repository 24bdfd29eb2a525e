"""The rows of scores.tsv: how good the images are that a generator draws for a class, one row per variant of it."""

import dataclasses
import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from augury.command.script import tell
from augury.scores.catalogue import SCORES
from augury.scores.declaration import LEAST_IMAGES
from augury.scores.judges import extractors_of
from augury.scores.sample import Cells, RealImages, Sample
from augury.scores.variants import Variant
from augury.tables.synthetic import ScoreRow


def score_variant(
    real: RealImages,
    synthetic: np.ndarray,
    variant: Variant,
    extractor: str,
    about: Mapping[str, Any],
    class_: str,
    seed: int = 0,
    fingerprints: tuple[np.ndarray, np.ndarray] | None = None,
    circular: bool = False,
) -> ScoreRow:
    """All scores of features (m, d) of a variant's images. What too few images cannot tell is None; the log says why.

    about: the generator.json. extractor: as the tables record it. fingerprints: of training and synthetic images, to
    tell copies by. circular: whether the extractor may not judge this generator. The row is not `best` until
    `choose_best` says so.
    """
    sample = Sample(f"{about['generator']}/{class_}/{variant}", real, synthetic, seed, fingerprints)
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
        "agreed": False,
        "leaked": bool(about["leaked"]),
        "n_real": len(real.train),
        "n_synthetic": len(synthetic),
        "extractor": extractor,
        "circular": circular,
    }
    if sample.size < LEAST_IMAGES:
        tell(
            f"{sample.label}: no scores, for there are {len(real.train)} training and {len(synthetic)} synthetic "
            f"images and {LEAST_IMAGES} of each are needed"
        )
    for name, score in SCORES.items():
        if sample.size >= score.least_images:
            cells |= importlib.import_module(f"augury.scores.{name}.compute").compute(sample)
    plain: dict[str, Any] = dict.fromkeys(field.name for field in dataclasses.fields(ScoreRow))
    return ScoreRow(**plain | {key: _plain(value) for key, value in cells.items()})


def choose_best(rows: Sequence[ScoreRow]) -> list[ScoreRow]:
    """The rows of all networks with `best` set at the snapshot that they choose together, and `agreed` if each does.

    It has the smallest mean rank by kid_reference at truncation 1 over the networks that may judge; of equal ones that
    of the smaller distance in the first network, then the earlier one. Without any such distance there is no best.
    """
    known = [row for row in rows if row.truncation == 1 and row.kid_reference is not None and not row.circular]
    columns = {
        name: {row.snapshot: row.kid_reference for row in known if row.extractor == name}
        for name in extractors_of(known)
    }
    shared = [at for at in dict.fromkeys(row.snapshot for row in known) if all(at in each for each in columns.values())]
    if not shared:
        return list(rows)
    distances = np.array([[each[at] for at in shared] for each in columns.values()])
    ranks = 1 + (distances[:, None, :] < distances[:, :, None]).sum(axis=2)
    index = min(range(len(shared)), key=lambda index: (ranks[:, index].mean(), distances[0, index], index))
    agreed = bool((ranks[:, index] == 1).all())
    return [
        dataclasses.replace(row, best=True, agreed=agreed)
        if row.truncation == 1 and row.snapshot == shared[index] and not row.circular
        else row
        for row in rows
    ]


def kimg_at(about: Mapping[str, Any], snapshot: int | None) -> float:
    """Thousands of real images that the training had passed through at a snapshot, or at its end for None."""
    return float(about["kimg"] if snapshot is None else about["snapshot_kimg"][str(snapshot)])


def _plain(value: Any) -> Any:
    # Cells are Python's own numbers, and empty where a number is not known.
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and np.isnan(value) else value
