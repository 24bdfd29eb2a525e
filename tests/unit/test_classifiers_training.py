"""Training classifiers: batches, schedules and weights by hand; what depends on the seed, and what must not."""

import itertools
import math

import pytest
import torch

from augury.classifiers import schedule
from augury.classifiers.calibration import calibrate
from augury.classifiers.description import Description
from augury.classifiers.family import PretrainedSettings
from augury.classifiers.four_block_cnn import network as four_block_cnn
from augury.classifiers.four_block_cnn.family import FourBlockCNNSettings
from augury.classifiers.training import ClassifierTraining, run_seed
from augury.command.errors import UserError
from augury.study.arms import Arm
from augury.training.device import choose_device
from augury.training.randomness import seed_step

SETTINGS = {
    "architecture": "none",
    "size_px": 16,
    "warmup_frozen_epochs": 0,
    "head_learning_rate": None,
    "widths": [4, 4, 8, 8],
    "dropout": 0.1,
    "epochs": 4,
    "batch": 8,
    "optimiser": "adamw",
    "learning_rate": 0.01,
    "weight_decay": 0.01,
    "schedule": "cosine",
    "label_smoothing": 0.1,
    "class_weights": "sqrt_inverse",
    "best_by": "loss",
    "precise_bn": True,
    "augmentation": {"flip_horizontal": True},
}


class CNNSettings(FourBlockCNNSettings, PretrainedSettings):
    """Of a small network, whose layers can be frozen as if it had weights to start from."""


def describe(arm="real", seed=0, split="split0", **settings) -> Description:
    return Description("cnn", arm, Arm(), split, seed, ["a", "b"], CNNSettings(**SETTINGS | settings))


def examples(count: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Dark and bright noise: a task that a few steps learn."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 2
    images = torch.randint(0, 120, (count, 16, 16, 3), generator=generator) + labels[:, None, None, None] * 120
    return images.to(torch.uint8), labels


def make(
    description: Description, count: int = 20, validation: int = 6, plain_images: int | None = None
) -> ClassifierTraining:
    seed_step(run_seed(description), "initial weights")
    classifier = four_block_cnn.build_classifier(description.settings, 2)
    judges = examples(validation, seed=1) if validation else None
    return ClassifierTraining(
        classifier, description, *examples(count), judges, choose_device("cpu", "fp32", 1, True), plain_images
    )


def train(task: ClassifierTraining, start: int = 0, stop: int | None = None) -> list[dict]:
    rows = []
    for step in range(start, stop or task.steps):
        task.step(step, 0)
        if (step + 1) % task.steps_per_tick == 0:
            rows.append({})
            task.end_tick(step + 1, rows[-1])
    return rows


@pytest.mark.parametrize(
    "images, batch, sizes",
    [(65, 64, [33, 32]), (64, 64, [64]), (10, 4, [4, 3, 3]), (3, 2, [3]), (2, 2, [2]), (5, 2, [3, 2])],
)
def test_a_pass_is_dealt_evenly_and_meets_every_image_once(images, batch, sizes):
    sampler = schedule.BatchSampler(images, batch)
    batches = [sampler.indices(7, step) for step in range(sampler.steps_per_pass)]
    assert [len(indices) for indices in batches] == sizes
    assert sorted(torch.cat(batches).tolist()) == list(range(images))
    again = torch.cat([sampler.indices(7, sampler.steps_per_pass + step) for step in range(sampler.steps_per_pass)])
    assert images < 4 or not torch.equal(again, torch.cat(batches))


def test_rates_by_hand():
    """Cosine: 1 at the beginning, (1 + cos 60 deg) / 2 = 3/4 after a third. Step: tenths at 1/2 and 3/4."""
    assert schedule.rate_factor("constant", 5, 9) == 1
    assert [schedule.rate_factor("cosine", step, 3) for step in (0, 1)] == pytest.approx([1, 0.75])
    assert [schedule.rate_factor("step", step, 8) for step in (3, 4, 5, 6)] == [1, 0.1, 0.1, 0.01]


def test_class_weights_by_hand():
    """Counts 1 and 4, root: weights 1 and 1/2, mean over the five images 3/5, so 5/3 and 5/6; inverse: 5/2 and 5/8."""
    labels = torch.tensor([0, 1, 1, 1, 1])
    assert schedule.class_weights(labels, 2, "sqrt_inverse").tolist() == pytest.approx([5 / 3, 5 / 6])
    assert schedule.class_weights(labels, 2, "inverse").tolist() == pytest.approx([5 / 2, 5 / 8])
    assert schedule.class_weights(labels, 2, "none").tolist() == [1, 1]


def test_calibration_takes_the_statistics_of_the_images():
    """One batch norm on two batches: running mean and (unbiased) variance are the averages over the batches."""
    network = torch.nn.Sequential(torch.nn.BatchNorm2d(3), torch.nn.Flatten(), torch.nn.BatchNorm1d(3 * 16 * 16))
    images, _ = examples(8)
    batches = [torch.arange(4), torch.arange(4, 8)]
    before = network[2].running_mean.clone()
    calibrate(network, images, batches, [network[2]])
    scaled = images.double() / 127.5 - 1
    means = torch.stack([scaled[batch].mean(dim=(0, 1, 2)) for batch in batches]).mean(dim=0)
    variances = torch.stack([scaled[batch].var(dim=(0, 1, 2)) for batch in batches]).mean(dim=0)
    assert torch.allclose(network[0].running_mean.double(), means, atol=1e-5)
    assert torch.allclose(network[0].running_var.double(), variances, atol=1e-5)
    assert torch.equal(network[2].running_mean, before)
    assert network[0].momentum == 0.1
    assert not network[0].training


def test_it_learns_what_can_be_learnt():
    task = make(describe(epochs=8), count=24)
    rows = train(task)
    assert rows[-1]["accuracy_validation"] == 1.0
    assert rows[-1]["loss_validation"] < 0.4 < math.log(2)
    assert [row["epoch"] for row in rows] == list(range(1, 9))


def test_initial_weights_and_order_depend_on_the_seed_and_not_on_the_arm():
    real, other, seeded, split = (
        make(describe(**names)) for names in ({}, {"arm": "gan"}, {"seed": 1}, {"split": "split1"})
    )
    weight = "network.0.0.weight"
    assert torch.equal(real.classifier.state_dict()[weight], other.classifier.state_dict()[weight])
    assert torch.equal(real.sampler.indices(real.seed, 3), other.sampler.indices(other.seed, 3))
    for task in (seeded, split):
        assert not torch.equal(real.classifier.state_dict()[weight], task.classifier.state_dict()[weight])
        assert not torch.equal(real.sampler.indices(real.seed, 0), task.sampler.indices(task.seed, 0))
    train(real)
    train(other)
    assert all(
        torch.equal(value, other.classifier.state_dict()[name]) for name, value in real.classifier.state_dict().items()
    )


def test_equal_steps_are_those_of_the_plain_images():
    """20 images in batches of 8 are 3 steps; 50 images are 7. Equal steps: 4 epochs of 3, over 1 5/7 passes."""
    own, equal = make(describe(), count=50), make(describe(), count=50, plain_images=20)
    assert (own.steps, own.steps_per_tick, own.images_seen()) == (28, 7, 200)
    assert (equal.steps, equal.steps_per_tick) == (12, 3)
    assert equal.images_seen() == sum(len(equal.sampler.indices(equal.seed, step)) for step in range(12))


def test_the_best_epoch_is_the_first_of_equals_and_comes_back():
    task = make(describe(best_by="accuracy", epochs=6))
    rows = train(task)
    best = max(row["accuracy_validation"] for row in rows)
    expected = next(row["epoch"] for row in rows if row["accuracy_validation"] == best)
    assert expected < 6  # otherwise this run shows nothing
    assert task.finish() == expected
    assert task._validate()[1] == best
    again = make(describe(best_by="accuracy", epochs=6))
    assert train(again, stop=expected * again.steps_per_tick)[-1] == rows[expected - 1]
    wanted = again.classifier.state_dict()
    assert all(torch.equal(value, wanted[name]) for name, value in task.classifier.state_dict().items())


def test_without_validation_the_last_epoch_is_kept():
    task = make(describe(), validation=0)
    rows = train(task)
    last = task.classifier.state_dict()["network.0.0.weight"].clone()
    assert rows[-1]["loss_validation"] is None
    assert task.finish() == 4
    assert torch.equal(task.classifier.state_dict()["network.0.0.weight"], last)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"freeze_fraction": 0.5, "warmup_frozen_epochs": 2},
        {"freeze_fraction": 1.0},
        {"warmup_frozen_epochs": 1, "unfreeze_stage_epochs": 1, "freeze_names": ["0[.]0"]},
        {"ema_decay": 0.9, "mixup": 0.2, "cutmix": 1.0, "loss": "one_hot_bce", "eca": "per_block"},
    ],
)
def test_state_brings_it_back_to_the_bit(options):
    whole, half = make(describe(**options)), make(describe(**options))
    rows = train(whole)
    train(half, stop=5)
    resumed = make(describe(**options))
    resumed.load_state(half.state())
    assert train(resumed, start=5) == rows[1:]
    assert whole.finish() == resumed.finish()
    mine, theirs = whole.classifier.state_dict(), resumed.classifier.state_dict()
    assert all(torch.equal(value, theirs[name]) for name, value in mine.items())


def test_warm_up_trains_the_head_alone_then_what_is_not_frozen():
    """The four blocks have 8 layers, the head is the ninth: a fraction of 0.5 is round(4.5) = 4 layers, two blocks."""
    task = make(describe(freeze_fraction=0.5, warmup_frozen_epochs=1, precise_bn=False))
    states = [{name: value.clone() for name, value in task.classifier.state_dict().items()}]
    for step in range(2 * task.steps_per_tick):
        task.step(step, 0)
        if (step + 1) % task.steps_per_tick == 0:
            states.append({name: value.clone() for name, value in task.classifier.state_dict().items()})
    changed = [
        {name for name in new if not torch.equal(new[name], old[name])} for old, new in itertools.pairwise(states)
    ]
    assert changed[0] == {"network.1.3.weight", "network.1.3.bias"}
    blocks = {name.split(".")[2] for name in changed[1] if name.startswith("network.0.")}
    assert blocks == {"8", "9", "12", "13"}  # convolutions and batch norms of the third and fourth block
    assert task.trainable_layers() == (5, 9)


def test_the_head_has_a_rate_of_its_own():
    task = make(describe(head_learning_rate=0.05, schedule="constant"))
    task.step(0, 0)
    assert [group["lr"] for group in task.optimiser.param_groups] == [0.01, 0.05]
    assert sum(len(group["params"]) for group in task.optimiser.param_groups) == len(list(task.classifier.parameters()))
    assert len(task.optimiser.param_groups[1]["params"]) == 2


def test_the_optimiser_has_the_decays_of_the_settings():
    assert make(describe(optimiser="adam", beta1=0.5, beta2=0.99)).optimiser.defaults["betas"] == (0.5, 0.99)
    assert make(describe()).optimiser.defaults["betas"] == (0.9, 0.999)


def test_the_average_of_weights_by_its_formula():
    """Decay at step n (from 1): the smaller of 0.6 and 1 - n^(-2/3), which is 0, .370, .519, .603 and rising."""
    task = make(describe(ema_decay=0.6, warmup_frozen_epochs=0))
    name = "network.0.0.weight"
    expected = None
    for step in range(6):
        task.step(step, 0)
        now = task.classifier.state_dict()[name].double()
        keep = min(0.6, 1 - (step + 1) ** (-2 / 3))
        expected = now.clone() if expected is None else keep * expected + (1 - keep) * now
    assert torch.allclose(task.average.module.state_dict()[name].double(), expected, atol=1e-6)
    assert not torch.allclose(now, expected, atol=1e-4)


def test_the_average_is_what_is_judged_and_kept():
    plain, averaged = make(describe()), make(describe(ema_decay=0.9))
    rows, smooth = train(plain), train(averaged)
    assert [row["loss_validation"] for row in rows] != [row["loss_validation"] for row in smooth]
    best = averaged.finish()
    assert averaged._validate()[0] == smooth[-1]["loss_validation"]  # of the average, at the end of the run
    averaged.judged = averaged.classifier
    assert averaged._validate()[0] == smooth[best - 1]["loss_validation"]
    last = make(describe(ema_decay=0.9), validation=0)
    train(last)
    last.finish()
    mine, theirs = last.classifier.state_dict(), last.average.module.state_dict()
    assert all(torch.equal(value, theirs[name]) for name, value in mine.items())


def test_one_hot_bce_learns_too():
    task = make(describe(epochs=8, loss="one_hot_bce", label_smoothing=0.0, class_weights="none"), count=24)
    rows = train(task)
    assert rows[-1]["accuracy_validation"] == 1.0
    assert rows[-1]["loss_validation"] < 0.4 < math.log(2)


def test_stages_are_unfrozen_from_the_head_backwards():
    """Four blocks of two layers and a head: a warm-up epoch, then one more block every epoch, the last one first."""
    task = make(describe(warmup_frozen_epochs=1, unfreeze_stage_epochs=1, freeze_names=["0[.]12"], epochs=6))
    trained = []
    for epoch in range(6):
        before = {name: value.clone() for name, value in task.classifier.state_dict().items()}
        for step in range(epoch * task.steps_per_tick, (epoch + 1) * task.steps_per_tick):
            task.step(step, 0)
        after = task.classifier.state_dict()
        changed = {name.rpartition(".")[0] for name in after if not torch.equal(after[name], before[name])}
        trained.append({int(name.split(".")[2]) for name in changed if name.startswith("network.0.")})
    # Block b has its convolution at 4 b and its batch normalisation at 4 b + 1; the convolution at 12 rests for good.
    assert trained == [set(), {13}, {8, 9, 13}, {4, 5, 8, 9, 13}, {0, 1, 4, 5, 8, 9, 13}, {0, 1, 4, 5, 8, 9, 13}]
    assert task.trainable_layers() == (8, 9)


def test_names_to_freeze_must_fit_a_layer():
    for pattern, problem in (
        ("layer1", "no layer's name begins with layer1; names are such as 0.0"),
        ("(", "no regular"),
    ):
        with pytest.raises(UserError, match=problem):
            make(describe(freeze_names=[pattern]))
    assert make(describe(freeze_names=["."])).trainable_layers() == (1, 9)  # the head is never frozen
