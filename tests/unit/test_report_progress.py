"""How far a study is: read from lines as Snakemake 9.27 prints them, and shown as a line and a page."""

import contextlib
import json
import os
import re
import shutil
import sys
import time
from pathlib import Path

import pytest

from augury.command.errors import UserError
from augury.report.progress import watching
from augury.report.progress.estimate import Estimate, told_left
from augury.report.progress.page import at_work, curves, sentence, sheets, write_progress
from augury.report.progress.steps import Steps
from tests.browser import CHROMIUM, WHY_NOT, browser
from tests.unit.test_dcgan import task

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
BEGAN = time.mktime((2026, 11, 27, 4, 54, 0, 0, 0, -1))
HEAD = """SNAKEMAKE
=========
  Command: /usr/bin/snakemake --cores 2 --configfile study.yaml --config dataset=small
Provided cores: 2
Job stats:
job                 count
----------------  -------
index_class             2
train_classifier        4
train_generator         2
all                     1
total                   9

Select jobs to execute...
"""


def stamp(seconds):
    return f"[{time.strftime('%a %b %d %H:%M:%S %Y', time.localtime(BEGAN + seconds))}]\n"


def started(number, rule, seconds, **wildcards):
    name = "_".join([rule, *wildcards.values()])
    lines = [f"rule {rule}:", f"    output: results/small/{name}.tsv"]
    lines += [f"    log: logs/small/{name}.log (check log file(s) for error details)", f"    jobid: {number}"]
    lines += [f"    wildcards: {', '.join(f'{key}={value}' for key, value in wildcards.items())}"] if wildcards else []
    return stamp(seconds) + "\n".join(lines) + "\n\n"


def finished(number, rule, seconds):
    return f"{stamp(seconds)}Finished jobid: {number} (Rule: {rule})\n{number} of 9 steps (11%) done\n"


MIDDLE = (
    started(1, "index_class", 0, class_="A") + started(2, "index_class", 0, class_="B") + finished(1, "index_class", 10)
    + finished(2, "index_class", 14) + started(3, "train_generator", 14, split="fold1", generator="gan", class_="A")
    + started(4, "train_classifier", 14, arm="real", classifier="cnn") + finished(4, "train_classifier", 44)
    + started(5, "train_classifier", 44, arm="real", classifier="probe")
)  # fmt: skip


def read(text):
    steps = Steps()
    for line in text.splitlines(keepends=True):
        steps.read(line)
    return steps


def test_steps_are_counted_and_named_and_timed():
    steps = read(HEAD + MIDDLE)
    assert steps.total == 9
    assert steps.study == "small"
    assert [step.seconds for step in steps.done] == [10, 14, 30]
    assert [step.name for step in steps.running.values()] == [
        "train_generator fold1 gan A", "train_classifier real probe"
    ]  # fmt: skip
    assert steps.running["3"].log == "logs/small/train_generator_fold1_gan_A.log"
    line = sentence(steps, 60, BEGAN + 64)
    assert line == "3 of 9 steps done, 2 running, 4 to come; 1m04s so far, about 1m00s left"


def test_a_step_that_failed_no_longer_runs_and_a_run_that_ended_says_so():
    error = f"{stamp(50)}Error in rule train_generator:\n    jobid: 3\n    output: results/small/x\n\n"
    steps = read(HEAD + MIDDLE + error + "Exiting because a job execution failed. Look above for error messages\n")
    assert list(steps.running) == ["5"]
    assert steps.ended
    assert "1 failed (train_generator); ended after 50s" in sentence(steps, 0, BEGAN + 60)


def test_steps_of_a_group_are_indented_and_counted_alike():
    group = "".join(f"    {line}\n" if line else "\n" for line in MIDDLE.splitlines())
    assert [step.rule for step in read(HEAD + group).done] == [step.rule for step in read(HEAD + MIDDLE).done] != []


def test_what_is_left_is_the_work_that_is_left_over_what_runs_side_by_side():
    forecast = {("train_generator", "gan"): (2, 100.0)}
    forecast |= {("train_classifier", "real", name): (2, seconds) for name, seconds in (("cnn", 20.0), ("probe", 10.0))}
    estimate = Estimate(forecast, told=lambda step: 40.0 if step.rule == "train_generator" else None)
    # By hand, 50 s after the generator began: it will have taken 90 s, and so will the other. A cnn took 30 s where 20
    # were foretold, so that a probe takes 15; one has run for 20 s, and takes 2 more. `all` takes nothing.
    work = 40 + 90 + 30 + 15 + 2
    spent = 10 + 14 + 30 + 50 + 20
    assert estimate.left(read(HEAD + MIDDLE), BEGAN + 64) == pytest.approx(work / (spent / 64))
    at_first = (2 * 8 + 2 * 100 + 2 * 20 + 2 * 10) / 2
    assert Estimate(forecast, at_a_time=2).left(read(HEAD), BEGAN) == pytest.approx(at_first)


def test_an_earlier_run_says_how_long_a_step_takes(tmp_path):
    path = tmp_path / "benchmarks" / "index_class" / "A.tsv"
    path.parent.mkdir(parents=True)
    path.write_text("s\th:m:s\n3.5\t0:00:03\n")
    head = HEAD.replace("train_classifier        4\ntrain_generator         2\n", "")
    assert Estimate(results=tmp_path).left(read(head), BEGAN) == 7.0


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A study whose generator runs, with its log beside."""
    monkeypatch.chdir(tmp_path)
    log = tmp_path / "logs/small/train_generator_fold1_gan_A.jsonl"
    log.parent.mkdir(parents=True)
    row = {"total": 20, "unit": "kimg", "seconds_left": 40.0, "label": "gan"}
    rows = [row | {"done": number, "loss_generator": 2 - number / 10} for number in range(11)]
    log.write_text("\n".join(map(json.dumps, rows)) + "\n")
    sheet = tmp_path / "results/small/fold1/generators/gan #1/seed0/<b>A/samples.png"
    sheet.parent.mkdir(parents=True)
    sheet.write_bytes(b"")
    return tmp_path


def test_the_page_shows_what_runs_its_losses_and_the_newest_samples(folder):
    steps = read(HEAD + MIDDLE)
    assert told_left(steps.running["3"]) == 40
    assert at_work(steps.running["3"], BEGAN + 64) == "train_generator fold1 gan A: 10 of 20 kimg, 40s left"
    [(name, [line])] = curves(steps)
    assert (name, line["name"], line["value"]) == ("train_generator fold1 gan A", "loss_generator", "1")
    points = [tuple(map(float, each.split(","))) for each in line["points"].split()]
    assert (points[0], points[-1]) == ((0, 0), (320, 120))
    text = write_progress(steps, 60, BEGAN + 64, Path("results/small")).read_text()
    assert "setTimeout(() => location.reload(), 15 * 1000)" in text
    assert 'src="fold1/generators/gan%20%231/seed0/%3Cb%3EA/samples.png"' in text
    assert "<b>A" not in text
    assert re.search(r"<td>train_classifier</td><td>1</td><td>4</td>", text)
    steps.ended = True
    assert "reload" not in write_progress(steps, 0, BEGAN + 64, Path("results/small")).read_text()


def test_a_training_that_runs_shows_the_newest_of_its_snapshots(folder):
    results = Path("results/small")
    ended = "fold1/generators/gan%20%231/seed0/%3Cb%3EA/samples.png"
    output = results / "fold2/generators/gan/seed0/B"
    trained = task(output / ".state", duration_unit="epochs", duration=4, snapshots=[1, 2])
    for step in range(3):  # an epoch is two steps and a half
        trained.step(step, 0)
    below = "fold2/generators/gan/seed0/B/.state/snapshots/generator-00000"
    assert sheets(results) == [("fold2 gan seed0 B, snapshot 1", f"{below}1.png"), ("fold1 gan #1 seed0 <b>A", ended)]
    for step in range(3, 5):
        trained.step(step, 0)
    later = time.time() + 5
    os.utime(results / f"{below}2.png", (later, later))  # two steps may be of one tick of the clock
    assert sheets(results)[0] == ("fold2 gan seed0 B, snapshot 2", f"{below}2.png")
    with browser(folder / "profile") if CHROMIUM else contextlib.nullcontext() as page:
        path = write_progress(read(HEAD + MIDDLE), 60, BEGAN + 64, results)
        if page:
            page.open(path)
            assert page.run("document.querySelector('figure img').naturalWidth") == 8 * 18 - 2
    trained.save(output)
    shutil.rmtree(output / ".state")  # as when it has ended
    assert sorted(sheets(results))[1] == ("fold2 gan seed0 B", "fold2/generators/gan/seed0/B/samples.png")


def test_a_loss_of_one_point_is_no_curve(folder):
    """A probe tells how many images it has looked at, and a loss once, at its end."""
    rows = [{"done": 9, "total": 20, "unit": "images"}, {"done": 20, "total": 20, "unit": "images", "loss_train": 0.3}]
    log = folder / "logs/small/train_classifier_real_probe.jsonl"
    log.write_text("\n".join(map(json.dumps, rows)) + "\n")
    steps = read(HEAD + MIDDLE)
    assert steps.running["5"].log.endswith("train_classifier_real_probe.log")
    assert [name for name, _ in curves(steps)] == ["train_generator fold1 gan A"]


@pytest.mark.skipif(not CHROMIUM, reason=WHY_NOT)
def test_the_page_fits_a_phone_and_asks_for_its_own_pictures_alone(folder):
    path = write_progress(read(HEAD + MIDDLE), 60, BEGAN + 64, Path("results/small"))
    with browser(folder / "profile") as page:
        page.open(path, 390, 844, dark=True)
        assert page.run("document.documentElement.scrollWidth") <= 390
        assert page.run("document.title") == "small: 33%"
        if AXE.exists():
            page.run(AXE.read_text(encoding="utf-8") + ";0")
            assert page.run("axe.run().then(found => found.violations.map(each => each.id + ': ' + each.help))") == []
        asked = [each for each in page.requests if not each.startswith(("data:", "about:"))]
        assert [each.rpartition("/")[2] for each in asked] == ["progress.html", "samples.png"]
        assert all(each.startswith((folder / "results/small").resolve().as_uri()) for each in asked)


def test_a_command_is_run_and_its_progress_shown_in_place_of_its_output(folder, capsys, monkeypatch):
    monkeypatch.setattr(watching, "forecast_of", lambda command: {})
    whole = HEAD + MIDDLE + "augury: a remark\n" + finished(5, "train_classifier", 70)
    for code in (0, 3):
        command = [sys.executable, "-c", f"import sys; print({whole!r}); sys.exit({code})"]
        assert watching.run(command, {}) == code
        told = capsys.readouterr()
        assert "small: 4 of 9 steps done" in told.out + told.err
        assert "augury: a remark" in told.err
        assert ("Job stats" in told.err) is bool(code)
    assert "ended after 1m10s" in (folder / "results/small/progress.html").read_text()


@pytest.mark.parametrize("option", ["-q", "--quiet", "--quiet=rules"])
def test_a_command_that_hides_its_steps_is_refused(option):
    with pytest.raises(UserError, match="leave out --quiet"):
        watching.run(["snakemake", option, "--cores", "1"], {})


def test_a_run_is_followed_by_its_log_to_its_end(folder, capsys, monkeypatch):
    commands = []
    monkeypatch.setattr(watching, "forecast_of", lambda command: commands.append(list(command)) or {})
    log = folder / ".snakemake/log/2026-11-27T045400.1.snakemake.log"
    log.parent.mkdir(parents=True)
    log.with_name("2026-11-26T000000.1.snakemake.log").write_text("")
    log.write_text(HEAD + MIDDLE + "Complete log(s): x\n")
    assert watching.newest_log(log.parent) == log
    watching.follow(log)
    assert "small: 3 of 9 steps done" in "".join(capsys.readouterr())
    assert watching.words_of(commands[0], "--config") == ["dataset=small"]
    assert watching.words_of(commands[0], "--configfile") == ["study.yaml"]
    assert watching.newest_log(folder) is None
