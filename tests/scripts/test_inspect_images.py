"""inspect_images.py on folders as index_class writes them."""

import sys

import numpy as np
import pytest
from PIL import Image

from augury.command import script
from augury.duplicates.fingerprints import FINGERPRINT_BYTES, fingerprint
from augury.images.decoding.decode import Picture
from augury.tables.inspection import ShortcutRow, ViewsRow, WarningRow
from augury.tables.rows import HeaderRow, ImageRow, SplitRow
from augury.tables.table import read_rows, write_rows
from tests.scripts.in_process import call
from tests.unit.test_inspection_views import lights, single


def write_class(folder, images, names, mode="L", specimens=None):
    """Images by name, with fingerprints; every third of them is tested in fold1."""
    rows = [
        ImageRow(f"{folder.name}{n:03}", f"images/{folder.name}/{name}", folder.name, f"s{n}", 64, 64, mode)
        for n, name in enumerate(names)
    ]
    if specimens:
        rows = [
            ImageRow(row.sha256, row.path, row.class_, s, 64, 64, mode) for row, s in zip(rows, specimens, strict=True)
        ]
    write_rows(folder / "index.tsv", ImageRow, rows)
    write_rows(folder / "headers.tsv", HeaderRow, [HeaderRow(row.sha256, "PNG", "", "") for row in rows])
    prints = [fingerprint(Picture(Image.fromarray(image), "L")) for image in images]
    np.save(folder / "fingerprints.npy", np.stack(prints))
    return [
        SplitRow(row.sha256, row.path, row.class_, row.specimen, "train" if n % 3 else "test")
        for n, row in enumerate(rows)
    ]


@pytest.fixture(autouse=True)
def console(monkeypatch):
    """The terminal of this test, not of the first that imported the module."""
    monkeypatch.setattr(script, "_console", sys.stderr)


def run(folder, capsys):
    tables = {name: folder / f"{name}.tsv" for name in ("warnings", "views", "shortcuts")}
    options = [word for name, path in tables.items() for word in (f"--{name}", path)]
    call(
        "inspect_images",
        [
            "--class-folders",
            folder / "b",
            folder / "a",
            "--splits",
            folder / "fold1" / "all.tsv",
            "--threads",
            "1",
            *options,
        ],
    )
    found = [
        read_rows(tables[name], kind) for name, kind in zip(tables, (WarningRow, ViewsRow, ShortcutRow), strict=True)
    ]
    return *found, capsys.readouterr().out


def test_lights_round_one_specimen_are_told(tmp_path, capsys):
    names = [f"imgray_{n}.png" for n in range(1, 31)]
    for class_ in "ab":
        (tmp_path / class_).mkdir()
    rows = write_class(tmp_path / "a", lights(1, 30), names)
    rows += write_class(tmp_path / "b", single(30), names, mode="RGB")
    write_rows(tmp_path / "fold1" / "all.tsv", SplitRow, rows)
    warnings, views, shortcuts, output = run(tmp_path, capsys)
    assert [(row.kind, row.class_) for row in warnings] == [("names", ""), ("views", "a"), ("stored", "a")]
    one, other = views
    assert (one.class_, one.images, one.specimens, one.copies, one.compared) == ("a", 30, 30, 0, 30)
    assert one.likeness < 0.4 < 0.8 < other.likeness
    assert one.likeness_test < 0.5 < 0.8 < other.likeness_test
    assert [(row.property, row.accuracy) for row in shortcuts] == [("mode", 1.0)]
    assert "warning: images of a look like views of few specimens" in output
    assert "agrees in 1 of 2 classes" in warnings[0].sentence
    assert warnings[0].level == "hint"  # of half of the classes it is not true


def test_named_specimens_and_single_ones_are_left_alone(tmp_path, capsys):
    for class_ in "ab":
        (tmp_path / class_).mkdir()
    names = [f"x{n // 12}_{n % 12}.png" for n in range(72)]
    rows = write_class(tmp_path / "a", lights(6, 12), names, specimens=[f"g:x{n // 12}" for n in range(72)])
    rows += write_class(tmp_path / "b", single(20), [f"{n}.png" for n in range(20)])
    write_rows(tmp_path / "fold1" / "all.tsv", SplitRow, rows)
    warnings, views, shortcuts, output = run(tmp_path, capsys)
    assert warnings == []
    assert shortcuts == []
    assert "warning" not in output.replace("0 warnings and hints", "")
    assert (views[0].specimens, views[0].named) == (6, 1)


def test_near_duplicates_in_chains_are_told(tmp_path, capsys):
    for class_ in "ab":
        (tmp_path / class_).mkdir()
    chained = ["abc0"] * 9 + [f"s{n}" for n in range(21)]
    rows = write_class(tmp_path / "a", single(30), [f"{n * 7}.png" for n in range(30)], specimens=chained)
    rows += write_class(tmp_path / "b", single(12), [f"{n}.png" for n in range(12)])
    write_rows(tmp_path / "fold1" / "all.tsv", SplitRow, rows)
    warnings, views, _, _ = run(tmp_path, capsys)
    assert (views[0].copies, views[0].largest) == (pytest.approx(0.3), 9)
    (row,) = warnings
    assert row.sentence.startswith("30% of the 30 images of a are near-duplicates of others (9 in the largest group)")


def test_a_class_without_images_is_no_reason_to_stop(tmp_path, capsys):
    for class_ in "ab":
        (tmp_path / class_).mkdir()
    rows = write_class(tmp_path / "a", single(30), [f"{n}.png" for n in range(30)])
    write_rows(tmp_path / "fold1" / "all.tsv", SplitRow, rows)
    for name, kind in (("index", ImageRow), ("headers", HeaderRow)):
        write_rows(tmp_path / "b" / f"{name}.tsv", kind, [])
    np.save(tmp_path / "b" / "fingerprints.npy", np.empty((0, FINGERPRINT_BYTES), np.uint8))
    warnings, views, shortcuts, _ = run(tmp_path, capsys)
    assert (warnings, shortcuts) == ([], [])
    assert (views[1].images, views[1].specimens, views[1].likeness) == (0, 0, None)


def test_a_few_images_may_share_a_mode_by_chance(tmp_path, capsys):
    for class_ in "ab":
        (tmp_path / class_).mkdir()
    rows = write_class(tmp_path / "a", single(12), [f"{n}.png" for n in range(12)])
    rows += write_class(tmp_path / "b", single(7), [f"{n}.png" for n in range(7)], mode="RGB")
    write_rows(tmp_path / "fold1" / "all.tsv", SplitRow, rows)
    warnings, _, shortcuts, _ = run(tmp_path, capsys)
    assert (warnings, shortcuts) == ([], [])
    write_class(tmp_path / "b", single(8), [f"{n}.png" for n in range(8)], mode="RGB")
    warnings, _, shortcuts, _ = run(tmp_path, capsys)
    assert [row.kind for row in warnings] == ["stored"]
    assert [row.property for row in shortcuts] == ["mode"]
