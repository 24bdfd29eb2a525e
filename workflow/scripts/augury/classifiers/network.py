"""What every family's classifier is: a normalisation that travels with the weights, a body and a linear head."""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

import torch
from torch import nn

from augury.classifiers import attention, folding, losses
from augury.classifiers.family import ClassifierSettings, TrainedSettings
from augury.classifiers.sizes import image_px, image_shape
from augury.classifiers.stages import plain_stages

AnyClassifier = TypeVar("AnyClassifier", bound="Classifier")


class Normalise(nn.Module):
    """Images in [-1, 1] -> (pixel - mean) / std, where mean and standard deviation are given for pixels in [0, 1].

    Both are buffers, so that saved weights say what their input is. `enlarge_to`: side in px to which images are
    enlarged (or reduced) first, bilinearly; None leaves their size as it is.
    """

    enlarge_to: int | None = None
    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(len(mean)))
        self.register_buffer("std", torch.ones(len(mean)))
        self.set(mean, std)

    def set(self, mean: Sequence[float], std: Sequence[float]) -> None:
        """Take other values, one per channel."""
        self.mean.copy_(torch.tensor(mean))
        self.std.copy_(torch.tensor(std))

    def describe(self) -> dict[str, list[float]]:
        """The values, for the record of a run."""
        return {name: [round(value, 6) for value in getattr(self, name).tolist()] for name in ("mean", "std")}

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        if self.enlarge_to:
            size = (self.enlarge_to, self.enlarge_to)
            reduced = images.shape[-1] > self.enlarge_to
            images = nn.functional.interpolate(images, size, mode="bilinear", align_corners=False, antialias=reduced)
        scale = 0.5 / self.std
        shift = (0.5 - self.mean) / self.std
        return images * scale[:, None, None] + shift[:, None, None]


class Classifier(nn.Module):
    """Images (N, C, S, S) in [-1, 1] -> logits (N, K). A family fills in the four methods that raise below.

    normalise: the first layer. network: everything else, whose modules count for freezing.
    """

    loss = "cross_entropy"  # what it is trained by, which says what its logits mean

    def __init__(self, normalise: Normalise, network: nn.Module) -> None:
        super().__init__()
        self.normalise, self.network = normalise, network

    def feature_maps(self, images: torch.Tensor) -> torch.Tensor:
        """The last maps before pooling, (N, M, h, w) for convolutional networks."""
        raise NotImplementedError

    def features(self, images: torch.Tensor) -> torch.Tensor:
        """What the head sees, (N, D)."""
        raise NotImplementedError

    @property
    def head(self) -> nn.Module:
        """The last layer, which is made anew for each set of classes."""
        raise NotImplementedError

    @property
    def heads(self) -> list[nn.Module]:
        """All layers that are made anew for each set of classes: the head, and its twin in distilled networks."""
        return [self.head]

    def stages(self) -> list[list[nn.Module]]:
        """Its stages, each a list of blocks, from the image inwards (see classifiers.stages)."""
        raise NotImplementedError

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.network(self.normalise(images))

    def describe_input(self) -> dict[str, Any]:
        """The normalisation, for the record of a run."""
        return self.normalise.describe()

    def sees_views_alike(self) -> bool:
        """Whether training chose to see flips and quarter turns of an image alike, where no setting says it."""
        return False

    def training_logits(self, images: torch.Tensor) -> list[tuple[float, torch.Tensor]]:
        """Logits to train by, each with the weight of its loss; first its own, of weight 1."""
        return [(1.0, self(images))]

    def folded(self: AnyClassifier, settings: ClassifierSettings) -> AnyClassifier:
        """A copy to be used and not trained, quicker where normalisations can be part of convolutions."""
        return folding.folded(self, lambda network, images: network(images), image_shape(settings))

    def probabilities(self, logits: torch.Tensor) -> torch.Tensor:
        """Logits (N, K) -> class probabilities (N, K)."""
        return losses.probabilities(logits, self.loss)


class BodyAndTop(Classifier):
    """A chain of layers that makes maps, and one that ends with the head."""

    network: nn.Sequential

    @property
    def body(self) -> nn.Sequential:
        """The layers that make maps."""
        return cast("nn.Sequential", self.network[0])

    @property
    def top(self) -> nn.Sequential:
        """The layers above them; the last is the head."""
        return cast("nn.Sequential", self.network[1])

    def feature_maps(self, images: torch.Tensor) -> torch.Tensor:
        return self.body(self.normalise(images))

    @property
    def head(self) -> nn.Module:
        return self.top[-1]

    def stages(self) -> list[list[nn.Module]]:
        return plain_stages(self.body)


def size_of(network: nn.Module) -> dict[str, Any]:
    """Number of weights, frozen ones included, and the size of their file in MB of 2^20 bytes."""
    size_mb = sum(value.nbytes for value in network.state_dict().values()) / 2**20
    return {"parameters": sum(weight.numel() for weight in network.parameters()), "size_mb": round(size_mb, 2)}


def equip(classifier: AnyClassifier, settings: TrainedSettings) -> AnyClassifier:
    """Give a family's fresh network what settings add to any.

    That is the size to which it enlarges its images, gates of channel attention, and a meaning of its logits. Raises
    UserError where the network has no place for gates. Returns the classifier.
    """
    if settings.size_px > image_px(settings):
        classifier.normalise.enlarge_to = settings.size_px
    classifier.loss = settings.loss
    if settings.eca != "none":
        attention.attach(classifier, settings.eca, settings.eca_init, image_shape(settings))
    return classifier
