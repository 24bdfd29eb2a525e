"""What a probe takes of a backbone: pooled maps of a convolutional network; of a transformer two kinds of tokens.

The class token sums an image up as its training asked for; the mean of the patch tokens keeps what fills little of it.
Both are what probes of such networks are fitted on (Oquab et al. 2023, arXiv:2304.07193, section 7.1).
"""

import torch

from augury.classifiers.timm_zoo.network import ZooClassifier
from augury.classifiers.zoo import ZooNetwork


def width_of(backbone: ZooClassifier) -> int:
    """Features of an image, D."""
    return backbone.network.head_hidden_size * (2 if _kind(backbone.network) else 1)


def features_of(backbone: ZooClassifier, images: torch.Tensor) -> torch.Tensor:
    """(N, D) of images (N, C, S, S) in [-1, 1]."""
    network, maps = backbone.network, backbone.feature_maps(images)
    pooled, kind = network.forward_head(maps, pre_logits=True), _kind(network)
    if not kind:
        return pooled
    other = maps[:, 0] if kind == "class" else maps[:, _prefix(network) :].mean(dim=1)
    norm = getattr(network, "fc_norm", None)  # of networks that normalise after pooling
    return torch.cat([pooled, other if norm is None else norm(other)], dim=1)


def _kind(network: ZooNetwork) -> str | None:
    """What a transformer's own head does not see: the class token, or the patches; None of other networks."""
    if not hasattr(network, "num_prefix_tokens") or not hasattr(network, "patch_embed"):
        return None
    if getattr(network, "global_pool", "") == "avg":
        return "class" if _prefix(network) else None
    return "patches"


def _prefix(network: ZooNetwork) -> int:
    return int(getattr(network, "num_prefix_tokens", 0))
