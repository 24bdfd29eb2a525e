"""Weights that are not on this machine: what a plan makes of them."""

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from augury.planning.inputs.plan import Plan
from augury.planning.reading import plan_study
from augury.planning.weights import extractor_digest, fetched_architectures, weights_digest
from tests.project import draw_classes, small_config

CLASSIFIERS = {
    "cnn": {"family": "four_block_cnn", "size_px": 16},
    "lite": {"architecture": "tf_efficientnet_lite2", "size_px": 32},
    "big": {"architecture": "resnet50", "size_px": 32},
    "inception": {"family": "torchvision_zoo", "architecture": "googlenet", "size_px": 32},
    "scratch": {"architecture": "resnet18", "size_px": 32, "pretrained": False},
}


@pytest.fixture(autouse=True)
def weights(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 3, 5)
    folder = tmp_path / "resources" / "weights"
    folder.mkdir(parents=True)
    return folder


def planned(word, classifiers=CLASSIFIERS, **changes):
    return plan_study(small_config(missing_weights=word, classifiers=classifiers, **changes))


def put(folder: Path, architecture: str, content: bytes, recorded: bytes | None) -> None:
    """A file of weights, and the record that fetch_weights writes of `recorded`."""
    (folder / f"{architecture}.safetensors").write_bytes(content)
    if recorded is not None:
        record = {"architecture": architecture, "library": "timm", "source": "timm/x", "tag": ""}
        record["sha256"] = hashlib.sha256(recorded).hexdigest()
        (folder / f"{architecture}.json").write_text(json.dumps(record))


def inputs(study, classifier):
    return Plan(study).weights.records(SimpleNamespace(classifier=classifier))


def test_fetch_plans_a_file_for_each_architecture_that_is_missing():
    study, mistakes = planned("fetch", extractor=["mobilenetv3_small_100"])
    assert mistakes == []
    assert study.not_run == {}
    assert list(study.config.classifiers) == list(CLASSIFIERS)
    assert fetched_architectures(study.config) == ["resnet50", "googlenet", "mobilenetv3_small_100"]
    assert inputs(study, "big") == ["resources/weights/resnet50.json"]
    assert [inputs(study, name) for name in ("cnn", "lite", "scratch")] == [[], [], []]


def test_of_extractors_what_is_fetched_is_an_input_and_what_the_user_has_put_there_is_compared(weights):
    def compared(*names):
        study, mistakes = planned("fetch", extractor=list(names))
        assert mistakes == []
        of_study = Plan(study).weights
        return of_study.extractor_records(), of_study.extractor_files(), of_study.extractor_digest()

    small = [f"resources/weights/mobilenetv3_small_100.{end}" for end in ("json", "safetensors")]
    assert compared("tf_efficientnet_lite0", "mobilenetv3_small_100") == (small[:1], small[1:], "")
    # Another of a package, or one less, is no reason to make those of the others anew.
    assert compared("tf_efficientnet_lite0") == compared("tf_efficientnet_lite0", "tf_efficientnet_lite1")
    put(weights, "tf_efficientnet_lite0", b"the user's", None)
    own = hashlib.sha256(b"the user's").hexdigest()[:16]
    assert compared("tf_efficientnet_lite0") == ([], [], f"tf_efficientnet_lite0={own}")


def test_a_fetched_file_stays_an_input_and_the_users_own_is_none(weights):
    """Else a training would be made again once its weights are there, or a rule could erase a file of the user's."""
    missing, _ = planned("fetch")
    settings = missing.config.classifiers["big"]
    before = weights_digest(settings)
    put(weights, "resnet50", b"fetched", b"fetched")
    study, _ = planned("stop", {"big": CLASSIFIERS["big"]})
    assert inputs(study, "big") == ["resources/weights/resnet50.json"]
    assert weights_digest(settings) == before
    put(weights, "resnet50", b"the user's", None)
    assert inputs(study, "big") == fetched_architectures(study.config) == []
    assert weights_digest(settings) == hashlib.sha256(b"the user's").hexdigest()[:16]
    (weights / "resnet50.safetensors").rename(weights / "resnet50.pth")
    assert inputs(study, "big") == []


def test_stop_tells_each_classifier_whose_weights_are_missing(weights):
    study, mistakes = planned("stop")
    assert study is None
    assert [sentence.partition(":")[0] for sentence in mistakes] == [
        "`classifiers.big.pretrained`",
        "`classifiers.inception.pretrained`",
    ]
    assert "no weights of resnet50 are on this machine; put timm's file at resources/weights/resnet50" in mistakes[0]
    for architecture in ("resnet50", "googlenet"):
        put(weights, architecture, b"x", None)
    assert planned("stop")[1] == []


def test_skip_leaves_out_what_needs_them_and_says_so(weights):
    ensembles = {"two": {"classifiers": ["cnn", "big"]}, "others": {"classifiers": ["cnn", "scratch"]}, "all": {}}
    study, mistakes = planned("skip", ensembles=ensembles)
    assert mistakes == []
    assert list(study.config.classifiers) == ["cnn", "lite", "scratch"]
    assert list(study.config.ensembles) == ["others"]
    assert study.not_run == dict.fromkeys(["big", "inception", "two", "all"], "not run: weights missing")
    assert list(study.written.classifiers) == list(CLASSIFIERS)
    put(weights, "resnet50", b"x", None)
    study, _ = planned("skip", ensembles=ensembles)
    assert list(study.not_run) == ["inception", "all"]


@pytest.mark.parametrize("word", ["fetch", "stop", "skip"])
def test_a_path_that_does_not_exist_is_always_refused(word):
    mistaken = {"big": CLASSIFIERS["big"] | {"pretrained": "nope.pth"}}
    study, mistakes = planned(word, CLASSIFIERS | mistaken)
    assert study is None
    assert "`classifiers.big.pretrained`: `pretrained: nope.pth` names no file" in "\n".join(mistakes)


def test_skip_refuses_a_study_of_which_nothing_is_left():
    _, mistakes = planned("skip", {name: CLASSIFIERS[name] for name in ("big", "inception")})
    (sentence,) = mistakes
    assert "no classifier is left: the weights of resnet50, googlenet are not on this machine" in sentence


@pytest.mark.parametrize("word", ["stop", "skip"])
def test_an_extractor_without_weights_is_refused_unless_they_are_fetched(word, weights):
    own = {"cnn": CLASSIFIERS["cnn"]}
    (sentence,) = planned(word, own, extractor="resnet18")[1]
    assert "`extractor`: no weights of resnet18" in sentence
    assert "`missing_weights: fetch`" in sentence
    assert planned("fetch", own, extractor="resnet18")[1] == []
    assert extractor_digest("resnet18") == "fetched"
    put(weights, "resnet18", b"x", None)
    assert planned(word, own, extractor="resnet18")[1] == []
    assert extractor_digest("resnet18") == hashlib.sha256(b"x").hexdigest()[:16]


def test_a_word_that_is_none_of_the_three_is_told():
    _, mistakes = planned("download")
    assert any('`missing_weights` is "download"; it must be one of fetch, stop, skip' in each for each in mistakes)


def test_extractors_whose_weights_are_missing_are_left_out_where_that_is_asked_for():
    pair = ["tf_efficientnet_lite0", "mobilenetv2_100"]
    study, mistakes = planned("skip", {"cnn": CLASSIFIERS["cnn"]}, extractor=pair)
    assert mistakes == []
    assert study.config.extractors == pair[:1]
    assert planned("fetch", {"cnn": CLASSIFIERS["cnn"]}, extractor=pair)[0].config.extractors == pair
    for word, extractor in (("stop", pair), ("skip", pair[1])):
        study, mistakes = planned(word, {"cnn": CLASSIFIERS["cnn"]}, extractor=extractor)
        assert study is None
        assert "no weights of mobilenetv2_100 are on this machine" in mistakes[0]
