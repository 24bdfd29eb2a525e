"""extract_features as a user runs it: one row per image, the same whatever set it stands in."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import timm
import torch

from augury.classifiers import sources
from augury.command.errors import UserError
from augury.generators.pools import write_pool
from augury.scores.extractors import DEFAULT, SIZE_PX, extract, load_extractor
from augury.tables.rows import PackRow, SyntheticRow
from augury.tables.table import write_rows
from tests.scripts.in_process import call

SCRIPT = Path(__file__).resolve().parents[2] / "workflow" / "scripts" / "extract_features.py"
PACKAGE = sources.PACKAGED[DEFAULT].package
needs_package = pytest.mark.skipif(
    importlib.util.find_spec(PACKAGE) is None, reason=f"{PACKAGE}, which carries the weights, is not installed"
)


def run(*words: object) -> subprocess.CompletedProcess:
    command = [sys.executable, SCRIPT, *words, "--device", "cpu", "--threads", "1"]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300, check=False)


def write_pack(folder: Path, images: np.ndarray, name: str = "pack") -> list[object]:
    np.save(folder / f"{name}.npy", images)
    write_rows(folder / f"{name}.tsv", PackRow, [PackRow(f"{number:064d}") for number in range(len(images))])
    return ["--pack", folder / f"{name}.npy", "--rows", folder / f"{name}.tsv"]


@needs_package
def test_features_are_those_of_the_network_and_of_the_image_alone(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (18, SIZE_PX, SIZE_PX, 3), dtype=np.uint8)
    pack = write_pack(tmp_path, images)
    rows = [SyntheticRow(f"{n:06d}", "shard-000000.tar", "a", "gan", n, False) for n in range(3)]
    write_pool(tmp_path / "pool", images[15:18], rows, {})
    done = run(*pack, "--extractor", DEFAULT, "--output", tmp_path / "pack.features.npy")
    assert done.returncode == 0, done.stderr
    assert "579344248a93" in done.stdout  # what was used is said
    pool = ["--index", tmp_path / "pool" / "index.tsv", "--extractor", DEFAULT]
    call("extract_features", [*pool, "--output", tmp_path / "pool.features.npy", "--device", "cpu", "--threads", "1"])
    features = np.load(tmp_path / "pack.features.npy")
    assert (features.shape, features.dtype) == ((18, 1280), np.float32)
    assert np.array_equal(features[15:], np.load(tmp_path / "pool.features.npy"))
    # Independent of augury's own code: timm's network, its weights by order, pixels normalised by hand.
    network = timm.create_model(DEFAULT, pretrained=False, num_classes=0)
    tensors = list(torch.load(sources.find(DEFAULT, True, tmp_path).path, weights_only=True).values())
    network.load_state_dict(dict(zip(network.state_dict(), tensors[:-2], strict=True)))
    with torch.no_grad():
        expected = network.eval()((torch.from_numpy(images[:2]).permute(0, 3, 1, 2).float() - 127) / 128)
    assert np.allclose(features[:2], expected, rtol=1e-3, atol=1e-4)


@needs_package
def test_grey_and_small_images_and_an_empty_set(tmp_path):
    extractor = load_extractor(DEFAULT, tmp_path)
    grey, none = (np.full((count, 20, 20, channels), 77, np.uint8) for count, channels in ((2, 1), (0, 3)))
    coloured = extract(extractor, grey.repeat(3, axis=3), torch.device("cpu"))
    assert np.array_equal(extract(extractor, grey, torch.device("cpu")), coloured)
    assert extract(extractor, none, torch.device("cpu")).shape == (0, 1280)


def test_mistakes_are_told(tmp_path):
    pack = write_pack(tmp_path, np.zeros((2, 16, 16, 3), np.uint8))
    weights = ["--weights", tmp_path, "--output", tmp_path / "out.npy", "--device", "cpu", "--threads", "1"]
    for words, sentence in (
        ([*pack, "--index", "index.tsv", "--extractor", DEFAULT], "give one of the two"),
        ([*pack, "--extractor", "resnet18"], "resnet18.safetensors"),
        ([*pack, "--extractor", "inception_v3_fid"], "inception_v3_fid.pth"),
    ):
        with pytest.raises(UserError, match=re.escape(sentence)):
            call("extract_features", [*words, *weights])
    assert not (tmp_path / "out.npy").exists()
