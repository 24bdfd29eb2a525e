"""Benchmarks that the machine at hand cannot run at their size: that they run, and that both sides compute the same."""

import subprocess
import sys

import pytest
import torch
from tasks import dcgan, stylegan2

from tests.project import ROOT

FOLDER = ROOT / "benchmarks"
SMALL = '{"batch": 8, "channel_base": 64, "latent_dim": 4, "style_dim": 4}'
GPU = {
    "stylegan2": ["--size", "16", "--settings", '{"batch": 4, "channel_base": 256}', "--seconds", "0.1"],
    "side_by_side": ["--trainings", "2", "--at-once", "2", "--size", "16", "--kimg", "0.1"],
    "shared": ["--gpus", "1", "2", "--size", "16", "--kimg", "0.02", "--settings", SMALL],
    "classifier": ["--architecture", "lenet5", "--size", "32", "--seconds", "0.1"],
}
MEASURES = {"stylegan2": "seconds_per_kimg", "side_by_side": "seconds", "classifier": "images_per_second"}
MEASURES |= {"shared": "seconds_per_kimg"}


@pytest.mark.parametrize("kind", GPU)
def test_what_is_made_for_gpus_runs_on_a_cpu(kind):
    words = [sys.executable, FOLDER / "gpu.py", "--device", "cpu", kind, *GPU[kind]]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]
    row = dict(zip(lines[0], lines[-1], strict=True))
    assert float(row[MEASURES[kind]]) > 0


def images_of(size):
    return torch.randint(0, 256, (64, size, size, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def test_the_plain_dcgan_computes_what_ours_does():
    dcgan.check_same(images_of(32))


def test_the_plain_stylegan2_computes_what_ours_does():
    stylegan2.check_same(images_of(16))
