"""Defaults, coercion and messages of the config's schema."""

import ast
import json

import pytest

from augury.planning.defaults import as_json, complete, load_schema
from augury.planning.schema import problems


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
            if "default" not in rule and "default" not in target and name not in schema.get("required", ()):
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


def keys_read(script, family, name):
    """Keys that the code behind a script reads from a mapping of that name, as `name["key"]` or `self.name["key"]`."""
    from pathlib import Path

    from augury.code.closure import SCRIPTS, closure

    found = set()
    for path in closure(script, (family,)):
        for node in ast.walk(ast.parse((SCRIPTS.parents[1] / Path(path)).read_text())):
            owner = key = None
            if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                owner, key = node.value, node.slice.value
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get" and node.args:
                owner, key = node.func.value, getattr(node.args[0], "value", None)
            if isinstance(key, str):
                called = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", None)
                if isinstance(owner, ast.Subscript) and isinstance(owner.slice, ast.Constant):
                    called = owner.slice.value  # description["settings"]["key"]
                if called == name:
                    found.add(key)
    return found


FOR_THE_PLANNER = {"scope", "classes", "size_px", "channels", "init_from"}


@pytest.mark.parametrize(
    "section, script, family, name, for_others",
    [
        ("dcgan", "train_generator", "augury.generators.dcgan.training", "settings", FOR_THE_PLANNER),
        ("stylegan2", "train_generator", "augury.generators.stylegan2.training", "settings", FOR_THE_PLANNER),
        ("ada", "train_generator", "augury.generators.stylegan2.training", "ada", set()),
        ("lecam", "train_generator", "augury.generators.dcgan.training", "lecam", set()),
        ("four_block_cnn", "train_classifier", "augury.classifiers.four_block_cnn", "settings", set()),
        ("lenet5", "train_classifier", "augury.classifiers.lenet5", "settings", set()),
        ("dcgan_discriminator", "train_classifier", "augury.classifiers.dcgan_discriminator", "settings", set()),
        ("probe", "train_classifier", "augury.classifiers.probe", "settings", set()),
        ("timm_zoo", "train_classifier", "augury.classifiers.timm_zoo", "settings", set()),
        ("torchvision_zoo", "train_classifier", "augury.classifiers.torchvision_zoo", "settings", set()),
        ("genetic", "select_latents", "augury.selections.genetic", "settings", {"device"}),
        ("believable", "select_latents", "augury.selections.genetic", "believable", set()),
        ("truncation", "select_latents", "augury.selections.truncation", "settings", {"device"}),
        ("farthest_point", "select_latents", "augury.selections.farthest_point", "settings", {"device"}),
        ("uncertainty", "select_latents", "augury.selections.uncertainty", "settings", {"device", "classifier", "arm"}),
        (
            "arm",
            "train_classifier",
            "augury.classifiers.timm_zoo",
            "arm",
            {"selection", "at", "truncation", "against", "ratios"},
        ),
        (
            "copier",
            "import_images",
            "augury.generators.copier.images",
            "settings",
            {"classes", "noise", "size_px", "channels"},
        ),
        ("external", "import_images", "augury.generators.external.images", "settings", {"classes", "folder"}),
    ],
)
def test_the_schema_has_the_settings_that_the_code_reads_and_no_others(section, script, family, name, for_others):
    """`for_others`: keys that the planner uses up before a script runs."""
    known = set(load_schema()["$defs"][section]["properties"])
    read = keys_read(script, family, name)
    assert known - read <= for_others
    # Training reads what some families alone have, such as freezing, where it is there.
    from_scratch = section in ("four_block_cnn", "lenet5", "dcgan_discriminator", "probe")
    foreign = set(load_schema()["$defs"]["timm_zoo"]["properties"]) if from_scratch else set()
    foreign |= {"dihedral_views", "backbones"} if name == "settings" else set()
    # Its network is the DCGAN's, whose module reads what the generator needs.
    foreign |= set(load_schema()["$defs"]["dcgan"]["properties"]) if section == "dcgan_discriminator" else set()
    # A selection reads what its classifier was trained by; running one asks for what some families alone have.
    foreign |= set(load_schema()["$defs"]["timm_zoo"]["properties"]) if section == "uncertainty" else set()
    foreign |= {"space", "believable", "precision", "objective", "measure"} if script == "select_latents" else set()
    assert read - known - foreign <= {"fingerprint"}


@pytest.mark.parametrize(
    "key, value, words",
    [
        ("depth16", 7, "it must be `full` or `image` or a whole number from 8 to 16"),
        ("depth16", "half", "it must be `full` or `image` or a whole number from 8 to 16"),
        ("pages", 0, "it must be `refuse` or `first` or a whole number of at least 1"),
        ("pages", "last", "it must be `refuse` or `first` or a whole number of at least 1"),
    ],
)
def test_a_choice_of_words_and_numbers_is_told(key, value, words):
    (sentence,) = problems(complete({"images": "x", "preparation": {key: value}}))
    assert sentence.startswith(f"`preparation.{key}` is {json.dumps(value)}; {words}")


@pytest.mark.parametrize(("key", "value"), [("depth16", 12), ("depth16", "image"), ("pages", "first"), ("pages", 3)])
def test_words_and_numbers_stay_what_they_are(key, value):
    config = complete({"images": "x", "preparation": {key: value}})
    assert problems(config) == []
    assert config["preparation"][key] == value


def test_a_section_that_is_none_is_told_once_with_its_form():
    (sentence,) = problems(complete({"images": "x", "generators": {"g": "dcgan"}}))
    assert sentence == '`generators.g` is "dcgan"; it must be a section, as in `g: {family: dcgan}`'
    config = complete({"images": "x", "classes": "A", "labels": "x.csv"})
    by_classes, by_labels = problems(config)
    assert "it must be a list or left empty, as in `classes: [..., ...]`" in by_classes
    assert "it must be a section or left empty, as in `labels: {table: ..., path: path}`" in by_labels


def test_a_name_is_told_on_one_line():
    (sentence,) = problems(complete({"images": "x", "arms": {"a\n": {}}}))
    assert sentence.startswith("`arms.a\\n`: use letters")
