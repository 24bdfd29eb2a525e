"""A study that grows by repeats: what is trained stays, and the verdict's history outlives all ways to run again."""

import subprocess
import sys

import pytest

from tests.project import Project, draw_classes, small_config, table

VERDICT = "results/small/tables/verdict.tsv"
SLEEP = "\nimport time\nfrom pathlib import Path\nPath('written').touch()\ntime.sleep(60)\n"


def study(repeats, looks=2):
    config = small_config(arms={"real": {}, "twice": {"real": 2}}, generators={})
    config["classifiers"]["cnn"]["epochs"] = 1
    return config | {
        "split": {"folds": 2, "validation": 0.2, "repeats": repeats},
        "statistics": {"bootstrap": 100, "looks": looks},
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("looks")
    draw_classes(folder / "images", 2, 8)
    made = Project(folder, study(1))
    made.snakemake(VERDICT)
    return made


def history(project):
    return (project.results() / "tables" / "looks.tsv").read_bytes()


def looks(project):
    return [
        (row["look"], row["n_splits"], row["planned_splits"], row["planned"])
        for row in table(project.results() / "tables" / "looks.tsv")
    ]


def test_repeats_grow_without_training_anything_again_and_looks_are_counted(project):
    assert looks(project) == [("1", "2", "4", "true")]
    trained = {path: path.read_bytes() for path in project.results().glob("*/classifiers/*/*/*/classifier.safetensors")}
    assert len(trained) == 4
    project.write_config(study(2))
    new = [f"split=repeat2-fold{fold}" for fold in (1, 2)]
    planned = project.planned(VERDICT)
    assert planned == {
        "split_class": [f"{split}, class_=c0{class_}" for split in new for class_ in (0, 1)],
        "train_classifier": [
            f"{split}, arm={arm}, classifier=cnn, seed=0" for split in new for arm in ("real", "twice")
        ],
        "judge_arms": [""],
    }
    project.snakemake(VERDICT)
    assert looks(project) == [("1", "2", "4", "true"), ("2", "4", "4", "true")]
    assert {path: path.read_bytes() for path in trained} == trained
    assert project.planned(VERDICT) == {}


def test_to_judge_the_same_again_is_no_look(project):
    before = history(project), (project.folder / VERDICT).read_bytes()
    project.snakemake(VERDICT, "--forcerun", "judge_arms")
    assert (history(project), (project.folder / VERDICT).read_bytes()) == before


def test_a_judge_that_fails_or_is_killed_leaves_the_history(project):
    before = history(project)
    script = project.folder / "workflow" / "scripts" / "judge_arms.py"
    code = script.read_text()
    script.write_text(code.replace("    write_rows(args.output", "    raise SystemExit(1)\n    write_rows(args.output"))
    failed = project.snakemake(VERDICT, check=False)
    assert failed.returncode == 1
    assert "Restored previous version of results/small/tables/looks.tsv" in failed.stderr
    assert history(project) == before

    # Killed hard after the tables were written: Snakemake itself cannot tidy up.
    script.write_text(code.replace("\n\n\nif __name__", SLEEP.replace("\n", "\n    ") + "\n\nif __name__"))
    run = subprocess.Popen(
        project.command(VERDICT), cwd=project.folder, env=project.environment, stderr=subprocess.DEVNULL
    )
    while not (project.folder / "written").exists() and run.poll() is None:
        pass
    run.kill()
    run.wait()
    script.write_text(code)
    assert history(project) == before
    project.snakemake("--unlock")
    project.snakemake(VERDICT)
    assert history(project) == before
    assert project.planned(VERDICT) == {}


def test_a_damaged_history_stops_the_judge_and_is_told(project):
    path = project.results() / "tables" / "looks.tsv"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"\ttrue\t", b"\tfalse\t"))
    words = [sys.executable, "workflow/scripts/verify_results.py", "--results", "results/small"]
    done = subprocess.run(words, cwd=project.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "looks.tsv: line 2: not as it was written" in done.stdout + done.stderr
    failed = project.snakemake(VERDICT, "--forcerun", "judge_arms", check=False)
    assert failed.returncode == 1
    log = (project.folder / "logs" / "small" / "judge_arms.log").read_text()
    assert "put back a copy of it, or remove it" in log
    path.write_bytes(whole)
    project.snakemake(VERDICT)
    assert history(project) == whole


def test_repeats_beyond_the_plan_change_no_word(project):
    before = table(project.folder / VERDICT)
    project.write_config(study(3, looks=3))
    project.snakemake(VERDICT)
    after = table(project.folder / VERDICT)
    assert looks(project)[-1] == ("3", "6", "4", "false")
    kept = ("word", "n_splits", "difference", "low", "high", "p", "p_holm", "look", "looks")
    assert [[row[name] for name in kept] for row in after] == [[row[name] for name in kept] for row in before]
    assert {row["unplanned_runs"] for row in after} == {"2"}
    assert all(row["explored"] for row in after if row["difference"])
