"""audit_table.py on the tables of two publications, as they are printed."""

from pathlib import Path

import pytest

from augury.command.errors import UserError
from augury.tables.audit import FindingRow
from augury.tables.table import read_rows
from tests.scripts.in_process import call

PUBLISHED = Path(__file__).parents[2] / "config" / "studies" / "published"


def audited(tmp_path, name, *words):
    call("audit_table", ["--table", PUBLISHED / f"{name}.tsv", "--output", tmp_path / "audit.tsv", *words])
    return {(row.check, row.where, row.measure): row for row in read_rows(tmp_path / "audit.tsv", FindingRow)}


def test_the_fusulinids_recalls_do_not_come_from_45_images(tmp_path):
    rows = audited(tmp_path, "fusulinids")
    impossible = {
        row.printed for (check, _, measure), row in rows.items() if check == "count" and row.word == "impossible"
    }
    assert impossible == {"0.85", "0.99"}
    assert rows["size", "all", "recall"].n == 82
    agreement = rows["agreement", "all", "accuracy"]
    assert agreement.word == "impossible"
    assert "mean recall is 0.920" in agreement.about


def test_the_sperm_heads_gain_is_not_resolved(tmp_path):
    rows = audited(tmp_path, "hushem")
    gain = rows["gain", "genetic against original", "accuracy"]
    assert gain.word == "not resolved"
    assert gain.p == pytest.approx(0.53, abs=0.005)
    assert rows["size", "all", "accuracy"].n == 280  # 56 images in five folds
    assert not [row for row in rows.values() if row.word == "impossible"]


def test_a_size_and_a_baseline_can_be_given(tmp_path, capsys):
    rows = audited(tmp_path, "hushem", "--baseline", "genetic")
    assert rows["gain", "original against genetic", "accuracy"].about.startswith("-0.0084")
    with pytest.raises(UserError, match="--baseline is Other"):
        audited(tmp_path, "hushem", "--baseline", "Other")
