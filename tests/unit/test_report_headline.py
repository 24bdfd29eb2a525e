"""The first screen's sentences and matrix, for every constellation of verdicts."""

import pytest

from augury.report import answer, broken, diagnostics, headline, matrix, question, standing
from augury.tables.confusions import ConfusionRow
from augury.tables.verdict import EQUIVALENT, HELPS, HURTS, LEAK, UNDERPOWERED
from tests.synthetic_scores import score_row
from tests.unit.test_report_answer import level, open_row
from tests.verdict_rows import verdict_row

CONTROL = "controls: accuracy, cnn"
OPEN = "With cnn, dcgan gains at most 6.0 and loses at most 3.0 points of accuracy (95%)."


def helping(**cells):
    return open_row(**{"word": HELPS, "difference": 0.04, "low": 0.01, "high": 0.07} | cells)


def hurting(**cells):
    return open_row(**{"word": HURTS, "difference": -0.05, "low": -0.08, "high": -0.02} | cells)


def equal(**cells):
    return open_row(**{"word": EQUIVALENT, "difference": 0.001, "low": -0.005, "high": 0.007} | cells)


def leaked(**cells):
    return open_row(**{"word": LEAK, "leaked": True, "p": None, "difference": 0.3} | cells)


SECONDARY = {"classifier": "probe", "family": "secondary: accuracy, probe"}


@pytest.mark.parametrize(
    "judged, words",
    [
        ([open_row()], f"No arm is seen to help or to hurt. {OPEN}"),
        ([helping()], "dcgan helps cnn (accuracy +4.0 points)."),
        ([hurting()], "dcgan hurts cnn (accuracy -5.0 points)."),
        ([equal()], "No arm is seen to help or to hurt; dcgan makes no difference to cnn (accuracy within 1 point)."),
        ([leaked()], "No arm is judged."),
        (
            [helping(), hurting(**SECONDARY)],
            "dcgan helps cnn (accuracy +4.0 points); dcgan hurts probe (accuracy -5.0 points, secondary).",
        ),
        (
            [helping(), helping(**SECONDARY), equal(arm="style"), hurting(arm="copies", family=CONTROL)],
            "dcgan helps cnn (accuracy +4.0 points) and probe (accuracy +4.0 points, secondary); copies hurts cnn "
            "(accuracy -5.0 points, a control); style makes no difference to cnn (accuracy within 1 point).",
        ),
        (
            [helping(arm="style"), open_row()],
            "style helps cnn (accuracy +4.0 points). With cnn, dcgan gains at most 6.0 and loses at most 3.0 points of "
            "accuracy (95%).",
        ),
        (
            [helping(arm="style"), open_row(), open_row(arm="lecam", high=0.09)],
            "style helps cnn (accuracy +4.0 points). With cnn, none of the other 2 arms gains more than 9.0 or loses "
            "more than 3.0 points of accuracy (95%).",
        ),
        (
            [*(helping(arm=f"x{index}", difference=0.04 + index / 100) for index in range(4)), open_row()],
            f"4 of 5 comparisons help, most of all x3 with cnn (accuracy +7.0 points). {OPEN}",
        ),
        (
            [equal(arm=f"x{index}") for index in range(4)],
            "No arm is seen to help or to hurt; 4 of 4 comparisons show no difference.",
        ),
        (
            [open_row(), hurting(measure="f1", family="secondary: f1, cnn", difference=-0.315)],
            f"In accuracy no arm is seen to help or to hurt, but dcgan hurts cnn (F1 -31.5 points, secondary). {OPEN}",
        ),
        (
            [open_row(high=0.04, detectable=0.03)],
            "No arm is seen to help or to hurt. With cnn, dcgan gains at most 4.0 and loses at most 3.0 points of "
            "accuracy (95%), so that a gain of 5 points is ruled out.",
        ),
        (
            [open_row(high=0.2)],
            "No arm is seen to help or to hurt. With cnn, dcgan loses at most 3.0 points of accuracy (95%).",
        ),
        (
            [open_row(low=-1.0, high=1.0)],
            "No arm is seen to help or to hurt. With cnn, nothing is ruled out for dcgan.",
        ),
        (
            [open_row(measure="brier", difference=-0.02, low=-0.06, high=0.03, baseline_value=0.31)],
            "No arm is seen to help or to hurt. With cnn, dcgan gains at most 0.060 and loses at most 0.030 in Brier "
            "score (95%).",
        ),
        ([open_row(low=None, high=None)], "No arm is seen to help or to hurt."),
        ([leaked(), open_row(arm="style", classifier="")],
         "No arm is seen to help or to hurt. style gains at most 6.0 and loses at most 3.0 points of accuracy (95%)."),
        ([], ""),
    ],
)  # fmt: skip
def test_the_answer_is_a_few_plain_words(judged, words):
    assert " ".join(headline.effects(judged, "95%")) == words


def test_the_best_classifier_ends_the_answer():
    rows = [level("real", "cnn", 0.8), level("real", "probe", 0.9, 0.05)]
    assert headline.sentences(rows, [open_row(classifier="probe")], "95%")[-1] == (
        "Use probe, trained on real: it calls 90.0% (85.0% to 95.0%) of the test images rightly."
    )


def test_what_makes_the_answer_doubtful_is_a_clause_each():
    diagnoses = diagnostics.examine([score_row(class_=name, recall=0.01) for name in "ab"], {})
    claims = broken.claims(diagnoses, ["n1", "n2", "n3", "n4", "n5"], [leaked()])
    assert [claim.whole for claim in claims] == [
        "Both trained generators of dcgan are broken",
        "n1, n2, n3 and 2 more are no better than chance on any arm",
        "dcgan is not judged: a training may have seen its test images, so that its numbers prove nothing",
    ]
    assert broken.in_a_line(claims, "1 warning about the images: ...") == (
        "Both generators of dcgan are broken and 3 more warnings"
    )
    single = broken.claims(diagnostics.examine([score_row(recall=0.6)], {}), ["n1"], [])
    assert [each[:2] for each in single] == [("n1 is no better than chance", "n1 is no better than chance on any arm")]
    assert broken.in_a_line(single) == "n1 is no better than chance"
    assert broken.in_a_line(broken.claims([], [], [leaked()])) == "dcgan is not judged"
    assert broken.in_a_line([], "1 warning about the images: ...") == "1 warning about the images"
    assert broken.in_a_line([]) == ""


def test_what_would_settle_it_is_said_of_what_is_open():
    assert answer.settling([open_row()]) == [
        "No design on these test specimens can see a gain of 5 points; about 300 test specimens instead of 27, divided "
        "likewise, would."
    ]
    assert answer.settling([helping(), leaked()]) == answer.settling([]) == []


@pytest.mark.parametrize(
    "cells",
    [{"high": 0.04}, {"measure": "brier", "difference": 0.02, "low": -0.04, "high": 0.06, "baseline_value": 0.31}],
)
def test_nothing_would_settle_a_gain_that_the_answer_rules_out(cells):
    missed = open_row(**cells)
    assert answer.settling([missed]) == []
    assert answer.MORE not in [line.label for line in answer.head([], [missed], [], 6, {}).lead]
    both = [missed, open_row(arm="style", measure=missed.measure, low=-0.06, high=0.06, specimens_needed=80)]
    assert "about 80 test specimens" in " ".join(answer.settling(both))
    [more] = [line for line in answer.head([], both, [], 6, {}).lead if line.label == answer.MORE]
    assert "about 80 test specimens" in " ".join(more.sentences)
    assert answer.settling([open_row(baseline_value=0.963, high=0.045)]) != [], "no room is another thing"


# The matrix


def test_the_matrix_has_a_shape_a_word_a_difference_and_its_interval():
    judged = [helping(), open_row(**SECONDARY), hurting(arm="style"), leaked(arm="style", **SECONDARY)]
    rows = [level("real", "cnn", 0.8), level("real", "probe", 0.9)]
    (made,) = matrix.matrices(judged, rows)
    assert (made.measure, made.unit, made.baseline, made.corner, made.header) == (
        "accuracy", "points", "real", "arm", ["cnn", "probe"],
    )  # fmt: skip
    first, dcgan, style = made.lines
    assert [(cell.value, cell.interval) for cell in first.cells] == [
        ("80.0%", "[70.0%, 90.0%]"),
        ("90.0%", "[80.0%, 100.0%]"),
    ]
    assert dcgan.cells[0] == ("▲", "helps", "helps", "+4.0", "[+1.0, +7.0]", True)
    assert dcgan.cells[1] == ("○", "underpowered", "open", "+1.9", "[-3.0, +6.0]", False)
    assert style.cells[0][:2] == ("▼", "hurts")
    assert style.cells[1] == ("✕", "not judged: leak", "leak", "–", "", False)  # a leak has no number
    assert [word for _, _, word, _ in made.legend] == [HELPS, HURTS, UNDERPOWERED, LEAK]
    assert len(set(matrix.MARKS.values())) == len(matrix.MARKS) == 5
    assert made.secondary


def test_an_arm_that_a_classifier_was_not_trained_on_has_an_empty_cell():
    (made,) = matrix.matrices([helping(), helping(arm="style", **SECONDARY)], [])
    assert made.lines[1].cells[1] == matrix.Told()
    assert made.lines[0].cells[0].value == "83.3%"  # of the verdict, where no table of classifiers is given


def test_another_baseline_is_named():
    (made,) = matrix.matrices([helping(), helping(arm="style", baseline="real twice")], [])
    assert [line.note for line in made.lines] == ["baseline", "", "against real twice"]


def test_of_many_arms_the_resolved_ones_are_shown_and_the_others_folded():
    judged = [open_row(arm=f"arm{index:02d}") for index in range(28)]
    judged[20] = helping(arm="arm20")
    (made,) = matrix.matrices(judged, [])
    shown = [line.name for line in made.lines]
    assert shown == ["real", "arm00", "arm01", "arm02", "arm03", "arm04", "arm20"]
    assert len(made.more) == 22
    (few,) = matrix.matrices(judged[:7], [])
    assert len(few.lines) == 8
    assert not few.more


def test_many_classifiers_and_few_arms_change_places():
    judged = [open_row(classifier=f"net{index}") for index in range(6)]
    (made,) = matrix.matrices(judged, [])
    assert made.corner == "classifier"
    assert list(made.header) == ["real", "dcgan"]
    assert [line.name for line in made.lines] == [f"net{index}" for index in range(6)]


def test_each_primary_measure_has_a_matrix_and_others_have_none():
    brier = open_row(measure="brier", difference=-0.02, low=-0.06, high=0.03, baseline_value=0.31)
    others = [open_row(measure="f1", family="secondary: f1, cnn"), open_row(class_="a", family="by class: f1, cnn")]
    judged = [open_row(), brier, *others]
    made = matrix.matrices(judged, [])
    assert [(each.measure, each.better) for each in made] == [("accuracy", "more"), ("Brier score", "less")]
    assert made[1].lines[1].cells[0].interval == "[-0.060, +0.030]"
    assert matrix.matrices([], []) == []


# Real images alone


def confused(classifier, true, predicted, wrong):
    return ConfusionRow("real", classifier, "test", False, true, predicted, wrong, 27, wrong / 27, 4, 4)


def test_a_study_of_real_images_says_which_classifier_how_good_how_far_ahead_and_what_is_confused():
    rows = [level("real", "cnn", 0.8), level("real", "probe", 0.9, 0.05)]
    pairs = [confused("cnn", "a", "b", 9), confused("probe", "b", "a", 1), confused("probe", "a", "c", 4)]
    told = standing.answer(rows, sorted(pairs, key=lambda row: -row.wrong))
    assert told == [
        "Use probe, trained on real: it calls 90.0% (85.0% to 95.0%) of the test images rightly.",
        "It is better than cnn, by 10.0 points (the intervals overlap, and no paired test was made).",
        "What it confuses most is a, taken for c in 4 of 27 answers.",
    ]
    best_pairs = standing.pairs_of_best(rows, pairs)
    assert standing.listed_pairs(best_pairs) == [("b", "a", "1 of 27"), ("a", "c", "4 of 27")]
    assert len(standing.answer(rows[:1], [])) == 1
    assert standing.answer([], pairs) == standing.standings([]) == standing.pairs_of_best([], pairs) == []


def test_classifiers_stand_in_the_order_of_their_accuracy_with_bars_of_their_intervals():
    shares = {"f1": 0.7, "f1_low": 0.6, "f1_high": 0.8, "auroc": 0.9}
    rows = [level("real", "cnn", 0.8), level("real", "probe", 0.9, 0.05, **shares)]
    first, second = standing.standings(rows)
    assert (first.name, second.name, first.note) == ("probe", "cnn", "")
    accuracy, worst, f1, auroc = first.ranges
    assert (accuracy.value, accuracy.interval) == ("90.0%", "[85.0%, 95.0%]")
    assert (f1.low, f1.middle, f1.high) == (60, 70, 80)
    assert (auroc.value, auroc.interval) == ("90.0%", "")
    assert worst == standing.Range("–")


# The question


@pytest.mark.parametrize(
    "generators, n_arms, classifiers, words",
    [
        ({"dcgan": {}}, 2, ["cnn"], "Do synthetic images help to tell 6 classes apart?"),
        ({}, 2, ["cnn"], "Which training set helps to tell 6 classes apart?"),
        ({}, 1, ["cnn", "probe"], "Which classifier tells 6 classes apart best, and how well?"),
        ({}, 1, ["cnn"], "How well does cnn tell 6 classes apart?"),
        ({"dcgan": {}}, 0, [], "How near do synthetic images of 6 classes come to real ones?"),
    ],
)
def test_a_study_asks_by_what_it_compares(generators, n_arms, classifiers, words):
    rows = [level(f"arm{index}", name, 0.8) for index in range(n_arms) for name in classifiers]
    judged = [verdict_row()] if n_arms > 1 else []
    asked = question.question({"dataset": "forams", "generators": generators}, rows, judged, 6)
    assert asked.words == words
    assert asked.title.startswith("forams: ")
