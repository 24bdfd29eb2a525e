"""Policies of augmentation against torchvision's own transforms, image by image."""

import pytest
import torch
from torchvision.transforms import v2

from augury.augmentation.classical import Classical, scale
from augury.augmentation.policies import POLICIES, augmenting
from augury.settings.augmentation import Augmentation, TrainingAugmentation

PIXELS = torch.randint(256, (6, 20, 20, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def drawn(settings, pixels=PIXELS, seed=3):
    torch.manual_seed(seed)
    return augmenting(settings)(scale(pixels))


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("channels", [1, 3])
def test_each_image_passes_torchvisions_own_transform(policy, channels):
    pixels = PIXELS[..., :channels].contiguous()
    made = drawn(TrainingAugmentation(policy=policy), pixels)
    torch.manual_seed(3)
    expected = []
    for image in pixels.permute(0, 3, 1, 2):
        edge = torch.cat([image[:, 0], image[:, -1], image[:, :, 0], image[:, :, -1]], dim=1).float().mean(dim=1)
        expected.append(getattr(v2, POLICIES[policy])(fill=edge.tolist())(image))
    assert torch.equal(made, scale(torch.stack(expected).permute(0, 2, 3, 1)))
    assert not torch.equal(made, scale(pixels))


def test_flips_and_turns_precede_a_policy_and_all_else_is_left_out():
    moves = {"flip_horizontal": True, "flip_vertical": True, "quarter_turns": True}
    made = drawn(TrainingAugmentation(policy="trivialaugment", rotation_degrees=90, brightness=0.5, **moves))
    torch.manual_seed(3)
    moved = Classical(Augmentation(**moves))(scale(PIXELS))
    assert torch.equal(made, augmenting(TrainingAugmentation(policy="trivialaugment"))(moved))


def test_without_a_policy_it_is_classical_to_the_bit():
    changes = {"flip_horizontal": True, "rotation_degrees": 30, "contrast": 0.2}
    torch.manual_seed(3)
    assert torch.equal(Classical(Augmentation(**changes))(scale(PIXELS)), drawn(TrainingAugmentation(**changes)))


def test_what_is_uncovered_takes_the_colour_of_the_edge():
    """A grey image keeps no black corner, whatever is drawn: geometry moves grey onto grey."""
    grey = torch.full((200, 16, 16, 3), 180, dtype=torch.uint8)
    made = drawn(TrainingAugmentation(policy="trivialaugment"), grey)
    # Where an operation changes values it does so everywhere: each image stays of one colour.
    assert (made.amax(dim=(2, 3)) - made.amin(dim=(2, 3))).max() < 0.02
