"""From the predictions of runs to the rows of coverage.tsv: limits by validation images, counted on test images."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from augury.metrics import abstention, conformal
from augury.metrics.intervals import share_interval
from augury.metrics.temperature import at_temperature
from augury.metrics.temperature_prior import fit_with_prior
from augury.splits.identity import specimen_key
from augury.tables.coverage import ALL, CoverageRow
from augury.tables.predictions import Predictions, Run

STATED, STATED_ERROR = 0.9, 0.05  # what predict_images promises by default


@dataclass(frozen=True, slots=True)
class Promised:
    """What is said of n test images."""

    labels: np.ndarray  # (n,) int, of their true classes
    images: np.ndarray  # (n,) names
    specimens: np.ndarray  # (n,) keys of specimens
    sets: np.ndarray  # (n, K) bool: the classes that each may be of
    wrong: np.ndarray  # (n,) bool: whether the class that is called is another
    bounded: np.ndarray  # (n,) bool: whether the validation images of its run suffice for an abstention
    answered: np.ndarray  # (n,) bool: whether they do, and the answer stands

    def where(self, chosen: np.ndarray) -> "Promised":
        """Some of them."""
        return Promised(*(getattr(self, name)[chosen] for name in self.__slots__))

    @classmethod
    def together(cls, several: "Sequence[Promised]") -> "Promised":
        """Of several runs."""
        return cls(*(np.concatenate([getattr(each, name) for each in several]) for name in cls.__slots__))


def summarise_coverage(runs: Sequence[tuple[Run, Predictions]], leaked: bool) -> list[CoverageRow]:
    """Rows of the runs of one arm and classifier, all classes first; none where no run supports a promise."""
    seen = [(promised, table) for _, table in runs if (promised := promised_of(table)) is not None]
    if not seen:
        return []
    run, classes = runs[0][0], runs[0][1].classes
    everything = Promised.together([promised for promised, _ in seen])
    shared: dict[str, Any] = {
        "arm": run.arm,
        "classifier": run.classifier,
        "leaked": leaked,
        "stated": STATED,
        "n_runs": len(seen),
        "n_validation": float(np.mean([len(set(_keys(table.of("validation")))) for _, table in seen])),
        "stated_error": STATED_ERROR,
        "n_answering": sum(bool(promised.bounded.all()) for promised, _ in seen),
    }
    rows = []
    for label, class_ in enumerate([ALL, *classes], start=-1):
        here = everything if class_ == ALL else everything.where(everything.labels == label)
        if len(here.labels):
            rows.append(CoverageRow(class_=class_, **shared, **_counted(here)))
    return rows


def _counted(here: Promised) -> dict[str, Any]:
    sizes, stands = here.sets.sum(axis=1), here.where(here.answered)
    return {
        "n_images": len(set(here.images.tolist())),
        "n_specimens": len(set(here.specimens.tolist())),
        **_share("coverage", here.sets[np.arange(len(here.labels)), here.labels], here.specimens),
        "set_size": float(sizes.mean()),
        "single": float((sizes == 1).mean()),
        "answered": float(here.answered[here.bounded].mean()) if here.bounded.any() else None,
        **_share("error", stands.wrong, stands.specimens),
    }


def _share(name: str, values: np.ndarray, specimens: np.ndarray) -> dict[str, float | None]:
    # The share of ones and the ends of its interval; None where nothing tells.
    known = share_interval(values, specimens) if len(values) else (math.nan,) * 3
    names = (name, f"{name}_low", f"{name}_high")
    return {each: None if math.isnan(value) else value for each, value in zip(names, known, strict=True)}


def promised_of(table: Predictions) -> Promised | None:
    """Of a run's test images; None where there are none, or where no set is promised."""
    known, new = table.of("validation"), table.of("test")
    if not len(new.labels) or not len(known.labels):
        return None
    temperature = fit_with_prior(known.probabilities, known.labels).temperature
    of_known, of_new = (at_temperature(part.probabilities, temperature) for part in (known, new))
    true, best = of_known[np.arange(len(known.labels)), known.labels], of_known.max(axis=1)
    weights = conformal.shares(_keys(known))
    least = conformal.least_probabilities(true, known.labels, weights, len(table.classes), STATED)
    if not least.any():
        return None
    confidence = abstention.least_confidence(best, true < best, weights, STATED_ERROR)
    return Promised(
        labels=new.labels,
        images=new.sha256,
        specimens=np.array(_keys(new)),
        sets=conformal.prediction_sets(of_new, least),
        wrong=of_new.argmax(axis=1) != new.labels,
        bounded=np.full(len(new.labels), math.isfinite(confidence)),
        answered=abstention.stands(of_new.max(axis=1), confidence),
    )


def _keys(table: Predictions) -> list[str]:
    return list(map(specimen_key, (table.classes[label] for label in table.labels), table.specimen.tolist()))
