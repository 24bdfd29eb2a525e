"""Every score has all of its parts, its columns stand in the tables, and its words make only the report stale."""

import ast
import dataclasses
import importlib
import subprocess
import sys

import numpy as np
import pytest

from augury.citing.reference import Reference
from augury.code.closure import SCRIPTS
from augury.code.meaning import meaning_of
from augury.planning import digests
from augury.scores.catalogue import SCORES
from augury.scores.sample import RealImages, Sample
from augury.tables.columns import described, names
from augury.tables.generators import GeneratorRow
from augury.tables.synthetic import ScoreRow

FOLDER = SCRIPTS / "augury" / "scores"


def columns(score):
    return [name for name, _, _ in score.fields()]


@pytest.fixture(scope="module")
def sample():
    random = np.random.default_rng(5)
    sets = [random.normal(size=(count, 6)).astype(np.float32) for count in (60, 40, 90)]
    real = RealImages(sets[0], np.arange(60), sets[1], np.arange(40))
    return Sample("dcgan/a/end", real, sets[2])


def test_every_folder_is_a_score():
    assert sorted(path.parent.name for path in FOLDER.glob("*/__init__.py")) == sorted(SCORES)
    assert len({score.order for score in SCORES.values()}) == len(SCORES), "two scores have one place"


@pytest.mark.parametrize("name", SCORES)
def test_a_score_has_all_of_its_parts(name, sample):
    score = SCORES[name]
    module, computing = (importlib.import_module(f"augury.scores.{name}.{part}") for part in ("score", "compute"))
    citing = importlib.import_module(f"augury.scores.{name}.references")
    assert citing.CALLED
    assert all(isinstance(each, Reference) for each in citing.REFERENCES)
    assert module.__doc__
    assert computing.__doc__
    assert computing.compute.__doc__
    assert all(column.about for column in score.columns)
    assert [column for column in score.columns if column.head], "the report shows nothing of it"
    cells = computing.compute(sample)
    by_pixels = name == "copies"  # which is asked of images, not of features
    assert set(cells) == (set() if by_pixels else set(columns(score)))


def test_columns_of_all_scores_stand_in_the_tables_in_their_order():
    of_scores = [name for score in SCORES.values() for name in columns(score)]
    assert names(ScoreRow)[-len(of_scores) :] == of_scores
    means = [name for score in SCORES.values() for name, _, _ in score.means()]
    assert names(GeneratorRow)[-len(means) :] == means
    assert len(set(names(ScoreRow))) == len(names(ScoreRow))
    assert described(ScoreRow).keys() == set(names(ScoreRow))


def test_declarations_import_nothing_heavy():
    code = "import sys, augury.scores.catalogue; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {"matplotlib", "numpy", "scipy", "torch", "augury.planning"}


@pytest.mark.parametrize("name", SCORES)
def test_words_are_in_no_digest_of_code_and_columns_are(name):
    source = (FOLDER / name / "score.py").read_text(encoding="utf-8")
    column = SCORES[name].columns[0]
    before = digest(source)
    assert digest(source.replace(f'about="{column.about}', 'about="Else. ')) == before
    assert digest(source.replace('head="', 'head="Another ')) == before
    assert digest(source.replace(f'"{column.name}",', '"another",', 1)) != before
    assert digest(source.replace("order=", "order=1", 1)) != before


def digest(source):
    return meaning_of(ast.parse(source))


def test_the_report_compares_by_value_how_scores_are_shown(monkeypatch):
    before = digests.words_digest()
    monkeypatch.setitem(SCORES, "vendi", dataclasses.replace(SCORES["vendi"], columns=()))
    assert digests.words_digest() != before
