"""train_classifier as a user runs it: outputs, arms, the guard, conflicts, and resuming after a kill."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from augury.augmentation.classical import Classical, offline_copies
from augury.classifiers.data import Files, load_arm
from augury.classifiers.description import Description
from augury.classifiers.four_block_cnn.family import FourBlockCNNSettings
from augury.classifiers.recipe import Recipe, save_recipe
from augury.command.errors import UserError
from augury.generators.pools import read_pool, write_pool
from augury.images import mapped_arrays
from augury.images.arrays import resize_square
from augury.prediction import use
from augury.settings.augmentation import Augmentation
from augury.settings.reading import checked
from augury.study.arms import Arm
from augury.tables.predictions import read_predictions
from augury.tables.rows import DuplicateRow, PackRow, SplitRow, SyntheticRow
from augury.tables.table import read_dicts, read_rows, write_rows
from augury.training.randomness import mix_seed
from tests.scripts.in_process import call

SCRIPT = Path(__file__).resolve().parents[2] / "workflow" / "scripts" / "train_classifier.py"
CLASSES = ["dark", "bright"]
SETTINGS = {
    "family": "four_block_cnn",
    "size_px": 16,
    "channels": "rgb",
    "widths": [4, 4, 8, 8],
    "dropout": 0.1,
    "epochs": 3,
    "batch": 4,
    "optimiser": "adamw",
    "learning_rate": 0.01,
    "weight_decay": 0.01,
    "schedule": "cosine",
    "label_smoothing": 0.1,
    "class_weights": "sqrt_inverse",
    "best_by": "loss",
    "precise_bn": True,
    "augmentation": {"flip_horizontal": True},
    "tta": False,
    "device": "cpu",
    "precision": "fp32",
}
PARTS = ["train"] * 6 + ["validation"] * 2 + ["test"] * 3


def sha(name: str, number: int) -> str:
    return f"{name}{number:02d}".ljust(64, "0")


class Data:
    """Packs, a split, a pool and a table of duplicates of two classes of noise, dark and bright."""

    def __init__(self, folder: Path, parts: list[str] = PARTS, size_px: int = 16) -> None:
        self.folder = folder
        random = np.random.default_rng(0)
        for label, name in enumerate(CLASSES):
            images = random.integers(0, 120, (len(parts), size_px, size_px, 3)) + 120 * label
            folder.mkdir(parents=True, exist_ok=True)
            np.save(folder / f"{name}.npy", images.astype(np.uint8))
            write_rows(folder / f"{name}.tsv", PackRow, [PackRow(sha(name, number)) for number in range(len(parts))])
            self.write_split(name, parts)
            pool = [SyntheticRow(f"{n:06d}", "shard-000000.tar", name, "gan", n, False) for n in range(12)]
            made = random.integers(0, 120, (12, 8, 8, 3)) + 120 * label  # of another size, to be enlarged
            write_pool(folder / "pool" / name, made.astype(np.uint8), pool, {})
        write_rows(folder / "duplicates.tsv", DuplicateRow, [])

    def write_split(self, name: str, parts: list[str], specimens: dict[int, str] | None = None) -> None:
        named = {number: f"s{number}" for number in range(len(parts))} | (specimens or {})
        rows = [SplitRow(sha(name, n), f"images/{name}/{n}.png", name, named[n], part) for n, part in enumerate(parts)]
        (self.folder / "splits").mkdir(exist_ok=True)
        write_rows(self.folder / "splits" / f"{name}.tsv", SplitRow, rows)

    def write_pool(self, name: str, parents: dict[int, tuple[str, str]]) -> Path:
        """The class's pool anew, of which some images begin with training images: (sha256, specimen) by number."""
        folder = self.folder / "pool" / name
        begun = {n: (parents[n][0], parents[n][1], 1.0) if n in parents else () for n in range(12)}
        rows = [SyntheticRow(f"{n:06d}", "s.tar", name, "gan", n, False, "seed", *begun[n]) for n in range(12)]
        write_pool(folder, np.zeros((12, 8, 8, 3), np.uint8), rows, {})
        return folder / "index.tsv"

    def files(self, pools: bool) -> dict:
        return {
            "packs": [self.folder / f"{name}.npy" for name in CLASSES],
            "splits": [self.folder / "splits" / f"{name}.tsv" for name in CLASSES],
            "pools": [self.folder / "pool" / name / "index.tsv" for name in CLASSES] if pools else None,
        }

    def load(self, arm: dict, guard: str = "enforce"):
        settings = FourBlockCNNSettings.model_validate(SETTINGS)
        arm = checked(arm, Arm)
        description = Description("cnn", "arm", arm, "split0", 0, CLASSES, settings)
        files = Files(**self.files(arm.generator is not None), duplicates=self.folder / "duplicates.tsv")
        return load_arm(description, files, guard)

    def command(self, output: str, arm: dict, name: str = "arm", more: tuple[str, ...] = (), **settings) -> list[str]:
        words = [sys.executable, SCRIPT, "--name", "cnn", "--arm-name", name, "--arm", json.dumps(arm), "--seed", "0"]
        words += ["--settings", json.dumps(SETTINGS | settings, sort_keys=True), "--split", "split0"]
        words += ["--classes", *CLASSES, "--duplicates", self.folder / "duplicates.tsv", "--threads", "1"]
        words += ["--guard", "enforce"]
        for option, files in self.files("generator" in arm).items():
            words += [f"--{option}", *files] if files else []
        return list(map(str, [*words, "--output", self.folder / output, *more]))


def run(command: list[str]) -> subprocess.CompletedProcess:
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def data(tmp_path) -> Data:
    return Data(tmp_path)


def test_a_run_writes_what_it_promises(data):
    arm = {"classical": 0.5, "classical_augmentation": {"flip_vertical": True}, "generator": "gan", "ratio": 1.5}
    done = run(data.command("out", arm))
    assert done.returncode == 0, done.stderr
    out = data.folder / "out"
    expected = {"classifier.safetensors", "classifier.json", "history.tsv", "predictions.tsv", "leaks.tsv"}
    expected |= {"reference.safetensors"}
    assert {path.name for path in out.iterdir()} == expected
    record = json.loads((out / "classifier.json").read_text())
    assert record["n_train"] == {"real": 12, "classical": 6, "synthetic": 18}
    assert (record["classes"], record["seed"], record["split"], record["arm"]) == (CLASSES, 0, "split0", "arm")
    assert record["leaked"] is False
    assert (record["epochs"], record["steps"], record["pretrained"]) == (3, 27, None)  # 36 images: 9 steps per epoch
    history = read_dicts(out / "history.tsv")
    assert [row["epoch"] for row in history] == ["1", "2", "3"]
    losses = [float(row["loss_validation"]) for row in history]
    assert record["best_epoch"] == 1 + losses.index(min(losses))
    predictions = read_predictions(out / "predictions.tsv")
    assert predictions.classes == tuple(CLASSES)
    assert predictions.part.tolist() == ["validation"] * 4 + ["test"] * 6
    assert predictions.sha256[:2].tolist() == [sha("dark", 6), sha("dark", 7)]
    assert predictions.labels.tolist() == [0, 0, 1, 1, 0, 0, 0, 1, 1, 1]


def test_two_phases_are_recorded_as_one_training(data):
    done = run(data.command("out", {"generator": "gan", "ratio": 1.5, "order": "synthetic_then_real"}))
    assert done.returncode == 0, done.stderr
    out = data.folder / "out"
    record, history = json.loads((out / "classifier.json").read_text()), read_dicts(out / "history.tsv")
    assert [row["epoch"] for row in history] == ["1", "2", "3", "4", "5", "6"]
    # 18 synthetic images, then 12 real ones: 5 and 3 steps an epoch.
    assert [row["step"] for row in history] == ["5", "10", "15", "18", "21", "24"]
    assert (record["epochs"], record["steps"]) == (6, 24)
    assert record["n_train"] == {"real": 12, "classical": 0, "synthetic": 18}
    losses = [float(row["loss_validation"]) for row in history[3:]]
    assert record["best_epoch"] == 4 + losses.index(min(losses))
    assert not (out / ".state").exists()


def test_arms_count_their_images(data):
    def counts(**arm):
        return data.load(arm).counts

    assert counts() == {"real": [6, 6], "classical": [0, 0], "synthetic": [0, 0]}
    assert counts(real=2)["real"] == [12, 12]
    assert counts(real=0, generator="gan", count=5) == {"real": [0, 0], "classical": [0, 0], "synthetic": [5, 5]}
    turned = {"classical_augmentation": {"quarter_turns": True}}
    assert counts(classical=1.5, **turned)["classical"] == [9, 9]
    assert counts(classical_to=10, real=1, **turned)["classical"] == [4, 4]
    assert counts(classical_to=10, real=2, **turned)["classical"] == [0, 0]  # 12 are there already
    assert counts(classical_to=10, real=0, **turned)["classical"] == [10, 10]
    assert counts(generator="gan", ratio=0.75)["synthetic"] == [5, 5]  # 4.5, halves up, as the pool counts
    with pytest.raises(UserError, match="12 images where 60 are wanted"):
        counts(generator="gan", ratio=10)
    with pytest.raises(UserError, match="no training image of class 'dark'"):
        counts(real=0)
    with pytest.raises(UserError, match="`rael` is an unknown key; did you mean `real`"):
        counts(rael=1)


def test_training_images_are_real_then_copied_then_synthetic_by_class(data):
    arm = {"classical": 1, "classical_augmentation": {"flip_horizontal": True}, "generator": "gan", "count": 2}
    train = data.load(arm).train
    real = np.load(data.folder / "dark.npy")[:6]
    names, augment = [sha("dark", n) for n in range(6)], Classical(Augmentation(flip_horizontal=True))
    copies, _ = offline_copies(real, names, 6, augment, mix_seed("offline copies", 0))
    assert train.labels.tolist() == [0] * 14 + [1] * 14
    assert np.array_equal(train.images[:6], real)
    assert np.array_equal(train.images[6:12], copies)
    pool, _ = read_pool(data.folder / "pool" / "bright" / "index.tsv", 2)
    assert np.array_equal(train.images[26:], resize_square(pool, 16, 3))


def test_an_arm_whose_images_lie_in_files_is_the_same(data, monkeypatch, tmp_path):
    arm = {"real": 2, "classical": 1, "classical_augmentation": {"flip_horizontal": True}}
    arm |= {"generator": "gan", "count": 2}
    in_memory = data.load(arm)
    monkeypatch.setattr(mapped_arrays, "BOUND", 0)
    mapped_arrays.keep_in(tmp_path / "out")
    in_files = data.load(arm)
    assert in_files.identities == in_memory.identities
    for part in ("train", "validation", "test"):
        one, other = getattr(in_memory, part), getattr(in_files, part)
        assert np.array_equal(one.images, other.images)
        assert np.array_equal(one.labels, other.labels)
        assert one.rows == other.rows
    assert list((tmp_path / "out").iterdir()) == []


def test_a_specimen_of_the_test_part_is_not_trained_on(data):
    data.write_split("dark", PARTS, {0: "s9"})
    done = run(data.command("out", {"real": 1}))
    assert done.returncode == 2
    assert "images/dark/0.png" in done.stderr
    assert "guard: record" in done.stderr
    done = run(data.command("out", {"real": 1}, more=("--guard", "record")))
    assert done.returncode == 0, done.stderr
    assert json.loads((data.folder / "out" / "classifier.json").read_text())["leaked"] is True


@pytest.mark.parametrize(
    "parent, named",
    [
        ((sha("dark", 9), "s9"), "images/dark/9.png"),
        ((sha("dark", 9), "s0"), "images/dark/9.png"),  # whatever specimen the pool calls it
        ((sha("dark", 1), "s1"), "images/dark/1.png"),  # the twin of a test image
        ((sha("dark", 2), "g:known"), "images/dark/2.png"),  # a named specimen that another class tests
        ((sha("bright", 8), "s2"), "images/bright/8.png"),  # another class's
        (("f" * 64, "s2"), "f" * 12 + ", which is no image of the split"),
    ],
)
def test_a_pool_that_begins_with_what_is_tested_stops_the_run_or_is_recorded(data, parent, named, capsys):
    data.write_split("dark", [*PARTS[:1], "reserve", *PARTS[2:]], {1: "s9"})  # the twin itself is not trained on
    data.write_split("bright", PARTS, {9: "g:known"})
    pool = data.write_pool("dark", {0: (sha("dark", 2), "s2"), 3: parent})
    with pytest.raises(UserError) as stopped:
        data.load({"generator": "gan", "count": 6})
    assert f"cnn on arm arm would train on images of {pool} that begin with images of its test part" in str(
        stopped.value
    )
    assert f"({named})" in str(stopped.value)
    assert data.load({"generator": "gan", "count": 6}, "record").leaked == [str(pool)]
    assert named in capsys.readouterr().out
    assert data.load({"generator": "gan", "count": 3}).leaked == []  # the first images alone are trained on


def test_a_pool_that_begins_with_training_images_is_honest(data):
    """Nor is a view in the validation part a leak, nor a likeness of another class that has the same number."""
    data.write_split("dark", PARTS, {0: "g:one", 7: "s2", 3: "s11"})
    data.write_split("bright", PARTS, {3: "g:one", 9: "s11"})
    specimens = {0: "g:one", 3: "s11"}
    data.write_pool("dark", {n: (sha("dark", n % 6), specimens.get(n % 6, f"s{n % 6}")) for n in range(12)})
    data.write_pool("bright", {n: (sha("bright", n), "g:one" if n == 3 else f"s{n}") for n in range(6)})
    loaded = data.load({"generator": "gan", "count": 12})
    assert loaded.leaked == []
    assert len(loaded.train.labels) == 36


def test_a_pool_whose_index_hides_a_parent_is_refused(data):
    index = data.write_pool("dark", {0: (sha("dark", 9), "s9")})
    rows = read_rows(index, SyntheticRow)
    write_rows(index, SyntheticRow, [replace(rows[0], parent="", parent_specimen="", sigma=None), *rows[1:]])
    with pytest.raises(UserError, match="000000 begins with another image than the index says"):
        data.load({"generator": "gan", "count": 1})


def test_without_real_images_what_begins_with_a_specimen_is_of_it(data):
    """Folds and references go by specimens: a copy, or an image begun with one, is no other."""
    data.write_split("dark", PARTS, {0: "g:one", 1: "g:one"})
    data.write_pool("dark", {0: (sha("dark", 0), "g:one"), 1: (sha("dark", 1), "g:one"), 2: (sha("dark", 2), "s2")})
    turned = {"classical_augmentation": {"quarter_turns": True}}
    loaded = data.load({"real": 0, "generator": "gan", "count": 5, "classical": 1, **turned})
    description = Description(
        "cnn", "arm", checked({"real": 0, "generator": "gan", "count": 5}, Arm), "split0", 0, CLASSES, None
    )
    indices, specimens = loaded.known_images(description)
    assert indices.tolist() == list(range(22))
    assert sorted(specimens[:6]) == ["dark/s2", "dark/s3", "dark/s4", "dark/s5", "g:one", "g:one"]
    assert specimens[6:11].tolist() == ["g:one", "g:one", "dark/s2", "dark/gan/000003", "dark/gan/000004"]
    assert len(set(specimens[11:])) == 11


def test_conflicts_are_left_out_of_validation_and_test_alone(data, capsys):
    def pair(a: int, b: int, conflict: bool) -> DuplicateRow:
        names = sha("dark", a), "a", "dark", sha("bright", b), "b", "bright"
        return DuplicateRow(*names, "near", "identity", 0.99, conflict)

    write_rows(data.folder / "duplicates.tsv", DuplicateRow, [pair(0, 6, True), pair(8, 9, True), pair(10, 10, False)])
    arm_data = data.load({"real": 1})
    assert arm_data.counts["real"] == [6, 6]
    assert [row.sha256 for row in arm_data.validation.rows] == [sha("dark", 6), sha("dark", 7), sha("bright", 7)]
    expected = [sha("dark", 9), sha("dark", 10), sha("bright", 8), sha("bright", 10)]
    assert [row.sha256 for row in arm_data.test.rows] == expected
    assert arm_data.test.labels.tolist() == [0, 0, 1, 1]
    assert np.array_equal(arm_data.validation.images[2], np.load(data.folder / "bright.npy")[7])
    output = capsys.readouterr().out
    assert "1 validation images are left out" in output
    assert "2 test images are left out" in output


def test_a_class_without_training_images_is_named(data):
    data.write_split("bright", ["validation"] * 5 + ["test"] * 6)
    with pytest.raises(UserError, match="class 'bright' has no training image"):
        data.load({"real": 1})


def test_without_validation_and_test_images_it_still_trains(data):
    for name in CLASSES:
        data.write_split(name, ["train"] * 11)
    done = run(data.command("out", {"real": 1}, epochs=1))
    assert done.returncode == 0, done.stderr
    assert "no validation images" in done.stdout
    assert len(read_predictions(data.folder / "out" / "predictions.tsv").sha256) == 0


def test_a_killed_run_resumes_to_the_same_bits(tmp_path):
    """Stopped with its state saved, killed in the middle of the second attempt, finished by the third."""
    data = Data(tmp_path, ["train"] * 16 + ["validation"] * 4 + ["test"] * 4)
    settings = {"epochs": 200, "batch": 8}
    whole = run(data.command("whole", {"real": 1}, **settings))
    assert whole.returncode == 0, whole.stderr
    command, state = data.command("killed", {"real": 1}, **settings), tmp_path / "killed" / ".state" / "state.pt"
    assert _end_at_epoch(command, 20, signal.SIGTERM) == 143
    assert state.exists()
    assert _end_at_epoch(command, 60, signal.SIGKILL) == -signal.SIGKILL
    assert state.exists()
    assert not (tmp_path / "killed" / "classifier.json").exists()
    resumed = run(command)
    assert resumed.returncode == 0, resumed.stderr
    assert "resuming at step" in resumed.stdout
    for name in ("classifier.safetensors", "history.tsv", "predictions.tsv"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "killed" / name).read_bytes(), name
    assert not state.parent.exists()


def _end_at_epoch(command: list[str], epoch: int, kind: signal.Signals) -> int:
    """Start a run, send it the signal once it reports the epoch, and return how it ended."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in process.stdout:
        if f": {epoch}/" in line:
            process.send_signal(kind)
            break
    process.communicate(timeout=120)
    return process.returncode


@pytest.mark.parametrize(
    "given",
    [
        {"family": "dcgan_discriminator", "size_px": 16, "width": 4, "ema_decay": 0.9, "mixup": 0.2},
        {
            "family": "torchvision_zoo",
            "pretrained": False,
            "size_px": 16,
            "auxiliary": True,
            "unfreeze_stage_epochs": 1,
        },
        {
            "family": "torchvision_zoo",
            "pretrained": False,
            "size_px": 24,
            "image_px": 16,
        },
    ],
)
def test_every_family_trains_from_its_defaults(data, given):
    """The defaults of a DCGAN's discriminator are those of its study; a network from the zoo records its input."""
    given |= {"device": "cpu", "precision": "fp32", "epochs": 2, "batch": 4}
    words = data.command("out", {"real": 1})
    words[words.index("--settings") + 1] = json.dumps(given)
    done = run(words)
    assert done.returncode == 0, done.stderr
    record = json.loads((data.folder / "out" / "classifier.json").read_text())
    assert (record["size_px"], record["channels"], record["normalisation"]["mean"]) == (16, 3, [0.5] * 3)
    probabilities = read_predictions(data.folder / "out" / "predictions.tsv").probabilities
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    weights = data.folder / "out" / "classifier.safetensors"
    assert record["size_mb"] == pytest.approx(weights.stat().st_size / 2**20, abs=0.05)  # the file has a header, too
    if given["family"] == "dcgan_discriminator":
        study = {"optimiser": "adam", "learning_rate": 0.0002, "beta1": 0.5, "beta2": 0.999, "loss": "one_hot_bce"}
        assert study.items() <= record["settings"].items()


def test_by_a_recipe_it_ends_early_on_the_same_schedule_and_says_that_nothing_tested_it(tmp_path):
    data = Data(tmp_path, ["train"] * 8)
    known = {"labels": "0 1", "true": "0.9 0.2", "best": "0.9 0.8", "weights": "1 1", "scores": "-1 1"}
    calibration = {"temperature": 1.5, "images": 9, "reason": ""} | known
    scales = {"distance": [3.0, 2.0], "probability": [0.75, 0.25]}
    recipe = Recipe("arm", "cnn", 2, ["fold1", "fold2"], [1, 3], 2, calibration, None, False, scales)
    save_recipe(tmp_path / "recipe.json", recipe)
    call("train_classifier", data.command("short", {"real": 1}, more=("--recipe", str(tmp_path / "recipe.json")))[2:])
    call("train_classifier", data.command("long", {"real": 1})[2:])
    short, long = (read_dicts(tmp_path / name / "history.tsv") for name in ("short", "long"))
    assert (len(short), len(long)) == (2, 3)
    assert short == long[:2]
    record, whole = (json.loads((tmp_path / name / "classifier.json").read_text()) for name in ("short", "long"))
    assert (record["best_epoch"], whole["best_epoch"]) == (2, 3)
    assert record["calibration"] == recipe.calibration
    assert "no test score of its own" in record["final"]
    assert "final" not in whole
    assert len(read_predictions(tmp_path / "short" / "predictions.tsv").labels) == 0
    assert record["reference"]["scales"] == scales
    used = use.load(tmp_path / "short", "cpu", 1)
    assert used.temperature == 1.5
    assert used.calibration.scores.tolist() == [-1, 1]
    assert used.members[0].reference.scales.probability == [0.75, 0.25]


def test_a_recipe_is_no_way_to_validate_or_test_by_what_is_trained_on(data, tmp_path):
    save_recipe(tmp_path / "recipe.json", Recipe("arm", "cnn", 1, ["fold1"], [2], 2, {}, None, False))
    with pytest.raises(UserError, match="--recipe is for a training on every specimen, and 10 images are kept apart"):
        call("train_classifier", data.command("out", {"real": 1}, more=("--recipe", str(tmp_path / "recipe.json")))[2:])
