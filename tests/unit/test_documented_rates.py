"""Rates that docs/verdict.md quotes are those of the benchmarks' tables."""

import csv
import re

import pytest

from tests.project import ROOT

TEXT = (ROOT / "docs/verdict.md").read_text("utf-8")
NAMES = {
    "27, one holdout, 2 seeds": "27: holdout, 2 seeds",
    "54, one holdout, 3 seeds": "54: holdout, 3 seeds",
    "105, 3 folds": "105: 3 folds, 1 seed",
    "105, 5 folds, 3 seeds": "105: 5 folds, 3 seeds",
    "105, 5 folds, 3 classifiers of one generator": "105: 5 folds, 1 generator, 3 seeds",
    "216, 5 folds, 3 seeds": "216: 5 folds, 3 seeds",
    "216, 10 folds": "216: 10 folds, 1 seed",
    "216, twice 5 folds": "216: 2 x 5 folds, 1 seed",
    "300, 5 folds, 3 seeds": "300: 5 folds, 3 seeds",
    "56, the same for 5 training sets, 3 seeds": "56 tested by 5 trainings, 3 seeds",
}


def rows():
    """Of the first table of verdict_errors.tsv: (design, seeds' effect) -> column -> value."""
    lines = (ROOT / "benchmarks/verdict_errors.tsv").read_text("utf-8").splitlines()[1:]
    table = lines[: next(at for at, line in enumerate(lines) if at and line.startswith("design"))]
    records = csv.DictReader(table, delimiter="\t")
    return {
        (row.pop("design"), row.pop("seed sd")): {name: float(value) for name, value in row.items()} for row in records
    }


def rows_of_probes():
    """Of the table of probes, with the larger effect of generators: the design and its numbers, in order."""
    lines = (ROOT / "benchmarks/verdict_errors.tsv").read_text("utf-8").splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("design, of a probe"))
    table = [line.split("\t") for line in lines[start + 1 : lines.index("", start)]]
    return {name: [float(cell) for cell in cells] for name, sd, *cells in table if sd == "0.017"}


def test_the_table_of_probes_is_the_benchmarks():
    measured = rows_of_probes()
    table = TEXT[TEXT.index("Of a probe, whose trainings agree") :]
    lines = [line for line in table.splitlines() if line.startswith("| ") and line.split(" |")[0][2:] in NAMES]
    assert len(lines) >= 5
    for line in lines:
        name = line.split(" |")[0][2:]
        wrong, _, _, power, detectable, as_network, detectable_so = measured[NAMES[name]]
        found = numbers(line.removeprefix(f"| {name} "))
        shown = [round(100 * wrong, 1), 100 * power, 100 * detectable, 100 * as_network, 100 * detectable_so]
        assert found == [
            pytest.approx(value, abs=error) for value, error in zip(shown, (0.06, 0.51, 0.06, 0.51, 0.06), strict=True)
        ], name
    assert (
        f"it errs in up to {100 * max(row[2] for row in measured.values()):.1f}%"
        in TEXT[TEXT.index("Of a probe, whose") :]
    )


def numbers(line):
    return [float(match) if match else None for match in re.findall(r"\| *(?:([\d.]+)[^|]*)?(?=\|)", line)]


def test_the_table_of_rates_is_the_benchmarks():
    measured = rows()
    for name, design in NAMES.items():
        line = next(line for line in TEXT.splitlines() if line.startswith(f"| {name} |"))
        wrong, paired, found, detectable, ratio = numbers(line.removeprefix(f"| {name} "))
        row = measured[design, "0.03"]
        assert wrong == pytest.approx(100 * row["as allowed"], abs=0.06), name
        assert paired is None or paired == pytest.approx(100 * row["paired t"], abs=0.06), name
        assert found == pytest.approx(100 * row["power"], abs=0.51), name
        assert detectable == pytest.approx(100 * row["detectable"], abs=0.06), name
        assert ratio == row["ratio"], name


def test_the_ends_that_are_quoted_are_the_benchmarks():
    measured = rows()
    twice, four, paired, corrected, here = (
        100 * max(row[name] for row in measured.values() if row[name] == row[name])
        for name in ("1 s2/n_train", "2 s2/n_train", "paired t", "corrected t", "here")
    )
    text = " ".join(TEXT.split())
    assert f"makes it err in up to {twice:.1f}%, four times in up to {four:.1f}%" in text
    assert f"The paired t-test errs in up to {paired:.1f}%, the corrected one in up to {corrected:.1f}%" in text
    assert f"`here_p` errs in up to {here:.1f}%" in text
    over = {key: 100 * (row["announced"] - row["power"]) for key, row in measured.items()}
    few = max(value for (name, _), value in over.items() if name[:2] in ("27", "54"))
    many = [value for (name, _), value in over.items() if name[:3] in ("105", "216", "300")]
    assert (
        f"too high by at most {max(many):.0f} points with 105 specimens and more, where it may be {-min(many):.0f} too "
        f"low, and by up to {few:.0f} with fewer"
    ) in text


def test_what_training_sets_were_seen_to_add_is_the_benchmarks():
    lines = (ROOT / "benchmarks/training_variance.tsv").read_text("utf-8").splitlines()
    found, ends = [], {}
    for row in csv.DictReader([line for line in lines if not line.startswith("#")], delimiter="\t"):
        value, low, high = map(float, re.findall(r"-?[\d.]+", row["lambda with one generator"] or row["lambda"]))
        assert low <= max(value, 0) <= high
        found.append(value)
        ends[row["arm"], row["classifier"]] = max(high, ends.get((row["arm"], row["classifier"]), 0.0))
    dcgan = ends.pop(("dcgan", "cnn"))
    quoted = f"added {min(found):.2f} to {max(found):.2f} s2 / n_train".replace("0.", ".")
    text = " ".join(TEXT.split())
    assert quoted in text
    assert f"reached up to {max(ends.values()):.2f}, and {dcgan:.2f} for a CNN".replace("0.", ".") in text
