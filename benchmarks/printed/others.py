"""Tables with one row per arm and seed, and the reports of scikit-learn."""

import warnings
from fractions import Fraction

import numpy as np

from printed.matrices import (
    MEASURES,
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


def of_arms(rng: np.random.Generator) -> Table:
    """One row per arm and seed, and each arm's mean; each seed one run, or folds averaged or pooled."""
    sizes, made = draw_sizes(rng, int(rng.choice([2, 3, 5, 8]))), style(rng)
    kind = str(rng.choice(["one", "one", "stratified", "chance"]))
    pooled, weighted = bool(rng.random() < 0.3) or kind == "one", bool(rng.random() < 0.3)
    leave_out = bool(rng.random() < 0.3) and not weighted
    n, means = (
        str(rng.choice(["", "tested", "whole"])),
        str(rng.choice(["plain", "plain", "of printed", "f1 of means"])),
    )
    seeds = int(rng.integers(2, 6))
    names = range(seeds) if rng.random() < 0.7 else sorted(rng.choice(3000, size=seeds, replace=False))
    measures = ["accuracy", *MEASURES][: 1 if rng.random() < 0.4 else 4]
    by_fold = draw_runs(rng, sizes, kind)
    rows, left_out = [], False
    for arm in ("real", "gan", "copies")[: rng.integers(1, 4)]:
        exact, printed = [], []
        for name in names:
            runs = matrices(rng, by_fold, len(by_fold), True)
            overall = [_overall(matrix, weighted, leave_out) for matrix in ([sum(runs)] if pooled else runs)]
            left_out |= leave_out and any(gap for _, gap in overall)
            exact.append({key: mean([each[key] for each, _ in overall], False) for key in measures})
            printed.append({key: made.rounded(value) for key, value in exact[-1].items()})
            count = sizes.sum() * (5 if n == "whole" else 1)
            cells = {key: made.text(value) for key, value in printed[-1].items()}
            rows.append({"arm": arm, "seed": str(name), "n": str(count) if n else "", **cells})
        averaged = printed if means == "of printed" else exact
        average = {key: mean([each[key] for each in averaged], False) for key in measures}
        if means == "f1 of means" and "f1" in average:
            average["f1"] = harmonic(average["precision"], average["recall"])
        rows.append({"arm": arm, "seed": "mean"} | {key: made.text(made.rounded(v)) for key, v in average.items()})
        if rng.random() < 0.3:
            rows.append({"arm": arm, "seed": "std"} | dict.fromkeys(measures, made.text(Fraction(2, 100))))
    for row in rows if made.percent == "column" else ():
        row.update({f"{key} (%)": row.pop(key) for key in measures if key in row})
    columns = [f"{key} (%)" if made.percent == "column" else key for key in measures]
    run = n == "tested" and pooled
    known = {
        "run": run, "alike": not left_out, "each_alike": means != "f1 of means", "of_seeds": means != "f1 of means",
        "single run": run and kind == "one",
    }  # fmt: skip
    facts = {key for key, holds in known.items() if holds} | rounding(made)
    return Table(["arm", "seed", "n", *columns], rows, facts, made.rule, "arms and seeds")


def _overall(matrix: np.ndarray, weighted: bool, leave_out: bool) -> tuple[dict[str, Fraction], bool]:
    """Accuracy and the averages over classes of one run, and whether a class lacks a denominator."""
    each, sizes = measured(matrix), matrix.sum(axis=1).tolist()
    gap = any(None in row.values() for row in each)
    total = {"accuracy": accuracy(matrix)}
    for name in MEASURES:
        values = [row[name] for row in each]
        if weighted:
            total[name] = sum((n * (v or 0) for n, v in zip(sizes, values, strict=True)), Fraction(0)) / sum(sizes)
        else:
            total[name] = mean(values, leave_out)
    return total, gap


def report(rng: np.random.Generator) -> Table:
    """What scikit-learn prints of one run; without all labels it has a row `micro avg` in place of the accuracy."""
    from sklearn.metrics import classification_report

    sizes = draw_sizes(rng, int(rng.choice([2, 3, 5, 10])))
    (matrix,) = matrices(rng, sizes[None], 1, True)
    truth, answers = (axis.repeat(matrix.ravel()) for axis in np.indices(matrix.shape).reshape(2, -1))
    subset = len(sizes) > 2 and rng.random() < 0.3
    labels = list(range(len(sizes) - subset))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names = [f"class {each}" for each in labels]
        digits = int(rng.integers(2, 5))
        text = classification_report(truth, answers, labels=labels, target_names=names, digits=digits, zero_division=0)
    facts = {"run", "total", "own_f1", "answers", "alike", "share", "weighed", "same", "mean", "by_n", "between"}
    facts |= {"nearest", "one rule", "once", "runs whole", "single run"}
    facts |= {"equal"} if np.ptp(sizes) == 0 else set()
    facts |= set() if subset else {"closed", "closed_n"}
    return Table([], [], facts, "format", "report", text)
