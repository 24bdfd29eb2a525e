"""Generators down a taxonomy, scored at every snapshot, in one small study: what is trained, shared and made again."""

import json
import shutil
import tarfile

import pytest
import yaml

from tests.project import Project, draw_classes, draw_image, small_config, table

pytestmark = pytest.mark.slow

LINES = ["class\tsubclass\torder", "c00\tS\tA", "c01\tS\tA", "c02\tS\tB"]
STYLE = {
    "family": "stylegan2",
    "size_px": 16,
    "channels": "grey",
    "latent_dim": 4,
    "style_dim": 4,
    "channel_base": 64,
    "channel_max": 4,
    "batch": 4,
    "duration_unit": "epochs",
    "duration": 2,
    "snapshot_every": 1,
    "ada": {"pipeline": "bgc"},
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("transfer")
    draw_classes(folder / "images", 3, 8)
    (folder / "taxonomy.tsv").write_text("\n".join(LINES) + "\n")
    config = small_config(
        taxonomy="taxonomy.tsv",
        extractor="tf_efficientnet_lite0",
        generators={
            "scratch": STYLE,
            "sideways": STYLE | {"init_from": {"generator": "scratch", "taxon": "c00"}},
            "downward": STYLE | {"init_from": {"taxon": "above"}, "freeze_layers": 1},
            "conditional": STYLE | {"class_conditional": True},
        },
        arms={"real": {}, "best": {"generator": "sideways", "snapshot": "best", "truncation": 0.7}},
    )
    made = Project(folder, config)
    made.snakemake()
    return made


@pytest.fixture
def settled(project):
    """The project, with its config, images and taxonomy as they were when the test is over."""
    kept = {name: (project.folder / name).read_bytes() for name in ("study.yaml", "taxonomy.tsv")}
    images = project.folder / "images"
    shutil.copytree(images, project.folder / "kept")
    yield project
    for name, content in kept.items():
        (project.folder / name).write_bytes(content)
    shutil.rmtree(images)
    (project.folder / "kept").rename(images)


def described(project, generator, folder):
    path = project.results() / "holdout" / "generators" / generator / "seed0" / folder / "generator.json"
    return json.loads(path.read_text())


def trained(plan):
    """GENERATOR/FOLDER of each training in a plan."""
    found = [
        dict(word.split("=", 1) for word in wildcards.split(", ")) for wildcards in plan.get("train_generator", [])
    ]
    return sorted(f"{names['generator']}/{names['class_']}" for names in found)


def test_nothing_is_left_to_do(project):
    assert project.planned() == {}


def test_trainings_begin_where_they_should(project):
    starts = {
        ("scratch", "c00"): "scratch",
        ("sideways", "c01"): "scratch/c00",
        ("downward", "c00"): "downward/order=A",
        ("downward", "order=A"): "downward/subclass=S",
        ("downward", "c02"): "downward/subclass=S",  # its order has no other class
        ("downward", "subclass=S"): "scratch",
        ("conditional", "all"): "scratch",
    }
    assert {key: described(project, *key)["start"] for key in starts} == starts
    folders = {path.name for path in (project.results() / "holdout" / "generators" / "downward" / "seed0").iterdir()}
    assert folders == {"c00", "c01", "c02", "order=A", "subclass=S"}


def test_no_generator_saw_a_test_specimen_of_any_class(project):
    rows = table(project.results() / "splits" / "holdout.tsv")
    test = {(row["class"], row["specimen"]) for row in rows if row["part"] == "test"}
    train = {row["sha256"] for row in rows if row["part"] == "train"}
    manifests = list(project.results().glob("holdout/generators/*/seed0/*/training.tsv"))
    assert len(manifests) == 3 + 2 + 5 + 1
    for path in manifests:
        seen = table(path)
        assert not {(row["class"], row["specimen"]) for row in seen} & test
        assert {row["sha256"] for row in seen} <= train
    above = project.results() / "holdout/generators/downward/seed0/subclass=S/training.tsv"
    assert {row["sha256"] for row in table(above)} == train


def test_each_generator_class_and_snapshot_is_scored(project):
    rows = table(project.results() / "tables" / "synthetic.tsv")
    scored = {(row["generator"], row["class"], row["snapshot"], row["truncation"]) for row in rows}
    classes = {"scratch": "012", "sideways": "12", "downward": "012", "conditional": "012"}
    expected = {(g, f"c0{c}", at, "1") for g, names in classes.items() for c in names for at in ("", "1")}
    assert scored == expected
    assert len(rows) == len(expected)
    for generator, names in classes.items():
        for c in names:
            best = [
                row
                for row in rows
                if (row["generator"], row["class"]) == (generator, f"c0{c}") and row["best"] == "true"
            ]
            assert len(best) == 1
    assert {row["extractor"] for row in rows} == {"tf_efficientnet_lite0"}
    assert all(
        float(row["frechet_low"]) <= float(row["frechet_distance"]) <= float(row["frechet_high"]) for row in rows
    )


def test_the_best_snapshot_is_what_the_arm_draws(project):
    rows = table(project.results() / "holdout/synthetic/scratch/random/seed0/c00/scores.tsv")
    best = next(row for row in rows if row["best"] == "true")
    # The taxon that sideways begins with is served by the entry that trained it.
    pool = project.results() / "holdout/synthetic/sideways@best~0.7/random/seed0/c00/index.tsv"
    assert {row["generator"] for row in table(pool)} == {"scratch"}
    with tarfile.open(pool.parent / "shard-000000.tar") as tar:
        label = json.load(tar.extractfile("000000.json"))
    assert (label["truncation"], label["snapshot"]) == (0.7, int(best["snapshot"]) if best["snapshot"] else None)


def test_tables_and_page_compare_the_generators(project):
    generators = table(project.results() / "tables" / "generators.tsv")
    assert {row["generator"] for row in generators} == {"scratch", "sideways", "downward", "conditional"}
    pairs = table(project.results() / "tables" / "generator_pairs.tsv")
    assert {(row["generator_a"], row["generator_b"]) for row in pairs} >= {
        ("scratch", "sideways"),
        ("scratch", "downward"),
    }
    page = (project.results() / "report.html").read_text()
    for heading in (
        "Training diagnostics",
        "Comparison of generators",
        "Nearest training images of synthetic ones",
        "Latent interpolation",
    ):
        assert heading in page
    runtime = table(project.results() / "tables" / "runtime.tsv")
    assert "order=A" in {row["class"] for row in runtime}


def test_a_new_image_trains_its_class_the_taxa_above_and_what_began_with_these(settled):
    draw_image(settled.folder / "images" / "c02" / "new.png", 77, 2)
    assert trained(settled.planned()) == [
        "conditional/all", "downward/c00", "downward/c01", "downward/c02", "downward/order=A", "downward/subclass=S",
        "scratch/c02", "sideways/c02",
    ]  # fmt: skip


def test_another_order_of_the_taxonomy_trains_nothing(settled):
    (settled.folder / "taxonomy.tsv").write_text("\n".join([LINES[0], *LINES[:0:-1]]) + "\n")
    assert trained(settled.planned()) == []


def test_a_setting_of_one_entry_trains_that_entry(settled):
    config = yaml.safe_load((settled.folder / "study.yaml").read_text())
    config["generators"]["sideways"]["lecam"] = {"weight": 0.1}
    settled.write_config(config)
    assert trained(settled.planned()) == ["sideways/c01", "sideways/c02"]


def test_more_scored_images_train_nothing(settled):
    config = yaml.safe_load((settled.folder / "study.yaml").read_text())
    settled.write_config(config | {"scores": {"images": 50}})
    plan = settled.planned()
    assert trained(plan) == []
    assert len(plan["draw_features"]) == 3 + 2 + 3  # and of one network for all classes
    assert len(plan["draw_features_of_all"]) == 1
