"""The classifier that is handed over: what it is made of, that nothing of the study reads it, and mistakes."""

from types import SimpleNamespace

import pytest

from augury.planning.checks.final import final_remarks
from augury.planning.inputs.plan import Plan
from augury.planning.inputs.report import Report
from augury.planning.reading import plan_study
from augury.splits.plan import FINAL
from tests.project import draw_classes, small_config

ROOT = "results/small"
CARD = f"{ROOT}/final/card.md"


@pytest.fixture
def images(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 8)


def config_of(final, **changes):
    config = small_config(seeds=[4, 7], ensembles={"both": {"over_seeds": True}}, split={"folds": 2}, **changes)
    config["classifiers"]["other"] = config["classifiers"]["cnn"] | {"epochs": 3}
    return config | ({"final": final} if final else {})


def plan_of(final, **changes):
    study, mistakes = plan_study(config_of(final, **changes))
    assert mistakes == []
    return Plan(study)


def test_without_it_nothing_is_handed_over(images):
    plan = plan_of(None)
    assert plan.study.trained_splits == plan.study.splits == ["fold1", "fold2"]
    assert CARD not in Report(plan).targets()
    assert final_remarks(plan.study) == []


def test_it_is_trained_by_what_all_trainings_of_the_studys_splits_found(images):
    plan = plan_of({"arm": "gan", "classifier": "cnn"})
    assert plan.study.trained_splits == ["fold1", "fold2", FINAL]
    assert CARD in Report(plan).targets()
    assert final_remarks(plan.study) == [
        "`final`: cnn on gan is trained once more, on every specimen, as is gan; the estimate of time is without it"
    ]
    files = plan.classifiers.card_inputs(SimpleNamespace())
    assert files["classifier"] == f"{ROOT}/final/classifiers/gan/cnn/seed4/classifier.json"
    assert files["recipe"] == f"{ROOT}/final/recipes/gan/cnn.json"
    wildcards = SimpleNamespace(split=FINAL, arm="gan", classifier="cnn", seed="4")
    assert plan.classifiers.recipe(wildcards) == [files["recipe"]]
    read = plan.classifiers.inputs(wildcards)
    assert read["splits"] == [f"{ROOT}/splits/final/{name}.tsv" for name in ("c00", "c01")]
    assert read["pools"] == [f"{ROOT}/final/synthetic/gan/random/seed0/{name}/index.tsv" for name in ("c00", "c01")]
    assert plan.classifiers.card_options() == []
    decided = plan.classifiers.recipe_inputs(wildcards)["classifiers"]
    assert decided == [
        f"{ROOT}/fold{fold}/classifiers/gan/cnn/seed{seed}/classifier.json" for fold in (1, 2) for seed in (4, 7)
    ]


def test_an_ensembles_members_are_all_trained_again(images):
    plan = plan_of({"arm": "real", "ensemble": "both"})
    folder = f"{ROOT}/final/classifiers/real"
    assert plan.classifiers.card_inputs(SimpleNamespace())["classifier"] == f"{folder}/both/seed4/classifier.json"
    wildcards = SimpleNamespace(split=FINAL, arm="real", ensemble="both", seed="4")
    assert plan.classifiers.recipe(wildcards) == [f"{ROOT}/final/recipes/real/both.json"]
    assert plan.classifiers.member_inputs(wildcards)["classifiers"] == [
        f"{folder}/{name}/seed{seed}/classifier.json" for name in ("cnn", "other") for seed in (4, 7)
    ]


def test_nothing_that_the_study_reports_reads_what_saw_every_specimen(images):
    """Every list of files that tables, figures, the verdict and the report are made of."""
    with_it, without = plan_of({"arm": "gan", "classifier": "cnn"}), plan_of(None)
    read = []
    for plan in (with_it, without):
        page = Report(plan)
        files = plan.classifiers.runs("predictions.tsv") + plan.generators.runs("generator.json", ancestors=True)
        files += plan.pools.files("index.tsv") + plan.scores.files("scores.tsv") + plan.tables + page.figures()
        files += page.drawn_from(None)
        files += plan.study.splits
        own = SimpleNamespace(split="fold1", arm="gan", classifier="cnn", seed="4")
        files += plan.classifiers.recipe(own)
        read.append(files)
    assert read[0] == read[1]
    assert len(read[0]) > 20
    assert not [path for path in read[0] if FINAL in path]


def test_a_specimen_of_several_classes_is_tested_nowhere_on_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 8)
    plan = plan_of({"arm": "gan", "classifier": "cnn"}, specimens={"regex": "([0-9]+)[.]png"})
    shared = plan.study.contents.shared
    assert shared.specimens
    assert shared.tested(["c00", "c01"], "fold1")
    assert shared.tested(["c00", "c01"], FINAL) == []


@pytest.mark.parametrize(
    "final, message",
    [
        ({"arm": "gna", "classifier": "cnn"}, "`final.arm` is gna, which `arms` does not have; did you mean `gan`?"),
        (
            {"arm": "gan", "classifier": "cnnn"},
            "`final.classifier` is cnnn, which `classifiers` does not have; did you mean `cnn`?",
        ),
        ({"arm": "gan", "ensemble": "all"}, "`final.ensemble` is all, which `ensembles` does not have; it has both"),
        ({"arm": "gan"}, "`final` names a classifier or an ensemble, one of them"),
        ({"arm": "gan", "classifier": "cnn", "ensemble": "both"}, "`final` names a classifier or an ensemble"),
        ({"classifier": "cnn"}, "`final.arm` is missing"),
        ({"arm": "half", "classifier": "cnn"}, "`final.arm` is half, which trains on 0.5 times the training part"),
        ({"arm": "same", "classifier": "cnn"}, "`final`: cnn is not trained on arm same"),
        ({"arm": "best", "classifier": "cnn"}, "`final.arm` is best, whose generator is drawn at the snapshot"),
        ({"arm": "foreign", "classifier": "cnn"}, "`final.arm` is foreign, and made/final/c00, of the images that"),
        ({"arm": "gan", "clasifier": "cnn"}, "did you mean `classifier`?"),
    ],
)
def test_mistakes_name_the_key_and_what_was_meant(images, tmp_path, final, message):
    for split in ("fold1", "fold2"):
        draw_classes(tmp_path / "made" / split, 2, 8)
    config = config_of(final, extractor="tf_efficientnet_lite0")
    config["generators"]["foreign"] = {"family": "external", "folder": "made/{split}", "trained_on": "train"}
    config["arms"] |= {
        "half": {"specimens": 0.5},
        "same": {"with": {"epochs": 2}},
        "best": {"generator": "gan", "snapshot": "best"},
        "foreign": {"generator": "foreign"},
    }
    study, mistakes = plan_study(config)
    assert study is None
    assert [sentence for sentence in mistakes if message in sentence], mistakes


def test_it_is_left_out_with_a_classifier_whose_weights_are_missing(images):
    config = config_of({"arm": "real", "classifier": "zoo"}, missing_weights="skip")
    config["classifiers"]["zoo"] = {"architecture": "resnet10t", "size_px": 32}
    study, mistakes = plan_study(config)
    assert mistakes == []
    assert study.config.final is None
    assert final_remarks(study) == ["`final` is left out: zoo is not run"]
    assert CARD not in Report(Plan(study)).targets()
