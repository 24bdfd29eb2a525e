"""How many specimens the classifiers of an arm were trained on and tested on, over all splits."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from augury.splits.identity import specimen_key
from augury.tables.description import read_description
from augury.tables.predictions import read_predictions
from augury.verdict.runs import TEST, Key, Side


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers of specimens behind one classifier's runs."""

    tested: int  # distinct, over all splits
    tested_once: float  # by one split, mean over splits
    trained: float | None  # distinct, over all splits, at least; None where nothing tells
    trained_once: float | None  # by one split, mean over splits; None where nothing tells

    @property
    def test_to_train(self) -> float | None:
        """Test over training specimens of a split."""
        return self.tested_once / self.trained_once if self.trained_once else None

    @property
    def tested_to_trained(self) -> float:
        """Distinct test specimens over distinct training specimens; 1 where nothing tells."""
        return self.tested / self.trained if self.trained else self.tested / self.tested_once


def read_sizes(side: Side, keys: Collection[Key], trained: float | None = None) -> Sizes:
    """From some runs of one classifier: what classifier.json says beside them, and what other splits judged.

    A specimen that one split judges and another does not is trained on there. trained: training specimens of a split,
    where the user knows them.
    """
    judged: dict[str, set] = {}
    tested: dict[str, set] = {}
    stated = []
    for key, path in side.runs.items():
        if key not in keys:
            continue
        record = path.with_name("classifier.json")
        if record.is_file():
            description = read_description(record)
            number, classes = description.get("specimens"), description.get("classes")
            # Others write such files too.
            stated.append(number * len(classes) if isinstance(number, int | float) and isinstance(classes, list) else 0)
        if key.split not in judged:
            table = read_predictions(path)
            judged[key.split], tested[key.split] = (
                set(map(specimen_key, each.labels.tolist(), each.specimen.tolist())) for each in (table, table.of(TEST))
            )
    everything = set().union(*judged.values())
    elsewhere = [len(everything - tested_in) for tested_in in judged.values()]
    once = trained or (float(np.mean(stated)) if stated and min(stated) > 0 else 0.0) or float(np.mean(elsewhere))
    union = max(once, len(everything.difference(set.intersection(*judged.values()))))
    tested_once = float(np.mean([len(tested_in) for tested_in in tested.values()]))
    return Sizes(len(set().union(*tested.values())), tested_once, union or None, once or None)
