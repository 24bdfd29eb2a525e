"""Defaults, coercion and messages of the config's schema."""

import json

import pytest

from augury.planning.schema import as_json, complete, load_schema, problems


def test_defaults_reach_every_depth():
    config = complete(
        {"images": "x", "generators": {"g": {}}, "classifiers": {"c": {"family": "four_block_cnn"}}, "arms": {"a": {}}}
    )
    assert config["split"]["train"] == "rest"
    assert config["generators"]["g"]["learning_rate"] == 0.0002
    assert config["generators"]["g"]["augmentation"]["rotation_degrees"] == 0.0
    assert config["arms"]["a"]["ratio"] == 1.0
    assert problems(config) == []


@pytest.mark.parametrize("written, read", [(1, 1.0), ("2e-4", 2e-4), (1e-3, 1e-3)])
def test_numbers_take_their_schema_type(written, read):
    rate = complete({"images": "x", "generators": {"g": {"learning_rate": written}}})["generators"]["g"][
        "learning_rate"
    ]
    assert rate == read
    assert isinstance(rate, float)


def test_order_and_number_style_do_not_change_the_json():
    one = complete({"images": "x", "arms": {"a": {"ratio": 1, "classical": 0}}})["arms"]["a"]
    other = complete({"images": "x", "arms": {"a": {"classical": 0.0, "ratio": 1.0}}})["arms"]["a"]
    assert as_json(one) == as_json(other)
    assert list(json.loads(as_json(one))) == sorted(one)


def test_integers_stay_integers():
    batch = complete({"images": "x", "generators": {"g": {"batch": 32.0}}})["generators"]["g"]["batch"]
    assert isinstance(batch, int)


def test_all_problems_are_told_at_once_with_key_and_remedy():
    config = complete(
        {
            "images": "x",
            "guard": "off",
            "generators": {"g": {"batch": 0, "epoch": 3, "family": "dcgan"}},
            "split": {"test": "some"},
            "arms": {"a b": {}},
        }
    )
    found = problems(config)
    text = "\n".join(found)
    assert len(found) == 5
    assert '`guard` is "off"; it must be one of enforce, record' in text
    assert "`generators.g.batch` is 0; it must be at least 2 (Images a step)" in text
    assert "`generators.g.epoch` is no known key" in text
    assert '`split.test` is "some"; it must be `rest` or a number of at least 0' in text
    assert "`arms.a b`: use letters" in text


def test_a_misspelt_key_gets_the_near_one():
    assert (
        "did you mean `learning_rate`?"
        in problems(complete({"images": "x", "generators": {"g": {"learnig_rate": 1}}}))[0]
    )


def test_missing_images_is_one_sentence():
    assert problems(complete({}))[0].startswith("`images` is missing: Folder with one folder of images per class")


def test_every_setting_is_described_and_has_a_default():
    """A key without a default or a description cannot be documented nor filled."""
    lacking = []

    def walk(schema, path):
        for name, rule in schema.get("properties", {}).items():
            where = f"{path}.{name}"
            target = load_schema()["$defs"][rule["$ref"].rpartition("/")[2]] if "$ref" in rule else rule
            if "const" in rule:
                continue
            if "description" not in rule and "description" not in target:
                lacking.append(f"{where}: description")
            if "default" not in rule and "default" not in target and name != "images":
                lacking.append(f"{where}: default")
            walk(target, where)

    walk(load_schema(), "config")
    for name, rule in load_schema()["$defs"].items():
        walk(rule, name)
    assert lacking == []


def test_objects_allow_no_unknown_keys():
    def walk(rule, path):
        if isinstance(rule, dict):
            if rule.get("type") == "object" and "properties" in rule and "allOf" not in rule:
                assert rule.get("additionalProperties") is False, path
            for name, each in rule.items():
                walk(each, f"{path}.{name}")

    walk(load_schema(), "config")
