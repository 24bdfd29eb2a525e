"""From the predictions of runs to the rows of confusions.tsv."""

from collections.abc import Sequence

import numpy as np

from augury.splits.identity import specimen_key
from augury.tables.confusions import ConfusionRow
from augury.tables.predictions import Predictions, Run


def summarise_confusions(runs: Sequence[tuple[Run, Predictions]], leaked: bool) -> list[ConfusionRow]:
    """Rows of the runs of one arm and classifier, the pair with the most wrong answers first.

    Of pairs with equally many, the one with the larger share of its class comes first.
    """
    part = "test" if any((table.part == "test").any() for _, table in runs) else "validation"
    tables = [table.of(part) for _, table in runs]
    classes = runs[0][1].classes
    labels, predicted = (np.concatenate([getattr(table, name) for table in tables]) for name in ("labels", "predicted"))
    images, specimens = (np.concatenate([getattr(table, name) for table in tables]) for name in ("sha256", "specimen"))
    run, answers = runs[0][0], np.bincount(labels, minlength=len(classes))
    rows = []
    for true, said in np.unique(np.stack([labels, predicted])[:, labels != predicted], axis=1).T.tolist():
        here = (labels == true) & (predicted == said)
        wrong, total, shown = int(here.sum()), int(answers[true]), set(images[here].tolist())
        showing = {specimen_key(classes[true], name) for name in specimens[here].tolist()}
        pair = (run.arm, run.classifier, part, leaked, classes[true], classes[said])
        rows.append(ConfusionRow(*pair, wrong, total, wrong / total, len(shown), len(showing)))
    return sorted(rows, key=lambda row: (-row.wrong, row.answers, row.class_, row.predicted))
