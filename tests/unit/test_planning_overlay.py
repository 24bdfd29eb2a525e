"""Settings for every generator, classifier and arm at once."""

from pathlib import Path

import yaml

from augury.planning import overlay
from tests.settings import mistakes

CONFIG = Path(__file__).resolve().parents[2] / "config"


def test_each_entry_takes_what_its_family_has():
    config = {
        "generators": {"d": {}, "s": {"family": "stylegan2", "duration": 9}},
        "every_generator": {"duration": 1, "style_dim": 8, "width": 4},
        "classifiers": {"c": {"family": "four_block_cnn"}, "t": None},
        "every_classifier": {"epochs": 2, "freeze_fraction": 1.0},
        "arms": {"real": {}, "g": {"snapshot": "best"}},
        "every_arm": {"snapshot": None},
        "selections": {"few": {"images": 30}, "far": {"family": "farthest_point"}},
        "every_selection": {"images": 8, "candidates": 9},
    }
    made, problems = overlay.applied(config)
    assert problems == []
    assert made["generators"] == {
        "d": {"duration": 1, "width": 4},
        "s": {"family": "stylegan2", "duration": 1, "style_dim": 8},
    }
    assert made["classifiers"] == {
        "c": {"family": "four_block_cnn", "epochs": 2},
        "t": {"epochs": 2, "freeze_fraction": 1.0},  # the default family is the zoo
    }
    assert made["arms"] == {"real": {"snapshot": None}, "g": {"snapshot": None}}
    assert made["selections"] == {"few": {"images": 8}, "far": {"family": "farthest_point", "candidates": 9}}
    assert config["generators"]["d"] == {}


def test_a_network_gets_the_smallest_images_that_it_takes():
    classifiers = {"a": {"family": "torchvision_zoo", "architecture": "alexnet", "size_px": 224}}
    classifiers |= {"l": {"family": "lenet5"}, "t": {"architecture": "resnet18", "size_px": 224, "image_px": 32}}
    made, problems = overlay.applied({"classifiers": classifiers, "every_classifier": {"size_px": 24}})
    assert problems == []
    assert {name: entry["size_px"] for name, entry in made["classifiers"].items()} == {"a": 63, "l": 32, "t": 24}
    assert mistakes(made | {"images": "x"}) == []


def test_a_number_of_images_changes_only_in_arms_that_have_one():
    arms = {"real": {}, "gan": {"generator": "g", "count": 5000}, "half": {"generator": "g", "ratio": 0.5}}
    arms |= {"more": {"classical_to": 90}}
    made, problems = overlay.applied({"arms": arms, "every_arm": {"count": 8, "classical_to": 24}})
    assert problems == []
    assert made["arms"] == arms | {"gan": {"generator": "g", "count": 8}, "more": {"classical_to": 24}}


def test_a_study_without_classifiers_of_its_own_has_the_default_ones_changed():
    made, _ = overlay.applied({"every_classifier": {"epochs": 2}})
    assert made["classifiers"] == {"cnn": {"family": "four_block_cnn", "epochs": 2}}


def test_a_key_that_no_family_has_is_told():
    _, problems = overlay.applied({"every_generator": {"durration": 1, "family": "dcgan"}})
    assert "`every_generator.durration` is no setting of any of the generators; did you mean `duration`?" in problems
    assert any(sentence.startswith("`every_generator.family`") for sentence in problems)


def test_the_shipped_studies_and_the_overlay_fit_the_schema():
    smoke = yaml.safe_load((CONFIG / "smoke.yaml").read_text())
    studies = [path for path in (CONFIG / "studies").glob("*.yaml") if not path.stem.endswith("-paper")]
    assert studies
    for path in studies:
        study = yaml.safe_load(path.read_text())
        assert mistakes(study) == [], path
        made, problems = overlay.applied(study | smoke)
        assert problems == []
        assert mistakes(made) == [], path
        assert all(entry["size_px"] == 32 for entry in made["generators"].values())
