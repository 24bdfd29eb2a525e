"""Mistakes about images that another tool made, reported before anything runs."""

import pytest

from augury.planning.reading import plan_study
from tests.project import draw_classes, small_config


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 6)
    draw_classes(tmp_path / "made", 2, 3)
    for split in ("fold1", "fold2"):
        draw_classes(tmp_path / "by" / split, 2, 3)
    return tmp_path


def plan(arm=None, **settings):
    tool = {"family": "external", "folder": "made", "size_px": 32} | settings
    arms = {"real": {}, "tool": {"generator": "tool"} | (arm or {})}
    return plan_study(small_config(split={"folds": 2, "validation": 0.2}, generators={"tool": tool}, arms=arms))


@pytest.mark.parametrize(
    "settings, arm, message",
    [
        ({"folder": None}, {}, "`generators.tool.folder`: it is empty"),
        ({"folder": "nowhere"}, {}, "nowhere/c00 and 1 more holds no image"),
        ({"trained_on": "train"}, {}, "write {split} into `folder`"),
        ({"trained_on": "all"}, {}, "set `guard: record`"),
        ({"folder": "by/{split}", "trained_on": "train"}, {"truncation": 0.5}, "`arms.tool.truncation` has no meaning"),
        ({}, {"selection": "genetic"}, "`arms.tool.selection` has no meaning"),
        ({"duration": 5}, {}, "`generators.tool.duration` is an unknown key"),
    ],
)
def test_mistakes_name_the_key_and_the_remedy(folder, settings, arm, message):
    study, mistakes = plan(arm, **settings)
    assert study is None
    assert any(message in sentence for sentence in mistakes), mistakes


@pytest.mark.parametrize(
    "settings, message",
    [
        ({}, "is not known: it may have seen test images"),
        ({"trained_on": "nothing"}, "on no image of this study, as its user says"),
        ({"trained_on": "train", "folder": "by/{split}"}, "the training part of each split alone"),
    ],
)
def test_what_it_was_trained_on_is_repeated(folder, settings, message):
    study, mistakes = plan(**settings)
    assert mistakes == []
    assert message in study.caution("tool")
    assert study.caution("real") == ""
    assert study.trained_generators == []


def test_an_empty_folder_of_a_class_is_named(folder):
    for path in (folder / "made" / "c01").iterdir():
        path.unlink()
    assert any("made/c01 holds no image" in sentence for sentence in plan()[1])
