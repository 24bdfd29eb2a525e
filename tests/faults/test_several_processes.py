"""Trainings that several processes share, by gloo: the losses of one, and what becomes of them when one is killed."""

import json
import os
import random
import signal
import subprocess
import time

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from augury.tables.table import read_dicts
from tests.faults.test_kill_generator import DIFFUSION, STYLEGAN2, command, write_data

SHORT = {"duration": 10, "snapshots": [10]}
# All that draws or looks across a batch: every part of ADA, DiffAugment, LeCam's anchors, groups of images whose
# deviation is seen, path lengths, classical augmentation.
STYLE = STYLEGAN2 | SHORT | {
    "mbstd_group_size": 2,
    "ada": {"pipeline": "bgcfnc", "p": 0.7},
    "lecam": {"weight": 0.1, "start_step": 3},
    "diffaugment": ["colour", "translation", "cutout"],
    "augmentation": {"rotation_degrees": 10, "brightness": 0.1},
    "pl_interval": 2,
}  # fmt: skip
# Parts of a batch, dropout within them, labels left out, looks at the validation part.
EDM = DIFFUSION | SHORT | {"micro_batch": 4, "dropout": 0.2, "warmup_steps": 4}
# Sums are added up in another order, and what that changes grows with Adam's steps: in the first ten nothing that a
# tick reports differs by more than this, relatively; at the end, no loss by more than a hundredth.
FIRST, BOUND, LOOSE = 10, 1e-5, 1e-2


def shared(folder, output, settings, *more, **changes):
    return [*command(folder, output, settings, **changes), "--gpus", "2", "--device", "cpu", *more]


def history(folder):
    return [{key: float(value or "nan") for key, value in row.items()} for row in read_dicts(folder / "history.tsv")]


def weights(folder):
    tensors = load_file(folder / "generator.safetensors")
    return torch.cat([tensors[name].flatten().float() for name in sorted(tensors)])


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("generator")
    write_data(folder)
    return folder


@pytest.mark.parametrize(("name", "settings"), [("style", STYLE), pytest.param("edm", EDM, marks=pytest.mark.slow)])
def test_two_processes_have_the_losses_of_one(data, name, settings):
    subprocess.run([*command(data, name, settings), "--device", "cpu"], check=True, capture_output=True)
    output = f"{name}-shared"
    done = subprocess.run(shared(data, output, settings, "--log", data / "log"), capture_output=True, text=True)
    assert done.returncode == 0, (data / "log").read_text()
    alone, together = history(data / name), history(data / output)
    assert len(alone) == len(together) > FIRST
    for row, own in zip(alone[:FIRST], together, strict=False):
        np.testing.assert_allclose(list(own.values()), list(row.values()), rtol=BOUND, atol=BOUND)
    for row, own in zip(alone, together, strict=True):
        losses = [key for key in row if key.startswith("loss_")]
        np.testing.assert_allclose([own[key] for key in losses], [row[key] for key in losses], rtol=LOOSE)
    assert json.loads((data / output / "generator.json").read_text())["processes"] == 2
    assert not (data / output / ".state").exists()
    # One of them speaks, in the log and to the person who watches.
    assert done.stderr.count("0.144/0.144 kimg") == 1
    assert (data / "log").read_text().count("0.144/0.144 kimg") == 1


def start(data, output, **changes):
    """Two processes at work with a state on disk, their starter's command, and the processes' own ids by rank."""
    environment = os.environ | {"AUGURY_SAVE_SECONDS": "0"}
    log = data / f"{output}.log"
    running = subprocess.Popen(
        shared(data, output, STYLE, "--log", log, **changes), env=environment, stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 300
    while not (data / output / ".state" / "state.pt").exists():
        assert running.poll() is None, log.read_text()
        assert time.monotonic() < until
        time.sleep(0.05)
    ranks = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and _parent(entry) == running.pid:
            with open(f"/proc/{entry}/environ", encoding="utf-8", errors="replace") as file:
                variables = dict(word.partition("=")[::2] for word in file.read().split("\0"))
            ranks[int(variables.get("RANK", "-1"))] = int(entry)
    return running, ranks


def _parent(process):
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return None


def finish(data, output):
    subprocess.run(shared(data, output, STYLE, "--log", data / f"{output}.log"), check=True, capture_output=True)
    return (data / f"{output}.log").read_text()


def test_a_rank_that_is_killed_ends_all_and_its_training_goes_on(data):
    """From the step at which the state was saved; the end is that of a training left alone, to the bit."""
    running, ranks = start(data, "killed")
    time.sleep(random.Random(1).uniform(0, 0.5))
    os.kill(ranks[1], signal.SIGKILL)
    _, errors = running.communicate(timeout=120)
    assert running.returncode == 1
    assert "process 1 of this training was ended by SIGKILL" in errors
    assert "Traceback" not in errors
    assert all(_parent(rank) is None for rank in ranks.values())
    said = (data / "killed.log").read_text()
    assert "saved at step" in said or "stopped by SIGTERM" in said
    said = finish(data, "killed")
    assert "resuming at step" in said
    assert "no longer the same" not in said
    assert torch.equal(weights(data / "killed"), weights(data / "style-shared"))


def test_asked_to_stop_they_save_and_end_with_143(data):
    running, ranks = start(data, "asked")
    running.terminate()
    _, errors = running.communicate(timeout=120)
    assert running.returncode == 143, errors
    assert "saved at step" in errors
    assert all(_parent(rank) is None for rank in ranks.values())
    # By one process, which says what that means.
    done = subprocess.run(
        [*command(data, "asked", STYLE), "--device", "cpu"], check=True, capture_output=True, text=True
    )
    assert "resuming with 1 processes where 2 were used before: the result is as good" in done.stdout


@pytest.mark.slow
def test_ranks_whose_starter_is_killed_save_and_end(data):
    running, ranks = start(data, "orphans")
    running.kill()
    running.communicate()
    until = time.monotonic() + 60
    while any(_parent(rank) is not None for rank in ranks.values()):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert "resuming at step" in finish(data, "orphans")


@pytest.mark.parametrize(
    ("settings", "words", "sentence"),
    [
        (STYLE, ("--gpus", "3", "--device", "cpu"), "3 GPUs cannot share a batch of 8 images"),
        (
            STYLE | {"mbstd_group_size": 8},
            ("--gpus", "2", "--device", "cpu"),
            "groups of the minibatch standard deviation",
        ),
        (EDM | {"micro_batch": 8}, ("--gpus", "2", "--device", "cpu"), "`micro_batch`: for 2 GPUs with `dropout`"),
        (STYLE, ("--gpus", "2", "--device", "auto"), "asks for 2 GPUs on this machine, and 0 can be used"),
    ],
)
def test_what_cannot_be_shared_is_said_in_a_sentence(data, settings, words, sentence):
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run([*command(data, "none", settings), *words], env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
