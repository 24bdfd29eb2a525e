"""retrieve_images and compare_elsewhere: the nearest images of a pool are taken, and none that shows a test specimen.

Features are given by hand, on a circle: images are as near as their angles.
"""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image, ImageOps

from augury.command.errors import UserError
from augury.images.arrays import save_array
from augury.images.bound import identity_of
from augury.images.packing import write_pack
from augury.study.images import Preparation
from augury.tables.rows import DuplicateRow, ImageRow, SplitRow
from augury.tables.table import read_rows, write_rows
from tests.project import draw_image
from tests.scripts.in_process import call

# In degrees: two classes of the study, the last image of each tested, and a pool without labels.
OWN = {"a": {"a0": 0, "a1": 20, "a2": 10}, "b": {"b0": 90, "b1": 110, "b2": 100}}
POOL = {"p0": 21, "p1": 35, "p2": 2, "p3": 60, "p4": 80, "p5": 150}


def index(folder, images, settings="{}"):
    tables = {name: images / f"{name}.tsv" for name in ("index", "quarantine", "duplicates")}
    words = [word for name, path in tables.items() for word in (f"--{name}", path)]
    words += ["--fingerprints", images / "fingerprints.npy", "--settings", settings, "--threads", 1]
    call("index_class", ["--folder", folder, "--class", images.name, *words])
    return read_rows(tables["index"], ImageRow)


def pack(rows, folder, target, angles):
    write_pack(rows, [folder], target.with_suffix(".npy"), target.with_suffix(".tsv"), 16, "rgb", Preparation())
    radians = np.radians([angles[row.path.rsplit("/")[-1].removesuffix(".png")] for row in rows])
    # Of any length: the angle counts.
    values = np.stack([np.cos(radians), np.sin(radians)], 1) * np.arange(1, len(rows) + 1)[:, None]
    features = target.with_name(f"{target.name}.features-net.npy")
    save_array(features, values.astype(np.float32), identity_of(row.sha256 for row in rows))
    return features


@pytest.fixture
def study(tmp_path):
    """Drawn images of two classes, split, and of a pool; nothing of the pool is indexed yet."""
    for kind, (class_, names) in enumerate(OWN.items()):
        for number, name in enumerate(names):
            draw_image(tmp_path / "images" / class_ / f"{name}.png", number, kind)
    for number, name in enumerate(POOL):
        draw_image(tmp_path / "pool" / f"{name}.png", 100 + number, 0)
    return tmp_path


def retrieve(study, class_="a", settings="{}", labelled=False, angles=POOL, **options):
    given = {"ratio": 1, "guard": "enforce"} | options
    parts = {"a2": "test", "b2": "test", "b1": "validation"}
    splits, features = [], []
    for each in OWN:
        rows = index(study / "images" / each, study / "indexed" / each, settings)
        splits.append(study / "splits" / f"{each}.tsv")
        name_of = {row.sha256: row.path.rsplit("/")[-1].removesuffix(".png") for row in rows}
        parted = [SplitRow(r.sha256, r.path, each, r.specimen, parts.get(name_of[r.sha256], "train")) for r in rows]
        write_rows(splits[-1], SplitRow, parted)
        features.append(pack(rows, study / "images" / each, study / "packs" / each, OWN[each]))
    folders = [(each, study / "pool" / each) for each in OWN] if labelled else [("all", study / "pool")]
    places = [study / "elsewhere" / each for each, _ in folders]
    made = []
    for (_, folder), place in zip(folders, places, strict=True):
        rows = index(folder, place, settings)
        made.append(pack(rows, folder, place / "16px", angles))
    twins = study / "twins.tsv"
    words = ["--elsewhere-folders", *places, "--class-folders", *(study / "indexed" / each for each in OWN)]
    call("compare_elsewhere", [*words, "--twins", twins, "--threads", 1])
    output = study / "out" / class_
    words = ["--name", "near", "--settings", json.dumps({"family": "retrieved", "pool": "archive"})]
    words += [
        "--split",
        "holdout",
        "--seed",
        0,
        "--class",
        class_,
        "--classes",
        *OWN,
        "--splits",
        *splits,
        "--features",
        *features,
    ]
    words += ["--pool-indices", *(place / "index.tsv" for place in places), "--twins", twins, "--extractor", "net"]
    words += ["--pool-packs", *(place / "16px.npy" for place in places), "--pool-features", *made, "--output", output]
    call("retrieve_images", [*words, *(word for key, value in given.items() for word in (f"--{key}", value))])
    about = json.loads((output / "generator.json").read_text())
    paths = {row.sha256: row.path for place in places for row in read_rows(place / "index.tsv", ImageRow)}
    names = [paths[sha256].rsplit("/")[-1].removesuffix(".png") for sha256 in about["retrieved"]]
    return SimpleNamespace(about=about, names=names, output=output, twins=read_rows(twins, DuplicateRow))


def test_the_nearest_to_a_class_come_first_and_each_is_of_one_class(study):
    # Of a: trained on 0 and 20 degrees, so 21 is one away, 2 two, 35 fifteen. Of b: trained on 90 alone, and no nearer
    # to 110 or 100, which validate and test: 80 is ten away, 60 thirty, 150 sixty. 60 is forty from a.
    made = retrieve(study, ratio=3)
    assert made.names == ["p0", "p2", "p1"]
    assert made.about["n_images"] == 3
    assert made.about["retrieved_by"] == ["net"]
    assert not made.about["leaked"]
    assert retrieve(study, "b", ratio=9).names == ["p4", "p3", "p5"]


def test_as_many_as_the_arms_take_and_the_images_are_the_pools(study):
    made = retrieve(study, ratio=1)
    assert made.names == ["p0", "p2"]  # one per training image
    assert retrieve(study, ratio=0, count=3).names == ["p0", "p2", "p1"]
    from augury.generators.weights import load_generator

    network, _ = load_generator(made.output)
    first = ((network.draw(None, None, [0], 1)[0].permute(1, 2, 0) + 1) * 127.5).round().numpy().astype(np.uint8)
    packed = np.load(study / "elsewhere" / "all" / "16px.npy")
    rows = read_rows(study / "elsewhere" / "all" / "index.tsv", ImageRow)
    [place] = [number for number, row in enumerate(rows) if row.path.endswith("p0.png")]
    assert np.array_equal(first, packed[place])


def test_labels_are_believed_where_there_are_some(study):
    for name in POOL:
        class_ = "a" if name in ("p3", "p4") else "b"
        (study / "pool" / class_).mkdir(exist_ok=True)
        (study / "pool" / f"{name}.png").rename(study / "pool" / class_ / f"{name}.png")
    assert retrieve(study, labelled=True, ratio=9).names == ["p3", "p4"]  # 40 and 60 degrees from the nearest of a


@pytest.mark.parametrize("change", ["copied", "mirrored", "recompressed"])
def test_a_pool_that_shows_a_test_specimen_stops_the_run_and_names_it(study, change):
    with Image.open(study / "images" / "b" / "b2.png") as image:
        stolen = ImageOps.mirror(image) if change == "mirrored" else image.copy()
    path = study / "pool" / ("stolen.jpg" if change == "recompressed" else "stolen.png")
    stolen.save(path, quality=80)
    angles = POOL | {path.name.removesuffix(".png"): 180}  # far from all: it would not even be taken
    with pytest.raises(UserError, match=r"pool of which 1 images show .*stolen.*b2\.png.*take them out") as told:
        retrieve(study, angles=angles)
    assert "generator near" in str(told.value)
    made = retrieve(study, angles=angles, guard="record")
    assert made.about["leaked"]
    assert "b2" not in made.names


def test_a_name_that_the_test_part_has_stops_the_run_however_unlike_the_images_are(study):
    settings = json.dumps({"specimens": {"regex": "([a-z]2)"}})
    draw_image(study / "pool" / "a2_again.png", 900, 3)
    with pytest.raises(UserError, match=r"a2_again\.png \(of .*a2\.png\)"):
        retrieve(study, settings=settings, angles=POOL | {"a2_again": 45})


def test_another_view_of_a_stolen_specimen_is_no_less_stolen(study):
    # Two views of one specimen by their name, of which one alone resembles the test image.
    (study / "pool" / "v9_one.png").write_bytes((study / "images" / "a" / "a2.png").read_bytes())
    draw_image(study / "pool" / "v9_two.png", 901, 3)
    settings = json.dumps({"specimens": {"regex": "(v9)"}})
    with pytest.raises(UserError, match="2 images show"):
        retrieve(study, settings=settings, angles=POOL | {"v9_one": 45, "v9_two": 45})


def test_what_the_study_has_already_is_passed_over(study, capsys):
    for name, own in (("q0", "a/a0"), ("q1", "b/b1")):  # a training and a validation image
        (study / "pool" / f"{name}.png").write_bytes((study / "images" / f"{own}.png").read_bytes())
    with Image.open(study / "pool" / "p0.png") as image:
        image.rotate(180).save(study / "pool" / "p0_turned.png")  # the same once more, a little further off
    angles = POOL | {"q0": 0, "q1": 110, "p0_turned": 22}
    made = retrieve(study, ratio=3, angles=angles)
    assert made.names == ["p0", "p2", "p1"]
    assert "2 images of the pool show specimens that the study has already" in capsys.readouterr().out
    assert [row.path_a.rsplit("/")[-1] for row in made.twins] == ["q0.png", "q1.png"]


def test_a_class_that_is_nowhere_near_is_told(study):
    with pytest.raises(UserError, match="no image of b in the pool that is new"):
        retrieve(study, "b", angles=dict.fromkeys(POOL, 0))
