"""Arms that a config asks for without writing each."""

import pytest

from augury.planning.reading import plan_study
from tests.project import draw_classes, small_config


@pytest.fixture
def images(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 6)


def planned(**changes):
    study, mistakes = plan_study(small_config(**changes))
    assert mistakes == []
    return study


def mistakes(**changes):
    study, problems = plan_study(small_config(**changes))
    assert study is None
    return problems


def test_several_ratios_make_an_arm_each_and_share_the_pool(images):
    study = planned(arms={"real": {}, "gan": {"generator": "gan", "ratios": [0.25, 1, 5], "steps": "equal"}})
    assert list(study.config.arms) == ["real", "gan-x0.25", "gan-x1", "gan-x5"]
    assert [study.config.arms[name].ratio for name in ("gan-x0.25", "gan-x5")] == [0.25, 5]
    assert study.config.arms["gan-x5"].steps == "equal"
    assert study.pools == [("gan", "random")]
    assert study.pool_size("gan", "random") == (5, 0)
    assert study.baseline == "real"


def test_controls_are_added_beside_what_is_written(images):
    study = planned(controls=True, arms={"real": {}, "gan": {"generator": "gan"}, "twice": {"real": 3}})
    arms = study.config.arms
    assert list(arms) == [
        "real", "gan", "twice", "classical", "gan-only", "gan-equal-steps", "gan-classical", "copier",
    ]  # fmt: skip
    assert arms["twice"].real == 3
    assert (arms["gan-only"].real, arms["gan-equal-steps"].steps) == (0, "equal")
    assert study.baseline_of("copier") == "twice"
    copier = study.config.generators["copier"]
    assert (copier.family, copier.size_px) == ("copier", 16)
    assert study.trained_generators == ["gan"]


def test_the_learning_curve_is_the_baseline_with_other_numbers(images):
    study = planned(learning_curve=[0.5, 1, 1.5], split={"reserve": 0.2}, arms={"real": {"real": 2}, "half": {}})
    assert study.curve == ["real-x0.5", "real-x1.5"]
    assert study.config.arms["real-x1.5"].model_copy(update={"specimens": 1.0}) == study.config.arms["real"]


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"learning_curve": [2]}, "`split.reserve`"),
        ({"arms": {"real": {}, "few": {"generator": "gan", "specimens": 0.5}}}, "`arms.few.specimens`"),
        ({"arms": {"real": {}, "gan": {"generator": "gan", "baseline": "rael"}}}, "`arms.gan.baseline` is rael"),
        ({"arms": {"real": {}, "gan": {"generator": "gan", "ratios": "all"}}}, "`arms.gan.ratios`"),
        ({"controls": "yes please"}, "`controls`"),
    ],
)
def test_mistakes_name_the_key(images, changes, message):
    assert any(message in sentence for sentence in mistakes(**changes)), mistakes(**changes)
