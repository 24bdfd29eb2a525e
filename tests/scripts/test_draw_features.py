"""draw_features.py from the command line: features of what the generator draws, variant by variant."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from safetensors.torch import save_file

from augury.command.errors import UserError
from augury.duplicates.fingerprints import FINGERPRINT_BYTES
from augury.generators.dcgan.networks import build_generator
from augury.generators.weights import load_generator, snapshot_path
from augury.latent.sampling import generate_blocks
from augury.scores.extractors import extract, load_extractor
from augury.tables.description import save_description
from augury.tables.rows import SplitRow
from augury.tables.table import write_rows
from augury.training.weights import save_weights
from tests.scripts.in_process import SCRIPTS, call
from tests.settings import of_family

EXTRACTOR, OTHER = "test_resnet", "test_efficientnet"  # networks of timm's of half a million weights
ABOUT = {
    "family": "dcgan", "generator": "g", "split": "holdout", "seed": 2, "class": "a", "classes": ["a"],
    "conditional": False, "size_px": 16, "channels": 1, "latent_dim": 4, "leaked": False, "start": "scratch",
    "kimg": 0.4, "snapshots": [20], "snapshot_kimg": {"20": 0.2},
    "settings": of_family("generators", "dcgan", size_px=16, latent_dim=4, width=4, max_width=8),
}  # fmt: skip


def write_generator(folder: Path, **changes) -> Path:
    """A generator that was never trained, with a snapshot at 20 of other weights."""
    about = ABOUT | changes
    for number, path in enumerate((folder / "generator.safetensors", snapshot_path(folder / "snapshots", 20))):
        torch.manual_seed(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        save_weights(path, build_generator(about))
    save_description(folder / "generator.json", about | {"settings": about["settings"].model_dump()})
    return folder


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("draw")
    write_generator(folder / "g")
    write_generator(folder / "both", **{"class": "all", "classes": ["a", "b"], "conditional": True})
    torch.manual_seed(5)
    for name in (EXTRACTOR, OTHER):
        save_file(timm.create_model(name).state_dict(), folder / f"{name}.safetensors")
    rows = [SplitRow(str(n), f"{n}.png", "a", str(n), "train" if n < 6 else "test") for n in range(9)]
    write_rows(folder / "split.tsv", SplitRow, rows)
    return folder


def words_of(study: Path, output: str, words: tuple, generator="g", class_="a") -> list[str]:
    options = ["--generator", study / generator, "--class", class_, "--extractor", EXTRACTOR]
    options += ["--output", study / output, "--device", "cpu", "--threads", "1"]
    options += [] if "--weights" in words else ["--weights", study]
    return list(map(str, [*options, *words]))


def draw(study: Path, output: str, *words: object, **changes) -> None:
    call("draw_features", words_of(study, output, words, **changes))


def test_each_variant_has_the_features_of_its_images(study):
    draw(study, "all.npz", "--count", "70", "--variants", "end", "20", "end~0.5", "end~1")
    with np.load(study / "all.npz") as drawn:
        assert set(drawn.files) == {"extractor", "fingerprints", "end", "20", "end~0.5"}
        assert str(drawn["extractor"]) == EXTRACTOR
        assert drawn["fingerprints"].shape == (70, FINGERPRINT_BYTES)
        found = {name: drawn[name] for name in ("end", "20", "end~0.5")}
    assert all(values.shape[0] == 70 and values.dtype == np.float32 for values in found.values())
    torch.set_num_threads(1)
    extractor = load_extractor(EXTRACTOR, study)
    for name, snapshot, truncation in (("end", None, 1.0), ("20", 20, 1.0), ("end~0.5", None, 0.5)):
        network, _ = load_generator(study / "g", snapshot)
        blocks = generate_blocks(network, range(70), 4, None, torch.device("cpu"), truncation)
        expected = extract(extractor, np.concatenate([block.numpy() for block in blocks]), torch.device("cpu"))
        np.testing.assert_allclose(found[name], expected, rtol=1e-4, atol=1e-5)
    assert not np.allclose(found["end"], found["20"])
    assert not np.allclose(found["end"], found["end~0.5"])


def test_several_networks_see_images_that_are_drawn_once(study, monkeypatch):
    drawn = []

    def noted(network, numbers, *words):
        drawn.extend(numbers)
        return generate_blocks(network, numbers, *words)

    monkeypatch.setattr("augury.scores.drawing.generate_blocks", noted)
    draw(study, "one.npz", "--count", "3")
    draw(study, "two.npz", "--count", "3", "--extractor", OTHER)
    drawn.clear()
    both = [study / "both-one.npz", study / "both-two.npz"]
    draw(study, "two.npz", "--count", "3", "--extractor", EXTRACTOR, OTHER, "--output", *both)
    assert drawn == [0, 1, 2]
    assert [path.read_bytes() for path in both] == [(study / name).read_bytes() for name in ("one.npz", "two.npz")]


def test_another_network_makes_its_own_features_and_the_others_come_from_the_store(study, capfd):
    pool = study / "results" / "pool"
    files = {name: pool / f"features-{name}.npz" for name in (EXTRACTOR, OTHER)}

    def made(*names):
        """What the log says was made; Snakemake removes a job's files before it runs."""
        for path in files.values():
            path.unlink(missing_ok=True)
        words = ["--count", "3", "--store", study / "results" / ".store", "--extractor", *names]
        capfd.readouterr()
        draw(study, "none.npz", *words, "--output", *(files[name] for name in names))
        assert [name for name in files if files[name].exists()] == list(names)
        return re.findall(r"^(\w+) from ", capfd.readouterr().out, re.M)

    assert made(EXTRACTOR) == [EXTRACTOR]
    first = files[EXTRACTOR].read_bytes()
    (pool / "shard-000000.tar").write_bytes(b"of the pool in the same folder")
    assert made(EXTRACTOR, OTHER) == [OTHER]
    assert files[EXTRACTOR].read_bytes() == first
    assert made(OTHER) == []
    assert (pool / "shard-000000.tar").exists()
    with np.load(files[OTHER]) as drawn:
        assert str(drawn["extractor"]) == OTHER
    weights = study / f"{OTHER}.safetensors"
    kept = weights.read_bytes()
    torch.manual_seed(6)
    save_file(timm.create_model(OTHER).state_dict(), weights)
    assert made(EXTRACTOR, OTHER) == [OTHER]
    weights.write_bytes(kept)


def test_more_images_begin_with_the_fewer_and_a_ratio_counts_training_images(study):
    draw(study, "few.npz", "--count", "3", "--ratio", "1.5", "--split-table", study / "split.tsv")
    draw(study, "many.npz", "--count", "300", "--weights", study / f"{EXTRACTOR}.safetensors")
    with np.load(study / "few.npz") as few, np.load(study / "many.npz") as many:
        assert few["end"].shape[0] == 9  # 1.5 x 6
        assert many["end"].shape[0] == 300
        assert np.array_equal(few["end"], many["end"][:9])


def test_the_same_command_writes_the_same_bytes(study):
    for name in ("x.npz", "y.npz"):
        draw(study, name, "--count", "2")
    assert (study / "x.npz").read_bytes() == (study / "y.npz").read_bytes()


def test_a_conditional_generator_is_drawn_from_class_by_class(study):
    for class_ in "ab":
        draw(study, f"{class_}.npz", "--count", "2", generator="both", class_=class_)
    with np.load(study / "a.npz") as a, np.load(study / "b.npz") as b:
        assert not np.allclose(a["end"], b["end"])


@pytest.mark.parametrize(
    "words, class_, message",
    [
        (["--variants", "last"], "a", "no variant"),
        (["--variants", "30"], "a", "no snapshot 30"),
        ([], "c", "not on 'c'"),
        (["--ratio", "2"], "a", "--split-table"),
        (["--count", "0"], "a", "set --count"),
        (["--weights", "/nowhere"], "a", f"{EXTRACTOR}.safetensors"),
        (["--extractor", EXTRACTOR, OTHER], "a", "give as many of both"),
    ],
)
def test_mistakes_are_told(study, words, class_, message):
    with pytest.raises(UserError, match=re.escape(message)):
        draw(study, "none.npz", "--count", "2", *words, class_=class_)
    assert not (study / "none.npz").exists()


def test_a_process_of_its_own_draws_the_same_and_ends_with_code_2_on_a_mistake(study):
    draw(study, "here.npz", "--count", "4")
    command = [sys.executable, SCRIPTS / "draw_features.py"]
    words = words_of(study, "there.npz", ("--count", "4"))
    subprocess.run([*command, *words], check=True, capture_output=True)
    with np.load(study / "here.npz") as here, np.load(study / "there.npz") as there:
        np.testing.assert_allclose(here["end"], there["end"], rtol=1e-4, atol=1e-5)
    done = subprocess.run([*command, *words, "--variants", "last"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no variant" in done.stderr
    assert "Traceback" not in done.stderr
