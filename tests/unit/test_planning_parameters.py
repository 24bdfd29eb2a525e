"""Parameters of rules in the forms that Snakemake takes; that it leaves some uncompared is seen in tests/workflow."""

import json
import re
from types import SimpleNamespace

import pytest

from augury.planning.inputs.parameters import folders_of, listed, located, one_of, options, uncompared
from augury.planning.inputs.words import LIMIT


def test_inputs_are_options_of_their_names():
    inputs = SimpleNamespace(packs=["a.npy", "b.npy"], split="c.tsv", start_splits=["d.tsv"], pools=[])
    words = listed("packs", "split", "start_splits", "pools", "absent")(None, inputs)
    assert words == ["--packs", "a.npy", "b.npy", "--split", "c.tsv", "--start-splits", "d.tsv"]


def test_many_inputs_are_read_from_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paths = [f"{number:09d}" for number in range(LIMIT // 10)]
    option, path = listed("packs")(None, SimpleNamespace(packs=paths))
    assert option == "--words-from"
    assert json.loads((tmp_path / path).read_text()) == ["--packs", *paths]


def test_files_and_folders_are_named_where_a_job_finds_them():
    inputs = SimpleNamespace(
        weights=["/store/a/w.bin", "/store/a/v.bin"], best="/store/b.tsv", index=["c/i", "d/i"], none=[]
    )
    words = located(["best", "none", "absent"], weights_folder="weights", chosen="none")(None, inputs)
    assert words == ["--best", "/store/b.tsv", "--weights-folder", "/store/a"]
    assert folders_of("index")(None, inputs) == ["c", "d"]


@pytest.mark.parametrize(
    "names, fits, not_fits", [(["a.b", "c"], ["a.b", "c"], ["axb", "", "a.bc"]), ([], [], ["", "a"])]
)
def test_a_pattern_fits_its_names_alone(names, fits, not_fits):
    match = {text for text in (*fits, *not_fits) if re.fullmatch(one_of(names), text)}
    assert match == set(fits)


def test_settings_are_options_in_one_order():
    assert options({"planned_looks": 2, "alpha": 0.05}) == ["--alpha", "0.05", "--planned-looks", "2"]


def test_a_value_or_a_function_may_stay_uncompared():
    assert uncompared(["x"])(None, None) == ["x"]
    assert uncompared(lambda wildcards: wildcards.seed)(SimpleNamespace(seed="3"), None) == "3"
