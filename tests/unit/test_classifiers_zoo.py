"""LeNet-5, a DCGAN's discriminator and torchvision's networks: sizes by hand or as published, weights by path."""

import itertools

import pytest
import timm
import torch
from safetensors.torch import save_file
from torchvision import models

from augury.classifiers import sources
from augury.classifiers.dcgan_discriminator import network as dcgan_discriminator
from augury.classifiers.lenet5 import network as lenet5
from augury.classifiers.model_folder import family_module
from augury.classifiers.timm_zoo import network as timm_zoo
from augury.classifiers.torchvision_zoo import network as torchvision_zoo
from augury.command.errors import UserError
from augury.generators.dcgan.networks import Discriminator
from augury.planning.checks.networks import network_problems
from augury.settings.families import family
from tests.settings import mistakes, of_family, study


def describe(name: str, size_px: int, channels: int = 3, classes: int = 3, **settings) -> tuple:
    """Settings of a small network, and its classes."""
    base = {"dropout": 0.0, "width": 4, "max_width": 8, "pretrained": False, "size_px": size_px}
    known = family("classifiers", name).settings.model_fields
    given = {key: value for key, value in base.items() if key in known} | settings
    return of_family("classifiers", name, channels="grey" if channels == 1 else "rgb", **given), classes


def parameters(network: torch.nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())


def test_lenet_has_the_weights_of_its_layers_and_sees_any_size_from_32_on():
    """6 x 26, 16 x (150 + 1), 120 x (400 + 1), 84 x 121, 10 x 85: 61,706, the known number with full connections."""
    classifier = lenet5.build_classifier(*describe("lenet5", 32, 1, 10))
    assert parameters(classifier) == 156 + 2416 + 48120 + 10164 + 850 == 61706
    assert classifier.feature_maps(torch.zeros(1, 1, 32, 32)).shape == (1, 16, 10, 10)  # C3 of figure 2
    larger = lenet5.build_classifier(*describe("lenet5", 45, 1, 10, activation="relu", pooling="max"))
    assert parameters(larger) == 61706
    assert larger(torch.zeros(2, 1, 45, 45)).shape == (2, 10)
    assert mistakes({"images": "x", "classifiers": {"a": {"family": "lenet5", "size_px": 28}}})[0].startswith(
        "`classifiers.a.size_px` is 28; it must be at least 32"
    )


def test_the_discriminators_head_is_its_last_convolution():
    """With the discriminator's last weights in the first row of the head, the first logit is the discriminator's."""
    torch.manual_seed(0)
    judge = Discriminator(24, 1, 4, 8, 0).eval()  # 24 = 6 x 2^2: the last maps are 6 x 6
    classifier = dcgan_discriminator.build_classifier(*describe("dcgan_discriminator", 24, 1)).eval()
    classifier.network[0].load_state_dict(judge.layers[:-1].state_dict())
    last = judge.layers[-1]
    with torch.no_grad():
        classifier.head.weight[0], classifier.head.bias[0] = last.weight.flatten(), last.bias[0]
    images = torch.rand(3, 1, 24, 24) * 2 - 1
    assert torch.allclose(classifier(images)[:, 0], judge(images), atol=1e-6)
    assert parameters(classifier) == parameters(judge) + 2 * (8 * 6 * 6 + 1)
    with pytest.raises(UserError, match="the nearest are"):
        dcgan_discriminator.build_classifier(*describe("dcgan_discriminator", 35))


@pytest.mark.parametrize(
    "architecture, weights", [("alexnet", models.AlexNet_Weights), ("googlenet", models.GoogLeNet_Weights)]
)
def test_torchvisions_networks_have_their_published_sizes(architecture, weights):
    """Against num_params and min_size, which torchvision publishes with its weights."""
    assert not timm.is_model(architecture)
    record = weights.IMAGENET1K_V1.meta
    smallest = max(record["min_size"][0], 16)
    with torch.device("meta"):
        description = describe("torchvision_zoo", smallest, classes=1000, architecture=architecture)
        classifier = torchvision_zoo.build_classifier(*description).eval()
        assert parameters(classifier) == record["num_params"]
        assert classifier(torch.zeros(1, 3, smallest, smallest)).shape == (1, 1000)
        described = classifier.network.pretrained_cfg
        assert classifier.network.get_submodule(described["first_conv"]).in_channels == 3
        assert classifier.network.get_submodule(described["classifier"][0]) is classifier.head
    assert family("classifiers", "torchvision_zoo").smallest_px({"architecture": architecture}) in (0, smallest)


def test_googlenet_sees_what_torchvision_shows_it(tmp_path):
    """torchvision takes images normalised by ImageNet's statistics and turns them: `transform_input`."""
    torch.manual_seed(0)
    theirs = models.GoogLeNet(3, aux_logits=True, transform_input=True, init_weights=False)
    pixels = torch.rand(4, 3, 64, 64)
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    normalised = (pixels - mean[:, None, None]) / deviation[:, None, None]
    for layer in theirs.modules():  # statistics of these images, or the logits would be little but biases
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = 1.0
    theirs.train()(normalised)
    torch.save(theirs.state_dict(), tmp_path / "googlenet.pth")
    expected = theirs.eval()(normalised)
    description = describe("torchvision_zoo", 64, architecture="googlenet", pretrained="auto")
    ours = torchvision_zoo.build_classifier(*description).eval()
    record = torchvision_zoo.start_from_pretrained(ours, description[0], tmp_path)
    assert record["source"] == str(tmp_path / "googlenet.pth")
    assert not torch.equal(ours.head.weight, theirs.fc.weight)  # the head is made anew
    ours.head.load_state_dict(theirs.fc.state_dict())
    assert expected.std(dim=0).min() > 0.01
    assert torch.allclose(ours(pixels * 2 - 1), expected, atol=1e-4)
    assert ours.normalise.describe()["mean"] == [0.5] * 3
    with_heads = torchvision_zoo.build_classifier(
        *describe("torchvision_zoo", 32, architecture="googlenet", auxiliary=True)
    )
    torchvision_zoo.start_from_pretrained(with_heads, description[0], tmp_path)
    assert torch.equal(with_heads.network.aux1.fc1.weight, theirs.aux1.fc1.weight)


def test_auxiliary_heads_train_and_do_not_judge():
    """Szegedy et al. 2015, section 5: each counts 0.3; they are discarded when the network is used."""
    classifier = torchvision_zoo.build_classifier(
        *describe("torchvision_zoo", 32, architecture="googlenet", auxiliary=True)
    )
    images = torch.rand(2, 3, 32, 32)
    made = classifier.train().training_logits(images)
    assert [weight for weight, _ in made] == [1.0, 0.3, 0.3]
    assert [logits.shape for _, logits in made] == [(2, 3)] * 3
    assert classifier(images).shape == (2, 3)
    alone = classifier.eval().training_logits(images)
    assert [weight for weight, _ in alone] == [1.0]
    assert torch.equal(alone[0][1], classifier(images))


@pytest.mark.parametrize(
    "family, architecture, size_px",
    [
        ("timm_zoo", "resnet50", 32),
        ("timm_zoo", "convnext_tiny", 32),
        ("timm_zoo", "inception_v3", 75),
        ("torchvision_zoo", "googlenet", 32),
    ],
)
def test_weights_go_over_by_path_but_for_the_head_and_to_grey(family, architecture, size_px, tmp_path):
    """A saved random initialisation of 1000 classes: what is grey is seen as its coloured repetition is."""
    module = family_module(family)
    source = module.build_classifier(*describe(family, size_px, classes=1000, architecture=architecture))
    path = tmp_path / "weights.pth"
    torch.save(source.network.state_dict(), path)
    made = {}
    for channels in (1, 3):
        description = describe(family, size_px, channels, architecture=architecture, pretrained=str(path))
        made[channels] = module.build_classifier(*description).eval()
        record = module.start_from_pretrained(made[channels], description[0], tmp_path)
        assert (record["source"], len(record["sha256"])) == (str(path), 64)
    stored, taken = source.network.state_dict(), made[3].network.state_dict()
    kept = [name for name, value in taken.items() if value.shape == stored[name].shape]
    assert len(taken) - len(kept) == 2  # weight and bias of the head
    assert all(torch.equal(taken[name], stored[name]) for name in kept)
    for each in made.values():  # features alone need not show a difference of the colours' deviations
        each.normalise.set([0.5] * len(each.normalise.mean), [0.5] * len(each.normalise.mean))
    grey = torch.rand(1, 1, size_px, size_px) * 2 - 1
    features, coloured = made[1].features(grey), made[3].features(grey.expand(-1, 3, -1, -1))
    assert (features - coloured).abs().max() < 1e-4 * features.std()


def test_torchvisions_file_of_resnet50_is_timms_and_that_of_convnext_is_not(tmp_path):
    """A file with a head of 1000 classes; of Inception-v3 also one with an auxiliary head, as published."""
    files = {
        "resnet50": models.resnet50(weights=None).state_dict(),
        "inception_v3": timm.create_model("inception_v3", pretrained=False, aux_logits=True).state_dict(),
    }
    for architecture, stored in files.items():
        path = tmp_path / f"{architecture}.safetensors"
        save_file(stored, path)
        description = describe("timm_zoo", 75, architecture=architecture, pretrained="auto")
        taken = timm_zoo.build_classifier(*description)
        timm_zoo.start_from_pretrained(taken, description[0], tmp_path)
        own = taken.network.state_dict()
        assert all(torch.equal(value, stored[name]) for name, value in own.items() if not name.startswith("fc."))
    with torch.device("meta"):
        names = models.convnext_tiny(weights=None).state_dict()
    torch.save({name: torch.zeros(1) for name in names}, tmp_path / "convnext_tiny.pth")
    description = describe("timm_zoo", 32, architecture="convnext_tiny", pretrained="auto")
    with pytest.raises(UserError, match=r"has no stem.0.weight and is not of convnext_tiny; put timm's own file there"):
        timm_zoo.start_from_pretrained(timm_zoo.build_classifier(*description), description[0], tmp_path)


def test_sizes_that_a_network_does_not_take_are_told_with_the_key():
    for architecture in ("vgg19", "convnext_tiny"):
        with pytest.raises(UserError, match=f"{architecture} takes no images of 16 px .*set `size_px`"):
            timm_zoo.build_classifier(*describe("timm_zoo", 16, architecture=architecture))
    classifiers = {
        "a": {"family": "torchvision_zoo", "architecture": "alexnet", "size_px": 62, "pretrained": False},
        "b": {"family": "dcgan_discriminator", "size_px": 35},
        "c": {"family": "torchvision_zoo", "architecture": "googlenet", "size_px": 64, "pretrained": "auto"},
    }
    problems = network_problems(study(classifiers=classifiers, extractor=None, missing_weights="stop"))
    assert [sentence.partition(":")[0] for sentence in problems] == [
        "`classifiers.a.size_px`",
        "`classifiers.b.size_px`",
        "`classifiers.c.pretrained`",
    ]
    assert "put torchvision's file at resources/weights/googlenet.safetensors" in problems[2]


def test_a_trial_of_a_size_takes_no_random_numbers():
    torch.manual_seed(3)
    expected = timm.create_model("resnet18", pretrained=False, num_classes=3, in_chans=3)
    torch.manual_seed(3)
    classifier = timm_zoo.build_classifier(*describe("timm_zoo", 32, architecture="resnet18"))
    assert torch.equal(classifier.network.fc.weight, expected.fc.weight)


def test_a_size_is_tried_where_it_may_not_fit(monkeypatch):
    """A trial takes a second of a start: none at the size of the weights, or of networks that take any."""
    tried = []
    monkeypatch.setattr(timm_zoo, "_try_size", lambda name, size_px, options: tried.append((name, size_px)))
    timm_zoo.create("resnet18", 224)
    for name, size_px in itertools.product(sources.PACKAGED, (16, 75, 224)):
        with torch.device("meta"):
            made = timm_zoo.create(name, size_px).eval()(torch.zeros(1, 3, size_px, size_px))
        assert made.shape == (1, 1000)
    assert not tried
    for name, size_px in (("resnet18", 160), ("halonet26t", 224), ("vit_tiny_patch16_224", 192)):
        timm_zoo.create(name, size_px)
        assert tried.pop() == (name, size_px)
