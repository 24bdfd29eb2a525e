"""What is kept of held-out images: as it is written it is read, and what nothing supports is refused."""

import json

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.prediction import calibration
from augury.prediction.calibration import calibrate, calibration_of, kept_of
from augury.prediction.limits import limits_of


def test_it_is_read_as_it_was_written():
    random = np.random.default_rng(0)
    probabilities = random.dirichlet([1, 1, 1], 7)
    made = calibrate(probabilities, np.arange(7) % 3, list("aabcdef"), random.normal(size=7))
    read = calibration_of(json.loads(json.dumps({"calibration": made.record()})), "classifier.json")
    assert (read.temperature, read.images, read.reason) == (made.temperature, 7, "")
    assert (read.labels.tolist(), read.labels.dtype) == (made.labels.tolist(), np.int64)
    for name in ("true", "best", "weights", "scores"):
        np.testing.assert_allclose(getattr(read, name), getattr(made, name), rtol=1e-6)
    assert (made.best >= made.true).all()
    # At the temperature, whose power each probability is raised to.
    powers = probabilities ** (1 / made.temperature)
    np.testing.assert_allclose(made.best, (powers / powers.sum(axis=1, keepdims=True)).max(axis=1))
    nothing = calibrate(np.zeros((0, 3)), np.zeros(0), [], np.zeros(0))
    assert calibration_of({"calibration": nothing.record()}, "").temperature == 1


@pytest.mark.parametrize("broken", [None, {}, {"temperature": 1.0, "images": 3, "reason": ""}, {"labels": "a"}])
def test_what_an_older_version_wrote_is_told(broken):
    with pytest.raises(UserError, match="run the step that wrote it again"):
        calibration_of({"calibration": broken}, "classifier.json")


def test_of_many_images_the_same_ones_are_kept_of_all_classifiers(monkeypatch):
    monkeypatch.setattr(calibration, "MOST_IMAGES", 5)
    assert kept_of(5).tolist() == [0, 1, 2, 3, 4]
    kept = kept_of(40)
    assert kept.tolist() == sorted(set(kept.tolist()))
    assert len(kept) == 5
    assert kept.tolist() == kept_of(40).tolist()


def test_limits_of_many_images(capsys):
    # 100 specimens in two classes, all called rightly, with probabilities .501 to .6 and scores 1 to 100.
    best = 0.501 + np.arange(100) / 1000
    made = calibrate(np.stack([best, 1 - best], axis=1), np.zeros(100), np.arange(100), np.arange(1.0, 101))
    limits = limits_of(made, ["x", "y"], 0.9, 0.8, 0.05)
    assert limits.score == 91  # at rank ceil(101 * .9)
    assert limits.confidence == pytest.approx(sorted(made.best)[100 - 93])  # of 93 one may be wrong
    assert limits.least == pytest.approx([sorted(made.true)[100 - 81]] * 2)  # at rank ceil(101 * .8), shared
    output = capsys.readouterr().out
    assert "score above 91, as 10.0% of images of the classes have\n" in output
    # Of 100 at rank 81: a beta distribution of 81 and 20, whose tenth is .750.
    assert "the true class of 80% of images, of all classes together; by 100 validation" in output
    assert "one study in ten has less than 75%" in output
    assert "that of 7% of validation images, the classifier abstains" in output
