"""Images that begin with training images: their parents, their levels, and what is said of copies."""

import dataclasses
import hashlib

import numpy as np
import pytest
import torch
from scipy import stats

from augury.augmentation.classical import scale
from augury.generators.diffusion.networks import build_generator
from augury.generators.diffusion.training import TASK
from augury.latent.drawing import Drawer
from augury.metrics.intervals import wilson
from augury.planning.selections import selection_problems
from augury.selections.from_specimen.family import FromSpecimenSettings
from augury.selections.from_specimen.selection import level_of, select
from augury.selections.request import Request
from augury.tables.rows import SplitRow
from tests.settings import of_family, study

COUNT = 4  # training images


def rows():
    names = [hashlib.sha256(bytes([place])).hexdigest() for place in range(COUNT)]
    return [SplitRow(name, f"{place}.png", "a", f"s{place}", "train") for place, name in enumerate(names)]


def real():
    rough = np.random.default_rng(0).integers(0, 256, (COUNT, 4, 4, 1), dtype=np.uint8)
    return rough.repeat(4, axis=1).repeat(4, axis=2)


def chosen(count=8, sigma=(0.01, 40.0), seed=0, of=None):
    small = {"size_px": 16, "channels": "grey", "model_channels": 8, "steps": 4}
    about = {"settings": TASK.resolved(of_family("generators", "diffusion", **small)), "classes": ["a"]}
    torch.manual_seed(1)
    network = build_generator(about | {"conditional": False, "size_px": 16, "channels": 1})
    drawer = Drawer(network, None, torch.device("cpu"), space="x")
    told = {"selection": "near", "generator": "edm", "seed": seed, "class": "a"}
    settings = FromSpecimenSettings(sigma=list(sigma))
    return select(Request(settings, told, drawer, count, None, real(), of or rows())), drawer


def test_each_level_has_its_share_and_parents_meet_others_in_the_next_round():
    levels = [0.5, 1.0, 2.0]
    assert [level_of(place, 3, levels) for place in range(6)] == [0.5, 1.0, 2.0, 1.0, 2.0, 0.5]
    assert [level_of(place, 4, [1.0, 2.0]) for place in range(8)] == [1.0, 2.0, 1.0, 2.0, 2.0, 1.0, 2.0, 1.0]


@pytest.mark.parametrize("parents", [1, 2, 3, 5, 7, 11, 12])
def test_in_as_many_rounds_as_levels_each_parent_meets_each_of_them(parents):
    levels = [0.5, 1.0, 2.0, 5.0]
    met = {parent: [] for parent in range(parents)}
    for place in range(parents * len(levels)):
        met[place % parents].append(level_of(place, parents, levels))
    assert all(sorted(each) == levels for each in met.values())


def test_images_begin_with_their_parents_under_noise():
    found, _ = chosen()
    parents = found.record["parents"]
    ordered = sorted(rows(), key=lambda row: row.sha256)
    assert [each["parent"] for each in parents] == [row.sha256 for row in ordered] * 2
    assert [each["parent_specimen"] for each in parents] == [row.specimen for row in ordered] * 2
    assert [each["sigma"] for each in parents] == [0.01, 40.0, 0.01, 40.0, 40.0, 0.01, 40.0, 0.01]
    assert found.latents.space == "x"
    assert found.latents.vectors[:, -1].tolist() == pytest.approx([each["sigma"] for each in parents])
    images = dict(zip((row.sha256 for row in rows()), scale(torch.from_numpy(real())).flatten(1), strict=True))
    for vector, parent in zip(found.latents.vectors, parents, strict=True):
        noise = (vector[:-1] - images[parent["parent"]]) / parent["sigma"]
        assert noise.std().item() == pytest.approx(1, abs=0.15)
        assert abs(noise.mean().item()) < 0.25


def test_the_choice_depends_on_its_seed_and_a_larger_pool_begins_with_the_smaller():
    vectors = chosen()[0].latents.vectors
    assert torch.equal(vectors, chosen()[0].latents.vectors)
    assert torch.equal(vectors[:5], chosen(5)[0].latents.vectors)
    assert not torch.equal(vectors, chosen(seed=1)[0].latents.vectors)


def test_hardly_any_noise_gives_the_parent_and_is_told_as_a_copy():
    """An untrained network gives back what has hardly any noise, and of much noise next to nothing."""
    found, drawer = chosen()
    drawn = drawer.images(found.latents.vectors, found.latents.noise_seeds).numpy().astype(int)
    originals = dict(zip((row.sha256 for row in rows()), real().astype(int), strict=True))
    for image, parent in zip(drawn, found.record["parents"], strict=True):
        difference = np.abs(image - originals[parent["parent"]]).mean()
        assert difference < 3 if parent["sigma"] < 1 else difference > 20
    copied = found.record["copied_by_sigma"]
    assert (copied["0.01"]["images"], copied["0.01"]["specimens"], copied["0.01"]["copied"]) == (4, 4, 1)
    assert copied["40"]["copied"] == 0
    parents = found.record["parents"]
    assert sorted(found.record["looked_at"]) == list(range(8))
    assert found.record["copied"] == [index for index in range(8) if parents[index]["sigma"] < 1]


def test_the_sheet_shows_the_parents_themselves_each_beside_all_levels():
    found, _ = chosen(count=2)
    images, columns = found.sheet
    assert (len(images), columns) == (3 * 3, 3)
    ordered = sorted(range(COUNT), key=lambda place: rows()[place].sha256)
    for strip, place in enumerate(ordered[:3]):
        parent, faint, strong = images[strip * columns : (strip + 1) * columns].astype(int)
        assert np.array_equal(parent, real()[place])
        assert np.abs(faint - parent).mean() < 3
        assert np.abs(strong - parent).mean() > 20


def test_views_of_one_specimen_share_a_strip_and_an_interval():
    """Four images of two specimens: the share of copies has the interval of two trials, and two strips are shown."""
    views = [dataclasses.replace(row, specimen=f"g:{place % 2}") for place, row in enumerate(rows())]
    found, _ = chosen(of=views)
    assert len(found.sheet[0]) == 2 * 3
    copied = found.record["copied_by_sigma"]["0.01"]
    assert (copied["images"], copied["specimens"]) == (4, 2)
    trials = 2 * (stats.norm.ppf(0.975) / stats.t.ppf(0.975, 1)) ** 2
    assert [copied["copied_low"], copied["copied_high"]] == pytest.approx(wilson(trials, trials))


def test_a_generator_that_takes_no_noise_off_is_refused_at_planning():
    config = study(
        generators={"gan": {"family": "dcgan"}, "edm": {"family": "diffusion"}},
        selections={"near": {"family": "from_specimen"}},
        arms={
            "real": {},
            "a": {"generator": "gan", "selection": "near"},
            "b": {"generator": "edm", "selection": "near"},
        },
    )
    (said,) = selection_problems(config)
    assert said.startswith("`selections.near` begins with training images under noise, which gan of family dcgan")
