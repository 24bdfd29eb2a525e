"""Tables with one row per class, as their authors decide to print confusion matrices."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from printed.matrices import (
    MEASURES,
    Style,
    Table,
    accuracy,
    draw_runs,
    draw_sizes,
    harmonic,
    matrices,
    mean,
    measured,
    rounding,
    style,
)

_LABELS = {
    "macro": ("macro avg", "Macro average", "macro-avg"),
    "weighted": ("weighted avg", "Weighted average"),
    "micro": ("micro avg",),
    "mean": ("mean", "Average", "all", "overall"),
}


@dataclass
class Plan:
    """What the authors of a table of classes decided."""

    sizes: np.ndarray  # (runs, classes)
    runs: str  # one, seeds, stratified, chance
    closed: bool
    combined: str  # one, pooled, mean, mean of printed
    leave_out: bool  # of means, what has no denominator
    f1: str  # own, of means, copied
    n: str  # "", tested, whole
    accuracy: str  # "", share, macro, elsewhere
    averages: list[str]
    measures: list[str]
    style: Style

    @property
    def tested(self) -> np.ndarray:
        """What n counts where it counts what was tested: seeds share their images."""
        return self.sizes[0] if self.runs == "seeds" else self.sizes.sum(axis=0)

    @property
    def one_set(self) -> bool:
        """Whether one confusion matrix gives all numbers."""
        return self.combined in ("one", "pooled")


def plan(rng: np.random.Generator) -> Plan:
    """Decisions of any authors."""
    classes = int(rng.choice([2, 3, 3, 4, 6, 10, 16]))
    runs = str(rng.choice(["one", "one", "seeds", "stratified", "chance"]))
    sizes = draw_runs(rng, draw_sizes(rng, classes), runs)
    combined = "one" if runs == "one" else str(rng.choice(["pooled", "mean", "mean", "mean of printed"]))
    allowed = ["macro", "weighted", "mean"] + ["micro"] * (combined in ("one", "pooled"))
    averages = [name for name in allowed if rng.random() < 0.35]
    measures = [[*MEASURES], [*MEASURES], [*MEASURES], ["recall"], ["precision", "recall"], ["recall", "f1"]]
    return Plan(
        sizes, runs, bool(rng.random() < 0.85), combined, bool(rng.random() < 0.3),
        str(rng.choice(["own", "own", "of means", "copied"])), str(rng.choice(["", "tested", "tested", "whole"])),
        str(rng.choice(["", "share", "share", "share", "macro", "elsewhere"])), averages,
        measures[rng.integers(len(measures))], style(rng),
    )  # fmt: skip


def of_classes(rng: np.random.Generator) -> Table:
    """One row per class."""
    return print_classes(plan(rng), rng)


def two_arms(rng: np.random.Generator) -> Table:
    """Two such tables in one file, told apart by a column or only by beginning anew."""
    decided = plan(rng)
    first, second = print_classes(decided, rng), print_classes(decided, rng)
    if rng.random() < 0.6:
        first.columns = ["arm", *first.columns]
        for table, arm in ((first, "real"), (second, "gan")):
            table.rows = [{"arm": arm, **row} for row in table.rows]
    first.rows += second.rows
    first.facts &= second.facts
    first.shape = "two arms"
    return first


def print_classes(decided: Plan, rng: np.random.Generator) -> Table:
    """The numbers of new matrices under these decisions."""
    made, runs = decided.style, matrices(rng, decided.sizes, len(decided.sizes), decided.closed)
    classes, left_out = _combine(decided, runs)
    for each in classes:
        if decided.f1 != "own":
            each["f1"] = harmonic(each["precision"], each["recall"])
    shown = [{name: made.rounded(each[name]) for name in MEASURES} for each in classes]
    if decided.f1 == "copied":
        for each in shown:
            each["f1"] = made.rounded(harmonic(each["precision"], each["recall"]))
    n = decided.tested * (5 if decided.n == "whole" else 1)
    unit = " (%)" if made.percent == "column" else ""
    columns = {name: f"{'F1-score' if name == 'f1' else name}{unit}" for name in (*decided.measures, "accuracy")}
    rows = []
    for index, each in enumerate(shown):
        cells = {columns[name]: made.text(each[name]) for name in decided.measures}
        rows.append({"class": f"genus {index}", "n": str(n[index]) if decided.n else "", **cells})
    if decided.accuracy:
        value = made.text(made.rounded(_accuracy(decided, runs, classes, rng)))
        odd = "f1" in decided.measures and rng.random() < 0.5
        rows.append({"class": "accuracy" if odd else "all", columns["f1" if odd else "accuracy"]: value})
    copied = decided.f1 == "of means"
    for name in decided.averages:
        average = _average(name, classes, sum(runs), decided.tested, rng)
        if copied and name != "micro":
            average["f1"] = harmonic(average["precision"], average["recall"])
        cells = {columns[each]: made.text(made.rounded(average[each])) for each in decided.measures}
        rows.append({"class": str(rng.choice(_LABELS[name])), **cells})
    header = ["class"] + ["n"] * bool(decided.n) + [columns[name] for name in (*decided.measures, "accuracy")]
    return Table(header, rows, _facts(decided, left_out), made.rule, f"classes, {decided.combined}")


def _combine(decided: Plan, runs: list[np.ndarray]) -> tuple[list[dict[str, Fraction]], bool]:
    """Each class's measures over all runs, and whether a run was left out of one of them."""
    if decided.one_set:
        return [{name: value or Fraction(0) for name, value in each.items()} for each in measured(sum(runs))], False
    by_run = [measured(matrix) for matrix in runs]
    left_out = decided.leave_out and any(None in each.values() for run in by_run for each in run)
    if decided.combined == "mean of printed":
        printed = decided.style.rounded
        by_run = [[{k: v if v is None else printed(v) for k, v in each.items()} for each in run] for run in by_run]
    return [
        {name: mean([run[index][name] for run in by_run], decided.leave_out) for name in MEASURES}
        for index in range(len(runs[0]))
    ], left_out


def _accuracy(decided: Plan, runs: list[np.ndarray], classes: list[dict], rng: np.random.Generator) -> Fraction:
    if decided.accuracy == "macro":
        return mean([each["recall"] for each in classes], False)
    if decided.accuracy == "elsewhere":
        near = accuracy(sum(runs)) + Fraction(int(rng.integers(-60, 61)), 1000)
        return min(max(near, Fraction(1, 20)), Fraction(1))
    if decided.one_set:
        return accuracy(sum(runs))
    tested = [accuracy(run) for run in runs if run.sum()]
    printed = decided.style.rounded if decided.combined == "mean of printed" else lambda share: share
    return mean([printed(share) for share in tested], False)


def _average(name: str, classes: list[dict], pooled: np.ndarray, n: np.ndarray, rng: np.random.Generator) -> dict:
    if name == "micro":
        hits, true, called = int(np.trace(pooled)), int(pooled.sum()), int(pooled[:, : len(pooled)].sum())
        shares = (Fraction(hits, max(called, 1)), Fraction(hits, true), Fraction(2 * hits, true + called))
        return dict(zip(MEASURES, shares, strict=True))
    weights = [1] * len(classes) if name == "macro" or (name == "mean" and rng.random() < 0.5) else n.tolist()
    total = sum(weights)
    return {each: sum(w * row[each] for w, row in zip(weights, classes, strict=True)) / total for each in MEASURES}


def _facts(decided: Plan, left_out: bool) -> set[str]:
    run = decided.n == "tested" and (
        decided.runs == "one" or (decided.combined == "pooled" and decided.runs != "seeds")
    )
    one_set = decided.one_set
    shares = decided.sizes / np.maximum(decided.sizes.sum(axis=1, keepdims=True), 1)
    same = one_set or bool(np.ptp(shares, axis=0).max() < 1e-12)
    even = (one_set and bool(np.ptp(decided.sizes.sum(axis=0)) == 0)) or bool(np.ptp(decided.sizes, axis=1).max() == 0)
    share = decided.accuracy == "share"
    known = {
        "run": run, "total": run, "own_f1": run and decided.f1 != "copied", "answers": one_set, "alike": not left_out,
        "share": run and share, "weighed": bool(decided.n) and same and share,
        "equal": even and (share or decided.accuracy == "macro"),
        "same": same and (share or decided.accuracy == "macro"), "macro": decided.accuracy == "macro",
        "mean": decided.f1 != "of means", "by_n": bool(decided.n) and decided.f1 != "of means",
        "between": decided.f1 != "of means", "closed_n": run and decided.closed, "closed": one_set and decided.closed,
        "single run": run and decided.runs == "one" and decided.accuracy != "elsewhere",
    }  # fmt: skip
    return {name for name, holds in known.items() if holds} | rounding(decided.style, decided.combined)
