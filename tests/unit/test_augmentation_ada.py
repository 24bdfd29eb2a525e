"""The pipeline of ADA as a whole: identity, derivatives, how often an image is touched, what a touched one is like."""

import pytest
import torch

from augury.augmentation.ada import ADA, PIPELINES
from augury.augmentation.diffaugment import DiffAugment

pipelines = pytest.mark.parametrize("name", PIPELINES)
channel_counts = pytest.mark.parametrize("channels", [1, 3])


def pictures(count=4, channels=3, side=16, seed=0, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(count, channels, side, side, generator=generator, dtype=dtype) * 2 - 1


@pipelines
@channel_counts
@pytest.mark.parametrize("p", [0.0, torch.tensor(0.0), torch.tensor(1e-9)], ids=["float", "tensor", "nearly"])
def test_an_image_that_nothing_touches_comes_back_to_the_bit(name, channels, p):
    # 1e-9 goes through every operation, and none of 64 images draws one of 11 coins that rare.
    torch.manual_seed(0)
    images = pictures(64, channels)
    assert torch.equal(ADA(name)(images, p), images)


@pipelines
@channel_counts
def test_every_operation_keeps_shape_type_and_range(name, channels):
    torch.manual_seed(0)
    images = pictures(256, channels)
    made = ADA(name)(images, torch.tensor(1.0))
    assert made.shape == images.shape
    assert made.dtype == images.dtype
    assert torch.isfinite(made).all()
    assert (made - images).abs().amax(dim=(1, 2, 3)).gt(1e-4).float().mean() > 0.6
    # Contrast of 2 ** 0.5 and gains of 2 at one deviation: sd 0.58 of uniform pixels stays of that order.
    assert 0.2 < made.std() < 1.5
    assert abs(made.mean()) < 0.15


@pipelines
def test_half_precision_comes_back_as_it_went(name):
    torch.manual_seed(0)
    images = pictures().bfloat16()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert ADA(name)(images, 0.5).dtype == torch.bfloat16
        assert ADA(name)(images.float(), 0.5).dtype == torch.float32


@pipelines
def test_equal_seeds_make_equal_images_and_others_others(name):
    images, made = pictures(32), []
    for seed in (5, 5, 6):
        torch.manual_seed(seed)
        made.append(ADA(name)(images, 0.5))
    assert torch.equal(made[0], made[1])
    assert not torch.equal(made[0], made[2])


def test_images_draw_for_themselves():
    torch.manual_seed(0)
    made = ADA("bgc")(pictures(1).expand(32, -1, -1, -1), 1.0)
    assert len({tuple(image.flatten().tolist()) for image in made}) == 32


# The chance that an operation leaves an image: 1 - p, or, where a touched image may draw the move that moves nothing,
# 1 - p + p / k. On 16 pixels a shift of up to 2 rounds to 0 with probability 1/4 an axis, so k = 16 for both.
LEFT_ALONE = {
    "blit": lambda p: (1 - p / 2) * (1 - 3 * p / 4) * (1 - 15 * p / 16),
    "geom": lambda p: (1 - p) ** 4,  # the two rotations together are as one
    "colour": lambda p: (1 - p) ** 4 * (1 - p / 2),
    "filter": lambda p: (1 - p) ** 4,
    "noise": lambda p: 1 - p,
    "cutout": lambda p: 1 - p,
}


@pytest.mark.parametrize("name", LEFT_ALONE)
@pytest.mark.parametrize("p", [0.1, 0.3])
def test_as_many_images_are_touched_as_p_says(name, p):
    torch.manual_seed(1)
    images = pictures(4000)
    same = (ADA(name)(images, torch.tensor(p)) == images).all(dim=(1, 2, 3)).float().mean().item()
    expected = LEFT_ALONE[name](p)
    deviation = (expected * (1 - expected) / 4000) ** 0.5
    assert abs(same - expected) < 4 * deviation


@pipelines
@channel_counts
def test_two_derivatives_are_right(name, channels):
    images = pictures(2, channels, 6, dtype=torch.float64).requires_grad_()

    def augmented(inputs):
        torch.manual_seed(3)
        return ADA(name)(inputs, 0.8).square()

    assert torch.autograd.gradcheck(augmented, (images,), fast_mode=True)
    assert torch.autograd.gradgradcheck(augmented, (images,), fast_mode=True)


def test_a_gradient_penalty_goes_through_the_pipeline():
    torch.manual_seed(0)
    images = pictures(4, side=8).requires_grad_()
    weight = torch.randn(192, 1, requires_grad=True)
    logits = ADA("bgcfnc")(images, 0.9).flatten(1).tanh() @ weight
    (gradient,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
    gradient.square().sum().backward()
    assert weight.grad.abs().sum() > 0


def test_an_unknown_pipeline_is_named():
    with pytest.raises(ValueError, match="no pipeline is named 'bgx'"):
        ADA("bgx")


@channel_counts
@pytest.mark.parametrize("policy", [["colour"], ["translation"], ["cutout"], ["colour", "translation", "cutout"]])
def test_diffaugment_has_two_derivatives(policy, channels):
    images = pictures(2, channels, 8, dtype=torch.float64).requires_grad_()

    def augmented(inputs):
        torch.manual_seed(3)
        return DiffAugment(policy)(inputs).square()

    assert torch.autograd.gradcheck(augmented, (images,), fast_mode=True)
    assert torch.autograd.gradgradcheck(augmented, (images,), fast_mode=True)


def test_diffaugment_moves_by_an_eighth_at_most_and_leaves_zeros():
    # A single bright pixel in the middle of 16 x 16 lands within two pixels, each of 25 places as often as another.
    torch.manual_seed(0)
    images = torch.zeros(5000, 1, 16, 16)
    images[:, :, 8, 8] = 1
    made = DiffAugment(["translation"])(images)
    assert torch.equal(made.sum(dim=(1, 2, 3)), torch.ones(5000))
    counts = made.sum(dim=(0, 1))
    assert counts[6:11, 6:11].sum() == 5000
    assert counts[6:11, 6:11].min() > 150  # 200 +- 14 expected
    border = DiffAugment(["translation"])(torch.ones(500, 1, 16, 16))
    assert set(border.unique().tolist()) == {0.0, 1.0}
    # Rows and columns lost: E|shift| = (0 + 1 + 1 + 2 + 2) / 5 = 1.2 of 16 an axis.
    assert border.mean().item() == pytest.approx((1 - 1.2 / 16) ** 2, abs=0.01)


def test_diffaugment_recolours_within_its_bounds():
    torch.manual_seed(0)
    made = DiffAugment(["colour"])(torch.full((2000, 3, 4, 4), 0.25))
    # A flat grey image knows brightness alone.
    assert made.min() >= -0.25 - 1e-6
    assert made.max() <= 0.75 + 1e-6
    assert made.mean().item() == pytest.approx(0.25, abs=0.03)
    images = pictures(2000, side=4)
    spread = DiffAugment(["colour"])(images).mean(dim=1).std(dim=(1, 2)) / images.mean(dim=1).std(dim=(1, 2))
    assert spread.min() >= 0.5 - 1e-4  # of the greys: contrast alone
    assert spread.max() <= 1.5 + 1e-4
    assert spread.mean().item() == pytest.approx(1.0, abs=0.03)


def test_diffaugment_refuses_an_unknown_part():
    with pytest.raises(ValueError, match="named 'colours'"):
        DiffAugment(["colours"])
