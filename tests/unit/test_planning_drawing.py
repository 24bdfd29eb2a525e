"""Settings of drawing reach what draws images, and no training: another sampler makes pools and scores again alone."""

from types import SimpleNamespace

import pytest

from augury.planning.inputs.plan import Plan
from augury.planning.reading import plan_study

JOB = {"split": "holdout", "generator": "g", "seed": "0", "class_": "a"}
POOL = SimpleNamespace(**JOB, pool="g", selection="random")
CHOSEN = SimpleNamespace(**JOB, pool="g", selection="near")


@pytest.fixture
def parameters(tmp_path):
    """What rules compare of a study's generator, by rule."""
    for class_ in ("a", "b"):
        (tmp_path / class_).mkdir()
        for number in range(6):
            (tmp_path / class_ / f"{number}.png").write_bytes(f"{class_}{number}".encode())  # contents are specimens

    def compared(family="diffusion", **settings):
        made, mistakes = plan_study(
            {
                "images": str(tmp_path),
                "generators": {"g": {"family": family, "size_px": 32} | settings},
                "selections": {"near": {"family": "from_specimen" if family == "diffusion" else "genetic"}},
                "arms": {"real": {}, "g": {"generator": "g", "ratio": 1}, "n": {"generator": "g", "selection": "near"}},
            }
        )
        assert not mistakes
        plan = Plan(made)
        return {
            "train_generator": made.settings("generators", "g"),
            "synthesize_images": plan.pools.options(POOL),
            "select_latents": plan.pools.selection_options(CHOSEN),
            "draw_features": plan.scores.draw_options(SimpleNamespace(**JOB)),
            "score_synthetic": plan.generators.drawing(SimpleNamespace(**JOB)),
        }

    return compared


@pytest.mark.parametrize(
    "change", [{"steps": 9}, {"rho": 5.0}, {"s_churn": 10}, {"sampler_precision": "fp32"}, {"sigma_max": 50}]
)
def test_another_sampler_draws_again_and_trains_nothing(parameters, change):
    before, after = parameters(), parameters(**change)
    assert {rule for rule in before if before[rule] != after[rule]} == before.keys() - {"train_generator"}


def test_guidance_draws_again_where_its_network_was_trained_for_it(parameters):
    before, after = parameters(label_dropout=0.1), parameters(label_dropout=0.1, guidance=2)
    assert {rule for rule in before if before[rule] != after[rule]} == before.keys() - {"train_generator"}


def test_what_a_training_depends_on_is_no_option_of_drawing(parameters):
    before, after = parameters(), parameters(learning_rate=0.01, p_mean=-1.0)
    assert {rule for rule in before if before[rule] != after[rule]} == {"train_generator"}


def test_a_family_without_such_settings_has_no_such_option(parameters):
    assert not any("--drawing" in parameters("dcgan")[rule] for rule in ("synthesize_images", "draw_features"))
    assert parameters("dcgan")["score_synthetic"] == []
