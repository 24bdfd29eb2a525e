"""How synthetic images are used: their part of the loss, and trainings in two phases, against what is done by hand."""

import numpy as np
import pytest
import torch

from augury.augmentation.classical import scale
from augury.classifiers import phases
from augury.classifiers.arm_data import KINDS, SYNTHETIC, ArmData, Part
from augury.classifiers.description import Description
from augury.classifiers.four_block_cnn import network
from augury.classifiers.four_block_cnn.family import FourBlockCNNSettings
from augury.classifiers.losses import training_loss
from augury.classifiers.training import ClassifierTraining, run_seed
from augury.command.errors import Stopped
from augury.study.arms import Arm
from augury.training import loop
from augury.training.checkpoint import StateFolder
from augury.training.device import choose_device
from augury.training.randomness import seed_step

COUNTS = {"real": [4, 6], "classical": [2, 0], "synthetic": [5, 3]}
CPU = choose_device("cpu", "fp32", 1, True)


def part(labels, seed, rows):
    """Dark and bright noise."""
    generator = np.random.default_rng(seed)
    labels = np.asarray(labels)
    images = generator.integers(0, 120, (len(labels), 16, 16, 3)) + labels[:, None, None, None] * 120
    return Part(images.astype(np.uint8), labels.astype(np.int64), rows)


def arm_data() -> ArmData:
    labels = np.repeat([0, 1], np.sum([COUNTS[kind] for kind in KINDS], axis=0))
    judged = part([0, 1, 0, 1], 1, [None] * 4)
    return ArmData(
        part(labels, 0, []), judged, judged, COUNTS, 10, [], [], [str(index) for index in range(len(labels))]
    )


def describe(**arm) -> Description:
    settings = {"size_px": 16, "widths": [2, 2, 4, 4], "epochs": 3, "batch": 8, "dropout": 0.0}
    return Description("cnn", "gan", Arm(generator="gan", **arm), "split0", 0, ["a", "b"],
                       FourBlockCNNSettings(**settings, augmentation={}))  # fmt: skip


def fresh(description):
    seed_step(run_seed(description), "initial weights")
    return network.build_classifier(description.settings, 2)


def test_kinds_lie_by_class_and_then_by_kind():
    assert np.flatnonzero(arm_data().of_kinds([SYNTHETIC])).tolist() == [6, 7, 8, 9, 10, 17, 18, 19]
    alone = arm_data().only(["real", "classical"])
    assert alone.train.labels.tolist() == [0] * 6 + [1] * 6
    assert np.array_equal(alone.train.images, arm_data().train.images[[*range(6), *range(11, 17)]])
    assert alone.shown == list(map(str, [*range(6), *range(11, 17)]))
    assert alone.totals() == {"real": 10, "classical": 2, "synthetic": 0}


def test_synthetic_images_carry_the_part_that_is_asked_for():
    """8 of 20: at a fifth of the loss each weighs .2 / .4, and each other one .8 / .6."""
    data = arm_data()
    weights, synthetic = data.image_weights(0.2), data.of_kinds([SYNTHETIC])
    assert set(weights[synthetic]) == {0.2 / 0.4}
    assert weights[~synthetic] == pytest.approx(0.8 / 0.6)
    assert weights[synthetic].sum() / weights.sum() == pytest.approx(0.2)
    assert data.image_weights(None) is None
    assert data.only(["real"]).image_weights(0.2) is None


def test_a_step_weighs_each_image():
    description = describe(synthetic_weight=0.2)
    data, classifier = arm_data(), fresh(description)
    task = ClassifierTraining.of_arm(classifier, description, data, CPU)
    batch = task.sampler.indices(task.seed, 0)
    classifier.train()
    (_, logits), *_ = fresh(description).train().training_logits(scale(torch.from_numpy(data.train.images)[batch]))
    weights = torch.where(torch.from_numpy(data.of_kinds([SYNTHETIC])), 0.2 / 0.4, 0.8 / 0.6)[batch]
    labels = torch.from_numpy(data.train.labels)[batch]
    expected = training_loss(logits, labels, "cross_entropy", task.class_weights, 0.1, weights)
    assert task.step(0, 0)["loss_train"].item() == pytest.approx(expected.item(), rel=1e-5)


def by_hand(description):
    """A training on the synthetic images, and another that begins with what it kept on the others."""
    data, classifier = arm_data(), fresh(description)
    synthetic = data.of_kinds([SYNTHETIC])
    judged = torch.from_numpy(data.validation.images), torch.from_numpy(data.validation.labels)
    for keep in (synthetic, ~synthetic):
        images, labels = torch.from_numpy(data.train.images[keep]), torch.from_numpy(data.train.labels[keep])
        task = ClassifierTraining(classifier, description, images, labels, judged, CPU)
        for step in range(task.steps):
            task.step(step, 0)
            if (step + 1) % task.steps_per_tick == 0:
                task.end_tick(step + 1, {})
        best = task.finish()
    return classifier.state_dict(), best


def run(tmp_path, description, trainer=ClassifierTraining):
    classifier = fresh(description)
    with StateFolder(tmp_path, {}, 1) as folder:
        task, history, _, best = phases.run(trainer, classifier, description, arm_data(), CPU, folder)
        folder.remove()
    return classifier.state_dict(), task, history, best


def same(one, other):
    return all(torch.equal(one[name], other[name]) for name in one)


def test_synthetic_then_real_is_two_trainings(tmp_path):
    description = describe(order="synthetic_then_real")
    expected, best = by_hand(description)
    weights, task, history, kept = run(tmp_path, description)
    assert same(weights, expected)
    assert kept == 3 + best
    assert [row["epoch"] for row in history] == [1, 2, 3, 4, 5, 6]
    assert [row["step"] for row in history] == [1, 2, 3, 5, 7, 9]  # 8 images in a batch, then 12 in two
    assert task.results() == {"steps": 9, "epochs": 6}
    assert task.images_seen() == 3 * 8 + 3 * 12
    assert not same(weights, run(tmp_path, describe())[0])
    assert not list(tmp_path.iterdir())


def test_a_training_that_is_stopped_in_its_second_phase_keeps_the_first(tmp_path, monkeypatch):
    description = describe(order="synthetic_then_real")
    whole = run(tmp_path, description)[0]
    steps = []

    class Counted(ClassifierTraining):
        def step(self, step, attempt):
            steps.append(step)
            if len(steps) == 5:
                raise Stopped("now")
            return super().step(step, attempt)

    with pytest.raises(Stopped):
        run(tmp_path, description, Counted)
    assert same(run(tmp_path, description, Counted)[0], whole)
    assert steps[5:] == list(range(6))  # those of the second phase alone
    assert loop.SAVE_SECONDS >= 1  # which had saved nothing of its own
