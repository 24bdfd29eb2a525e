"""admit_pool: a generator is trained on what a pool has that is new to the study, and on no test specimen."""

from types import SimpleNamespace

import pytest
from PIL import Image, ImageOps

from augury.command.errors import UserError
from augury.generators.data import load_training_part
from augury.settings.generation import FromPool
from augury.tables.rows import ImageRow, SplitRow
from augury.tables.table import read_rows, write_rows
from tests.project import draw_image
from tests.scripts.in_process import call
from tests.scripts.test_retrieve_images import index, pack

PARTS = {"a0": "train", "a1": "validation", "a2": "test", "b0": "train", "b1": "train", "b2": "test"}
POOL = ("p0", "p1", "p2")


def named(row):
    return row.path.rsplit("/")[-1].partition(".")[0]


@pytest.fixture
def study(tmp_path):
    for number, name in enumerate(PARTS):
        draw_image(tmp_path / "images" / name[0] / f"{name}.png", number, number // 3)
    for number, name in enumerate(POOL):
        draw_image(tmp_path / "pool" / f"{name}.png", 100 + number, 2)
    return tmp_path


def admit(study, guard="enforce", settings="{}", folders=("all",)):
    splits = []
    for class_ in "ab":
        rows = index(study / "images" / class_, study / "indexed" / class_, settings)
        parted = [SplitRow(row.sha256, row.path, class_, row.specimen, PARTS[named(row)]) for row in rows]
        splits.append(study / "splits" / f"{class_}.tsv")
        write_rows(splits[-1], SplitRow, parted)
    places = [study / "elsewhere" / each for each in folders]
    for each, place in zip(folders, places, strict=True):
        index(study / "pool" / (each if each != "all" else ""), place, settings)
    twins = study / "twins.tsv"
    words = ["--elsewhere-folders", *places, "--class-folders", *(study / "indexed" / each for each in "ab")]
    call("compare_elsewhere", [*words, "--twins", twins, "--threads", 1])
    tables = []
    for each in folders:
        tables.append(study / "admitted" / f"{each}.tsv")
        words = ["--name", "archive", "--class", each, "--twins", twins, "--splits", *splits, "--guard", guard]
        words += ["--indices", *(place / "index.tsv" for place in places), "--output", tables[-1]]
        call("admit_pool", words)
    rows = [row for path in tables for row in read_rows(path, SplitRow)]
    return SimpleNamespace(parts={named(row): row.part for row in rows}, tables=tables, places=places)


def plant(study, own, name="stolen", changed=ImageOps.mirror):
    with Image.open(study / "images" / own[0] / f"{own}.png") as image:
        changed(image).save(study / "pool" / f"{name}.png")


def test_all_that_is_new_is_trained_on(study):
    assert admit(study).parts == dict.fromkeys(POOL, "train")


def test_twins_of_training_and_validation_images_are_left_out(study, capsys):
    plant(study, "b1", "p8")
    plant(study, "a1", "p9", Image.Image.copy)
    assert admit(study).parts == dict.fromkeys(POOL, "train")
    assert "2 images of the pool show specimens that the study has already" in capsys.readouterr().out


def test_a_planted_test_image_stops_the_run_and_is_named(study):
    plant(study, "b2")
    with pytest.raises(UserError, match=r"trained on archive .*1 images show .*stolen\.png \(of .*b2\.png\)") as told:
        admit(study)
    assert "take them out of the pool's folder" in str(told.value)


def test_names_count_whatever_the_images_look_like(study):
    draw_image(study / "pool" / "a2_again.png", 900, 3)
    with pytest.raises(UserError, match=r"a2_again\.png \(of .*a2\.png\)"):
        admit(study, settings='{"specimens": {"regex": "([a-z][0-9])"}}')


def test_with_labels_the_whole_pool_is_looked_at_for_each_folder(study):
    for number, name in enumerate(POOL):
        folder = study / "pool" / "ab"[number % 2]
        folder.mkdir(exist_ok=True)
        (study / "pool" / f"{name}.png").rename(folder / f"{name}.png")
    admitted = admit(study, folders=("a", "b"))
    assert admitted.parts == dict.fromkeys(POOL, "train")
    assert [len(read_rows(path, SplitRow)) for path in admitted.tables] == [2, 1]
    plant(study, "a2", "a/stolen")
    with pytest.raises(UserError, match="stolen"):
        admit(study, folders=("b", "a"))


def test_a_training_takes_what_is_admitted_and_knows_a_recorded_leak(study):
    def load(admitted, guard):
        packs = [place / "16px.npy" for place in admitted.places]
        for place in admitted.places:
            rows = read_rows(place / "index.tsv", ImageRow)
            pack(rows, study / "pool", place / "16px", dict.fromkeys(map(named, rows), 0))
        archive = FromPool(pool="archive")
        return load_training_part(packs, admitted.tables, ["pool=archive"], guard, "generator relatives", archive)

    plant(study, "b1", "p9")
    part = load(admit(study), "enforce")
    assert sorted(map(named, part.rows)) == sorted(POOL)
    assert part.images.shape == (3, 16, 16, 3)
    assert (part.leaked, part.test) == ([], [])
    plant(study, "b2")
    admitted = admit(study, "record")
    assert admitted.parts == dict.fromkeys(POOL, "train") | {"stolen": "test"}
    part = load(admitted, "record")
    assert len(part.rows) == 4
    assert part.leaked == [row.sha256 for row in part.rows if named(row) == "stolen"]
    with pytest.raises(UserError, match=r"generator relatives would train on 1 images .*stolen"):
        load(admitted, "enforce")


def test_too_small_a_pool_is_one_sentence(study):
    for name in POOL[1:]:
        (study / "pool" / f"{name}.png").unlink()
    admitted = admit(study)
    rows = read_rows(admitted.places[0] / "index.tsv", ImageRow)
    pack(rows, study / "pool", admitted.places[0] / "16px", {"p0": 0})
    with pytest.raises(UserError, match=r"has 1 training images of pool=archive; .*: add images to the pool"):
        load_training_part(
            [admitted.places[0] / "16px.npy"],
            admitted.tables,
            ["pool=archive"],
            "enforce",
            "generator relatives",
            FromPool(pool="archive"),
        )
