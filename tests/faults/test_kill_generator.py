"""A generator's training that is killed at any moment ends with the bits of one that was left alone."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from augury.tables.rows import PackRow, SplitRow
from augury.tables.table import read_dicts, write_rows

SCRIPTS = Path(__file__).resolve().parents[2] / "workflow" / "scripts"
SETTINGS = {
    "family": "dcgan",
    "size_px": 32,
    "width": 8,
    "latent_dim": 8,
    "batch": 8,
    "duration_unit": "epochs",
    "duration": 60,
    "snapshots": [20, 60],
    "precision": "fp32",
}
STYLEGAN2 = {key: SETTINGS[key] for key in ("size_px", "batch", "duration_unit", "snapshots", "precision")} | {
    "family": "stylegan2",
    "latent_dim": 8,
    "style_dim": 8,
    "channel_base": 128,
    "channel_max": 8,
    "duration": 60,
    "ada": {"pipeline": "bgc", "kimg": 1, "interval": 2},
    "lecam": {"weight": 0.1, "start_step": 20},
}
DIFFUSION = {key: SETTINGS[key] for key in ("size_px", "batch", "duration_unit", "duration", "snapshots")} | {
    "family": "diffusion",
    "class_conditional": False,
    "model_channels": 8,
    "channel_mult": [1, 2],
    "warmup_steps": 20,
    "patience": 15,  # of twenty looks: the weights of the lowest loss are kept, and the training goes on
    "steps": 2,
}
FILES = ["generator.safetensors", "discriminator.safetensors", "history.tsv", "training.tsv"]
FILES += ["samples.png", "truncations.png", "latent_walk.png"]
FILES += [f"snapshots/generator-{epoch:06d}.{kind}" for epoch in (20, 60) for kind in ("png", "safetensors")]


def write_data(folder: Path) -> None:
    """A pack of 20 small images, 14 to train on."""
    images = np.random.default_rng(0).integers(0, 256, (20, 32, 32, 3), dtype=np.uint8)
    np.save(folder / "pack.npy", images)
    names = [f"{number:064d}" for number in range(20)]
    write_rows(folder / "pack.tsv", PackRow, [PackRow(name) for name in names])
    parts = ["train"] * 14 + ["validation"] * 3 + ["test"] * 3
    rows = [SplitRow(name, f"{name}.png", "a", name, part) for name, part in zip(names, parts, strict=True)]
    write_rows(folder / "split.tsv", SplitRow, rows)


def command(folder: Path, output: str, settings: dict = SETTINGS, **changes) -> list[str]:
    options = {
        "--name": "g",
        "--settings": json.dumps(settings | changes),
        "--split": "holdout",
        "--guard": "enforce",
        "--seed": "0",
        "--class": "a",
        "--classes": "a",
        "--packs": folder / "pack.npy",
        "--splits": folder / "split.tsv",
        "--output": folder / output,
        "--threads": "1",
    }
    return [
        sys.executable,
        str(SCRIPTS / "train_generator.py"),
        *(str(word) for pair in options.items() for word in pair),
    ]


def content(folder: Path) -> dict[str, bytes]:
    record = {name: (folder / name).read_bytes() for name in FILES if (folder / name).exists()}
    about = json.loads((folder / "generator.json").read_text())
    timeless = {key: value for key, value in about.items() if "second" not in key and key != "seal"}
    record["generator.json"] = json.dumps(timeless).encode()
    return record


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("generator")
    write_data(folder)
    subprocess.run(command(folder, "undisturbed"), check=True, capture_output=True)
    return folder


def test_outputs_are_complete_and_the_state_is_gone(data):
    assert set(content(data / "undisturbed")) == {*FILES, "generator.json"}
    assert not (data / "undisturbed" / ".state").exists()


ROUNDS = [0, *(pytest.param(round_, marks=pytest.mark.slow) for round_ in range(1, 30))]


@pytest.mark.parametrize("round_", ROUNDS)
def test_killed_at_random_moments(data, round_):
    """Killed up to five times once a checkpoint is there, then left alone: every file has the same bytes."""
    kill_and_resume(data, f"killed{round_}", SETTINGS, random.Random(round_))
    assert content(data / f"killed{round_}") == content(data / "undisturbed")


def test_a_stylegan2_with_all_that_it_remembers(data):
    """Its steering, anchors, mean style and mean path length are part of what is resumed."""
    subprocess.run(command(data, "style", STYLEGAN2), check=True, capture_output=True)
    kill_and_resume(data, "style-killed", STYLEGAN2, random.Random(7))
    assert content(data / "style-killed") == content(data / "style")
    assert float(read_dicts(data / "style" / "history.tsv")[-1]["ada_p"]) > 0


@pytest.mark.slow
def test_a_diffusion_model_with_its_looks_at_the_validation_part(data):
    """The weights of the lowest loss, and the number of looks since then, are part of what is resumed."""
    subprocess.run(command(data, "diffusion", DIFFUSION), check=True, capture_output=True)
    kill_and_resume(data, "diffusion-killed", DIFFUSION, random.Random(7))
    undisturbed = content(data / "diffusion")
    assert content(data / "diffusion-killed") == undisturbed
    assert undisturbed.keys() == {*FILES, "generator.json"} - {"discriminator.safetensors"}


def kill_and_resume(data: Path, name: str, settings: dict, moments: random.Random) -> None:
    output = data / name
    often = os.environ | {"AUGURY_SAVE_SECONDS": "0"}  # a checkpoint at every mark, so that kills meet them
    messages = []
    for _ in range(5):
        words = command(data, name, settings)
        running = subprocess.Popen(words, env=often, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        while running.poll() is None and not (output / ".state" / "state.pt").exists():
            time.sleep(0.005)
        # The first kill comes soon; later ones fall anywhere between the imports and the end.
        time.sleep(moments.uniform(0.0, 3.0 if messages else 0.2))
        running.kill()
        messages.append(running.communicate()[0])
        if running.returncode == 0:
            break
    assert running.returncode in (0, -signal.SIGKILL)
    done = subprocess.run(command(data, name, settings), check=True, capture_output=True, text=True)
    assert "resuming at step" in "".join(messages[1:]) + done.stdout


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGUSR1])
def test_a_signal_saves_and_stops(data, kind):
    output = data / f"stopped{kind.name}"
    running = subprocess.Popen(command(data, output.name), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in running.stdout:
        if "epochs" in line or "kimg" in line:  # the first line of progress: the training is under way
            break
    running.send_signal(kind)
    _, errors = running.communicate(timeout=30)
    assert running.returncode == 143
    assert f"stopped by {kind.name}; saved at step" in errors
    done = subprocess.run(command(data, output.name), check=True, capture_output=True, text=True)
    assert "resuming at step" in done.stdout
    assert content(output) == content(data / "undisturbed")


def test_killed_while_the_outputs_are_written(data):
    """The state lasts until the last file is there: without some of the files, a new start only writes them again."""
    output = data / "half"
    program = (
        "import sys, os; sys.path.insert(0, sys.argv.pop(1)); import augury.generators.run as run;"
        "run.save_description = lambda *_: os.kill(os.getpid(), 9); import train_generator; train_generator.main()"
    )
    words = command(data, output.name)
    done = subprocess.run([sys.executable, "-c", program, str(SCRIPTS), *words[2:]], capture_output=True)
    assert done.returncode == -signal.SIGKILL
    assert (output / "generator.safetensors").exists()
    assert (output / ".state" / "state.pt").exists()
    for name in FILES[:2]:
        (output / name).unlink()  # what Snakemake does to the outputs of a job that failed
    done = subprocess.run(command(data, output.name), check=True, capture_output=True, text=True)
    assert "resuming at step 105 of 105" in done.stdout
    assert content(output) == content(data / "undisturbed")


def test_other_pixels_of_the_same_images_start_afresh(data, tmp_path):
    """What changes with `preparation`: the images keep their names, their pixels do not."""
    import shutil

    for name in ("pack.npy", "pack.tsv", "split.tsv"):
        shutil.copy(data / name, tmp_path)
    running = subprocess.Popen(command(tmp_path, "out"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in running.stdout:
        if "kimg" in line:
            break
    running.terminate()
    running.communicate()
    np.save(tmp_path / "pack.npy", 255 - np.load(tmp_path / "pack.npy"))
    done = subprocess.run(command(tmp_path, "out"), check=True, capture_output=True, text=True)
    assert "belongs to other inputs (data)" in done.stdout
    assert "resuming" not in done.stdout


def test_one_seed_more_is_another_generator(data):
    words = command(data, "other")
    words[words.index("--seed") + 1] = "1"
    subprocess.run(words, check=True, capture_output=True)
    assert content(data / "other")["generator.safetensors"] != content(data / "undisturbed")["generator.safetensors"]


def test_a_pickle_in_place_of_weights_is_not_executed(data, tmp_path):
    import pickle
    import shutil

    class Evil:
        def __reduce__(self):
            return os.system, (f"touch {tmp_path / 'executed'}",)

    copy = tmp_path / "generator"
    shutil.copytree(data / "undisturbed", copy)
    (copy / "generator.safetensors").write_bytes(pickle.dumps(Evil()))
    words = [
        sys.executable,
        str(SCRIPTS / "synthesize_images.py"),
        "--generator",
        str(copy),
        "--class",
        "a",
        "--count",
        "3",
        "--shard-images",
        "3",
    ]
    done = subprocess.run([*words, "--output", str(tmp_path / "pool")], capture_output=True, text=True)
    assert done.returncode == 2
    assert "does not hold the weights of this network" in done.stderr
    assert not (tmp_path / "executed").exists()
