"""Which files ensembles and explanations are made of, and what is wrong with a config of them."""

from types import SimpleNamespace

import pytest

from augury.planning.inputs.plan import Plan
from augury.planning.inputs.report import Report
from augury.planning.reading import plan_study
from tests.project import draw_classes, small_config

CNN = {"family": "four_block_cnn", "size_px": 16, "epochs": 1}


@pytest.fixture
def images(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 5)


def plan_of(**changes):
    study, mistakes = plan_study(small_config(generators={}, arms={"real": {}}, seeds=[4, 7], **changes))
    assert mistakes == []
    return Plan(study)


def member_of(path):
    return path.removeprefix("results/small/holdout/classifiers/real/").removesuffix("/predictions.tsv")


def test_members_are_classifiers_seeds_or_both(images):
    ensembles = {"both": {}, "one": {"classifiers": ["b"], "over_seeds": True}, "all": {"over_seeds": True}}
    plan = plan_of(classifiers={"a": CNN, "b": CNN}, ensembles=ensembles)

    def members(ensemble, seed):
        wildcards = SimpleNamespace(split="holdout", arm="real", ensemble=ensemble, seed=seed)
        return [member_of(path) for path in plan.classifiers.member_inputs(wildcards)["predictions"]]

    assert members("both", "7") == ["a/seed7", "b/seed7"]
    assert members("one", "4") == ["b/seed4", "b/seed7"]
    assert members("all", "4") == ["a/seed4", "a/seed7", "b/seed4", "b/seed7"]
    runs = [member_of(path) for path in plan.classifiers.runs("predictions.tsv")]
    trained = ["a/seed4", "a/seed7", "b/seed4", "b/seed7"]
    assert runs == [*trained, "both/seed4", "both/seed7", "one/seed4", "all/seed4"]
    assert [member_of(path) for path in plan.classifiers.runs("predictions.tsv", ensembles=False)] == trained


def test_explanations_are_of_the_first_split_and_seed_and_of_no_ensemble(images):
    plan = plan_of(classifiers={"a": CNN, "b": CNN}, ensembles={"both": {}}, explain={"images": 3})
    folder = "results/small/holdout/explanations/real"
    assert plan.classifiers.explanations("umap.tsv") == [f"{folder}/{name}/seed4/umap.tsv" for name in ("a", "b")]
    assert plan.classifiers.first_predictions() == "results/small/holdout/classifiers/real/a/seed4/predictions.tsv"
    drawn = {path.rpartition("/")[2] for path in Report(plan).figures()}
    assert {"grad_cam.png", "umap.svg", "confused_pairs.png"} <= drawn


def test_without_images_nothing_is_explained(images):
    plan = plan_of()
    assert plan.classifiers.explanations("umap.tsv") == []
    assert not {path.rpartition("/")[2] for path in Report(plan).figures()} & {"grad_cam.png", "umap.svg"}


@pytest.mark.parametrize(
    "ensembles, message",
    [
        ({"cnn": {"over_seeds": True}}, "`ensembles.cnn` has the name of a classifier; give the ensemble another"),
        (
            {"e": {"classifiers": ["cnn", "cmm"]}},
            "`ensembles.e.classifiers` has cmm, which `classifiers` does not have",
        ),
        ({"e": {}}, "`ensembles.e` has one member; name two classifiers, or set `over_seeds` and two `seeds`"),
        ({"e": {"weights": "best"}}, '`ensembles.e.weights` is "best"; it must be one of equal, validation'),
        ({"e": {"classifiers": []}}, "`ensembles.e.classifiers`"),
        ({"e/f": {"over_seeds": True}}, "`ensembles.e/f`: use letters"),
    ],
)
def test_mistakes_name_the_key_and_the_remedy(images, ensembles, message):
    study, mistakes = plan_study(small_config(seeds=[0, 1], ensembles=ensembles))
    assert study is None
    assert [sentence for sentence in mistakes if message in sentence]
