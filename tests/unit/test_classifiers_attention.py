"""Channel attention: counts as published, the gate against its formula, and what it leaves of a network's features."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from augury.classifiers.attention import Gate, gates_of
from augury.classifiers.description import Description
from augury.classifiers.freezing import first_layers, layers_of
from augury.classifiers.model_folder import family_module, load_classifier, save_classifier
from augury.classifiers.timm_zoo import network as timm_zoo
from augury.command.errors import UserError
from augury.study.arms import Arm
from tests.settings import of_family


def build(family="timm_zoo", size_px=32, classes=3, seed=0, **settings):
    scratch = {"pretrained": False} if family in ("timm_zoo", "torchvision_zoo") else {}
    complete = of_family("classifiers", family, size_px=size_px, **scratch | settings)
    torch.manual_seed(seed)
    return family_module(family).build_classifier(complete, classes).eval(), complete


def parameters(network: nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())


def test_convnext_t_of_26_classes_has_27840122_parameters_and_84_more_with_gates():
    """Gates of C channels have kernel |log2(C)/2 + 1/2| made odd: 3 for 96, 5 for 192, 384, 768; 9 + 15 + 45 + 15."""
    with torch.device("meta"):
        plain, _ = build(architecture="convnext_tiny", classes=26, size_px=224)
        made = {
            where: build(architecture="convnext_tiny", classes=26, size_px=224, eca=where)[0]
            for where in ("per_block", "per_stage", "in_branch")
        }
    assert parameters(plain) == 27840122
    assert {where: parameters(each) - 27840122 for where, each in made.items()} == {
        "per_block": 84,
        "per_stage": 3 + 5 + 5 + 5,
        "in_branch": 84,
    }
    assert {where: len(gates_of(each)) for where, each in made.items()} == {
        "per_block": 18,
        "per_stage": 4,
        "in_branch": 18,
    }


@pytest.mark.parametrize("channels, kernel", [(6, 3), (64, 3), (128, 5), (512, 5), (2048, 7)])
def test_the_kernel_follows_from_the_channels(channels, kernel):
    """Equation 12 as its authors' code rounds: t = int(|log2 C + 1| / 2), and t + 1 where t is even; 3 at least."""
    assert Gate(channels, False).eca.conv.kernel_size == (kernel,)


def test_a_gate_by_its_formula():
    gate, maps = Gate(64, False), torch.randn(2, 64, 5, 4)
    kernel = gate.eca.conv.weight[0, 0]
    means = F.pad(maps.mean(dim=(2, 3)), (1, 1))
    scores = sum(kernel[index] * means[:, index : index + 64] for index in range(3))
    expected = maps / (1 + torch.exp(-scores))[:, :, None, None]
    assert torch.allclose(gate(maps), expected, atol=1e-6)


@pytest.mark.parametrize(
    "family, architecture, where, gates",
    [
        ("timm_zoo", "tf_efficientnet_lite0", "per_block", 16),
        ("timm_zoo", "tf_efficientnet_lite0", "in_branch", 16),
        ("timm_zoo", "resnet18", "per_stage", 4),
        ("torchvision_zoo", "googlenet", "per_stage", 3),
        ("four_block_cnn", None, "per_block", 4),
        ("lenet5", None, "per_stage", 3),
        ("dcgan_discriminator", None, "per_block", 3),
    ],
)
def test_gates_begin_by_leaving_features_as_they_are_or_do_not(family, architecture, where, gates):
    named = {"architecture": architecture} if architecture else {}
    images = torch.rand(2, 3, 32, 32) * 2 - 1
    plain, _ = build(family, **named)
    unchanged, _ = build(family, eca=where, **named)
    published, _ = build(family, eca=where, eca_init="random", **named)
    assert len(gates_of(unchanged)) == gates
    assert torch.equal(plain.features(images), unchanged.features(images))
    assert not torch.allclose(plain.features(images), published.features(images), rtol=0.01, atol=0)
    unchanged.train()(images).sum().backward()
    assert all(gate.eca.conv.weight.grad.abs().sum() > 0 for gate in gates_of(unchanged)[-2:])  # and they can learn


def test_the_last_pooled_maps_carry_the_gate_in_a_plain_network():
    """VGG19 has 16 convolutions in five stages."""
    with torch.device("meta"):
        assert len(gates_of(build(architecture="vgg19", eca="per_block")[0])) == 16
        assert len(gates_of(build(architecture="vgg19", eca="per_stage")[0])) == 5


@pytest.mark.parametrize("architecture, block", [("resnet18", "layer1.1"), ("convnext_tiny", "stages.0.blocks.1")])
def test_a_gate_in_the_branch_scales_the_branch_alone(architecture, block):
    """A gate that lets nothing through leaves the shortcut: the block gives what it was given (no less than 0)."""
    classifier, _ = build(architecture=architecture, eca="in_branch", size_px=64)
    module, maps = classifier.network.get_submodule(block), torch.rand(1, {"r": 64, "c": 96}[architecture[0]], 8, 8)
    for scale in [weight for name, weight in module.named_parameters() if name in ("bn2.weight", "gamma")]:
        scale.data.fill_(1.0)  # a branch begins near 0
    assert not torch.allclose(module(maps), maps)
    (gate,) = gates_of(module)
    gate.eca.gate = nn.Hardtanh(-1e-30, 0.0)
    gate.eca.conv.weight.data.fill_(1.0)
    assert torch.equal(module(maps), maps)


def test_a_copy_has_gates_of_its_own():
    classifier, _ = build("four_block_cnn", eca="per_block")
    twin, images = copy.deepcopy(classifier), torch.rand(1, 3, 32, 32)
    before = classifier(images)
    for gate in gates_of(twin):
        gate.eca.conv.weight.data.fill_(1.0)
    assert torch.equal(classifier(images), before)
    assert not torch.allclose(twin(images), before)


def test_gates_are_saved_and_pretrained_weights_pass_them_by(tmp_path):
    classifier, settings = build(architecture="resnet18", eca="per_block", eca_init="random")
    described = Description("n", "real", Arm(), "holdout", 0, ["a", "b", "c"], settings)
    save_classifier(tmp_path, classifier, described.as_record(), [])
    images = torch.rand(1, 3, 32, 32)
    assert torch.equal(load_classifier(tmp_path)[0](images), classifier(images))
    source, _ = build(architecture="resnet18", seed=5)
    torch.save(source.network.state_dict(), tmp_path / "resnet18.pth")
    gate = gates_of(classifier)[0].eca.conv.weight.clone()
    timm_zoo.start_from_pretrained(classifier, settings.model_copy(update={"pretrained": "auto"}), tmp_path)
    assert torch.equal(classifier.network.layer1[0].conv1.weight, source.network.layer1[0].conv1.weight)
    assert torch.equal(gates_of(classifier)[0].eca.conv.weight, gate)


def test_gates_are_no_layers_that_freezing_counts():
    plain, _ = build(architecture="resnet18")
    gated, _ = build(architecture="resnet18", eca="per_block")
    assert len(layers_of(gated.network)) == len(layers_of(plain.network))
    frozen = first_layers(gated.network, 1.0, gated.head)
    assert not {module for gate in gates_of(gated) for module in gate.modules()} & set(frozen)


@pytest.mark.parametrize(
    "architecture, where, problem",
    [
        ("vgg19", "in_branch", "no residual branch"),
        ("vit_tiny_patch16_224", "per_block", "no maps that a gate could scale"),
        ("densenet121", "per_block", "no stages of a form that is known"),
    ],
)
def test_where_gates_have_no_place_it_is_said(architecture, where, problem):
    with pytest.raises(UserError, match=problem), torch.device("meta"):
        build(architecture=architecture, eca=where)
