"""Generators that begin with one that is trained on images from elsewhere, from start to end, and their reruns."""

import json
import shutil

import pytest
from PIL import Image, ImageOps

from tests.project import Project, draw_classes, draw_image, small_config, table

pytestmark = pytest.mark.slow

GAN = {"family": "dcgan", "size_px": 16, "width": 2, "latent_dim": 4, "batch": 4, "duration": 0.02}
EDM = {"family": "diffusion", "size_px": 16, "model_channels": 8, "batch": 4, "duration": 0.02, "steps": 2}
TRAINED = {"trained_on": {"pool": "archive"}}
POOL = "pool=archive"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pool-trained")
    draw_classes(folder / "images", 2, 8)
    for number in range(6):
        draw_image(folder / "archive" / f"{number}.png", 300 + number, 2)
    config = small_config(
        extractor="tf_efficientnet_lite0",
        split={"validation": 0.2, "test": 0.2},
        pools={"archive": {"images": "archive"}},
        generators={
            "relatives": GAN | TRAINED,
            "gan": GAN | {"init_from": {"generator": "relatives"}},
            "plain": GAN,
            "noise": EDM | TRAINED,
            "edm": EDM | {"init_from": {"generator": "noise"}},
        },
        arms={"real": {}, "gan": {"generator": "gan", "ratio": 1}},
        final={"arm": "gan", "classifier": "cnn"},
    )
    made = Project(folder, config)
    made.snakemake("--until", "split_class")
    part_of = {row["path"]: row["part"] for row in table(made.results() / "splits" / "holdout" / "c00.tsv")}
    twin = next(path for path, part in part_of.items() if part == "train")
    with Image.open(folder / twin) as image:
        ImageOps.mirror(image.convert("RGB")).save(folder / "archive" / "twin.png")
    made.snakemake()
    return made


@pytest.fixture
def settled(project):
    """The project, with its images as they were when the test is over."""
    for name in ("images", "archive"):
        shutil.copytree(project.folder / name, project.folder / f"kept-{name}")
    yield project
    for name in ("images", "archive"):
        shutil.rmtree(project.folder / name)
        (project.folder / f"kept-{name}").rename(project.folder / name)


def described(project, generator, folder, split="holdout"):
    path = project.results() / split / "generators" / generator / "seed0" / folder
    return json.loads((path / "generator.json").read_text()), table(path / "training.tsv")


def trained(plan):
    """GENERATOR/FOLDER of each training of the study's split in a plan."""
    jobs = [*plan.get("train_generator", []), *plan.get("train_generator_alone", [])]
    found = [dict(word.split("=", 1) for word in wildcards.split(", ")) for wildcards in jobs]
    return sorted(f"{names['generator']}/{names['class_']}" for names in found if names["split"] == "holdout")


def test_nothing_is_left_to_do(project):
    assert project.planned() == {}


def test_the_pool_is_trained_on_without_what_the_study_has(project):
    for generator in ("relatives", "noise"):
        about, rows = described(project, generator, POOL)
        assert (about["n_train"], about["start"], about["pools"]) == (6, "scratch", ["archive"])
        assert about["settings"]["trained_on"] == {"pool": "archive"}
        assert not about["conditional"]
        assert not about["leaked"]
        assert {row["class"] for row in rows} == {"all"}
        assert not any("twin" in row["path"] for row in rows)
    assert len(table(project.results() / "pools/archive/splits/holdout/all.tsv")) == 6


def test_classes_begin_with_it_and_say_so(project):
    for class_ in ("c00", "c01"):
        about, rows = described(project, "gan", class_)
        assert (about["start"], about["pools"]) == (f"relatives/{POOL}", ["archive"])
        assert {row["class"] for row in rows} == {"all", class_}  # what it and its predecessor saw
    about, _ = described(project, "edm", "all")
    assert about["conditional"]
    assert (about["start"], about["classes"]) == (f"noise/{POOL}", ["c00", "c01"])
    about, _ = described(project, "plain", "c00")
    assert about["start"] == "scratch"
    assert "pools" not in about


def test_where_everything_is_trained_on_the_pool_is_admitted_once_more(project):
    about, _ = described(project, "relatives", POOL, "final")
    assert about["n_train"] == 6
    assert described(project, "gan", "c00", "final")[0]["start"] == f"relatives/{POOL}"


def test_tables_report_and_cards_tell_of_the_pool(project):
    results = project.results()
    starts = {(row["generator"], row["start"]) for row in table(results / "tables" / "synthetic.tsv")}
    assert starts == {("gan", f"relatives/{POOL}"), ("edm", f"noise/{POOL}"), ("plain", "scratch")}
    cautions = {row["arm"]: row["caution"] for row in table(results / "tables" / "verdict.tsv")}
    told = "gan began with images from elsewhere, of archive, on which the baseline is not trained"
    assert told in cautions["gan"]
    assert told in (results / "report.html").read_text()
    assert told in (results / "final" / "card.md").read_text()
    methods = (results / "tables" / "methods.md").read_text()
    assert "It was trained on real images from elsewhere, those of the pool archive that showed no specimen" in methods
    assert "It began with the weights of the generator relatives, fine-tuned on these images." in methods
    assert "one network for all classes that was told the class" in methods  # edm alone
    assert methods.count("told the class") == 1


def test_a_new_image_of_the_pool_trains_what_began_with_it(settled):
    draw_image(settled.folder / "archive" / "new.png", 400, 3)
    plan = settled.planned()
    assert trained(plan) == ["edm/all", "gan/c00", "gan/c01", f"noise/{POOL}", f"relatives/{POOL}"]
    assert not {"index_class", "pack_class", "split_class", "find_duplicates"} & plan.keys()
    assert {row.split("arm=")[1].split(",")[0] for row in plan["train_classifier"]} == {"gan"}


def test_a_touch_and_another_name_train_nothing(settled):
    path = settled.folder / "archive" / "0.png"
    path.touch()
    path.rename(path.with_name("renamed.png"))
    assert settled.planned() == {}


def test_a_planted_test_image_stops_the_run(settled):
    rows = table(settled.results() / "splits" / "holdout" / "c01.tsv")
    stolen = next(row["path"] for row in rows if row["part"] == "test")
    shutil.copy(settled.folder / stolen, settled.folder / "archive" / "stolen.png")
    done = settled.snakemake(check=False)
    assert done.returncode != 0
    log = settled.folder / "logs/small/admit_pool/pools/archive/holdout/all.log"
    assert f"stolen.png (of {stolen})" in log.read_text()
    assert "Error in rule admit_pool" in done.stderr


def test_a_new_image_of_the_study_looks_at_the_pool_again_and_trains_no_more_on_it(settled):
    draw_image(settled.folder / "images" / "c01" / "new.png", 88, 1)
    before = described(settled, "relatives", POOL)
    done = settled.snakemake(f"results/small/holdout/generators/relatives/seed0/{POOL}/generator.json")
    assert "rule admit_pool" in done.stderr
    assert described(settled, "relatives", POOL) == before
    log = settled.folder / f"logs/small/train_generator/holdout/relatives/seed0/{POOL}.log"
    assert "taken from results/small/.store" in log.read_text()
