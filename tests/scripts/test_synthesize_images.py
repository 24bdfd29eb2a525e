"""Pools: which images they hold, in which files, and that a larger pool begins with the smaller one."""

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from augury.command.errors import UserError
from augury.command.seals import seal_of
from augury.generators.pools import arm_count, read_pool
from augury.generators.synthesis import pool_size
from augury.tables.synthetic import ScoreRow
from augury.tables.table import write_rows
from tests.faults.test_kill_generator import SCRIPTS, command, write_data
from tests.scripts.in_process import call
from tests.synthetic_scores import score_row


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pools")
    write_data(folder)
    subprocess.run(command(folder, "one", duration=2, snapshots=[1]), check=True, capture_output=True)
    both = command(folder, "both", duration=2, snapshots=[])
    index = both.index("--classes")
    both[index : index + 2] = ["--classes", "a", "b"]
    for option in ("--packs", "--splits"):
        both.insert(both.index(option) + 1, both[both.index(option) + 1])
    both[both.index("--class") + 1] = "all"
    subprocess.run(both, check=True, capture_output=True)
    return folder


def words_of(data: Path, output: str, *options: str, generator="one", class_="a") -> list[str]:
    words = ["--generator", str(data / generator), "--class", class_, "--output", str(data / output)]
    return [*words, "--shard-images", "1000", "--threads", "1", *options]


def synthesize(*given: str | Path, **named: str) -> None:
    call("synthesize_images", words_of(*given, **named))


def in_a_process(*given: str | Path, **named: str) -> subprocess.CompletedProcess:
    words = [sys.executable, str(SCRIPTS / "synthesize_images.py"), *words_of(*given, **named)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_shards_hold_png_and_json_and_the_index_names_them(data):
    synthesize(data, "five", "--count", "5", "--shard-images", "2")
    images, rows = read_pool(data / "five" / "index.tsv")
    assert images.shape == (5, 32, 32, 3)
    assert [row.shard for row in rows] == ["shard-000000.tar"] * 2 + ["shard-000001.tar"] * 2 + ["shard-000002.tar"]
    with tarfile.open(data / "five" / "shard-000001.tar") as tar:
        assert tar.getnames() == ["000002.png", "000002.json", "000003.png", "000003.json"]
        pixels = np.asarray(Image.open(io.BytesIO(tar.extractfile("000003.png").read())))
        label = json.load(tar.extractfile("000003.json"))
    assert np.array_equal(pixels, images[3])
    drawn = {"seed": 0, "split": "holdout", "snapshot": None, "truncation": 1.0}
    drawn["weights"] = seal_of(data / "one" / "generator.safetensors")
    assert label == {"class": "a", "generator": "g", "latent_seed": 3} | drawn


def test_a_larger_pool_begins_with_the_smaller_whatever_the_shards(data):
    synthesize(data, "small", "--count", "70", "--shard-images", "50")
    synthesize(data, "large", "--count", "130", "--shard-images", "33")
    small, _ = read_pool(data / "small" / "index.tsv")
    large, _ = read_pool(data / "large" / "index.tsv")
    assert np.array_equal(small, large[:70])
    first, _ = read_pool(data / "large" / "index.tsv", 10)
    assert np.array_equal(first, small[:10])


def test_classes_in_one_process_have_the_pools_of_their_own(data):
    words = [sys.executable, str(SCRIPTS / "synthesize_images.py"), "--generator", str(data / "both")]
    words += ["--count", "70", "--shard-images", "50", "--threads", "1"]
    for class_ in "ab":
        words += ["--next", "--class", class_, "--output", str(data / f"together-{class_}")]
        synthesize(data, f"alone-{class_}", "--count", "70", "--shard-images", "50", generator="both", class_=class_)
    subprocess.run(words, check=True, capture_output=True)
    for class_ in "ab":
        alone, together = (
            {path.name: path.read_bytes() for path in (data / f"{how}-{class_}").iterdir() if path.is_file()}
            for how in ("alone", "together")
        )
        assert alone == together
        assert len(alone) == 3


def test_a_pool_sweeps_its_own_leftovers_and_no_file_that_another_step_is_writing(tmp_path):
    from augury.generators.pools import write_pool

    left = [".index.tsv.abcdefgh.part", ".shard-000001.tar.abcdefgh.part"]
    others = [".features-inception.npz.abcdefgh.part", ".scores.tsv.abcdefgh.part"]
    for name in (*left, *others):
        (tmp_path / name).touch()
    write_pool(tmp_path, [], [], {})
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*others, "index.tsv"])


def test_the_same_pool_is_the_same_to_the_byte(data):
    for name in ("x", "y"):
        assert in_a_process(data, name, "--count", "4").returncode == 0
    assert (data / "x" / "shard-000000.tar").read_bytes() == (data / "y" / "shard-000000.tar").read_bytes()


def test_a_smaller_pool_leaves_no_old_shards(data):
    synthesize(data, "shrunk", "--count", "5", "--shard-images", "2")
    synthesize(data, "shrunk", "--count", "2", "--shard-images", "2")
    assert sorted(path.name for path in (data / "shrunk").glob("*.tar")) == ["shard-000000.tar"]


def test_a_ratio_counts_the_training_images(data):
    synthesize(data, "ratio", "--ratio", "0.5", "--split-table", str(data / "split.tsv"))
    assert len(read_pool(data / "ratio" / "index.tsv")[1]) == 7  # half of 14
    assert pool_size(9, 0.5, data / "split.tsv") == 9


@pytest.mark.parametrize("ratio, n_train, count", [(0.5, 5, 3), (1.0, 7, 7), (0.1, 4, 0)])
def test_counts_round_halves_up(ratio, n_train, count):
    assert arm_count(ratio, n_train) == count


def test_a_snapshot_draws_other_images(data):
    synthesize(data, "end", "--count", "2")
    synthesize(data, "early", "--count", "2", "--snapshot", "1")
    assert not np.array_equal(read_pool(data / "end" / "index.tsv")[0], read_pool(data / "early" / "index.tsv")[0])
    done = in_a_process(data, "none", "--count", "2", "--snapshot", "7")
    assert done.returncode == 2
    assert "has no snapshot 7 (kept: 1)" in done.stderr


def test_the_best_snapshot_is_taken_from_the_scores(data):
    best = [score_row(snapshot=None, best=False), score_row(snapshot=1, best=True)]
    write_rows(data / "scores.tsv", ScoreRow, best)
    synthesize(data, "first", "--count", "2", "--snapshot", "1")
    synthesize(data, "best", "--count", "2", "--best", str(data / "scores.tsv"))
    assert np.array_equal(read_pool(data / "first" / "index.tsv")[0], read_pool(data / "best" / "index.tsv")[0])
    write_rows(data / "none.tsv", ScoreRow, best[:1])
    done = in_a_process(data, "none", "--count", "2", "--best", str(data / "none.tsv"))
    assert done.returncode == 2
    assert "calls no snapshot best" in done.stderr


def test_truncated_images_differ_less(data):
    spread = []
    for truncation in ("1", "0.5", "0"):
        synthesize(data, f"t{truncation}", "--count", "8", "--truncation", truncation)
        spread.append(read_pool(data / f"t{truncation}" / "index.tsv")[0].std(axis=0).mean())
    assert spread[0] > spread[1] > spread[2] == 0


def test_one_generator_for_all_draws_each_class(data):
    for class_ in "ab":
        synthesize(data, f"both-{class_}", "--count", "3", generator="both", class_=class_)
    drawn = [read_pool(data / f"both-{class_}" / "index.tsv") for class_ in "ab"]
    assert not np.array_equal(drawn[0][0], drawn[1][0])
    assert {row.class_ for row in drawn[1][1]} == {"b"}
    done = in_a_process(data, "c", "--count", "3", generator="both", class_="c")
    assert done.returncode == 2
    assert "was trained on a, b, not on 'c'" in done.stderr


def test_a_pool_that_is_too_small_or_damaged_is_named(data):
    synthesize(data, "damaged", "--count", "3")
    with pytest.raises(UserError, match="lists 3 images where 4 are wanted"):
        read_pool(data / "damaged" / "index.tsv", 4)
    shard = data / "damaged" / "shard-000000.tar"
    shard.write_bytes(shard.read_bytes()[:700])
    with pytest.raises(UserError, match=r"shard-000000\.tar is damaged"):
        read_pool(data / "damaged" / "index.tsv")


@pytest.mark.parametrize("mine", ["index.tsv", "shard-000000.tar"])
def test_files_of_another_kind_are_not_replaced(data, tmp_path, mine):
    (tmp_path / mine).write_text("name\tdate\n")
    (tmp_path / "notes.txt").write_text("kept")
    done = in_a_process(data, tmp_path, "--count", "2")
    assert done.returncode == 2
    assert f"{tmp_path / mine} would be replaced, and is of no pool that augury drew" in done.stderr
    assert (tmp_path / mine).read_text() == "name\tdate\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([mine, "notes.txt"])


@pytest.mark.parametrize("left", [["index.tsv", "shard-000000.tar", "shard-000001.tar"], ["shard-000000.tar"]])
def test_a_pool_takes_the_place_of_an_earlier_one(data, tmp_path, left):
    """Whole, or as a killed run leaves it, and beside files of other steps."""
    synthesize(data, tmp_path, "--count", "4", "--shard-images", "2")
    for path in list(tmp_path.iterdir()):
        if path.name not in left:
            path.unlink()
    (tmp_path / "scores.tsv").write_text("kept")
    synthesize(data, tmp_path, "--count", "2")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.tsv", "scores.tsv", "shard-000000.tar"]


def test_snapshots_of_another_kind_are_not_removed(data, tmp_path):
    (tmp_path / "snapshots").mkdir()
    (tmp_path / "snapshots" / "backup.zip").write_text("kept")
    done = subprocess.run(command(data, tmp_path, duration=2, snapshots=[1]), capture_output=True, text=True)
    assert done.returncode == 2
    assert "holds files that augury did not write (backup.zip); name another --output" in done.stderr
    assert (tmp_path / "snapshots" / "backup.zip").read_text() == "kept"


def test_settings_that_are_wrong_are_told_together(data):
    words = command(data, "wrong", batch=1, durration=3)
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 2
    assert "`batch` is 1; it must be at least 2" in done.stderr
    assert "`durration` is an unknown key; did you mean `duration`?" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
