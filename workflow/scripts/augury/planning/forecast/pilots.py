"""What a plan takes for the noise of a study's comparisons: its own results, a pilot that was asked for, or a bound."""

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from augury.command.errors import UserError
from augury.planning.study import Study
from augury.settings.families import family
from augury.settings.reading import as_json
from augury.tables import measures
from augury.tables.table import read_dicts
from augury.tables.verdict import ALL
from augury.verdict.design import SHARED, Pilot, assumed

MEASURES = ("accuracy", "f1", "auroc")
# What is assumed where nothing is known: accuracy, correlation of two arms' errors, and of a specimen's gains between
# trainings, and the variance of seeds. The first two give variances of a specimen's gain of .08 and .17, as in cells of
# the atlas (six sets, 5 to 20 images per class): arms with a generator had .04 to .19, in the mean .10, beside a probe
# (correlations of .61 to .88, median .75), and .08 to .26, in the mean .16, beside a CNN (.47 to .78, .65). The third
# is of benchmarks/training_variance.py; seeds of a probe hardly differ.
NETWORK, LINEAR = (0.7, 0.6, 0.1, None), (0.8, 0.75, 0.4, 0.0)
# Of other measures beside accuracy: the variance of one specimen's gain, and the share of errors that is left; as of
# probes on sperm heads, whose training parts were halved or drawn anew (1.02 to 1.04, .02 to .26; .4).
FACTORS, LEFT = {"accuracy": 1.0, "f1": 1.1, "auroc": 0.2}, {"accuracy": 1.0, "f1": 1.0, "auroc": 0.4}
NORMAL_95 = 1.959964


@dataclasses.dataclass(frozen=True)
class Pilots:
    """A pilot for each measure, and where they come from."""

    by_measure: Mapping[str, Pilot]
    source: str


def pilots_of(study: Study, classifier: str, baseline: float | None = None) -> Pilots:
    """The best that there is about one classifier; baseline: the accuracy to assume, whatever else is known."""
    linear = is_linear(study, classifier)
    if baseline is None:
        for pilots in (from_results(study, classifier), from_pilot(study) if linear else None):
            if pilots:
                return pilots
    level, agreement, shared, seeds = LINEAR if linear else NETWORK
    guess = assumed(level if baseline is None else baseline, agreement, shared, seeds)
    made = {
        name: dataclasses.replace(
            guess,
            variance=FACTORS[name] * guess.variance,
            baseline=1 - (1 - guess.baseline) * LEFT[name],
            **kind_of(name),
        )
        for name in MEASURES
    }
    return Pilots(made, f"assumed: 1 in {1 / guess.variance:.0f} specimens tells two arms apart")


def kind_of(measure: str) -> dict[str, Any]:
    """What a pilot must know of a measure."""
    return {"counts": measures.MEASURES[measure].counts, "least": measures.MEASURES[measure].least}


def is_linear(study: Study, classifier: str) -> bool:
    """Whether it is a linear layer on frozen features, which is what a pilot tells of."""
    settings = study.config.classifiers.get(classifier)
    return settings is not None and family("classifiers", settings.family).linear


def from_results(study: Study, classifier: str) -> Pilots | None:
    """Of an earlier run of this study: mean over the arms that decide; None where there is none that can be read."""
    tables = Path("results", study.dataset, "tables")
    try:
        verdict = read_dicts(tables / "verdict.tsv")
        differences = read_dicts(tables / "differences.tsv")
        pilots = _measured(verdict, differences, study.primary_arms, classifier)
    except (OSError, UserError, KeyError, ValueError, ZeroDivisionError):
        return None  # a table of another version, or of one that was cut off
    return Pilots(pilots, "measured on this study's results") if pilots else None


def _measured(
    verdict: Sequence[dict[str, str]], differences: Sequence[dict[str, str]], arms: Sequence[str], classifier: str
) -> dict[str, Pilot]:
    by_measure: dict[str, list[Pilot]] = {}
    for arm in arms:
        of_arm = [row for row in verdict if (row["arm"], row["classifier"], row["class"]) == (arm, classifier, ALL)]
        runs = [row for row in differences if (row["arm"], row["classifier"]) == (arm, classifier)]
        if not runs:
            continue
        tested = sum(int(row["n_specimens"]) for row in runs) / len(runs)
        single = sum(
            (int(row["arm_only"]) + int(row["baseline_only"])) / int(row["n_specimens"]) - float(row["accuracy"]) ** 2
            for row in runs
        ) / len(runs)  # fmt: skip
        shared = SHARED
        for row in sorted(of_arm, key=lambda row: row["measure"] != "accuracy"):
            if row["measure"] not in MEASURES or not row["specimen_low"]:
                continue
            n, n_runs = int(row["n_specimens"]), int(row["n_runs"])
            averaged = n * ((float(row["specimen_high"]) - float(row["specimen_low"])) / 2 / NORMAL_95) ** 2
            trainings = n_runs * tested / n  # that test a specimen
            if row["measure"] == "accuracy" and trainings > 1 and single > 0:
                shared = min(max((averaged / single - 1 / trainings) / (1 - 1 / trainings), 0.0), 1.0)
            variance = averaged / (shared + (1 - shared) / trainings)
            own = variance * ((1 - shared) if row["seed_sd"] else 1.0) / tested
            spread = row["seed_sd"] or row["split_sd"]
            seeds = max(0.0, float(spread) ** 2 - own) if spread else None
            by_measure.setdefault(row["measure"], []).append(
                Pilot(variance, float(row["baseline_value"]), shared, seeds)
            )
    return {name: _mean(pilots, kind_of(name)) for name, pilots in by_measure.items()}


def pilot_path(study: Study) -> Path:
    """Where a pilot that was asked for is kept."""
    return Path("results", study.dataset, "images", ".pilot.json")


def pilot_key(study: Study) -> str:
    """Changes with the images and with how they are divided."""
    digests = [study.contents.digest(class_) for class_ in study.classes]
    return hashlib.sha256(as_json([digests, study.config.split, study.pack_settings]).encode()).hexdigest()[:16]


def from_pilot(study: Study) -> Pilots | None:
    """The kept pilot, where it is of these images and this division."""
    try:
        kept = json.loads(pilot_path(study).read_text("utf-8"))
        if kept["key"] == pilot_key(study):
            return Pilots({name: Pilot(**each) for name, each in kept["pilots"].items()}, kept["source"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return None


def keep_pilot(study: Study, pilots: Pilots) -> None:
    """For later plans of these images."""
    path = pilot_path(study)
    path.parent.mkdir(parents=True, exist_ok=True)
    made = {name: dataclasses.asdict(each) for name, each in pilots.by_measure.items()}
    path.write_text(as_json({"key": pilot_key(study), "pilots": made, "source": pilots.source}) + "\n", "utf-8")


def _mean(pilots: Sequence[Pilot], kind: dict[str, Any]) -> Pilot:
    seeds = [each.seeds for each in pilots if each.seeds is not None]
    variance, baseline, shared = (
        math.fsum(getattr(each, name) for each in pilots) / len(pilots) for name in ("variance", "baseline", "shared")
    )
    return Pilot(variance, baseline, shared, math.fsum(seeds) / len(seeds) if seeds else None, **kind)
