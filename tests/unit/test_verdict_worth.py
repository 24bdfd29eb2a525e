"""Gains read off a learning curve whose law is known."""

import dataclasses
import shutil

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.figures.worth.draw import draw
from augury.report.worth import answer
from augury.tables.predictions import write_predictions
from augury.tables.table import read_rows, write_rows
from augury.tables.worth import BEYOND, FLAT, MEASURED, UNKNOWN, WorthRow
from augury.verdict import power_law
from augury.verdict.decision import Rule
from augury.verdict.known import Known
from augury.verdict.power_law import Points, position
from augury.verdict.runs import find_side
from augury.verdict.worth import weigh
from tests.predicted import write_arm
from tests.scripts.in_process import call

N = np.array([10, 20, 80, 160])  # beside a baseline of 40
CRITICAL = 1.959963984540054**2


def law(n, a=0.95, b=1.2, c=0.5):
    return a - b * np.asarray(n, float) ** -c


def points(n=N, noise=0.01, shared=0.0, values=None):
    values = law(n) - law(40) if values is None else values
    return Points(40.0, n, values, noise**2 * np.eye(len(n)) + shared**2)


def placed(curve, value, noise=0.01, shared=0.0):
    return position(curve, value, noise**2 + shared**2, np.full(len(curve.n), shared**2), CRITICAL)


@pytest.mark.parametrize("form", [(0.95, 1.2, 0.5), (0.8, 2.0, 1.1)])
def test_a_power_law_is_found_again_and_inverted(form):
    exact = points(values=law(N, *form) - law(40, *form), noise=1e-3)
    curve = exact.curve()
    assert law(40, *form) + curve.at(N) == pytest.approx(law(N, *form), abs=1e-3)  # exponents are a grid
    assert placed(exact, law(33, *form) - law(40, *form), 1e-3).best == pytest.approx(33, rel=0.02)


def test_of_one_exponent_the_interval_is_fiellers(monkeypatch):
    """Fieller 1954, JRSS B 16:175: the roots of (value - b s)^2 = critical (variance + s^2 variance of b)."""
    monkeypatch.setattr(power_law, "EXPONENTS", np.array([0.5]))
    noise = 0.02
    steps = 40**-0.5 - N**-0.5
    values = law(N) - law(40) + np.array([0.011, -0.006, 0.004, -0.01])
    b, variance = steps @ values / (steps @ steps), noise**2 / (steps @ steps)
    worth = placed(points(values=values, noise=noise), 0.03, noise)
    roots = np.roots([b**2 - CRITICAL * variance, -2 * b * 0.03, 0.03**2 - CRITICAL * noise**2])
    assert [worth.low, worth.high] == pytest.approx(sorted((40**-0.5 - roots) ** -2), rel=0.01)
    assert worth.best == pytest.approx((40**-0.5 - 0.03 / b) ** -2, rel=0.01)


def test_what_all_have_in_common_moves_none_of_them_on_the_curve():
    """The baseline's luck is in every difference: an arm is compared with points that share it."""
    alone, shared = placed(points(), 0.03), placed(points(shared=0.05), 0.03, shared=0.05)
    assert shared.high - shared.low < 1.3 * (alone.high - alone.low)
    apart = placed(points(), 0.03, np.hypot(0.01, 0.05))
    assert apart.high is None
    assert apart.low < 30


def test_an_end_beyond_the_curve_is_open_and_an_arm_beyond_it_outside():
    open_ = placed(points(), law(150) - law(40))
    assert open_.low > 40
    assert open_.high is None
    above, below = placed(points(noise=0.002), 0.12, 0.002), placed(points(noise=0.002), -0.6, 0.002)
    assert (above.outside, above.above, above.best) == (True, True, None)
    assert (below.outside, below.above, below.best) == (True, False, None)


def test_on_a_flat_curve_no_number_is_believed_more_than_another():
    flat = points(values=np.array([0.002, -0.004, 0.001, 0.003]))
    assert flat.may_be_flat(CRITICAL)
    assert not points().may_be_flat(CRITICAL)
    worth = placed(flat, 0.001)
    assert (worth.low, worth.high) == (None, None)


def test_an_arm_better_than_any_point_of_a_flat_curve_is_worth_more_than_the_baseline():
    worth = placed(points(values=np.array([-0.03, -0.02, 0.006, 0.02]), noise=0.02), 0.06, 0.02)
    assert worth.low > 20
    assert worth.high is None


def test_the_interval_holds_the_truth_in_most_studies():
    """Points and arm around the law with the noise that the interval is told of, some of it the baseline's."""
    random, covered, bounded, studies = np.random.default_rng(3), 0, 0, 150
    noise, shared = 0.02, 0.02
    for _ in range(studies):
        common = random.normal(0, shared)
        values = law(N) - law(40) + common + random.normal(0, noise, len(N))
        arm = law(60) - law(40) + common + random.normal(0, noise)
        worth = placed(points(values=values, noise=noise, shared=shared), arm, noise, shared)
        covered += (worth.low or 0) <= 60 <= (worth.high or np.inf) and not worth.outside
        bounded += worth.low is not None or worth.high is not None
    assert 0.92 < covered / studies < 0.995
    assert bounded / studies > 0.8


@pytest.fixture(scope="module")
def arms(tmp_path_factory):
    """Arms of a baseline with 40 specimens per class whose curve is the law, on large test sets."""
    folder = tmp_path_factory.mktemp("worth")
    wanted = {f"real{n}": law(n) for n in (*N, 40)} | {"gan": law(60), "best": 0.99, "worse": law(25)}
    return {name: write_arm(folder / name, right, n=400, prefix="s", same_test=True) for name, right in wanted.items()}


def weighed(arms, variance=0.0, n=N, arm="gan", **more):
    sides = {name: find_side([folder]) for name, folder in arms.items()}
    curve = {f"real{each}": (float(each), sides[f"real{each}"]) for each in n}
    rows = weigh(sides["real40"], curve, [sides[arm]], 40.0, Rule(training_set_variance=variance), 200, **more)
    return next(row for row in rows if row.arm == arm and row.measure == "accuracy")


def test_a_gain_is_worth_what_the_law_says(arms):
    row = weighed(arms)
    assert row.status == MEASURED
    assert row.worth == pytest.approx(20, abs=8)
    assert 0 < row.worth_low < 20 < row.worth_high < 120
    assert row.asymptote - row.rise * 60**-row.exponent == pytest.approx(row.value, abs=0.01)


def test_a_loss_is_as_good_as_fewer_specimens(arms):
    row = weighed(arms, arm="worse")
    assert row.worth == pytest.approx(-15, abs=4)
    assert row.worth_low < -15 < row.worth_high < 0


def test_what_lies_beyond_the_curve_has_its_end_for_a_bound(arms):
    row = weighed(arms, arm="best", n=[10, 20, 80])
    assert (row.status, row.worth, row.worth_low, row.worth_high) == (BEYOND, None, 40, None)


def test_a_curve_that_ends_at_the_baseline_still_bounds_a_gain_from_below(arms):
    row = weighed(arms, n=[10, 20])
    assert row.status in (MEASURED, BEYOND)
    assert row.worth_high is None
    assert -20 < row.worth_low <= 0


def test_allowance_for_training_sets_makes_it_less_sure(arms):
    difference = [weighed(arms, variance, known=Known(trained=80)) for variance in (0.0, 1.0, 5.0)]
    lows = [-30.0 if row.worth_low is None else row.worth_low for row in difference]
    assert lows[0] > lows[1] > lows[2]
    assert difference[1].low < difference[0].low


def test_points_near_the_baseline_share_most_of_their_training_set_with_it(tmp_path):
    sides = {n: find_side([write_arm(tmp_path / f"real{n}", law(n), splits=1, n=300)]) for n in (*N, 40)}
    curve = {f"real{n}": (float(n), sides[n]) for n in N}
    found = {}
    for variance in (0.0, 1.0):
        rows = weigh(sides[40], curve, [], 40.0, Rule(training_set_variance=variance), 200, known=Known(trained=300))
        found[variance] = {row.point: row.high - row.low for row in rows if row.measure == "accuracy"}
    wider = {n: (found[1.0][n] / found[0.0][n]) ** 2 for n in (10.0, 20.0, 80.0)}
    # By hand: 1 + |40/n - 1| times the variance over specimens, or less: seeds have a part of the whole, and the point
    # whose specimens vary least sets the rate.
    assert 1.05 < wider[80.0] <= 1.5
    assert wider[80.0] < wider[20.0] <= 2
    assert wider[20.0] < wider[10.0] <= 4


def test_one_generator_of_all_seeds_is_one(arms, tmp_path):
    folders = {name: write_arm(tmp_path / name, law(n), splits=1, seeds=3, n=300) for name, n in
               (("real40", 40), ("real10", 10), ("real20", 20), ("real80", 80), ("gan", 60))}  # fmt: skip
    own = weighed(folders, n=[10, 20, 80])
    one = weighed(folders, n=[10, 20, 80], known=Known(generators={"gan": {0: 0, 1: 0, 2: 0}}))
    assert one.high - one.low > own.high - own.low


ROW = WorthRow(
    arm="gan", baseline="real", classifier="cnn", measure="accuracy", point=None, value=0.8, low=0.7, high=0.9,
    fitted=None, asymptote=0.9, rise=1.0, exponent=0.5, n_baseline=40, n_low=10, n_high=80, status=MEASURED, worth=20,
    worth_low=None, worth_high=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"worth_low": 12.4}, "gan with cnn is worth at least 12 more real specimens per class, at best guess 20 more"),
        ({"worth": None, "worth_high": 8}, "gan with cnn is worth at most 8 more real specimens per class"),
        ({"worth": 7, "worth_low": -5, "worth_high": 20},
         "gan with cnn is worth between 5 fewer and 20 more real specimens per class, at best guess 7 more"),
        ({"worth": None, "worth_low": -5}, "gan with cnn is no worse than 5 fewer real specimens per class"),
        ({"worth": -9, "worth_high": -5},
         "gan with cnn is no better than 5 fewer real specimens per class, at best guess 9 fewer"),
        ({"status": BEYOND, "worth": None, "worth_low": 40},
         "gan with cnn is worth at least 40 more real specimens per class, beyond the 10 to 80 that were measured"),
        ({"status": BEYOND, "worth": None, "worth_low": 0.0},
         "gan with cnn is worth more real specimens per class, beyond the 10 to 80 that were measured"),
        ({"worth_low": 0.3, "worth": None}, "gan with cnn is worth no fewer real specimens per class"),
        ({"worth_high": -0.3, "worth": None}, "gan with cnn is worth no more real specimens per class"),
        ({"status": FLAT}, "What gan with cnn is worth in specimens cannot be determined: the curve may be flat there, "
         "so that more specimens might do nothing (measured from 10 to 80 specimens per class)"),
        ({"status": UNKNOWN}, "What gan with cnn is worth in specimens cannot be determined: it may be as good as any "
         "number that was measured (measured from 10 to 80 specimens per class)"),
    ],
)  # fmt: skip
def test_in_words(changes, message):
    assert answer(dataclasses.replace(ROW, **changes)) == message


def test_the_figure_ends_known_ends_by_a_bar_and_others_by_an_arrowhead(tmp_path):
    curve = [dataclasses.replace(ROW, arm=f"real{n}", point=n, status="", worth=None) for n in (40, 10, 80)]
    arms = [dataclasses.replace(ROW, worth_low=12), dataclasses.replace(ROW, arm="flat", status=FLAT, worth=None)]
    write_rows(tmp_path / "worth.tsv", WorthRow, [*curve, *arms])
    lines = draw([tmp_path / "worth.tsv"]).axes[0].lines
    ends = {line.get_marker(): line.get_xdata()[0] for line in lines if line.get_marker() in ("|", "<", ">")}
    assert ends == {"|": 52, ">": 80}


def test_by_hand(arms, tmp_path, capsys):
    points = [word for n in N for word in ("--point", f"{n}={arms[f'real{n}']}")]
    words = ["--baseline", f"40={arms['real40']}", *points, "--arm", arms["gan"], "--output", tmp_path / "worth.tsv"]
    call("weigh_gains", [*words, "--bootstrap", "200", "--training-set-variance", "0", "--threads", "1"])
    rows = read_rows(tmp_path / "worth.tsv", WorthRow)
    of_accuracy = [row.arm for row in rows if row.measure == "accuracy"]
    assert of_accuracy == ["real40", "real10", "real20", "real80", "real160", "gan"]
    assert "real specimens per class" in capsys.readouterr().out


def test_a_measure_that_is_nowhere_defined_has_no_row(tmp_path):
    """Test images of one class have no AUROC."""
    right = {"real40": 0.7, "real10": 0.5, "real20": 0.6, "gan": 0.8}
    sides = {}
    for name, share in right.items():
        labels, predicted = np.zeros(20, dtype=int), (np.arange(20) >= 20 * share).astype(int)
        names = list(map(str, range(20)))
        path = tmp_path / name / "predictions.tsv"
        write_predictions(
            path, names, names, names, ["test"] * 20, labels, ("a", "b"), 0.1 + 0.8 * np.eye(2)[predicted]
        )
        sides[name] = find_side([tmp_path / name])
    curve = {name: (float(name[4:]), sides[name]) for name in ("real10", "real20")}
    rows = weigh(sides["real40"], curve, [sides["gan"]], 40.0, Rule(), 100)
    assert {row.measure for row in rows} == {"accuracy", "f1"}
    assert all(np.isfinite([row.value, row.low, row.high]).all() for row in rows)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--point", "0={real10}", "--point", "20={real20}"], "has no specimens; a point of the curve needs some"),
        (["--point", "10={real10}", "--point", "20={real10}"], "is compared with 'real40' twice"),
        (["--point", "10={real10}", "--point", "20={elsewhere}"], "are both of an arm 'real10'"),
    ],
)
def test_mistakes_by_hand_are_told(arms, tmp_path, words, message):
    elsewhere = shutil.copytree(arms["real20"], tmp_path / "elsewhere" / "real10")
    words = [word.format(**arms, elsewhere=elsewhere) for word in words]
    given = ["--baseline", f"40={arms['real40']}", *words, "--output", tmp_path / "worth.tsv", "--threads", "1"]
    with pytest.raises(UserError, match=message):
        call("weigh_gains", given)


@pytest.mark.parametrize("record", ["{}", '{"specimens": 0}', '{"specimens": "many"}'])
def test_a_number_of_specimens_is_asked_for_where_none_is_said(arms, tmp_path, record):
    baseline = shutil.copytree(arms["real40"], tmp_path / "mine")
    for path in baseline.rglob("predictions.tsv"):
        path.with_name("classifier.json").write_text(record, "utf-8")
    points = ["--point", f"10={arms['real10']}", "--point", f"20={arms['real20']}"]
    with pytest.raises(UserError, match=r"has no classifier.json that says `specimens`; write N=FOLDER"):
        call("weigh_gains", ["--baseline", baseline, *points, "--output", tmp_path / "worth.tsv", "--threads", "1"])
