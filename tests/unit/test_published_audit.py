"""Which printed numbers are possible, by hand calculation."""

import dataclasses
from fractions import Fraction

import pytest

from augury.command.errors import UserError
from augury.published.audit import granularity, labels
from augury.published.audit.findings import audit, sentence
from augury.published.audit.granularity import WHOLE
from augury.published.audit.hypotheses import Known, Reading, Rule
from augury.published.audit.printed import read_printed, value


def test_numbers_keep_the_digits_that_they_are_printed_with():
    assert (value("0.80").value, value("0.80").half) == (Fraction(4, 5), Fraction(1, 200))
    assert (value("93%").value, value("93%").half) == (Fraction(93, 100), Fraction(1, 200))
    assert (value("91.25").value, value("91.25").half) == (Fraction(365, 400), Fraction(1, 20000))


@pytest.mark.parametrize("text", ["abc", "-0.1", "101%", "1/2", "nan"])
def test_what_is_no_share_is_told(text):
    with pytest.raises(UserError, match=r"no number|no share"):
        value(text)


def free(text):
    return Rule.FREE.bounds(value(text))


def test_counts_of_45_images():
    # 38/45 = 0.8444, 39/45 = 0.8667, 44/45 = 0.9778, 36/45 = 0.8.
    assert not granularity.fits(free("0.85"), 45)
    assert not granularity.fits(free("0.99"), 45)
    assert list(granularity.counts(free("0.80"), 45)) == [36]


def test_ties_go_one_way_in_one_table():
    # 1/8 = 0.125: 0.13 if ties go up, 0.12 if down or to the even digit; no rule prints it as both.
    half_up, half_down = value("0.13"), value("0.12")
    ways = (Rule.UP, Rule.DOWN, Rule.EVEN, Rule.FREE)
    assert [granularity.fits(rule.bounds(half_up), 8) for rule in ways] == [True, False, False, True]
    assert [granularity.fits(rule.bounds(half_down), 8) for rule in ways] == [False, True, True, True]
    assert granularity.smallest([half_up]) == 8
    assert granularity.smallest([half_up, half_down]) > 8


def test_what_each_way_to_round_hides():
    # 2/3 is 0.67 rounded and 0.66 cut off; 0.8446 is 0.845 first and 0.85 then; 1 is never cut off to 0.99.
    assert [granularity.fits(rule.bounds(value("0.66")), 3) for rule in (Rule.FREE, Rule.TRUNCATED)] == [False, True]
    assert [granularity.fits(rule.bounds(value("0.67")), 3) for rule in (Rule.FREE, Rule.TRUNCATED)] == [True, False]
    share = (8446 * WHOLE // 10**4,) * 2
    assert [granularity.overlap(rule.bounds(value("0.85")), share) for rule in (Rule.FREE, Rule.TWICE)] == [False, True]
    assert not granularity.fits(Rule.TRUNCATED.bounds(value("0.99")), 45)


def test_precision_recall_and_f1_of_the_same_hits():
    # 8 of 10 found, 9 called: precision 0.89, F1 16/19 = 0.84.
    three = [free(text) for text in ("0.89", "0.80", "0.84")]
    assert granularity.fits_together(*three, 10)
    assert not granularity.fits_together(free("0.93"), *three[1:], 10)  # 8 of 8 or of 9 is 1.00 or 0.89
    assert granularity.fits_together(free("0.00"), free("0.00"), free("0.00"), 10)


def test_the_accuracy_that_recalls_allow(tmp_path):
    recalls = [free("0.5"), free("0.9")]
    assert [float(end) / WHOLE for end in granularity.mean(recalls)] == pytest.approx([0.65, 0.75], abs=2e-6)
    counted = [granularity.counted(free("0.50"), 10), granularity.counted(free("0.90"), 30)]
    assert granularity.mean(counted, [10, 30]) == (WHOLE * Fraction(32, 40),) * 2  # 5 of 10 and 27 of 30


def table(tmp_path, *lines):
    path = tmp_path / "printed.tsv"
    path.write_text("# a remark\n" + "\n".join("\t".join(line.split()) for line in lines) + "\n")
    return read_printed(path)


def written(tmp_path, *lines):
    (tmp_path / "printed.tsv").write_text("\n".join(lines) + "\n")
    return read_printed(tmp_path / "printed.tsv")


def found(lines, *single, **known):
    rows = audit(lines, known=Known(bool(single), **known))
    return {(row.check, row.where, row.measure): (row.word, row.assumption) for row in rows}


def words(rows):
    return {(row.check, row.where, row.measure): row.word for row in rows}


ACCURACY = ("agreement", "all", "accuracy")
ONE_RUN = "one run"


def test_an_accuracy_without_sizes_is_any_mean_of_the_recalls(tmp_path):
    head = ("class\trecall\taccuracy", "a\t.85\t", "b\t.92\t", "c\t.75\t")
    # Three classes of 200: 170, 184 and 150 of them are right, 504 of 600.
    assert found(written(tmp_path, *head, "all\t\t.8400"), ONE_RUN)[ACCURACY] == ("possible", "")
    unequal = written(tmp_path, *head, "all\t\t.90")
    assert found(unequal)[ACCURACY] == ("does not fit if", Reading.EQUAL.assumption)
    assert found(unequal, ONE_RUN)[ACCURACY] == ("does not fit if", Reading.EQUAL.assumption)
    above = written(tmp_path, *head, "all\t\t.96")  # of validation images, perhaps, but not of these
    assert found(above)[ACCURACY] == ("does not fit if", Reading.SAME.assumption)
    assert found(above, ONE_RUN)[ACCURACY] == ("impossible", "")


def test_unequal_classes_weigh_by_their_size(tmp_path):
    head = ("class\tn\trecall\taccuracy", "a\t10\t0.50\t", "b\t30\t0.90\t")
    for accuracy, word in (("0.80", "possible"), ("0.78", "impossible")):  # 5 + 27 of 40
        assert found(written(tmp_path, *head, f"all\t\t\t{accuracy}"), ONE_RUN)[ACCURACY][0] == word
    weighed = found(written(tmp_path, *head, "all\t\t\t0.78"))[ACCURACY]
    assert weighed == ("does not fit if", f"{Reading.WEIGHED.assumption}, and numbers are rounded once, to the nearest")
    mean = found(written(tmp_path, *head, "all\t\t\t0.70"), ONE_RUN)[ACCURACY]  # the mean of the recalls
    assert mean == ("does not fit if", Reading.SHARE.assumption)


def test_a_recall_that_no_count_gives(tmp_path):
    lines = table(tmp_path, "class n recall", "a 45 0.99", "b 45 0.98")
    assert found(lines)["count", "a", "recall"] == ("does not fit if", Reading.RUN.assumption)
    assert found(lines, ONE_RUN)["count", "a", "recall"] == ("impossible", "")
    assert found(lines, ONE_RUN)["count", "b", "recall"] == ("possible", "")  # 44
    (row,) = [row for row in audit(lines) if row.where == "a"]
    assert "it needs at least 67" in row.about  # 66/67 = 0.985
    lines = table(tmp_path, "class n recall", "a 3 0.66")
    assert found(lines, ONE_RUN)["count", "a", "recall"][0] == "does not fit if"  # 2 of 3, cut off
    assert found(lines, ONE_RUN, rounding="nearest")["count", "a", "recall"][0] == "impossible"


def test_an_f1_that_precision_and_recall_cannot_give(tmp_path):
    lines = table(tmp_path, "class precision recall f1", "a 0.90 0.50 0.95", "b 0.90 0.50 0.64", "c 0.90 0.50 0.55")
    f1 = {where: ("agreement", where, "f1") for where in "abc"}
    assert found(lines)[f1["a"]] == ("does not fit if", Reading.ALIKE.assumption)
    assert found(lines)[f1["b"]] == ("possible", "")  # 0.9 / 1.4 = 0.643
    assert found(lines)[f1["c"]] == ("does not fit if", Reading.ANSWERS.assumption)  # a mean of F1s may be less
    assert found(lines, ONE_RUN)[f1["a"]] == found(lines, ONE_RUN)[f1["c"]] == ("impossible", "")


def test_an_f1_that_was_worked_out_from_rounded_numbers(tmp_path):
    # 1 of 3 found, 7 called: 0.14, 0.33 and F1 2/10; worked out from the two it is 0.1966.
    for printed, word in (("0.200", "possible"), ("0.197", "does not fit if"), ("0.190", "impossible")):
        lines = table(tmp_path, "class n precision recall f1", f"a 3 0.14 0.33 {printed}")
        assert found(lines, ONE_RUN)["agreement", "a", "f1"][0] == word


def test_an_f1_that_was_worked_out_from_a_precision_that_is_not_shown(tmp_path):
    for printed, word in (("0.200", "possible"), ("0.197", "does not fit if"), ("0.270", "impossible")):
        lines = table(tmp_path, "class n recall f1", f"a 3 0.33 {printed}")  # 2/10; 2/8 = 0.25 and 2/7 = 0.286
        assert found(lines, ONE_RUN)["agreement", "a", "f1"][0] == word


def test_a_mean_of_f1s_beside_classes_whose_f1_was_worked_out(tmp_path):
    rows = ("class\tn\tprecision\trecall\tf1", *(f"{name}\t3\t0.14\t0.33\t0.197" for name in "ab"))
    for printed, word in (("0.197", "possible"), ("0.200", "does not fit if"), ("0.250", "impossible")):
        lines = written(tmp_path, *rows, f"macro avg\t\t0.20\t0.50\t{printed}")
        assert found(lines, ONE_RUN)["agreement", "macro avg", "f1"][0] == word


def test_answers_that_do_not_add_up(tmp_path):
    # Each class has fewer answers than images: 8 of 10 found, 8 called, and 5 of 10, 5 called.
    lines = table(tmp_path, "class n precision recall", "a 10 1.00 0.80", "b 10 1.00 0.50")
    assert found(lines)["calls", "all", "precision"] == ("does not fit if", Reading.CLOSED.assumption)
    # 10 of 10 found, 11 called, and 8 of 10 found, 9 called make 20, but not where b has 20.
    lines = table(tmp_path, "class n precision recall", "a 10 0.91 1.00", "b 10 0.89 0.80")
    assert found(lines)["calls", "all", "precision"] == ("possible", "")
    lines = table(tmp_path, "class n precision recall", "a 10 0.91 1.00", "b 20 0.89 0.80")
    assert found(lines)["calls", "all", "precision"] == ("does not fit if", Reading.CLOSED_N.assumption)


REPORT = """              precision    recall  f1-score   support

     class 0       0.50      1.00      0.67         1
     class 1       0.00      0.00      0.00         1
     class 2       1.00      0.67      0.80         3

    accuracy                           0.60         5
   macro avg       0.50      0.56      0.49         5
weighted avg       0.70      0.60      0.61         5
"""  # scikit-learn's own example of classification_report


def test_the_report_of_scikit_learn_is_read_and_fits(tmp_path):
    (tmp_path / "report.txt").write_text(REPORT)
    lines = read_printed(tmp_path / "report.txt")
    assert [line.class_ for line in lines][-3:] == ["accuracy", "macro avg", "weighted avg"]
    assert (lines[3].values["accuracy"].value, lines[3].n) == (Fraction(3, 5), 5)
    assert {word for word, _ in found(lines, ONE_RUN, rounding="nearest").values()} == {"possible"}
    (tmp_path / "report.txt").write_text(REPORT.replace("0.00      0.00      0.00", " nan      0.00      0.00"))
    assert read_printed(tmp_path / "report.txt")[1].values.keys() == {"recall", "f1"}
    (tmp_path / "report.txt").write_text(REPORT.replace("0.49", "0.58").replace("0.61  ", "0.71  "))
    forged = found(read_printed(tmp_path / "report.txt"), ONE_RUN)
    assert forged["agreement", "macro avg", "f1"][0] == "impossible"  # 0.49, or 0.53 from 0.50 and 0.56
    assert forged["agreement", "weighted avg", "f1"][0] == "impossible"  # 0.61, or 0.65
    assert found(read_printed(tmp_path / "report.txt"))["agreement", "macro avg", "f1"][0] == "does not fit if"


@pytest.mark.parametrize("row", ["accuracy\t\t\t0.60\t5", "accuracy\t0.6\t0.6\t0.6\t0.6", "accuracy\t0.60\t5\t\t"])
def test_the_accuracy_of_a_report_stands_in_any_column(tmp_path, row):
    lines = written(tmp_path, "class\tprecision\trecall\tf1-score\tsupport", "0\t0.5\t1\t0.67\t1", row)
    assert (lines[1].values.keys(), lines[1].values["accuracy"].value) == ({"accuracy"}, Fraction(3, 5))


def test_two_arms_of_one_file_are_two_tables(tmp_path):
    rows = [
        ("a", "0.50", ""),
        ("b", "0.90", ""),
        ("all", "", "0.70"),
        ("a", "0.60", ""),
        ("b", "1.00", ""),
        ("all", "", "0.80"),
    ]
    apart = ["\t".join(("real" if index < 3 else "gan", *row)) for index, row in enumerate(rows)]
    for lines in (["arm\tclass\trecall\taccuracy", *apart], ["class\trecall\taccuracy", *map("\t".join, rows)]):
        read = [dataclasses.replace(line, n=10) for line in written(tmp_path, *lines)]
        checked = [row for row in audit(read, known=Known(True)) if row.measure == "accuracy"]
        assert [row.word for row in checked] == ["possible", "possible"]
        assert len({row.group for row in checked}) == 2
    mixed = ["class\trecall\taccuracy", *map("\t".join, sorted(rows))]
    assert found(written(tmp_path, *mixed), ONE_RUN)["agreement", "all", ""][0] == "not known"


def test_a_row_that_may_be_the_total_says_nothing_against_a_table(tmp_path):
    rows = (
        "class\tn\trecall\taccuracy",
        "a\t10\t0.50\t",
        "b\t30\t0.90\t",
        "{}\t40\t0.70\t",
        "all\t\t\t0.80",
    )  # 0.75 with a third class
    for name in ("Sammelzeile", "total"):
        lines = written(tmp_path, *(row.format(name) for row in rows))
        assert {word for word, _ in found(lines, ONE_RUN).values()} == {"possible"}


def test_rows_are_classes_but_for_averages():
    kinds = [
        "class 0",
        "all",
        "macro avg",
        "Weighted average",
        "micro avg",
        "accuracy",
        "Mean ± SD",
        "std",
        "Overall accuracy",
    ]
    assert [labels.kind(each) for each in kinds] == [
        *("class", "average", "macro", "weighted", "micro", "accuracy", "average", "spread", "accuracy")
    ]
    assert [labels.kind(each) for each in ("Allium", "mean cell", "Max Planck", "0", "")] == ["class"] * 5


SEEDS = ("arm seed accuracy", "old 0 0.50", "old 1 0.60", "old 2 0.58", "old mean {}")


def test_a_mean_is_of_its_seeds(tmp_path):
    for mean, word, assumption in (
        ("0.56", "possible", ""),
        ("0.59", "does not fit if", f"{Reading.EACH_ALIKE.assumption}, and numbers are rounded once, all by one rule"),
        ("0.64", "impossible", ""),
    ):
        lines = table(tmp_path, *(line.format(mean) for line in SEEDS))
        assert found(lines)["mean", "old", "accuracy"] == (word, assumption)
    lines = table(tmp_path, *(line.format("0.64").replace(" 2 ", " 7 ") for line in SEEDS))  # are there seeds 2 to 6?
    assert found(lines)["mean", "old", "accuracy"] == ("does not fit if", Reading.OF_SEEDS.assumption)


def test_an_f1_of_means_and_a_mean_of_f1s(tmp_path):
    rows = ["arm seed precision recall f1", "old 0 0.90 0.50 0.64", "old 1 0.50 0.90 0.64"]
    for f1, word in (("0.64", "possible"), ("0.70", "does not fit if"), ("0.75", "does not fit if")):
        assert found(table(tmp_path, *rows, f"old mean 0.70 0.70 {f1}"))["mean", "old", "f1"][0] == word
    checked = found(table(tmp_path, *rows, "old mean 0.70 0.70 0.75"))
    assert checked["agreement", "old, seed mean", "f1"] == ("does not fit if", Reading.ALIKE.assumption)


def test_a_gain_over_seeds(tmp_path):
    lines = ["arm seed accuracy", "old 0 0.50", "old 1 0.60", "new 0 0.70", "new 1 0.81", "new std 0.08"]
    rows = audit(table(tmp_path, *lines))
    (gain,) = [row for row in rows if row.check == "gain"]
    # Differences 0.20 and 0.21: mean 0.205, standard error 0.005, t of 41 on one degree of freedom.
    assert gain.p == pytest.approx(0.0155, abs=1e-4)
    assert gain.word == "resolved"


def test_classifiers_are_not_mixed(tmp_path):
    lines = ["arm classifier seed accuracy", *(f"{arm} {net} {seed} 0.{seed}{digit}" for digit, arm, net, seed in ROWS)]
    gains = [row for row in audit(table(tmp_path, *lines)) if row.check == "gain"]
    assert [(row.group, row.about[:7]) for row in gains] == [("cnn", "+0.0100"), ("resnet", "+0.0400")]
    unnamed = [line.replace(" cnn", "").replace(" resnet", "").replace(" classifier", "") for line in lines]
    assert found(table(tmp_path, *unnamed))["mean", "old", ""][0] == "not known"


ROWS = [
    (digit, arm, net, seed)
    for net, digits in (("cnn", (1, 2)), ("resnet", (3, 7)))
    for digit, arm in zip(digits, ("old", "new"), strict=True)
    for seed in (1, 2)
]


def test_a_sentence_says_first_what_was_found(tmp_path):
    lines = table(tmp_path, "class n recall", "a 45 0.99", "b 45 0.98")
    assert sentence(audit(lines), Known()) == (
        "Nothing here is impossible; 2 of 4 checks do not fit under an assumption, 1 of them if n counts the images "
        "tested, in one run."
    )
    assert sentence(audit(lines, known=Known(True)), Known(True)).endswith(
        "if they are of one run on the n images given."
    )
    nearest = Known(True, "nearest")
    assert sentence(audit(lines, known=nearest), nearest).endswith(
        "n images given and they are rounded to the nearest."
    )
    assert sentence(audit(lines[1:]), Known()).startswith("Nothing speaks against this table")


def test_a_table_without_what_is_needed_is_told(tmp_path):
    with pytest.raises(
        UserError, match=r"has no column class \(or arm, seed\); its header, line 2, has `genus`, `recall`"
    ):
        table(tmp_path, "genus recall", "a 0.5")
    with pytest.raises(UserError, match=r"printed\.tsv, line 3: n is 'many'"):
        table(tmp_path, "class n recall", "a many 0.5")


def test_a_printed_table_as_a_spreadsheet_of_another_country_saves_it(tmp_path):
    lines = ["sep=;", "Class;N;Precision;Recall ;F1", "a;45;0,92 ± 0,02;98 %;–", "b;45;92,0 (1,2);0.98*;n/a", ";;;;"]
    (tmp_path / "a.csv").write_bytes("\r\n".join(lines).encode("utf-16"))
    first, second = read_printed(tmp_path / "a.csv")
    assert (first.class_, first.n, sorted(first.values)) == ("a", 45, ["precision", "recall"])
    assert (first.values["precision"].value, first.values["precision"].half) == (Fraction(23, 25), Fraction(1, 200))
    assert (first.values["recall"].value, first.values["recall"].half) == (Fraction(49, 50), Fraction(1, 200))
    assert (second.values["precision"].value, second.values["precision"].half) == (Fraction(23, 25), Fraction(1, 2000))
    assert second.values["recall"].value == Fraction(49, 50)


def test_measures_under_other_names_and_in_percent(tmp_path):
    (tmp_path / "a.tsv").write_text("class\tn\tF1-score\tRecall (%)\na\t45.0\t0.9\t0.8\n")
    (line,) = read_printed(tmp_path / "a.tsv")
    assert (line.n, line.values["f1"].value) == (45, Fraction(9, 10))
    assert (line.values["recall"].value, line.values["recall"].half) == (Fraction(1, 125), Fraction(1, 2000))
    (tmp_path / "a.tsv").write_text("class\tn\tkappa\na\t45\t0.9\n")
    with pytest.raises(
        UserError, match=r"and accuracy or precision .*; its first line, line 1, has `class`, `n`, `kappa`"
    ):
        read_printed(tmp_path / "a.tsv")


def test_small_numbers_of_a_column_in_percent(tmp_path):
    first, second = table(tmp_path, "class recall precision", "a 93.1 92.0", "b 0.8 0.98")
    assert (first.values["recall"].value, second.values["recall"].value) == (Fraction(931, 1000), Fraction(8, 1000))
    assert second.values["precision"].value == Fraction(98, 100)  # with more digits than 92.0


def test_a_number_that_is_none_is_told_with_its_line(tmp_path):
    (tmp_path / "a.tsv").write_text("class\trecall\na\t0.9\nb\t0.8-0.9\n")
    with pytest.raises(UserError, match=r"a\.tsv, line 3, recall: '0\.8-0\.9' is no number"):
        read_printed(tmp_path / "a.tsv")
