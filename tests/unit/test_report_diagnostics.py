"""Training diagnostics, each with the numbers that show it."""

import numpy as np
import pytest

from augury.report import diagnostics, failure_modes
from augury.tables.generators import GeneratorRun
from tests.synthetic_scores import score_row

RUN = GeneratorRun("fold0", "dcgan", 0, "Calanoida")
WELL = {
    "recall": 0.6, "coverage": 0.8, "vendi": 9.0, "vendi_real": 10.0, "authentic": 0.5, "c_t": -0.4,
    "kid_reference": 0.02, "kid_reference_low": 0.01, "kid_reference_high": 0.03,
}  # fmt: skip


def history(**ends):
    """Twenty rows, the last two of which hold `ends`; before that everything is as it should be."""
    early = {"d_real": "0.6", "d_fake": "0.4", "r_t": "0.5", "ada_p": "0.2"}
    late = early | {name: str(value) for name, value in ends.items()}
    return [early] * 18 + [late] * 2


def lines(scores=(), histories=None):
    diagnoses = diagnostics.examine(scores, histories or {})
    return {each.mode.title: each.lines for each in diagnoses if each.lines}


def test_a_generator_that_does_well_shows_nothing():
    scores = [score_row(**WELL, best=True), score_row(**WELL, snapshot=50)]
    diagnoses = diagnostics.examine(scores, {RUN: history()})
    assert [each.lines for each in diagnoses] == [[]] * 4
    assert diagnostics.looked_at(diagnoses) == (
        "Looked at were recall, coverage and Vendi score in 1 training; authentic share, C_T and copies by pixels "
        "in 1 training; the discriminator's outputs, their sign and ADA's p in 1 training; "
        "the kernel distance over snapshots in 1 training."
    )


@pytest.mark.parametrize(
    "cells, title, words",
    [
        ({"recall": 0.01}, "Mode collapse or low coverage", "dcgan, Calanoida: recall 0.010."),
        ({"coverage": 0.049}, "Mode collapse or low coverage", "dcgan, Calanoida: coverage 0.049."),
        (
            {"vendi": 4.9},
            "Mode collapse or low coverage",
            "Calanoida: Vendi score 4.9 against 10 of as many real images.",
        ),
        ({"authentic": 0.1}, "Memorisation of training images", "authentic share 0.100"),
        ({"c_t": -3.1}, "Memorisation of training images", "C_T -3.1, where fresh images have about 0."),
    ],
)
def test_scores_beyond_a_threshold_are_told(cells, title, words):
    reported = lines([score_row(**(WELL | cells))])
    assert list(reported) == [title]
    assert words in reported[title][0]


@pytest.mark.parametrize("cells", [{"recall": 0.06}, {"vendi": 5.1}, {"authentic": 0.17}, {"c_t": -2.9}])
def test_scores_short_of_it_are_not(cells):
    assert lines([score_row(**(WELL | cells))]) == {}


def test_fresh_images_are_authentic_in_more_than_a_third_of_cases():
    # By simulation: a sample and a fresh one of the same law, in one dimension, where it is hardest.
    random = np.random.default_rng(0)
    shares = []
    for _ in range(20):
        train, fresh = np.sort(random.random(300)), random.random(300)
        gaps = np.diff(train, prepend=-9, append=9)
        neighbour_distance = np.minimum(gaps[:-1], gaps[1:])
        distances = np.abs(fresh[:, None] - train)
        near = distances.argmin(axis=1)
        shares.append((distances.min(axis=1) >= neighbour_distance[near]).mean())
    assert np.mean(shares) == pytest.approx(1 / 3, abs=0.02)
    assert min(shares) > failure_modes.FEW_AUTHENTIC


def test_a_copier_keeps_more_than_half_of_the_vendi_score():
    # Of n wholly different images the score is n, and of n draws with replacement the exponential of their entropy.
    random = np.random.default_rng(0)
    kept = []
    for _ in range(50):
        shares = np.bincount(random.integers(40, size=40)) / 40
        kept.append(np.exp(-(shares[shares > 0] * np.log(shares[shares > 0])).sum()) / 40)
    assert np.mean(kept) == pytest.approx(0.56, abs=0.02)
    assert np.mean(kept) > failure_modes.FEWER_KINDS


@pytest.mark.parametrize(
    "ends, words",
    [
        ({"ada_p": 0.85}, "ADA's p 0.850 at the end."),
        ({"r_t": 0.95}, "mean sign of D(x) 0.950 at the end."),
        ({"d_real": 0.99, "d_fake": 0.01}, "D(x) 0.990 and D(G(z)) 0.010 at the end."),
    ],
)
def test_the_end_of_a_history_shows_a_discriminator_that_learns_by_heart(ends, words):
    assert lines(histories={RUN: history(**ends)}) == {"Discriminator overfitting": [f"dcgan, Calanoida: {words}"]}
    assert lines(histories={RUN: history(**ends)[::-1]}) == {}


def test_a_steered_p_that_has_come_to_its_bound_is_told():
    record = dict(zip(("split", "generator", "seed", "class"), RUN, strict=True))
    histories = {RUN: history(ada_p=0.6)}
    steered, fixed = ({**record, "settings": {"ada": {"p_max": 0.6, "p": p}}} for p in (None, 0.6))
    (diagnoses,) = [each for each in diagnostics.examine([], histories, [steered]) if each.lines]
    assert diagnoses.lines == ["dcgan, Calanoida: ADA's p 0.600, as high as it may go at the end."]
    for records in ([fixed], [record], [{**steered, "seed": 1}]):
        assert not any(each.lines for each in diagnostics.examine([], histories, records))


def test_a_history_without_those_columns_is_passed_over():
    assert not failure_modes.of_overfitting({RUN: [{"kimg": "1"}]}, []).examined
    assert lines(histories={RUN: []}) == {}


def test_a_rise_from_the_best_snapshot_is_told_where_intervals_are_apart():
    best = score_row(**WELL, snapshot=100, best=True)
    far = {"kid_reference": 0.08, "kid_reference_low": 0.06, "kid_reference_high": 0.1}
    reported = lines([best, score_row(**(WELL | far))])
    assert reported == {
        "Quality that fell again": ["dcgan, Calanoida: kernel distance times 100 of 2 at 100, and 8 at the end."]
    }
    assert lines([best, score_row(**(WELL | far | {"kid_reference_low": 0.02}))]) == {}


def test_trainings_are_counted_and_the_worst_is_named():
    scores = [
        score_row(split=split, seed=seed, **(WELL | {"recall": recall}))
        for split, seed, recall in (("fold0", 0, 0.03), ("fold0", 1, 0.02), ("fold1", 0, 0.5))
    ]
    assert lines(scores)["Mode collapse or low coverage"] == [
        "dcgan, Calanoida, in 2 of 3 trainings (1 split): recall 0.020 (the worst: fold0, seed 1)."
    ]


def test_a_single_training_is_not_the_worst_of_them():
    scores = [score_row(seed=seed, **(WELL | {"recall": 0.03 if seed else 0.5})) for seed in (0, 1)]
    assert lines(scores)["Mode collapse or low coverage"] == [
        "dcgan, Calanoida, in 1 of 2 trainings (1 split): recall 0.030 (fold0, seed 1)."
    ]


def test_many_classes_share_a_line():
    scores = [score_row(class_=f"c{index:02d}", **(WELL | {"recall": 0.04 - index / 1000})) for index in range(16)]
    (line,) = lines(scores)["Mode collapse or low coverage"]
    assert line.startswith("dcgan, 16 classes (c00, c01, c02, c03, c04 and 11 more), in 16 of 16 trainings")
    assert line.endswith("recall 0.025 (the worst: c15, fold0, seed 0).")


def test_nothing_to_look_at_is_said():
    assert "neither scores nor histories" in diagnostics.looked_at(diagnostics.examine([], {}))
