"""The studies among the benchmarks as they are planned, with drawn images in the place of theirs."""

from pathlib import Path

import pytest
import yaml

from augury.planning.checks.remarks import remarks
from augury.planning.forecast.foretold import sentences
from augury.planning.forecast.preview import Preview
from augury.planning.inputs.plan import Plan
from augury.planning.reading import plan_study
from augury.planning.study import Study
from augury.tables.predictions import run_of
from tests.project import ROOT
from tests.studies import HUSHEM

STUDIES = sorted(path.stem for path in (ROOT / "benchmarks").glob("*.yaml"))
PER_CLASS = 45  # more than any of them takes to train, validate and test on


def draw(folder: Path, classes: list[str] | tuple[str, ...], content: str) -> None:
    """Files of a name that is an image's and of a content that no other has; a plan looks at no more."""
    for name in classes:
        (folder / name).mkdir(parents=True)
        for number in range(PER_CLASS):
            (folder / name / f"{number}.png").write_text(f"{content} {name} {number}")


def planned(place: Path, name: str) -> Study:
    config = {"images": f"resources/{name}"} | yaml.safe_load((ROOT / "benchmarks" / f"{name}.yaml").read_text("utf-8"))
    classes = config.get("classes", HUSHEM)
    draw(place / config["images"], classes, "own")
    for pool in config.get("pools", {}).values():
        draw(place / pool["images"], classes, "elsewhere")
    study, mistakes = plan_study(config)
    assert mistakes == []
    return study


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_is_planned_and_foretold(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    study = planned(tmp_path, name)
    plan = Plan(study)
    assert bool(sentences(Preview(plan))) == bool(study.compared)  # of one arm nothing is foretold
    remarks(study)
    trained = {run_of(Path(path))[1:3] for path in plan.classifiers.runs("predictions.tsv")}
    assert {arm for arm, _ in trained} == set(study.config.arms)
    assert {classifier for _, classifier in trained} == {*study.config.classifiers, *study.config.ensembles}


def test_the_closing_study_has_every_kind_of_arm(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    study = planned(tmp_path, "closing_study")
    arms = study.config.arms
    assert list(arms) == ["real", "classical", "trivial", "mixup", "dcgan", "diffusion", "agreeing", "retrieved"]
    assert study.baseline == "real"
    assert set(study.compared) == set(arms) - {"real"}
    # What a linear layer has no setting of is trained on the network alone.
    seeds = {arm: {name: study.trainings.seeds(arm, name) for name in study.config.classifiers} for arm in arms}
    assert [arm for arm in arms if not seeds[arm]["probe"]] == ["trivial", "mixup"]
    assert all(seeds[arm]["cnn"] == [0] for arm in arms)
    assert set(study.pools) == {("dcgan", "random"), ("diffusion", "random"), ("diffusion", "agreeing"),
                                ("retrieved", "random")}  # fmt: skip
    assert set(study.contents.elsewhere) == {"pools/archive"}
    assert set(study.contents.elsewhere["pools/archive"]) == set(study.classes)
