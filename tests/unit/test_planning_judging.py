"""A network that a generator's discriminator looks through chooses nothing of it: what a plan makes of that."""

import dataclasses
from types import SimpleNamespace

import pytest

from augury.generators.dcgan import family as dcgan
from augury.planning.inputs.plan import Plan
from augury.planning.reading import plan_study
from tests.project import draw_classes, small_config

PAIR = ["tf_efficientnet_lite0", "tf_efficientnet_lite1"]


@pytest.fixture(autouse=True)
def images(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 3, 5)


@pytest.fixture
def looking(monkeypatch):
    """A DCGAN whose discriminator looks through the first network."""
    monkeypatch.setattr(dcgan, "FAMILY", dataclasses.replace(dcgan.FAMILY, looks_through=(PAIR[0],)))


def planned(extractor, family="dcgan", **arm):
    generators = {"dcgan": {"family": family, "size_px": 16, "duration": 1, "snapshots": [1]}}
    selections = {"far": {"family": "farthest_point"}} if extractor else {}
    arms = {"real": {}, "augmented": {"generator": "dcgan", "ratio": 1} | arm}
    return plan_study(small_config(extractor=extractor, generators=generators, arms=arms, selections=selections))


def pool_options(study):
    wildcards = SimpleNamespace(
        split="holdout", pool="dcgan", generator="dcgan", selection="far", seed="0", class_=study.classes[0]
    )
    plan = Plan(study)
    features = plan.pools.selection_inputs(wildcards)["features"]
    return plan.pools.selection_options(wildcards), features, plan.scores.inputs(wildcards)["real"]


@pytest.mark.parametrize("arm", [{"snapshot": "best"}, {"selection": "far"}])
def test_a_choice_by_that_network_alone_is_refused(looking, arm):
    study, mistakes = planned(PAIR[0], **arm)
    assert study is None
    [sentence] = mistakes
    assert f"`arms.augmented.{next(iter(arm))}` would be chosen by {PAIR[0]}" in sentence
    assert "circular" in sentence
    assert planned(PAIR, **arm)[1] == []


@pytest.mark.parametrize("arm", [{"snapshot": "best"}, {"selection": "far"}])
def test_a_projected_gan_is_never_chosen_from_by_lite0(arm):
    study, mistakes = planned(PAIR[0], "projected", **arm)
    assert study is None
    assert "circular" in mistakes[0]
    study, mistakes = planned(PAIR, "projected", **arm)
    assert mistakes == []
    if "selection" in arm:
        options, *_ = pool_options(study)
        assert options[options.index("--extractor") + 1] == PAIR[1]


def test_a_choice_by_chance_is_not(looking):
    assert planned(PAIR[0])[1] == []


def test_a_selection_by_features_takes_the_next_network(looking):
    options, features, real = pool_options(planned(PAIR, selection="far")[0])
    assert options[options.index("--extractor") + 1] == PAIR[1]
    assert features.endswith(f".features-{PAIR[1]}.npy")
    assert [path.rpartition("features-")[2] for path in real] == [f"{name}.npy" for name in PAIR]


def test_another_generator_is_chosen_from_by_the_first():
    options, *_ = pool_options(planned(PAIR, selection="far")[0])
    assert options[options.index("--extractor") + 1] == PAIR[0]


@pytest.mark.parametrize(("extractor", "names"), [(PAIR[0], PAIR[:1]), (PAIR, PAIR), (None, []), ([], [])])
def test_one_network_several_or_none_may_be_named(extractor, names):
    study, mistakes = planned(extractor)
    assert mistakes == []
    assert study.config.extractors == names
    assert bool(Plan(study).scores.files("scores.tsv")) == bool(names)
