"""What the report advises fits how a generator comes to its images."""

import pytest

from augury.generators.family import FittedSettings, GeneratorFamily
from augury.report import advice, broken, diagnostics
from augury.report.advice import kind_of
from tests.synthetic_scores import score_row


@pytest.fixture(autouse=True)
def _a_computed_family(monkeypatch):
    known = {"normal_pixels": GeneratorFamily(FittedSettings, prose="For a test.")}
    packaged = advice.family, advice.is_family
    monkeypatch.setattr(advice, "family", lambda kind, name: known.get(name) or packaged[0](kind, name))
    monkeypatch.setattr(advice, "is_family", lambda kind, name: name in known or packaged[1](kind, name))


def test_families_are_told_apart_by_what_they_declare():
    named = {name: kind_of(name) for name in ("stylegan2", "diffusion", "normal_pixels", "copier", "of_older_days")}
    assert [*named.values()] == ["gan", "trained", "fitted", "imported", "gan"]


@pytest.mark.parametrize(
    "family, advised, never",
    [
        ("dcgan", "train longer; where they are alike, use ADA", "computed"),
        ("diffusion", "train longer; where they are alike, draw with less guidance", "ADA"),
        ("normal_pixels", "no longer training makes them better: change the settings", "train longer"),
        ("external", "made elsewhere", "train"),
    ],
)
def test_a_broken_generator_gets_advice_that_it_can_follow(family, advised, never):
    diagnoses = diagnostics.examine([score_row(family=family, recall=0.0)], {})
    [sentence] = broken.generators(diagnoses, {})[0]
    action = sentence.partition(". ")[2]
    assert advised in action
    assert never not in action
    assert diagnoses[0].mode.advice.startswith("Look at the samples.")
    assert never not in diagnoses[0].mode.advice


def test_several_kinds_have_each_their_own():
    scores = [score_row(generator=name, family=name, recall=0.0) for name in ("dcgan", "stylegan2", "normal_pixels")]
    scores.append(score_row(generator="fine", family="diffusion", recall=0.9))
    action = diagnostics.examine(scores, {})[0].mode.action
    assert action.startswith("For dcgan and stylegan2: a classifier learns little")
    assert " For normal_pixels: a classifier learns little" in action
    assert "guidance" not in action
