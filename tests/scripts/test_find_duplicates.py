"""find_duplicates.py run as a command, on folders as index_class writes them."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from augury.command.files import atomic
from augury.duplicates.fingerprints import FINGERPRINT_BYTES, fingerprint
from augury.duplicates.search import duplicate_rows, find_pairs
from augury.images.decoding.decode import Picture
from augury.images.manifest import merge
from augury.tables.rows import DuplicateRow, ImageRow, QuarantineRow
from augury.tables.table import read_rows, write_rows

SCRIPT = Path(__file__).resolve().parents[2] / "workflow" / "scripts" / "find_duplicates.py"


def texture(seed: int) -> Image.Image:
    coarse = np.random.default_rng(seed).integers(0, 256, (12, 12), np.uint8)
    return Image.fromarray(coarse).resize((60, 48), Image.Resampling.BICUBIC)


def write_class(folder: Path, images: dict[str, Image.Image]) -> Path:
    """Images by a made-up hash, in the order of the hashes."""
    names = sorted(images)
    rows = [ImageRow(name * 64, f"{name}.png", folder.name, name, 60, 48, "L") for name in names]
    vectors = [fingerprint(Picture(images[name], "L")) for name in names]
    fingerprints = np.stack(vectors) if vectors else np.empty((0, FINGERPRINT_BYTES), np.uint8)
    write_rows(folder / "index.tsv", ImageRow, rows)
    left_out = [QuarantineRow(f"{folder.name}.txt", folder.name, "not an image")]
    write_rows(folder / "quarantine.tsv", QuarantineRow, left_out)
    write_rows(folder / "duplicates.tsv", DuplicateRow, duplicate_rows(rows, find_pairs(fingerprints)))
    with atomic(folder / "fingerprints.npy") as temporary, open(temporary, "wb") as file:
        np.save(file, fingerprints)
    return folder


def run(folders: list[Path], out: Path, *more: str) -> subprocess.CompletedProcess:
    command = [sys.executable, SCRIPT, "--class-folders", *folders, "--threads", "1", "--log", out / "log.txt", *more]
    for name in ("manifest", "quarantine", "duplicates"):
        command += [f"--{name}", out / f"{name}.tsv"]
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)


@pytest.fixture
def folders(tmp_path) -> list[Path]:
    one, two, three = texture(1), texture(2), texture(3)
    return [
        write_class(tmp_path / "beta", {"b": one.transpose(Image.Transpose.ROTATE_90), "c": two, "d": texture(4)}),
        write_class(tmp_path / "alpha", {"a": one, "e": three, "f": three.transpose(Image.Transpose.FLIP_LEFT_RIGHT)}),
        write_class(tmp_path / "gamma", {"c": two}),
    ]


def test_tables_are_merged_and_pairs_across_classes_are_conflicts(folders, tmp_path):
    done = run(folders, tmp_path / "out", "--min-images", "2")
    assert done.returncode == 0, done.stderr
    rows = read_rows(tmp_path / "out" / "manifest.tsv", ImageRow)
    expected = ["alpha a", "alpha e", "alpha f", "beta b", "beta c", "beta d", "gamma c"]
    assert [f"{row.class_} {row.sha256[0]}" for row in rows] == expected
    quarantine = read_rows(tmp_path / "out" / "quarantine.tsv", QuarantineRow)
    assert [row.class_ for row in quarantine] == ["alpha", "beta", "gamma"]
    found = {
        (row.class_a, row.sha256_a[0], row.class_b, row.sha256_b[0], row.relation, row.transform, row.conflict)
        for row in read_rows(tmp_path / "out" / "duplicates.tsv", DuplicateRow)
    }
    assert found == {
        ("alpha", "a", "beta", "b", "near", "rotate90", True),
        ("alpha", "e", "alpha", "f", "near", "flip", False),
        ("beta", "c", "gamma", "c", "exact", "identity", True),
    }
    assert "2 pairs of duplicates stand in different classes" in done.stderr
    assert "class gamma has 1 images that can be used, fewer than 2" in done.stderr
    assert "class beta" not in done.stderr


def test_names_say_that_a_pair_across_classes_is_no_conflict(tmp_path):
    one, two = texture(1), texture(2)
    folders = [
        write_class(tmp_path / "alpha", {"a": one, "b": two, "c": texture(3)}),
        write_class(tmp_path / "beta", {"d": one.transpose(Image.Transpose.ROTATE_90), "e": two, "f": texture(3)}),
    ]
    names = {"a": "g:s1", "b": "g:s1", "c": "g:s3", "d": "g:s2", "e": "g:s2", "f": "f" * 16}
    for folder in folders:
        rows = read_rows(folder / "index.tsv", ImageRow)
        rows = [dataclasses.replace(row, specimen=names[row.sha256[0]]) for row in rows]
        write_rows(folder / "index.tsv", ImageRow, rows)
    found = {(row.sha256_a[0], row.sha256_b[0], row.relation): row.conflict for row in merge(folders, True).duplicates}
    # Nearly alike and named apart bars nothing; equal pixels have one label too many, whatever the names.
    assert found == {("a", "d", "apart"): False, ("b", "e", "exact"): True, ("c", "f", "exact"): True}
    rows = [dataclasses.replace(row, specimen="g:s1") for row in read_rows(folders[1] / "index.tsv", ImageRow)]
    write_rows(folders[1] / "index.tsv", ImageRow, rows)
    found = {(row.sha256_a[0], row.sha256_b[0], row.relation): row.conflict for row in merge(folders, True).duplicates}
    assert found[("a", "d", "near")]  # of one name in two classes


def test_the_order_of_the_folders_plays_no_part(folders, tmp_path):
    run(folders, tmp_path / "one")
    run(folders[::-1], tmp_path / "other")
    for name in ("manifest", "quarantine", "duplicates"):
        assert (tmp_path / "one" / f"{name}.tsv").read_bytes() == (tmp_path / "other" / f"{name}.tsv").read_bytes()


def test_exact_only(folders, tmp_path):
    assert run(folders, tmp_path / "out", "--exact-only").returncode == 0
    conflicts = [row for row in read_rows(tmp_path / "out" / "duplicates.tsv", DuplicateRow) if row.conflict]
    assert [row.relation for row in conflicts] == ["exact"]


def test_an_empty_class_is_told(folders, tmp_path):
    empty = write_class(tmp_path / "delta", {})
    done = run([*folders, empty], tmp_path / "out", "--min-images", "1")
    assert done.returncode == 0, done.stderr
    assert "class delta has 0 images" in done.stderr


def test_tables_that_do_not_belong_together(folders, tmp_path):
    np.save(folders[0] / "fingerprints.npy", np.zeros((1, FINGERPRINT_BYTES), np.uint8))
    done = run(folders, tmp_path / "out")
    assert done.returncode == 2
    assert "beta has 3 images and 1 fingerprints" in done.stderr
    (folders[0] / "fingerprints.npy").unlink()
    assert run(folders, tmp_path / "out").returncode == 2
