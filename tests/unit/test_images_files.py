"""Which files count, digests of them, specimens, and the pieces that packs are read by."""

import hashlib
import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.command.progress import Progress
from augury.datasets import demo
from augury.images import digests
from augury.images.digests import HashCache, class_digest
from augury.images.files import list_files, shown
from augury.images.packs import load_parts, open_pack
from augury.images.workers import in_order
from augury.specimens.grouping import expanded_links, specimen_ids
from augury.specimens.naming import Naming
from augury.tables.rows import PackRow, SplitRow
from augury.tables.table import write_rows

ODD_NAMES = ["a b.png", 'it\'s "so".png', "tab\there.png", "line\nbreak.png", "Ωμέγα 海胆.png", "back\\slash.png"]


@pytest.fixture(autouse=True)
def settled(monkeypatch):
    """Files that were written just now count as settled."""
    monkeypatch.setattr(digests, "SETTLED_NS", -1)


def put(folder: Path, name: str, content: bytes = b"x") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_hidden_files_are_passed_over_and_all_others_listed_in_order(tmp_path):
    for name in ("b.png", "a.png", "deep/er/c.png", "notes.txt"):
        put(tmp_path, name)
    for name in (".hidden.png", ".git/x.png", "__MACOSX/y.png", "Thumbs.db", "desktop.ini"):
        put(tmp_path, name)
    assert [path.relative_to(tmp_path).as_posix() for path in list_files([tmp_path])] == [
        "a.png", "b.png", "deep/er/c.png", "notes.txt",
    ]  # fmt: skip


def test_several_folders_and_a_folder_named_twice(tmp_path):
    put(tmp_path, "train/cat/1.png")
    put(tmp_path, "test/cat/2.png")
    folders = [tmp_path / "train/cat", tmp_path / "test/cat", tmp_path / "test/../test/cat"]
    assert [path.name for path in list_files(folders)] == ["2.png", "1.png"]


def test_links_that_go_in_circles_end(tmp_path):
    put(tmp_path, "a/1.png")
    (tmp_path / "a/again").symlink_to(tmp_path)
    assert "a/1.png" in [path.relative_to(tmp_path).as_posix() for path in list_files([tmp_path])]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(UserError, match="nowhere"):
        list_files([tmp_path / "nowhere"])


def test_any_name_can_be_shown():
    assert shown(os.fsdecode(b"caf\xe9.png")) == "caf\\xe9.png"
    assert shown("海胆.png") == "海胆.png"
    assert shown("two\nlines\t\x1b[31m\u2028.png") == "two\\nlines\\t\\x1b[31m\\u2028.png"
    assert shown("a\\b c") == "a\\b c"


def test_a_digest_depends_on_the_content_alone(tmp_path):
    cache = HashCache(tmp_path / "hashes.tsv")
    folder = tmp_path / "images"
    put(folder, "a.png", b"one")
    put(folder, "b.png", b"two")
    before = class_digest([folder], cache)
    # By definition: SHA-256 over the sorted hashes, one a line.
    assert before == sha("\n".join(sorted([sha("one"), sha("two")])))
    (folder / "a.png").rename(folder / "z.png")
    os.utime(folder / "b.png", (1, 1))
    put(folder, ".hidden", b"three")
    assert class_digest([folder], cache) == before
    put(folder, "b.png", b"TWO")
    changed = class_digest([folder], cache)
    assert changed != before
    put(folder, "notes.txt", b"four")
    assert class_digest([folder], cache) not in (before, changed)


def test_the_cache_is_used_and_survives_odd_names(tmp_path):
    folder, kept = tmp_path / "images", tmp_path / "cache" / "hashes.tsv"
    for name in [*ODD_NAMES, os.fsdecode(b"caf\xe9.png")]:
        put(folder, name, name.encode("utf-8", "surrogateescape"))
    first = HashCache(kept)
    digest = class_digest([folder], first)
    first.save()
    again = HashCache(kept)
    assert set(again.known) == {str(path) for path in list_files([folder])}
    # A cache with other hashes for the same stamps gives them back: nothing is read again.
    again.known = {path: (stamp, "0" * 64) for path, (stamp, _) in again.known.items()}
    assert class_digest([folder], again) != digest
    assert not again.changed


def test_a_changed_pixel_is_seen_whatever_the_times_say(tmp_path):
    path, cache = put(tmp_path / "images", "1.bmp", b"one pixel"), HashCache(tmp_path / "hashes.tsv")
    before = class_digest([tmp_path / "images"], cache)
    times = os.stat(path).st_atime_ns, os.stat(path).st_mtime_ns
    path.write_bytes(b"one pixeL")
    os.utime(path, ns=times)
    assert class_digest([tmp_path / "images"], cache) != before


def test_a_change_within_one_tick_of_the_clock_is_seen(tmp_path, monkeypatch):
    monkeypatch.undo()
    now = time.time_ns()
    monkeypatch.setattr(digests, "_stamp", lambda path: (9, now, now))  # what a slow clock gives before and after
    path, cache = put(tmp_path / "images", "1.bmp", b"one pixel"), HashCache(tmp_path / "hashes.tsv")
    before = class_digest([tmp_path / "images"], cache)
    path.write_bytes(b"one pixeL")
    assert class_digest([tmp_path / "images"], cache) != before
    assert not cache.known


@pytest.mark.parametrize("damage", [b"", b"other version\n", b"\xff\xfe\0\0", None])
def test_a_damaged_cache_is_rebuilt(tmp_path, damage):
    folder, kept = tmp_path / "images", tmp_path / "hashes.tsv"
    for number in range(4):
        put(folder, f"{number}.png", bytes([number]))
    first = HashCache(kept)
    digest = class_digest([folder], first)
    first.save()
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    second = HashCache(kept)
    assert class_digest([folder], second) == digest
    second.save()
    assert kept.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_no_failure(tmp_path):
    put(tmp_path, "images/1.png")
    put(tmp_path, "in_the_way")
    cache = HashCache(tmp_path / "in_the_way" / "hashes.tsv")
    assert len(class_digest([tmp_path / "images"], cache)) == 64
    cache.save()


def test_a_file_that_is_gone_or_no_file_is_left_out(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    cache = HashCache(tmp_path / "hashes.tsv")
    assert cache.hashes([tmp_path / "gone.png", tmp_path / "pipe", put(tmp_path, "1.png", b"one")]) == [sha("one")]


def test_the_demo_s_constants_belong_together():
    assert sum(len(known.split()) for known in demo.IMAGES.values()) == 105
    assert set(demo.CLASS_DIGESTS) == set(demo.CLASS_NAMES)
    assert all(len(word) == demo.HASH_DIGITS for known in demo.IMAGES.values() for word in known.split())


def test_specimens_by_link_are_called_by_the_least_hash():
    a, b, c, d = sorted(sha(name) for name in "abcd")
    specimens = specimen_ids([d, c, b, a], {}, [(d, b), (b, c)])
    assert specimens == {a: a[:16], b: b[:16], c: b[:16], d: b[:16]}
    assert specimen_ids([a, b, c, d], {}, [(c, b), (d, c)]) == specimens


def test_likeness_joins_no_two_names():
    a, b, c, d = (sha(name) for name in "abcd")
    names = {a: {"S1"}, b: {"S1"}, c: {"S2"}, d: set()}
    assert specimen_ids([a, b, c, d], names, []) == {a: "g:S1", b: "g:S1", c: "g:S2", d: d[:16]}
    assert specimen_ids([a, b, c, d], names, [(b, c)]) == {a: "g:S1", b: "g:S1", c: "g:S2", d: d[:16]}
    assert specimen_ids([a, b, c, d], names, [(d, b), (a, d)]) == {a: "g:S1", b: "g:S1", c: "g:S2", d: "g:S1"}


def test_an_unnamed_image_between_two_names_is_in_neither():
    a, c, d, e, f, g = (sha(name) for name in "acdefg")
    names = {a: {"S1"}, c: {"S2"}}
    links = [(d, a), (d, e), (c, e), (f, g)]  # a named S1, then d and e without a name, then c named S2
    assert specimen_ids([a, c, d, e, f, g], names, links) == {
        a: "g:S1", c: "g:S2", f: min(f, g)[:16], g: min(f, g)[:16]
    }  # fmt: skip
    # Equal files with two names are one image, of the first name, and make no one specimen of the two.
    assert specimen_ids([a, c], {a: {"S3", "S1"}, c: {"S3"}}, []) == {a: "g:S1", c: "g:S3"}


def test_of_equal_pixels_none_hides_another_behind_the_first():
    a, b, c, d = (sha(name) for name in "abcd")
    pairs = [(a, b), (a, c), (a, d)]
    assert expanded_links(pairs, {a: {"S1"}, c: {"S2"}}) == [(b, d), (b, a), (b, c)]
    assert expanded_links(pairs, {}) == pairs
    assert expanded_links([(a, b)], {a: {"S1"}, b: {"S2"}}) == []
    names = {a: {"S1"}, c: {"S2"}}
    assert specimen_ids([a, b, c, d], names, [*pairs, *expanded_links(pairs, names)]) == {a: "g:S1", c: "g:S2"}


def test_copies_of_an_original_are_called_by_it_and_are_not_named():
    a, b, c, d = (sha(name) for name in "abcd")
    names = {a: {"content:00"}, b: {"content:00"}, c: {"content:11"}, d: {"S1"}}
    assert specimen_ids([a, b, c, d], names, []) == {a: "00", b: "00", c: "11", d: "g:S1"}
    assert specimen_ids([a, b, c, d], names, [(b, c)]) == {a: "00", b: "00", c: "00", d: "g:S1"}
    assert specimen_ids([a, b, c, d], names, [(b, d)]) == {a: "g:S1", b: "g:S1", c: "11", d: "g:S1"}


@pytest.mark.parametrize(
    ("regex", "path", "expected"),
    [
        (r"_(\d+)_", "cat/x_12_1.png", "12"),
        (r"(?P<view>v\d)_(?P<specimen>\d+)", "cat/v1_7.png", "7"),
        (r"cat/(\w+)/", "cat/s3/1.png", "s3"),
        (r"\d{4}", "cat/x2024.png", "2024"),
        (r"_(\d+)_", "cat/plain.png", None),
        (r"_(\d*)x", "cat/_x.png", None),
        (None, "cat/plain.png", None),
    ],
)
def test_names_from_an_expression(regex, path, expected):
    assert Naming(regex).name(Path("images") / path, Path("images/cat"), sha("")) == expected


def test_names_from_a_table(tmp_path):
    table = tmp_path / "specimens.tsv"
    lines = ["path\tsha256\tspecimen", "1.png\t\tA", "cat/2\t\tB", f"\t{sha('three')}\tC", "train/cat/1.png\t\tD"]
    table.write_text("\n".join([*lines, "train/cat/4.png\t\t"]) + "\n")
    root = tmp_path / "images"
    for name in ("test/cat/1.png", "train/cat/1.png", "train/cat/2.png", "train/cat/4.png"):
        put(root, name, b"x")
    naming, folder = Naming(r"(\d)", str(table), [root]), root / "train" / "cat"
    assert naming.name(root / "test/cat/1.png", root / "test/cat", sha("")) == "A"
    assert naming.name(folder / "1.png", folder, sha("")) == "D"  # the longer path says more
    assert naming.name(folder / "2.png", folder, sha("")) == "B"
    assert naming.name(folder / "anything.png", folder, sha("three")) == "C"
    assert naming.name(folder / "4.png", folder, sha("")) == "4"  # no name in the table: the expression


def test_an_expression_that_is_none():
    with pytest.raises(UserError, match=r"`specimens\.regex` \(unclosed is no regular expression"):
        Naming("(unclosed")


def test_work_in_threads_keeps_its_order_and_is_bounded():
    running, most, lock = [], [], threading.Lock()

    def square(number):
        with lock:
            running.append(number)
            most.append(number - taken[0])
        return number * number

    taken = [0]
    found = []
    for result in in_order(square, range(200), 3, Progress("squares", 200, "numbers")):
        found.append(result)
        taken[0] += 1
    assert found == [number * number for number in range(200)]
    assert max(most) <= 4 * 3 + 1  # never far ahead of what has been taken


def test_an_exception_in_a_thread_is_raised():
    with pytest.raises(ZeroDivisionError):
        list(in_order(lambda number: 1 // number, [1, 0, 1], 2, Progress("x", 3, "numbers")))


@pytest.fixture
def pack(tmp_path) -> Path:
    images = np.arange(4 * 2 * 2 * 3, dtype=np.uint8).reshape(4, 2, 2, 3)
    np.save(tmp_path / "cat.npy", images)
    write_rows(tmp_path / "cat.tsv", PackRow, [PackRow(sha(name)) for name in "abcd"])
    return tmp_path / "cat.npy"


def split_rows(**parts) -> list[SplitRow]:
    return [SplitRow(sha(name), f"{name}.png", "cat", name, part) for name, part in parts.items()]


def test_parts_come_in_the_split_s_order(pack, tmp_path):
    rows = split_rows(d="train", a="test", b="train")
    write_rows(tmp_path / "split.tsv", SplitRow, rows)
    images, part = load_parts(pack, tmp_path / "split.tsv", "train")
    whole, sha256s = open_pack(pack)
    assert sha256s == [sha(name) for name in "abcd"]
    assert isinstance(whole, np.memmap)
    assert np.array_equal(images, whole[[3, 1]])
    assert part == [rows[0], rows[2]]
    nothing, none = load_parts(pack, tmp_path / "split.tsv", "validation")
    assert (nothing.shape, none) == ((0, 2, 2, 3), [])


def test_a_row_that_is_not_in_the_pack_is_named(pack, tmp_path):
    write_rows(tmp_path / "split.tsv", SplitRow, split_rows(a="train", x="train", y="test"))
    with pytest.raises(UserError, match=r"1 images of .*x\.png"):
        load_parts(pack, tmp_path / "split.tsv", "train")
    with pytest.raises(UserError, match="part is"):
        load_parts(pack, tmp_path / "split.tsv", "training")


@pytest.mark.parametrize(("shape", "dtype"), [((3, 2, 2, 3), "u1"), ((4, 2, 2), "u1"), ((4, 2, 2, 3), "f4")])
def test_packs_that_do_not_fit_their_rows(pack, shape, dtype):
    np.save(pack, np.zeros(shape, dtype))
    with pytest.raises(UserError, match="pack_class"):
        open_pack(pack)


def test_a_pack_that_is_missing_or_half_written(pack):
    pack.write_bytes(pack.read_bytes()[:100])
    with pytest.raises(UserError, match="cannot be read"):
        open_pack(pack)
    pack.unlink()
    with pytest.raises(UserError, match="is missing"):
        open_pack(pack)
