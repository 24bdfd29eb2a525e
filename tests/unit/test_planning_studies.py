"""The shipped studies of minerals and CIFAR-10 as they are planned: at their own sizes, and shrunk."""

from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config

from augury.classifiers.sizes import image_px
from augury.planning.paths import pack_name
from augury.planning.study import plan_study
from tests.project import draw_image

CONFIG = Path(__file__).resolve().parents[2] / "config"
CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def read(name: str) -> dict:
    return yaml.safe_load((CONFIG / f"{name}.yaml").read_text(encoding="utf-8"))


def planned(config: dict):
    study, mistakes = plan_study(config)
    assert mistakes == []
    return study


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An image a class, and empty files of weights, whose content no plan reads."""
    monkeypatch.chdir(tmp_path)
    for name in read("studies/minerals")["classes"]:
        draw_image(tmp_path / "resources" / "minerals" / name / "0.png", 0, 0)
    for part in ("train", "test"):
        for name in CIFAR10:
            draw_image(tmp_path / "resources" / "cifar10" / part / name / "0.png", 0, 0)
    for architecture in ("vgg19", "googlenet", "resnet50", "resnext50_32x4d", "convnext_tiny"):
        path = tmp_path / "resources" / "weights" / f"{architecture}.safetensors"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    return tmp_path


def test_minerals_are_the_publications_models_and_its_ablation(place):
    study = planned(read("studies/minerals"))
    assert len(study.classes) == 26
    classifiers = study.config["classifiers"]
    assert {entry["size_px"] for entry in classifiers.values()} == {224}
    ablation = {
        (entry["eca"], entry["pretrained"] is not False)
        for entry in classifiers.values()
        if entry["architecture"] == "convnext_tiny"
    }
    assert ablation == {("none", False), ("per_block", False), ("none", True), ("per_block", True)}
    alike = ("epochs", "batch", "optimiser", "learning_rate", "head_learning_rate", "schedule", "augmentation")
    for key in alike:
        assert len({str(entry[key]) for entry in classifiers.values()}) == 1, key
    # Table 2: 34,576 images in 26 classes, of which six tenths train.
    assert study.config["arms"]["enlarged"]["classical_to"] == round(0.6 * 34_576 / 26)


def test_cifar10_has_four_training_sets_and_their_controls(place):
    study = planned(read("studies/cifar10"))
    assert study.classes == list(CIFAR10)
    assert study.contents.brought_parts == ["test", "train"]
    arms = study.config["arms"]
    assert list(arms)[:4] == ["original", "gan-50", "gan-100", "strengthened"]
    for name in list(arms)[1:4]:
        equal = arms[f"{name}-equal"]
        assert equal == arms[name] | {"steps": "equal"}
    assert study.pools == [("dcgan", "random"), ("dcgan@50", "random")]
    assert {study.pool_size(pool, "random")[1] for pool, _ in study.pools} == {5000}
    classifiers = study.config["classifiers"]
    assert {name: (entry["size_px"], entry["epochs"]) for name, entry in classifiers.items()} == {
        "lenet5": (32, 300), "alexnet": (224, 200), "resnet18": (224, 150), "inception-v1": (224, 150),
    }  # fmt: skip
    assert {pack_name(entry) for entry in classifiers.values()} == {"32px-rgb"}
    assert not any(any(entry["augmentation"].values()) for entry in classifiers.values())


@pytest.mark.parametrize("name", ["minerals", "cifar10"])
def test_a_shrunk_study_fits_two_cores(place, name):
    config = read(f"studies/{name}")
    update_config(config, read("smoke"))  # as Snakemake lays one file over another
    study = planned(config)
    assert study.dataset == "smoke"
    assert {image_px(entry) for entry in study.config["classifiers"].values()} == {32}
    assert {entry["epochs"] for entry in study.config["classifiers"].values()} == {2}
    for arm in study.config["arms"].values():
        assert max(arm["count"] or 0, arm["classical_to"] or 0) <= 24
