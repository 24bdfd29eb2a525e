"""Arms that change how classifiers are trained: what becomes of settings, and who is trained on them."""

from types import SimpleNamespace

import pytest

from augury.planning.changed import with_remarks
from augury.planning.checks.remarks import remarks
from augury.planning.forecast.preview import Preview
from augury.planning.forecast.resources import Needs
from augury.planning.inputs.plan import Plan
from augury.planning.reading import plan_study
from tests.project import draw_classes, small_config

CNN = {"family": "four_block_cnn", "size_px": 16, "epochs": 4}
PROBE = {"family": "probe", "size_px": 32, "pretrained": False}
MIXED = CNN | {"mixup": 0.2}


@pytest.fixture(autouse=True)
def images(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 5)


def plan_of(arms, **changes):
    classifiers = {"probe": PROBE, "cnn": CNN, "mixed": MIXED}
    usual = {"classifiers": classifiers, "generators": {}, "arms": arms if "real" in arms else {"real": {}} | arms}
    study, mistakes = plan_study(small_config(**usual | changes))
    assert mistakes == []
    return Plan(study)


def runs(plan):
    paths = plan.classifiers.runs("predictions.tsv")
    return {tuple(path.split("classifiers/")[1].split("/")[:2]) for path in paths}


MIXUP = {"mixup": {"with": {"mixup": 0.2}}}


def test_an_arm_is_for_the_classifiers_that_it_changes():
    """Not for a probe, which has no such setting, nor for one that is trained so already: its row would be a twin."""
    plan = plan_of(MIXUP, ensembles={"both": {"classifiers": ["cnn", "mixed"]}}, explain={"images": 1})
    assert {name for arm, name in runs(plan) if arm == "mixup"} == {"cnn"}
    assert {name for arm, name in runs(plan) if arm == "real"} == {"probe", "cnn", "mixed", "both"}
    assert len(plan.classifiers.explanations("umap.tsv")) == 4
    (remark,) = with_remarks(plan.study.config)
    assert remark.startswith("arm mixup changes `mixup`, which means nothing to probe, mixed, both or changes nothing")
    assert with_remarks(plan_of({}).study.config) == []


def test_only_what_is_named_changes_and_only_there():
    plan = plan_of({"other": {"with": {"epochs": 9, "augmentation": {"flip_vertical": False, "rotation_degrees": 10}}}})
    study, own = plan.study, plan.study.config.classifiers["cnn"]
    changed = plan.classifiers.settings(SimpleNamespace(arm="other", classifier="cnn"))
    assert changed.augmentation == own.augmentation.model_copy(
        update={"flip_vertical": False, "rotation_degrees": 10.0}
    )
    assert changed == own.model_copy(update={"epochs": 9, "augmentation": changed.augmentation})
    assert study.settings("classifiers", "cnn", "real") == study.settings("classifiers", "cnn")
    assert study.settings("classifiers", "cnn", "other") != study.settings("classifiers", "cnn")
    # The training learns of it by its settings alone: the arm's own are those of the baseline.
    assert study.settings("arms", "other") == study.settings("arms", "real")
    seconds = [Needs(plan).classifier_seconds(SimpleNamespace(arm=arm, classifier="cnn")) for arm in ("real", "other")]
    assert seconds[1] == pytest.approx(9 / 4 * seconds[0])


def test_a_word_is_a_policy_after_the_flips_of_the_classifier():
    plan = plan_of({"trivial": {"with": {"augmentation": "trivialaugment"}}})
    changed = plan.classifiers.settings(SimpleNamespace(arm="trivial", classifier="cnn")).augmentation
    own = plan.study.config.classifiers["cnn"].augmentation
    assert own.flip_vertical
    assert changed == own.model_copy(update={"policy": "trivialaugment"})


def test_a_classifier_that_all_primary_arms_are_for_decides():
    options = plan_of(MIXUP).verdict.judge_options()
    assert options[options.index("--primary-classifiers") + 1] == "cnn"
    assert "--primary-classifiers" not in plan_of({"twice": {"real": 2}}).verdict.judge_options()


def test_it_is_no_baseline_unless_it_is_named_and_explanations_choose_by_one_that_is_there():
    plan = plan_of(MIXUP | {"real": {}})
    assert plan.study.baseline == "real"
    assert "/real/probe/" in plan.classifiers.first_predictions()
    again = plan_of(MIXUP | {"longer": {"with": {"mixup": 0.2, "epochs": 9}, "baseline": "mixup"}},
                    classifiers={"probe": PROBE, "cnn": CNN})  # fmt: skip
    assert again.study.baseline_of("longer") == "mixup"


def test_beside_a_generator_it_is_a_control():
    arms = MIXUP | {"gan": {"generator": "gan"}}
    plan = plan_of(arms, generators=small_config()["generators"])
    assert plan.study.primary_arms == ["gan"]


def test_what_is_set_for_all_classifiers_holds_on_all_arms():
    """As in the overlay of smoke tests, which shortens every training."""
    plan = plan_of({"longer": {"with": {"epochs": 99, "mixup": 0.4}}}, every_classifier={"epochs": 1})
    assert plan.study.config.arms["longer"].with_ == {"mixup": 0.4}


@pytest.mark.parametrize(
    "arms, sentence",
    [
        (
            {"a": {"with": {"mixupp": 0.2}}},
            "`arms.a.with.mixupp` is no setting of any of the classifiers (probe, cnn, mixed); did you mean `mixup`?",
        ),
        ({"a": {"with": {"size_px": 32}}}, "`arms.a.with.size_px` would make another network of a classifier"),
        ({"a": {"with": {"widths": [1, 2, 3, 4]}}}, "`arms.a.with.widths` would make another network"),
        ({"a": {"with": {"mixup": -1}}}, "`arms.a.with.mixup` is -1; it must be at least 0"),
        ({"a": {"with": {"augmentation": "trivial"}}}, '`arms.a.with.augmentation.policy` is "trivial"; it must be'),
        ({"a": {"with": {"mixup": 0.1, "inner_folds": 3}}}, "`arms.a.with` changes nothing, since no classifier has"),
        ({"a": {"with": {"epochs": 4}}}, "`arms.a.with` changes nothing, since all classifiers train so already"),
        ({"a": {"with": {"mixup": 0.2}}, "b": {"baseline": "a"}}, "`arms.b` is compared with a, on which probe, mixed"),
    ],
)  # fmt: skip
def test_mistakes_are_told(arms, sentence):
    classifiers = {"probe": PROBE, "cnn": CNN, "mixed": MIXED}
    study, mistakes = plan_study(small_config(classifiers=classifiers, generators={}, arms={"real": {}} | arms))
    assert study is None
    assert [mistake[: len(sentence)] for mistake in mistakes] == [sentence]


GAN = {"generator": "gan"}
GENERATORS = small_config()["generators"]


def test_an_order_is_for_what_is_trained_step_by_step():
    arms = {"gan": GAN, "tuned": GAN | {"order": "synthetic_then_real"}}
    plan = plan_of(arms, generators=GENERATORS)
    assert {name for arm, name in runs(plan) if arm == "tuned"} == {"cnn", "mixed"}
    (remark,) = with_remarks(plan.study.config)
    assert remark.startswith("arm tuned changes `order`, which means nothing to probe")


@pytest.mark.parametrize(
    "arm, sentences",
    [
        ({"synthetic_weight": 0.2}, ["`arms.a.synthetic_weight` sets synthetic images against others"]),
        (GAN | {"synthetic_weight": 0.2, "real": 0}, ["`arms.a.synthetic_weight` sets synthetic images against"]),
        ({"order": "synthetic_then_real"}, ["`arms.a.order` sets synthetic images against others"]),
        (GAN | {"order": "synthetic_then_real", "synthetic_weight": 0.2, "steps": "equal"},
         ["`arms.a.synthetic_weight` has no meaning where", "`arms.a.steps` has no meaning where"]),
    ],
)  # fmt: skip
def test_what_an_arm_cannot_weigh_or_order_is_told(arm, sentences):
    study, mistakes = plan_study(small_config(arms={"real": {}, "a": arm}))
    assert study is None
    assert [mistake[: len(sentence)] for mistake, sentence in zip(mistakes, sentences, strict=True)] == sentences


def test_probes_alone_have_no_order():
    arms = {"real": {}, "a": GAN | {"order": "synthetic_then_real"}}
    _, mistakes = plan_study(small_config(classifiers={"probe": PROBE}, arms=arms))
    assert mistakes == ["`arms.a.order` means nothing to probe; add a classifier of another family"]


def test_an_arm_of_classifiers_whose_weights_are_missing_is_left_out_with_them():
    classifiers = {"cnn": CNN, "large": {"architecture": "resnet18", "size_px": 32}}
    arms = {"fast": {"with": {"head_learning_rate": 0.01}}, "twice": {"real": 2}}
    primary = {"primary": {"classifiers": ["large", "cnn"], "arms": ["fast", "twice"]}}
    plan = plan_of(arms, classifiers=classifiers, missing_weights="skip", statistics=primary)
    assert list(plan.study.config.arms) == ["real", "twice"]
    assert plan.study.compared == ["twice"]
    assert Preview(plan).tests == 1
    assert "arm fast is left out: the classifiers that it is for are not run" in remarks(plan.study)
