"""index_class.py run as a command: what is indexed, what is left out, and what the specimens are called."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from augury.duplicates.fingerprints import FINGERPRINT_BYTES
from augury.images.index import index_class
from augury.specimens.grouping import UNCLEAR
from augury.study.images import Indexing
from augury.tables.rows import DuplicateRow, HeaderRow, ImageRow, QuarantineRow
from augury.tables.table import read_rows

SCRIPT = Path(__file__).resolve().parents[2] / "workflow" / "scripts" / "index_class.py"
NAMES = ["plain.png", "a b.png", 'it\'s "so".jpg', "tab\there.png", "line\nbreak.png", "Ωμέγα 海胆.png", "sub/d.bmp"]


def texture(seed: int, size: int = 48) -> Image.Image:
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (12, 12, 3), np.uint8))
    return coarse.resize((size, size), Image.Resampling.BICUBIC)


def save(path: Path, image: Image.Image, kind: str = "PNG", **options) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    path.write_bytes(buffer.getvalue())
    return hashlib.sha256(buffer.getvalue()).hexdigest()


def index(folders: list[Path], out: Path, settings: str = "{}", code: int = 0):
    tables = {name: out / f"{name}.tsv" for name in ("index", "quarantine", "duplicates")}
    command = [sys.executable, SCRIPT, "--class", "urchin", "--settings", settings, "--threads", "2"]
    command += ["--folder", *folders, "--fingerprints", out / "fingerprints.npy", "--log", out / "log.txt"]
    command += ["--headers", out / "headers.tsv"]
    for name, path in tables.items():
        command += [f"--{name}", path]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr + (out / "log.txt").read_text()
    if code:
        return done.stderr
    kinds = {"index": ImageRow, "quarantine": QuarantineRow, "duplicates": DuplicateRow}
    return *(read_rows(tables[name], kinds[name]) for name in tables), np.load(out / "fingerprints.npy")


def test_good_and_bad_files(tmp_path):
    folder = tmp_path / "images" / "urchin"
    hashes = {save(folder / name, texture(number)): name for number, name in enumerate(NAMES)}
    save(folder / ".hidden.png", texture(50))
    save(folder / "small.png", texture(51, 20))
    (folder / "notes.txt").write_text("notes")
    (folder / "empty.png").touch()
    save(folder / "cut.png", texture(52))
    os.truncate(folder / "cut.png", 500)
    rows, quarantine, duplicates, fingerprints = index([folder], tmp_path / "out", '{"min_size_px": 32}')
    assert {row.sha256: Path(row.path).relative_to(folder).as_posix() for row in rows} == hashes
    assert [row.sha256 for row in rows] == sorted(hashes)
    assert {(row.class_, row.width, row.height, row.mode) for row in rows} == {("urchin", 48, 48, "RGB")}
    assert all(row.specimen == row.sha256[:16] for row in rows)
    assert duplicates == []
    assert fingerprints.shape == (len(NAMES), FINGERPRINT_BYTES)
    headers = read_rows(tmp_path / "out" / "headers.tsv", HeaderRow)
    assert [row.sha256 for row in headers] == sorted(hashes)
    assert {row.format for row in headers} == {"PNG"}  # the content counts, not the ending
    assert {Path(row.path).name: row.reason for row in quarantine} == {
        "cut.png": "truncated image: its end is missing; copy it again from where it came",
        "empty.png": "empty file; copy it again from where it came",
        "notes.txt": "not an image but a text file; take it out of the folder",
        "small.png": "too small: 20 x 20 pixels, min_size_px is 32; lower preparation.min_size_px if it shows enough",
    }


def test_copies_across_two_folders(tmp_path):
    train, test = tmp_path / "train" / "urchin", tmp_path / "test" / "urchin"
    first = save(train / "b.png", texture(1))
    save(test / "a.png", texture(1))  # the same bytes; its path comes first
    twin = save(train / "twin.bmp", texture(1), "BMP")  # the same pixels
    turned = save(test / "turned.png", texture(1).transpose(Image.Transpose.ROTATE_90))
    alone = save(train / "alone.png", texture(2))
    rows, _, duplicates, _ = index([train, test], tmp_path / "out")
    specimens = {row.sha256: row.specimen for row in rows}
    group = min(first, twin, turned)[:16]
    assert specimens == {first: group, twin: group, turned: group, alone: alone[:16]}
    assert next(row.path for row in rows if row.sha256 == first) == str(test / "a.png")
    found = {(row.sha256_a, row.sha256_b): row for row in duplicates}
    same = found[first, first]
    assert (same.relation, same.path_a, same.path_b) == ("exact", str(test / "a.png"), str(train / "b.png"))
    assert found[tuple(sorted([first, twin]))].relation == "exact"
    near = found[tuple(sorted([first, turned]))]
    assert (near.relation, near.transform) == ("near", "rotate90" if first < turned else "rotate270")
    assert not any(row.conflict for row in duplicates)
    exact, _, duplicates, _ = index([train, test], tmp_path / "exact", '{"specimens": {"near_duplicates": false}}')
    # The same pixels are one specimen all the same; a turned copy is one of its own.
    specimens = {row.sha256: row.specimen for row in exact}
    assert specimens == {first: min(first, twin)[:16], twin: min(first, twin)[:16]} | {
        name: name[:16] for name in (turned, alone)
    }
    assert {row.relation for row in duplicates} == {"exact"}


def test_names_and_order_of_files_change_nothing_but_paths(tmp_path):
    images = [texture(1), texture(1).transpose(Image.Transpose.FLIP_LEFT_RIGHT), texture(2), texture(3)]
    for number, image in enumerate(images):
        save(tmp_path / "one" / f"{number}.png", image)
        save(tmp_path / "other" / "sub" / f"{9 - number}.dat", image)
    one, _, _, prints = index([tmp_path / "one"], tmp_path / "out1")
    other, _, _, other_prints = index([tmp_path / "other"], tmp_path / "out2")
    assert [(row.sha256, row.specimen) for row in one] == [(row.sha256, row.specimen) for row in other]
    assert np.array_equal(prints, other_prints)
    again = {path.name: path.read_bytes() for path in (tmp_path / "out1").iterdir() if path.name != "log.txt"}
    index([tmp_path / "one"], tmp_path / "out1")
    assert all((tmp_path / "out1" / name).read_bytes() == content for name, content in again.items())


def test_specimens_by_name_and_by_likeness(tmp_path):
    folder = tmp_path / "urchin"
    a = save(folder / "s1_a.png", texture(1))
    b = save(folder / "s1_b.png", texture(2))
    c = save(folder / "flipped.png", texture(2).transpose(Image.Transpose.FLIP_TOP_BOTTOM))
    d = save(folder / "s2_a.png", texture(3))
    rows, *_ = index([folder], tmp_path / "out", '{"specimens": {"regex": "(s[0-9]+)_"}}')
    assert {row.sha256: row.specimen for row in rows} == {a: "g:s1", b: "g:s1", c: "g:s1", d: "g:s2"}


def test_names_outrank_likeness(tmp_path):
    folder = tmp_path / "urchin"
    turned = texture(2).transpose(Image.Transpose.ROTATE_180)
    one = save(folder / "s1_a.png", texture(2))
    other = save(folder / "s2_a.png", turned)
    between = save(folder / "plain.png", texture(2).transpose(Image.Transpose.FLIP_TOP_BOTTOM))
    alone = save(folder / "s3_a.png", texture(3))
    indexed = index_class([folder], "urchin", Indexing(specimens={"regex": "(s[0-9]+)_"}))
    assert {row.sha256: row.specimen for row in indexed.rows} == {one: "g:s1", other: "g:s2", alone: "g:s3"}
    relations = {frozenset((row.sha256_a, row.sha256_b)): row.relation for row in indexed.duplicates}
    assert relations == {
        frozenset((one, other)): "apart", frozenset((one, between)): "near", frozenset((other, between)): "near"
    }  # fmt: skip
    assert not any(row.conflict for row in indexed.duplicates)
    [left] = indexed.quarantine
    assert (Path(left.path).name, left.reason) == ("plain.png", UNCLEAR)
    order = [row.sha256 for row in indexed.rows]
    everything = index_class([folder], "urchin", Indexing())
    kept = [number for number, row in enumerate(everything.rows) if row.sha256 in order]
    assert np.array_equal(indexed.fingerprints, everything.fingerprints[kept])
    assert len({row.specimen for row in everything.rows}) == 2


def test_equal_images_of_two_names_stay_two_with_a_warning(tmp_path, capsys):
    folder = tmp_path / "urchin"
    same = save(folder / "s1_a.png", texture(2))
    save(folder / "s2_a.png", texture(2))  # the same bytes
    other = save(folder / "s3_a.bmp", texture(2), "BMP")  # the same pixels
    alone = save(folder / "s2_b.png", texture(3))
    indexed = index_class([folder], "urchin", Indexing(specimens={"regex": "(s[0-9]+)_"}))
    assert {row.sha256: row.specimen for row in indexed.rows} == {same: "g:s1", other: "g:s3", alone: "g:s2"}
    assert [row.relation for row in indexed.duplicates] == ["exact", "exact"]
    output = capsys.readouterr().out
    assert "warning: 2 pairs of equal images have names of two specimens, the first: " in output
    assert "s1_a.png and " in output
    index_class([folder], "urchin", Indexing(specimens={"regex": "(s)[0-9]+_"}))
    assert "warning" not in capsys.readouterr().out


def test_a_class_without_a_single_image(tmp_path):
    (tmp_path / "urchin").mkdir()
    (tmp_path / "urchin" / "notes.txt").write_text("notes")
    rows, quarantine, duplicates, fingerprints = index([tmp_path / "urchin"], tmp_path / "out")
    assert (rows, duplicates, fingerprints.shape) == ([], [], (0, FINGERPRINT_BYTES))
    assert len(quarantine) == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('{"minsize": 3}', "`minsize` is an unknown key"),
        ("{", "are no JSON"),
        ('{"specimens": {"regex": "("}}', "`specimens.regex` ( is no regular expression"),
        ('{"specimens": {"table": "nowhere.tsv"}}', "nowhere.tsv is missing"),
        ('{"depth16": "half"}', "depth16"),
    ],
)
def test_mistakes_are_one_sentence_and_code_2(tmp_path, settings, words):
    save(tmp_path / "urchin" / "1.png", texture(1))
    output = index([tmp_path / "urchin"], tmp_path / "out", settings, code=2)
    assert words in output
    assert "Traceback" not in output
    assert not (tmp_path / "out" / "index.tsv").exists()


def test_a_missing_folder(tmp_path):
    assert "nowhere is missing" in index([tmp_path / "nowhere"], tmp_path / "out", code=2)
