"""tables/models.tsv: each classifier of each arm side by side: what it is, what it took and how well it did.

Made of the rows of classification.tsv and of the classifier.json files; nothing is judged anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from augury.tables.classification import ALL, ClassificationRow
from augury.tables.columns import column, estimate, table_row
from augury.tables.declaration import Table, has_classifiers
from augury.tables.grouping import grouped

MEASURES = ("accuracy", "precision", "recall")
_COSTS = ("parameters", "size_mb", "epochs", "seconds", "images_per_second")


@table_row
class ModelRow:
    """The mean over the runs of one arm and classifier. A number's cell may say why there is none."""

    arm: str = column("what the classifier was trained on")
    classifier: str = column("the classifier, or an ensemble, whose costs are the sums of its members'")
    family: str = column("the kind of classifier")
    architecture: str = column("the network")
    eca: str = column("where it has gates of channel attention: per_block, per_stage, in_branch or none")
    pretrained: str = column("the source of the weights that it began with, or no; empty for an ensemble")
    parameters: int | str | None = column("its weights, frozen ones included")
    size_mb: float | str | None = column("size of its file of weights, in MB of 2^20 bytes")
    epochs: int | str | None = column("epochs that it was trained for")
    seconds: float | str | None = column("time of a training, mean over runs")
    images_per_second: float | str | None = column("training images passed through in a second, mean over runs")
    part: str = column("which images were judged: test, or validation where nothing was tested")
    n_runs: int = column("runs behind the row: splits times seeds; where nothing is random, times training sets")
    leaked: bool = column("true where training may have seen images judged here: such a row proves nothing")
    accuracy: float | str | None = estimate("share of the images called rightly")
    precision: float | str | None = estimate("of the images called a class, the share that is of it; mean over classes")
    recall: float | str | None = estimate("of the images of a class, the share that was found; mean over classes")


TABLE = Table(order=50, title="Comparison of models", row=ModelRow, made=has_classifiers)


def model_rows(
    classification: Sequence[ClassificationRow],
    records: Iterable[Mapping[str, Any]],
    not_run: Mapping[str, str] | None = None,
) -> list[ModelRow]:
    """One row per arm and classifier, in the order of `classification`.

    records: the classifier.json of every run; a cell whose key they lack is empty. not_run: classifiers that were not
    trained, with the reason, which stands in all cells of their rows that would hold a number: one row per arm, after
    the arm's others.
    """
    means = [row for row in classification if row.split == ALL]
    part = "test" if any(row.part == "test" for row in means) else "validation"
    runs = grouped(records, lambda record: (str(record.get("arm")), str(record.get("classifier"))))
    made = []
    for arm in dict.fromkeys(row.arm for row in means):
        made += [_row(row, runs.get((arm, row.classifier), [])) for row in means if (row.arm, row.part) == (arm, part)]
        made += [_absent(arm, name, reason) for name, reason in (not_run or {}).items()]
    return made


def _row(row: ClassificationRow, records: Sequence[Mapping[str, Any]]) -> ModelRow:
    first = records[0] if records else {}
    settings = first.get("settings") or {}
    weights = first.get("pretrained")
    numbers: dict[str, Any] = {name: _mean([record.get(name) for record in records]) for name in _COSTS}
    numbers |= {name: getattr(row, name) for name in _cells()}
    return ModelRow(
        arm=row.arm,
        classifier=row.classifier,
        family=str(settings.get("family", "")),
        architecture=str(first.get("architecture", "")),
        eca=str(settings.get("eca", "")),
        pretrained=str(weights["source"]) if weights else "" if "members" in first else "no",
        part=row.part,
        n_runs=row.n_runs,
        leaked=row.leaked,
        **numbers,
    )


def _absent(arm: str, classifier: str, reason: str) -> ModelRow:
    words = dict.fromkeys(("family", "architecture", "eca", "pretrained", "part"), "")
    numbers = dict.fromkeys((*_COSTS, *_cells()), reason)
    return ModelRow(arm=arm, classifier=classifier, **words, n_runs=0, leaked=False, **numbers)


def _cells() -> list[str]:
    return [f"{name}{end}" for name in MEASURES for end in ("", "_low", "_high")]


def _mean(values: Sequence[float | None]) -> float | int | None:
    known = [value for value in values if value is not None]
    if not values or len(known) < len(values):
        return None
    mean = sum(known) / len(known)
    return int(mean) if all(isinstance(value, int) for value in known) and mean == int(mean) else round(mean, 3)
