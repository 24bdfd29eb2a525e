"""Patterns that name specimens: which images they name, and which of them would never end."""

import os
import time
from pathlib import Path

import pytest

from augury.command.errors import UserError
from augury.planning.reading import plan_study
from augury.specimens.patterns import NamePattern
from tests.project import small_config

FILES = [f"{class_}/s{class_}{number // 2}_{number}.png" for class_ in "AB" for number in range(12)]


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in FILES:
        put(path)
    return tmp_path


def put(path):
    path = Path("images") / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(os.fsencode(path))


def plan(regex, **changes):
    return plan_study(small_config(**({"specimens": {"regex": regex}} | changes)))


@pytest.mark.parametrize(
    ("regex", "message"),
    [
        ("(X[0-9]+)", "`specimens.regex` (X[0-9]+) names no image: it is searched in paths such as `A/sA0_0.png`"),
        (
            "s[AB0-9]+(x*)",
            "`specimens.regex` s[AB0-9]+(x*) names no image: it is searched in paths such as `A/sA0_0.png`",
        ),
        ("s[AB0-9]+", "`specimens.regex` has no group; put parentheses round the part that names the specimen"),
        ("^([AB])/", "`specimens.regex` ^([AB])/ gives all images of a class one name (`A` in A)"),
        ("(s[AB0-9]+", "`specimens.regex` (s[AB0-9]+ is no regular expression (missing ), unterminated subpattern at"),
        ("(x" * 500, "is no regular expression"),
        ("(a{99999999999})", "is no regular expression"),
    ],
)
def test_patterns_that_cannot_be_meant_stop_the_plan(place, regex, message):
    study, mistakes = plan(regex)
    assert study is None
    assert message in mistakes[0]
    assert len(mistakes) == 1


def test_what_a_pattern_leaves_open_is_told(place):
    assert plan("(s[AB0-9]+)_")[0].notes == []
    assert plan("A/(s[AB0-9]+)_")[0].notes == [
        "`specimens.regex` A/(s[AB0-9]+)_ names 12 of 24 images; the first that it does not name: `B/sB0_0.png`"
    ]
    assert plan("(s[AB]0)_")[0].notes == [
        "`specimens.regex` (s[AB]0)_ names 4 of 24 images; the first that it does not name: `A/sA1_2.png`"
    ]
    assert plan("(sB)")[1][0].startswith("class 'B' has 1 specimen, too few")
    assert plan("^(.*)[.]png")[0].notes == [
        "`specimens.regex` ^(.*)[.]png names 24 specimens of 24 images, so none has a second view; put its parentheses "
        "round what names the specimen alone"
    ]


def test_a_table_beside_a_pattern_names_the_rest(place):
    Path("t.tsv").write_text("path\tspecimen\n" + "".join(f"B/sB{n // 2}_{n}.png\tx{n}\n" for n in range(12)))
    study, mistakes = plan("A/(s[AB0-9]+)_", specimens={"regex": "A/(s[AB0-9]+)_", "table": "t.tsv"})
    assert not mistakes
    assert study.notes == [
        "`specimens.table` t.tsv names 12 of 24 images; the others are named by `specimens.regex`, the first: "
        "`A/sA0_0.png`"
    ]


def test_a_pattern_that_would_take_years_is_stopped(place):
    put(f"A/{'a' * 60}.png")
    began = time.process_time()
    study, mistakes = plan("^A/((a+)+)$")
    assert study is None
    assert mistakes == [
        f"`specimens.regex` ^A/((a+)+)$ takes more than 1 s for `A/{'a' * 60}.png`: it can match in too many ways; "
        "write it without a repeat within a repeat, as in (a+)+"
    ]
    assert time.process_time() - began < 6


def test_many_slow_names_are_too_long_together(monkeypatch):
    monkeypatch.setattr("augury.specimens.patterns.STUDY_SECONDS", 0.2)
    pattern = NamePattern("((a|aa)+)$")
    with pytest.raises(UserError, match=r"takes more than 0\.2 s for [0-9]+ names, such as `a{22}b`"):
        list(map(pattern.name, ["a" * 22 + "b"] * 1000))
    assert NamePattern("(s[0-9]+)").name("A/s1_2.png") == "s1"


def test_names_that_are_no_text_are_named_all_the_same(place):
    latin = os.fsdecode("B/café 1_0.png".encode("latin-1"))
    for path in (latin, "B/café 1_1.png", "B/cafe\u0301 1_2.png"):
        put(path)
    study, mistakes = plan("/(.*)_[0-9]+[.]png")
    assert not mistakes
    assert study.contents.names["B"].count("café 1") == 3
    assert len(study.contents.digest("B")) == 64
    put(os.fsdecode("B/séparé.png".encode("latin-1")))
    assert plan("/(.*)_[0-9]+[.]png")[0].notes == [
        "`specimens.regex` /(.*)_[0-9]+[.]png names 27 of 28 images; the first that it does not name: "
        "`B/s\\xe9par\\xe9.png`"
    ]
