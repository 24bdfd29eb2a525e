"""score_synthetic.py from the command line."""

import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from augury.command.errors import UserError
from augury.generators.weights import load_generator
from augury.latent.sampling import generate_blocks
from augury.tables.rows import PackRow, SplitRow
from augury.tables.synthetic import NeighbourRow, ScoreRow
from augury.tables.table import read_rows, write_rows
from tests import unsealed
from tests.scripts.in_process import SCRIPTS, call
from tests.scripts.test_draw_features import write_generator

TRAIN, VALIDATION, TEST = 30, 22, 4
FILES = ("scores.tsv", "neighbours.tsv", "neighbours.png")


@pytest.fixture
def study(tmp_path):
    """Features of six dimensions: of 56 images, 30 for training, and of two snapshots of 60 images each."""
    random = np.random.default_rng(0)
    count = TRAIN + VALIDATION + TEST
    write_generator(tmp_path / "g")
    real = random.normal(size=(count, 6)).astype(np.float32)
    np.save(tmp_path / "real.npy", real)
    np.save(tmp_path / "pack.npy", random.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8))
    write_rows(tmp_path / "pack.tsv", PackRow, [PackRow(f"h{index}") for index in range(count)])
    parts = ["test"] * TEST + ["train"] * TRAIN + ["validation"] * VALIDATION
    rows = [SplitRow(f"h{i}", f"{i}.png", "a", f"s{i // 2}", part) for i, part in enumerate(parts)]
    write_rows(tmp_path / "split.tsv", SplitRow, rows)
    far, near = (random.normal(shift, 1, size=(60, 6)).astype(np.float32) for shift in (1, 0.1))
    near[17] = real[TEST + 3]  # latent seed 17 is a copy of a training image
    np.savez(tmp_path / "drawn.npz", **{"extractor": np.array("lite0"), "20": far, "end": near, "end~0.5": near})
    return tmp_path


def words_of(folder, **changes):
    options = {
        "generator": "g", "class": "a", "synthetic-features": "drawn.npz", "real-features": "real.npy",
        "real-rows": "pack.tsv", "split-table": "split.tsv", "pack": "pack.npy", "output": "out",
    } | changes  # fmt: skip
    words = [str(word) for name, value in options.items() for word in (f"--{name}", folder / value)]
    words[words.index("--class") + 1] = changes.get("class", "a")
    return [*words, "--device", "cpu", "--threads", "1"]


def run(folder, **changes):
    call("score_synthetic", words_of(folder, **changes))


def test_a_specimen_that_another_class_tests_is_in_no_score(study):
    path = study / "split.tsv"
    rows = read_rows(path, SplitRow)
    first = next(row for row in rows if row.part == "train")
    write_rows(path, SplitRow, [dataclasses.replace(row, specimen="g:p1") if row == first else row for row in rows])
    call("score_synthetic", [*words_of(study), "--tested", "g:p2"])
    with pytest.raises(UserError, match=rf"scores of a would train on 1 images of specimens .*{first.path}"):
        call("score_synthetic", [*words_of(study), "--tested", "g:p1", "g:p2"])


def test_each_variant_has_a_row_and_one_is_the_best(study, capsys):
    run(study)
    output = capsys.readouterr().out
    rows = read_rows(study / "out" / "scores.tsv", ScoreRow)
    assert [(row.snapshot, row.truncation, row.kimg, row.best) for row in rows] == [
        (20, 1, 0.2, False),
        (None, 1, 0.4, True),
        (None, 0.5, 0.4, False),
    ]
    row = rows[0]
    assert (row.split, row.generator, row.family, row.class_, row.seed) == ("holdout", "g", "dcgan", "a", 2)
    assert (row.n_real, row.n_synthetic, row.reference, row.n_reference) == (TRAIN, 60, "validation", VALIDATION)
    assert (row.extractor, row.start, row.selection, row.leaked) == ("lite0", "scratch", "random", False)
    assert row.frechet_distance > 3
    assert "FD (lite0)" in output
    assert "FID" not in output


def test_each_network_has_its_rows_and_one_that_was_looked_through_has_no_say(study, monkeypatch):
    from augury.generators.dcgan import family as dcgan

    with np.load(study / "drawn.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    # To the second network, the images of the end are the far ones.
    swapped = {"20": arrays["end"], "end": arrays["20"], "end~0.5": arrays["20"]}
    np.savez(study / "other.npz", **{"extractor": np.array("mobile")} | swapped)
    words = words_of(study)
    words[words.index("--synthetic-features") + 1 : words.index("--real-features") + 2] = [
        *(str(study / name) for name in ("drawn.npz", "other.npz")),
        "--real-features",
        *[str(study / "real.npy")] * 2,
    ]
    call("score_synthetic", words)
    rows = read_rows(study / "out" / "scores.tsv", ScoreRow)
    assert [row.extractor for row in rows] == ["lite0"] * 3 + ["mobile"] * 3
    assert {(row.snapshot, row.agreed) for row in rows if row.best} == {(None, False)}
    monkeypatch.setattr(dcgan, "FAMILY", dataclasses.replace(dcgan.FAMILY, looks_through=("lite0",)))
    call("score_synthetic", words)
    rows = read_rows(study / "out" / "scores.tsv", ScoreRow)
    assert [row.circular for row in rows] == [True] * 3 + [False] * 3
    assert [(row.extractor, row.snapshot) for row in rows if row.best] == [("mobile", 20)]
    with pytest.raises(UserError, match="as many of both"):
        call("score_synthetic", [*words, "--real-features", str(study / "real.npy")])


def test_the_most_suspicious_images_are_listed_and_shown_above_their_training_images(study):
    run(study)
    rows = read_rows(study / "out" / "neighbours.tsv", NeighbourRow)
    assert len(rows) == 8
    assert (rows[0].latent_seed, rows[0].sha256, rows[0].path) == (17, f"h{TEST + 3}", f"{TEST + 3}.png")
    assert rows[0].distance == 0
    assert rows[0].neighbour_distance > 0
    with Image.open(study / "out" / "neighbours.png") as image:
        sheet = np.asarray(image)
    assert sheet.shape == (2 * 16 + 2, 8 * 18 - 2)  # grey, as the generator draws
    torch.set_num_threads(1)
    (block,) = generate_blocks(load_generator(study / "g")[0], range(17, 18), 4, None, torch.device("cpu"))
    assert np.abs(sheet[:16, :16].astype(int) - block[0, :, :, 0].numpy()).max() <= 1
    image = (
        Image.fromarray(np.load(study / "pack.npy")[TEST + 3]).convert("L").resize((16, 16), Image.Resampling.BICUBIC)
    )
    assert np.array_equal(sheet[18:, :16], image)


def test_features_of_test_images_do_not_matter(study):
    run(study)
    before = [(study / "out" / name).read_bytes() for name in FILES]
    features = np.load(study / "real.npy")
    features[:TEST] = 1000
    np.save(study / "real.npy", features)
    run(study)
    assert [(study / "out" / name).read_bytes() for name in FILES] == before


def test_one_training_image_has_empty_scores_and_a_white_sheet(study):
    rows = [SplitRow("h9", "9.png", "a", "s", "train")]
    write_rows(study / "split.tsv", SplitRow, rows)
    run(study)
    rows = read_rows(study / "out" / "scores.tsv", ScoreRow)
    assert [row.frechet_distance for row in rows] == [None] * 3
    assert not any(row.best for row in rows)
    assert read_rows(study / "out" / "neighbours.tsv", NeighbourRow) == []
    with Image.open(study / "out" / "neighbours.png") as image:
        assert np.asarray(image).min() == 255


def test_features_of_another_size_are_a_mistake(study):
    np.savez(study / "drawn.npz", extractor=np.array("lite0"), end=np.zeros((30, 7), np.float32))
    with pytest.raises(UserError, match="one network"):
        run(study)
    assert not (study / "out" / "scores.tsv").exists()


def test_other_mistakes_are_told(study):
    np.savez(study / "nameless.npz", end=np.zeros((30, 6), np.float32))
    (study / "broken.npz").write_bytes(b"PK")
    for changes, sentence in (
        ({"class": "b"}, "not on 'b'"),
        ({"synthetic-features": "absent.npz"}, "run draw_features"),
        ({"synthetic-features": "broken.npz"}, "cannot be read"),
        ({"synthetic-features": "nameless.npz"}, "which extractor"),
        ({"generator": "h"}, str(Path("h", "generator.json"))),
    ):
        with pytest.raises(UserError, match=re.escape(sentence)):
            run(study, **changes)


def test_a_process_of_its_own_writes_the_same_and_ends_with_code_2_on_a_mistake(study):
    run(study)
    command = [sys.executable, SCRIPTS / "score_synthetic.py"]
    subprocess.run([*command, *words_of(study, output="there")], check=True, capture_output=True)
    for here, there in zip(
        *(read_rows(study / name / "scores.tsv", ScoreRow) for name in ("out", "there")), strict=True
    ):
        assert here.kid == pytest.approx(there.kid)
        assert here.best == there.best
    words = words_of(study, **{"synthetic-features": "absent.npz"})
    done = subprocess.run([*command, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "run draw_features" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_leaked_generator_has_leaked_rows(study):
    about = unsealed.description(study / "g" / "generator.json")
    (study / "g" / "generator.json").write_text(json.dumps(about | {"leaked": True}))
    run(study)
    assert all(row.leaked for row in read_rows(study / "out" / "scores.tsv", ScoreRow))
