"""The scores of a generator's images by one network after another, from features of these and of real images."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from augury.command.errors import UserError
from augury.command.script import tell
from augury.scores.drawn import drawn_with, read_drawn
from augury.scores.features import held_out_features, training_features
from augury.scores.judges import is_circular
from augury.scores.naming import metric_names
from augury.scores.neighbours import find_neighbours
from augury.scores.sample import RealImages
from augury.scores.scoring import choose_best, score_variant
from augury.scores.variants import END, parse_variant
from augury.splits.guard import check_parts
from augury.tables.rows import SplitRow
from augury.tables.synthetic import NeighbourRow, ScoreRow

Pair = tuple[np.ndarray, np.ndarray]


def score_by_network(
    features: Sequence[tuple[Path, Path]],
    rows_path: Path,
    split: Path,
    tested: Sequence[SplitRow],
    about: dict[str, Any],
    class_: str,
    looked_through: Sequence[str],
    fingerprints: Callable[[Path], Pair | None],
) -> tuple[list[ScoreRow], list[NeighbourRow]]:
    """A row for each network and variant, and the nearest pairs of the end in the first network that may judge.

    features: of the drawn images (.npz) and of the pack (.npy), for each network. fingerprints: of training and drawn
    images, given the former's file; both are asked for once, for they are no matter of networks.
    """
    made: list[ScoreRow] = []
    names = [drawn_with(drawn) for drawn, _ in features]
    circular = [is_circular(name, looked_through) for name in names]
    own = circular.index(False) if False in circular else 0
    neighbours: list[NeighbourRow] = []
    for number, (drawn, pack) in enumerate(features):
        train, validation = training_features(pack, rows_path, split), held_out_features(pack, rows_path, split)
        check_parts([*train.rows, *validation.rows], tested, "enforce", f"scores of {class_}")
        real = RealImages(train.values, train.specimens, validation.values, validation.specimens)
        for name, synthetic in read_drawn(drawn):
            if synthetic.shape[1] != train.values.shape[1]:
                raise UserError(
                    f"{pack} has {train.values.shape[1]} features per image and {drawn} {synthetic.shape[1]}; "
                    "extract both with one network"
                )
            prints = fingerprints(drawn) if name == END and number == own else None
            row = score_variant(
                real, synthetic, parse_variant(name), names[number], about, class_,
                fingerprints=prints, circular=circular[number],
            )  # fmt: skip
            if name == END and number == own:
                neighbours = find_neighbours(train, synthetic, about, class_)
            tell(f"{about['generator']}/{class_}/{name}: {describe(row)}")
            made.append(row)
    return choose_best(made), neighbours


def describe(row: ScoreRow) -> str:
    """The two distances of a row in words."""
    if row.frechet_distance is None:
        return "not scored"
    frechet, kernel = metric_names(row.extractor)
    return f"{frechet} {row.frechet_distance:.4g}, {kernel} {row.kid:.4g}{', circular' if row.circular else ''}"
