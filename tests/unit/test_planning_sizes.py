"""Classes that are too small to be divided are reported before anything is read."""

import shutil

from augury.planning.checks.generators import generator_remarks, too_few_remarks
from augury.planning.checks.remarks import remarks
from augury.planning.checks.training_parts import training_images, validation_remarks
from augury.planning.reading import plan_study
from tests.project import draw_classes, draw_image, small_config


def too_few(study):
    trained = training_images(study.config, study.contents, study.files)
    return too_few_remarks(study.config, study.files.counts(study.classes), trained)


def planned(tmp_path, monkeypatch, **changes):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 6)
    draw_image(tmp_path / "images" / "rare" / "p1_0.png", 1, 1)
    draw_image(tmp_path / "images" / "rare" / "p1_1.png", 2, 1)
    draw_image(tmp_path / "images" / "rare" / "p2_0.png", 3, 1)
    (tmp_path / "images" / "rare" / "copy.png").write_bytes((tmp_path / "images" / "rare" / "p1_0.png").read_bytes())
    return plan_study(small_config(**changes))


def test_too_few_files_are_told_with_the_number_that_would_do(tmp_path, monkeypatch):
    # Four files, three contents: a copy is no other specimen.
    study, mistakes = planned(tmp_path, monkeypatch, split={"folds": 5})
    assert study is None
    assert len(mistakes) == 1
    assert "class 'rare' has 3 specimens, too few" in mistakes[0]
    assert "5 would do" in mistakes[0]


def test_what_is_no_image_by_its_name_or_is_empty_counts_as_none(tmp_path, monkeypatch):
    planned(tmp_path, monkeypatch)
    for name in ("notes.txt", "paper.pdf"):
        (tmp_path / "images" / "rare" / name).write_text(name)
    (tmp_path / "images" / "rare" / "lost.png").write_bytes(b"")
    study, _ = planned(tmp_path, monkeypatch)
    assert study.contents.most_specimens("rare") == 3
    (tmp_path / "images" / "rare" / "damaged.png").write_text("who knows")
    study, _ = planned(tmp_path, monkeypatch)
    assert study.contents.most_specimens("rare") == 4


def test_names_count_as_specimens(tmp_path, monkeypatch):
    named = {"regex": "(p[0-9])_"}
    # `copy.png` has the content of a named file.
    _, mistakes = planned(tmp_path, monkeypatch, split={"folds": 3, "validation": 1}, specimens=named)
    assert "class 'rare' has 2 specimens, too few" in mistakes[0]
    assert planned(tmp_path, monkeypatch, split={"folds": 3, "validation": 1})[1] == []


def test_small_classes_may_stay_in_training(tmp_path, monkeypatch):
    study, mistakes = planned(tmp_path, monkeypatch, split={"folds": 5, "small_classes": "train"})
    assert mistakes == []
    assert study.classes == ["c00", "c01", "rare"]


def test_images_are_what_is_divided_where_the_unit_is_one(tmp_path, monkeypatch):
    split, copies = {"folds": 5, "unit": "image"}, {"times": 2, "augmentation": {"flip_horizontal": True}}
    assert "has 3 specimens" in planned(tmp_path, monkeypatch, split=split, guard="record")[1][0]
    assert planned(tmp_path, monkeypatch, split=split, guard="record", presplit_augmentation=copies)[1] == []


def test_a_generator_of_a_handful_of_images_is_remarked(tmp_path, monkeypatch):
    """Classes of 6, 6 and 4 files: 4 kimg are a thousand passes over the least."""
    split = {"small_classes": "train"}
    few = {"size_px": 16, "duration": 4}
    generators = {"gan": few, "long": few | {"duration_unit": "epochs", "duration": 8000, "classes": ["rare"]}}
    generators |= {"one": few | {"class_conditional": True}}
    arms = {"real": {}}
    study, _ = planned(tmp_path, monkeypatch, split=split, generators=generators, arms=arms, warn_below_images=6)
    told = generator_remarks(study.config, study.classes, study.files)
    assert [line.partition(";")[0] for line in told] == [
        f"`generators.{name}` is trained on few images at most: rare (4)" for name in ("gan", "long")
    ]
    assert "over 1,000 passes it will learn them by heart" in told[0]
    assert "over 8,000 passes" in told[1]
    assert told[0] in remarks(study)
    study, _ = planned(tmp_path, monkeypatch, split=split, generators=generators, arms=arms, warn_below_images=4)
    assert generator_remarks(study.config, study.classes, study.files) == []


def test_a_class_without_two_training_images_is_remarked_before_hours_are_spent(tmp_path, monkeypatch):
    """Four files of three contents, of which two are held out. Whole in every training part, they are enough."""
    few = {"size_px": 16, "duration": 4}
    generators = {"gan": few, "one": few | {"class_conditional": True}, "other": few | {"classes": ["c00"]}}
    given = {"generators": generators, "arms": {"real": {}}}
    study, _ = planned(tmp_path, monkeypatch, split={"validation": 1, "test": 1}, **given)
    [told] = too_few(study)
    named = "it needs 2 training images of a class: rare (4 files, about 1 for training); add images"
    assert told.startswith(f"`generators.gan` will most likely fail, as {named}")
    assert told in remarks(study)
    study, _ = planned(tmp_path, monkeypatch, split={"folds": 5, "small_classes": "train"}, **given)
    assert too_few(study) == []


def of_validation(study):
    return validation_remarks(study, training_images(study.config, study.contents, study.files))


def test_a_probe_of_few_images_is_told_what_validation_costs_it(tmp_path, monkeypatch):
    """Six, six and three images, of which four, four and one are trained on: three in the mean."""
    split = {"validation": 1, "test": 1}
    probe, cnn = {"family": "probe"}, {"family": "lenet5"}
    study, _ = planned(tmp_path, monkeypatch, split=split, classifiers={"linear": probe, "cnn": cnn})
    [told] = of_validation(study)
    assert told.startswith("about 3 images per class are trained on: of 5 to 20 images per class, keeping 15%")
    assert "`split: {validation: 0}` trains linear on them" in told
    assert told.endswith("no sets and no abstention; cnn would keep the last epoch, which was not measured")
    assert told in remarks(study)
    study, _ = planned(tmp_path, monkeypatch, split=split, classifiers={"linear": probe})
    assert of_validation(study)[0].endswith("no sets and no abstention")
    for given in (
        {"split": split, "classifiers": {"cnn": cnn}},  # of which nothing was measured
        {"split": split | {"validation": 0}, "classifiers": {"linear": probe}},
        {"split": {"folds": 2, "rotate": "validation", "test": 1}, "classifiers": {"linear": probe}},
    ):
        assert of_validation(planned(tmp_path, monkeypatch, **given)[0]) == []


def test_thirty_training_images_per_class_are_no_longer_few(tmp_path, monkeypatch):
    def said(images):
        monkeypatch.chdir(tmp_path)
        draw_classes(tmp_path / "images", 1, images)
        (tmp_path / "images" / "c00").rename(tmp_path / "images" / "other")
        draw_classes(tmp_path / "images", 1, images + 1)
        config = small_config(generators={}, arms={"real": {}}, classifiers={"linear": {"family": "probe"}})
        return of_validation(plan_study(config | {"split": {"validation": 2, "test": 2}})[0])

    assert len(said(33)) == 1  # 29 and 30
    shutil.rmtree(tmp_path / "images")
    assert said(34) == []  # 30 and 31
