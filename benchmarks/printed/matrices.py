"""Tables of real confusion matrices, printed in the ways that publications print them.

Nothing here knows the audit: counts are drawn, measures are worked out as exact fractions, and a table says of
itself what is true of it (its `facts`), by the names of augury.published.audit.hypotheses.Reading and of the words on
rounding.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

import numpy as np

MEASURES = ("precision", "recall", "f1")
RULES = ("half-up", "half-even", "format", "numpy", "single", "truncated", "cut", "ties", "mixed", "twice")
EXACT = {"half-up", "half-even"}  # ties go one way
NEAREST = EXACT | {"format", "numpy", "single", "ties"}


@dataclass
class Table:
    """A table as rows of texts, with what is true of it."""

    columns: list[str]
    rows: list[dict[str, str]]
    facts: set[str] = field(default_factory=set)
    rule: str = "format"
    shape: str = ""
    report: str = ""  # the text itself, where it has no columns

    @property
    def text(self) -> str:
        """What a file of it holds."""
        lines = [self.columns, *([row.get(column, "") for column in self.columns] for row in self.rows)]
        return self.report or "".join("\t".join(line) + "\n" for line in lines)


@dataclass
class Style:
    """How numbers are printed: digits after the point, as shares or as percent, and how they are rounded."""

    digits: int
    percent: str  # "", "sign", "column" or "bare"
    rule: str
    short: bool  # whether zeros at the end are left out
    rng: np.random.Generator

    def rounded(self, share: Fraction) -> Fraction:
        """The number that is printed, as a share."""
        unit = 100 if self.percent else 1
        scale = 10**self.digits
        exact, rule = share * unit * scale, self.rule
        if rule in ("mixed", "ties"):
            rule = self.rng.choice(["half-up", "truncated" if rule == "mixed" else "half-down"])
        if rule == "twice":
            exact, rule = Fraction(floor(exact * 10 + Fraction(1, 2)), 10), "half-up"
        floating = float(share) * unit
        whole = {
            "half-up": lambda: floor(exact + Fraction(1, 2)),
            "half-down": lambda: ceil(exact - Fraction(1, 2)),
            "half-even": lambda: round(exact),
            "format": lambda: Fraction(f"{floating:.{self.digits}f}") * scale,
            "numpy": lambda: Fraction(f"{np.round(floating, self.digits):.{self.digits}f}") * scale,
            "single": lambda: Fraction(f"{np.float32(share) * np.float32(unit):.{self.digits}f}") * scale,
            "truncated": lambda: floor(exact),
            "cut": lambda: int(floating * scale),
        }[rule]()
        return Fraction(whole, unit * scale)

    def text(self, shown: Fraction) -> str:
        """A rounded number's text."""
        shown = shown * (100 if self.percent else 1)
        whole, rest = divmod(int(shown * 10**self.digits), 10**self.digits)
        text = f"{whole}.{rest:0{self.digits}d}" if self.digits else str(whole)
        if self.short and self.digits:
            text = text.rstrip("0") + "0" * text.rstrip("0").endswith(".")
        return text + "%" * (self.percent == "sign")


def style(rng: np.random.Generator) -> Style:
    """Two to four digits, one time in three as percent with none to two."""
    percent = str(rng.choice(["", "", "", "", "sign", "column", "bare"]))
    digits = int(rng.choice([0, 1, 1, 2, 2]) if percent else rng.choice([2, 2, 2, 3, 3, 4]))
    if percent == "bare":
        digits = max(digits, 1)  # 1 of whole percents beside 93 may be read as a share by anyone
    return Style(digits, percent, str(rng.choice(RULES)), bool(rng.random() < 0.15), rng)


def matrices(rng: np.random.Generator, sizes: np.ndarray, runs: int, closed: bool) -> list[np.ndarray]:
    """A confusion matrix for each run; sizes: (runs, classes). Without `closed` the last column is another answer."""
    classes = sizes.shape[1]
    skill = np.clip(rng.beta(*((6, 2) if rng.random() < 0.7 else (2, 2)), size=classes), 0.02, 0.995)
    leaning = rng.dirichlet(np.full(classes + (not closed), 0.7), size=classes)
    made = []
    for run in range(runs):
        rows = []
        for row in range(classes):
            others = leaning[row].copy()
            others[row] = 0
            others = others / others.sum() if others.sum() > 0 else np.eye(len(others))[(row + 1) % len(others)]
            chances = others * (1 - skill[row])
            chances[row] = skill[row]
            rows.append(rng.multinomial(sizes[run, row], chances / chances.sum()))
        made.append(np.array(rows))
    return made


def measured(matrix: np.ndarray) -> list[dict[str, Fraction | None]]:
    """Precision, recall and F1 of each class; None where there is no denominator."""
    rows = []
    for index in range(len(matrix)):
        hits, true, called = int(matrix[index, index]), int(matrix[index].sum()), int(matrix[:, index].sum())
        rows.append(
            {
                "precision": Fraction(hits, called) if called else None,
                "recall": Fraction(hits, true) if true else None,
                "f1": Fraction(2 * hits, true + called) if true + called else None,
            }
        )
    return rows


def accuracy(matrix: np.ndarray) -> Fraction:
    """The share of all that is right."""
    return Fraction(int(np.trace(matrix)), int(matrix.sum()))


def harmonic(precision: Fraction, recall: Fraction) -> Fraction:
    """F1 by its formula."""
    return 2 * precision * recall / (precision + recall) if precision + recall else Fraction(0)


def mean(values: list[Fraction | None], leave_out: bool) -> Fraction:
    """The mean, what has no denominator left out or counted as 0."""
    numbers = (
        [value for value in values if value is not None] if leave_out else [value or Fraction(0) for value in values]
    )
    return sum(numbers, Fraction(0)) / max(len(numbers), 1)


def draw_sizes(rng: np.random.Generator, classes: int) -> np.ndarray:
    """Test images of each class: equal, unequal or with a long tail."""
    kind = str(rng.choice(["equal", "unequal", "tail"]))
    most = int(rng.choice([10, 45, 200, 1000]))
    if kind == "equal":
        return np.full(classes, rng.integers(4, most + 1))
    if kind == "unequal":
        return rng.integers(max(3, most // 3), most + 3, size=classes)
    return np.maximum((most * rng.random(classes) ** 3).astype(int), 1)


def draw_runs(rng: np.random.Generator, sizes: np.ndarray, kind: str) -> np.ndarray:
    """(runs, classes) for one run, seeds on one test part, stratified folds, or folds by chance."""
    if kind == "one":
        return sizes[None]
    runs = int(rng.integers(2, 6))
    if kind == "seeds":
        return np.tile(sizes, (runs, 1))
    if kind == "stratified":
        sizes_of_runs = np.array([[(n + fold) // runs for n in sizes] for fold in range(runs)])
    else:
        sizes_of_runs = np.array([rng.multinomial(n, np.full(runs, 1 / runs)) for n in sizes]).T
    return sizes_of_runs if sizes_of_runs.sum(axis=1).all() else sizes[None]  # too few for so many folds


def rounding(made: Style, combined: str = "") -> set[str]:
    """What is true of how numbers are rounded."""
    known = {
        "one way": made.rule in EXACT,
        "nearest": made.rule in NEAREST,
        "one rule": made.rule != "mixed",
        "once": made.rule != "twice",
        "runs whole": combined != "mean of printed",
    }
    return {name for name, holds in known.items() if holds}
