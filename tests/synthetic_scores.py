"""Rows of scores for tests: every number has a plain default, and a test names those that it is about."""

from augury.tables.columns import names
from augury.tables.synthetic import ScoreRow

_TEXTS = {"split": "fold0", "generator": "dcgan", "family": "dcgan", "start": "scratch", "selection": "random"}
_NUMBERS = {"seed": 0, "kimg": 100.0, "truncation": 1.0, "n_real": 40, "n_synthetic": 500, "n_reference": 12}


def score_row(**cells) -> ScoreRow:
    """A score with the given cells; scores that are not given are empty."""
    plain = dict.fromkeys(name for name in names(ScoreRow) if name != "class") | _TEXTS | _NUMBERS
    plain |= {
        "class_": "Calanoida",
        "best": False,
        "agreed": False,
        "circular": False,
        "leaked": False,
        "extractor": "lite0",
        "reference": "validation",
    }
    return ScoreRow(**(plain | cells))
