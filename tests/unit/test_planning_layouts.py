"""Folders that are not what they seem, told at planning; and folders that are fine."""

import os
import unicodedata

import pytest

from augury.planning.checks.class_remarks import class_remarks
from augury.planning.folders.image_folder import with_expanded_paths
from augury.planning.reading import plan_study
from tests.folders import plan_with_mistakes, remarks
from tests.project import small_config


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "images"


def put(root, *paths, images=3):
    for path in paths:
        (root / path).mkdir(parents=True, exist_ok=True)
        for number in range(images):
            (root / path / f"{number:03d}.png").write_bytes(os.fsencode(f"{path} {number}"))


def grid(tops, folders):
    return [f"{top}/{folder}" for top in tops for folder in folders]


@pytest.mark.parametrize(
    "folders, words",
    [
        (grid(["train", "val"], "AB"), ["the parts train and val, each with the classes A and B", "parts: folders"]),
        (grid(["training", "testing"], "AB"), ["the parts testing and training", "split: {parts: folders}"]),
        (grid(["Train", "TEST", "eval"], "AB"), ["the parts TEST, Train and eval", "rename eval"]),
        (grid(["train_images", "test_images"], "AB"), ["the parts test_images and train_images", "rename"]),
        (grid(["trainA", "trainB", "testA", "testB"], ["x"]), ["the parts testA, testB, trainA and trainB"]),
        (["dev", "holdout"], ["the parts dev and holdout without class folders", "labels: {table"]),
        ([*grid(["train"], "AB"), "rest"], ["the part train, with the classes A and B", "images/train in `images`"]),
        (grid(["siteA", "siteB"], "AB"), ["looks like sites siteA and siteB", "the same folders A and B"]),
        (grid(["siteA", "siteB"], ["photos/A", "photos/B"]), ["looks like sites", "the same folders A and B"]),
        (["siteA/A", "siteA/B", "siteA/C", "siteB/A", "siteB/B"], ["looks like sites"]),
        (["siteA/A", "siteA/B", "siteB/B", "siteB/C"], ["looks like sites siteA and siteB", "folders such as B"]),
        (grid(["entrainement", "test"], "AB"), ["the parts entrainement and test, each", "rename entrainement to"]),
        (grid([f"fold{number}" for number in range(1, 6)], "AB"), ["looks like folds fold1, fold2, fold3 and 2 more"]),
        (grid(["2019", "2020"], ["Calanus", "Oithona"]), ["looks like sites 2019 and 2020"]),
        (grid(["North", "South"], ["Calanus", "Oithona"]), ["looks like North and South, which hold no image"]),
        (["images", "masks"], ["images (images) and what was drawn on them (masks)", "labels: {table"]),
        (["images/A", "images/B", "labels/A", "labels/B"], ["what was drawn on them", "name images/images in"]),
        (["imagesTr", "labelsTr", "imagesTs"], ["images (imagesTr, imagesTs)".replace(", ", " and "), "labelsTr"]),
        (["A", "B", "masks"], ["images: masks looks like masks of the images", "`exclude: [masks]`"]),
        (["A", "B", "A_masks", "B_masks"], ["A_masks and B_masks look like masks", "`exclude: [A_masks, B_masks]`"]),
        (grid("AB", ["images", "masks"]), ["folders of images and masks", "`exclude: [masks]`"]),
        (
            grid(["train", "valid"], ["images", "labels"]),
            ["each with images and what was drawn on them", "labels: {table"],
        ),
        (grid("AB", ["train", "test"]), ["each hold the parts test and train", "put the parts above the classes"]),
        (
            grid(["North", "South"], ["2019/A", "2019/B", "2020/A", "2020/B"]),
            ["North and South, which", "folders A and B"],
        ),
        ([f"fold{number}" for number in range(1, 4)], ["looks like folds without class folders"]),
        (["images_001/images", "images_002/images"], ["pieces of one set without class folders"]),
        (["100CANON", "101CANON"], ["pieces of one set without class folders (100CANON and 101CANON)"]),
        (grid(["North", "South"], ["class0", "class1"]), ["the same folders class0 and class1"]),
        (["color/A", "color/B", "grayscale/A", "grayscale/B"], ["color and grayscale, which hold no image"]),
    ],
)
def test_folders_that_are_no_classes_stop_with_what_to_set(root, folders, words):
    put(root, *folders)
    study, mistakes = plan_with_mistakes()
    assert study is None
    assert len(mistakes) == 1
    for each in words:
        assert each in mistakes[0]
    # Whoever names them all in `classes` is believed.
    study, mistakes = plan_with_mistakes(classes=sorted({folder.partition("/")[0] for folder in folders}))
    assert mistakes == []


@pytest.mark.parametrize(
    "folders",
    [
        ["A", "B"],
        ["test", "spine"],  # a sea urchin has both
        ["images", "B"],
        ["A/site-a", "A", "B/site-a", "B"],
        grid("AB", ["site-a", "site-b"]),
        grid(["Calanus", "Oithona"], ["2019", "2020"]),
        grid(["Calanus", "Oithona"], ["001", "002", "003"]),
        grid(["Calanus", "Oithona"], ["patient7", "patient8"]),
        grid(["Calanus", "Oithona"], ["images"]),
        ["A/left", "A/right", "B/left"],
        ["A/Calanus", "A/Oithona", "B/Temora", "B/Acartia"],  # nothing is shared
        ["red_label", "blue_label"],
        ["label", "logo"],
        ["class0", "class1", "class2"],
        ["type_1", "type_2"],
        ["01_Normal", "02_Tapered"],
        ["1", "2", "10"],
        ["PartA", "PartB"],
        ["fold_open", "fold_tight"],
        grid(["Calanus", "Oithona"], ["2019/leg1", "2019/leg2", "2020/leg1", "2020/leg2"]),
        ["recto", "verso"],
        ["left/raw", "right/raw"],
        ["left/2019", "left/2020", "right/2020", "right/2021"],
    ],
)
def test_classes_with_folders_below_are_left_alone(root, folders):
    put(root, *folders)
    study, mistakes = plan_with_mistakes()
    assert mistakes == []
    assert study.classes == sorted({folder.partition("/")[0] for folder in folders})


def test_masks_that_are_excluded_are_no_trouble(root):
    put(root, *grid("AB", ["images", "masks"]), "masks")
    assert plan_with_mistakes(exclude=["masks"])[1] == []


def test_a_stray_image_beside_the_folders_of_a_site_does_not_make_it_a_class(root):
    put(root, *grid(["siteA", "siteB"], "AB"), images=6)
    (root / "siteA" / "map.png").write_bytes(b"map")
    assert "looks like sites" in plan_with_mistakes()[1][0]


def test_folders_within_classes_are_told(root):
    put(root, *grid(["Calanus", "Oithona"], ["2019", "2020"]))
    assert "the folders 2019 and 2020 in the classes of images are taken as parts of each class" in remarks()


@pytest.mark.parametrize(
    "folders, words",
    [
        (["train/A", "train/B", "test"], ["images/test holds 3 images but no class folders", "a folder per class"]),
        (["train/A", "train/B", "test/A", "test/B", "test/C"], ["class 'C' has no image in the part train"]),
        (
            [*grid(["train", "val", "test"], "AB"), "val/C"],
            ["class 'C' has no image in the parts train and test: it is neither trained on nor tested; put"],
        ),
        (["train/A", "train/B", "train/C", "test/A", "test/B"], ["class 'C' has no image in the part test"]),
        (["test/A", "test/B"], ["images has no folder train"]),
        (["train/A", "train/B", "test/A", "test/b"], ["B and b have one name but for capitals"]),
        (["train/A", "train/B", "test/A", "test/B", "eval/A"], ["images/eval looks like a part, but is none of train"]),
    ],
)
def test_holes_in_brought_parts_are_told_before_anything_runs(root, folders, words):
    put(root, *folders)
    study, mistakes = plan_with_mistakes(split={"parts": "folders"})
    assert study is None
    for each in words:
        assert any(each in mistake for mistake in mistakes), mistakes


def test_a_part_on_a_disk_that_is_not_there_stops(root):
    put(root, *grid(["train"], "AB"))
    (root / "test").symlink_to("/mnt/no/disk")
    (mistake,) = plan_with_mistakes(split={"parts": "folders"})[1]
    assert mistake.startswith("images/test is a link to /mnt/no/disk, which is not there")


def test_a_part_without_images_is_told(root):
    put(root, *grid(["train"], "AB"))
    put(root, *grid(["test"], "AB"), images=0)
    (root / "test" / "A" / ".gitkeep").touch()
    assert any(
        "images/test holds no images" in mistake for mistake in plan_with_mistakes(split={"parts": "folders"})[1]
    )


def test_two_unicode_forms_of_one_name_are_told_apart(root):
    for part, form in (("train", "NFD"), ("test", "NFC")):
        put(root, f"{part}/{unicodedata.normalize(form, 'Fusulinélla')}", f"{part}/B")
    (mistake,) = plan_with_mistakes(split={"parts": "folders"})[1]
    assert "(NFD)" in mistake
    assert "(NFC)" in mistake
    assert "two Unicode forms" in mistake


def test_brought_parts_that_fit_are_left_alone(root):
    put(root, *grid(["train", "val", "test"], "AB"), "train/C", "test/C", "notes")
    study, mistakes = plan_with_mistakes(split={"parts": "folders"})
    assert mistakes == []
    assert study.classes == ["A", "B", "C"]
    assert class_remarks(study.classes, study.files) == [
        "the part validation has no image of class 'C'",
        "images/notes is no part and is left out",
    ]
    # A class that is only trained on is no hole where nothing is tested.
    put(root, "train/D")
    assert plan_with_mistakes(split={"parts": "folders"})[0] is None
    assert plan_study(small_config(split={"parts": "folders"}, classifiers={}, arms={}))[1] == []


@pytest.mark.parametrize(
    "name", ["=1+1", "+x", "@x", "a" * 240, "é" * 101, "a:b", "manifest.tsv", os.fsdecode(b"caf\xe9")]
)
def test_names_that_no_class_can_have(root, name):
    put(root, "A", "B", name)
    study, mistakes = plan_with_mistakes()
    assert study is None
    assert "class name" in mistakes[0]
    assert "rename its folder" in mistakes[0]


@pytest.mark.parametrize(
    "name", ["a=b", "A+", "x@y", "a" * 200, "é" * 100, "1", "#1", "a b", "Ωμέγα 海胆", "it's", "50%", "-x"[1:]]
)
def test_names_that_a_class_can_have(root, name):
    put(root, "A", "B", name)
    assert plan_with_mistakes()[1] == []


@pytest.mark.parametrize("images", ["pics #1", "a{b}c", "it's", "a b", "$x", "~x", "50%", "*"])
def test_any_name_of_the_folder_of_images_is_taken(root, images):
    put(root.parent / images, "A", "B")
    study, mistakes = plan_with_mistakes(images=images)
    assert mistakes == []
    assert study.contents.folders("A") == [f"{images}/A"]


def test_the_folder_of_images_may_lie_below_home_or_a_variable(root, monkeypatch):
    put(root.parent / "home" / "x", "A", "B")
    monkeypatch.setenv("HOME", str(root.parent / "home"))
    for images in ("~/x", "$HOME/x", "${HOME}/x"):
        study, mistakes = plan_with_mistakes(images=images)
        assert mistakes == []
        assert study.contents.folders("A") == [f"{root.parent}/home/x/A"]
    with_generators = {
        "images": "~/x",
        "taxonomy": None,
        "generators": {
            "a": {"folder": "~/made/{split}"},
            "b": {"init_from": {"file": "$HOME/g"}},
            "c": {"init_from": None},
        },
        "labels": None,
    }
    expanded = with_expanded_paths(with_generators)
    assert expanded["generators"]["a"]["folder"] == f"{root.parent}/home/made/{{split}}"
    assert expanded["generators"]["b"]["init_from"]["file"] == f"{root.parent}/home/g"
    assert "and there is no variable NOWHERE in the environment" in plan_with_mistakes(images="$NOWHERE/x")[1][0]


def test_a_file_or_a_broken_link_in_place_of_the_folder_of_images(root):
    root.write_bytes(b"x")
    assert plan_with_mistakes()[1][0].startswith("`images` is images, which is a file and no folder; name the folder")
    root.unlink()
    root.symlink_to("/mnt/no/disk")
    assert "`images` is images, which is a link to /mnt/no/disk, which is not there" in plan_with_mistakes()[1][0]


def test_classes_that_lie_deeper_are_found(root):
    put(root, *grid(["train", "test"], "AB"))
    assert all(
        "it lies in test and train; set `split: {parts: folders}`" in sentence
        for sentence in plan_with_mistakes(classes=["A", "B"])[1]
    )
    put(root.parent / "other", *grid(["photos", "plans"], ["A"]), "photos/B")
    first, second = plan_with_mistakes(images="other", classes=["A", "B"])[1]
    assert "`classes` has 'A', but other has no such folder; it lies in photos and plans; name other/photos" in first
    assert "it lies in photos; name other/photos in `images`" in second


def test_archives_and_parts_of_other_names_are_told(root):
    put(root, "A")
    (root / "B.zip").write_bytes(b"PK")
    assert "images holds only 'A' of the class folders that are needed; unpack B.zip; put" in plan_with_mistakes()[1][0]
    put(root, *grid(["train_set", "test_set"], "AB"))
    (mistake,) = plan_with_mistakes(split={"parts": "folders"})[1]
    assert "images has no folders train and test; rename test_set and train_set to these" in mistake


def test_images_without_class_folders(root):
    put(root, "")
    (mistake,) = plan_with_mistakes()[1]
    assert "images holds none of the class folders that are needed (3 images lie there without one" in mistake
    assert "labels: {table: FILE, path: COLUMN, class: COLUMN}" in mistake


def test_a_class_that_a_table_of_parts_never_trains_on_or_tests_is_told(root):
    put(root, "A", "B", "C", images=6)

    def by_table(**parts):
        rows = [f"{name}/{number:03d}.png,{part}" for name, given in parts.items() for number, part in enumerate(given)]
        (root.parent / "parts.csv").write_text("path,part\n" + "\n".join(rows) + "\n")
        return plan_with_mistakes(split={"parts": "table", "table": "parts.csv"})[1]

    fine = ["train"] * 4 + ["test"] * 2
    assert by_table(A=fine, B=fine, C=fine) == []
    assert by_table(A=fine, B=fine, C=["test"]) == []  # the others are divided
    (mistake,) = by_table(A=fine, B=fine, C=["train"] * 6)
    assert "parts.csv gives no image of class 'C' the part test: it is trained on and never tested" in mistake
    (mistake,) = by_table(A=fine, B=fine, C=["test"] * 6)
    assert "gives no image of class 'C' the part train: it is tested and never trained on" in mistake
    (mistake,) = by_table(A=fine, B=fine, C=["validation"] * 6)
    assert "gives no image of class 'C' the parts train and test: it is neither trained on nor tested; add" in mistake


def test_folders_of_single_specimens_are_one_sentence(root):
    put(root, *(f"{number:04d}" for number in range(30)), images=2)
    (mistake,) = plan_with_mistakes()[1]
    assert "images has 30 folders of 2.0 images each, which look like specimens and no classes" in mistake


def test_parts_that_are_excluded_are_none(root):
    put(root, *grid(["train", "val", "test", "eval"], "AB"))
    study, mistakes = plan_with_mistakes(split={"parts": "folders"}, exclude=["eval", "val"])
    assert mistakes == []
    assert study.contents.brought_parts == ["test", "train"]
    assert class_remarks(study.classes, study.files) == []


def test_masks_in_brought_parts_are_told(root):
    put(root, *grid(["train", "test"], ["images", "labels"]))
    (mistake,) = plan_with_mistakes(split={"parts": "folders"})[1]
    assert mistake.startswith("images/test looks like images (images) and what was drawn on them (labels)")


def test_notes_beside_class_folders_are_no_masks(root):
    put(root, "A", "B")
    for name in ("annotations", "labels"):
        (root / name).mkdir()
        (root / name / "000.xml").touch()
    assert plan_with_mistakes()[1] == []
    put(root, "images/A")
    assert (
        "looks like images (images) and what was drawn on them (annotations and labels)" in plan_with_mistakes()[1][0]
    )


def test_the_folder_to_name_is_given_however_deep_it_lies(root):
    put(root, *grid(["Data/CLS-LOC"], "AB"))
    (mistake,) = plan_with_mistakes()[1]
    assert "images holds only 'Data', with the folders A and B; name images/Data/CLS-LOC in `images`" in mistake
