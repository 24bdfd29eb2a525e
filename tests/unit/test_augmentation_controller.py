"""ADA's controller by hand calculation: p moves by batch x interval / (kimg x 1000) towards the target."""

import pytest
import torch

from augury.augmentation.controller import Controller


def controlling(**changes):
    return Controller(**{"target": 0.6, "interval": 4, "kimg": 500.0, "p": 0.0, "p_max": 1.0} | changes)


def logits(positive, negative):
    return torch.cat([torch.full((positive, 1), 2.5), torch.full((negative, 1), -0.1)])


def observe(controller, real):
    controller.count(real)
    controller.move(real.numel())


def test_p_rises_above_the_target_and_falls_below_it():
    controller = controlling(target=0.6, interval=4, kimg=0.5)
    for _ in range(3):
        observe(controller, logits(15, 1))
        assert controller.p.item() == 0.0
    observe(controller, logits(15, 1))  # mean sign 14/16 = 0.875; 16 x 4 images of 500
    assert controller.p.item() == pytest.approx(0.128)
    for _ in range(2):
        for _ in range(4):
            observe(controller, logits(15, 1))
    assert controller.p.item() == pytest.approx(0.384)
    for _ in range(4):
        observe(controller, logits(12, 4))  # mean sign 0.5
    assert controller.p.item() == pytest.approx(0.256)


def test_the_mean_is_of_all_steps_since_p_moved():
    # (14 - 2 + 2 x 16) / 48 = 0.917 over an uneven run of batches, then a fresh start.
    controller = controlling(target=0.9, interval=3, kimg=1.0)
    for part in (logits(14, 2), logits(16, 0), logits(16, 0)):
        observe(controller, part)
    assert controller.p.item() == pytest.approx(0.048)
    for part in (logits(16, 0), logits(14, 2), logits(14, 2)):  # 40 / 48 = 0.833
        observe(controller, part)
    assert controller.p.item() == pytest.approx(0.0)


def test_p_keeps_between_zero_and_its_bound():
    controller = controlling(interval=1, kimg=0.1, p_max=0.7)
    for sign, expected in ((1, 0.64), (1, 0.7), (-1, 0.06), (-1, 0.0)):
        observe(controller, torch.full((64,), float(sign)))
        assert controller.p.item() == pytest.approx(expected, abs=1e-6)


def test_a_fixed_p_stays():
    controller = controlling(interval=1, kimg=0.1, p=0.3, fixed=True)
    observe(controller, torch.ones(64))
    assert controller.p.item() == pytest.approx(0.3)


def test_a_resumed_run_goes_on_to_the_bit():
    torch.manual_seed(0)
    run = [torch.randn(7, 1) + 0.8 for _ in range(60)]
    straight, first = controlling(kimg=1.3), controlling(kimg=1.3)
    for part in run:
        observe(straight, part)
    for part in run[:30]:  # not a multiple of the interval
        observe(first, part)
    saved = first.state()
    for part in run[30:]:
        observe(first, part)
    second = controlling(kimg=1.3)
    second.load_state(saved)
    for part in run[30:]:
        observe(second, part)
    assert straight.p.item() > 0
    assert torch.equal(second.p, straight.p)
    assert torch.equal(first.p, straight.p)
    assert second.state() == straight.state()


def test_bounds_that_contradict_are_refused():
    with pytest.raises(ValueError, match=r"p = 0\.9 and p_max = 0\.8"):
        controlling(p=0.9, p_max=0.8)
