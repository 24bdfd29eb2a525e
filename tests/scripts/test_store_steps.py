"""Each step whose results are kept: changed and changed back to the byte; its key knows every file that it reads."""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from augury.generators.pools import write_pool
from augury.store import finished
from augury.store.entries import matching
from augury.tables.rows import SyntheticRow
from tests import trained
from tests.faults.test_kill_generator import command, write_data
from tests.project import draw_classes
from tests.scripts.in_process import call
from tests.settings import study
from tests.unit.test_stylegan2_public import public_file
from tests.unit.test_stylegan2_training import settings

_opened: list[str] | None = None  # while a step is watched


def _watch(event, words):
    if _opened is not None and event == "open" and isinstance(words[0], str | bytes | Path):
        path, mode, flags = words
        if "r" in mode if isinstance(mode, str) else not flags & 3:
            _opened.append(str(path))


sys.addaudithook(_watch)  # there is no way to take one off


class Watched:
    """What a call of a script reads, and what its key is made of."""

    def __init__(self, monkeypatch):
        self.monkeypatch, self.declared = monkeypatch, set()
        key_of = finished.key_of

        def noted(step, modules, args, reads, device):
            reads = list(reads)
            self.declared |= {Path(path).resolve() for path in reads}
            return key_of(step, modules, args, reads, device)

        monkeypatch.setattr(finished, "key_of", noted)
        # safetensors opens its files in another language, unseen.
        for module in ("training.weights", "classifiers.pretrained", "generators.transfer"):
            self._note(f"augury.{module}.load_file")
        self._note("augury.latent.files.safe_open")

    def _note(self, target):
        module, _, name = target.rpartition(".")
        __import__(module)
        read = getattr(sys.modules[module], name)

        def noted(path, *words, **options):
            if _opened is not None:
                _opened.append(str(path))
            return read(path, *words, **options)

        self.monkeypatch.setattr(target, noted)

    def call(self, script, words):
        global _opened
        _opened = []
        try:
            call(script, words)
            return {Path(path).resolve() for path in _opened}
        finally:
            _opened = None


@pytest.fixture
def watched(monkeypatch):
    return Watched(monkeypatch)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    write_data(folder)
    call("train_generator", command(folder, "first", duration=2, snapshots=[1])[2:])
    return folder


def change_and_back(watched, capfd, folder, script, words, changed, kind, file=""):
    """Run it, run it otherwise, run it as before; returns what the last one said. file: if it writes this alone."""
    output = folder / "results" / kind
    words = [*words, "--output", output / file, "--store", folder / "results" / ".store", "--threads", 1]
    patterns = (file,) if file else finished.PATTERNS[kind]

    def files():
        return {name: (output / name).read_bytes() for name in matching(output, patterns)}

    def remove():
        for name in matching(output, patterns):
            (output / name).unlink()

    # What it reads of the user's and of other steps, and the weights of networks wherever they lie.
    read = watched.call(script, words)
    inputs = {path for path in read if folder in path.parents or path.suffix in (".pth", ".safetensors")}
    own = {(output / name).resolve() for name in files()}
    inputs -= {path for path in inputs if path in own or {".state", ".store"} & {*path.parts} or path.suffix == ".part"}
    inputs = {path for path in inputs if not path.is_dir()}
    assert inputs
    assert inputs - watched.declared == set()
    before = files()
    remove()
    call(script, [*words, *changed])
    other = files()
    assert other != before
    remove()
    capfd.readouterr()
    call(script, words)
    assert files() == before
    printed = capfd.readouterr().out
    assert "taken from" in printed
    shutil.rmtree(output)
    return printed


def test_a_generator_with_a_start(data, watched, capfd):
    words = command(data, "first", duration=2, snapshots=[1])[2:]
    del words[words.index("--output") : words.index("--output") + 2]
    del words[words.index("--threads") : words.index("--threads") + 2]
    words += ["--start", data / "first", "--start-splits", data / "split.tsv", "--guard", "record"]
    change_and_back(watched, capfd, data, "train_generator", words, ["--seed", 1], "generator")


def test_a_generator_from_public_networks(data, watched, capfd):
    public_file(data / "net.safetensors")
    begun = settings("stylegan2", size_px=32, duration=0.02).model_dump(mode="json")  # the file's images are of 16 px
    words = command(data, "first", begun)[2:]
    del words[words.index("--output") : words.index("--output") + 2]
    del words[words.index("--threads") : words.index("--threads") + 2]
    words += ["--start", data / "net.safetensors"]
    printed = change_and_back(watched, capfd, data, "train_generator", words, ["--seed", 1], "generator")
    assert data / "net.safetensors" in watched.declared, printed


def test_copies(data, watched, capfd):
    words = ["--name", "copies", "--settings", json.dumps({"family": "copier", "size_px": 32, "channels": "rgb"})]
    words += ["--split", "holdout", "--seed", 0, "--class", "a", "--splits", data / "split.tsv"]
    words += ["--pack", data / "pack.npy", "--guard", "enforce"]
    settings = json.dumps({"family": "copier", "size_px": 32, "channels": "rgb", "noise": 5})
    change_and_back(watched, capfd, data, "import_images", words, ["--settings", settings], "generator")


def test_images_of_another_tool(tmp_path, watched, capfd):
    [name, *_] = draw_classes(tmp_path / "images", 2, 6)
    index = tmp_path / "index" / name
    tables = [word for each in ("index", "quarantine", "duplicates") for word in (f"--{each}", index / f"{each}.tsv")]
    words = ["--folder", tmp_path / "images" / name, "--class", name, *tables, "--threads", 1]
    call("index_class", [*words, "--fingerprints", index / "fingerprints.npy"])
    split = study(split={"test": 0.4}).split.model_dump_json()
    call("split_class", ["--index", index / "index.tsv", "--split", "holdout", "--settings", split, "--threads", 1,
                         "--output", tmp_path / "split.tsv"])  # fmt: skip
    draw_classes(tmp_path / "made", 3, 4)
    settings = {"family": "external", "size_px": 16, "channels": "rgb", "trained_on": "unknown"}
    words = ["--name", "tool", "--settings", json.dumps(settings), "--split", "holdout", "--seed", 0, "--class", name]
    words += ["--splits", tmp_path / "split.tsv", "--class-folders", index, "--folder", tmp_path / "made" / "c02"]
    words += ["--guard", "enforce"]
    changed = ["--settings", json.dumps(settings | {"channels": "grey"})]
    change_and_back(watched, capfd, tmp_path, "import_images", words, changed, "generator")


def test_pools_at_random_and_of_chosen_vectors(data, watched, capfd):
    words = ["--generator", data / "first", "--class", "a", "--device", "cpu", "--shard-images", 9]
    drawn = [*words, "--ratio", 0.5, "--split-table", data / "split.tsv", "--snapshot", 1]
    change_and_back(watched, capfd, data, "synthesize_images", drawn, ["--ratio", 1, "--shard-images", 5], "pool")
    call("select_latents", [*search_words(data), "--output", data / "chosen", "--threads", 1])
    chosen = [*words, "--chosen", data / "chosen"]
    change_and_back(watched, capfd, data, "synthesize_images", chosen, ["--shard-images", 2], "pool")


def test_features_of_drawn_and_of_real_images(data, watched, capfd):
    words = ["--generator", data / "first", "--class", "a", "--count", 3, "--variants", "end", 1, "--device", "cpu"]
    words += ["--extractor", "tf_efficientnet_lite0"]
    change_and_back(watched, capfd, data, "draw_features", words, ["--variants", "end"], "features", "drawn.npz")
    words = ["--pack", data / "pack.npy", "--rows", data / "pack.tsv", "--device", "cpu"]
    words += ["--extractor", "tf_efficientnet_lite0"]
    lite1 = ["--extractor", "tf_efficientnet_lite1"]
    change_and_back(watched, capfd, data, "extract_features", words, lite1, "features", "real.npy")


def search_words(data, settings=(), *more):
    settings = {"family": "genetic", "images": 4, "population": 4, "generations": 2} | dict(settings)
    words = ["--name", "chosen", "--settings", json.dumps(settings), "--split", "holdout", "--seed", 0, "--class", "a"]
    words += ["--guard", "enforce", "--count", 4, "--device", "cpu", "--generator", data / "first", *more]
    return [*words, "--pack", data / "pack.npy", "--split-table", data / "split.tsv"]


def test_searches(data, watched, capfd):
    believed = {"realism": {"by": "discriminator"}}
    words = search_words(data, believed, "--discriminator", data / "first/discriminator.safetensors")
    change_and_back(watched, capfd, data, "select_latents", words, ["--seed", 1], "search")


def test_a_selection_by_features(data, watched, capfd):
    np.save(data / "features.npy", np.random.default_rng(0).normal(size=(20, 1280)).astype(np.float32))
    settings = {"family": "farthest_point", "measure": "features", "candidates": 4}
    more = ["--features", data / "features.npy", "--extractor", "tf_efficientnet_lite0"]
    words = search_words(data, settings, *more)
    words[words.index("--settings") + 1] = json.dumps(settings)
    change_and_back(watched, capfd, data, "select_latents", words, ["--count", 2], "search")


def test_a_classifier_with_pools(tmp_path, watched, capfd):
    trained.train(tmp_path, classes=2, epochs=1)
    names = draw_classes(tmp_path / "more", 2, 1)
    for number, name in enumerate(names):
        rows = [SyntheticRow(f"{index:06d}", "shard-000000.tar", name, "gan", index, False) for index in range(6)]
        images = np.random.default_rng(number).integers(0, 256, (6, 16, 16, 3), dtype=np.uint8)
        write_pool(tmp_path / "pools" / name, images, rows, {})
    settings = trained.SETTINGS | {"epochs": 1}
    words = ["--name", "cnn", "--arm-name", "gan", "--arm", json.dumps({"generator": "gan", "ratio": 1})]
    words += ["--split", "holdout", "--seed", 0, "--settings", json.dumps(settings), "--classes", *names]
    for option, pattern in (("packs", "packs/{}.npy"), ("splits", "splits/{}.tsv"), ("pools", "pools/{}/index.tsv")):
        words += [f"--{option}", *(tmp_path / pattern.format(name) for name in names)]
    words += ["--duplicates", tmp_path / "duplicates.tsv", "--guard", "enforce"]
    changed = ["--settings", json.dumps(settings | {"learning_rate": 0.02})]
    change_and_back(watched, capfd, tmp_path, "train_classifier", words, changed, "classifier")
