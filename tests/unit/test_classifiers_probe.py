"""Probes: what they see, how their strength is chosen, and that the layer says what the regression says."""

import json
import math

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from augury.classifiers.arm_data import ArmData, Part
from augury.classifiers.description import Description
from augury.classifiers.evaluation import averages_views, dihedral_views, probabilities_of
from augury.classifiers.model_folder import load_classifier
from augury.classifiers.probe import network as probe
from augury.classifiers.probe import regression
from augury.classifiers.probe import training as probing
from augury.classifiers.probe.family import ProbeSettings
from augury.command.errors import UserError
from augury.planning.overlay import with_classifier_families
from augury.splits.identity import specimen_key
from augury.study.arms import Arm
from augury.tables.predictions import read_predictions
from augury.tables.rows import SplitRow
from augury.training.device import Device
from augury.training.weights import save_weights
from tests.trained import train

SMALL = "resnet10t"  # the smallest of timm's plain networks
REAL = Arm()
PLACE = Device(torch.device("cpu"), "fp32", 1)


def describe(classes: int = 2, arm: Arm = REAL, seed: int = 0, **settings) -> Description:
    base = {"backbones": [SMALL], "pretrained": False, "dihedral_views": False, "inner_folds": 3, "size_px": 32}
    labels = [f"c{label}" for label in range(classes)]
    return Description("probe", "real", arm, "split0", seed, labels, ProbeSettings(**base | settings))


def build(description: Description) -> probe.Probe:
    return probe.build_classifier(description.settings, len(description.classes))


def noise(labels: list[int], specimens: list[str], classes: int = 2, bright: int = 0) -> ArmData:
    """Training images of noise, `bright` lighter with each label; images of one specimen are the same."""
    images = [
        np.random.default_rng([label, *name.encode()]).integers(0, 120, (32, 32, 3)) + bright * label
        for label, name in zip(labels, specimens, strict=True)
    ]
    rows = [
        SplitRow(f"{n}", f"{n}.png", f"c{label}", name, "train")
        for n, (label, name) in enumerate(zip(labels, specimens, strict=True))
    ]
    order = sorted(range(len(labels)), key=lambda index: labels[index])
    whole = Part(np.array([images[n] for n in order], np.uint8), np.array(sorted(labels)), [rows[n] for n in order])
    none = Part(np.zeros((0, 32, 32, 3), np.uint8), np.zeros(0, np.int64), [])
    counts = {"real": [labels.count(label) for label in range(classes)]}
    shown = [specimen_key(row.class_, row.specimen) for row in whole.rows]
    return ArmData(whole, none, none, counts, len(labels), [], [], shown)


def fitted(found: ArmData, steps: int | None = None, **settings) -> probing.ProbeTraining:
    description = describe(int(found.train.labels.max()) + 1, **settings)
    torch.manual_seed(0)
    task = probing.ProbeTraining.of_arm(build(description), description, found, PLACE)
    for step in range(task.steps if steps is None else steps):
        task.step(step, 0)
    if steps is None:
        task.end_tick(task.steps, {})
    return task


@pytest.mark.parametrize("classes", [2, 3])
def test_the_layer_says_what_the_regression_says(classes):
    labels = [label for label in range(classes) for _ in range(8)]
    arm_data = noise(labels, [f"s{n}" for n in range(len(labels))], classes, bright=30)
    task = fitted(arm_data)
    images = torch.from_numpy(arm_data.train.images)
    with torch.no_grad():
        seen = task.classifier.network.raw_features(images.permute(0, 3, 1, 2).float() / 127.5 - 1)[0].double().numpy()
    scaled = seen / (seen.std(ddof=1) * math.sqrt(seen.shape[1]))
    model = LogisticRegression(C=task.strength, max_iter=2000, tol=1e-5).fit(scaled, arm_data.train.labels)
    judged = probabilities_of(task.classifier, images, PLACE.device, dihedral=False).numpy()
    assert np.abs(judged - model.predict_proba(scaled)).max() < 1e-3
    assert (judged.argmax(1) == arm_data.train.labels).mean() > 0.8


def test_a_regression_in_the_span_of_its_images_is_the_regression():
    """Twelve images in two views have 24 directions of 300; near as many rows as features nothing is left out."""
    random = np.random.default_rng(0)
    features, labels = random.normal(size=(12, 2, 300)) / 17, np.repeat([0, 1, 2], 4)
    few = regression.in_span(features, 2)
    assert (few.coordinates.shape, few.basis.shape) == ((12, 2, 24), (300, 24))
    plain, spanned = regression.fit(features, labels, 10.0), regression.fit(few.fitted, labels, 10.0)
    others = random.normal(size=(50, 300)) / 17
    assert np.allclose(plain.predict_proba(others), spanned.predict_proba(others @ few.basis), atol=2e-3)
    assert np.allclose(plain.coef_, spanned.coef_ @ few.basis.T, atol=2e-2)
    one = regression.in_span(features, 1)
    assert (one.coordinates.shape, one.fitted.shape) == ((12, 2, 12), (12, 1, 12))
    assert np.allclose(np.linalg.norm(one.fitted, axis=2), np.linalg.norm(features[:, :1], axis=2))
    assert np.array_equal(one.fitted, regression.in_span(features[:, :1], 1).coordinates)
    whole = regression.in_span(features[:, :, :30], 2)
    assert whole.basis is None
    assert np.array_equal(whole.coordinates, features[:, :, :30])


def test_strength_is_chosen_across_specimens():
    """Labels that mean nothing: only who has seen a specimen's other image could tell them."""
    labels = [n % 2 for n in range(12) for _ in range(2)]
    assert fitted(noise(labels, [f"s{n // 2}" for n in range(24)])).strength <= 0.1
    assert fitted(noise(labels, [f"s{n // 2}-{n}" for n in range(24)], bright=60)).strength >= 1


def test_nothing_in_its_training_is_random(monkeypatch):
    """Folds that seeds changed would choose another strength: then it would not be enough to train once."""
    arm_data = noise([0, 1] * 9, [f"s{index // 2}" for index in range(18)], bright=8)
    chosen = []
    real = probing.StratifiedGroupKFold

    def recorded(*arguments, **settings):
        chosen.append(settings["random_state"])
        return real(*arguments, **settings)

    monkeypatch.setattr(probing, "StratifiedGroupKFold", recorded)
    tasks = []
    for seed in (0, 1):
        description = describe(seed=seed)
        torch.manual_seed(0)  # the backbone's random weights stand for pretrained ones
        task = probing.ProbeTraining.of_arm(build(description), description, arm_data, PLACE)
        torch.manual_seed(seed)
        for step in range(task.steps):
            task.step(step, 0)
        task.end_tick(task.steps, {})
        tasks.append(task)
    assert chosen[0] == chosen[1]
    assert torch.equal(*(task.classifier.network.head.weight for task in tasks))
    assert tasks[0].strength == tasks[1].strength


def test_copies_and_synthetic_images_choose_no_strength():
    arm_data = noise([0] * 6 + [1] * 6, [f"s{n}" for n in range(12)])
    arm_data.train = Part(np.concatenate([arm_data.train.images[:6]] * 2 + [arm_data.train.images[6:]] * 2),
                       np.repeat([0, 1], 12), arm_data.train.rows)  # fmt: skip
    shown = arm_data.shown
    arm_data.shown = [*shown[:6], *(f"c0/gan/{n}" for n in range(6)), *shown[6:], *["c1/s7"] * 6]
    indices, specimens = arm_data.known_images(describe())
    assert indices.tolist() == [*range(6), *range(12, 18)]
    assert specimens.tolist() == [f"c{n // 6}/s{n}" for n in range(12)]
    indices, specimens = arm_data.known_images(describe(arm=Arm(real=0)))
    assert indices.tolist() == list(range(24))
    assert specimens.tolist() == arm_data.shown


def test_synthetic_images_carry_the_part_of_the_loss_that_is_asked_for(monkeypatch):
    """2 synthetic of 8 images at half of the loss weigh 2 each, the others 2/3: as if they were there thrice."""
    found = noise([0] * 4 + [1] * 4, list("abcdefgh"), bright=60)
    found.counts = {"real": [3, 3], "classical": [0, 0], "synthetic": [1, 1]}
    torch.manual_seed(0)
    description = describe(arm=Arm(generator="gan", synthetic_weight=0.5))
    task = probing.ProbeTraining.of_arm(build(description), description, found, PLACE)
    assert task.weights == pytest.approx([2 / 3] * 3 + [2] + [2 / 3] * 3 + [2])
    features = np.random.default_rng(0).normal(size=(8, 1, 5))
    weighted = regression.fit(features, found.train.labels, 3.0, weights=task.weights)
    rows = [0, 1, 2, 3, 3, 3, 4, 5, 6, 7, 7, 7]
    repeated = regression.fit(features[rows], found.train.labels[rows], 3.0 * 2 / 3)
    assert weighted.coef_ == pytest.approx(repeated.coef_, abs=1e-3)
    assert weighted.coef_ != pytest.approx(regression.fit(features, found.train.labels, 3.0).coef_, abs=1e-2)
    asked, fit = [], regression.fit
    monkeypatch.setattr(
        regression, "fit", lambda *given, weights=None: asked.append(weights) or fit(*given, weights=weights)
    )
    for step in range(task.steps):
        task.step(step, 0)
    task.end_tick(task.steps, {})
    assert asked[-1] is task.weights  # of the last fit, on all images; folds are of real ones alone


def test_a_class_of_one_specimen_leaves_the_strength_at_one():
    assert fitted(noise([0, 0, 0, 1], ["a", "b", "c", "d"])).strength == 1


def test_views_are_trained_on_with_the_weight_of_one_image():
    arm_data = noise([0] * 5 + [1] * 5, [f"s{n}" for n in range(10)], bright=40)
    task = fitted(arm_data, dihedral_views=True)
    assert task.features.shape[:2] == (10, 8)
    assert task.images_seen() == 80
    turned = dihedral_views(torch.from_numpy(arm_data.train.images).permute(0, 3, 1, 2).float() / 127.5 - 1)[5]
    with torch.no_grad():
        seen = task.classifier.network.raw_features(turned)[0]
    assert torch.allclose(task.features[:, 5], seen, atol=1e-4)


def halves(labels: list[int], bright: list[int]) -> ArmData:
    """Training images of noise, a half of each of which is brighter: the upper, left, lower or right one."""
    made = noise(labels, [f"s{n}" for n in range(len(labels))])
    for image, half in zip(made.train.images, bright, strict=True):
        image[[slice(0, 16), slice(None), slice(16, 32), slice(None)][half]][
            :, [slice(None), slice(0, 16), slice(None), slice(16, 32)][half]
        ] += 100
    return made


@pytest.mark.parametrize("tta, views", [("auto", 1), (False, 1), (True, 8)])
def test_images_are_taken_as_they_stand_where_that_tells_their_classes(tta, views):
    """Upper halves are one class and lower ones the other, which turns would mix up, as averages over views do."""
    found = halves([0] * 12 + [1] * 12, [0] * 12 + [2] * 12)
    task, alone = (fitted(found, dihedral_views=choice, tta=tta) for choice in ("auto", False))
    assert task.features.shape[1] == 8
    assert task.results()["views"] == views
    assert averages_views(task.settings, task.classifier) is (tta is True)
    same = torch.equal(task.classifier.network.head.weight, alone.classifier.network.head.weight)
    assert same is (views == 1)


def test_where_turns_mean_nothing_all_of_them_are_trained_on():
    """Each image lies as it fell; what lies like it in one class lies otherwise in the other."""
    labels = [0] * 12 + [1] * 12
    found = halves(labels, [0, 1, 2, 3] * 6)
    found.train.images[12:, 8:24, 8:24] //= 3
    task, every = (fitted(found, dihedral_views=choice) for choice in ("auto", True))
    assert task.results()["views"] == 8
    assert averages_views(task.settings, task.classifier)
    assert torch.equal(task.classifier.network.head.weight, every.classifier.network.head.weight)
    state = task.state()
    again = fitted(found, steps=0, dihedral_views="auto")
    again.load_state(state)
    assert again.results() == task.results()


@pytest.mark.parametrize("saved, views", [(0.1, 8), (0.3, 1), (-0.3, 8)])
def test_a_gain_within_a_standard_error_is_none(monkeypatch, saved, views):
    """Of 16 images whose losses differ by 1 in the deviation: a standard error of a quarter."""
    found = noise([0] * 8 + [1] * 8, [f"s{n}" for n in range(16)])
    apart = np.array([-1.0, 1.0] * 8) * math.sqrt(15 / 16) + saved
    task = fitted(found, steps=0, dihedral_views="auto")
    monkeypatch.setattr(task, "_strength", lambda span, parts: (1.0, apart if span.views > 1 else np.zeros(16)))
    strength, span = task._choose(np.zeros((16, 8, 1)))
    assert (strength, span.views) == (1.0, views)


def test_a_run_that_was_stopped_goes_on_to_the_same_layer():
    arm_data = noise([label for label in (0, 1) for _ in range(70)], [f"s{n}" for n in range(140)], bright=10)
    whole, stopped = fitted(arm_data, dihedral_views=False), fitted(arm_data, steps=1, dihedral_views=False)
    resumed = fitted(arm_data, steps=0, dihedral_views=False)
    resumed.load_state(stopped.state())
    for step in range(1, resumed.steps):
        resumed.step(step, 0)
    resumed.end_tick(resumed.steps, {})
    assert whole.steps == 3
    for name, value in whole.classifier.state_dict().items():
        assert torch.equal(value, resumed.classifier.state_dict()[name]), name


def test_backbones_stand_side_by_side_with_weights_and_normalisation_of_their_own(tmp_path):
    names = [SMALL, "tf_efficientnet_lite0"]
    description = describe(backbones=names, pretrained="auto")
    saved = []
    for name in names:
        saved.append(probe.timm_zoo.create(name, 32, num_classes=1000, in_chans=3))
        save_weights(tmp_path / f"{name}.safetensors", saved[-1])
    classifier = build(description)
    record = probe.start_from_pretrained(classifier, description.settings, tmp_path)
    assert [part.rpartition("/")[2] for part in record["source"].split(" + ")] == [f"{n}.safetensors" for n in names]
    assert len(record["sha256"].split(" + ")) == 2
    own = classifier.network.backbones[0].network.state_dict()
    assert all(torch.equal(value, saved[0].state_dict()[name]) for name, value in own.items())
    inputs = classifier.describe_input()
    assert inputs["0"] != inputs["1"]
    features = classifier.eval().features(torch.zeros(2, 3, 32, 32))
    assert features.shape == (2, 512 + 1280)
    description = describe(backbones=names, pretrained=str(tmp_path / f"{SMALL}.safetensors"))
    with pytest.raises(UserError, match="is one file for 2 backbones"):
        probe.start_from_pretrained(classifier, description.settings, tmp_path)


def test_features_that_are_zero_pass_a_gradient_on():
    classifier = build(describe()).eval()
    maps = classifier.feature_maps(torch.randn(2, 3, 32, 32)).detach()
    dead = torch.zeros_like(maps, requires_grad=True)
    classifier.network.backbones[0].feature_maps = lambda images: dead
    classifier(torch.zeros(2, 3, 32, 32))[:, 0].sum().backward()
    assert torch.isfinite(dead.grad).all()
    assert dead.grad.abs().max() > 0


def test_it_is_trained_saved_and_read_back_like_any_classifier(tmp_path):
    folder = train(tmp_path, family="probe", size_px=32, backbones=[SMALL], pretrained=False, inner_folds=2)
    record = json.loads((folder / "classifier.json").read_text())
    assert (record["architecture"], record["epochs"], record["best_epoch"]) == ("probe", 1, 1)
    assert record["strength"] in probing.STRENGTHS
    classifier, description = load_classifier(folder)
    predictions = read_predictions(folder / "predictions.tsv")
    images = [np.load(tmp_path / "packs" / f"c{label:02d}.npy")[9:] for label in range(3)]  # the test parts
    views = averages_views(description.settings, classifier)
    assert views is (record["views"] == 8)
    judged = probabilities_of(classifier, torch.from_numpy(np.concatenate(images)), PLACE.device, views)
    assert np.abs(judged.numpy() - predictions.probabilities[predictions.part == "test"]).max() < 1e-5


def test_a_familys_name_as_the_architecture_means_that_family():
    entries = {"a": {"architecture": "probe", "size_px": 64}, "b": {"architecture": "resnet18"}, "c": None}
    made = with_classifier_families({"classifiers": entries})["classifiers"]
    assert made == entries | {"a": {"family": "probe", "size_px": 64}}
