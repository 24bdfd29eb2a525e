"""Which trainings a study plans for a classifier in whose training nothing is random."""

from types import SimpleNamespace

import pytest

from augury.planning.forecast.costs import Costs
from augury.planning.inputs.plan import Plan
from augury.planning.reading import plan_study
from augury.settings.families import families
from tests.project import draw_classes, small_config

GAN = {"generator": "gan", "ratio": 1}
PROBE = {"family": "probe", "size_px": 32}
CNN = {"family": "four_block_cnn", "size_px": 16, "epochs": 1}
ARMS = {
    "real": {},
    "copies": {"classical": 1, "classical_augmentation": {"flip_horizontal": True}},
    "gan": GAN,
    "chosen": GAN | {"selection": "mild"},
}
SELECTIONS = {"mild": {"family": "truncation"}}


@pytest.fixture
def images(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 5)


def plan_of(**changes):
    usual = {"classifiers": {"probe": PROBE, "cnn": CNN}, "arms": ARMS, "selections": SELECTIONS, "seeds": [3, 4, 5]}
    study, mistakes = plan_study(small_config(**usual | changes))
    assert mistakes == []
    return Plan(study)


def seeds(plan, arm, classifier):
    return plan.study.trainings.seeds(arm, classifier)


@pytest.mark.parametrize(
    ("generator_seeds", "of_gan"), [([0], [3]), ([0, 1], [3, 4]), ([0, 1, 2], [3, 4, 5]), ([1, 0], [3, 4])]
)
def test_a_probe_is_trained_once_on_each_training_set(images, generator_seeds, of_gan):
    plan = plan_of(generator_seeds=generator_seeds)
    assert seeds(plan, "real", "probe") == [3]
    assert seeds(plan, "gan", "probe") == of_gan
    assert seeds(plan, "chosen", "probe") == [3, 4, 5]  # chosen anew for each seed
    assert seeds(plan, "copies", "probe") == [3, 4, 5]  # drawn by it
    assert all(seeds(plan, arm, "cnn") == [3, 4, 5] for arm in ARMS)


@pytest.mark.parametrize(("n_seeds", "n_generators"), [(1, 1), (3, 1), (3, 2), (2, 2), (3, 3)])
def test_costs_of_other_seeds_are_those_of_the_study_that_has_them(images, n_seeds, n_generators):
    other = plan_of(seeds=list(range(n_seeds)), generator_seeds=list(range(n_generators)))
    costs = Costs(plan_of(seeds=[0, 1], generator_seeds=[0])).of(1, n_seeds, n_generators)
    assert costs.classifiers == len(other.classifiers.runs("predictions.tsv"))
    assert costs == Costs(other).of(1, n_seeds, n_generators)


def test_the_plan_lists_no_other(images):
    plan = plan_of(arms={"real": {}, "gan": GAN}, generator_seeds=[0, 1])
    runs = {path.split("classifiers/")[1].removesuffix("/predictions.tsv") for path in
            plan.classifiers.runs("predictions.tsv")}  # fmt: skip
    assert {run for run in runs if "probe" in run} == {"real/probe/seed3", "gan/probe/seed3", "gan/probe/seed4"}
    assert len(runs) == 3 + 6


def test_a_probe_on_random_networks_is_random(images):
    plan = plan_of(classifiers={"probe": PROBE | {"pretrained": False}})
    assert seeds(plan, "real", "probe") == [3, 4, 5]
    assert plan.study.trainings.deterministic == []


def test_the_judge_is_told(images):
    plan = plan_of(generator_seeds=[0])
    words = plan.verdict.judge_options()
    told = ["--deterministic", "probe", "--probes", "probe", "--copied", "copies"]
    assert words[words.index("--deterministic") :] == told
    assert "--deterministic" not in plan_of(classifiers={"cnn": CNN}).verdict.judge_options()


def test_members_of_ensembles_stand_for_all_seeds_and_count_once(images):
    twin = PROBE | {"inner_folds": 3}
    ensembles = {"mixed": {"classifiers": ["probe", "cnn"]}, "over": {"over_seeds": True},
                 "probes": {"classifiers": ["probe", "twin"]}}  # fmt: skip
    plan = plan_of(
        classifiers={"probe": PROBE, "cnn": CNN, "twin": twin}, arms={"real": {}, "gan": GAN}, ensembles=ensembles
    )

    def members(ensemble, seed, arm="real"):
        wildcards = SimpleNamespace(split="holdout", arm=arm, ensemble=ensemble, seed=seed)
        paths = plan.classifiers.member_inputs(wildcards)["predictions"]
        return [path.split(f"{arm}/")[1].removesuffix("/predictions.tsv") for path in paths]

    assert members("mixed", "5") == ["probe/seed3", "cnn/seed5"]
    assert members("over", "3") == ["probe/seed3", "cnn/seed3", "cnn/seed4", "cnn/seed5", "twin/seed3"]
    assert seeds(plan, "real", "mixed") == [3, 4, 5]
    assert seeds(plan, "real", "over") == [3]
    assert seeds(plan, "real", "probes") == [3]
    assert plan.study.trainings.deterministic == ["probe", "twin", "probes"]


def test_an_ensemble_of_one_probe_over_seeds_is_a_mistake(images):
    config = small_config(classifiers={"probe": PROBE}, seeds=[0, 1], ensembles={"e": {"over_seeds": True}})
    _, mistakes = plan_study(config)
    assert mistakes == ["`ensembles.e` has one member, probe, that is the same for all seeds; name two classifiers"]


def test_a_selection_by_a_probe_asks_for_the_one_that_is_trained(images):
    selections = {"unsure": {"family": "uncertainty", "classifier": "probe", "arm": "real"}}
    plan = plan_of(arms={"real": {}, "gan": GAN | {"selection": "unsure"}}, selections=selections)
    wildcards = SimpleNamespace(split="holdout", selection="unsure", seed="5", pool="gan", class_="class0")
    assert plan.pools._classifier(wildcards).endswith("classifiers/real/probe/seed3")


def test_all_other_families_are_random():
    found = {name: family.settings().deterministic for name, family in families("classifiers").items()}
    assert [name for name, deterministic in found.items() if deterministic] == ["probe"]
