"""Rows of verdict.tsv, with what a test does not care about filled in."""

import dataclasses

from augury.tables.verdict import ALL, UNDERPOWERED, VerdictRow


def verdict_row(**cells) -> VerdictRow:
    """A row on accuracy over all classes."""
    empty = dict.fromkeys(field.name for field in dataclasses.fields(VerdictRow))
    usual = {
        "arm": "dcgan", "baseline": "real", "classifier": "lite0", "class_": ALL, "measure": "accuracy",
        "word": UNDERPOWERED, "leaked": False, "n_splits": 5, "n_runs": 15, "n_specimens": 216, "margin": 0.01,
        "target_difference": 0.05, "family": "primary", "n_train": 173.0, "here_low": 0.008, "here_high": 0.034,
        "here_p": 0.004, "chance_hurts": 0.001, "chance_within": 0.12, "chance_helps": 0.879,
        "n_generators": 5, "difference": 0.021, "low": 0.003, "high": 0.039, "p": 0.02, "p_holm": 0.031,
        "decided_by": "specimens",
    }  # fmt: skip
    return VerdictRow(**(empty | usual | cells))
