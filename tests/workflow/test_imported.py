"""Images that are there already as generators of a study: another tool's folders, and copies of training images.

The same study has a learning curve, and two ratios as one entry.
"""

import json
import shutil

import pytest
import yaml
from PIL import Image, ImageOps

from tests.project import Project, draw_classes, draw_image, small_config, table
from tests.scripts.in_process import call

FORM = {"size_px": 32, "channels": "rgb"}


def make(folder):
    classes = draw_classes(folder / "images", 2, 12)
    for kind, name in enumerate(classes):
        for number in range(9):
            draw_image(folder / "made" / name / f"{number}.png", 1000 + number, kind, (40, 40))
        for number in range(10):
            draw_image(folder / "archive" / f"{name}-{number}.png", 3000 + number, kind, (48, 40))
    (folder / "made" / classes[0] / "broken.png").write_bytes(b"\x89PNG no more")
    config = small_config(
        extractor="tf_efficientnet_lite0",
        split={"validation": 0.2, "reserve": 0.2, "test": 0.2},
        learning_curve=[0.5, 1.5],
        pools={"archive": {"images": "archive"}},
        generators={
            "near": {"family": "retrieved", "pool": "archive", **FORM},
            "copies": {"family": "copier", **FORM},
            "tool": {"family": "external", "folder": "made", "trained_on": "unknown", **FORM},
        },
        arms={
            "real": {},
            "copies": {"generator": "copies", "ratios": [1, 2]},
            "tool": {"generator": "tool", "count": 9},
            "tool-only": {"generator": "tool", "count": 9, "real": 0},
            "near": {"generator": "near", "ratio": 0.5},
        },
    )
    return Project(folder, config)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    made = make(tmp_path_factory.mktemp("imported"))
    made.snakemake()
    return made


@pytest.fixture
def settled(project):
    """The project, with its config and images as they were when the test is over."""
    kept = (project.folder / "study.yaml").read_bytes()
    for name in ("images", "made", "archive"):
        shutil.copytree(project.folder / name, project.folder / f"kept-{name}")
    yield project
    (project.folder / "study.yaml").write_bytes(kept)
    for name in ("images", "made", "archive"):
        shutil.rmtree(project.folder / name)
        (project.folder / f"kept-{name}").rename(project.folder / name)


@pytest.mark.slow
def test_pools_are_filled_and_classifiers_trained(project):
    results = project.results() / "holdout"
    pool = table(results / "synthetic" / "tool" / "random" / "seed0" / "c00" / "index.tsv")
    assert len(pool) == 9
    assert len({row["latent_seed"] for row in pool}) == 9
    trained = json.loads((results / "classifiers" / "copies-x2" / "cnn" / "seed0" / "classifier.json").read_text())
    assert trained["n_train"]["synthetic"] == 2 * trained["n_train"]["real"]
    alone = json.loads((results / "classifiers" / "tool-only" / "cnn" / "seed0" / "classifier.json").read_text())
    assert (alone["n_train"]["real"], alone["n_train"]["synthetic"]) == (0, 18)


@pytest.mark.slow
def test_by_hand_the_verdict_is_the_studys(project, tmp_path):
    """Of arms with images of an archive and of another tool; what no file says, a plan and a hand do."""
    folder, controls = project.results() / "holdout" / "classifiers", ("copies-x1", "copies-x2")
    arms, key = (*controls, "tool", "tool-only", "near"), ("arm", "class", "measure")
    planned = table(project.results() / "tables" / "verdict.tsv")
    cautions = {row["arm"]: row["caution"] for row in planned if row["measure"] == "accuracy"}
    words = [word for arm in arms for word in ("--arm", folder / arm, "--generator-seeds", arm, "0=0")]
    words += [word for arm, text in cautions.items() if text for word in ("--caution", arm, text)]
    call("judge_arms", [
        "--baseline", folder / "real", *words, "--controls", *controls, "--bootstrap", 100,
        "--output", tmp_path / "verdict.tsv", "--threads", 1,
    ])  # fmt: skip
    by_hand = {tuple(row[name] for name in key): row for row in table(tmp_path / "verdict.tsv")}
    assert by_hand == {tuple(row[name] for name in key): row for row in planned}


@pytest.mark.slow
def test_what_is_the_nearest_in_an_archive_is_an_arms(project):
    results = project.results() / "holdout"
    n_train = sum(row["part"] == "train" for row in table(project.results() / "splits" / "holdout.tsv")) / 2
    taken = {}
    for class_ in ("c00", "c01"):
        taken[class_] = json.loads((results / "generators/near/seed0" / class_ / "generator.json").read_text())[
            "retrieved"
        ]
        pool = table(results / "synthetic" / "near" / "random" / "seed0" / class_ / "index.tsv")
        assert [int(row["latent_seed"]) for row in pool] == [*range(int(n_train / 2 + 0.5))]  # the nearest of them
    assert not set(taken["c00"]) & set(taken["c01"])
    trained = json.loads((results / "classifiers" / "near" / "cnn" / "seed0" / "classifier.json").read_text())
    assert trained["n_train"]["synthetic"] == 2 * len(pool)
    scores = {row["generator"]: row["circular"] for row in table(project.results() / "tables" / "synthetic.tsv")}
    assert scores == {"copies": "false", "tool": "false", "near": "true"}  # by the network that chose them


@pytest.mark.slow
def test_an_archive_that_would_stop_the_run_does_so_before_the_trainings(project):
    results = project.results() / "holdout"
    retrieved = [path.stat().st_mtime_ns for path in results.glob("generators/near/seed0/*/leaks.tsv")]
    trained = [path.stat().st_mtime_ns for path in results.glob("classifiers/*/*/*/classifier.safetensors")]
    assert len(retrieved) == 2
    early = sum(written < max(retrieved) for written in trained)
    assert early <= 2 < len(trained) / 3  # a core that would have waited for features meanwhile trains what it can


@pytest.mark.slow
def test_the_scores_catch_the_copier_and_nobody_else(project):
    copied = {row["generator"]: float(row["copied"]) for row in table(project.results() / "tables" / "synthetic.tsv")}
    assert copied == {"copies": 1.0, "tool": 0.0, "near": 0.0}
    assert "of its images show a training image" in (project.results() / "report.html").read_text()


@pytest.mark.slow
def test_what_cannot_be_used_is_named(project):
    folder = project.results() / "holdout" / "generators" / "tool" / "seed0" / "c00"
    (row,) = table(folder / "quarantine.tsv")
    assert row["path"].endswith("broken.png")
    assert json.loads((folder / "generator.json").read_text())["n_images"] == 9


@pytest.mark.slow
def test_the_verdict_says_what_the_tool_was_trained_on(project):
    cautions = {row["arm"]: row["caution"] for row in table(project.results() / "tables" / "verdict.tsv")}
    assert "not known" in cautions["tool"]
    assert cautions["copies-x1"] == ""
    assert cautions["tool"] in (project.results() / "report.html").read_text()


@pytest.mark.slow
def test_the_learning_curve_takes_part_of_the_training_part_and_the_reserve(project):
    rows = {
        row["arm"]: row for row in table(project.results() / "tables" / "worth.tsv") if row["measure"] == "accuracy"
    }
    splits = table(project.results() / "splits" / "holdout.tsv")
    n = sum(row["part"] == "train" for row in splits) / 2
    points = {arm: float(row["point"]) for arm, row in rows.items() if row["point"]}
    assert points == {"real": n, "real-x0.5": int(n / 2 + 0.5), "real-x1.5": int(1.5 * n + 0.5)}
    assert sum(row["part"] == "reserve" for row in splits) > 0
    judged = {row["arm"] for row in table(project.results() / "tables" / "verdict.tsv")}
    assert judged == {"copies-x1", "copies-x2", "tool", "tool-only", "near"}
    page = (project.results() / "report.html").read_text()
    assert "Learning curve and worth in real specimens" in page
    assert "Effect of the synthetic-to-real ratio" in page


@pytest.mark.slow
def test_a_new_image_of_the_tool_reruns_its_class_alone(settled):
    assert settled.planned() == {}
    draw_image(settled.folder / "made" / "c01" / "new.png", 2000, 1)
    plan = settled.planned()
    assert [words for words in plan["import_images"] if "generator=tool" in words] == plan["import_images"]
    assert len(plan["import_images"]) == 1
    assert {word.split("arm=")[1].split(",")[0] for word in plan["train_classifier"]} == {"tool", "tool-only"}


def test_a_test_image_among_them_stops_the_run_and_is_named(tmp_path):
    made = make(tmp_path)
    made.snakemake("results/small/splits/holdout.tsv")
    rows = table(made.results() / "splits" / "holdout.tsv")
    twin = next(row for row in rows if row["part"] == "test" and row["class"] == "c01")
    # In the folder of the other class, mirrored.
    with Image.open(made.folder / twin["path"]) as image:
        stolen = ImageOps.mirror(image.convert("RGB"))
    stolen.save(made.folder / "made" / "c00" / "stolen.png")
    stolen.save(made.folder / "archive" / "taken.png")
    generators = ("near/seed0/c00", "near/seed0/c01", "tool/seed0/c00")
    wanted = [f"results/small/holdout/generators/{each}/generator.json" for each in generators]
    done = made.snakemake("--keep-going", *wanted, check=False)
    assert done.returncode != 0
    assert not any((made.folder / path).exists() for path in wanted)
    logs = made.folder / "logs" / "small"
    for class_ in ("c00", "c01"):
        output = (logs / "retrieve_images" / "holdout" / "near" / "seed0" / f"{class_}.log").read_text()
        assert "taken.png" in output
        assert f"(of {twin['path']})" in output
    output = (logs / "import_images" / "holdout" / "tool" / "seed0" / "c00.log").read_text()
    assert "stolen.png" in output
    assert twin["path"] in output
    assert "guard: record" in output


@pytest.mark.slow
def test_more_images_than_there_are_is_one_sentence(settled):
    config = yaml.safe_load((settled.folder / "study.yaml").read_text())
    config["arms"]["tool"]["count"] = 30
    settled.write_config(config)
    done = settled.snakemake(check=False)
    logs = (settled.folder / "logs" / "small" / "synthesize_images" / "holdout" / "tool" / "random").rglob("*.log")
    assert done.returncode != 0
    assert any("holds 9 images where 30 are wanted" in log.read_text() for log in logs)
