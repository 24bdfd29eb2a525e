"""plan_study as a user runs it, on a folder that it has never seen; and the same in the first lines of a dry run."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from augury.command.errors import UserError
from augury.report.planner.axes import linear, logarithmic
from augury.tables.rows import SplitRow
from augury.tables.table import write_rows
from tests.browser import CHROMIUM, WHY_NOT, browser
from tests.project import Project, draw_classes, small_config
from tests.scripts.in_process import call

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"


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
    assert "assumed: 1 in 13 specimens" in before
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


# The page


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """The page of a study of real images and a DCGAN's, and what was printed beside it."""
    folder = tmp_path_factory.mktemp("plan")
    Project(folder, small_config(split={"folds": 3, "validation": 0.1}, statistics={"target_difference": 0.15}))
    draw_classes(folder / "images", 2, 40)
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()) as said:
        patch.chdir(folder)
        call("plan_study", ["--configfile", "study.yaml", "--cores", 2, "--page", "plan.html"])
    return folder / "plan.html", said.getvalue()


def test_the_page_says_what_was_printed_and_marks_the_readers_choice_once(planned):
    path, said = planned
    page = path.read_text(encoding="utf-8")
    lines = said.splitlines()
    header = next(index for index, line in enumerate(lines) if line.split()[:2] == ["folds", "repeats"])
    printed = [line.split() for line in lines[header + 1 :]]
    rows = re.findall(r"<tr.*?</tr>", page[page.index("<tbody>") :], re.S)
    assert len(rows) == len(printed)
    assert page.count('class="point yours"') == page.count('<tr class="yours">') == 1
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]
    yours = next(words for words in printed if "*" in words[0])
    shown = next(row for row, html in zip(cells, rows, strict=True) if "yours" in html)
    assert [shown[1], shown[5]] == [yours[-4], yours[6]]  # the gain in accuracy, and trainings
    assert 'class="point cheapest"' in page
    assert "The cheapest design that sees 15 points" in page
    left = {kind: float(re.search(rf'point {kind}" style="left: ([\d.]+)%', page)[1]) for kind in ("yours", "cheapest")}
    assert len(set(left.values())) == 2
    assert all(0 <= float(at) <= 100 for at in re.findall(r"(?:left|bottom): ([\d.]+)%", page))


def test_a_page_is_no_answer_to_a_study_that_compares_nothing(project):
    (project.folder / "alone.yaml").write_text("images: images\narms: {real: {}}\n")
    with pytest.raises(UserError, match="the study compares no arms"):
        call("plan_study", ["--configfile", "alone.yaml", "--page", "plan.html"])
    assert not (project.folder / "plan.html").exists()


@pytest.mark.skipif(not CHROMIUM, reason=WHY_NOT)
def test_the_page_in_a_browser(planned, tmp_path):
    path, _ = planned
    with browser(tmp_path / "profile") as page:
        for width in (1280, 390):
            page.requests.clear()
            page.open(path, width, 844, dark=width == 390)
            assert page.run("document.documentElement.scrollWidth") <= width
            assert [each for each in page.requests if not each.startswith("data:")] == [path.resolve().as_uri()]
            box = "document.querySelector('.plot').getBoundingClientRect()"
            inside = page.run(
                f"[...document.querySelectorAll('.point')].every(each => {{ const a = each.getBoundingClientRect(), "
                f"b = {box}, x = (a.left + a.right) / 2, y = (a.top + a.bottom) / 2; "
                "return x >= b.left && x <= b.right && y >= b.top && y <= b.bottom; })"
            )
            assert inside, "a design lies outside of the chart"
            if AXE.exists():
                page.run(AXE.read_text(encoding="utf-8") + ";0")
                assert (
                    page.run("axe.run().then(found => found.violations.map(each => each.id + ': ' + each.help))") == []
                )


def test_axes_hold_every_value_between_their_ends():
    hours = logarithmic([600, 86400])
    assert hours.low < 600 < 86400 < hours.high
    assert [name for _, name in hours.ticks] == ["15 min", "30 min", "60 min", "2 h", "4 h", "8 h", "16 h", "24 h"]
    assert hours.place((hours.low * hours.high) ** 0.5) == 50
    gains = linear([4.0, 9.2])
    assert (gains.place(0), gains.ticks[:2]) == (0, [(0, "0"), (2, "2")])
    assert 94 < gains.place(9.2) < 95
    assert logarithmic([1.0]).marks
