"""What CONTRIBUTING promises: a family of generators is one folder; it is checked, planned, trained and documented."""

import subprocess
import sys

import pytest

from augury.tables.description import read_description
from tests.project import Project, draw_classes, small_config, table

FAMILY = '''
"""One layer on each side, as its settings and the planner know it."""

from typing import Literal

from augury.generators.family import CompleteSettings, GeneratorFamily
from augury.settings.base import PositiveFloat


class LinearSettings(CompleteSettings):
    """Settings of a generator of one layer."""

    family: Literal["linear_gan"] = "linear_gan"
    gain: PositiveFloat = 1.0
    """Output gain - what the last layer is multiplied by."""


def problems(settings):
    """An even side is needed."""
    return [("size_px", f"{settings.size_px} is odd; take an even one")] if settings.size_px % 2 else []


FAMILY = GeneratorFamily(
    LinearSettings,
    prose="One layer on each side: for nothing but a test.",
    problems=problems,
    networks=(("generator", "networks"), ("discriminator", "networks")),
    kimg_seconds=72000.0,
)
'''
NETWORKS = '''
"""One layer on each side."""

import torch
from torch import nn

from augury.generators.network import DiscriminatorNetwork, GeneratorNetwork


class Generator(GeneratorNetwork):
    """Latents (N, latent_dim) -> images (N, channels, size_px, size_px) in [-1, 1]."""

    def __init__(self, settings, channels):
        super().__init__()
        self.latent_dim, self.gain = settings.latent_dim, settings.gain
        self.shape = channels, settings.size_px, settings.size_px
        self.linear = nn.Linear(settings.latent_dim, channels * settings.size_px**2)

    def forward(self, latents, labels=None):
        return torch.tanh(self.gain * self.linear(latents)).unflatten(1, self.shape)

    def draw(self, latents, labels, seeds, truncation):
        return self(latents * truncation, labels)


class Discriminator(DiscriminatorNetwork):
    """Images (N, channels, size_px, size_px) -> logits (N,)."""

    def __init__(self, settings, channels):
        super().__init__()
        self.linear = nn.Linear(channels * settings.size_px**2, 1)

    def forward(self, images, labels=None):
        return self.linear(images.flatten(1))[:, 0]

    def layers_from_image(self):
        return []


def build_generator(description):
    return Generator(description["settings"], description["channels"])


def build_discriminator(description):
    return Discriminator(description["settings"], description["channels"])
'''
TRAINING = '''
"""One training step."""

import torch

from augury.generators import losses
from augury.generators.adversarial import AdversarialTraining
from augury.generators.linear_gan import networks


class LinearTraining(AdversarialTraining):
    """The task that the training loop runs."""

    family = "linear_gan"
    networks = networks

    def _play(self, indices):
        real, labels = self._batch_of(indices)
        fake = self.generator(torch.randn(self.batch, self.settings.latent_dim, device=self.device), labels)
        on_real = self.discriminator(self._seen(real), labels)
        on_fake = self.discriminator(self._seen(fake.detach()), labels)
        loss_d = sum(losses.bce_terms(on_real, on_fake, 1.0, 0.0))
        self._descend("discriminator", loss_d)
        loss_g = losses.non_saturating(self.discriminator(self._seen(fake), labels))
        self._descend("generator", loss_g)
        return self._columns(loss_d, loss_g, on_real, on_fake)


TASK = LinearTraining
'''
SETTINGS = {"family": "linear_gan", "size_px": 16, "latent_dim": 4, "batch": 4, "duration": 0.04, "gain": 0.5}


def scripted(project, name, *words):
    """What a script of the project prints."""
    script = project.folder / "workflow" / "scripts" / f"{name}.py"
    done = subprocess.run(
        [sys.executable, script, *words], cwd=project.folder, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("family")
    draw_classes(folder / "images", 2, 8)
    made = Project(folder, small_config(generators={"gan": SETTINGS}, extractor=None))
    package = folder / "workflow" / "scripts" / "augury" / "generators" / "linear_gan"
    package.mkdir()
    files = {"__init__.py": "", "family.py": FAMILY, "networks.py": NETWORKS, "training.py": TRAINING}
    for name, text in files.items():
        (package / name).write_text(text.lstrip())
    return made


def test_it_is_checked_and_planned_with_its_own_cost(project):
    for wrong, mistake in (
        ({"gane": 2}, "`generators.gan.gane` is an unknown key; did you mean `gain`?"),
        ({"gain": 0}, "(Output gain - what the last layer is multiplied by)"),
        ({"size_px": 17}, "`generators.gan.size_px`: 17 is odd; take an even one"),
    ):
        project.write_config(small_config(generators={"gan": SETTINGS | wrong}, extractor=None))
        done = project.snakemake("-n", check=False)
        assert done.returncode
        assert mistake in done.stderr
    project.write_config(small_config(generators={"gan": SETTINGS}, extractor=None))
    done = project.snakemake("-n")
    assert "runtime=33" in done.stdout  # 30 minutes, and 0.04 kimg of 72000 s, over 16 as the images have 16 px, not 64


def test_it_trains_and_its_images_are_drawn(project):
    results = project.results() / "holdout"
    project.snakemake(str((results / "synthetic/gan/random/seed0/c00/index.tsv").relative_to(project.folder)))
    description = read_description(results / "generators/gan/seed0/c00/generator.json")
    assert (description["steps"], description["settings"]["gain"]) == (10, 0.5)
    assert len(table(results / "synthetic/gan/random/seed0/c00/index.tsv")) > 0


def test_it_stands_in_the_reference_the_schema_and_the_list_of_models(project):
    page = scripted(project, "describe_config")
    assert "### One entry of `generators` with `family: linear_gan`\n\nOne layer on each side" in page
    assert "| `gain` | number, > 0 | `1` | Output gain" in page
    assert '"LinearSettings"' in scripted(project, "describe_config", "--json")
    rows = [line.split("\t") for line in scripted(project, "describe_models", "--offline").splitlines()]
    kinds = [row[0] for row in rows if row[1] == "linear_gan"]
    assert kinds == ["generator", "discriminator"]
