"""Rows of per_class.tsv in which no number counts but F1."""

import dataclasses

from augury.tables.per_class import PerClassRow


def per_class_row(
    class_: str,
    f1: float | None,
    arm: str = "real",
    classifier: str = "probe",
    split: str = "all",
    seed: str = "all",
    part: str = "test",
) -> PerClassRow:
    """Without an F1 there is none; its interval reaches a tenth to either side."""
    empty = dict.fromkeys(field.name for field in dataclasses.fields(PerClassRow))
    named = {"class_": class_, "arm": arm, "classifier": classifier, "split": split, "seed": seed, "part": part}
    counted = {"n_runs": 1, "support": 9, "n_specimens": 9, "leaked": False}
    ends = {} if f1 is None else {"f1": f1, "f1_low": f1 - 0.1, "f1_high": f1 + 0.1}
    return PerClassRow(**empty | named | counted | ends)
