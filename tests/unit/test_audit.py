"""Which printed numbers are possible, by hand calculation."""

from fractions import Fraction

import pytest

from augury.audit import granularity
from augury.audit.findings import audit
from augury.audit.printed import read_printed, value
from augury.command.errors import UserError


def test_numbers_keep_the_digits_that_they_are_printed_with():
    assert (value("0.80").value, value("0.80").half) == (Fraction(4, 5), Fraction(1, 200))
    assert (value("93%").value, value("93%").half) == (Fraction(93, 100), Fraction(1, 200))
    assert (value("91.25").value, value("91.25").half) == (Fraction(365, 400), Fraction(1, 20000))


@pytest.mark.parametrize("text", ["abc", "-0.1", "101%", "1/2", "nan"])
def test_what_is_no_share_is_told(text):
    with pytest.raises(UserError, match=r"no number|no share"):
        value(text)


def test_counts_of_45_images():
    # 38/45 = 0.8444, 39/45 = 0.8667, 44/45 = 0.9778, 36/45 = 0.8.
    assert not granularity.fits(value("0.85"), 45)
    assert not granularity.fits(value("0.99"), 45)
    assert list(granularity.counts(value("0.80"), 45)) == [36]


def test_ties_go_one_way_in_one_table():
    # 1/8 = 0.125: 0.13 if ties go up, 0.12 if down or to the even digit; no rule prints it as both.
    half_up, half_down = value("0.13"), value("0.12")
    assert granularity.fits(half_up, 8)
    assert granularity.fits(half_down, 8)
    assert [granularity.fits(half_up, 8, ties) for ties in granularity.TIES] == [True, False, False]
    assert [granularity.fits(half_down, 8, ties) for ties in granularity.TIES] == [False, True, True]
    assert granularity.smallest([half_up]) == 8
    assert granularity.smallest([half_up, half_down]) > 8


def test_precision_recall_and_f1_of_the_same_hits():
    # 8 of 10 found, 9 called: precision 0.89, F1 16/19 = 0.84.
    three = [value(text) for text in ("0.89", "0.80", "0.84")]
    assert granularity.fits_together(*three, 10)
    assert not granularity.fits_together(value("0.93"), *three[1:], 10)  # 8 of 8 or of 9 is 1.00 or 0.89


def test_the_accuracy_that_recalls_allow():
    recalls = [value("0.5"), value("0.9")]
    low, high = granularity.accuracy_range([(each, None) for each in recalls])
    assert (float(low), float(high)) == pytest.approx((0.65, 0.75))
    low, high = granularity.accuracy_range([(recalls[0], 10), (recalls[1], 30)])
    assert (low, high) == (Fraction(5 + 26, 40), Fraction(5 + 28, 40))  # 26/30 = 0.867, 28/30 = 0.933


def table(tmp_path, *lines):
    path = tmp_path / "printed.tsv"
    path.write_text("# a remark\n" + "\n".join("\t".join(line.split()) for line in lines) + "\n")
    return read_printed(path)


def words(rows):
    return {(row.check, row.where, row.measure): row.word for row in rows}


def test_a_balanced_table_that_agrees_and_one_that_does_not(tmp_path):
    (tmp_path / "a.tsv").write_text("class\trecall\taccuracy\na\t0.50\t\nb\t0.90\t\nall\t\t0.70\n")
    assert words(audit(read_printed(tmp_path / "a.tsv"), 10))["agreement", "all", "accuracy"] == "possible"
    (tmp_path / "a.tsv").write_text("class\trecall\taccuracy\na\t0.50\t\nb\t0.90\t\nall\t\t0.72\n")
    assert words(audit(read_printed(tmp_path / "a.tsv"), 10))["agreement", "all", "accuracy"] == "impossible"


def test_unequal_classes_weigh_by_their_size(tmp_path):
    text = "class\tn\trecall\taccuracy\na\t10\t0.50\t\nb\t30\t0.90\t\nall\t\t\t0.80\n"
    (tmp_path / "a.tsv").write_text(text)
    assert words(audit(read_printed(tmp_path / "a.tsv")))["agreement", "all", "accuracy"] == "possible"


def test_an_f1_that_precision_and_recall_cannot_give(tmp_path):
    rows = audit(table(tmp_path, "class precision recall f1", "a 0.90 0.50 0.75", "b 0.90 0.50 0.64"))
    assert words(rows)["agreement", "a", "f1"] == "impossible"  # 0.9 / 1.4 = 0.643
    assert words(rows)["agreement", "b", "f1"] == "possible"


def test_a_gain_over_seeds_and_a_mean_that_is_not_theirs(tmp_path):
    lines = [
        "arm seed accuracy",
        "old 0 0.50",
        "old 1 0.60",
        "old mean 0.58",
        "new 0 0.70",
        "new 1 0.81",
        "new mean 0.76",
    ]
    rows = audit(table(tmp_path, *lines))
    assert words(rows)["mean", "old", "accuracy"] == "impossible"
    assert words(rows)["mean", "new", "accuracy"] == "possible"
    (gain,) = [row for row in rows if row.check == "gain"]
    # Differences 0.20 and 0.21: mean 0.205, standard error 0.005, t of 41 on one degree of freedom.
    assert gain.p == pytest.approx(0.0155, abs=1e-4)
    assert gain.word == "resolved"


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


def test_a_number_that_is_none_is_told_with_its_line(tmp_path):
    (tmp_path / "a.tsv").write_text("class\trecall\na\t0.9\nb\t0.8-0.9\n")
    with pytest.raises(UserError, match=r"a\.tsv, line 3, recall: '0\.8-0\.9' is no number"):
        read_printed(tmp_path / "a.tsv")
