"""Which arm is the baseline, what the judge is given, and what is wrong with a config of it."""

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import pytest

from augury.planning.checks.remarks import look_remarks
from augury.planning.inputs.plan import Plan
from augury.planning.inputs.report import Report
from augury.planning.reading import plan_study
from augury.tables.looks import LookRow
from augury.tables.table import write_rows
from tests.project import draw_classes, small_config

GAN = {"generator": "gan", "ratio": 1}


@pytest.fixture
def images(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 5)


def plan_of(**changes):
    study, mistakes = plan_study(small_config(**changes))
    assert mistakes == []
    return Plan(study)


@pytest.mark.parametrize(
    "arms, named, baseline",
    [
        ({"gan": GAN, "real": {}, "twice": {"real": 2}}, None, "real"),
        ({"gan": GAN, "real": {}, "twice": {"real": 2}}, "twice", "twice"),
        ({"gan": GAN, "more": GAN | {"ratio": 2}}, None, "gan"),
    ],
)
def test_the_baseline_is_the_first_arm_without_synthetic_images(images, arms, named, baseline):
    assert plan_of(arms=arms, baseline=named).study.baseline == baseline


def test_the_judge_is_given_every_run_and_no_other(images):
    ensembles = {"both": {"over_seeds": True}}
    plan = plan_of(arms={"gan": GAN, "real": {}}, seeds=[3, 4], ensembles=ensembles)
    # Where storage has put them for the job.
    inputs = SimpleNamespace(predictions=[f"/store/{path}" for path in plan.classifiers.runs("predictions.tsv")])
    words = plan.verdict.judged_arms(None, inputs)
    assert words[0] == "--baseline"
    split = words.index("--arm")
    runs = [f"{name}/predictions.tsv" for name in ("cnn/seed3", "cnn/seed4", "both/seed3")]
    folder = "/store/results/small/holdout/classifiers"
    assert words[1:split] == [f"{folder}/real/{run}" for run in runs]
    assert words[split + 1 : -4] == [f"{folder}/gan/{run}" for run in runs]
    assert words[-4:] == ["--generator-seeds", "gan", "3=0", "4=0"]


def test_settings_reach_the_judge(images):
    plan = plan_of(statistics={"margin": 0.02, "bootstrap": 500})
    words = plan.verdict.judge_options()
    given = dict(zip(words[::2], words[1::2], strict=True))
    assert given == {
        "--alpha": "0.05", "--margin": "0.02", "--power": "0.8", "--bootstrap": "500", "--seed": "0",
        "--training-set-variance": "auto", "--target-difference": "0.05", "--primary-measures": "accuracy",
        "--planned-looks": "1", "--planned-splits": "1",
    }  # fmt: skip


def test_looks_are_planned_for_repeats(images):
    words = plan_of(
        split={"folds": 5, "validation": 0.15, "repeats": 2}, statistics={"looks": 4}
    ).verdict.judge_options()
    given = dict(zip(words[::2], words[1::2], strict=True))
    assert (given["--planned-looks"], given["--planned-splits"]) == ("4", "20")
    words = plan_of(
        split={"folds": 5, "validation": 0.15, "repeats": 3}
    ).verdict.judge_options()  # one look, at all of them
    assert dict(zip(words[::2], words[1::2], strict=True))["--planned-splits"] == "15"


def test_a_study_that_is_over_is_told_so_before_more_is_trained(images):
    split = {"folds": 2, "validation": 0.2, "repeats": 2}
    study = plan_of(split=split).study
    assert look_remarks(study) == []
    row = LookRow(
        "gan", "real", "cnn", 1, 1, "2026-01-01", 2, 1, 12, 1, 2, 1.0, 0.05, True, "accuracy", 0.1, "helps", "a"
    )
    path = Path("results/small/tables/looks.tsv")
    path.parent.mkdir(parents=True)
    write_rows(path, LookRow, [row])
    [sentence] = look_remarks(study)
    assert sentence.startswith("the last look that was planned has been at 2 splits (results/small/tables/looks.tsv)")
    assert look_remarks(plan_of(split=split | {"repeats": 1}).study) == []
    write_rows(path, LookRow, [dataclasses.replace(row, looks=2, planned_splits=4, fraction=0.5)])
    assert look_remarks(study) == []
    path.write_text("damaged")
    assert look_remarks(study) == []


def test_one_arm_alone_has_no_figure_of_differences(images):
    assert not [path for path in Report(plan_of(arms={"real": {}})).figures() if "differences" in path]
    assert [path for path in Report(plan_of()).figures() if "differences" in path]


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"baseline": "raw"}, "`baseline` is raw, which `arms` does not have (it has real, gan); name one of them"),
        ({"statistics": {"margin": 0}}, "`statistics.margin` is 0; it must be more than 0"),
        ({"statistics": {"alpha": 0.9}}, "`statistics.alpha` is 0.9; it must be at most 0.5"),
        ({"statistics": {"looks": 2}, "split": {"repeats": 3}}, "`statistics.looks` plans 2 looks, one for"),
    ],
)
def test_mistakes_name_the_key_and_the_remedy(images, changes, message):
    _, mistakes = plan_study(small_config(**changes))
    assert any(sentence.startswith(message) for sentence in mistakes), mistakes
