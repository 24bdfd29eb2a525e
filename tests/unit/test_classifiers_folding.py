"""Convolutions that do what follows them: the same answers from fewer passes over the maps."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from augury.classifiers.folding import folded
from augury.classifiers.fusing import Fused
from augury.classifiers.timm_zoo import network as timm_zoo

SHAPE = (3, 32, 32)


class Twice(nn.Module):
    """What a convolution made is normalised and, beside that, added."""

    def __init__(self):
        super().__init__()
        self.convolution, self.norm = nn.Conv2d(3, 3, 3, 1, 1), nn.BatchNorm2d(3)

    def forward(self, images):
        maps = self.convolution(images)
        return maps + self.norm(maps)


class InPlace(nn.Module):
    """What stands between the two changes the maps in their place."""

    def __init__(self):
        super().__init__()
        self.convolution, self.norm = nn.Conv2d(3, 3, 3, 1, 1), nn.BatchNorm2d(3)

    def forward(self, images):
        return self.norm(F.relu(self.convolution(images), inplace=True))


class Shared(nn.Module):
    """One convolution with two normalisations."""

    def __init__(self):
        super().__init__()
        self.convolution, self.first, self.second = nn.Conv2d(3, 3, 3, 1, 1), nn.BatchNorm2d(3), nn.BatchNorm2d(3)

    def forward(self, images):
        return self.second(self.convolution(self.first(self.convolution(images))))


class OneActivation(nn.Module):
    """Two convolutions with one activation."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.activation = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 3), nn.ReLU()

    def forward(self, images):
        return self.activation(self.second(self.activation(self.first(images))))


def used(network):
    """In evaluation mode, with statistics of a training."""
    generator = torch.Generator().manual_seed(1)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for values in (module.running_var, module.weight.data):
                values.copy_(torch.rand(values.shape, generator=generator) + 0.5)
            for values in (module.running_mean, module.bias.data):
                values.copy_(torch.randn(values.shape, generator=generator))
    return network.eval()


def norms(network):
    return sum(isinstance(module, nn.BatchNorm2d) for module in network.modules())


def run(network, images):
    return network(images)


@pytest.mark.parametrize("name", ["resnet18", "tf_efficientnet_lite0", "mobilenetv2_100", "mobilenetv3_small_100"])
def test_a_network_says_the_same_without_normalisations(name):
    torch.manual_seed(0)
    network = used(timm_zoo.build(name, 32, channels=3, classes=5))
    images = torch.rand(2, *SHAPE) * 2 - 1
    with torch.no_grad():
        before = network(images)
        made = folded(network, run, SHAPE)
        after = made(images)
        assert torch.equal(network(images), before)  # itself it stays as it was
    assert norms(network) > 0
    assert norms(made) == 0
    assert torch.allclose(after, before, rtol=0, atol=2e-5 * before.abs().max().item())


def test_only_what_is_asked_for_is_folded():
    network = used(timm_zoo.build("densenet121", 32, channels=3, classes=5))
    images = torch.rand(2, *SHAPE) * 2 - 1
    made = folded(network, timm_zoo.ZooClassifier.features, SHAPE)
    assert 0 < norms(made) < norms(network)  # half of its normalisations come before convolutions
    with torch.no_grad():
        assert torch.allclose(made.features(images), network.features(images), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("network", [Twice(), InPlace(), Shared(), nn.Sequential(nn.Flatten(), nn.Linear(3072, 2))])
def test_a_network_that_is_not_to_be_folded_keeps_its_normalisations(network):
    images = torch.rand(2, *SHAPE)
    made = folded(used(network), run, SHAPE)
    assert norms(made) == norms(network)
    with torch.no_grad():
        assert torch.allclose(made(images), network(images), atol=1e-5)


ACTIVATIONS = [nn.ReLU(), nn.ReLU(inplace=True), nn.ReLU6(), nn.SiLU(), nn.Hardswish(), nn.LeakyReLU(0.3)]


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
@pytest.mark.parametrize("layer", [nn.Conv2d(8, 8, 3, 2, 1, groups=8), nn.Conv2d(8, 5, 1, bias=False)], ids=repr)
def test_a_convolution_applies_the_activation_behind_it(layer, activation):
    torch.manual_seed(0)
    network = used(
        nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), layer, activation, nn.Conv2d(layer.out_channels, 4, 3))
    )
    made = folded(network, run, SHAPE)
    assert [type(each) for each in made] == [Fused, nn.Identity, Fused, nn.Identity, Fused]
    with torch.no_grad():
        for images in (torch.rand(2, *SHAPE) * 8 - 4, torch.rand(5, 3, 40, 36).mT):  # other numbers and sizes as well
            assert torch.allclose(made(images), network(images), rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    "network", [OneActivation(), nn.Sequential(nn.Conv2d(3, 3, 3, padding="same"), nn.ReLU())], ids=["shared", "same"]
)
def test_an_activation_that_cannot_be_fused_stays_where_it_is(network):
    images = torch.rand(2, *SHAPE)
    made = folded(used(network), run, SHAPE)
    assert any(isinstance(module, nn.ReLU) for module in made.children())
    with torch.no_grad():
        assert torch.allclose(made(images), network(images), atol=1e-6)


def test_gradients_pass_through_a_network_that_is_used():
    network = used(nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU()))
    made = folded(network, run, SHAPE)
    gradients = []
    for each in (network, made, copy.deepcopy(made)):
        images = torch.rand(2, *SHAPE, generator=torch.Generator().manual_seed(2)).requires_grad_()
        each(images).square().sum().backward()
        gradients.append(images.grad)
    assert torch.allclose(gradients[1], gradients[0], atol=1e-4)
    assert torch.equal(gradients[2], gradients[1])


def test_a_compiler_sees_the_layers_that_it_knows():
    network = used(nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU()))
    with torch.no_grad():
        graph = torch.export.export(folded(network, run, SHAPE), (torch.rand(2, *SHAPE),)).graph
    assert not [node for node in graph.nodes if "mkldnn" in str(node.target)]


def test_what_is_attached_to_a_layer_stays_there():
    network = used(nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 4, 3), nn.BatchNorm2d(4)))
    network[1].register_forward_hook(lambda module, given, maps: 2 * maps)
    images = torch.rand(2, *SHAPE)
    made = folded(network, run, SHAPE)
    assert norms(made) == 1
    with torch.no_grad():
        assert torch.allclose(made(images), network(images), atol=1e-5)
