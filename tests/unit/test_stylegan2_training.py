"""A training step of StyleGAN2, and what all families' trainings share: augmentation, LeCam, starts, frozen layers."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from augury.command.errors import UserError
from augury.generators.data import TrainingPart
from augury.generators.dcgan.training import TASK as DCGAN
from augury.generators.lecam import LeCam, lecam_penalty
from augury.generators.run import train
from augury.generators.sheets import save_walk
from augury.generators.stylegan2.training import TASK as STYLEGAN2
from augury.generators.transfer import open_start
from augury.latent.sampling import latents_of, to_uint8
from augury.tables.description import read_description
from augury.tables.rows import SplitRow
from augury.tables.table import read_rows
from augury.training.device import choose_device
from tests.settings import of_family

TASKS = {"stylegan2": STYLEGAN2, "dcgan": DCGAN}
SMALL = {
    "stylegan2": {"latent_dim": 6, "style_dim": 6, "channel_base": 64, "channel_max": 8, "batch": 4},
    "dcgan": {"latent_dim": 6, "width": 4, "batch": 4},
}


def settings(family, **changes):
    chosen = {"family": family, "size_px": 16, "channels": "grey", "duration": 0.04} | SMALL[family] | changes
    return TASKS[family].resolved(of_family("generators", family, **chosen))


def task(tmp_path: Path, family="stylegan2", classes=("a",), start=None, **changes):
    images = torch.randint(0, 256, (10, 16, 16, 1), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    labels = torch.arange(10) % len(classes) if len(classes) > 1 else None
    about = {
        "generator": "g",
        "split": "holdout",
        "seed": 0,
        "class": "a" if len(classes) == 1 else "all",
        "classes": list(classes),
    }
    about |= {"conditional": len(classes) > 1, "size_px": 16, "channels": 1, "settings": settings(family, **changes)}
    device = choose_device("cpu", "fp32", 1, True)
    return TASKS[family](about, images, labels, device, tmp_path / "snapshots", start)


def weights(network):
    return torch.cat([weight.detach().flatten() for weight in network.parameters()])


@pytest.mark.parametrize("classes", [("a",), ("a", "b")])
def test_a_step_moves_both_players_and_reports(tmp_path, classes):
    trained = task(tmp_path, classes=classes)
    before = weights(trained.generator), weights(trained.discriminator)
    values = trained.step(0, 0)
    assert not torch.equal(before[0], weights(trained.generator))
    assert not torch.equal(before[1], weights(trained.discriminator))
    assert values["bce"].item() == pytest.approx(values["loss_discriminator"].item() / 2)
    assert {"r1", "path_length", "r_t"} <= values.keys()
    assert "ada_p" not in values
    assert trained.path_mean > 0


def test_penalties_come_at_their_intervals(tmp_path):
    trained = task(tmp_path, r1_interval=3, pl_interval=2)
    called = []
    descend = trained._descend
    trained._descend = lambda player, loss: (called.append(player[0]), descend(player, loss))
    for step in range(4):
        trained.step(step, 0)
        called.append(str(step))
    # A plain step is d, g; R1 adds a d at steps 0 and 3, path lengths a g at steps 0 and 2.
    assert "".join(called) == "ddgg0dg1dgg2ddg3"


def test_a_relativistic_step_has_its_penalties_within(tmp_path):
    """Both of them at every step, and Adam of the discriminator is that of no lazy penalty."""
    trained = task(tmp_path, loss="relativistic", pl_interval=2)
    called = []
    descend = trained._descend
    trained._descend = lambda player, loss: (called.append(player[0]), descend(player, loss))
    row = [trained.step(step, 0) for step in range(2)]
    assert "".join(called) == "dggdg"
    assert all(values[name] > 0 for values in row for name in ("r1", "r2"))
    group = trained.optimisers["discriminator"].param_groups[0]
    assert (group["lr"], group["betas"]) == (0.0025, (0.0, 0.99))


@pytest.mark.parametrize("family", ["stylegan2", "dcgan"])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_relativistic_loss_trains_both_families(tmp_path, family, precision):
    plain, trained = task(tmp_path, family), task(tmp_path, family, loss="relativistic", ada={"pipeline": "bgc"})
    trained.on_device = choose_device("cpu", precision, 1, True)
    before = weights(trained.generator), weights(trained.discriminator)
    plain.step(0, 0)
    values = trained.step(0, 0)
    assert not torch.equal(before[0], weights(trained.generator))
    assert not torch.equal(before[1], weights(trained.discriminator))
    assert not torch.equal(weights(plain.discriminator), weights(trained.discriminator))
    assert values["d_real"].item() == pytest.approx(1 - values["d_fake"].item(), abs=1e-6)  # of differences of pairs
    assert all(math.isfinite(value.item()) for value in values.values())
    assert math.isclose(values["bce"].item(), math.log(2), rel_tol=0.5)


def test_adam_of_lazily_penalised_networks(tmp_path):
    """The public configuration: with a penalty every 4 steps the rate is 4 / 5 and beta2 is 0.99 ^ (4 / 5)."""
    made = task(tmp_path).optimisers
    group = made["generator"].param_groups[0]
    assert group["lr"] == pytest.approx(0.0025 * 0.8)
    assert group["betas"] == pytest.approx((0.0, 0.99**0.8))
    assert made["discriminator"].param_groups[0]["lr"] == pytest.approx(0.0025 * 16 / 17)
    plain = task(tmp_path, pl_weight=0).optimisers["generator"].param_groups[0]
    assert plain["lr"] == 0.0025


@pytest.mark.parametrize("family", ["stylegan2", "dcgan"])
def test_a_step_is_a_function_of_its_number(tmp_path, family):
    more = {
        "ada": {"pipeline": "bgcfnc", "p": 0.5},
        "diffaugment": ["colour"],
        "lecam": {"weight": 0.1, "start_step": 1},
    }
    one, other = task(tmp_path, family, **more), task(tmp_path, family, **more)
    for step in (0, 1, 2):
        one.step(step, 0)
        torch.manual_seed(step)  # global randomness in between must not matter
        other.step(step, 0)
    assert torch.equal(weights(one.generator), weights(other.generator))


@pytest.mark.parametrize("family", ["stylegan2", "dcgan"])
def test_a_resumed_run_is_the_same_to_the_bit(tmp_path, family):
    more = {
        "ada": {"pipeline": "bgc", "kimg": 0.1, "interval": 2, "target": 1},
        "lecam": {"weight": 0.1, "start_step": 2},
    }
    whole, broken, resumed = (task(tmp_path, family, **more) for _ in range(3))
    for trained in (whole, broken):
        trained.controller.p.fill_(0.5)  # from where it falls: no discriminator is always right
    for step in range(6):
        values = whole.step(step, 0)
    for step in range(3):
        broken.step(step, 0)
    resumed.load_state(broken.state())
    for step in range(3, 6):
        again = resumed.step(step, 0)
    assert 0 < values["ada_p"] < 0.5
    assert {name: value.item() for name, value in values.items()} == {
        name: value.item() for name, value in again.items()
    }
    assert torch.equal(weights(whole.generator), weights(resumed.generator))
    assert torch.equal(weights(whole.average.network), weights(resumed.average.network))


@pytest.mark.parametrize("family", ["stylegan2", "dcgan"])
def test_augmentation_at_zero_changes_nothing(tmp_path, family):
    """A pipeline whose p is held at 0 trains the very weights that no pipeline does."""
    plain, augmented = task(tmp_path, family), task(tmp_path, family, ada={"pipeline": "bgcfnc", "p": 0})
    for step in range(2):
        plain.step(step, 0)
        augmented.step(step, 0)
    assert torch.equal(weights(plain.generator), weights(augmented.generator))


@pytest.mark.parametrize("family", ["stylegan2", "dcgan"])
@pytest.mark.parametrize(
    "more",
    [
        {"ada": {"pipeline": "bgc", "p": 0.9}},
        {"diffaugment": ["translation", "cutout"]},
        {"lecam": {"weight": 1.0, "start_step": 0}},
    ],
)
def test_regularisation_belongs_to_every_family(tmp_path, family, more):
    plain, regularised = task(tmp_path, family), task(tmp_path, family, **more)
    for step in range(2):
        plain.step(step, 0)
        values = regularised.step(step, 0)
    assert not torch.equal(weights(plain.generator), weights(regularised.generator))
    assert ("lecam" in values) == ("lecam" in more)
    assert ("ada_p" in values) == ("ada" in more)


def test_ada_raises_p_while_the_discriminator_is_sure(tmp_path):
    """While it calls all real images real, each step of 4 images moves p by 4 over kimg thousand, up to `most`."""
    trained = task(tmp_path, ada={"pipeline": "bgc", "interval": 1, "kimg": 0.1, "p_max": 0.1})
    trained.discriminator.output.bias.data.fill_(100.0)
    seen = [trained.step(step, 0)["ada_p"].item() for step in range(5)]
    assert seen == pytest.approx([0, 0.04, 0.08, 0.1, 0.1])


def test_lecam_by_formula():
    """Anchors 0.5 (real) and -0.5 (generated); logits 1 and -2 of real images, -1 and 1 of generated ones, by hand."""
    real, fake = torch.tensor([1.0, -2.0]), torch.tensor([-1.0, 1.0])
    anchors = torch.tensor(0.5), torch.tensor(-0.5)
    paper = lecam_penalty(real, fake, *anchors, "paper").item()
    assert paper == pytest.approx((1.5**2 + 1.5**2) / 2 + (1.5**2 + 0.5**2) / 2)
    official = lecam_penalty(real, fake, *anchors, "official").item()
    assert official == pytest.approx((1.5**2 + 0) / 2 + (1.5**2 + 0) / 2)


def test_lecams_anchors_follow_and_then_lag():
    pull = LeCam(2.0, "paper", 0.9, 1, torch.device("cpu"))
    first = pull(torch.tensor([1.0, 3.0]), torch.tensor([-1.0]))
    assert first.item() == 0
    assert (pull.real.item(), pull.fake.item()) == (2, -1)
    pull.begin(1)
    second = pull(torch.tensor([4.0]), torch.tensor([0.0]))
    assert (pull.real.item(), pull.fake.item()) == pytest.approx((2.2, -0.9))
    assert second.item() == pytest.approx(2 * ((4 + 0.9) ** 2 + (0 - 2.2) ** 2))


def test_lecams_anchors_from_the_first_step_on_are_free_of_bias():
    """Means 1 and 3 with decay 0.9: 0.1 / (1 - 0.9) = 1, then (0.9 0.1 + 0.1 3) / (1 - 0.9^2)."""
    pull = LeCam(2.0, "paper", 0.9, 0, torch.device("cpu"))
    first = pull(torch.tensor([1.0]), torch.tensor([-1.0]))
    assert (pull.real.item(), pull.fake.item(), first.item()) == pytest.approx((1, -1, 2 * (2**2 + 2**2)))
    pull.begin(1)
    pull(torch.tensor([3.0]), torch.tensor([-1.0]))
    assert (pull.real.item(), pull.fake.item()) == pytest.approx((0.39 / 0.19, -1))


def test_lecam_pulls_from_the_first_step_on_by_default(tmp_path):
    assert task(tmp_path, lecam={"weight": 0.1}).step(0, 0)["lecam"] > 0


def test_the_average_takes_the_mean_style_as_it_is(tmp_path):
    trained = task(tmp_path, ema_half_life_kimg=1.0, ema_ramp_up=100)
    for step in range(2):
        trained.step(step, 0)
    own, average = trained.generator.mapping, trained.average.network.mapping
    assert torch.equal(own.average, average.average)
    assert not torch.equal(own.layers[0].weight, average.layers[0].weight)


def part(class_="a", count=8, test=()):
    rows = [SplitRow(f"{class_}{number}", f"{number}.png", class_, f"s{number}", "train") for number in range(count)]
    images = np.random.default_rng(0).integers(0, 256, (count, 16, 16, 1), dtype=np.uint8)
    return TrainingPart(images, np.zeros(count, np.int64), rows, [], list(test))


def train_one(folder, family, data, start=None, class_="a", **changes):
    about = {"generator": "g", "split": "holdout", "seed": 0, "class": class_, "classes": [class_]}
    chosen = of_family(
        "generators", family, **{"size_px": 16, "channels": "grey", "duration": 0.02} | SMALL[family] | changes
    )
    train(TASKS[family], about, chosen, data, start, "cpu", 1, folder)
    return read_description(folder / "generator.json")


@pytest.mark.parametrize("family", ["stylegan2", "dcgan"])
def test_a_start_brings_the_weights_and_the_history(tmp_path, family):
    first = train_one(tmp_path / "first", family, part("b"), class_="b")
    assert (first["start"], first["kimg_before"]) == ("scratch", 0)
    start = open_start(tmp_path / "first", "g/b", family, [], "enforce", "generator g")
    begun = task(tmp_path, family, start=start)
    saved = {name: value for name, value in begun.generator.state_dict().items() if value.is_floating_point()}
    for name, value in begun.average.network.state_dict().items():
        assert name not in saved or torch.equal(value, saved[name])
    fresh = task(tmp_path, family)
    assert not torch.equal(weights(begun.generator), weights(fresh.generator))
    second = train_one(tmp_path / "second", family, part("a"), start)
    assert (second["start"], second["kimg_before"]) == ("g/b", first["kimg"])
    seen = {row.class_ for row in read_rows(tmp_path / "second" / "training.tsv", SplitRow)}
    assert seen == {"a", "b"}


def test_a_test_specimen_that_a_predecessor_saw_stops_the_run(tmp_path):
    train_one(tmp_path / "first", "dcgan", part("a"))
    test = [SplitRow("other", "x.png", "a", "s3", "test")]  # another view of a specimen that was trained on
    with pytest.raises(UserError, match=r"generator g, which starts from first, would train on 1 images.*3\.png"):
        open_start(tmp_path / "first", "first", "dcgan", test, "enforce", "generator g")
    assert open_start(tmp_path / "first", "first", "dcgan", test, "record", "generator g").rows


def test_a_start_of_another_family_is_refused(tmp_path):
    train_one(tmp_path / "first", "dcgan", part("a"))
    with pytest.raises(UserError, match="name a generator of its family"):
        open_start(tmp_path / "first", "first", "stylegan2", [], "enforce", "generator g")


def test_a_start_of_another_shape_is_refused(tmp_path):
    train_one(tmp_path / "first", "dcgan", part("a"))
    start = open_start(tmp_path / "first", "first", "dcgan", [], "enforce", "generator g")
    with pytest.raises(UserError, match="does not hold the weights of this network"):
        task(tmp_path, "dcgan", start=start, width=6)


@pytest.mark.parametrize("family", ["stylegan2", "dcgan"])
def test_frozen_layers_keep_their_weights(tmp_path, family):
    """FreezeD: the first two layers from the image stay as they were; the generator and the rest move."""
    frozen = task(tmp_path, family, freeze_layers=2)
    layers = frozen.discriminator.layers_from_image()
    before = [torch.cat([weight.detach().flatten() for weight in layer.parameters()]) for layer in layers]
    for step in range(2):
        frozen.step(step, 0)
    after = [torch.cat([weight.detach().flatten() for weight in layer.parameters()]) for layer in layers]
    assert [torch.equal(*pair) for pair in zip(before, after, strict=True)] == [True] * 2 + [False] * (len(layers) - 2)


def test_no_more_layers_are_frozen_than_there_are(tmp_path):
    with pytest.raises(UserError, match="`freeze_layers` is 9, and the discriminator has"):
        task(tmp_path, "dcgan", freeze_layers=9)


def test_snapshots_every_so_often_and_their_kimg(tmp_path):
    made = train_one(tmp_path / "g", "dcgan", part(count=40), duration=3, duration_unit="epochs", snapshot_every=1)
    assert made["snapshots"] == [1, 2]
    assert made["snapshot_kimg"] == {"1": 0.04, "2": 0.08}
    assert (tmp_path / "g" / "snapshots" / "generator-000002.png").exists()


def test_a_taxon_of_several_classes_is_one_unconditional_generator(tmp_path):
    data = part("a")
    about = {"generator": "g", "split": "holdout", "seed": 0, "class": "order=A", "classes": ["a", "b"]}
    chosen = of_family("generators", "dcgan", **{"size_px": 16, "channels": "grey", "duration": 0.01} | SMALL["dcgan"])
    train(DCGAN, about, chosen, data, None, "cpu", 1, tmp_path)
    assert read_description(tmp_path / "generator.json")["conditional"] is False


@pytest.mark.parametrize("family", ["stylegan2", "dcgan"])
def test_bf16_trains_too(tmp_path, family):
    trained = task(tmp_path, family)
    trained.on_device = choose_device("cpu", "bf16", 1, True)
    values = trained.step(0, 0)
    assert all(math.isfinite(value.item()) for value in values.values())


def sheet_cells(path, rows, columns=8, size=16, gap=2):
    sheet = np.asarray(Image.open(path)).astype(float)
    assert sheet.shape == (rows * (size + gap) - gap, columns * (size + gap) - gap)
    step = size + gap
    return [
        [sheet[r * step : r * step + size, c * step : c * step + size] for c in range(columns)] for r in range(rows)
    ]


def test_truncations_grow_alike_and_walks_are_smooth(tmp_path):
    """Down the truncations the columns draw nearer; along a walk the ends are further apart than neighbours are."""
    train_one(tmp_path, "dcgan", part("a"))
    truncations, walks = (sheet_cells(tmp_path / f"{name}.png", 4) for name in ("truncations", "latent_walk"))
    spread = [np.std(np.stack(row), axis=0).mean() for row in truncations]
    assert spread == sorted(spread, reverse=True)
    for frames in walks:
        steps = [np.abs(a - b).mean() for a, b in itertools.pairwise(frames)]
        assert np.abs(frames[0] - frames[-1]).mean() > max(steps)


def test_a_walk_of_a_conditional_generator_keeps_its_class(tmp_path):
    """Independently: the first frame of row 1 is latent seed 2 of the second class."""
    made = task(tmp_path, "dcgan", classes=("a", "b"))
    network = made.average.network
    save_walk(tmp_path / "walk.png", network, 2, torch.device("cpu"))
    latents = latents_of([2] * 8, 6)
    expected = to_uint8(network.draw(latents, torch.ones(8, dtype=torch.int64), [2] * 8, 1.0))[0, :, :, 0]
    assert np.abs(sheet_cells(tmp_path / "walk.png", 4)[1][0] - expected.numpy()).max() <= 1
