"""What CONTRIBUTING promises of a generator that is computed at once: one folder, from the config to the report."""

import pytest

from augury.tables.description import read_description
from tests.project import Project, draw_classes, small_config, table

FAMILY = '''
"""Pixels that are normal, each on its own, as their settings and the planner know them."""

from typing import Literal

from pydantic import Field

from augury.generators.family import FittedSettings, GeneratorFamily
from augury.settings.base import Int, PositiveFloat


class NormalSettings(FittedSettings):
    """Settings of normal pixels."""

    family: Literal["normal_pixels"] = "normal_pixels"
    size_px: Int = Field(16, ge=16, le=256)
    """Side of the images."""
    spread: PositiveFloat = 1.0
    """Spread - what the standard deviation of each value is multiplied by."""


def problems_in_study(settings, wanted):
    """Classes of few images."""
    few = [class_ for class_, count in wanted.images.items() if count < 3]
    return [("classes", f"{few[0]} has fewer than 3 images; add images or leave it out")] if few else []


FAMILY = GeneratorFamily(
    NormalSettings,
    prose="Pixels that are normal, each on its own: for nothing but a test.",
    problems_in_study=problems_in_study,
    networks=(("generator", "networks"),),
    kimg_seconds=0.01,
)
'''
NETWORKS = '''
"""A mean and a standard deviation of each value."""

import torch
from torch import nn

from augury.generators.network import GeneratorNetwork


class Generator(GeneratorNetwork):
    """Latents (N, values) -> images (N, channels, size_px, size_px) in [-1, 1]."""

    def __init__(self, shape):
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(shape), requires_grad=False)
        self.std = nn.Parameter(torch.zeros(shape), requires_grad=False)
        self.latent_dim = self.mean.numel()

    def draw(self, latents, labels, seeds, truncation):
        return (self.mean + truncation * latents.unflatten(1, self.mean.shape) * self.std).clamp(-1, 1)


def build_generator(description):
    return Generator((description["channels"], description["size_px"], description["size_px"]))
'''
TRAINING = '''
"""All of it is one step."""

from augury.augmentation.classical import scale
from augury.generators.normal_pixels import networks
from augury.generators.task import GeneratorFit


class NormalFit(GeneratorFit):
    """The task that the training loop runs."""

    family = "normal_pixels"

    @classmethod
    def latent_dim(cls, settings, size_px, channels):
        return channels * size_px**2

    def network(self):
        return networks.build_generator(self.description)

    def fit(self):
        images = scale(self.images)
        self.generator.mean.copy_(images.mean(dim=0))
        self.generator.std.copy_(images.std(dim=0) * self.settings.spread)
        return {"spread": self.generator.std.mean()}


TASK = NormalFit
'''
SETTINGS = {"family": "normal_pixels", "spread": 0.5}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fitted")
    draw_classes(folder / "images", 2, 8)
    made = Project(folder, small_config(generators={"gan": SETTINGS}))
    package = folder / "workflow" / "scripts" / "augury" / "generators" / "normal_pixels"
    package.mkdir()
    files = {"__init__.py": "", "family.py": FAMILY, "networks.py": NETWORKS, "training.py": TRAINING}
    for name, text in files.items():
        (package / name).write_text(text.lstrip())
    return made


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"generators": {"gan": SETTINGS | {"spread": 0}}}, "`generators.gan.spread` is 0; it must be more than 0"),
        ({"generators": {"gan": SETTINGS | {"duration": 3}}}, "`generators.gan.duration` is an unknown key"),
        (
            {"generators": {"gan": SETTINGS | {"init_from": {"taxon": "c01"}}}},
            "`generators.gan.init_from` is an unknown",
        ),
        (
            {"arms": {"real": {}, "gan": {"generator": "gan", "ratio": 1, "snapshot": 40}}},
            "`arms.gan.snapshot` has no meaning for gan, which is computed at once",
        ),
        ({"images": "few"}, "`generators.gan.classes`: c00 has fewer than 3 images"),
        (
            {
                "selections": {"best": {"realism": {"by": "discriminator"}}},
                "arms": {"real": {}, "gan": {"generator": "gan", "ratio": 1, "selection": "best"}},
            },
            "gan of family normal_pixels is trained without one",
        ),
    ],
)
def test_mistakes_are_told(project, changes, message):
    draw_classes(project.folder / "few", 2, 2)
    project.write_config(small_config(generators={"gan": SETTINGS}) | changes)
    done = project.snakemake("-n", check=False)
    project.write_config(small_config(generators={"gan": SETTINGS}))
    assert done.returncode == 2
    assert message in done.stderr


@pytest.mark.slow
def test_it_is_fitted_drawn_and_reported_without_figures_of_a_training(project):
    project.snakemake()
    results = project.results()
    folder = results / "holdout" / "generators" / "gan" / "seed0" / "c00"
    description = read_description(folder / "generator.json")
    assert (description["steps"], description["latent_dim"]) == (1, 3 * 16**2)
    assert description["parameters"] == 2 * 3 * 16**2
    assert (description["snapshots"], description["stop_reason"]) == ([], "fitted")
    assert set(description["settings"]) == {
        "family", "classes", "size_px", "channels", "class_conditional", "trained_on", "device", "spread"
    }  # fmt: skip
    assert not (folder / "discriminator.safetensors").exists()
    assert len(table(results / "holdout/synthetic/gan/random/seed0/c00/index.tsv")) > 0
    drawn = {path.stem for path in (results / "figures").iterdir()}
    assert {"samples", "truncations", "latent_walk"} <= drawn
    assert not {"generator_losses", "ada", "denoising_losses"} & drawn
    assert "gan" in (results / "report.html").read_text(encoding="utf-8")
    assert project.planned() == {}
