"""Names of which YAML makes numbers, dates and truth values: they are what their author wrote."""

import datetime

import pytest
import yaml

from augury.planning.checks.written import as_meant, misread, texts_of
from augury.planning.reading import plan_study
from tests.project import draw_classes, small_config
from tests.settings import mistakes, study

WRITTEN = """
dataset: 2024-05-01
images: 2020_01
classes: [NO, 12:30, 007, x]
missing_weights: skip
seeds: [0, 1]
generators:
  1e3: &a {family: dcgan, batch: 8}
  NO: {<<: *a, batch: 4}
  2020_01: false
classifiers: {c: {architecture: 1_0, pretrained: no}}
presplit_augmentation: {times_per_class: {off: 2, 1: 3}}
"""


def read(tmp_path, *texts):
    paths = [tmp_path / f"{number}.yaml" for number in range(len(texts))]
    config = {}
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
        config |= yaml.safe_load(text)
    return config, texts_of(paths)


def test_names_are_as_they_were_written(tmp_path):
    config, texts = read(tmp_path, WRITTEN)
    # What YAML 1.1 makes of them.
    assert config["dataset"] == datetime.date(2024, 5, 1)
    assert (config["images"], config["classes"]) == (202001, [False, 750, 7, "x"])
    meant = as_meant(config, texts)
    assert (meant["dataset"], meant["images"]) == ("2024-05-01", "2020_01")
    assert meant["classes"] == ["NO", "12:30", "007", "x"]
    assert list(meant["generators"]) == ["1e3", "NO", "2020_01"]
    assert meant["generators"]["NO"] == {"family": "dcgan", "batch": 4}
    assert meant["generators"]["2020_01"] is False  # an entry that is left out
    assert meant["classifiers"]["c"] == {"architecture": "1_0", "pretrained": False}
    assert meant["presplit_augmentation"]["times_per_class"] == {"off": 2, "1": 3}
    assert meant["seeds"] == [0, 1]


def test_a_later_file_and_the_command_line_win(tmp_path):
    config, texts = read(tmp_path, "dataset: 2020_01\nimages: x\n", "dataset: 2021_02\n")
    assert as_meant(config, texts)["dataset"] == "2021_02"
    assert as_meant(config | {"dataset": 7}, texts)["dataset"] == 7  # by --config, of which no text is there
    assert as_meant({"dataset": datetime.date(2024, 5, 1)}, {})["dataset"] == "2024-05-01"


@pytest.mark.parametrize(
    "command, names",
    [
        ("--cores 2 --config dataset=2020_01 images=x", ["dataset"]),
        ("-C images=007", ["images"]),
        ("--config=baseline=1e3", ["baseline"]),
        ("--config images=2020 dataset=a_1 warn_below_images=1_0", []),  # as typed; text; a number is wanted
        ("--cores 2 --configfile dataset=2020_01", []),
    ],
)
def test_numbers_of_the_command_line_are_not_guessed_at(command, names):
    problems = misread(command.split())
    assert [sentence.split("`")[1] for sentence in problems] == names
    if names == ["dataset"]:
        assert problems == [
            "`dataset` on the command line was read as 202001; quote it: --config 'dataset=\"2020_01\"'"
        ]


def test_unreadable_files_add_nothing(tmp_path):
    (tmp_path / "list.yaml").write_text("[1, 2]")
    (tmp_path / "broken.yaml").write_text("a: [")
    assert texts_of([tmp_path / "list.yaml", tmp_path / "broken.yaml", tmp_path / "missing.yaml", tmp_path]) == {}


def test_a_study_of_such_names_is_planned(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "2020_01", 2, 8)
    (tmp_path / "2020_01" / "c00").rename(tmp_path / "2020_01" / "NO")
    text = yaml.safe_dump(small_config()).replace("dataset: small", "dataset: 2024-05-01")
    text = text.replace("images: images", "images: 2020_01\nclasses: [NO, c01]", 1)
    study, mistakes = plan_study(*read(tmp_path, text))
    assert mistakes == []
    assert (study.dataset, study.classes) == ("2024-05-01", ["NO", "c01"])


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"dataset": "a\n"}, '`dataset` is "a\\n"; it must be of the form ^[A-Za-z0-9][A-Za-z0-9_.+-]*$, on one line'),
        ({"dataset": "x" * 240}, "of at most 120 characters"),
        ({"device": "cpu\n"}, "`device` is"),
        ({"classes": [False, "c01"]}, "`classes.0` is false; it must be text; YAML takes yes, no, on and off for"),
        ({"split": 0.2}, "`split` is 0.2; it must be a section, as in `split: {unit: specimen, parts: hash}`"),
        ({"generators": "dcgan"}, '`generators` is "dcgan"; it must be a section, as in `generators: {NAME: ...}`'),
        ({"generators": {"g": 3}}, "`generators.g` is 3; it must be a section, as in `g: {family: dcgan}`"),
        ({"seeds": 3}, "`seeds` is 3; it must be a list, as in `seeds: [..., ...]`"),
        ({"split": {"validation": float("inf")}}, "`split.validation` is .inf; it must be a finite number"),
        ({"statistics": {"margin": float("nan")}}, "`statistics.margin` is .nan; it must be a finite number"),
        ({"images": datetime.datetime(2024, 5, 1, 3)}, "`images` is 2024-05-01T03:00:00, which is no folder"),
        ({"split": {"folds": 10**30}}, "it must be at most 1000"),
        ({"taxonomy": "tax {x}.tsv"}, "`taxonomy` is tax {x}.tsv, with braces in its name, which"),
        ({"images": "/"}, "`images` is /, a folder that holds this project itself; name the one with the folders of"),
        ({"images": "."}, "`images` is ., a folder that holds this project itself"),
        ({"taxonomy": "images"}, "`taxonomy` is images, which is no file"),
        ({"baseline": {"a": 1}}, '`baseline` is {"a": 1}; it must be text'),
    ],
)
def test_what_is_of_another_kind_is_told_with_its_form(tmp_path, monkeypatch, changes, sentence):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 8)
    _, mistakes = plan_study(small_config() | changes)
    assert any(sentence in mistake for mistake in mistakes), mistakes


def test_numbers_of_another_base_are_what_was_written(tmp_path):
    config, texts = read(tmp_path, "seeds: [010, 1_000, 0x10]\nsplit: {test: 1:30, validation: 0.2}\n")
    assert config["seeds"] == [8, 1000, 16]
    assert config["split"]["test"] == 90
    meant = as_meant(config, texts)
    assert study(seeds=meant["seeds"]).seeds == [10, 1000, 16]
    assert any('`split.test` is "1:30"; it must be `rest` or a number' in sentence for sentence in mistakes(meant))


@pytest.mark.parametrize("path", ["x" * 300, "a\0b"])
def test_paths_that_no_file_system_holds_are_told(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 2)
    changes = {"taxonomy": path, "labels": {"table": path}, "specimens": {"table": path}}
    changes["generators"] = {"g.1": {"family": "dcgan", "init_from": {"file": path}}}
    _, mistakes = plan_study(small_config(**changes))
    keys = [sentence.partition(" is ")[0] for sentence in mistakes]
    assert keys == ["`taxonomy`", "`labels.table`", "`specimens.table`", "`generators.g.1.init_from.file`"]
    assert all(
        "which no file can be called; mend the path" in sentence and len(sentence) < 450 for sentence in mistakes
    )
    (mistake,) = plan_study(small_config(images=path, generators={}, arms={"real": {}}))[1]
    assert "which is no folder" in mistake
