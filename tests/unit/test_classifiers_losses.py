"""Losses, mixed targets and weights of classes: by hand, and against torch where its forms meet."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from augury.classifiers.family import TrainedSettings
from augury.classifiers.losses import judging_loss, probabilities, training_loss
from augury.classifiers.mixing import Mixing
from augury.classifiers.schedule import class_weights

LOGITS = torch.tensor([[0.0, 0.0], [math.log(3), 0.0]], dtype=torch.float64)


def test_one_hot_bce_by_hand():
    """Sigmoids 1/2, 1/2 and 3/4, 1/2; labels 0 and 1: ln 2 for the first image, (ln 4 + ln 2) / 2 for the second."""
    expected = [math.log(2), (math.log(4) + math.log(2)) / 2]
    labels = torch.tensor([0, 1])
    assert judging_loss(LOGITS, labels, "one_hot_bce").item() == pytest.approx(sum(expected) / 2)
    weights = torch.tensor([3.0, 1.0], dtype=torch.float64)
    weighted = training_loss(LOGITS, labels, "one_hot_bce", weights, 0.0).item()
    assert weighted == pytest.approx((3 * expected[0] + expected[1]) / 4)


def test_smoothed_one_hot_bce_by_hand():
    """Half of the certainty over two classes: targets 3/4 and 1/4; the sigmoids are 3/4 and 1/2."""
    made = training_loss(LOGITS[1:], torch.tensor([0]), "one_hot_bce", None, 0.5).item()
    entropy = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    assert made == pytest.approx((entropy + math.log(2)) / 2)


@pytest.mark.parametrize("kind", ["cross_entropy", "one_hot_bce"])
@pytest.mark.parametrize("weights", [None, torch.tensor([0.5, 2.0, 1.0])])
def test_targets_that_are_not_mixed_give_the_loss_of_their_labels(kind, weights):
    """For cross_entropy the labels' loss is torch's own."""
    generator = torch.Generator().manual_seed(0)
    logits, labels = torch.randn(5, 3, generator=generator), torch.tensor([0, 1, 2, 1, 0])
    one_hot = F.one_hot(labels, 3).float()
    plain, mixed = (training_loss(logits, each, kind, weights, 0.1) for each in (labels, one_hot))
    assert torch.allclose(plain, mixed)
    if kind == "cross_entropy":
        assert torch.equal(plain, F.cross_entropy(logits, labels, weights, label_smoothing=0.1))


def test_probabilities_of_both_losses():
    """Softmax of ln 3 and 0: 3/4 and 1/4. Sigmoids 3/4 and 1/2 over their sum: 3/5 and 2/5."""
    assert probabilities(LOGITS[1:], "cross_entropy")[0].tolist() == pytest.approx([0.75, 0.25])
    assert probabilities(LOGITS[1:], "one_hot_bce")[0].tolist() == pytest.approx([0.6, 0.4])
    low = probabilities(torch.tensor([[-200.0, -201.0]]), "one_hot_bce")[0]
    assert low.tolist() == pytest.approx([math.e / (1 + math.e), 1 / (1 + math.e)], rel=1e-4)


def test_effective_numbers_by_hand():
    """Cui et al. 2019, equation 2, with beta 1/2: 1 image counts 1, 3 images 1 + 1/2 + 1/4 = 7/4.

    Weights 1 and 4/7, mean over the four images (1 + 12/7) / 4 = 19/28: 28/19 and 16/19.
    """
    labels = torch.tensor([0, 1, 1, 1])
    assert class_weights(labels, 2, "effective_number", 0.5).tolist() == pytest.approx([28 / 19, 16 / 19])
    assert class_weights(labels, 2, "effective_number", 0.0).tolist() == pytest.approx([1, 1])
    near_one = class_weights(labels, 2, "effective_number", 1 - 1e-9).tolist()
    assert near_one == pytest.approx(class_weights(labels, 2, "inverse").tolist(), rel=1e-4)


def settings(**given: float) -> TrainedSettings:
    return TrainedSettings(family="any", **given)


def batch(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Image i is i everywhere, of class i."""
    return torch.arange(count).float()[:, None, None, None].expand(-1, 1, 8, 8).clone(), torch.arange(count)


def test_mixup_blends_pixels_as_it_does_targets():
    """Images of constant value i and class i: a mixed image's value is the mean of its targets' classes."""
    images, targets = Mixing(settings(mixup=1.0), 5)(*batch(5), "seed", 1)
    assert images.shape == (5, 1, 8, 8)
    assert torch.allclose(targets.sum(dim=1), torch.ones(5))
    assert torch.allclose(images[:, 0, 0, 0], targets @ torch.arange(5.0))
    fraction = targets[0, 0].item()
    assert 0 < fraction < 1
    assert targets[0, 3].item() == pytest.approx(1 - fraction)  # the partner of the first of four is the fourth
    assert targets[4].tolist() == [0, 0, 0, 0, 1]  # the fifth has no partner
    assert torch.equal(images[4], batch(5)[0][4])


def test_cutmix_pastes_the_area_that_the_targets_say():
    images, targets = Mixing(settings(cutmix=1.0), 4)(*batch(4), "seed", 3)
    pasted = (images[0] == 3).double().mean().item()
    assert 0 < pasted < 1
    assert targets[0].tolist() == pytest.approx([1 - pasted, 0, 0, pasted])
    assert set(images[0].flatten().tolist()) == {0.0, 3.0}


@pytest.mark.parametrize("kind", ["cross_entropy", "one_hot_bce"])
def test_weighted_images_by_hand(kind):
    """Terms of images alone, times the weights of image and class, over the sum of the classes' weights."""
    generator = torch.Generator().manual_seed(0)
    logits, labels = torch.randn(4, 3, generator=generator), torch.tensor([0, 1, 2, 1])
    of_class, of_image = torch.tensor([0.5, 2.0, 1.0]), torch.tensor([0.4, 1.6, 1.6, 0.4])
    alone = [training_loss(logits[[row]], labels[[row]], kind, None, 0.0) for row in range(4)]
    expected = sum(float(of_image[row] * of_class[labels[row]] * alone[row]) for row in range(4)) / 5.5
    assert training_loss(logits, labels, kind, of_class, 0.0, of_image).item() == pytest.approx(expected)
    same = training_loss(logits, labels, kind, of_class, 0.1, torch.ones(4))
    assert torch.allclose(same, training_loss(logits, labels, kind, of_class, 0.1))


def test_what_is_blended_keeps_its_weight():
    """The loss of a blend is that of both images by their fractions and weights, since it is linear in the targets."""
    weights = torch.tensor([1.0, 3.0, 5.0, 7.0])
    images, labels = batch(4)
    _, plain = Mixing(settings(mixup=1.0), 4)(images.clone(), labels, "seed", 1)
    _, weighted = Mixing(settings(mixup=1.0), 4)(images.clone(), torch.eye(4) * weights[:, None], "seed", 1)
    assert torch.allclose(weighted, plain * weights)


def test_what_is_mixed_depends_on_the_seed_alone():
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    first, _ = Mixing(settings(mixup=0.4, cutmix=1.0), 4)(*batch(4), "seed", 1)
    again, _ = Mixing(settings(mixup=0.4, cutmix=1.0), 4)(*batch(4), "seed", 1)
    other, _ = Mixing(settings(mixup=0.4, cutmix=1.0), 4)(*batch(4), "seed", 2)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert np.array_equal(np.random.get_state()[1], state)  # noqa: NPY002


def test_without_mixing_images_and_labels_pass_untouched():
    images, labels = batch(4)
    assert Mixing(settings(), 4)(images, labels, 0) == (images, labels)
    never, targets = Mixing(settings(mixup=1.0, mix_probability=0.0), 4)(images.clone(), labels, 0)
    assert torch.equal(never, images)
    assert torch.equal(targets, torch.eye(4))
