"""plot_results.py from the command line."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from augury.tables.predictions import write_predictions

SCRIPT = Path(__file__).parents[2] / "workflow" / "scripts" / "plot_results.py"

NEITHER = ("--input", "predictions", "none.tsv", "--input", "maps", "none.tsv")


@pytest.fixture
def predictions(tmp_path):
    path = tmp_path / "fold0/classifiers/real/lenet/seed0/predictions.tsv"
    labels = [0, 0, 1, 1]
    write_predictions(path, *[list("abcd")] * 3, ["test"] * 4, labels, ("x", "y"), 0.2 + 0.6 * np.eye(2)[labels])
    return path


def run(*words):
    return subprocess.run(
        [sys.executable, SCRIPT, "--threads", "1", *words], capture_output=True, text=True, check=False
    )


def test_a_figure_is_drawn_twice_the_same(predictions, tmp_path):
    for name in ("a.svg", "b.svg"):
        done = run("--figure", "roc", "--input", "predictions", predictions, "--output", tmp_path / name)
        assert done.returncode == 0, done.stderr
    content = (tmp_path / "a.svg").read_bytes()
    assert b"<svg" in content
    assert content == (tmp_path / "b.svg").read_bytes()


def test_figures_of_one_process_are_those_of_their_own(predictions, tmp_path):
    words = {
        name: ["--figure", name, "--input", "predictions", predictions] for name in ("roc", "confusion", "calibration")
    }
    for name in words:
        assert run(*words[name], "--output", tmp_path / f"alone-{name}.svg").returncode == 0
    done = run(*(word for name in words for word in ("--next", *words[name], "--output", tmp_path / f"{name}.svg")))
    assert done.returncode == 0, done.stderr
    for name in words:
        assert (tmp_path / f"{name}.svg").read_bytes() == (tmp_path / f"alone-{name}.svg").read_bytes()


@pytest.mark.parametrize(
    "words, message",
    [
        (["--figure", "samples", "--output", "x.png"], "--input pools and --input packs and --input splits"),
        (["--figure", "generator_scores", "--output", "x.svg"], "--input generators and --input synthetic"),
        (["--figure", "truncations", "--output", "x.png"], "--input sheets and --input descriptions"),
        (["--figure", "neighbours", "--output", "x.png"], "--input neighbours and --input sheets"),
        (["--figure", "roc", "--input", "predictions", "none.tsv", "--output", "x.svg"], "none.tsv is missing"),
        (["--figure", "roc", *NEITHER, "--output", "x.svg"], "--input maps out"),
        (["--figure", "roc", "--input", "predictions", "none.tsv", "--output", "x.pdf"], ".svg"),
    ],
)
def test_mistakes_are_told_in_a_sentence(words, message):
    done = run(*words)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
