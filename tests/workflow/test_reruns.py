"""What each kind of change reruns, job by job, and that a second look finds nothing left to do.

Six classes; one generator per class, one classifier, two arms. The dataset-wide tables at the end (figures, report)
follow every change of a prediction and are checked as a whole: ENDS. Each change is planned by itself and taken back;
the last test carries out several, and finds nothing left to do.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.project import Project, draw_classes, draw_image, small_config, table

CLASSES = 6
MERGED = {"find_duplicates": [""], "merge_split": ["split=holdout"], "inspect_images": [""]}
ARMS = [f"split=holdout, arm={arm}, classifier=cnn, seed=0" for arm in ("gan", "real")]
CHANGED = ("images", "study.yaml", "workflow", "envs")


def generator_chain(*classes):
    """Jobs of one class from its generator to its pool."""
    return {
        "train_generator": [f"split=holdout, generator=gan, seed=0, class_={name}" for name in classes],
        "synthesize_images": [f"split=holdout, pool=gan, selection=random, seed=0, class_={name}" for name in classes],
    }


def class_chain(*classes):
    """Everything that belongs to a class alone."""
    return {
        "index_class": [f"class_={name}" for name in classes],
        "split_class": [f"split=holdout, class_={name}" for name in classes],
        "pack_class": [f"pack=16px-rgb, class_={name}" for name in classes],
        **generator_chain(*classes),
    }


def ends(arms=ARMS):
    """What follows from other predictions."""
    gathered = ("judge_arms", "vary_verdict", "tabulate_results", "plot_results", "build_report")
    return {"train_classifier": arms, **{rule: [""] for rule in gathered}}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reruns")
    draw_classes(folder / "images", CLASSES, 6)
    made = Project(folder, small_config())
    made.snakemake()
    return made


@pytest.fixture
def settled(project):
    """The project, with its images, config, code and environments as they were when the test is over."""
    kept = project.folder.with_name("kept")
    for name in CHANGED:
        copy(project.folder / name, kept / name)
    yield project
    for name in CHANGED:
        copy(kept / name, project.folder / name)
    shutil.rmtree(kept)


def copy(source, target):
    """In place of what is there, with times."""
    if target.is_dir():
        shutil.rmtree(target)
    target.parent.mkdir(exist_ok=True)
    shutil.copytree(source, target) if source.is_dir() else shutil.copy2(source, target)


def test_nothing_is_left_to_do(project):
    assert project.planned() == {}


def images(project):
    return project.folder / "images"


def test_touching_images_reruns_nothing(settled):
    for path in images(settled).rglob("*.png"):
        os.utime(path)
    assert settled.planned() == {}


def test_editing_an_image_reruns_its_class(settled):
    draw_image(images(settled) / "c03" / "002.png", 902, 3)
    assert settled.planned() == class_chain("c03") | MERGED | ends()


def test_adding_an_image_reruns_its_class_and_the_classifiers(settled):
    draw_image(images(settled) / "c02" / "new.png", 900, 2)
    assert settled.planned() == class_chain("c02") | MERGED | ends()


def test_removing_an_image_reruns_its_class(settled):
    (images(settled) / "c01" / "001.png").unlink()
    assert settled.planned() == class_chain("c01") | MERGED | ends()


def test_renaming_an_image_reruns_nothing_and_it_is_still_found(settled):
    (images(settled) / "c05" / "001.png").rename(images(settled) / "c05" / "a name with spaces.png")
    assert settled.planned() == {}
    # A new size asks for the pixels again: the index still has the old name.
    files = [settled.results() / "packs" / "16px-rgb" / f"c05.{end}" for end in ("npy", "tsv")]
    before = [(path.read_bytes(), path.stat()) for path in files]
    files[0].unlink()
    settled.snakemake("results/small/packs/16px-rgb/c05.npy")
    assert [path.read_bytes() for path in files] == [content for content, _ in before]
    for path, (_, status) in zip(files, before, strict=True):  # else all that reads them would be stale
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_order_of_keys_reruns_nothing(settled):
    config = yaml.safe_load((settled.folder / "study.yaml").read_text())

    def turned(value):
        return {key: turned(each) for key, each in reversed(value.items())} if isinstance(value, dict) else value

    arms = config.pop("arms")  # the order of arms is the order of the tables and means something
    settled.write_config(turned(config) | {"arms": arms})
    assert settled.planned() == {}


def test_a_comment_in_the_config_reruns_nothing(settled):
    path = settled.folder / "study.yaml"
    path.write_text("# a comment\n" + path.read_text() + "# another\n")
    assert settled.planned() == {}


def test_another_way_to_write_a_number_reruns_nothing(settled):
    config = yaml.safe_load((settled.folder / "study.yaml").read_text())
    config["arms"]["gan"]["ratio"] = 1.0
    config["generators"]["gan"]["duration"] = "2e-2"
    settled.write_config(config)
    assert settled.planned() == {}


def test_a_setting_of_one_arm_reruns_that_arm(settled):
    config = yaml.safe_load((settled.folder / "study.yaml").read_text())
    config["arms"]["real"] = {"classical": 1, "classical_augmentation": {"flip_horizontal": True}}
    settled.write_config(config)
    assert settled.planned() == ends(arms=[ARMS[1]])


def test_a_larger_ratio_redraws_the_pools_and_retrains_that_arm(settled):
    config = yaml.safe_load((settled.folder / "study.yaml").read_text())
    config["arms"]["gan"]["ratio"] = 2
    settled.write_config(config)
    names = [f"c{kind:02d}" for kind in range(CLASSES)]
    drawn = {"synthesize_images": generator_chain(*names)["synthesize_images"]}
    assert settled.planned() == drawn | ends(arms=[ARMS[0]])


def test_a_lost_shard_redraws_its_pool(settled):
    shard = shard_of(settled, "c04")
    kept = shard.rename(shard.with_name("kept"))
    drawn = {"synthesize_images": generator_chain("c04")["synthesize_images"]}
    assert settled.planned() == drawn | ends(arms=[ARMS[0]])
    kept.rename(shard)
    assert settled.planned() == {}


def shard_of(project, name):
    return project.results() / "holdout/synthetic/gan/random/seed0" / name / "shard-000000.tar"


def test_another_study_in_the_same_folder_is_refused(settled):
    """The folder knows the config that it was made with."""
    other = settled.folder / "other.yaml"
    other.write_text((settled.folder / "study.yaml").read_text() + "warn_below_images: 3\n")
    command = [word.replace("study.yaml", "other.yaml") for word in settled.command("--dry-run")]
    done = subprocess.run(command, cwd=settled.folder, env=settled.environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert "results/small holds the results of another config, study.yaml, and they would be replaced" in done.stderr


def test_another_device_retrains_nothing(settled):
    config = yaml.safe_load((settled.folder / "study.yaml").read_text())
    settled.write_config(config | {"device": "cpu"})
    assert settled.planned() == {"build_report": [""]}


def test_what_changes_no_result_reruns_nothing(settled):
    """A comment, a docstring, a message, a help text, and the words of modules that only speak."""
    edited = [
        ("augury/tables/table.py", '"""', '"""Of all words, these: ', 1),
        ("augury/images/packs.py", "\n\n", "\n\n# a comment\n", -1),
        ("augury/training/loop.py", "resuming at step", "going on at step", 1),
        ("augury/settings/reading.py", "are no JSON", "are not JSON", 1),
        ("augury/command/progress.py", "_CONSOLE_SECONDS = 15.0", "_CONSOLE_SECONDS = 30.0", 1),
        ("augury/command/script.py", "threads {args.threads}", "{args.threads} threads", 1),
        ("train_generator.py", "the generator's name in the config", "name of the generator", 1),
    ]
    for name, old, new, count in edited:
        edit(settled, name, old, new, count)
    assert settled.planned() == {}


def test_a_line_of_a_module_reruns_the_steps_that_import_it(settled):
    edit(settled, "augury/figures/roc/draw.py", "alpha=0.9", "alpha=0.8", 1)
    assert settled.planned() == {"plot_results": [""], "build_report": [""]}


def test_a_constant_of_the_sampling_module_redraws_the_pools(settled):
    edit(settled, "augury/generators/synthesis.py", 'ORIGIN = "latents"', 'ORIGIN = "vectors"', 1)
    names = [f"c{kind:02d}" for kind in range(CLASSES)]
    # The training itself does not import that module, nor does an arm without synthetic images.
    expected = {"synthesize_images": generator_chain(*names)["synthesize_images"]}
    assert settled.planned() == expected | ends(arms=[ARMS[0]])


def test_touching_code_and_tables_reruns_nothing(settled):
    tables = [path for kind in ("*.tsv", "*.json") for path in settled.results().rglob(kind)]
    assert tables
    for path in [*(settled.folder / "workflow").rglob("*.py"), *tables]:
        os.utime(path)
    assert settled.planned() == {}


def test_a_comment_in_an_environment_reruns_nothing(settled):
    for path in (settled.folder / "envs").glob("*.yaml"):
        path.write_text("# a comment\n" + path.read_text())
    assert settled.planned() == {}


@pytest.mark.skipif(shutil.which("conda") is None, reason="no conda on this machine")
def test_conda_and_a_comment_in_its_environment_rerun_nothing(settled):
    assert settled.planned("--use-conda") == {}
    for path in (settled.folder / "envs").glob("*.yaml"):
        path.write_text("# one more comment\n" + path.read_text())
    assert settled.planned("--use-conda") == {}


def test_another_pin_reruns_the_steps_of_its_environment(settled):
    path = settled.folder / "envs" / "report.yaml"
    path.write_text(path.read_text().replace("seaborn==0.13.2", "seaborn==0.13.1"))
    everything = ends()
    everything.pop("train_classifier")
    assert settled.planned() == everything


def test_what_is_planned_is_carried_out_and_leaves_nothing_to_do(settled):
    draw_image(images(settled) / "c03" / "002.png", 902, 3)
    draw_image(images(settled) / "c02" / "new.png", 900, 2)
    (images(settled) / "c01" / "001.png").unlink()
    shard_of(settled, "c04").unlink()
    edit(settled, "augury/figures/roc/draw.py", "alpha=0.9", "alpha=0.8", 1)
    planned = settled.planned()
    assert planned["train_generator"] == class_chain("c01", "c02", "c03")["train_generator"]
    assert planned["synthesize_images"] == class_chain("c01", "c02", "c03", "c04")["synthesize_images"]
    settled.snakemake()
    assert settled.planned() == {}
    rows = table(settled.results() / "images" / "manifest.tsv")
    assert [sum(row["class"] == f"c{kind:02d}" for row in rows) for kind in range(CLASSES)] == [6, 5, 7, 6, 6, 6]
    assert shard_of(settled, "c04").exists()


def edit(project, name, old, new, count):
    path: Path = project.folder / "workflow" / "scripts" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, count))
