"""The boundary for several looks against published constants; the history of a verdict; what is told of both."""

import dataclasses

import numpy as np
import pytest
from scipy import stats
from simulation.experiments import Design
from simulation.growing import FOLDS, HOLDOUTS, INDEPENDENT, Growing, look

from augury.command.errors import UserError
from augury.tables.looks import LookRow
from augury.tables.table import write_rows
from augury.tables.verdict import HELPS, UNDERPOWERED
from augury.verdict.boundary import Stage, constant, crossing
from augury.verdict.decision import Rule
from augury.verdict.history import History, Names, Plan, read_history
from augury.verdict.looks import sentences
from augury.verdict.runs import find_side, read_pairs
from tests.predicted import write_arm
from tests.verdict_rows import verdict_row

TODAY, LATER = "2026-01-01", "2026-02-02"


@pytest.mark.parametrize(
    "alpha, looks, published",
    [  # Jennison and Turnbull 2000, Group Sequential Methods, table 2.3
        (0.05, 1, 1.960), (0.05, 2, 1.977), (0.05, 3, 2.004), (0.05, 4, 2.024), (0.05, 5, 2.040), (0.05, 10, 2.087),
        (0.01, 2, 2.580), (0.01, 5, 2.621), (0.1, 2, 1.678), (0.1, 5, 1.751),
    ],
)  # fmt: skip
def test_constants_are_the_published_ones(alpha, looks, published):
    assert constant(alpha, looks) == pytest.approx(published, abs=6e-4)


def test_two_looks_are_a_bivariate_normal():
    c = 1.5
    inside = stats.multivariate_normal([0, 0], [[0.5, 0.5], [0.5, 1]])
    square = inside.cdf([c, c], lower_limit=[-c, -c])
    assert crossing(c, 2) == pytest.approx(1 - square, abs=1e-5)


def test_levels_by_hand():
    # K = 2 at alpha .05: z = 1.9774, so 2 (1 - Phi(1.9774 sqrt 2)) = .0052 and 2 (1 - Phi(1.9774)) = .0480.
    assert [round(Stage(2, t).level(0.05), 4) for t in (0.5, 1)] == [0.0052, 0.0480]
    assert (Stage().level(0.05), Stage(3, 0.0).level(0.05)) == (0.05, 0.0)


@pytest.mark.parametrize("stage", [Stage(), Stage(2, 0.5), Stage(4, 0.75), Stage(10, 1.0)])
def test_a_repeated_p_value_is_below_alpha_where_p_is_below_the_level(stage):
    for alpha in (0.001, 0.01, 0.05, 0.2):
        assert stage.repeated(stage.level(alpha)) == pytest.approx(alpha, rel=1e-6)
        assert stage.repeated_one_sided(stage.level(2 * alpha) / 2) == pytest.approx(alpha, rel=1e-6)
    values = [stage.repeated(p) for p in np.geomspace(1e-30, 1, 40)]
    assert values == sorted(values)
    assert all(value >= p for value, p in zip(values, np.geomspace(1e-30, 1, 40), strict=True))
    assert stage.repeated_one_sided(0.7) == 0.7


def arms(folder, splits, right=0.75):
    sides = [write_arm(folder / name, share, splits=splits) for name, share in (("real", 0.7), ("gan", right))]
    return [tuple(find_side([each]) for each in sides)]


def see(comparisons, history, plan, today=TODAY, alpha=0.05):
    """The history after a look at each comparison."""
    seen = History(history, plan, alpha, today)
    for baseline, arm in comparisons:
        seen.look(Names(arm.name, baseline.name, ""), read_pairs(baseline, arm))
    return seen


def looked(comparisons, history, plan, today=TODAY, alpha=0.05):
    """The look, and the history with it."""
    seen = see(comparisons, history, plan, today, alpha)
    [(names, current)] = seen.looks.items()
    row = verdict_row(**names._asdict(), **current.cells, explored=0.5, word=HELPS)
    return current, seen.written([row], "accuracy")


def test_splits_that_are_added_are_looks_and_the_same_again_is_none(tmp_path):
    plan, history, levels = Plan(4, 8), [], []
    for splits in (2, 4, 6, 8):
        current, history = looked(arms(tmp_path, splits), history, plan)
        assert looked(arms(tmp_path, splits), history, plan, LATER)[1] == history
        assert len(current.keys) == splits
        levels.append(current.row.level)
    assert [(row.look, row.n_splits, row.fraction, row.planned) for row in history] == [
        (1, 2, 0.25, True), (2, 4, 0.5, True), (3, 6, 0.75, True), (4, 8, 1.0, True),
    ]  # fmt: skip
    assert levels == pytest.approx([Stage(4, t).level(0.05) for t in (0.25, 0.5, 0.75, 1)])
    assert {row.date for row in history} == {TODAY}


def test_looks_that_were_not_planned_are_of_the_runs_of_the_last_that_was(tmp_path):
    _, history = looked(arms(tmp_path, 2), [], Plan())
    # A plan that is made afterwards is none.
    current, history = looked(arms(tmp_path, 4), history, Plan(4, 8))
    assert {key.split for key in current.keys} == {"fold0", "fold1"}
    assert (current.stage, current.cells["unplanned_runs"], current.cells["looks"]) == (Stage(), 2, 1)
    assert [(row.planned, row.level, row.difference) for row in history] == [(True, 0.05, 0.021), (False, 0.0, 0.5)]
    assert looked(arms(tmp_path, 4), history, Plan(4, 8), LATER)[1] == history


def test_a_look_between_two_planned_ones_takes_no_more_than_the_first(tmp_path):
    _, history = looked(arms(tmp_path, 5), [], Plan(2, 6))
    assert (history[0].fraction, history[0].planned) == (0.5, True)
    current, history = looked(arms(tmp_path, 6), history, Plan(2, 6))
    assert (current.stage, current.row.planned) == (Stage(2, 1.0), True)
    current, _ = looked(arms(tmp_path, 7), history, Plan(2, 6))
    assert (current.row.planned, current.stage, len(current.keys)) == (False, Stage(2, 1.0), 6)


def test_seeds_that_are_added_are_a_look_too(tmp_path):
    _, history = looked(arms(tmp_path, 2), [], Plan(2, 4))
    for name, share in (("real", 0.7), ("gan", 0.75)):
        write_arm(tmp_path / name, share, splits=2, seeds=2)
    current, _ = looked(arms(tmp_path, 2), history, Plan(2, 4))
    assert (current.row.planned, len(current.keys), current.cells["unplanned_runs"]) == (False, 2, 2)


def test_runs_that_were_changed_begin_another_series(tmp_path):
    _, history = looked(arms(tmp_path, 4), [], Plan())
    current, history = looked(arms(tmp_path / "other", 4, right=0.8), history, Plan(2))
    assert (current.row.series, current.row.look, current.row.looks, current.row.planned) == (2, 1, 2, True)
    # Fewer runs than were seen are other runs too; those that were judged before are no new look.
    assert looked(arms(tmp_path / "few", 2), history, Plan())[0].row.series == 3
    assert looked(arms(tmp_path, 4), history, Plan())[0].row == dataclasses.replace(history[0], word=HELPS)


def test_an_arm_that_is_added_has_looks_of_its_own(tmp_path):
    _, history = looked(arms(tmp_path, 2), [], Plan())
    copies = find_side([write_arm(tmp_path / "copies", 0.6, splits=2)])
    comparisons = [*arms(tmp_path, 2), (find_side([tmp_path / "real"]), copies)]
    seen = see(comparisons, history, Plan(), LATER)
    assert [(names.arm, one.row.look, one.row.series, one.row.date) for names, one in seen.looks.items()] == [
        ("gan", 1, 1, TODAY), ("copies", 1, 1, LATER),
    ]  # fmt: skip


def test_a_history_that_was_damaged_is_not_passed_over(tmp_path):
    _, history = looked(arms(tmp_path, 2), [], Plan())
    path = tmp_path / "looks.tsv"
    assert read_history(path) == read_history(None) == []
    write_rows(path, LookRow, history)
    assert read_history(path) == history
    path.write_text(path.read_text().replace(TODAY, LATER))
    with pytest.raises(UserError, match=r"looks\.tsv is not as it was written.*put back a copy of it, or remove"):
        read_history(path)


USUAL = {"look": 1, "looks": 1, "planned_splits": 5, "series": 1, "unplanned_runs": 0}


def test_what_is_told():
    assert sentences([]) == sentences([verdict_row(**USUAL, word=HELPS)]) == []
    assert sentences([verdict_row(**USUAL)]) == []  # no number of splits would settle it
    [asked] = sentences([verdict_row(**USUAL, splits_needed=12)])
    assert "`statistics.looks`" in asked
    assert "with 4, the last look is at 4.3% in place of 5%" in asked
    second = USUAL | {"look": 2, "looks": 4, "planned_splits": 20, "n_splits": 10}
    [line] = sentences([verdict_row(**second, splits_needed=12)])
    assert line.startswith("This verdict is look 2 of 4 that were planned. The next may come with 15 splits")
    [line] = sentences([verdict_row(**second, word=HELPS)])
    assert line.endswith("The answer is clear, so no further look is needed.")
    [line] = sentences([verdict_row(**second | {"look": 4, "n_splits": 20})])
    assert line.endswith("It was the last: further splits can change no word.")
    [line] = sentences([verdict_row(**second, word=HELPS), verdict_row(**USUAL, arm="copies", word=HELPS)])
    assert line.startswith("The verdict on dcgan with lite0 is look 2 of 4")


def test_what_is_told_of_runs_that_were_not_planned_and_of_other_runs():
    cells = {"unplanned_runs": 15, "explored": 0.0312, "explored_low": -0.01, "explored_high": 0.0724}
    [line] = sentences([verdict_row(**USUAL | cells, splits_needed=9)])
    assert "are of the runs that were there then, of 5 splits." in line
    assert line.endswith("dcgan with lite0 +3.1 points [-1.0, +7.2] in accuracy, as if nobody had looked before.")
    [line] = sentences([verdict_row(**USUAL | cells, measure="brier")])
    assert line.endswith("dcgan with lite0 +0.031 [-0.010, +0.072] in Brier score, as if nobody had looked before.")
    [line] = sentences([verdict_row(**USUAL | {"series": 3}, word=HELPS)])
    assert line.startswith("This verdict is not the first: 2 times before, other runs")


@pytest.mark.slow
@pytest.mark.parametrize("training_sets", [0.0, 0.1, Rule().training_set_variance])
@pytest.mark.parametrize(
    "kind, looks, folds", [(FOLDS, 4, 5), (FOLDS, 10, 5), (HOLDOUTS, 10, 4), (INDEPENDENT, 10, 4), (FOLDS, 4, 3)]
)
def test_looking_ten_times_errs_no_more_often_than_alpha(kind, looks, folds, training_sets):
    study = Growing(kind, looks, folds, Design(n_seeds=1, n_test=216 // folds, training_sets=training_sets))
    study_rates = look(study, Rule(), 1000)
    assert study_rates.planned <= 0.05 + 1.64 * study_rates.error(0.05)
    assert study_rates.planned <= study_rates.any_look


@pytest.mark.slow
def test_what_looking_costs_and_saves():
    alone = Design(n_seeds=1, n_test=43, training_sets=0.1, effect=0.1)
    study_rates = look(Growing(FOLDS, 4, 5, alone), Rule(), 1000)
    assert (
        study_rates.planned >= study_rates.last - 0.02
    )  # the last look alone, at 5% and not at 4.3%, sees hardly more
    assert study_rates.first < study_rates.planned
    assert study_rates.repeats < 3.5
    assert study_rates.wrong == 0
    # Without a boundary, looking makes errors: 5% become more.
    apart = look(Growing(INDEPENDENT, 10, 4, Design(n_seeds=1, n_test=54)), Rule(), 1000)
    assert apart.any_look > 2 * apart.last


def test_a_leak_is_no_look(tmp_path):
    seen = see(arms(tmp_path, 2), [], Plan())
    assert seen.written([verdict_row(arm="gan", classifier="", word="not judged: leak")], "accuracy") == []
    [row] = seen.written([verdict_row(arm="gan", classifier="", word=UNDERPOWERED)], "accuracy")
    assert (row.word, row.n_specimens, row.n_seeds) == (UNDERPOWERED, 120, 1)
