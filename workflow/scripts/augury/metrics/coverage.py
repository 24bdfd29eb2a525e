"""From the predictions of runs to the rows of coverage.tsv: sets by validation images, counted on test images."""

import math
from collections.abc import Sequence

import numpy as np

from augury.metrics import conformal
from augury.metrics.intervals import share_interval
from augury.metrics.temperature import at_temperature
from augury.metrics.temperature_prior import fit_with_prior
from augury.splits.identity import specimen_key
from augury.tables.coverage import ALL, CoverageRow
from augury.tables.predictions import Predictions, Run

STATED = 0.9  # what predict_images promises by default


def summarise_coverage(runs: Sequence[tuple[Run, Predictions]], leaked: bool) -> list[CoverageRow]:
    """Rows of the runs of one arm and classifier, all classes first; none where no run supports a promise."""
    seen = [(table.of("test"), sets) for _, table in runs if (sets := sets_of(table)) is not None]
    if not seen:
        return []
    run, classes = runs[0][0], runs[0][1].classes
    sets = np.concatenate([each for _, each in seen])
    labels, images, names = (
        np.concatenate([getattr(table, name) for table, _ in seen]) for name in ("labels", "sha256", "specimen")
    )
    specimens = np.array(list(map(specimen_key, (classes[label] for label in labels), names.tolist())))
    validation = np.mean([_specimens(table.of("validation")) for _, table in runs if sets_of(table) is not None])
    rows = []
    for label, class_ in enumerate([ALL, *classes], start=-1):
        here = np.full(len(labels), True) if class_ == ALL else labels == label
        if not here.any():
            continue
        held = sets[here, labels[here]]
        sizes = sets[here].sum(axis=1)
        known = [None if math.isnan(each) else each for each in share_interval(held, specimens[here])]
        rows.append(
            CoverageRow(
                arm=run.arm,
                classifier=run.classifier,
                class_=class_,
                leaked=leaked,
                stated=STATED,
                n_runs=len(seen),
                n_validation=float(validation),
                n_images=len(set(images[here].tolist())),
                n_specimens=len(set(specimens[here].tolist())),
                **dict(zip(("coverage", "coverage_low", "coverage_high"), known, strict=True)),
                set_size=float(sizes.mean()),
                single=float((sizes == 1).mean()),
            )
        )
    return rows


def sets_of(table: Predictions) -> np.ndarray | None:
    """(N, K) bool: the sets of a run's test images; None where there are none, or nothing is promised of them."""
    known, new = table.of("validation"), table.of("test")
    if not len(new.labels) or not len(known.labels):
        return None
    temperature = fit_with_prior(known.probabilities, known.labels).temperature
    true = at_temperature(known.probabilities, temperature)[np.arange(len(known.labels)), known.labels]
    keys = list(map(specimen_key, (table.classes[label] for label in known.labels), known.specimen.tolist()))
    weights = conformal.shares(keys)
    least = conformal.least_probabilities(true, known.labels, weights, len(table.classes), STATED)
    return conformal.prediction_sets(at_temperature(new.probabilities, temperature), least) if least.any() else None


def _specimens(table: Predictions) -> int:
    return len(set(map(specimen_key, (table.classes[label] for label in table.labels), table.specimen.tolist())))
