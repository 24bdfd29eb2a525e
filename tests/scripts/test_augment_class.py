"""augment_class.py: copies before the split, and which image each of them shows."""

import json

import numpy as np
import pytest
from PIL import Image

from augury.command.errors import UserError
from augury.images.index import index_class
from augury.study.images import Indexing
from augury.tables.table import read_dicts
from tests.project import draw_image
from tests.scripts.in_process import call
from tests.tiffs import page, tiff

CHANGES = json.dumps({"rotation_degrees": 30, "brightness": 0.2})


@pytest.fixture
def photographs(tmp_path):
    folder = tmp_path / "images" / "quartz"
    for number in range(3):
        draw_image(folder / f"site1_{number}.png", number, 0)
    (folder / "broken.png").write_bytes(b"no image")
    return folder


def enlarge(folder, output, times=3, settings="{}"):
    words = ["--folder", folder, "--class", "quartz", "--times", times, "--size", 24, "--augmentation", CHANGES]
    call("augment_class", [*words, "--index-settings", settings, "--output", output, "--table", f"{output}.tsv"])
    return read_dicts(f"{output}.tsv")


def test_an_image_and_its_copies_are_one_specimen(photographs, tmp_path):
    output = tmp_path / "out" / "quartz"
    rows = enlarge(photographs, output)
    assert len(rows) == 9
    pixels = {row["path"]: np.asarray(Image.open(output / row["path"])) for row in rows}
    assert {image.shape for image in pixels.values()} == {(24, 24, 3)}
    assert len({image.tobytes() for image in pixels.values()}) == 9
    settings = Indexing(specimens={"table": f"{output}.tsv", "near_duplicates": False})
    indexed = index_class([output], "quartz", settings)
    assert len(indexed.rows) == 9
    assert len({row.specimen for row in indexed.rows}) == 3
    # What cannot be used is left to the index, which says why.
    assert [row.path.rpartition("/")[2] for row in indexed.quarantine] == ["broken.png"]


def test_names_of_specimens_hold_for_copies_and_content_alone_makes_them(photographs, tmp_path):
    rows = enlarge(photographs, tmp_path / "a", settings='{"specimens": {"regex": "(site[0-9])"}}')
    assert {row["specimen"] for row in rows} == {"site1"}
    (photographs / "site1_0.png").rename(photographs / "zzz.png")
    enlarge(photographs, tmp_path / "b")
    (tmp_path / "b" / "stale.png").write_bytes(b"of an earlier run")
    enlarge(photographs, tmp_path / "b")
    names = {path.name for path in (tmp_path / "a").iterdir()}
    assert {path.name for path in (tmp_path / "b").iterdir()} == names
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)


def test_how_files_were_read_is_told_here_and_not_of_the_copies(tmp_path, capsys):
    folder = tmp_path / "images" / "quartz"
    folder.mkdir(parents=True)
    for number in range(2):
        values = np.random.default_rng(number).integers(0, 4000, (20, 20)).astype(np.uint16)
        (folder / f"{number}.tif").write_bytes(tiff(page(values, 1)))
    enlarge(folder, tmp_path / "out")
    assert "quartz: no value in its 2 images of 16 bits is above 39" in capsys.readouterr().out


def test_a_folder_of_other_files_is_not_emptied(photographs, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years")
    with pytest.raises(UserError, match=r"holds files that augury did not write \(thesis\.txt\)"):
        enlarge(photographs, mine)
    assert (mine / "thesis.txt").read_text() == "years"


def test_a_name_that_looks_like_none_holds_for_copies(photographs, tmp_path):
    for number in range(3):
        (photographs / f"site1_{number}.png").rename(photographs / f"NA_{number}.png")
    output = tmp_path / "out" / "quartz"
    assert {row["specimen"] for row in enlarge(photographs, output, settings='{"specimens": {"regex": "/(NA)_"}}')} == {
        "NA"
    }
    indexed = index_class([output], "quartz", Indexing(specimens={"table": f"{output}.tsv", "near_duplicates": False}))
    assert {row.specimen for row in indexed.rows} == {"g:NA"}
