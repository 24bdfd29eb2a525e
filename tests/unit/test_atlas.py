"""The atlas: its arithmetic beside published results, its cells, and its page as measured."""

import dataclasses
import math
import statistics
import sys

import numpy as np
import pytest
import yaml
from scipy import stats

from tests.project import ROOT

sys.path.append(str(ROOT / "atlas"))

import answers
import cells
import collect
import figures
import meta
import run

# BCG vaccine against tuberculosis (Colditz et al. 1994): cases and others of the vaccinated, then of the unvaccinated.
BCG = [
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600),
    (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
]  # fmt: skip


def test_the_mean_over_sets_is_that_of_a_published_meta_analysis():
    """The log risk ratio by DerSimonian and Laird: -0.7141, tau squared 0.3088."""
    ratios = [math.log((a / (a + b)) / (c / (c + d))) for a, b, c, d in BCG]
    errors = [(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)) ** 0.5 for a, b, c, d in BCG]
    found = meta.pool(ratios, errors)
    assert found.mean == pytest.approx(-0.7141, abs=5e-5)
    assert found.between_sd**2 == pytest.approx(0.3088, abs=5e-5)


@pytest.mark.parametrize("between", [0.0, 1.0, 3.0])
def test_intervals_of_few_sets_hold_the_mean(between):
    random = np.random.default_rng(0)
    errors = np.array([0.5, 1.0, 1.5, 1.0, 2.0])
    held = 0
    for _ in range(1000):
        values = 2 + between * random.standard_normal(5) + errors * random.standard_normal(5)
        found = meta.pool(values, errors)
        held += found.low <= 2 <= found.high
    assert held / 1000 >= 0.93


def test_sets_that_agree_get_no_shorter_an_interval_than_their_errors_allow():
    found = meta.pool([1.0, 1.0, 1.0], [1.0, 1.0, 1.0])
    assert found.high - found.mean == pytest.approx(stats.t.ppf(0.975, 2) / 3**0.5)
    assert meta.pool([1.0], [2.0]).high == pytest.approx(1 + 1.96 * 2)


def test_arms_that_always_answered_alike_are_not_known_without_error():
    alike = cell("0", "0", "0", "0")
    other = cell("0.04", "0.02", "0", "0.1")
    [found] = meta.pooled([alike, other]).values()
    assert found == meta.pool([0.0, 4.0], [2.0, 2.0])


def test_draws_that_agree_by_chance_do_not_outweigh_other_cells():
    """By hand: specimens .01; in s2 / n_train = .01 draws vary by .0001 and .01, in the mean by .505 of it."""
    calm, wild = cell("0.02", str(1e-4 + 1e-6 / 3), "0.001", "0.4"), cell("-0.02", str(1e-4 + 1e-2 / 3), "0.1", "0.4")
    calm, wild = ({**row, "standard_error": str(float(row["standard_error"]) ** 0.5)} for row in (calm, wild))
    [found] = meta.pooled([calm, wild]).values()
    assert meta.draws_ratio(wild) == pytest.approx(1)
    errors = [100 * (1e-4 + (2 * own + 4 * 0.01 * (1e-4 + 1) / 2) / 6 / 3) ** 0.5 for own in (1e-6, 1e-2)]
    assert dataclasses.astuple(found) == pytest.approx(dataclasses.astuple(meta.pool([2.0, -2.0], errors)))


def cell(difference, standard_error, draws_sd, specimen_variance):
    return {
        "arm": "twice", "classifier": "probe", "size": "10", "specimens": "50", "draws": "3", "n_train": "40",
        "difference": difference, "standard_error": standard_error, "draws_sd": draws_sd,
        "specimen_variance": specimen_variance,
    }  # fmt: skip


def test_a_rank_correlation_keeps_the_pairs_of_a_set_together():
    groups = [name for name in "abcdef" for _ in range(4)]
    level = np.repeat(np.arange(6.0), 4)
    within = np.tile([0.1, 0.2, 0.3, 0.4], 6)
    rho, low, high = meta.rank_correlation(level + within, level + within, groups)
    assert (rho, low, high) == pytest.approx((1, 1, 1))
    random = np.random.default_rng(1)
    unrelated = random.standard_normal(24)
    rho, low, high = meta.rank_correlation(level, unrelated, groups)
    assert low < 0 < high
    assert rho == pytest.approx(stats.spearmanr(level, unrelated).statistic)


def test_a_score_that_is_the_same_everywhere_foretells_nothing():
    gains = [{"cell": f"{name}-10", "classifier": "cnn", "arm": "dcgan", "difference": "0.1"} for name in "abcde"]
    scores = [
        {"cell": row["cell"], "generator": "dcgan", "selection": "random", "extractor": "mobilenetv2_100"}
        | dict.fromkeys(answers.SCORES, "0")
        | {"kid": str(number)}
        for number, row in enumerate(gains)
    ]
    gains[0]["difference"] = "0.2"
    assert answers._scores(gains, scores).count("\n") == 2
    assert "KD" in answers._scores(gains, scores)
    assert "KD" not in answers._scores(gains, scores[1:])


def test_a_ratio_of_variances_has_the_interval_of_a_variance():
    random = np.random.default_rng(0)
    held = 0
    for _ in range(500):
        draws = [statistics.variance(random.standard_normal(5)) for _ in range(6)]
        _, low, high = meta.variance_ratio(draws, [4] * 6)
        held += low <= 1 <= high
    assert 0.92 <= held / 500 <= 0.98


def test_what_a_gain_is_worth_is_read_off_a_curve_that_rises():
    curve = {5: 0.5, 10: 0.6, 20: 0.58, 50: 0.8}
    assert figures.read_off(curve, 0.55) == f"{math.sqrt(50):.0f}"
    assert figures.read_off(curve, 0.4) == "below 5"
    assert figures.read_off(curve, 0.9) == "above 50"
    assert figures.read_off(curve, 0.7) == f"{math.sqrt(20 * 50):.0f}"


def test_every_cell_says_what_its_name_does():
    every = cells.every_cell()
    assert len({cell.name for cell in every}) == len(every) > 20
    for cell in every:
        settings = cell.settings
        assert settings["dataset"] == f"atlas-{cell.name}"
        assert settings["split"]["train"] == cell.size
        assert settings["split"].get("folds", settings["split"].get("repeats")) >= 5
    assert len({cell.set_ for cell in every}) >= 6
    arms = [
        set(yaml.safe_load((cells.HERE / f"{layer}.yaml").read_text())["arms"]) for layer in ("common", *cells.STUDIES)
    ]
    assert set().union(*arms) == {"real", *figures.ARMS}


def test_the_page_holds_what_was_measured():
    page = (ROOT / "docs" / "atlas.md").read_text(encoding="utf-8")
    assert answers.renewed(page, answers.every_table()) == page, "run `python atlas/answers.py --write`"


def test_a_cell_is_lent_what_networks_saw_in_the_other_cells_of_its_set(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own, larger, other = (cells.Cell(cells.HERE / f"cells/{name}.yaml") for name in ("hushem-5", "hushem-20", "pbc-5"))
    for cell, study in ((larger, "generators"), (other, "recipe")):
        kept = cell.results(study) / run.LOOKED_AT / "lite0/key/files/features.npy"
        kept.parent.mkdir(parents=True)
        kept.write_text(cell.name)
    for study in cells.STUDIES * 2:  # once more finds it there
        run.lend(own, study)
        assert [path.read_text() for path in own.results(study).rglob("*.npy")] == ["hushem-20"]


def test_cost_and_device_are_read_off_a_study(tmp_path):
    for step, seconds in (("a", "1.5"), ("b", "NA"), ("c", "-")):
        path = tmp_path / "benchmarks/split_class" / f"{step}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"s\tcpu_time\n0.2\t{seconds}\n")
    for fold, device in (("fold1", "cpu"), ("fold2", "a GPU"), ("fold3", "cpu")):
        path = tmp_path / fold / "generators/dcgan/seed0/all/generator.json"
        path.parent.mkdir(parents=True)
        path.write_text(f'{{"device": "{device}"}}')
    assert collect._cost(tmp_path) == [{"rule": "split_class", "steps": 3, "cpu_seconds": 1.5}]
    assert collect._devices(tmp_path, "dcgan") == {"a GPU", "cpu"}


def test_studies_of_a_cell_lie_beside_each_other():
    cell = cells.Cell(cells.HERE / "cells/pbc-5.yaml")
    assert cell.results("recipe").name == cell.settings["dataset"]
    assert cell.results("generators").name == "atlas-pbc-5-generators"
    layers = [[path.stem for path in run.layers_of(cell, study, ["ratios", "finetuned"])] for study in cells.STUDIES]
    assert layers == [
        ["common", "recipe", "finetuned", "pbc-5"],
        ["common", "generators", "ratios", "finetuned", "pbc-5", "three_folds"],
    ]
