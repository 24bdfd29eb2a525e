"""export_history.py as a user runs it, on the lines that trainings write beside their logs."""

import struct
import sys

import pytest
from tensorboardX.proto.event_pb2 import Event

from augury.command import script
from augury.command.errors import UserError
from augury.command.progress import Progress
from tests.scripts.in_process import call


def ticks(monkeypatch, path, unit, rows):
    """What a training's progress writes beside its log."""
    path.parent.mkdir(parents=True)
    monkeypatch.setattr(script, "_log_path", path)
    progress = Progress("a training", 2, unit)
    for done, values in rows:
        progress.update(done, **values)
    monkeypatch.setattr(script, "_log_path", None)
    return path.with_suffix(".jsonl")


def scalars(folder):
    """{name: [(step, value), ...]} of a run, read off the records of its file."""
    [path] = folder.glob("events.out.tfevents.*")
    content, at, found = path.read_bytes(), 0, {}
    while at < len(content):
        (length,) = struct.unpack("<Q", content[at : at + 8])
        event = Event.FromString(content[at + 12 : at + 12 + length])
        for value in event.summary.value:
            found.setdefault(value.tag, []).append((event.step, pytest.approx(value.simple_value)))
        at += 16 + length
    return found


def test_every_number_of_every_training_is_there_by_its_path(monkeypatch, tmp_path, capsys):
    logs, runs = tmp_path / "logs/demo", tmp_path / "runs"
    rows = [(0.016, {"loss_denoising": 0.9, "kimg": 0.016}), (2, {"loss_denoising": 0.25, "kimg": 2.0, "note": "text"})]
    lines = ticks(monkeypatch, logs / "train_generator/fold1/edm/seed0/all.log", "kimg", rows)
    lines.write_text(lines.read_text() + '{"label": "a training", "done": 2')  # it runs, and has not finished the line
    rows = [
        (1, {"loss_train": 1.5, "accuracy_validation": 0.5}),
        (2, {"loss_train": float("nan"), "accuracy_validation": 1}),
    ]
    ticks(monkeypatch, logs / "train_classifier/fold1/real/cnn/seed0.log", "epochs", rows)
    ticks(monkeypatch, logs / "pack_class/32px-rgb/A.log", "images", [(1, {"loss": 1.0})])
    call("export_history", ["--logs", logs, "--output", runs])
    assert "2 runs with 7 numbers" in capsys.readouterr().out
    edm = scalars(runs / "train_generator/fold1/edm/seed0/all")
    assert edm == {"loss_denoising": [(16, 0.9), (2000, 0.25)], "kimg": [(16, 0.016), (2000, 2.0)]}
    cnn = scalars(runs / "train_classifier/fold1/real/cnn/seed0")
    assert cnn == {"loss_train": [(1, 1.5)], "accuracy_validation": [(1, 0.5), (2, 1.0)]}
    call("export_history", ["--logs", logs, "--output", runs])  # one file of each run, not two
    assert scalars(runs / "train_generator/fold1/edm/seed0/all") == edm


def test_mistakes_are_one_sentence(monkeypatch, tmp_path):
    with pytest.raises(UserError, match=r"holds no \.jsonl of a training; name the logs of a study"):
        call("export_history", ["--logs", tmp_path, "--output", tmp_path / "runs"])
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(UserError, match="tensorboardX is not installed; run `pip install tensorboardX`"):
        call("export_history", ["--logs", tmp_path, "--output", tmp_path / "runs"])
