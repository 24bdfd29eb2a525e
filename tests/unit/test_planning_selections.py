"""Selections in a plan: their entries, the seeds of their pools, what they read, and what is wrong with them."""

from types import SimpleNamespace

import pytest

from augury.figures.catalogue import FIGURES
from augury.generators.family import GeneratorFamily
from augury.planning.inputs.plan import Plan
from augury.planning.reading import plan_study
from augury.settings.families import names
from tests.project import draw_classes, small_config

GAN = {"generator": "gan", "ratio": 1}


@pytest.fixture(autouse=True)
def _images(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 5)


def planned(selection, **changes):
    return plan_study(small_config(arms={"real": {}, "chosen": GAN | {"selection": selection}}, **changes))


class Wildcards(SimpleNamespace):
    def items(self):
        return vars(self).items()


def wildcards(selection, seed="0", pool="gan"):
    return Wildcards(split="holdout", pool=pool, selection=selection, seed=seed, class_="c00")


def test_a_family_needs_no_entry_and_an_entry_may_have_its_name():
    study, mistakes = planned("genetic")
    assert mistakes == []
    assert study.config.selections["genetic"].generations == 500
    study, _ = planned("genetic", selections={"genetic": {"generations": 3}})
    assert study.config.selections["genetic"].generations == 3
    assert planned("random")[0].config.selections == {}


def test_settings_of_every_selection_reach_families_without_an_entry():
    study, mistakes = planned("genetic", every_selection={"generations": 2, "candidates": 9})
    assert mistakes == []
    assert study.config.selections["genetic"].generations == 2


def test_pools_that_begin_with_training_images_have_a_table_and_a_figure_of_their_own():
    edm = {"edm": {"family": "diffusion", "size_px": 16}}
    arms = {
        "real": {},
        "near": {"generator": "edm", "ratio": 1, "selection": "from_specimen"},
        "far": {"generator": "edm", "ratio": 1, "selection": "truncation"},
    }
    plan = Plan(plan_study(small_config(generators=edm, arms=arms, seeds=[0, 1]))[0])
    begun = "results/small/holdout/synthetic/edm/from_specimen/seed{}/{}/selection.json"
    assert plan.study.begun_pools == [("edm", "from_specimen")]
    assert plan.pools.files("selection.json", begun=True) == [
        begun.format(seed, class_) for seed in (0, 1) for class_ in ("c00", "c01")
    ]
    assert plan.paths.table("copies") in plan.tables
    shown = {name: FIGURES[name].files(plan) for name in ("copies", "compared")}
    assert shown["copies"]["descriptions"] == [begun.format(0, "c00"), begun.format(0, "c01")]
    assert {path.split("/")[-4] for path in shown["compared"]["sheets"]} == {"truncation"}
    plain = Plan(planned("truncation")[0])
    assert plain.paths.table("copies") not in plain.tables
    assert not FIGURES["copies"].is_made(plain)
    losses = ("denoising_losses", "generator_losses")
    assert [FIGURES[name].is_made(each) for each in (plan, plain) for name in losses] == [True, False, False, True]


def test_a_search_is_repeated_for_each_seed_though_generators_are_not():
    study, _ = planned("genetic", seeds=[3, 4], generator_seeds=[7])
    plan = Plan(study)
    assert [study.pool_seed("genetic", seed) for seed in (3, 4)] == [3, 4]
    assert [study.pool_seed("random", seed) for seed in (3, 4)] == [7, 7]
    assert "/generators/gan/seed7/" in plan.generators.source(wildcards("genetic", "4"), "generator.json")
    assert "/generators/gan/seed7/" in plan.generators.source(wildcards("random", "7"), "generator.json")
    assert [path for path in plan.pools.searches("history.tsv") if "/seed4/c01/" in path] == [
        "results/small/holdout/synthetic/gan/genetic/seed4/c01/history.tsv"
    ]
    arm = Wildcards(split="holdout", arm="chosen", classifier="cnn", seed="4")
    assert plan.classifiers.pools(arm)[0] == "results/small/holdout/synthetic/gan/genetic/seed4/c00/index.tsv"


def test_inputs_are_what_the_settings_ask_for():
    def inputs(**settings):
        study, mistakes = planned("s", selections={"s": settings}, extractor="tf_efficientnet_lite0")
        assert mistakes == []
        return Plan(study).pools.selection_inputs(wildcards("s"))

    plain = inputs()
    assert set(plain) == {"description", "weights", "pack", "rows"}
    assert set(inputs(realism={"by": "discriminator"})) - set(plain) == {"discriminator"}
    for by_features in ({"objective": "vendi"}, {"realism": {"by": "density"}}, {"family": "farthest_point"}):
        assert set(inputs(**by_features)) - set(plain) == {"features"}
    asked = inputs(family="uncertainty")
    assert asked["classifier"] == "results/small/holdout/classifiers/real/cnn/seed0/classifier.safetensors"


def test_code_of_other_families_is_no_part_of_a_selection():
    def digest(**settings):
        study, _ = planned("s", selections={"s": settings}, extractor="tf_efficientnet_lite0")
        return Plan(study).pools.selection_code(wildcards("s"))

    kinds = ({}, {"realism": {"by": "discriminator"}}, {"objective": "vendi"}, {"family": "truncation"})
    assert len({digest(**kind) for kind in kinds}) == 4
    assert digest() == digest(population=5)


@pytest.mark.parametrize(
    "selection, entries, message",
    [
        ("evolved", {}, "`arms.chosen.selection` is evolved, which `selections` does not have (it has random)"),
        ("random", {"random": {}}, "`selections.random` is always there and has no settings"),
        ("s", {"s": {"elite": 20}}, "`selections.s.elite`: it is 20 of a population of 20; leave room for children"),
        ("s", {"s": {"space": "w"}}, "`selections.s.space` is w, which gan of family dcgan does not have"),
        ("s", {"s": {"objective": "vendi"}}, "`selections.s` compares images by features; name an `extractor`"),
        ("farthest_point", {}, "`selections.farthest_point` compares images by features; name an `extractor`"),
        ("s", {"s": {"family": "uncertainty", "classifier": "x"}}, "`selections.s.classifier` is x"),
        ("s", {"s": {"family": "uncertainty", "arm": "x"}}, "`selections.s.arm` is x, which `arms` does not have"),
        ("s", {"s": {"family": "uncertainty", "arm": "chosen"}}, "`selections.s.arm` is chosen, which takes synthetic"),
        ("s", {"s": {"generation": 3}}, "did you mean `generations`?"),
    ],
)
def test_mistakes_are_told(selection, entries, message):
    study, mistakes = planned(selection, selections=entries)
    assert study is None
    assert message in "\n".join(mistakes)
    assert len(mistakes) == 1


def test_an_unknown_selection_is_told_with_the_families_that_need_no_entry():
    _, mistakes = planned("furthest", selections={"s": {}})
    assert mistakes == [
        "`arms.chosen.selection` is furthest, which `selections` does not have (it has random, s); the families "
        f"{', '.join(names('selections'))} need no entry"
    ]


def test_a_discriminator_is_asked_of_generators_that_have_one(monkeypatch):
    entries = {"s": {"realism": {"by": "discriminator"}}}
    assert planned("s", selections=entries)[1] == []
    monkeypatch.setattr(GeneratorFamily, "adversarial", False)
    assert planned("s", selections={"s": {}})[1] == []
    assert planned("s", selections=entries)[1] == [
        "`selections.s` asks the discriminator of its generator, and gan of family dcgan is trained without one; "
        "for a genetic search, set `realism: {by: density}`"
    ]


def test_uncertainty_needs_an_arm_of_real_images_and_choices_a_generator():
    arms = {"chosen": GAN | {"selection": "uncertainty"}, "bare": {"selection": "genetic"}}
    _, mistakes = plan_study(small_config(arms=arms))
    assert "`selections.uncertainty` needs a classifier that saw real images alone" not in "\n".join(mistakes)
    assert "`arms.bare.selection` chooses images of a generator; name one in `arms.bare.generator`" in mistakes
    _, mistakes = plan_study(small_config(arms={"chosen": GAN | {"selection": "uncertainty"}}))
    assert mistakes == [
        "`selections.uncertainty` needs a classifier that saw real images alone; add an arm without a generator, "
        "`real: {}`"
    ]
