"""One small study from folders of images to the report, looked at from all sides."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from PIL import Image

from augury.images.files import file_sha256
from augury.tables.measures import MEASURES
from tests.project import ENVIRONMENT, ROOT, Project, draw_classes, draw_image, small_config, table

CLASSES = ["c00", "c01", "c02"]
RUNS = [
    (arm, classifier, seed)
    for arm in ("real", "classical", "gan", "early")
    for classifier in ("cnn", "zoo")
    for seed in (0, 1)
]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Three classes with what real folders hold: twins, conflicts, broken files, notes; two classifiers, four arms."""
    folder = tmp_path_factory.mktemp("whole")
    images = folder / "images"
    draw_classes(images, 3, 10)
    (images / "c00" / "copy of 000.png").write_bytes((images / "c00" / "000.png").read_bytes())
    Image.open(images / "c01" / "001.png").convert("L").save(images / "c01" / "grey twin.png")
    Image.open(images / "c00" / "002.png").transpose(Image.Transpose.ROTATE_90).save(images / "c02" / "conflict.png")
    whole = (images / "c02" / "003.png").read_bytes()
    (images / "c02" / "cut off.png").write_bytes(whole[: len(whole) // 2])
    (images / "c02" / "notes.txt").write_text("found on a Tuesday")
    draw_image(images / "c01" / "site b" / "Ünïcode 貝's.png", 99, 1)
    config = small_config(seeds=[0, 1])
    config["generators"]["gan"] |= {"snapshots": [3], "duration_unit": "epochs", "duration": 6}
    config["classifiers"]["zoo"] = {
        "architecture": "tf_efficientnet_lite0",
        "pretrained": False,
        "size_px": 32,
        "epochs": 1,
    }
    config["arms"] = {
        "real": {},
        "classical": {"classical": 1, "classical_augmentation": {"flip_horizontal": True}},
        "gan": {"generator": "gan", "ratio": 1},
        "early": {"generator": "gan", "ratio": 0.5, "snapshot": 3},
    }
    made = Project(folder, config)
    made.log = made.snakemake().stderr
    return made


def test_everything_is_divided_before_more_is_trained_than_there_are_cores(project):
    """A core that is free while the last class is indexed may train; then what divides goes first."""
    started = re.findall(r"^(?:local)?rule (\w+):", project.log, re.M)
    data = ("index_class", "find_duplicates", "split_class", "merge_split")
    trainings = [index for index, rule in enumerate(started) if rule in ("train_generator", "train_classifier")]
    last = {name: max(index for index, rule in enumerate(started) if rule == name) for name in data}
    assert last["index_class"] < trainings[0]
    assert sum(index < max(last.values()) for index in trainings) <= 2


def test_nothing_is_left_to_do(project):
    assert project.planned() == {}


def test_broken_files_are_named_with_a_reason(project):
    rows = {Path(row["path"]).name: row for row in table(project.results() / "images" / "quarantine.tsv")}
    assert set(rows) == {"cut off.png", "notes.txt"}
    assert all(row["class"] == "c02" and row["reason"] for row in rows.values())


def test_twins_are_one_specimen_and_conflicts_are_reported(project):
    rows = table(project.results() / "images" / "manifest.tsv")
    specimens = {Path(row["path"]).name: row["specimen"] for row in rows if row["class"] == "c01"}
    assert specimens["grey twin.png"] == specimens["001.png"]
    assert len(set(specimens.values())) == 11
    pairs = table(project.results() / "images" / "duplicates.tsv")
    conflicts = [{row["class_a"], row["class_b"]} for row in pairs if row["conflict"] == "true"]
    assert conflicts == [{"c00", "c02"}]
    assert [row["relation"] for row in pairs if row["class_a"] == row["class_b"] == "c00"] == ["exact"]


def test_conflicts_are_measured_on_nowhere(project):
    judged = {row["path"] for arm, classifier, seed in RUNS for row in predictions(project, arm, classifier, seed)}
    assert not [path for path in judged if path.endswith(("conflict.png", "c00/002.png"))]


def test_specimens_never_cross_parts(project):
    parts = {}
    for row in table(project.results() / "splits" / "holdout.tsv"):
        parts.setdefault((row["class"], row["specimen"]), set()).add(row["part"])
    assert all(len(each) == 1 for each in parts.values())


def predictions(project, arm, classifier, seed):
    run = project.results() / "holdout" / "classifiers" / arm / classifier / f"seed{seed}"
    return table(run / "predictions.tsv")


def test_every_run_judges_the_same_images_with_probabilities(project):
    judged = set()
    for run in RUNS:
        rows = predictions(project, *run)
        judged.add(tuple((row["sha256"], row["part"], row["class"]) for row in rows))
        for row in rows:
            shares = [float(row[f"p:{name}"]) for name in CLASSES]
            assert sum(shares) == pytest.approx(1, abs=1e-6)
            assert row["predicted"] == CLASSES[shares.index(max(shares))]
    assert len(judged) == 1
    assert {part for _, part, _ in judged.pop()} == {"validation", "test"}


def test_arms_train_on_what_they_say(project):
    def counts(arm):
        run = project.results() / "holdout" / "classifiers" / arm / "cnn" / "seed0"
        return json.loads((run / "classifier.json").read_text())["n_train"]

    real = counts("real")["real"]
    assert counts("real") == {"real": real, "classical": 0, "synthetic": 0}
    assert counts("classical")["classical"] == counts("gan")["synthetic"] == real
    rows = table(project.results() / "splits" / "holdout.tsv")
    trained = [sum(row["part"] == "train" and row["class"] == name for row in rows) for name in CLASSES]
    assert counts("early")["synthetic"] == sum(int(number / 2 + 0.5) for number in trained)


def test_tables_have_a_row_for_everything(project):
    rows = table(project.results() / "tables" / "classification.tsv")
    runs = {(row["arm"], row["classifier"], row["seed"]) for row in rows if row["seed"] != "all"}
    assert runs == {(arm, classifier, str(seed)) for arm, classifier, seed in RUNS}
    means = [row for row in rows if row["seed"] == "all" and row["part"] == "test"]
    assert len(means) == 8
    for row in means:
        assert float(row["accuracy_low"]) <= float(row["accuracy"]) <= float(row["accuracy_high"])
    assert len(table(project.results() / "tables" / "runtime.tsv")) == len(RUNS) + len(CLASSES)


def test_every_arm_is_judged_against_the_first_without_synthetic_images(project):
    rows = [row for row in table(project.results() / "tables" / "verdict.tsv") if row["class"] == "all"]
    judged = {(row["arm"], row["baseline"], row["classifier"]) for row in rows}
    assert judged == {(arm, "real", name) for arm in ("classical", "gan", "early") for name in ("cnn", "zoo")}
    assert {row["measure"] for row in rows} == {*MEASURES} - {"recall_gap"}  # all classes are of one size
    assert {row["word"] for row in rows} <= {"helps", "hurts", "equivalent", "underpowered"}
    means = {
        (row["arm"], row["classifier"]): float(row["accuracy"])
        for row in table(project.results() / "tables" / "classification.tsv")
        if row["seed"] == "all" and row["part"] == "test"
    }
    for row in rows:
        if row["measure"] == "accuracy":
            gain = means[row["arm"], row["classifier"]] - means["real", row["classifier"]]
            assert float(row["difference"]) == pytest.approx(gain, abs=1e-6)
    assert len(table(project.results() / "tables" / "differences.tsv")) == 12


def test_the_report_stands_alone(project):
    page = (project.results() / "report.html").read_text()
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)[^"']*["']""", page)
    assert "url(http" not in page
    for name in ("differences", "arms", "confusion", "roc", "learning_curves", "generator_losses", "samples", "strip"):
        assert list((project.results() / "figures").glob(f"{name}.*"))
    assert 'name="viewport"' in page
    first_screen = page[page.index('id="answer"') : page.index('aria-label="Contents"')]
    assert "Do synthetic images help to tell 3 classes apart?" in first_screen
    assert 'class="matrix"' in first_screen
    assert 'id="figure-strip"' in first_screen


def test_logs_begin_with_what_ran_where(project):
    logs = sorted((project.folder / "logs" / "small").rglob("*.log"))
    assert len(logs) > 40
    for log in logs:
        assert re.match(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] \w+\.py on .*prefix /", log.read_text().splitlines()[0])
    assert list((project.folder / "logs" / "small").rglob("train_generator/**/*.jsonl"))


def test_no_state_is_left_behind(project):
    assert not list(project.results().rglob(".state"))


def test_snakemakes_own_report_works(project):
    project.snakemake("--report", "report.zip")
    assert (project.folder / "report.zip").stat().st_size > 100_000


def test_a_larger_pool_keeps_its_beginning(project):
    """Arms share a pool: twice the ratio redraws the pool, and the first images stay as they were."""
    from augury.generators.pools import read_pool

    index = project.results() / "holdout" / "synthetic" / "gan" / "random" / "seed0" / "c00" / "index.tsv"
    before, _ = read_pool(index)
    config = yaml.safe_load((project.folder / "study.yaml").read_text())
    config["arms"]["gan"]["ratio"] = 2
    project.write_config(config)
    project.snakemake(str(index.relative_to(project.folder)))
    after, _ = read_pool(index)
    assert len(after) == 2 * len(before)
    assert (after[: len(before)] == before).all()


# What Snakemake is reported before anything runs; these share a folder and start no job.


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    draw_classes(folder / "my corals" / "images", 2, 8)
    draw_classes(folder / "images", 2, 8)
    return Project(folder, small_config())


def snakemake(project, *options):
    words = [*project.command()[:5], *options]
    return subprocess.run(words, cwd=project.folder, env=ENVIRONMENT, capture_output=True, text=True)


def test_mistakes_are_told_at_once_with_exit_code_2(plain):
    config = small_config(gaurd="enforce", seeds=[])
    config["generators"]["gan"]["size_px"] = "large"
    (plain.folder / "wrong.yaml").write_text(yaml.safe_dump(config))
    done = snakemake(plain, "--dry-run", "--configfile", "wrong.yaml")
    assert done.returncode == 2
    lines = [line for line in done.stderr.splitlines() if line.startswith("config: ")]
    assert len(lines) == 3
    assert "`gaurd` is an unknown key; did you mean `guard`?" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_is_the_default_and_is_not_merged_into_a_study(plain):
    demo = snakemake(plain, "--dry-run")
    assert demo.returncode == 0, demo.stderr
    assert "results/demo/report.html" in demo.stdout
    study = plain.planned()
    assert {wildcards.split(", ")[1] for wildcards in study["train_classifier"]} == {"arm=gan", "arm=real"}
    assert {wildcards.split(", ")[1] for wildcards in study["train_generator"]} == {"generator=gan"}


def test_any_folder_runs_the_default_study(plain):
    done = snakemake(plain, "--dry-run", "--config", "images=my corals/images")
    assert done.returncode == 0, done.stderr
    assert "results/my-corals/report.html" in done.stdout
    assert "results/demo" not in done.stdout
    assert len(re.findall(r"^rule train_generator_alone:", done.stdout, re.M)) == 3  # a diffusion model in each fold


def test_an_overlay_is_merged(plain):
    (plain.folder / "overlay.yaml").write_text("classifiers: {cnn: {epochs: 1}}\nseeds: [0, 1]\n")
    done = snakemake(plain, "--dry-run", "--configfile", "study.yaml", "overlay.yaml")
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"^ *rule train_classifier:", done.stdout, re.M)) == 4


# Leaks, on purpose and by mistake.


def leaky(folder: Path, guard: str) -> Project:
    """Every specimen has a twin, and single images are divided: twins cross."""
    for name in draw_classes(folder / "images", 2, 5):
        for path in sorted((folder / "images" / name).iterdir()):
            Image.open(path).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(path.with_name(f"twin {path.name}"))
    return Project(folder, small_config(guard=guard, split={"unit": "image", "validation": 0.2, "test": 0.4}))


def test_a_leak_on_purpose_is_recorded_on_every_result(tmp_path):
    project = leaky(tmp_path, "record")
    project.snakemake(*(f"results/small/tables/{name}.tsv" for name in ("classification", "verdict")))
    leaks = [table(path) for path in (project.results() / "holdout").rglob("leaks.tsv")]
    assert len(leaks) == 4  # two generators, two classifiers
    assert all(leaks)
    assert {row["leaked"] for row in table(project.results() / "tables" / "classification.tsv")} == {"true"}
    pool = project.results() / "holdout" / "synthetic" / "gan" / "random" / "seed0" / "c00" / "index.tsv"
    assert {row["leaked"] for row in table(pool)} == {"true"}
    assert {row["word"] for row in table(project.results() / "tables" / "verdict.tsv")} == {"not judged: leak"}


def test_single_images_are_not_divided_without_saying_so(tmp_path):
    done = leaky(tmp_path, "enforce").snakemake("--dry-run", check=False)
    assert done.returncode == 2
    assert "`split.unit: image` lets views of a specimen cross the split; set `guard: record`" in done.stderr


@pytest.mark.slow
def test_brought_parts_taxonomy_and_folds_together(tmp_path):
    """A test part in a folder of its own, folds in the rest, ranks from a table: what a benchmark set looks like."""
    draw_classes(tmp_path / "images" / "train", 3, 8)
    for kind in range(3):
        for number in range(20, 24):
            draw_image(tmp_path / "images" / "test" / f"c{kind:02d}" / f"{number}.png", number, kind)
    (tmp_path / "ranks.tsv").write_text("order\tclass\nA\tc00\nA\tc01\nB\tc02\n")
    split = {"parts": "folders", "folds": 2, "rotate": "validation"}
    generators = {"gan": small_config()["generators"]["gan"] | {"class_conditional": True}}
    project = Project(tmp_path, small_config(split=split, taxonomy="ranks.tsv", generators=generators))
    project.snakemake()
    assert project.planned() == {}
    for fold in ("fold1", "fold2"):
        rows = table(project.results() / "splits" / f"{fold}.tsv")
        assert {row["path"].split("/")[1] for row in rows if row["part"] == "test"} == {"test"}
        assert sum(row["part"] == "test" for row in rows) == 12
        assert sum(row["part"] == "validation" for row in rows) == 12
    assert (project.results() / "fold1" / "generators" / "gan" / "seed0" / "all" / "generator.safetensors").exists()
    page = (project.results() / "report.html").read_text()
    assert re.search(r"c01</th>|c01<br><small>A</small>", page)
    assert "<small>A</small>" in page


def test_the_study_can_be_written_up_and_passed_on(project):
    """The methods text, and the export of a real study: every part of it is described, and nothing is missing."""
    text = (project.results() / "tables/methods.md").read_text()
    keys = set(re.findall(r"^@\w+\{(\w+),$", (project.results() / "tables/references.bib").read_text(), re.M))
    assert set(re.findall(r"@(\w+)", text)) == keys
    assert "The generator gan was a deep convolutional generative adversarial network (DCGAN)" in text
    assert "seeds 0 and 1" in text
    output = project.folder / "passed-on"
    words = [sys.executable, ROOT / "workflow/scripts/export_study.py", "--results", project.results(), "--output"]

    def export(*more):
        subprocess.run([*words, *more], check=True, cwd=project.folder, env=ENVIRONMENT, capture_output=True)

    export(output)
    assert len(list(output.glob("*/classifiers/*/*/*/README.md"))) == len(RUNS)
    pools = {path.parent for path in output.glob("*/synthetic/*/*/*/croissant.json")}
    assert pools == {path.parents[1] for path in output.glob("*/synthetic/*/*/*/*/index.tsv")} != set()
    known = table(output / "tables/data_dictionary.tsv")
    assert [row for row in known if not row["meaning"]] == []
    shown = {path.name for path in output.rglob("*") if path.suffix in (".png", ".jpg", ".html")}
    assert shown == {"samples.png"}  # of the generator's own images
    assert not list(output.rglob(".*"))
    export(project.folder / "with-images", "--with", "images", "pictures", "--without", "weights", "pools")
    used = {row["sha256"] for row in table(project.results() / "images/manifest.tsv")}
    taken = {file_sha256(path) for path in (project.folder / "with-images/originals").rglob("*") if path.is_file()}
    assert taken == used
    assert (project.folder / "with-images/report.html").exists()
    assert not list((project.folder / "with-images").rglob("*.safetensors"))
