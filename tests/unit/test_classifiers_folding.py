"""Normalisations that are multiplied into convolutions: the same answers from fewer passes over the maps."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from augury.classifiers.folding import folded
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
def test_a_network_that_is_not_to_be_folded_stays_as_it_is(network):
    assert folded(used(network), run, SHAPE) is network


def test_what_is_attached_to_a_layer_stays_there():
    network = used(nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 4, 3), nn.BatchNorm2d(4)))
    network[1].register_forward_hook(lambda module, given, maps: 2 * maps)
    images = torch.rand(2, *SHAPE)
    made = folded(network, run, SHAPE)
    assert norms(made) == 1
    with torch.no_grad():
        assert torch.allclose(made(images), network(images), atol=1e-5)
