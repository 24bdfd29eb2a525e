"""Generators of images that are there already: which image a seed gives, and how far it may be moved."""

import pytest
import torch

from augury.command.errors import UserError
from augury.generators.stored import StoredImages, check_available
from augury.latent.sampling import generate_blocks

COUNT, SIZE = 5, 8


def stored(noise=0, endless=True, stream=("a", 0)):
    network = StoredImages(COUNT, SIZE, 3, noise, endless, stream)
    network.images.copy_(torch.randint(0, 256, network.images.shape, generator=torch.Generator().manual_seed(1)))
    return network.eval()


def drawn(network, seeds):
    return torch.cat(list(generate_blocks(network, seeds, network.latent_dim, None, torch.device("cpu"))))


def test_without_noise_each_seed_gives_its_image_to_the_bit_going_round():
    network = stored()
    expected = network.images.permute(0, 2, 3, 1)
    assert torch.equal(drawn(network, range(7)), expected[[0, 1, 2, 3, 4, 0, 1]])


def test_noise_moves_each_copy_a_little_and_its_own_way():
    network = stored(noise=2)
    copies = drawn(network, range(2 * COUNT)).int()
    moved = (copies - torch.cat([network.images, network.images]).permute(0, 2, 3, 1).int()).abs()
    assert 0 < moved.max() <= 2
    assert not torch.equal(copies[:COUNT], copies[COUNT:])
    assert torch.equal(copies[3:5], drawn(network, range(3, 5)).int())
    assert not torch.equal(copies, drawn(stored(noise=2, stream=("a", 1)), range(2 * COUNT)).int())


def test_only_where_copies_are_endless_are_there_more_than_are_held(tmp_path):
    check_available(stored(), 100, tmp_path)
    check_available(stored(endless=False), COUNT, tmp_path)
    with pytest.raises(UserError, match="holds 5 images where 6 are wanted"):
        check_available(stored(endless=False), COUNT + 1, tmp_path)
