"""A results folder is verified: a flipped byte in any kind of file is found, and what no longer belongs together."""

import json
import random
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from augury.command.errors import UserError
from augury.command.seals import BLANK, COMMENT, seal_file, seal_of, sealed
from augury.figures import theme
from augury.generators.pools import read_pool, write_pool
from augury.images.arrays import save_array, save_sheet, write_array
from augury.images.bound import identity_of
from augury.latent.files import Latents, save_latents
from augury.tables.description import save_description, seals_of
from augury.tables.predictions import write_predictions
from augury.tables.rows import ImageRow, PackRow, SplitRow, SyntheticRow
from augury.tables.table import write_cells, write_rows
from augury.training.weights import save_weights
from augury.verification.report import command, verify
from tests.scripts.in_process import call

PARTS = ["train", "train", "validation", "test"]


def write_class(results: Path, class_: str, names: list[str]) -> None:
    """Index, fingerprints, split, pack, features, generator and pool of a class of four images."""
    images, pack = results / "images" / class_, results / "packs" / "8px-grey" / f"{class_}.npy"
    rows = [ImageRow(name, f"{name}.png", class_, name, 8, 8, "L") for name in names]
    identity = identity_of(names)
    write_rows(images / "index.tsv", ImageRow, rows)
    write_rows(images / "quarantine.tsv", SplitRow, [])
    write_array(images / "fingerprints.npy", (4, 5), [np.ones((4, 5), np.uint8)], identity)
    split = [SplitRow(name, f"{name}.png", class_, name, part) for name, part in zip(names, PARTS, strict=True)]
    write_rows(results / "splits" / "holdout" / f"{class_}.tsv", SplitRow, split)
    pack.parent.mkdir(parents=True, exist_ok=True)
    write_array(pack, (4, 8, 8, 1), [np.full((4, 8, 8, 1), ord(class_), np.uint8)], identity)
    write_rows(pack.with_suffix(".tsv"), PackRow, map(PackRow, names))
    save_array(pack.with_name(f"{class_}.features-lite0.npy"), np.eye(4, dtype=np.float32), identity)
    torch.manual_seed(ord(class_))
    generator = results / "holdout" / "generators" / "gan" / "seed0" / class_
    save_weights(generator / "generator.safetensors", torch.nn.Linear(3, 2))
    save_weights(generator / "snapshots" / "generator-000001.safetensors", torch.nn.Linear(3, 2))
    save_sheet(generator / "samples.png", np.zeros((2, 8, 8, 1), np.uint8), 2)
    seals = seals_of(generator, "*.safetensors", "snapshots/*.safetensors")
    save_description(generator / "generator.json", {"family": "dcgan"} | seals)
    write_own_pool(results, class_, seal_of(generator / "generator.safetensors"))
    chosen = results / "holdout" / "synthetic" / "gan" / "evolved" / "seed0" / class_
    save_latents(chosen / "latents.safetensors", Latents(torch.zeros(2, 3), torch.zeros(2).long(), [1, None], "z"))
    save_description(chosen / "selection.json", {"selection": "evolved"} | seals_of(chosen, "latents.safetensors"))


def write_own_pool(results: Path, class_: str, weights: str, leaked: bool = False, parent: str = "") -> None:
    names = [(f"{number:06d}", f"shard-{number // 2:06d}.tar") for number in range(3)]
    drawn = [SyntheticRow(*name, class_, "gan", seed, leaked, parent=parent) for seed, name in enumerate(names)]
    pixels = [np.full((8, 8, 1), 40 * number, np.uint8) for number in range(3)]
    write_pool(pool(results, class_), pixels, drawn, {"weights": weights})


def pool(results: Path, class_: str) -> Path:
    return results / "holdout" / "synthetic" / "gan" / "random" / "seed0" / class_


@pytest.fixture
def results(tmp_path):
    folder = tmp_path / "results" / "small"
    write_class(folder, "a", [f"a{number}" for number in range(4)])
    write_class(folder, "b", [f"b{number}" for number in range(4)])
    drawn = pool(folder, "a") / "features-lite0.npz"
    np.savez(drawn, end=np.arange(6.0), extractor=np.array("lite0"))
    with zipfile.ZipFile(drawn, "a") as archive:
        archive.comment = f"{BLANK}\n".encode()
    seal_file(drawn)
    run = folder / "holdout" / "classifiers" / "real" / "cnn" / "seed0"
    known = ["a2", "a3", "b2", "b3"]
    parts, labels = ["validation", "test"] * 2, [0, 0, 1, 1]
    write_predictions(run / "predictions.tsv", known, known, known, parts, labels, ["a", "b"], np.full((4, 2), 0.5))
    save_weights(run / "classifier.safetensors", torch.nn.Linear(3, 2))
    save_description(run / "classifier.json", {"arm": "real"} | seals_of(run, "*.safetensors", "predictions.tsv"))
    write_cells(folder / "tables" / "verdict.tsv", ["arm", "word"], [["gan", "helps"], ["all", "équivalent"]])
    (folder / "figures").mkdir()
    theme.save(theme.empty("nothing"), folder / "figures" / "roc.svg")
    (folder / "report.html").write_bytes(sealed(b"<html></html>\n" + COMMENT.encode()))
    save_description(folder / "study.json", {"configs": ["my study.yaml"]})
    (folder / "benchmarks").mkdir()
    (folder / "benchmarks" / "x.tsv").write_text("s\th:m:s\n1\t2\t3\n")  # Snakemake's own
    (folder / ".hashes.tsv").write_text("hidden")
    return folder


def faults(results):
    return {str(path.relative_to(results)): what for path, what in verify(results).faults}


def test_a_sound_folder_has_no_fault_wherever_it_lies(results, tmp_path):
    verification = verify(results)
    assert (verification.faults, verification.unrecorded) == ([], [])
    assert verification.files == 40
    for path in results.rglob("*"):
        path.touch()
    assert faults(results) == {}
    shutil.move(results, tmp_path / "elsewhere")
    assert faults(tmp_path / "elsewhere") == {}


def test_a_flipped_byte_is_found_in_every_kind_of_file(results):
    offsets, tried = random.Random(1), 0
    for path in [path for path in sorted(results.rglob("*.*")) if verify_counts(path)]:
        whole = path.read_bytes()
        for offset in {0, len(whole) - 1, *(offsets.randrange(len(whole)) for _ in range(3))}:
            spoilt = bytearray(whole)
            spoilt[offset] ^= 1 << offsets.randrange(8)
            path.write_bytes(spoilt)
            assert str(path.relative_to(results)) in faults(results), (path, offset)
            tried += 1
        path.write_bytes(whole)
    assert tried > 150
    assert faults(results) == {}


def verify_counts(path):
    return path.is_file() and "benchmarks" not in path.parts and path.name != ".hashes.tsv"


def swap(one, other):
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)


def test_files_that_do_not_belong_together_are_named(results):
    generators = results / "holdout" / "generators" / "gan" / "seed0"
    cases = {
        "packs/8px-grey/{}.npy": "is of other images than",
        "packs/8px-grey/{}.features-lite0.npy": "is of other images than",
        "images/{}/fingerprints.npy": "is of other images than",
        "splits/holdout/{}.tsv": "has 4 images that are not in",
        "holdout/generators/gan/seed0/{}/generator.safetensors": "is not the one that generator.json",
        "holdout/generators/gan/seed0/{}/snapshots/generator-000001.safetensors": "is not the one that generator.json",
        "holdout/synthetic/gan/random/seed0/{}/index.tsv": "lists images of 'b' in the folder of 'a'",
        "holdout/synthetic/gan/random/seed0/{}/shard-000001.tar": "holds another image 000002 than index.tsv lists",
    }
    for pattern, fault in cases.items():
        files = [results / pattern.format(class_) for class_ in "ab"]
        swap(*files)
        named_faults = faults(results)
        assert fault in named_faults[pattern.format("a")], pattern
        swap(*files)
    assert faults(results) == {}
    (generators / "a" / "snapshots" / "generator-000001.safetensors").unlink()
    assert "is missing" in faults(results)["holdout/generators/gan/seed0/a/snapshots/generator-000001.safetensors"]


def test_a_lost_shard_is_named_and_its_index_is_made_again(results):
    (pool(results, "a") / "shard-000001.tar").unlink()
    named_faults = verify(results).faults
    assert [(path.name, what) for path, what in named_faults] == [("shard-000001.tar", "is missing")]
    index = pool(results, "a") / "index.tsv"
    assert command(results, named_faults) == f"snakemake --cores all --forcerun {index} --configfile 'my study.yaml'"


def test_a_pool_of_a_generator_that_was_trained_again_is_named_unless_it_is_older(results):
    weights = results / "holdout" / "generators" / "gan" / "seed0" / "a"
    save_weights(weights / "generator.safetensors", torch.nn.Linear(3, 2))
    save_description(weights / "generator.json", seals_of(weights, "*.safetensors", "snapshots/*.safetensors"))
    (pool(results, "a") / "index.tsv").touch()
    assert (
        "was drawn from weights of gan that stand there no more"
        in faults(results)["holdout/synthetic/gan/random/seed0/a/index.tsv"]
    )
    for path in (results / "holdout" / "generators").rglob("generator*.safetensors"):
        path.touch()  # the pool is left over from an earlier state of the study
    assert faults(results) == {}


@pytest.mark.parametrize("parent, leaked, accused", [("a1", False, False), ("a3", False, True), ("a3", True, False)])
def test_a_pool_that_begins_with_test_images_is_named_unless_it_is_stamped(results, parent, leaked, accused):
    weights = seal_of(results / "holdout" / "generators" / "gan" / "seed0" / "a" / "generator.safetensors")
    write_own_pool(results, "a", weights, leaked, parent)
    named = {"holdout/synthetic/gan/random/seed0/a/index.tsv": "begins with images of the test part of holdout"}
    assert faults(results) == (named if accused else {})


def test_predictions_of_images_of_the_training_part_are_named(results):
    path = results / "splits" / "holdout" / "a.tsv"
    names = [f"a{number}" for number in range(4)]
    parts = ["test", "train", "validation", "train"]
    write_rows(path, SplitRow, [SplitRow(name, "", "a", name, part) for name, part in zip(names, parts, strict=True)])
    run = "holdout/classifiers/real/cnn/seed0/predictions.tsv"
    (results / run).touch()
    assert "predicts 1 images that are in no validation or test part of holdout" in faults(results)[run]


def test_weights_that_are_no_numbers_are_named_with_and_without_a_seal(results):
    path = results / "holdout" / "generators" / "gan" / "seed0" / "a" / "generator.safetensors"
    tensors = load_file(path)
    tensors["weight"][0, 0] = float("nan")
    save_file(tensors, path)
    assert faults(results)[str(path.relative_to(results))] == "holds what is no finite number in `weight`"


def test_files_of_older_versions_are_counted_and_no_faults(results):
    index = results / "images" / "a" / "index.tsv"
    index.write_text("".join(line.rpartition("\t")[0] + "\n" for line in index.read_text().splitlines()))
    path = results / "holdout" / "generators" / "gan" / "seed0" / "a" / "generator.json"
    path.write_text(json.dumps({"family": "dcgan"}))
    verification = verify(results)
    assert verification.faults == []
    assert verification.unrecorded == [path, index]


def test_a_reader_refuses_what_the_verification_would_find(results):
    swap(pool(results, "a") / "shard-000001.tar", pool(results, "b") / "shard-000001.tar")
    with pytest.raises(UserError, match=r"shard-000001\.tar is damaged \(000002 is not the image"):
        read_pool(pool(results, "a") / "index.tsv")
    assert len(read_pool(pool(results, "a") / "index.tsv", 2)[0]) == 2
    with pytest.raises(UserError, match=r"index\.tsv lists images of 'b', not of 'a'; remove it and run again"):
        read_pool(pool(results, "b") / "index.tsv", 2, "a")


def test_no_folder_is_a_mistake(tmp_path):
    with pytest.raises(UserError, match="is no folder; name one below results/"):
        verify(tmp_path / "nothing")


def test_the_script_prints_a_line_a_fault_and_ends_with_1(results, capsys):
    call("verify_results", ["--results", results, "--threads", 1])
    assert f"{results} is sound: 40 files" in capsys.readouterr().out
    lost = pool(results, "a") / "shard-000000.tar"
    lost.unlink()
    with pytest.raises(SystemExit) as ended:
        call("verify_results", ["--results", results, "--threads", 1])
    assert ended.value.code == 1
    output = capsys.readouterr().out
    assert f"\n{lost}: is missing\n1 fault in 39 files; to make them and what follows again:\n    snakemake " in output
