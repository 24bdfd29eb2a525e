"""Classifiers: shapes, normalisation by hand, freezing against published layer counts, weights that fit."""

import dataclasses
import importlib.util
import json

import pytest
import timm
import torch

from augury.classifiers import freezing, sources
from augury.classifiers.description import Description
from augury.classifiers.evaluation import BLOCK, logits_of, probabilities_of
from augury.classifiers.four_block_cnn import network as four_block_cnn
from augury.classifiers.model_folder import family_module, load_classifier, save_classifier
from augury.classifiers.network import Normalise
from augury.classifiers.sizes import image_px
from augury.classifiers.timm_zoo import network as timm_zoo
from augury.command.errors import UserError
from augury.settings.families import family, names
from augury.settings.reading import read_family
from augury.study.arms import Arm
from augury.tables.description import save_description
from augury.training.weights import save_weights
from tests.settings import of_family

CPU = torch.device("cpu")
LITE0 = "tf_efficientnet_lite0"
PACKAGE = sources.PACKAGED[LITE0].package
needs_package = pytest.mark.skipif(
    importlib.util.find_spec(PACKAGE) is None, reason=f"{PACKAGE}, which carries the weights, is not installed"
)


def describe(name: str, size_px: int = 32, channels: int = 3, classes: int = 3, **settings) -> tuple:
    """Settings of a small network, and its classes."""
    base = {"dropout": 0.0, "widths": [4, 4, 8, 8], "architecture": LITE0, "pretrained": False, "width": 4}
    base |= {"max_width": 8, "backbones": ["resnet18", LITE0]}
    base |= {"architecture": "googlenet"} if name == "torchvision_zoo" else {}
    known = family("classifiers", name).settings.model_fields
    given = {key: value for key, value in base.items() if key in known} | settings
    return of_family(
        "classifiers", name, size_px=size_px, channels="grey" if channels == 1 else "rgb", **given
    ), classes


@pytest.mark.parametrize("family", names("classifiers"))
@pytest.mark.parametrize("channels", [1, 3])
def test_every_family_maps_images_to_logits_maps_and_features(family, channels):
    module = family_module(family)
    description = describe(family, 64, channels)
    classifier = module.build_classifier(*description).eval()
    images = torch.rand(2, channels, 64, 64) * 2 - 1
    features, maps = classifier.features(images), classifier.feature_maps(images)
    assert classifier(images).shape == (2, 3)
    assert (len(features), features.ndim, len(maps), maps.ndim) == (2, 2, 2, 4)
    assert torch.allclose(classifier.head(features), classifier(images), atol=1e-5)  # the head is what it claims to be


def test_the_cnn_takes_any_size_from_sixteen_on():
    for size in (16, 17, 33, 100):
        classifier = four_block_cnn.build_classifier(*describe("four_block_cnn", size))
        assert classifier(torch.zeros(2, 3, size, size)).shape == (2, 3)
    mistakes = read_mistakes({"family": "four_block_cnn", "size_px": 15, "widths": [4, 4]})
    assert "`size_px` is 15; it must be at least 16" in mistakes
    assert "`widths` is [4, 4]; it must be a list of at least 4" in mistakes


def test_parameters_of_the_cnn_by_hand():
    """9 weights per pair of maps, two weights per map of batch norm, a linear layer of 8 x 3 weights and 3 biases."""
    classifier = four_block_cnn.build_classifier(*describe("four_block_cnn"))
    expected = 9 * (3 * 4 + 4 * 4 + 4 * 8 + 8 * 8) + 2 * (4 + 4 + 8 + 8) + 8 * 3 + 3
    assert sum(weight.numel() for weight in classifier.parameters()) == expected


def enlarging(family: str, size_px: int, **settings) -> tuple:
    """Images of 16 px, which the network enlarges."""
    return describe(family, size_px, image_px=16, **settings)


def read_mistakes(given: dict) -> str:
    """What a script says against settings."""
    with pytest.raises(UserError) as mistakes:
        read_family(json.dumps(given), "classifiers")
    return str(mistakes.value)


def test_small_images_are_enlarged_on_entering_a_network():
    """As if torch's own bilinear resize had enlarged them before; gates are as wide as those of the large network."""
    torch.manual_seed(0)
    small = timm_zoo.build_classifier(*enlarging("timm_zoo", 64, eca="per_block")).eval()
    large = timm_zoo.build_classifier(*describe("timm_zoo", 64, eca="per_block")).eval()
    large.load_state_dict(small.state_dict())
    images = torch.rand(2, 3, 16, 16) * 2 - 1
    enlarged = torch.nn.functional.interpolate(images, size=(64, 64), mode="bilinear")
    assert torch.allclose(small(images), large(enlarged), atol=1e-6)
    assert small.feature_maps(images).shape == large.feature_maps(enlarged).shape == (2, 1280, 2, 2)
    alexnet = {"architecture": "alexnet", "dropout": None}
    build = family_module("torchvision_zoo").build_classifier
    mistakes = read_mistakes({"family": "torchvision_zoo", "size_px": 48} | alexnet)
    assert mistakes == "`size_px`: alexnet takes no images of 48 px; set `size_px` to at least 63"
    assert build(*enlarging("torchvision_zoo", 63, **alexnet)).eval()(images).shape == (2, 3)


def test_images_are_kept_no_larger_than_the_network_sees_them():
    for side, expected in ((None, 32), (16, 16), (48, 32)):
        assert image_px(of_family("classifiers", "timm_zoo", size_px=32, image_px=side)) == expected


def test_normalisation_by_hand():
    """A pixel of 0.75 is 0.5 in [-1, 1]; with mean 0.25 and deviation 0.5 it becomes (0.75 - 0.25) / 0.5 = 1."""
    made = Normalise([0.25, 0.75], [0.5, 0.25])(torch.full((1, 2, 1, 1), 0.5))
    assert made.flatten().tolist() == [1.0, 0.0]


def test_weights_carry_their_normalisation(tmp_path):
    settings, _ = describe("timm_zoo")
    classifier = timm_zoo.build_classifier(settings, 3).eval()
    classifier.normalise.set([0.1, 0.2, 0.3], [0.4, 0.5, 0.6])
    described = Description("n", "real", Arm(), "holdout", 0, ["a", "b", "c"], settings)
    save_classifier(tmp_path, classifier, described.as_record(), [])
    loaded, read = load_classifier(tmp_path)
    images = torch.rand(2, 3, 32, 32)
    assert list(read.record["seals"]) == ["classifier.safetensors"]
    assert dataclasses.replace(read, record={}) == described
    assert torch.equal(loaded(images), classifier.folded(settings)(images))
    assert loaded.normalise.describe()["mean"] == [0.1, 0.2, 0.3]


@pytest.mark.parametrize("value", ["no_family", "network", "ensemble"])
def test_what_is_no_family_is_refused(value, tmp_path):
    save_description(tmp_path / "classifier.json", {"settings": {"family": value}})
    with pytest.raises(UserError, match=f"classifier.json: `family: {value}` is no family of classifiers"):
        load_classifier(tmp_path)


def test_settings_of_another_version_are_refused_in_one_sentence(tmp_path):
    settings, _ = describe("lenet5")
    record = Description("n", "real", Arm(), "holdout", 0, ["a", "b"], settings).as_record()
    save_description(
        tmp_path / "classifier.json", record | {"settings": record["settings"].model_dump() | {"colour": 1}}
    )
    with pytest.raises(UserError, match=r"classifier.json: `colour` is an unknown key; .*; train the classifier again"):
        load_classifier(tmp_path)


def test_an_unknown_architecture_is_answered_with_its_neighbours():
    with pytest.raises(UserError, match="did you mean resnet50"):
        timm_zoo.build_classifier(*describe("timm_zoo", architecture="resnet5O"))


def test_the_first_71_percent_of_resnet50_end_in_layer3_4():
    """He et al. 2015, table 1: 1 + 3 x 16 convolutions, 4 in shortcuts, a batch norm each, a linear layer: 107 layers.

    The stem has 2, layer1 20, layer2 26 and layer3.0 8 of them, layer3.1 to 3.3 6 each: 74; .71 x 107 = 75.97, so 76.
    """
    network = timm.create_model("resnet50", pretrained=False, num_classes=4)
    frozen = freezing.first_layers(network, 0.71, network.get_classifier())
    names = {module: name for name, module in network.named_modules()}
    assert len(freezing.layers_of(network)) == 107
    assert len(frozen) == 76
    assert names[frozen[-1]] == "layer3.4.bn1"


def test_frozen_layers_keep_weights_and_statistics():
    network = timm.create_model("resnet50", pretrained=False, num_classes=2)
    frozen = freezing.first_layers(network, 0.71, network.get_classifier())
    freezing.set_frozen(network, frozen)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    optimiser = torch.optim.AdamW(network.parameters(), lr=0.01, weight_decay=0.1)
    network(torch.randn(4, 3, 32, 32)).sum().backward()
    optimiser.step()
    names = {module: name for name, module in network.named_modules()}
    kept = tuple(f"{names[layer]}." for layer in frozen)
    trained = {names[layer] for layer in freezing.layers_of(network)} - {names[layer] for layer in frozen}
    after = network.state_dict()
    assert all(torch.equal(after[name], before[name]) for name in before if name.startswith(kept))
    assert not torch.equal(after["layer3.4.bn2.running_mean"], before["layer3.4.bn2.running_mean"])
    assert all(not torch.equal(after[f"{name}.weight"], before[f"{name}.weight"]) for name in trained)
    assert len(trained) == 107 - 76


def test_the_head_is_never_frozen():
    network = timm.create_model(LITE0, pretrained=False, num_classes=2)
    frozen = freezing.first_layers(network, 1.0, network.get_classifier())
    assert network.get_classifier() not in frozen
    assert len(frozen) == len(freezing.layers_of(network)) - 1
    freezing.set_frozen(network, frozen)
    trained = [name for name, weight in network.named_parameters() if weight.requires_grad]
    assert trained == ["classifier.weight", "classifier.bias"]


def test_an_image_is_judged_the_same_whatever_stands_beside_it():
    classifier = four_block_cnn.build_classifier(*describe("four_block_cnn"))
    images = torch.randint(0, 256, (BLOCK + 5, 32, 32, 3), dtype=torch.uint8)
    together = logits_of(classifier, images, CPU)
    assert together.shape == (BLOCK + 5, 3)
    assert torch.equal(together[BLOCK:], logits_of(classifier, images[BLOCK:], CPU))
    assert torch.equal(together[:3], logits_of(classifier, images[:3], CPU))


def test_dihedral_prediction_does_not_see_flips_and_turns():
    classifier = four_block_cnn.build_classifier(*describe("four_block_cnn"))
    images = torch.randint(0, 256, (2, 32, 32, 3), dtype=torch.uint8)
    turned = images.rot90(1, (1, 2)).flip(2).contiguous()
    plain, averaged = (probabilities_of(classifier, images, CPU, dihedral) for dihedral in (False, True))
    assert torch.allclose(averaged, probabilities_of(classifier, turned, CPU, True), atol=1e-6)
    assert not torch.allclose(plain, probabilities_of(classifier, turned, CPU, False), atol=1e-6)
    assert torch.allclose(averaged.sum(dim=1), torch.ones(2))


@needs_package
def test_the_packaged_weights_fit_one_by_one_in_order(tmp_path):
    weights_file = sources.find(LITE0, "auto", tmp_path)
    tensors = torch.load(weights_file.path, map_location="cpu", weights_only=True)
    wanted = timm.create_model(LITE0, pretrained=False).state_dict()
    assert len(tensors) == len(wanted) == 296
    assert [value.shape for value in tensors.values()] == [value.shape for value in wanted.values()]
    description = describe("timm_zoo", pretrained="auto")
    classifier = timm_zoo.build_classifier(*description)
    record = timm_zoo.start_from_pretrained(classifier, description[0], tmp_path)
    assert record == {"source": f"{PACKAGE} 0.1.0", "sha256": weights_file.sha256}
    assert torch.equal(classifier.network.conv_stem.weight, tensors["_conv_stem.weight"])
    assert torch.equal(classifier.network.bn2.running_var, tensors["_bn1.running_var"])
    # Every class is equally likely at first: the libraries' random heads begin with a loss of several units.
    assert not classifier.head.weight.any()
    assert not classifier.head.bias.any()
    assert classifier.normalise.describe()["mean"] == [round(127 / 255, 6)] * 3


@needs_package
def test_grey_images_are_seen_as_their_coloured_repetition_is(tmp_path):
    made = {}
    for channels in (1, 3):
        description = describe("timm_zoo", channels=channels, pretrained="auto")
        made[channels] = timm_zoo.build_classifier(*description).eval()
        timm_zoo.start_from_pretrained(made[channels], description[0], tmp_path)
    grey = torch.rand(2, 1, 32, 32) * 2 - 1
    features = made[1].features(grey)
    assert torch.allclose(features, made[3].features(grey.expand(-1, 3, -1, -1)), atol=1e-4)


def test_weights_in_the_folder_come_first_and_are_checked(tmp_path):
    description = describe("timm_zoo", architecture="resnet18", pretrained="auto")
    with pytest.raises(UserError, match=r"put timm's file at .*resnet18.safetensors.*pretrained: false"):
        timm_zoo.start_from_pretrained(timm_zoo.build_classifier(*description), description[0], tmp_path)
    network = timm.create_model("resnet18", pretrained=False)
    torch.save(network.state_dict(), tmp_path / "resnet18.pth")
    classifier = timm_zoo.build_classifier(*description)
    record = timm_zoo.start_from_pretrained(classifier, description[0], tmp_path)
    assert record["source"] == str(tmp_path / "resnet18.pth")
    assert torch.equal(classifier.network.layer4[1].conv2.weight, network.layer4[1].conv2.weight)
    assert classifier.normalise.describe()["mean"] == [0.485, 0.456, 0.406]  # timm's for resnet18
    torch.save(timm.create_model("resnet34", pretrained=False).state_dict(), tmp_path / "other.pth")
    torch.save({"a": torch.zeros(1)}, tmp_path / "none.pth")
    (tmp_path / "broken.pth").write_bytes(b"no weights")
    torch.save([torch.zeros(1)], tmp_path / "list.pth")
    torch.save({"epoch": 3}, tmp_path / "empty.pth")
    problems = {"none.pth": "has no conv1.weight", "broken.pth": "cannot be read", "missing.pth": "names no file"}
    problems["other.pth"] = "has layer1.2"
    problems |= {"list.pth": "holds a list, not a network's weights", "empty.pth": "holds no tensors"}
    for name, problem in problems.items():
        described = describe("timm_zoo", architecture="resnet18", pretrained=str(tmp_path / name))
        with pytest.raises(UserError, match=problem):
            timm_zoo.start_from_pretrained(classifier, described[0], tmp_path)


def test_a_packaged_file_of_other_content_is_refused(tmp_path, monkeypatch):
    packaged = sources.PACKAGED[LITE0]
    folder = tmp_path / packaged.package
    (folder / "models").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('no code of the package is run')")
    (folder / packaged.file).write_bytes(b"others")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UserError, match="sha256"):
        sources.find(LITE0, "auto", tmp_path / "weights")


@pytest.mark.parametrize("number, tensors", [(1, 386), (2, 386)])
def test_weights_of_larger_lites_are_found_in_their_packages(number, tensors, tmp_path):
    """As for Lite0; where a package is not installed, its absence is told with the remedy."""
    name = f"tf_efficientnet_lite{number}"
    packaged = sources.PACKAGED[name]
    description = describe("timm_zoo", architecture=name, pretrained="auto")
    classifier = timm_zoo.build_classifier(*description)
    if importlib.util.find_spec(packaged.package) is None:
        with pytest.raises(UserError, match=f"install {packaged.package}==0.1.0"):
            timm_zoo.start_from_pretrained(classifier, description[0], tmp_path)
        return
    stored = torch.load(sources.find(name, "auto", tmp_path).path, map_location="cpu", weights_only=True)
    shapes = [value.shape for value in timm.create_model(name, pretrained=False).state_dict().values()]
    assert len(stored) == tensors
    assert [value.shape for value in stored.values()] == shapes
    record = timm_zoo.start_from_pretrained(classifier, description[0], tmp_path)
    assert record == {"source": f"{packaged.package} 0.1.0", "sha256": packaged.sha256}
    assert torch.equal(classifier.network.bn2.running_var, stored["_bn1.running_var"])


def test_a_distilled_network_has_two_heads_and_both_are_made_anew(tmp_path):
    name = "deit_tiny_distilled_patch16_224"
    save_weights(tmp_path / f"{name}.safetensors", timm.create_model(name, pretrained=False))
    description = describe("timm_zoo", 224, architecture=name, pretrained="auto", warmup_frozen_epochs=1)
    classifier = timm_zoo.build_classifier(*description)
    timm_zoo.start_from_pretrained(classifier, description[0], tmp_path)
    assert len(classifier.heads) == 2
    assert not any(weight.any() for head in classifier.heads for weight in head.parameters())
    resting = freezing.Freezing(classifier, description[0], 1).resting(-1)
    assert len(resting) == len(freezing.layers_of(classifier.network)) - 2
    assert classifier.eval()(torch.zeros(1, 3, 224, 224)).shape == (1, 3)
