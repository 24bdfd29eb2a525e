"""The head of the page: every clause, from rows that are written by hand."""

import dataclasses
import re

import pytest

from augury.report import answer, best, broken, diagnostics, gains
from augury.tables.classification import ClassificationRow
from augury.tables.columns import names
from augury.tables.runtime import RuntimeRow
from augury.tables.verdict import EQUIVALENT, HELPS, HURTS, LEAK
from tests.synthetic_scores import score_row
from tests.verdict_rows import verdict_row


def level(arm, classifier, accuracy, half=0.1, **cells):
    """A row of classification.tsv over all runs."""
    known = dict.fromkeys(names(ClassificationRow))
    known |= {"arm": arm, "classifier": classifier, "split": "all", "seed": "all", "part": "test", "leaked": False}
    known |= {"accuracy": accuracy, "accuracy_low": accuracy - half, "accuracy_high": accuracy + half}
    return ClassificationRow(**(known | cells))


def open_row(**cells):
    """An unresolved comparison of a holdout with 27 test specimens and two seeds."""
    usual = {
        "classifier": "cnn", "difference": 0.019, "low": -0.03, "high": 0.06, "baseline_value": 0.833, "p_holm": 0.4,
        "power": 0.2, "detectable": 0.13, "specimens_needed": 300, "n_specimens": 27, "n_splits": 1, "n_runs": 2,
        "n_generators": 2, "here_low": -0.01, "here_high": 0.048,
    }  # fmt: skip
    return verdict_row(**(usual | cells))


def lead_and_list(rows=(), judged=(), diagnoses=(), n_classes=6, **settings):
    """Label -> sentences of the lead, and the list below it."""
    head = answer.head(rows, judged, diagnoses, n_classes, settings)
    return {line.label: " ".join(line.sentences) for line in head.lead}, list(head.more)


# The best classifier


def test_the_best_classifier_is_told_with_its_level_and_its_lead_whatever_the_arm():
    rows = [level("real", "cnn", 0.8), level("dcgan", "cnn", 0.8), level("real", "probe", 0.9, 0.05)]
    rows += [level("dcgan", "probe", 0.86), level("copier", "probe", 1.0, leaked=True)]
    assert len(broken.means([*rows, level("real", "cnn", 0.1, part="validation")])) == 4
    assert best.best(broken.means(rows), []) == [
        "Use probe, trained on real: it calls 90.0% (85.0% to 95.0%) of the test images rightly.",
        "Whatever the arm, it is better than cnn, by 8.0 points on average over 2 arms (+6.0 to +10.0; the intervals "
        "overlap, and no paired test was made).",
    ]


def test_a_lead_that_some_arms_turn_round_is_not_told_as_one():
    rows = [level("real", "cnn", 0.8), level("dcgan", "cnn", 0.8), level("real", "probe", 0.9, 0.01)]
    (_, second) = best.best([*rows, level("dcgan", "probe", 0.78)], [])
    assert second.startswith("It is better than cnn, by 4.0 points on average over 2 arms (-2.0 to +10.0; the")


def test_the_level_is_that_of_the_arm_that_is_seen_to_help():
    rows = [level("real", "cnn", 0.8), level("dcgan", "cnn", 0.84), level("lucky", "cnn", 0.99)]
    judged = [open_row(word=HELPS), open_row(arm="lucky")]
    assert best.best(rows, judged) == [
        "cnn, trained on dcgan, calls 84.0% (74.0% to 94.0%) of the test images rightly."
    ]
    assert "on real, calls 80.0%" in best.best(rows, [open_row()])[0]
    assert best.best([], judged) == []


def test_the_best_of_all_is_held_beside_the_best_classifier_on_the_baseline():
    rows = [level("real", "cnn", 0.8), level("dcgan", "cnn", 0.84), level("real", "probe", 0.9)]
    rows += [level("dcgan", "probe", 0.92), level("twice", "probe", 0.99)]
    control = open_row(classifier="probe", arm="twice", family="controls: accuracy, probe")
    judged = [open_row(word=HELPS), open_row(classifier="probe", low=-0.031, high=0.071), control]
    assert best.beside_the_baseline(rows, judged) == [
        "The most was called rightly by probe on dcgan, 92.0%: 2.0 points more than by probe on real, the best without "
        "it (-3.1 to +7.1, not resolved)."
    ]
    higher = [*rows, level("style", "cnn", 0.93)]
    assert best.beside_the_baseline(higher, [*judged, open_row(arm="style")]) == [
        "The most was called rightly by cnn on style, 93.0%: 3.0 points more than by probe on real, the best without "
        "it (no paired test was made)."
    ]
    lower = [*rows[:3], level("dcgan", "probe", 0.9)]
    assert best.beside_the_baseline(lower, judged) == [
        "Helped by dcgan, cnn calls 84.0% rightly: 6.0 points fewer than probe on real, without it."
    ]
    assert best.beside_the_baseline(lower, [open_row()]) == best.beside_the_baseline(rows, []) == []


# What is broken


def examined(*recalls, **cells):
    scores = [score_row(class_=f"c{index}", recall=recall, **cells) for index, recall in enumerate(recalls)]
    return diagnostics.examine(scores, {})


def test_broken_generators_open_the_page_with_the_number_that_shows_it():
    lead, _ = lead_and_list([level("real", "cnn", 0.8)], [open_row()], examined(0.0, 0.01, 0.036, 0.02, 0.0, 0.03))
    label, sentences = next(iter(lead.items()))
    assert label == answer.BROKEN
    assert sentences == (
        "All 6 trained generators of dcgan are broken: recall at most 0.036. A classifier learns little from such "
        "images: where samples are noise, train longer; where they are alike, use ADA."
    )


def test_broken_generators_are_counted_among_those_that_were_looked_at():
    (grave, lesser) = broken.generators(examined(0.0, 0.5, 0.6, 0.04), {"half": {"generator": "dcgan"}, "real": None})
    assert grave[0].startswith("2 of 4 trained generators of dcgan (c0 and c3) are broken (arm half): recall at most ")
    assert lesser == []
    scores = [score_row(generator=name, recall=recall) for name, recall in (("a", 0.01), ("b", 0.02))]
    assert broken.generators(diagnostics.examine(scores, {}), {})[0][0].startswith(
        "Both trained generators of a and b are broken: recall at most 0.020."
    )
    assert broken.generators(examined(0.01), {})[0][0].startswith(
        "The trained generator of dcgan is broken: recall 0.010."
    )


@pytest.mark.parametrize(
    "recalls, claim",
    [
        ([(0.01, 0.5), (0.5, 0.5), (0.5, 0.5)], "1 of 3 trained generators of edm (for a, of 2) is broken"),
        ([(0.01, 0.5), (0.5, 0.02), (0.5, 0.5)], "2 of 3 trained generators of edm are broken"),
        ([(0.01, 0.5), (0.01, 0.5)], "Both trained generators of edm (for a, of 2) are broken"),
        ([(0.01, 0.02)], "The trained generator of edm is broken"),
    ],
)
def test_a_generator_of_all_classes_is_one_training(recalls, claim):
    scores = [score_row(generator="edm", split=f"fold{split}", class_=class_, recall=recall)
              for split, pair in enumerate(recalls) for class_, recall in zip("ab", pair, strict=True)]  # fmt: skip
    diagnoses = diagnostics.examine(scores, {}, [{"generator": "edm", "class": "all"}])
    [found] = broken.claims(diagnoses, [], [])
    assert found.whole == claim
    assert found.brief == re.sub(r"for [\w ]+, of 2", "for 1 of 2 classes", claim).replace(" trained", "")
    assert f"in {len(recalls)} training" in diagnostics.looked_at(diagnoses)


def test_only_the_first_of_several_generators_begins_a_sentence():
    scores = [score_row(split=f"fold{split}", class_="a", recall=0.01) for split in (1, 2)]
    scores += [score_row(generator="edm", class_=class_, recall=recall) for class_, recall in (("a", 0.01), ("b", 0.5))]
    diagnoses = diagnostics.examine(scores, {}, [{"generator": "edm", "class": "all"}])
    assert [claim.whole for claim in broken.claims(diagnoses, [], [])] == [
        "Both trained generators of dcgan and the trained generator of edm (for a, of 2) are broken"
    ]


def test_the_two_measures_that_most_of_them_fail_are_told_with_their_counts():
    scores = [score_row(class_="a", recall=0.01, coverage=0.02), score_row(class_="b", recall=0.02, coverage=0.5)]
    assert (
        ": recall at most 0.020, coverage 0.020 in 1 of them. "
        in broken.generators(diagnostics.examine(scores, {}), {})[0][0]
    )


def test_copies_are_grave_and_a_late_rise_is_not():
    near = {"kid_reference_low": 0.01, "kid_reference_high": 0.02}
    far = {"kid_reference_low": 0.07, "kid_reference_high": 0.09}
    scores = [score_row(kid_reference=0.015, snapshot=10, best=True, **near), score_row(kid_reference=0.08, **far)]
    lead, more = lead_and_list([level("real", "cnn", 0.8)], [], diagnostics.examine(scores, {}))
    assert lead[answer.BROKEN].startswith("The trained generator of dcgan was better earlier in its training.")
    scores[1] = dataclasses.replace(scores[1], copied=0.2)
    lead, more = lead_and_list([level("real", "cnn", 0.8)], [], diagnostics.examine(scores, {}))
    assert lead[answer.BROKEN].startswith(
        "The trained generator of dcgan copies its training images: share that shows a training image by its pixels "
        "20.0%."
    )
    assert more[0].startswith("The trained generator of dcgan was better earlier")


def test_a_classifier_at_chance_on_every_arm_is_broken():
    rows = [level(arm, "net", 0.3, recall=recall, recall_low=0.2, recall_high=0.4)
            for arm, recall in (("real", 0.268), ("gan", 0.25))]  # fmt: skip
    assert broken.classifiers(rows, 4) == [
        "net tells the 4 classes no better than chance on any arm (recall at most 26.8%, by chance 25.0%): no arm "
        "can show with it what its images are worth. Train it longer, or begin with pretrained weights."
    ]
    assert broken.classifiers([*rows, level("best", "net", 0.5, recall=0.5, recall_low=0.3)], 4) == []
    assert broken.classifiers(rows, 6) == broken.classifiers(rows, 1) == []
    few = [
        level("real", "net", 0.5, recall=0.5, recall_low=0.2)
    ]  # too few test images to exclude chance: no proof of it
    assert broken.classifiers(few, 4) == []
    lead, _ = lead_and_list([*rows, level("real", "probe", 0.2, recall=0.3, recall_low=0.26)], n_classes=4)
    assert lead[answer.USE].startswith("probe, trained on real, calls 20.0%")
    assert answer.USE not in lead_and_list(rows, n_classes=4)[0]


def test_leaks_are_told_without_numbers():
    lead, _ = lead_and_list(judged=[verdict_row(word=LEAK, leaked=True, p=None, p_holm=None, chance_helps=None)])
    assert lead[answer.BROKEN].startswith("dcgan is not judged: a training may have seen its test images")
    assert "2.1" not in str(lead)
    assert lead[answer.HELPS] == "No arm is judged."


# What helps or hurts


def test_the_only_resolved_row_is_never_left_out():
    """The 119 fossils: everything open but F1 of dcgan and cnn, and two seeds."""
    judged = [
        open_row(low=-1.0, high=1.0, difference=-0.167, baseline_value=0.5, detectable=None, specimens_needed=None),
        open_row(measure="f1", family="secondary: f1, cnn", word=HURTS, difference=-0.315, low=-0.52, high=-0.11,
                 p_holm=0.01, here_low=-0.44, here_high=-0.19),
        open_row(arm="classical", family="controls: accuracy, cnn"),
    ]  # fmt: skip
    rows = [level(arm, name, value) for arm in ("real", "dcgan") for name, value in (("cnn", 0.5), ("probe", 0.58))]
    lead, more = lead_and_list(rows, judged, examined(0.0, *[0.036] * 5))
    assert list(lead) == [answer.BROKEN, answer.USE, answer.HELPS, answer.RULED_OUT, answer.MORE]
    assert "recall at most 0.036" in lead[answer.BROKEN]
    assert "Whatever the arm, it is better than cnn, by 8.0 points" in lead[answer.USE]
    assert lead[answer.HELPS] == (
        "dcgan hurts cnn: F1 (secondary) -31.5 points [-52.0, -11.0], p = 0.010 (on these images [-44.0, -19.0])."
    )
    assert lead[answer.RULED_OUT].startswith(
        "dcgan with cnn: accuracy -16.7 points, between -50.0 and +50.0: nothing is ruled out at 95%"
    )
    assert lead[answer.MORE] == (
        "No gain could have been seen: a baseline of 50.0% leaves no room for one that this design would resolve. "
        "No design on such specimens can see a gain of 5 points: trainings differ by more."
    )
    assert any(
        line.startswith("Two trained generators per class cannot tell how far trainings differ") for line in more
    )
    assert "Of 3 comparisons 1 is primary: accuracy of cnn. The others (1 secondary and 1 control)" in more[-2]
    assert more[-1].startswith("`python workflow/scripts/plan_study.py` lists what other designs would see")
    assert "cannot be determined" not in f"{lead} {more}"


def test_primary_rows_come_first_and_measures_of_one_arm_share_a_sentence():
    judged = [
        verdict_row(arm="copies", family="controls: accuracy, lite0", word=HURTS, difference=-0.05, low=-0.08,
                    high=-0.02, p_holm=0.0001, here_low=-0.07, here_high=-0.03),
        verdict_row(measure="f1", family="secondary: f1, lite0", word=HELPS),
        verdict_row(word=HELPS),
    ]  # fmt: skip
    here = "(on these images [+0.8, +3.4])"
    assert gains.resolved(judged) == [
        f"dcgan helps lite0: accuracy +2.1 points [+0.3, +3.9], p = 0.031 {here}; "
        f"F1 (secondary) +2.1 points [+0.3, +3.9], p = 0.031 {here}.",
        "copies hurts lite0: accuracy (control) -5.0 points [-8.0, -2.0], p < 0.001 (on these images [-7.0, -3.0]).",
    ]


def test_of_many_resolved_rows_the_first_lead_and_the_rest_is_listed():
    judged = [verdict_row(arm=f"arm{index:02d}", word=HELPS) for index in range(16)]
    lead, more = lead_and_list(judged=judged)
    assert lead[answer.HELPS].count("helps lite0") == 3
    assert [line[:5] for line in more[:12]] == [f"arm{index:02d}" for index in range(3, 15)]
    assert more[12] == "1 more stands in the table of verdicts."
    classes = [verdict_row(class_=f"c{index}", family="by class: f1, cnn", word=HELPS) for index in range(4)]
    lead, more = lead_and_list(judged=classes)
    assert lead[answer.HELPS].count("helps lite0") == 1
    lead, more = lead_and_list(judged=[verdict_row(arm=row.class_, class_="x", word=HELPS) for row in classes])
    assert lead[answer.HELPS].count("helps lite0") == 3
    assert more[0].startswith("c3 helps lite0: recall of x")


def test_classes_are_told_in_the_list_or_in_the_lead_where_nothing_else_is_resolved():
    one = verdict_row(class_="Calanoida", family="by class: accuracy, lite0", word=HURTS, n_generators=None)
    lead, more = lead_and_list(judged=[one, open_row()])
    told_so = "dcgan hurts lite0: recall of Calanoida +2.1 points [+0.3, +3.9], p = 0.031."
    assert lead[answer.HELPS] == f"No arm is seen to help or to hurt, in any measure over all classes. {told_so}"
    lead, more = lead_and_list(judged=[one, verdict_row(word=HELPS)])
    assert lead[answer.HELPS].startswith("dcgan helps lite0")
    assert more[0] == told_so


def test_an_equivalent_arm_is_told_with_the_p_of_its_equivalence():
    row = verdict_row(word=EQUIVALENT, difference=0.001, low=-0.004, high=0.006, p_holm=0.6, p_equivalence_holm=0.02)
    lead, _ = lead_and_list(judged=[row])
    assert (
        "dcgan and real are equivalent for lite0, within 1 point: accuracy +0.1 points [-0.4, +0.6], p = 0.020"
        in (lead[answer.HELPS])
    )
    assert answer.RULED_OUT not in lead


def test_cautions_stand_beside_the_word():
    assert gains.resolved([verdict_row(word=HELPS, caution="trained on the web")])[0].endswith("(trained on the web).")
    assert gains.ruled_out(open_row(caution="trained on the web"), "95%").endswith("(trained on the web).")


# What is ruled out


@pytest.mark.parametrize(
    "cells, words",
    [
        ({}, "between -3.0 and +6.0: a gain above 6.0 and a loss beyond 3.0 points are ruled out at 95%;"),
        ({"high": 0.2}, "between -3.0 and +16.7: a loss beyond 3.0 points is ruled out at 95%, no gain is;"),
        ({"low": -0.9}, "between -83.3 and +6.0: a gain above 6.0 points is ruled out at 95%;"),
        ({"low": -1.0, "high": 1.0}, "between -83.3 and +16.7: nothing is ruled out at 95%;"),
    ],
)
def test_the_interval_says_what_is_ruled_out(cells, words):
    sentence = gains.ruled_out(open_row(**cells), "95%")
    assert sentence.startswith(f"dcgan with cnn: accuracy +1.9 points, {words} on these images, between -1.0 and +4.8")


def test_no_interval_passes_what_the_baseline_leaves():
    sentence = gains.ruled_out(open_row(here_low=-0.9, here_high=0.2), "95%")
    assert sentence.endswith("on these images, between -83.3 and +16.7.")


def test_where_less_is_better_a_gain_lies_below():
    cells = {"measure": "brier", "difference": -0.02, "low": -0.06, "high": 0.03, "baseline_value": 0.31}
    cells |= {"here_low": -0.04, "here_high": 0.001}
    assert gains.ruled_out(open_row(**cells), "95%") == (
        "dcgan with cnn: Brier score -0.020, between -0.060 and +0.030: a gain above 0.060 and a loss beyond 0.030 are "
        "ruled out at 95%; on these images, between -0.040 and +0.001."
    )
    wide = gains.ruled_out(open_row(**cells | {"low": -0.5}), "95%")
    assert "between -0.310 and +0.030: a loss beyond 0.030 is ruled out at 95%, no gain is" in wide
    assert "a gain of 0.130 in" in gains.could_have_seen([open_row(**cells)], 0.8)
    assert "a baseline of 0.040 leaves no room" in gains.would_see(open_row(**cells | {"baseline_value": 0.04}))
    (seen,) = gains.resolved([verdict_row(**cells | {"word": HELPS})])
    assert seen.startswith(
        "dcgan helps lite0: Brier score -0.020 [-0.060, +0.030], p = 0.031 (on these images [-0.040,"
    )


def test_several_arms_share_a_sentence_and_stand_one_by_one_below():
    judged = [
        open_row(arm=name, difference=gain, high=high, low=low)
        for name, gain, low, high in (("a", -0.01, -0.05, 0.04), ("b", 0.0, -0.04, 0.12), ("c", 0.04, 0.0, 0.09))
    ]
    lead, more = lead_and_list(judged=judged, statistics={"alpha": 0.1})
    assert lead[answer.RULED_OUT] == (
        "a, b and c with cnn: accuracy -1.0 to +4.0 points, none resolved; for all of them a gain above 12.0 and a "
        "loss beyond 5.0 points are ruled out at 90%."
    )
    assert [line.partition(" ")[0] for line in more[:3]] == ["a", "b", "c"]
    assert more[3] == (
        "Chances that accuracy of cnn gains more than 1 point, stays within that, or loses more: a 88%, 12%, under 1%; "
        "b 88%, 12%, under 1%; c 88%, 12%, under 1%."
    )


def test_what_one_arm_leaves_open_is_not_ruled_out_for_all():
    judged = [open_row(arm="a"), open_row(arm="b"), open_row(arm="c", high=0.3)]
    assert (
        "for all of them a loss beyond 3.0 points is ruled out at 95%, no gain is."
        in lead_and_list(judged=judged)[0][answer.RULED_OUT]
    )


def test_without_a_primary_row_accuracy_stands_for_it_and_is_told_once():
    lead, more = lead_and_list(judged=[open_row(family="secondary: accuracy, cnn")])
    assert lead[answer.RULED_OUT].startswith("dcgan with cnn: accuracy")
    assert not any(line.startswith("Secondary") for line in more)


def test_other_classifiers_are_named_as_secondary():
    _, more = lead_and_list(judged=[open_row(), open_row(classifier="probe", family="secondary: accuracy, probe")])
    assert "Secondary: dcgan with probe: accuracy +1.9 points, between -3.0 and +6.0" in " ".join(more)


# What would see more


@pytest.mark.parametrize(
    "cells, words",
    [
        ({"splits_needed": 12}, "A gain of 5 points would be seen with 12 splits instead of 1, or with about 300 test"),
        ({}, "No design on these test specimens can see a gain of 5 points; about 300 test specimens instead of 27"),
        ({"specimens_needed": None, "splits_needed": 9}, "A gain of 5 points would be seen with 9 splits instead of 1"),
        ({"specimens_needed": None}, "No design on such specimens can see a gain of 5 points: trainings differ by"),
        ({"baseline_value": 0.963}, "No study can see a gain of 5 points: a baseline of 96.3% leaves no room for it."),
        ({"detectable": 0.04, "high": 0.06}, "the target difference, and neither saw one of dcgan nor rules it out."),
        ({"target_difference": 0.02}, "can see a gain of 2 points"),
    ],
)  # fmt: skip
def test_what_would_see_the_worthwhile_gain(cells, words):
    assert words in gains.would_see(open_row(**cells))


def test_what_would_see_it_is_told_in_hours_of_training_too():
    runs = [
        RuntimeRow("classifier", "cnn", arm, split, 0, "", seconds, 1.0, "cpu", 1, "float32", 9)
        for arm, split, seconds in (("real", "fold0", 400), ("dcgan", "fold0", 800), ("real", "fold1", 1200))
    ]
    head = answer.head([], [open_row(n_splits=2, splits_needed=12)], [], 6, {}, runs)
    assert "with 12 splits instead of 2 (about 3 h 20 min more of training), or" in head.lead[-1].sentences[-1]


def test_what_this_design_could_have_seen():
    rows = [open_row(), open_row(detectable=0.11), open_row(detectable=None)]
    assert gains.could_have_seen(rows, 0.9) == (
        "This design would have seen a gain of 11.0 to 13.0 points in 90% of such studies."
    )
    assert gains.could_have_seen(rows[:1], 0.8).endswith("a gain of 13.0 points in 80% of such studies.")
    assert "a baseline of 83.3% leaves no room" in gains.could_have_seen(rows[2:], 0.8)
    assert gains.could_have_seen([], 0.8) == ""


def test_gains_of_two_measures_are_not_taken_for_one():
    brier = {"measure": "brier", "difference": -0.02, "low": -0.06, "high": 0.03, "baseline_value": 0.31}
    lead, _ = lead_and_list(judged=[open_row(), open_row(**brier, detectable=0.08)])
    more = lead[answer.MORE]
    assert (
        "a gain of 13.0 points in accuracy in 80% of such studies. No design on these test specimens can see a" in more
    )
    assert "a gain of 0.080 in Brier score in 80% of such studies. No design on these test specimens can see a" in more
    assert "a gain of 0.05 in Brier score; about 300" in more


def test_what_could_not_be_judged_is_named_and_asks_for_nothing():
    nothing = dict.fromkeys(("difference", "low", "high", "p", "power", "specimens_needed", "chance_helps", "here_low"))
    lead, _ = lead_and_list(judged=[open_row(**nothing)])
    assert lead[answer.RULED_OUT] == "dcgan with cnn is not judged in accuracy, for want of test images."
    assert answer.MORE not in lead


def test_the_arm_that_needs_most_is_the_one_whose_needs_are_told():
    rows = [open_row(arm="a", specimens_needed=300), open_row(arm="b", specimens_needed=None), open_row(arm="c")]
    assert gains.hardest(rows).arm == "b"
    assert gains.hardest(rows[::2]).arm == "a"


# What the numbers rest on


@pytest.mark.parametrize(
    "cells, words",
    [
        ({"n_generators": 1}, ["One generator per class was trained: its luck is not known"]),
        ({"n_generators": 2}, ["Two trained generators per class cannot tell how far trainings differ"]),
        ({"n_generators": 3}, []),
        ({"n_generators": None}, ["Two runs cannot tell how far trainings differ"]),
        ({"n_generators": None, "n_runs": 3}, []),
    ],
)
def test_too_few_trainings_are_told(cells, words):
    more = {"n_runs": 6, "n_generators": cells["n_generators"] and 6}
    sentences = gains.luck([open_row(**cells), open_row(**cells | more)])
    assert [line[: len(word)] for line, word in zip(sentences, words, strict=True)] == words


def test_no_chance_is_told_as_certain():
    assert [gains.chance(value) for value in (0.001, 0.5, 0.999)] == ["under 1%", "50%", "over 99%"]


def test_comparisons_are_counted_by_family():
    rows = [verdict_row(), verdict_row(family="secondary: f1, lite0"), verdict_row(family="by class: f1, lite0")]
    assert gains.multiplicity([*rows, verdict_row(p=None)]) == (
        "Of 3 comparisons 1 is primary: accuracy of lite0. The others (1 secondary and 1 by class) are corrected for "
        "themselves, by measure and classifier, and cost the primary ones nothing."
    )
    assert gains.multiplicity(rows[1:]) == (
        "Of 2 comparisons none are primary. They (1 secondary and 1 by class) are corrected for themselves, by measure "
        "and classifier."
    )
    assert gains.multiplicity(rows[:1]) == gains.multiplicity([]) == ""


def test_what_another_look_costs_stands_below_what_would_see_more():
    once = {"look": 1, "looks": 1, "planned_splits": 2, "series": 1, "unplanned_runs": 0}
    head = answer.head([], [open_row(n_splits=2, splits_needed=12, **once)], [], 6, {})
    assert [line.label for line in head.lead][-2:] == [answer.MORE, answer.LOOKS]
    [sentence] = head.lead[-1].sentences
    assert sentence.startswith("More splits would be a further look, and this one has spent all of the error")
    unknown = answer.head([], [open_row(n_splits=2, splits_needed=12)], [], 6, {})
    assert answer.LOOKS not in [line.label for line in unknown.lead]


def test_nothing_compared_gives_an_empty_head():
    assert lead_and_list() == ({}, [])
