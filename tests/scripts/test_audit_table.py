"""audit_table.py on the tables of two publications, as they are printed."""

from pathlib import Path

import pytest

from augury.command import script
from augury.command.errors import UserError
from augury.tables.audit import FindingRow
from augury.tables.table import read_rows
from tests.scripts.in_process import call

PUBLISHED = Path(__file__).parents[2] / "config" / "studies" / "published"


def audited(tmp_path, name, *words):
    call("audit_table", ["--table", PUBLISHED / f"{name}.tsv", "--output", tmp_path / "audit.tsv", *words])
    return {(row.check, row.where, row.measure): row for row in read_rows(tmp_path / "audit.tsv", FindingRow)}


NEARLY_ALL = (
    "Eostaffella",
    "Fusulina",
    "Misellina",
    "Nankinella",
    "Neoschwagerina",
    "Pseudoschwagerina",
    "Quasifusulina",
)


def test_the_fusulinids_recalls_are_of_no_run_on_45_images(tmp_path, monkeypatch):
    messages = []
    monkeypatch.setattr(script, "tell", messages.append)
    rows = audited(tmp_path, "fusulinids", "--single-run")
    assert (
        messages[0] == "10 of 36 checks find numbers that are impossible if they are of one run on the n images given."
    )
    impossible = {where for (check, where, _), row in rows.items() if check == "count" and row.word == "impossible"}
    assert impossible == {*NEARLY_ALL, "Eoparafusulina"}
    for genus in NEARLY_ALL:  # 66/67 = 0.98507 is the first that is printed as 0.99
        assert rows["count", genus, "recall"].about.endswith("it needs at least 67")
    assert rows["agreement", "Schubertella", "f1"].about.endswith("it needs at least 74")  # 67 of 74, 68 called
    # 42 of 46 found, 48 called: 0.913, 0.875 and 84/94 = 0.894. 46 of 53 found, 52 called: 0.868, 0.885 and 0.876.
    assert rows["agreement", "Fusulinella", "f1"].about.endswith("the nearest sizes that fit are 33 and 46")
    assert rows["agreement", "Parafusulina", "f1"].about.split("; ")[1] == "it needs at least 53"
    assert rows["count", "Eoparafusulina", "recall"].about.endswith("fit are 41 and 46")  # 39/46 = 0.848


def test_the_fusulinids_fit_where_their_text_is_not_believed(tmp_path, monkeypatch):
    messages = []
    monkeypatch.setattr(script, "tell", messages.append)
    rows = audited(tmp_path, "fusulinids")
    assert messages[0].startswith(
        "Nothing here is impossible; 14 of 36 checks do not fit under an assumption, 10 of them if n"
    )
    assert "--single-run sharpens this" in messages[-1]
    assert not [row for row in rows.values() if row.word == "impossible"]
    assert rows["count", "Eostaffella", "recall"].assumption == "n counts the images tested, in one run"
    assert rows["size", "all", "recall"].n == 82
    assert "at least 763 images together, and n adds up to 720" in rows["size", "all", "n"].about
    agreement = rows["agreement", "all", "accuracy"]
    assert agreement.word == "does not fit if"
    assert "the mean recall is 0.920" in agreement.about
    assert "of which n gives the shares of the classes in every run" in agreement.assumption


def test_the_sperm_heads_gain_is_not_resolved(tmp_path):
    rows = audited(tmp_path, "hushem")
    gain = rows["gain", "genetic against original", "accuracy"]
    assert gain.word == "not resolved"
    assert gain.p == pytest.approx(0.53, abs=0.005)
    assert rows["size", "all", "accuracy"].n == 280  # 56 images in five folds
    assert not [row for row in rows.values() if row.word in ("impossible", "does not fit if")]


def test_a_size_and_a_baseline_can_be_given(tmp_path):
    rows = audited(tmp_path, "hushem", "--baseline", "genetic")
    assert rows["gain", "original against genetic", "accuracy"].about.startswith("-0.0084")
    with pytest.raises(UserError, match="--baseline is Other"):
        audited(tmp_path, "hushem", "--baseline", "Other")


def test_sizes_and_rounding_that_are_known_make_numbers_impossible(tmp_path):
    (tmp_path / "printed.tsv").write_text("class\trecall\na\t0.66\nb\t0.33\n")
    known = [(), ("--test-size", 3), ("--test-size", 3, "--single-run")]
    known += [("--test-size", 3, "--single-run", "--rounding", rounding) for rounding in ("nearest", "truncated")]
    found = []
    for words in known:
        call("audit_table", ["--table", tmp_path / "printed.tsv", "--output", tmp_path / "audit.tsv", *words])
        rows = read_rows(tmp_path / "audit.tsv", FindingRow)
        found.append([row.word for row in rows if row.check == "count" and row.where == "a"])
    assert found == [[], *([word] for word in ("does not fit if", "does not fit if", "impossible", "possible"))]
