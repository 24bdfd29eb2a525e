"""Settings that say how a publication did it, and what an overlay leaves out."""

import pytest

from augury.command.errors import UserError
from augury.generators.data import load_training_part
from augury.planning.reading import plan_study
from tests.faults.test_kill_generator import write_data
from tests.project import draw_classes, small_config


@pytest.fixture
def images(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 4)
    return tmp_path / "images"


def test_an_entry_that_is_false_is_left_out(images):
    study, mistakes = plan_study(small_config(arms={"real": {}, "gan": False}, generators={"gan": False}))
    assert mistakes == []
    assert (list(study.config.arms), study.config.generators) == (["real"], {})


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"classifiers": {}}, "`classifiers` is empty; name at least one, or empty both"),
        ({"arms": {}}, "`arms` is empty; name at least one, or empty both"),
        ({"arms": {}, "classifiers": {}, "generators": {}}, "so nothing would be trained"),
        (
            {"generators": {"gan": {"size_px": 16, "trained_on": "all"}}},
            "takes the test images too; set `guard: record`",
        ),
        ({"presplit_augmentation": {"times": 2}}, "`presplit_augmentation` makes copies without a change"),
        (
            {"presplit_augmentation": {"times": 2, "size_px": 32}, "preparation": {"min_size_px": 40}},
            "`presplit_augmentation.size_px` is 32, and `preparation.min_size_px` would refuse such images",
        ),
        ({"published": {"table": "none.tsv"}}, "`published.table` is none.tsv, which is no file"),
        ({"images": "none", "source": "on a shelf."}, "put one folder of images per class there: on a shelf."),
    ],
)
def test_mistakes_are_told(images, changes, message):
    study, mistakes = plan_study(small_config(**changes))
    assert study is None
    assert message in "\n".join(mistakes)


def test_presplit_augmentation_does_not_go_with_parts_that_are_brought(images):
    images.rename(images.parent / "train")
    draw_classes(images / "test", 2, 2)
    (images.parent / "train").rename(images / "train")
    copies = {"times": 2, "augmentation": {"flip_vertical": True}}
    _, mistakes = plan_study(small_config(split={"parts": "folders"}, presplit_augmentation=copies))
    assert mistakes == [
        "`presplit_augmentation` comes before the split, but `split.parts: folders` brings one; "
        "use arms with `classical` instead"
    ]


def test_a_generator_sees_what_it_is_trained_on_and_the_guard_sees_it_too(tmp_path):
    write_data(tmp_path)

    def load(trained_on, guard="enforce"):
        files = [tmp_path / "pack.npy"], [tmp_path / "split.tsv"], ["a"]
        return load_training_part(*files, guard, "generator g", trained_on)

    assert [len(load(word).images) for word in ("train", "train_and_validation")] == [14, 17]
    assert load("train_and_validation").leaked == []
    with pytest.raises(UserError, match="3 images of specimens in its test part"):
        load("all")
    seen = load("all", "record")
    assert (len(seen.images), len(seen.labels), len(seen.rows)) == (20, 20, 20)
    assert len(seen.leaked) == 3
