"""Class folders that are empty, broken or full of other things; what is passed over, excluded, and told."""

import os

import pytest

from augury.images import files as listing
from augury.images.clutter import is_clutter
from augury.images.files import list_files
from augury.planning.checks.class_remarks import class_remarks
from tests.folders import close, plan_with_mistakes, remarks

SIX = [f"{number:03d}.png" for number in range(6)]


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in "AB":
        for image in SIX:
            put(tmp_path / "images" / name / image, f"{name}{image}")
    return tmp_path / "images"


def put(path, content="x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode())


def names(folder, **options):
    return [path.relative_to(folder).as_posix() for path in list_files([folder], **options)]


def test_what_systems_and_programs_leave_is_passed_over(root):
    for name in (
        ".DS_Store", "._000.png", "Thumbs.db", "desktop.ini", "ehthumbs.db", "Icon\r", "000.png:Zone.Identifier",
        ".ipynb_checkpoints/x.png", "__MACOSX/._000.png", ".img.jpg.icloud", "000.png.crdownload", "000.png.part",
        "~$notes.docx", "$RECYCLE.BIN/x.png", "lost+found/x.png", "Picasa.ini", "Thumbs.db:encryptable", "000.png~",
        "@eaDir/000.png/SYNOPHOTO_THUMB_S.jpg", "#recycle/x.png",
        "System Volume Information/x.png", ".Trash-1000/x.png",
        "@Recycle/x.png", "#snapshot/x.png", ".@__thumb/000.png",
    ):  # fmt: skip
        put(root / "A" / name)
    assert names(root / "A") == SIX


def test_honest_names_are_no_clutter():
    for name in ("part.png", "x.parts", "recycled", "lost", "thumbs", "@home", "#1.png", "a~b.png", "icloud.png"):
        assert not is_clutter(name)
        assert not is_clutter(name, folder=True)
    assert not is_clutter("sample.part", folder=True)


def test_patterns_leave_out_files_and_folders_by_name_or_path_in_their_case(root):
    for name in ("000_mask.png", "001_MASK.png", "seg/a.png", "b/seg/a.png", "b/c.png"):
        put(root / "A" / name)
    rest = ["001_MASK.png", "b/c.png", "b/seg/a.png"]
    assert names(root / "A", exclude=["*_mask.png", "seg/*", "00?.png"]) == rest
    assert names(root / "A", exclude=["*_mask.png", "seg", "00?.png"]) == rest[:2]
    assert names(root / "A", exclude=["A/0*.png", "**/seg/*.png", "c.png/"]) == []
    assert names(root / "A", exclude=["B/0*.png", "seg/", "*.PNG"]) == [
        *SIX[:1],
        "000_mask.png",
        SIX[1],
        *rest[:1],
        *SIX[2:],
        "b/c.png",
    ]
    (root / "A" / "001_MASK.png").unlink()
    study, mistakes = plan_with_mistakes(exclude=["*_mask.png", "seg", "*.PNG"])
    assert mistakes == []
    assert len(study.files.files("A")) == 7
    assert class_remarks(study.classes, study.files) == ["`exclude` has '*.PNG', which leaves out nothing below images"]


def test_exclude_changes_only_the_classes_that_lose_a_file(root):
    put(root / "A" / "000_mask.png")
    before, after = (plan_with_mistakes(exclude=patterns)[0].contents for patterns in ([], ["*_mask.png"]))
    assert before.digest("A") != after.digest("A")
    assert before.digest("B") == after.digest("B")


def test_masks_and_copies_are_named_once_with_the_patterns(root):
    for number in range(3):
        for name in (f"{number:03d}_mask.png", f"{number:03d} - Copy.png", f"{number:03d}_annotated.jpg"):
            put(root / "A" / name)
    put(root / "B" / "masks" / "000.png")
    (note,) = remarks()
    assert "10 files look like masks or copies of others (000 - Copy.png beside 000.png in images/A)" in note
    assert '`exclude: ["* - Copy.png", "*_annotated.jpg", "*_mask.png", "masks"]`' in note
    patterns = ["* - Copy.png", "*_annotated.jpg", "*_mask.png", "masks"]
    study, _ = plan_with_mistakes(exclude=patterns)
    assert class_remarks(study.classes, study.files) == []
    assert [len(study.files.files(name)) for name in "AB"] == [6, 6]


def test_masks_may_be_named_at_the_head(root):
    put(root / "A" / "mask_000.png")
    (note,) = remarks()
    assert "1 file looks like masks or copies of others (mask_000.png beside 000.png in images/A)" in note
    assert '`exclude: ["mask_*.png"]`' in note


@pytest.mark.parametrize("name", ["mask_tree.png", "red_label.png", "my copy.png", "cat (1).png", "notes_mask.txt"])
def test_files_without_a_partner_are_no_masks(root, name):
    put(root / "A" / name)
    assert remarks() == []


@pytest.mark.parametrize(
    "files, words",
    [
        ([], "it holds no file"),
        ([".gitkeep"], "it holds no file but .gitkeep"),
        (["README.md", "list.csv"], "it holds no image, only README.md and list.csv"),
        ([".000.png.icloud"], "not fetched yet (.000.png.icloud)"),
    ],
)
def test_a_class_folder_without_an_image_is_told(root, files, words):
    (root / "C").mkdir()
    for name in files:
        put(root / "C" / name)
    study, mistakes = plan_with_mistakes()
    assert mistakes == []
    assert study.classes == ["A", "B"]
    assert any(
        note.startswith("images/C is taken for no class") and words in note
        for note in class_remarks(study.classes, study.files)
    )
    (mistake,) = plan_with_mistakes(classes=["A", "C"])[1]
    assert "the folder of class 'C' is empty" in mistake


def test_files_that_are_not_fetched_are_counted(root):
    for name in (".006.png.icloud", "007.png.crdownload"):
        put(root / "A" / name)
    assert remarks() == [
        "2 files stand for images that are not fetched wholly and are left out, the first: images/A/.006.png.icloud"
    ]


def test_a_class_of_pointers_is_told(root):
    for number in range(3):
        put(root / "C" / f"{number}.png", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    assert plan_with_mistakes()[1] == [
        "the files of class 'C' are Git LFS pointers; fetch the images by `git lfs pull`"
    ]


def test_links_that_lead_nowhere_stop(root):
    (root / "C").symlink_to("/mnt/no/disk/C")
    (mistake,) = plan_with_mistakes()[1]
    assert mistake.startswith("images/C is a link to /mnt/no/disk/C, which is not there; mount its disk")
    assert plan_with_mistakes(classes=["A", "B"])[1] == []
    assert plan_with_mistakes(classes=["A", "C"])[1] == [mistake]
    (root / "C").unlink()
    (root / "C").symlink_to("C")
    assert plan_with_mistakes()[1] == ["images/C is a link that leads back to itself; mend or remove it"]
    (root / "C").unlink()
    (root / "A" / "site").symlink_to("/mnt/no/disk/site")
    assert plan_with_mistakes()[1][0].startswith("images/A/site is a link to /mnt/no/disk/site")
    (root / "A" / "site").unlink()
    for number in range(2):
        put(root / "C" / ".keep")
        (root / "C" / f"{number}.png").symlink_to(f"/mnt/no/disk/{number}.png")
    assert plan_with_mistakes()[1][0].startswith(
        "no file of class 'C' is there: images/C/0.png is a link to /mnt/no/disk/0.png"
    )


def test_a_link_to_itself_below_a_class_is_listed_for_the_quarantine(root):
    (root / "A" / "loop.png").symlink_to("loop.png")
    assert "loop.png" in names(root / "A")
    (note,) = remarks()
    assert note == "images/A/loop.png is a link that leads back to itself; mend or remove it, and is left out"


def test_a_link_to_where_nobody_may_look_costs_no_other_image(root, monkeypatch):
    (root / "A" / "linked").symlink_to("/secret/inner")
    stat, entries = os.stat, listing._entries

    class Closed:
        name = "linked"

        def is_dir(self):
            raise PermissionError(13, "Permission denied")

    def denied(path, **options):
        if os.fspath(path).endswith("linked"):
            raise PermissionError(13, "Permission denied", path)
        return stat(path, **options)

    monkeypatch.setattr(os, "stat", denied)
    monkeypatch.setattr(
        listing, "_entries", lambda folder: [Closed() if each.name == "linked" else each for each in entries(folder)]
    )
    (note,) = remarks()
    assert note.startswith("images/A/linked is a link to /secret/inner, which cannot be reached (Permission denied)")


def test_a_folder_without_permission_costs_its_own_images_alone(root, monkeypatch):
    put(root / "A" / "closed" / "x.png")
    close(monkeypatch, "closed")
    assert names(root / "A") == [*SIX, "closed"]
    study, mistakes = plan_with_mistakes()
    assert mistakes == []
    assert class_remarks(study.classes, study.files) == [
        "images/A/closed is a folder that cannot be listed; mend its permissions, and is left out"
    ]
    # A whole class that cannot be read is not left out in silence.
    put(root / "closed" / "x.png")
    assert plan_with_mistakes()[1] == [
        "the folder images/closed cannot be listed (Permission denied); mend its permissions"
    ]
