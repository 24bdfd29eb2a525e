"""Defaults, coercion and messages of settings."""

import ast
import json

import jsonschema
import pytest
import yaml

from augury.generators.family import LeCam
from augury.selections.family import ByClassifierSettings
from augury.selections.genetic.family import Realism
from augury.settings.augmentation import Ada
from augury.settings.base import Settings, meanings
from augury.settings.families import families
from augury.settings.json_schema import json_schema
from augury.settings.reading import as_json
from augury.study.arms import Arm
from tests.project import ROOT
from tests.settings import mistakes, study

CONFIGS = [ROOT / "config/config.yaml", ROOT / "config/smoke.yaml", *sorted((ROOT / "config/studies").glob("*.yaml"))]
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def test_defaults_reach_every_depth():
    config = study(generators={"g": {}}, classifiers={"c": {"family": "four_block_cnn"}}, arms={"a": {}})
    assert config.split.train == "rest"
    assert config.generators["g"].learning_rate == 0.0002
    assert config.generators["g"].augmentation.rotation_degrees == 0.0
    assert config.arms["a"].ratio == 1.0


@pytest.mark.parametrize("written, read", [(1, 1.0), ("2e-4", 2e-4), (1e-3, 1e-3)])
def test_numbers_take_their_schema_type(written, read):
    rate = study(generators={"g": {"learning_rate": written}}).generators["g"].learning_rate
    assert rate == read
    assert isinstance(rate, float)


def test_order_and_number_style_do_not_change_the_json():
    one = study(arms={"a": {"ratio": 1, "classical": 0}}).arms["a"]
    other = study(arms={"a": {"classical": 0.0, "ratio": 1.0}}).arms["a"]
    assert as_json(one) == as_json(other)
    assert list(json.loads(as_json(one))) == sorted(one.model_dump(by_alias=True))


def test_integers_stay_integers():
    batch = study(generators={"g": {"batch": 32.0}}).generators["g"].batch
    assert isinstance(batch, int)


def test_all_problems_are_told_at_once_with_key_and_remedy():
    problems = mistakes(
        {
            "images": "x",
            "guard": "off",
            "generators": {"g": {"batch": 0, "epoch": 3, "family": "dcgan"}},
            "split": {"test": "some"},
            "arms": {"a b": {}},
        }
    )
    text = "\n".join(problems)
    assert len(problems) == 5
    assert '`guard` is "off"; it must be one of enforce, record' in text
    assert "`generators.g.batch` is 0; it must be at least 2 (Batch size - images per step)" in text
    assert "`generators.g.epoch` is an unknown key" in text
    assert '`split.test` is "some"; it must be `rest` or a number of at least 0' in text
    assert "`arms.a b`: use letters" in text


def test_a_misspelt_key_gets_the_near_one():
    assert "did you mean `learning_rate`?" in mistakes({"images": "x", "generators": {"g": {"learnig_rate": 1}}})[0]


def test_missing_images_is_one_sentence():
    assert mistakes({})[0].startswith("`images` is missing: Folder with one folder of images per class")


def models():
    """Every model of settings: the study's sections, the families' and what these hold."""

    def below(model):
        for each in model.__subclasses__():
            yield each
            yield from below(each)

    filled = {each.resolved for each in families("generators").values()}

    for kind in ("generators", "selections", "classifiers"):
        assert families(kind)
    return sorted(set(below(Settings)) - filled, key=lambda model: f"{model.__module__}.{model.__name__}")


@pytest.mark.parametrize("model", models(), ids=lambda model: f"{model.__module__}.{model.__name__}")
def test_every_setting_is_described_and_has_a_default(model):
    """A key without a default or a meaning cannot be documented nor filled; an unknown key is a mistake."""
    meaning_of = meanings(model)
    with_needed = ("Config", "Labels", "Pool", "Final", "FromPool")
    needed = {"images", "table", "arm", "pool"} if model.__name__ in with_needed else {"family", "architecture"}
    for name, field in model.model_fields.items():
        assert meaning_of.get(name) or name == "family", f"{name} has no meaning"
        assert not field.is_required() or name in needed, f"{name} has no default"
    assert model.model_config["extra"] == "forbid"


def test_the_schema_for_editors_is_the_models_own():
    schema = json.loads((ROOT / "config/schema.json").read_text(encoding="utf-8"))
    assert schema == json_schema(), "run `make reference`"
    assert schema["$defs"]["DCGANSettings"]["properties"]["size_px"] == {
        "default": 64,
        "maximum": 256,
        "minimum": 16,
        "type": "integer",
        "description": "Image size - side of the images; a base of 4 to 33 times a power of two.",
    }


@pytest.mark.parametrize("file", CONFIGS, ids=lambda file: file.name)
def test_an_editor_finds_nothing_wrong_with_the_studies_and_their_overlays(file):
    head = file.read_text(encoding="utf-8").splitlines()[0]
    schema = file.parent / head.removeprefix("# yaml-language-server: $schema=")
    assert schema.resolve() == ROOT / "config/schema.json"
    assert list(VALIDATOR.iter_errors(yaml.safe_load(file.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "config",
    [
        {"imgaes": "x"},
        {"split": {"test": "some"}},
        {"split": {"test": -1}},
        {"generators": {"g": {"family": "dcgan", "width": 0}}},
        {"generators": {"g": {"family": "dcgan", "r1_interval": 4}}},
        {"classifiers": {"c": {"family": "lenet6"}}},
        {"arms": {"a": {"ratio": "many"}}},
    ],
)
def test_an_editor_finds_mistakes(config):
    assert list(VALIDATOR.iter_errors(config))


def keys_read(script, family, name):
    """Keys that the code behind a script reads of settings of that name: as `name["key"]`, and as attributes."""
    from pathlib import Path

    from augury.code.closure import SCRIPTS, closure

    found, attributes = set(), set()
    for path in closure(script, (family,)):
        for node in ast.walk(ast.parse((SCRIPTS.parents[1] / Path(path)).read_text())):
            owner = key = None
            if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                owner, key = node.value, node.slice.value
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get" and node.args:
                owner, key = node.func.value, getattr(node.args[0], "value", None)
            elif isinstance(node, ast.Attribute):
                owner, key = node.value, node.attr
            if isinstance(key, str):
                called = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", None)
                if isinstance(owner, ast.Subscript) and isinstance(owner.slice, ast.Constant):
                    called = owner.slice.value  # description["settings"]["key"]
                if called == name:
                    (attributes if isinstance(node, ast.Attribute) else found).add(key)
    return found, attributes


KEYS = {
    name: set(each.settings.model_fields)
    for kind in ("generators", "selections", "classifiers")
    for name, each in families(kind).items()
} | {model.__name__.lower(): set(model.model_fields) for model in (Ada, LeCam, Realism, Arm)}
FOR_THE_PLANNER = {"class_conditional", "classes", "size_px", "channels", "init_from"}
READ_BY_THE_FAMILY = {"diffusion": {"solver"}}  # by a property of its settings
FROM_THE_PACK = {"copier": {"classes", "noise", "size_px", "channels"}, "external": {"classes", "folder"}}
FROM_THE_PACK["retrieved"] = {"classes", "pool", "extractor", "size_px", "channels"}
OF_ARMS = {"selection", "snapshot", "truncation", "baseline", "ratios", "with_"}


def sections():
    """Each family's settings with the script and the module that read them, and what the planner uses up before."""
    for name, each in families("generators").items():
        script, module = ("train_generator", "training") if each.trained else ("import_images", "images")
        trained = FOR_THE_PLANNER if each.fitted else FOR_THE_PLANNER | {"gpus"}
        used_up = trained if each.trained else FROM_THE_PACK.get(name, {"classes"})
        used_up = used_up | READ_BY_THE_FAMILY.get(name, set())
        yield name, script, f"augury.generators.{name}.{module}", "settings", used_up
    for name in families("classifiers"):
        yield name, "train_classifier", f"augury.classifiers.{name}.network", "settings", set()
    for name, each in families("selections").items():
        asks = {"classifier", "arm"} if issubclass(each.settings, ByClassifierSettings) else set()
        yield name, "select_latents", f"augury.selections.{name}.selection", "settings", {"device"} | asks


@pytest.mark.parametrize(
    "section, script, family, name, for_others",
    [
        *sections(),
        ("ada", "train_generator", "augury.generators.stylegan2.training", "ada", set()),
        ("lecam", "train_generator", "augury.generators.dcgan.training", "lecam", set()),
        ("realism", "select_latents", "augury.selections.genetic.selection", "realism", set()),
        ("arm", "train_classifier", "augury.classifiers.timm_zoo.network", "arm", OF_ARMS),
    ],
)
def test_the_schema_has_the_settings_that_the_code_reads_and_no_others(section, script, family, name, for_others):
    """`for_others`: keys that the planner uses up before a script runs."""
    known = KEYS[section]
    read, attributes = keys_read(script, family, name)
    assert known - read - attributes <= for_others
    # Training reads what some families alone have, such as freezing, where it is there.
    from_scratch = section in families("classifiers") and section not in ("timm_zoo", "torchvision_zoo")
    foreign = set(KEYS["timm_zoo"]) if from_scratch else set()
    foreign |= {"dihedral_views", "backbones"} if name == "settings" else set()
    # Its network is the DCGAN's, whose module reads what the generator needs.
    foreign |= KEYS["dcgan"] if section == "dcgan_discriminator" else set()
    # A selection reads what its classifier was trained by; running one asks for what some families alone have.
    foreign |= KEYS["timm_zoo"] if section in ("agreeing", "uncertainty") else set()
    foreign |= {"space", "realism", "precision", "objective", "measure"} if script == "select_latents" else set()
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
    (sentence,) = mistakes({"images": "x", "preparation": {key: value}})
    assert sentence.startswith(f"`preparation.{key}` is {json.dumps(value)}; {words}")


@pytest.mark.parametrize(("key", "value"), [("depth16", 12), ("depth16", "image"), ("pages", "first"), ("pages", 3)])
def test_words_and_numbers_stay_what_they_are(key, value):
    assert getattr(study(preparation={key: value}).preparation, key) == value


def test_a_section_that_is_none_is_told_once_with_its_form():
    (sentence,) = mistakes({"images": "x", "generators": {"g": "dcgan"}})
    assert sentence == '`generators.g` is "dcgan"; it must be a section, as in `g: {family: dcgan}`'
    by_classes, by_labels = mistakes({"images": "x", "classes": "A", "labels": "x.csv"})
    assert "it must be a list or left empty, as in `classes: [..., ...]`" in by_classes
    assert "it must be a section or left empty, as in `labels: {table: ..., path: path}`" in by_labels


def test_a_name_is_told_on_one_line():
    (sentence,) = mistakes({"images": "x", "arms": {"a\n": {}}})
    assert sentence.startswith("`arms.a\\n`: use letters")
