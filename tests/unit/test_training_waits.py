"""Where a GPU would be waited for: tensors without numbers (torch's `meta`) raise as soon as one is read."""

import pytest
import torch
from torch import nn

from augury.classifiers.calibration import calibrate
from augury.classifiers.evaluation import images_per_pass, in_blocks
from augury.latent.sampling import one_ahead
from augury.training.device import send
from augury.training.loop import _Loop
from tests.unit.test_training_core import Walk

META = torch.device("meta")


def test_calibration_waits_for_no_layer():
    with META:
        network = nn.Sequential(nn.BatchNorm2d(3), nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
        images, batches = torch.zeros(8, 6, 6, 3, dtype=torch.uint8), [torch.arange(4), torch.arange(4)]
    calibrate(network, images, batches, [])
    assert [network[place].momentum for place in (0, 2)] == [0.1, 0.1]


def test_what_a_step_reports_is_one_tensor_that_is_not_read():
    loop = _Loop(Walk(), None, None)
    for _ in range(2):
        loop._add({"loss": torch.zeros((), device=META), "accuracy": torch.zeros((), device=META)})
    assert [value.shape for value in loop.pending] == [(2,), (2,)]
    (total,) = loop.position["sums"].values()
    assert (total.shape, total.dtype, total.device) == ((2,), torch.float64, META)


def test_columns_of_a_tick_are_means_by_their_names():
    """Of three steps: losses 1, 2, 6 and accuracies 0, 1, 1."""
    task = Walk(steps=3, tick=3)
    loop = _Loop(task, None, None)
    for loss, accuracy in ((1.0, 0.0), (2.0, 1.0), (6.0, 1.0)):
        loop._add({"loss": torch.tensor(loss), "accuracy": torch.tensor(accuracy)})
    loop.position["step"] = 3

    class Silent:
        def update(self, *_, **__):
            pass

    loop._end_tick(Silent())
    (row,) = loop.position["history"]
    assert {name: row[name] for name in ("loss", "accuracy")} == {"loss": 3.0, "accuracy": pytest.approx(2 / 3)}


def test_blocks_of_images_are_read_once_all_are_through():
    passes = []

    def judge(block):
        passes.append(tuple(block.shape))
        return block.mean(dim=(1, 2, 3))[:, None]

    images = torch.zeros(300, 8, 8, 3, dtype=torch.uint8)
    with pytest.raises(NotImplementedError):  # the one copy to the CPU
        in_blocks(images, judge, META)
    assert passes == [(128, 3, 8, 8)] * 3


@pytest.mark.parametrize("size_px, number", [(32, 128), (224, 128), (299, 64), (448, 32), (1024, 16)])
def test_a_gpu_is_given_more_images_as_far_as_they_are_small(size_px, number):
    assert images_per_pass(size_px, torch.device("cuda", 0)) == number


@pytest.mark.parametrize("size_px, number", [(32, 16), (96, 16), (128, 4), (224, 4)])
def test_a_processor_is_given_few_large_images(size_px, number):
    assert images_per_pass(size_px, torch.device("cpu")) == number


def test_a_gpu_draws_while_the_next_is_prepared():
    events = []

    def begun():
        for number in range(3):
            events.append(f"begin {number}")
            yield number

    for number in one_ahead(begun()):
        events.append(f"read {number}")  # noqa: PERF401 - the order is what counts
    assert events == ["begin 0", "begin 1", "read 0", "begin 2", "read 1", "read 2"]
    assert list(one_ahead([])) == []


def test_values_are_sent_as_they_are():
    values = torch.arange(3)
    assert send(values, torch.device("cpu")) is values
    assert send(values, META).device == META
