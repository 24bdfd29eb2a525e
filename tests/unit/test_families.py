"""Every family of generators, classifiers and selections has all of its parts: one that lacks a part fails here."""

import importlib
import json
import re
from types import SimpleNamespace

import pytest
import torch

from augury.citing.reference import declared_in
from augury.classifiers.attention import gates_of
from augury.classifiers.catalogue import describe_networks
from augury.classifiers.description import Description
from augury.classifiers.training import ClassifierTraining
from augury.command.errors import UserError
from augury.planning.forecast.resources import Needs
from augury.planning.inputs.plan import Plan
from augury.planning.reading import plan_study
from augury.settings.base import meanings
from augury.settings.families import family, names
from augury.settings.fields import of_field
from augury.settings.reading import read_family
from augury.study.arms import Arm
from augury.training.device import choose_device
from tests.project import ROOT

KINDS = ("generators", "classifiers", "selections")
ALL = [(kind, name) for kind in KINDS for name in names(kind)]
GENERATORS, CLASSIFIERS = ([name for kind, name in ALL if kind == wanted] for wanted in KINDS[:2])
TRAINED = [name for name in GENERATORS if family("generators", name).trained]
TRAINING = [("generators", name) for name in TRAINED] + [("classifiers", name) for name in CLASSIFIERS]
# Where a family has such settings, these make its networks small enough for a test.
SMALL = {
    "width": 4,
    "max_width": 8,
    "channel_base": 64,
    "channel_max": 8,
    "latent_dim": 6,
    "style_dim": 6,
    "batch": 4,
    "model_channels": 8,
    "features_px": 128,
    "steps": 2,
}
JOB = SimpleNamespace(split="holdout", generator="it", class_="a", seed="0", classifier="it", arm="gan")


def models_of(model):
    """A model of settings and those of its sections."""
    inner = [each.kind for field in model.model_fields.values() for each in of_field(field) if each.is_model]
    return [model, *(below for each in inner for below in models_of(each))]


def smallest(kind, name, **more):
    """The settings of a family with its smallest images."""
    model = family(kind, name).settings
    needed = {key: "x" for key, field in model.model_fields.items() if field.is_required()}
    (size,) = of_field(model.model_fields["size_px"])
    small = {key: value for key, value in SMALL.items() if key in model.model_fields} | more
    return model(family=name, size_px=int(size.bounds["ge"]), **small | needed)


def description(settings, **more):
    about = {"split": "holdout", "seed": 0, "class": "a", "arm": "real", "generator": "it", "classifier": "it"}
    about |= {"classes": ["a", "b"], "conditional": False, "size_px": settings.size_px, "channels": 3, "n_images": 8}
    return about | {"settings": settings} | more


def pictures(settings):
    shape = 8, settings.size_px, settings.size_px, 3
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("kind, name", ALL)
def test_scripts_read_the_settings_of_every_family(kind, name):
    model = family(kind, name).settings
    needed = {key: "x" for key, field in model.model_fields.items() if field.is_required()}
    assert read_family(json.dumps({"family": name} | needed), kind) == model(family=name, **needed)
    with pytest.raises(UserError, match="`sise_px` is an unknown key"):
        read_family(json.dumps({"family": name, "sise_px": 1}), kind)


@pytest.mark.parametrize("kind, name", ALL)
def test_a_family_says_what_it_is_and_what_each_setting_means(kind, name):
    declared = family(kind, name)
    assert declared.prose.endswith(".")
    assert "\n" not in declared.prose
    assert declared.settings.model_fields["family"].default == name
    assert declared.called, "a methods section has no words for it"
    assert not declared.called.endswith((".", ","))
    for model in models_of(declared.settings):
        meaning_of = meanings(model)
        assert not [key for key in model.model_fields if key != "family" and not meaning_of.get(key, "").strip()]


@pytest.mark.parametrize("kind, name", ALL)
def test_a_family_says_what_a_paper_cites_for_it(kind, name):
    declared = family(kind, name)
    needed = {key: "resnet18" for key, field in declared.settings.model_fields.items() if field.is_required()}
    cited = declared.settings(family=name, **needed).cited()
    own = declared_in(importlib.import_module(f"augury.{kind}.{name}.family"))
    assert not own or set(own) & set(cited), "its own references are never cited"
    assert all(re.fullmatch(r"[a-z0-9]+", each.key) for each in cited)


@pytest.mark.parametrize("kind, name", ALL)
def test_the_reference_says_what_a_family_is_beside_its_keys(kind, name):
    keys = (ROOT / "docs/keys.md").read_text(encoding="utf-8")
    head = f"### One entry of `{kind}` with `family: {name}`\n\n{family(kind, name).prose}\n"
    assert head in keys, "run `make reference`"


@pytest.mark.parametrize("kind, name", TRAINING)
def test_a_plan_knows_what_a_family_needs(kind, name, tmp_path):
    for class_ in "ab":
        (tmp_path / "images" / class_).mkdir(parents=True)
        for number in range(4):
            (tmp_path / "images" / class_ / f"{number}.png").write_bytes(f"{class_}{number}".encode())
    images = str(tmp_path / "images")
    entries = {"generators": {"it": {"family": "dcgan"}}, "classifiers": {"it": {"family": "lenet5"}}}
    scratch = {"pretrained": False} if "pretrained" in family(kind, name).settings.model_fields else {}
    entries[kind] = {"it": {"family": name} | scratch}
    arms = {"real": {}, "gan": {"generator": "it", "ratio": 1}}
    study, mistakes = plan_study({"images": images, "arms": arms} | entries)
    assert not mistakes
    asked = Needs(Plan(study))
    for need in ("mb", "minutes"):
        assert getattr(asked, f"{kind[:-1]}_{need}")(JOB) > 0


@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_builds_and_draws_at_its_smallest_and_steps_where_it_is_trained(name, tmp_path):
    settings = smallest("generators", name)
    about = description(settings)
    if name in TRAINED:
        task = importlib.import_module(f"augury.generators.{name}.training").TASK
        about["settings"] = task.resolved(settings)
        made = task(about, pictures(settings), None, choose_device("cpu", "fp32", 1, True), tmp_path)
        values = made.step(0, 0)
        assert torch.isfinite(torch.stack([value.detach().float() for value in values.values()])).all()
        assert made.parameters() > 0
    else:
        assert callable(importlib.import_module(f"augury.generators.{name}.images").collect)
    network = importlib.import_module(f"augury.generators.{name}.networks").build_generator(about).eval()
    drawn = network.draw(torch.randn(2, network.latent_dim), None, [0, 1], 0.7)
    assert drawn.shape == (2, 3, settings.size_px, settings.size_px)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_classifier_builds_and_steps_at_its_smallest(name):
    model = family("classifiers", name).settings
    scratch = {"pretrained": False} if "pretrained" in model.model_fields else {}
    settings = smallest("classifiers", name, **scratch)
    module = importlib.import_module(f"augury.classifiers.{name}.network")
    classifier = module.build_classifier(settings, 2)
    labels, chosen = torch.arange(8) % 2, choose_device("cpu", "fp32", 1, True)
    if hasattr(module, "Training"):  # not by gradient steps
        assert classifier.eval()(torch.zeros(2, 3, settings.size_px, settings.size_px)).shape == (2, 2)
    else:
        about = Description("it", "real", Arm(), "holdout", 0, ["a", "b"], settings)
        values = ClassifierTraining(classifier, about, pictures(settings), labels, None, chosen).step(0, 0)
        assert torch.isfinite(torch.stack([value.detach().float() for value in values.values()])).all()
        stages = classifier.stages()
        assert stages
        assert all(stages)
        assert {module for stage in stages for module in stage} <= {*classifier.network.modules()}


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_classifier_takes_gates_where_its_family_says(name):
    model = family("classifiers", name).settings
    if "eca" not in model.model_fields:
        pytest.skip("it is not trained by gradient steps")
    scratch = {"pretrained": False} if "pretrained" in model.model_fields else {}
    module = importlib.import_module(f"augury.classifiers.{name}.network")
    for where in ("per_block", "per_stage", "in_branch"):
        settings = smallest("classifiers", name, eca=where, **scratch)
        if where == "in_branch" and not family("classifiers", name).residual:
            with pytest.raises(UserError, match="no residual branch"):
                module.build_classifier(settings, 2)
        else:
            assert gates_of(module.build_classifier(settings, 2).network), "it names no stages, and `eca` adds nothing"


@pytest.mark.parametrize("name", names("selections"))
def test_a_selection_chooses(name):
    assert callable(importlib.import_module(f"augury.selections.{name}.selection").select)


def test_describe_models_has_a_row_of_every_family_with_networks(tmp_path):
    rows = {row.family for row in describe_networks(2, (), tmp_path, offline=True)}
    assert rows >= {*CLASSIFIERS, *TRAINED}
