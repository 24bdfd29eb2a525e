"""What a classifier is trained by, and how its logits become probabilities."""

import torch
from torch.nn import functional as F


def training_loss(
    logits: torch.Tensor,
    targets: torch.Tensor,
    kind: str,
    weights: torch.Tensor | None,
    smoothing: float,
    image_weights: torch.Tensor | None = None,
) -> torch.Tensor:
    """Loss of logits (N, K): labels (N,) int64, or mixed targets (N, K) whose rows sum to 1.

    kind: cross_entropy, or one_hot_bce: binary cross-entropy of each class against all others, averaged over the K
    classes. weights: (K,), of the classes; the loss is the weighted mean over the images. smoothing: that part of each
    target is spread evenly over the classes. image_weights: (N,), of the images, 1 on average over the training set;
    the terms of a batch are multiplied with them, and not divided by their sum.
    """
    waits = weights is not None and smoothing and logits.is_cuda  # in torch up to 2.11, for the weights of labels
    if kind == "cross_entropy" and targets.ndim == 1 and image_weights is None and not waits:
        return F.cross_entropy(logits, targets, weights, label_smoothing=smoothing)
    classes = logits.shape[1]
    targets = F.one_hot(targets, classes).to(logits.dtype) if targets.ndim == 1 else targets.to(logits.dtype)
    importance = targets.new_ones(len(targets)) if weights is None else targets @ weights
    if kind == "cross_entropy" and image_weights is None:
        # torch weighs the terms of soft targets but not the divisor; this is the mean that it takes of labels.
        return F.cross_entropy(logits, targets, weights, reduction="sum", label_smoothing=smoothing) / importance.sum()
    if kind == "cross_entropy":
        images = F.cross_entropy(logits, targets, weights, reduction="none", label_smoothing=smoothing)
    else:
        smooth = targets * (1 - smoothing) + smoothing / classes
        images = importance * F.binary_cross_entropy_with_logits(logits, smooth, reduction="none").mean(dim=1)
    return (images if image_weights is None else image_weights * images).sum() / importance.sum()


def judging_loss(logits: torch.Tensor, labels: torch.Tensor, kind: str) -> torch.Tensor:
    """The plain loss of logits (N, K), without weights and smoothing."""
    return training_loss(logits, labels, kind, None, 0.0)


def probabilities(logits: torch.Tensor, kind: str) -> torch.Tensor:
    """Logits (N, K) -> probabilities (N, K) that sum to 1.

    Of cross_entropy their softmax. one_hot_bce makes each logit the log odds of its own class: their sigmoids, divided
    by the sum.
    """
    if kind == "cross_entropy":
        return F.softmax(logits, dim=1)
    # Through logarithms: where every sigmoid underflows, they still have a ratio.
    return F.softmax(F.logsigmoid(logits), dim=1)
