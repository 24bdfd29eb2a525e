"""Gains read off a learning curve whose law is known."""

import numpy as np
import pytest

from augury.report.worth import answer
from augury.tables.table import read_rows
from augury.tables.worth import BEYOND, FLAT, TOLD, WorthRow
from augury.verdict.decision import Rule
from augury.verdict.runs import find_side
from augury.verdict.worth import fit, weigh
from tests.predicted import write_arm
from tests.scripts.in_process import call

N = np.array([10, 20, 40, 80, 160])


def law(n, a=0.95, b=1.2, c=0.5):
    return a - b * np.asarray(n, float) ** -c


def test_a_power_law_is_found_again_and_inverted():
    curves = fit(N, np.stack([law(N), law(N, 0.8, 2.0, 1.1)]))
    assert curves.at(N)[0] == pytest.approx(law(N), abs=5e-4)
    assert curves.specimens(np.array([law(33), law(33, 0.8, 2.0, 1.1)])) == pytest.approx([33, 33], rel=0.02)


def test_beyond_the_asymptote_and_on_a_flat_curve_there_is_no_number():
    rising, falling = fit(N, np.stack([law(N), law(N)[::-1]])).specimens(np.array([2.0, 0.5]))
    assert np.isinf(rising)
    assert np.isnan(falling)


@pytest.fixture(scope="module")
def arms(tmp_path_factory):
    """Arms of a baseline with 40 specimens a class whose curve is the law, on large test sets."""
    folder = tmp_path_factory.mktemp("worth")
    wanted = {f"real{n}": law(n) for n in N} | {"gan": law(60), "best": 0.94, "worse": law(25)}
    return {name: write_arm(folder / name, right, n=600, prefix="s", same_test=True) for name, right in wanted.items()}


def weighed(arms, variance=0.0, n=N, arm="gan"):
    sides = {name: find_side([folder]) for name, folder in arms.items()}
    curve = {f"real{each}": (float(each), sides[f"real{each}"]) for each in n if each != 40}
    rows = weigh(sides["real40"], curve, [sides[arm]], 40.0, Rule(training_set_variance=variance), 300)
    return next(row for row in rows if row.arm == arm and row.measure == "accuracy")


def test_a_gain_is_worth_what_the_law_says(arms):
    row = weighed(arms)
    assert row.told == TOLD
    assert row.worth_low < 20 < row.worth_high
    assert row.worth == pytest.approx(20, abs=8)
    assert "more" in answer(row)


def test_a_loss_is_as_good_as_fewer_specimens(arms):
    row = weighed(arms, arm="worse")
    assert row.worth == pytest.approx(-15, abs=4)
    assert "fewer" in answer(row)


def test_what_lies_beyond_the_curve_is_not_told(arms):
    assert weighed(arms, arm="best").told == BEYOND
    assert weighed(arms, n=[10, 20, 40]).told == BEYOND
    assert "cannot be told" in answer(weighed(arms, n=[10, 20, 40]))


def test_other_variance_make_it_less_sure(arms):
    sure, unsure = weighed(arms), weighed(arms, variance=20.0)
    widths = [
        (row.n_high - 40 if row.worth_high is None else row.worth_high)
        - (row.n_low - 40 if row.worth_low is None else row.worth_low)
        for row in (sure, unsure)
        if row.told == TOLD
    ]
    assert unsure.told == FLAT or widths[1] > widths[0]


def test_the_interval_holds_the_truth_in_most_studies():
    """Small tests, many studies: points and arm drawn around the law with the noise that the interval is told of."""
    random, held, told = np.random.default_rng(3), 0, 0
    noise = 0.015
    for _ in range(200):
        values = law(N) + random.normal(0, noise, len(N))
        arm = law(60) + random.normal(0, noise)
        drawn = fit(N, values + random.normal(0, noise, (300, len(N))))
        found = drawn.specimens(arm + random.normal(0, noise, 300))
        if np.isnan(found).mean() <= 0.05:
            told += 1
            low, high = np.percentile(found[~np.isnan(found)], [2.5, 97.5], method="nearest")
            held += low <= 60 <= high
    assert told > 150
    assert held / told > 0.9


def test_by_hand(arms, tmp_path, capsys):
    points = [word for n in N if n != 40 for word in ("--point", f"{n}={arms[f'real{n}']}")]
    words = ["--baseline", f"40={arms['real40']}", *points, "--arm", arms["gan"], "--output", tmp_path / "worth.tsv"]
    call("weigh_gains", [*words, "--replicates", "200", "--training-set-variance", "0", "--threads", "1"])
    rows = read_rows(tmp_path / "worth.tsv", WorthRow)
    assert [row.arm for row in rows if row.measure == "accuracy"] == [
        "real40",
        "real10",
        "real20",
        "real80",
        "real160",
        "gan",
    ]
    assert "real specimens a class" in capsys.readouterr().out
