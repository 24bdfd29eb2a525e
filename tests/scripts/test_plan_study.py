"""plan_study as a user runs it, on a folder that it has never seen; and the same in the first lines of a dry run."""

import re

import pytest

from augury.command.errors import UserError
from augury.tables.rows import SplitRow
from augury.tables.table import write_rows
from tests.project import Project, draw_classes, small_config
from tests.scripts.in_process import call


@pytest.fixture
def project(tmp_path, monkeypatch):
    made = Project(tmp_path, small_config(split={"folds": 3, "validation": 0.1}))
    draw_classes(tmp_path / "images", 2, 12)
    monkeypatch.chdir(tmp_path)
    return made


def test_a_folder_never_seen(project, capsys):
    draw_classes(project.folder / "sherds", 3, 20)
    call("plan_study", ["--config", "images=sherds", "--cores", 4])
    lines = capsys.readouterr().out.splitlines()
    assert re.match(
        r"tests \d+ of 60 specimens in .*; trains .* generators and .* classifiers, about .* on 4 cores", lines[0]
    )
    header = next(index for index, line in enumerate(lines) if line.split()[:2] == ["folds", "repeats"])
    marked = [line.split() for line in lines[header + 1 :] if line.strip().startswith("*")]
    assert len(marked) == 1
    # One cheaper than another sees less: gains fall from line to line.
    gains = [float(line.split()[-4]) for line in lines[header + 1 :] if "*" not in line and line.split()[-4] != "-"]
    assert gains == sorted(gains, reverse=True)
    assert not (project.folder / "results" / "sherds" / "study.json").exists()


def test_a_dry_run_begins_with_the_same_and_trains_nothing(project, capsys):
    done = project.snakemake("--dry-run")
    remarks = [line.removeprefix("augury: ") for line in done.stderr.splitlines() if line.startswith("augury: ")]
    call("plan_study", ["--configfile", "study.yaml", "--cores", 2])
    lines = capsys.readouterr().out.splitlines()
    assert remarks[:4] == lines[:4]
    assert remarks[0].startswith("tests 24 of 24 specimens in 3 splits; trains 6 generators and 6 classifiers, about ")
    assert sum(1 for line in remarks if "statistics.target_difference" in line) == 1
    assert not list(project.folder.rglob("*.safetensors"))
    assert [path.name for path in (project.folder / "results" / "small").rglob("*") if path.is_file()] == [
        ".hashes.tsv"
    ]


def test_files_and_keys_are_laid_over_each_other_as_snakemake_does(project, capsys):
    (project.folder / "more.yaml").write_text("split: {repeats: 2}\n")
    call("plan_study", ["--configfile", "study.yaml", "more.yaml"])
    assert "in 6 splits" in capsys.readouterr().out
    call("plan_study", ["--configfile", "study.yaml", "--baseline", 0.6, "--config", "dataset=other"])
    assert "baseline 0.60" in capsys.readouterr().out


@pytest.mark.parametrize("words, message", [
    (["--configfile", "missing.yaml"], "there is no config file missing.yaml"),
    (["--configfile", "study.yaml", "--config", "images=nowhere"], "`images`"),
    (["--configfile", "study.yaml", "--config", "wrong"], "name=value"),
    (["--configfile", "study.yaml", "--classifier", "cmm"], "--classifier is cmm; the study has cnn, so name"),
    (["--configfile", "study.yaml", "--baseline", "1.2"], "--baseline is 1.2; it must lie between 0 and 1"),
    (["--configfile", "study.yaml", "--cores", "0"], "--cores is 0; it must be at least 1"),
    (["--configfile", "alone.yaml"], "the study compares no arms on a test part"),
])  # fmt: skip
def test_mistakes_are_one_sentence(project, words, message):
    (project.folder / "alone.yaml").write_text("images: images\narms: {real: {}}\n")
    with pytest.raises(UserError, match=re.escape(message)) as raised:
        call("plan_study", words)
    assert len(str(raised.value).splitlines()) == 1


def test_a_pilot_reads_training_images_alone_and_is_kept(project, capsys):
    config = small_config(split={"folds": 3, "validation": 0.1}, classifiers={"probe": {"family": "probe"}})
    project.write_config(config)
    words = ["--configfile", "study.yaml", "--cores", 2]
    with pytest.raises(UserError, match="run `snakemake --cores all --until split_class`"):
        call("plan_study", [*words, "--pilot"])
    hidden = {}
    for class_ in ("c00", "c01"):
        rows = []
        for number in range(12):
            path = f"images/{class_}/{number:03d}.png"
            part = "train" if number < 7 else "validation" if number == 7 else "test"
            rows.append(SplitRow(f"{class_}{number}", path, class_, f"{class_}{number}", part))
            if part != "train":
                hidden[path] = (project.folder / path).read_bytes()
        write_rows(project.results() / "splits" / "fold1" / f"{class_}.tsv", SplitRow, rows)
    capsys.readouterr()
    call("plan_study", words)
    before = capsys.readouterr().out
    assert "assumed: 1 in 20 specimens" in before
    call("plan_study", [*words, "--pilot"])
    output = capsys.readouterr().out
    assert "a pilot on 14 training specimens, of linear layers" in output
    call("plan_study", words)
    assert capsys.readouterr().out == output
    # Without the images that test or validate, the same numbers.
    for path in hidden:
        (project.folder / path).write_bytes(b"no image: " + path.encode())
    call("plan_study", [*words, "--pilot"])
    assert capsys.readouterr().out == output
    for path, content in hidden.items():
        (project.folder / path).write_bytes(content)
    project.write_config(small_config())
    with pytest.raises(UserError, match="--pilot tells of probes, and cnn is none"):
        call("plan_study", [*words, "--pilot"])
