"""Several networks judge: what they choose together, what none may judge, and what the report tells of it."""

import dataclasses

import pytest

from augury.report import failure_modes, ranking
from augury.scores.generators import compare_generators, summarise_generators
from augury.scores.judges import by_own, fair, is_circular, judges, shown
from augury.scores.scoring import choose_best
from tests.synthetic_scores import score_row

PAIR = ("lite0", "mobile")


def snapshots(**distances):
    """A row per network and snapshot (10, 20 ... and the end last), of kid_reference."""
    return [
        score_row(extractor=name, snapshot=None if index == len(values) - 1 else 10 * (index + 1), kid_reference=value)
        for name, values in distances.items()
        for index, value in enumerate(values)
    ]


def chosen(rows):
    found = choose_best(rows)
    return {(row.extractor, row.snapshot, row.agreed) for row in found if row.best}


def test_what_all_networks_find_the_best_is_best_and_agreed():
    rows = snapshots(lite0=[3.0, 1.0, 2.0], mobile=[9.0, 5.0, 7.0])
    assert chosen(rows) == {("lite0", 20, True), ("mobile", 20, True)}


def test_where_they_disagree_the_smallest_mean_rank_is_taken_and_not_agreed():
    # Ranks 1 2 3 and 3 1 2: the second has 1.5 in the mean, whatever the distances themselves are.
    rows = snapshots(lite0=[0.0, 1.0, 1.1], mobile=[9.0, 5.0, 5.1])
    assert chosen(rows) == {("lite0", 20, False), ("mobile", 20, False)}
    # Ranks 1 2 and 2 1: the first network's distance decides.
    assert chosen(snapshots(lite0=[1.0, 2.0], mobile=[4.0, 3.0])) == {("lite0", 10, False), ("mobile", 10, False)}


def test_a_network_that_was_looked_through_chooses_nothing():
    rows = snapshots(lite0=[1.0, 2.0], mobile=[4.0, 3.0])
    rows = [dataclasses.replace(row, circular=row.extractor == "lite0") for row in rows]
    assert chosen(rows) == {("mobile", None, True)}
    assert chosen([dataclasses.replace(row, circular=True) for row in rows]) == set()


def test_a_network_is_known_by_its_name_whatever_its_weights():
    assert is_circular("lite0 (weights 0123abcd)", ("lite0",))
    assert is_circular("lite0.in1k", ("lite0",))
    assert not is_circular("lite01", ("lite0",))
    assert judges(PAIR, ("lite0",)) == ["mobile"]
    assert judges(PAIR, ()) == list(PAIR)


def test_what_shows_one_network_takes_the_first_that_may_judge():
    rows = [
        score_row(generator=generator, extractor=extractor, circular=(generator, extractor) == ("projected", "lite0"))
        for generator in ("dcgan", "projected")
        for extractor in PAIR
    ]
    assert fair(rows) == ["mobile"]
    assert {row.extractor for row in shown(rows)} == {"mobile"}
    assert [(row.generator, row.extractor) for row in by_own(rows)] == [("dcgan", "lite0"), ("projected", "mobile")]
    assert shown([]) == []


def trained(kids, circular=()):
    """Three trainings of each (generator, network) with these kernel distances."""
    return [
        score_row(
            generator=generator, extractor=name, split=f"fold{index}", kid=kid, circular=(generator, name) in circular
        )
        for (generator, name), values in kids.items()
        for index, kid in enumerate(values)
    ]


AGREE = {
    ("dcgan", "lite0"): [0.50, 0.52, 0.51],
    ("dcgan", "mobile"): [0.80, 0.82, 0.81],
    ("style", "lite0"): [0.10, 0.12, 0.14],
    ("style", "mobile"): [0.30, 0.32, 0.33],
}
DISAGREE = AGREE | {("style", "mobile"): [0.90, 0.92, 0.93]}


def ranking_sentences(kids, circular=()):
    rows = trained(kids, circular)
    return ranking.nearest(summarise_generators(rows), compare_generators(rows))


def test_a_ranking_is_told_where_both_networks_find_it():
    (words,) = ranking_sentences(AGREE)
    assert "style comes nearest to the real images for Calanoida" in words
    assert "KD (lite0), times 100, is 12, against 51 of dcgan" in words
    assert "KD (mobile), times 100, is 31.7, against 81 of dcgan" in words
    assert "The difference from dcgan is resolved by each network" in words


def test_it_is_resolved_only_where_both_resolve_it():
    (words,) = ranking_sentences(AGREE | {("style", "mobile"): [0.30, 0.90, 0.70]})
    assert "The difference from dcgan is not resolved by each network" in words


def test_where_they_disagree_none_is_called_the_nearest():
    (words,) = ranking_sentences(DISAGREE)
    assert "disagree" in words
    assert "style by KD (lite0)" in words
    assert "dcgan by KD (mobile)" in words
    assert "comes nearest to the real images for" not in words


def test_a_circular_network_has_no_say_and_resolves_nothing():
    circular = {("style", "lite0")}
    (words,) = ranking_sentences(DISAGREE, circular)
    assert "dcgan comes nearest" in words
    assert "lite0 had no say, as images of style were made or chosen through it (circular)" in words
    rows = compare_generators(trained(DISAGREE, circular))
    assert [(row.extractor, row.circular, row.kid_word) for row in rows] == [
        ("lite0", True, "not resolved"),
        ("mobile", False, "higher"),
    ]
    alone = {key: kids for key, kids in AGREE.items() if key[1] == "lite0"}
    (words,) = ranking_sentences(alone, circular)
    assert "no ranking is given" in words
    assert "comes nearest" not in words


def test_p_values_are_corrected_within_a_network():
    # One pair of generators in each of two networks: nothing to correct.
    rows = compare_generators(trained(AGREE))
    assert [row.kid_p_holm for row in rows] == pytest.approx([row.kid_p for row in rows])


def test_quality_fell_again_only_where_both_networks_see_it():
    def course(second):
        rows = snapshots(lite0=[1.0, 3.0], mobile=[1.0, second])
        ends = {"kid_reference_low": lambda v: 0.9 * v, "kid_reference_high": lambda v: 1.1 * v}
        rows = [dataclasses.replace(r, **{k: f(r.kid_reference) for k, f in ends.items()}) for r in rows]
        return failure_modes.of_rising(choose_best(rows))

    assert [len(course(second).cases) for second in (3.0, 1.05)] == [1, 0]
    assert len(course(1.05).examined) == 1
