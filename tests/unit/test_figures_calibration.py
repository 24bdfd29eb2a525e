"""The reliability diagram, from predictions whose calibration is known."""

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.figures import theme
from augury.figures.calibration import draw as calibration
from augury.metrics.temperature_prior import fit_with_prior
from augury.tables.predictions import write_predictions


def write_run(folder, seed, parts, arm="real"):
    """Of 40 images a part, all called with probability 0.9, 30 are called rightly: at temperature 2 that is honest."""
    path = folder / f"fold0/classifiers/{arm}/lenet/seed{seed}/predictions.tsv"
    labels = np.tile(np.repeat([0, 1], [30, 10]), len(parts))
    names = [str(index) for index in range(len(labels))]
    probabilities = np.tile([0.9, 0.1], (len(labels), 1))
    write_predictions(path, names, names, names, np.repeat(parts, 40), labels, ("a", "b"), probabilities)
    return path


def words(figure):
    return " ".join(axis.get_xlabel().replace("\n", " ") for axis in figure.axes)


def test_before_and_after_by_hand(tmp_path):
    figure = calibration.draw([write_run(tmp_path, seed, ["validation", "test"]) for seed in (0, 1)])
    (axis,) = figure.axes
    before, after = (np.asarray(dots.get_offsets()) for dots in axis.collections)
    assert before == pytest.approx(np.array([[0.9, 0.75]]))
    # Its prior keeps the temperature from going all the way.
    temperature = fit_with_prior(np.tile([0.9, 0.1], (40, 1)), np.repeat([0, 1], [30, 10])).temperature
    assert 1.3 < temperature < 1.9
    sure = 9 ** (1 / temperature) / (1 + 9 ** (1 / temperature))
    assert after == pytest.approx(np.array([[sure, 0.75]]), abs=1e-6)
    assert "error 0.150 [" in words(figure)
    assert f"after {sure - 0.75:.3f} [" in words(figure)
    assert f"temperature {temperature:.2f}" in words(figure)
    assert "test images" in words(figure)


def test_without_validation_images_nothing_is_fitted(tmp_path):
    figure = calibration.draw([write_run(tmp_path, 0, ["test"])])
    assert len(figure.axes[0].collections) == 1
    assert "after" not in words(figure)


def test_where_nothing_was_tested_validation_images_are_shown_as_they_are(tmp_path):
    figure = calibration.draw([write_run(tmp_path, 0, ["validation"])])
    assert "validation images" in words(figure)
    assert "after" not in words(figure)
    with pytest.raises(UserError, match="no image was judged"):
        calibration.draw([write_run(tmp_path, 1, ["train"])])


def test_the_same_predictions_give_the_same_bytes(tmp_path):
    paths = [write_run(tmp_path, 0, ["validation", "test"], arm) for arm in ("real", "gan")]
    for name in ("a.svg", "b.svg"):
        theme.save(calibration.draw(paths), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
