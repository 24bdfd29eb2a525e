"""The variance of true gains between training sets: estimates against hand calculation, simulation and the scripts."""

import dataclasses
import subprocess
import sys

import draws
import numpy as np
import pytest
import training_variance
import variance_components as components

from tests.project import ROOT, draw_classes

FOLDER = ROOT / "benchmarks"


def cell(gains, again=None):
    """A cell of draws 0, 1, 2 ...; `again` is of the first of them."""
    second = again and cell(again)
    return components.Cell("copepods", 20, "arm", "cnn", tuple(range(len(gains[0]))), gains, second)


def test_without_noise_of_images_the_mean_squares_are_those_of_the_gains():
    gains = np.array([[0.1, 0.3], [0.2, 0.2], [0.6, 0.4]])  # draws by seeds
    image = np.array([0.0, 0.5, -0.5, 0.0])  # the same in every training: no noise of differences between trainings
    made = cell([gains[:, :, None] + image, gains[:, :, None] - image])
    # Means .2, .2, .5 have the variance .03; seeds .02, 0, .02 have the mean 4/300, of which half goes into a mean's.
    assert components.value_of(made.training()) == pytest.approx(0.03 - 0.04 / 3 / 2)
    assert components.within(made.gains).value == pytest.approx(0.04 / 3)
    assert components.between(made.gains).noise == pytest.approx(0)
    assert components.between(made.gains).df == 2
    assert components.within(made.gains).df == 3


def test_a_second_generator_tells_its_luck_from_the_training_sets():
    first = np.array([[0.1, 0.1], [0.3, 0.3], [0.5, 0.5]])[:, :, None] + np.zeros(4)
    made = cell([first], [first[:2] + np.array([0.2, -0.1])[:, None, None]])
    luck = components.combine(*made.generator()).value
    assert luck == pytest.approx((0.2**2 + 0.1**2) / 2 / 2)  # half of the mean square of a difference
    assert components.value_of(made.training()) == pytest.approx(0.04 - luck)


def test_the_mean_of_lambda_and_its_jackknife():
    draws = np.array([0.1, 0.2, 0.6, -0.1, 0.4])  # gains of a draw, the same for all of its images and seeds
    image = np.array([0.6, -0.6, 0.2, -0.2])
    made = cell([draws[:, None, None] + np.zeros((5, 2, 1)) + image] * 2)
    estimate = components.mean_lambda([made, made])
    unit = 40 / np.square(image).mean()
    assert estimate.value == pytest.approx(draws.var(ddof=1) * unit)
    left = [np.delete(draws, at).var(ddof=1) * unit for at in range(5)]
    error = (4 / 5 * np.square(left - np.mean(left)).sum()) ** 0.5
    assert estimate.high - estimate.value == pytest.approx(2.7764451 * error)  # Student's t of 4 degrees
    other = dataclasses.replace(made, draws=(3, 4, 5, 6, 7))  # draws are known by their numbers
    assert components.mean_lambda([made, other]).high < estimate.high


def simulated(random, sizes, images=(60, 120), draws=20, seeds=2, generators=2):
    """Gains of two generators, a class each (J, S, n); sizes: deviations of draws, generators, seeds and images."""
    draw, generator, seed, image = sizes
    of_draw = random.normal(0, draw, (draws, 1, 1)) + random.normal(0, seed, (draws, seeds, 1))
    of_generator = [random.normal(0, generator, (draws, 1, 1)) for _ in range(generators)]
    sides = [[] for _ in range(generators)]
    for n in images:
        shared = random.normal(0, 0.5, n) + random.normal(0, image, (draws, 1, n))
        for side, own in zip(sides, of_generator, strict=True):
            side.append(of_draw + own + shared + random.normal(0, image, (draws, seeds, n)))
    return sides


@pytest.mark.parametrize("sizes", [(0.02, 0.02, 0.01, 0.3), (0.0, 0.02, 0.02, 0.3), (0.03, 0.0, 0.02, 0.3)])
def test_variances_are_unbiased_and_their_intervals_hold_them(monkeypatch, sizes):
    monkeypatch.setattr(components, "DRAWS", 2000)
    random, studies = np.random.default_rng(3), 300
    found = []
    for _ in range(studies):
        first, second = simulated(random, sizes)
        made = cell(first, [each[:10] for each in second])
        luck = components.within(made.gains)
        found.append([components.combine(*terms) for terms in (made.training(), made.generator(), [(1.0, luck)])])
    for truth, estimates in zip(np.square(sizes[:3]), zip(*found, strict=True), strict=True):
        values = np.array([each.value for each in estimates])
        assert abs(values.mean() - truth) < 3.5 * values.std() / studies**0.5
        share = np.mean([each.low <= truth <= each.high for each in estimates])
        assert share > 0.95 - 3 * (0.05 * 0.95 / studies) ** 0.5


def test_the_variance_of_a_specimen_weighs_classes_alike():
    gains = [np.array([[1.0, 1.0, 0.0, 0.0]]), np.array([[-1.0, 0.0]])]
    # Mean 0; squares 1/2 and 1/2.
    assert components.specimen_variance(gains) == pytest.approx(0.5)


def test_a_verdict_without_allowance_errs_where_training_sets_differ():
    random = np.random.default_rng(0)
    # Two of five images change, up or down: s2 = .4; training sets differ by lambda = 4.
    deviation = (4 * 0.4 / 40) ** 0.5
    gains = [
        random.choice([-1.0, 0.0, 1.0], p=[0.2 - lean / 2, 0.6, 0.2 + lean / 2], size=(1, 1, 900)).repeat(2, axis=1)
        for lean in np.clip(random.normal(0, deviation, 40), -0.4, 0.4)
    ]
    both = [np.concatenate(gains), np.concatenate([each[:, :, ::-1] for each in gains])]
    rates, _ = components.errors(cell(both), 80, (0.0, 4.0), studies=40)
    assert rates[0] > 0.2
    assert rates[1] < 0.07


@pytest.fixture
def workshop(tmp_path):
    classes = draw_classes(tmp_path / "images", classes=2, images=17)
    made = draws.Set(
        tmp_path / "images", (".",), tuple(classes), draws=2, again=1, size=(4, 2), channels="grey", turns=True
    )
    (tmp_path / "work").mkdir()
    return draws.Workshop(made, tmp_path / "work")


def test_draws_are_disjoint_and_share_their_test_part(workshop):
    from augury.tables.rows import SplitRow
    from augury.tables.table import read_rows

    seen = {}
    for draw, size in ((0, 4), (1, 4), (0, 2)):
        rows = [row for path in workshop.splits(draw, size) for row in read_rows(path, SplitRow)]
        seen[draw, size] = {
            part: {row.sha256 for row in rows if row.part == part} for part in ("train", "validation", "test")
        }
    assert [len(part) for part in seen[0, 4].values()] == [8, 4, 10]
    assert [len(part) for part in seen[0, 2].values()] == [4, 2, 10]
    assert seen[0, 4]["test"] == seen[1, 4]["test"] == seen[0, 2]["test"]
    used = [seen[draw, 4][part] for draw in (0, 1) for part in ("train", "validation")] + [seen[0, 4]["test"]]
    assert len(set.union(*used)) == sum(map(len, used)) == 34
    assert all(seen[0, 2][part] < seen[0, 4][part] for part in ("train", "validation"))


def test_a_training_is_the_one_of_the_workflows_script(workshop, tmp_path):
    asked = draws.Training(draw=1, size=4, arm="classical", generator_seed=None, classifier="cnn", classifier_seed=3)
    right = workshop.right(asked)
    description = workshop.describe(asked)
    from augury.settings.reading import as_json
    from augury.tables.predictions import read_predictions

    words = [sys.executable, ROOT / "workflow/scripts/train_classifier.py", "--name", "cnn", "--arm-name", "classical"]
    words += ["--settings", as_json(description.settings), "--arm", as_json(description.arm_settings)]
    words += ["--split", description.split, "--seed", "3", "--threads", "1", "--output", tmp_path / "out"]
    words += ["--classes", *workshop.classes, "--packs", *workshop.packs(32), "--splits", *workshop.splits(1, 4)]
    words += ["--duplicates", workshop.duplicates, "--guard", "enforce"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    predictions = read_predictions(tmp_path / "out" / "predictions.tsv")
    of_test = predictions.part == "test"
    assert (
        np.concatenate(right).tolist()
        == (predictions.probabilities.argmax(axis=1) == predictions.labels)[of_test].tolist()
    )


def test_a_stopped_run_goes_on_behind_its_last_whole_line(monkeypatch, tmp_path):
    asked = []

    class Fake:
        def __init__(self, set_, folder):
            pass

        def right(self, training):
            asked.append(training)
            return [np.array([True, False, True]), np.array([True] * training.draw + [False])]

    monkeypatch.setattr(training_variance, "Workshop", Fake)
    small = draws.Set(tmp_path, (".",), ("a", "b"), draws=2, again=1, size=(4, 2), channels="grey", turns=True)
    monkeypatch.setitem(training_variance.SETS, "copepods", small)
    training_variance.run("copepods", tmp_path, tmp_path)
    path, whole = tmp_path / "copepods" / "trainings.tsv", len(asked)
    rows = training_variance.read(path)
    assert len(set(map(training_variance.key_of, rows))) == whole == len(rows) == len(set(asked))
    assert [part.tolist() for part in training_variance.bits_of(rows[2])] == [[True, False, True], [True, False]]
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-2]) + lines[-2][:-2], encoding="utf-8")
    asked.clear()
    training_variance.run("copepods", tmp_path, tmp_path)
    assert len(asked) == 2
    assert [training_variance.key_of(row) for row in training_variance.read(path)] == list(
        map(training_variance.key_of, rows)
    )
