"""judge_arms.py by hand, on folders of predictions that were made elsewhere and in the workflow's own."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
from scipy import stats

from augury.command import script
from augury.command.errors import UserError
from augury.tables.differences import DifferenceRow
from augury.tables.looks import LookRow
from augury.tables.table import read_cells, read_rows, write_cells
from augury.tables.verdict import VerdictRow
from tests.predicted import write_arm
from tests.scripts.in_process import call


def judge(tmp_path, *words, name="verdict"):
    """The rows, by (arm, class, measure)."""
    target = tmp_path / f"{name}.tsv"
    call("judge_arms", [*words, "--output", target, "--bootstrap", "200", "--threads", "1"])
    return {(row.arm, row.class_, row.measure): row for row in read_rows(target, VerdictRow)}


@pytest.fixture
def arms(tmp_path):
    return [write_arm(tmp_path / name, right) for name, right in (("real", 0.6), ("gan", 0.95), ("worse", 0.3))]


def test_what_is_resolved_and_what_is_ruled_out_is_told(arms, tmp_path, monkeypatch):
    lines = []
    monkeypatch.setattr(script, "tell", lines.append)
    rows = judge(tmp_path, "--baseline", arms[0], "--arm", arms[1])
    row, f1 = (rows["gan", "all", measure] for measure in ("accuracy", "f1"))
    for each, name in ((row, "accuracy"), (f1, "f1")):
        ends = f"between {each.low:+.3f} and {each.high:+.3f}"
        assert f"gan against real: helps, {name} {ends}" in lines


def test_words_by_hand(arms, tmp_path):
    real, gan, worse = arms
    like = shutil.copytree(real, tmp_path / "like")
    rows = judge(tmp_path, "--baseline", real, "--arm", gan, "--arm", worse, "--arm", like, "--margin", "0.06")
    assert {arm: rows[arm, "all", "accuracy"].word for arm in ("gan", "worse", "like")} == {
        "gan": "helps", "worse": "hurts", "like": "equivalent",
    }  # fmt: skip
    row = rows["gan", "all", "accuracy"]
    assert (row.baseline, row.n_splits, row.n_runs, row.n_specimens) == ("real", 5, 5, 300)
    assert row.difference == pytest.approx(row.arm_value - row.baseline_value)
    assert row.low < row.difference < row.high
    assert row.p <= row.p_holm < 0.05
    assert len(rows) == 3 * (3 + 2 + 2 * 3)  # without validation images and with equal classes: two proper scores
    assert rows["gan", "Tapered", "accuracy"].n_specimens == 150


def test_five_folds_have_a_quarter_as_many_test_specimens_as_training_specimens(arms, tmp_path):
    rows = judge(tmp_path, "--baseline", arms[0], "--arm", arms[1], "--differences", tmp_path / "differences.tsv")
    gains = np.array([row.accuracy for row in read_rows(tmp_path / "differences.tsv", DifferenceRow)])
    t = gains.mean() / np.sqrt((1 / 5 + 1 / 4) * gains.var(ddof=1))
    assert rows["gan", "all", "accuracy"].corrected_p == pytest.approx(2 * stats.t.sf(t, 4), rel=1e-6)


def test_too_little_is_told_with_what_would_do(tmp_path):
    real, gan = (write_arm(tmp_path / name, right, splits=2, n=40) for name, right in (("real", 0.6), ("gan", 0.7)))
    row = judge(tmp_path, "--baseline", real, "--arm", gan)["gan", "all", "accuracy"]
    assert row.word == "underpowered"
    assert row.specimens_needed > 200
    assert row.power < 0.2
    assert row.detectable > 0.1


def test_an_arm_may_have_a_baseline_of_its_own(arms, tmp_path):
    real, gan, worse = arms
    options = ["--baseline", real, "--arm", gan, "--baseline", gan, "--arm", worse, "--caution", "worse", "of old"]
    rows = judge(tmp_path, *options)
    assert {arm: rows[arm, "all", "accuracy"].baseline for arm in ("gan", "worse")} == {"gan": "real", "worse": "gan"}
    assert rows["worse", "all", "accuracy"].difference == pytest.approx(
        rows["worse", "all", "accuracy"].arm_value - rows["gan", "all", "accuracy"].arm_value
    )
    assert {arm: rows[arm, "all", "f1"].caution for arm in ("gan", "worse")} == {"gan": "", "worse": "of old"}


def test_a_single_split_with_seeds(tmp_path):
    real, gan = (
        write_arm(tmp_path / name, right, splits=1, seeds=3, n=200) for name, right in (("real", 0.5), ("gan", 0.9))
    )
    rows = judge(tmp_path, "--baseline", real, "--arm", gan, "--differences", tmp_path / "differences.tsv")
    row = rows["gan", "all", "accuracy"]
    assert (row.word, row.n_splits, row.n_runs, row.corrected_p, row.split_sd) == ("helps", 1, 3, None, None)
    singles = read_rows(tmp_path / "differences.tsv", DifferenceRow)
    assert [(single.split, single.seed) for single in singles] == [("fold0", 0), ("fold0", 1), ("fold0", 2)]
    assert sum(single.accuracy for single in singles) / 3 == pytest.approx(row.difference)
    assert all((single.arm_only - single.baseline_only) / 200 == pytest.approx(single.accuracy) for single in singles)


def test_the_workflows_folders_name_arms_and_classifiers(tmp_path):
    for arm, right in (("real", 0.5), ("gan", 0.9)):
        layout = "{split}/classifiers/" + arm + "/cnn/seed{seed}"
        write_arm(tmp_path / "results", right, splits=3, n=100, layout=layout)
    folders = {arm: sorted((tmp_path / "results").glob(f"*/classifiers/{arm}")) for arm in ("real", "gan")}
    rows = judge(tmp_path, "--baseline", *folders["real"], "--arm", *folders["gan"])
    assert {(row.arm, row.classifier, row.n_splits) for row in rows.values()} == {("gan", "cnn", 3)}


def test_leaks_are_not_judged(arms, tmp_path):
    real, gan, worse = arms
    (gan / "fold3/seed0/classifier.json").write_text(json.dumps({"leaked": True}))
    write_cells(worse / "fold0/seed0/leaks.tsv", ["leaked"], [["abc"]])
    rows = judge(tmp_path, "--baseline", real, "--arm", gan, "--arm", worse)
    assert {row.word for row in rows.values()} == {"not judged: leak"}
    assert {row.p for row in rows.values()} == {None}


def test_one_arm_alone_gives_an_empty_table(arms, tmp_path):
    assert judge(tmp_path, "--baseline", arms[0]) == {}


@pytest.mark.parametrize(
    "content", ['{"specimens": "many", "classes": ["a"]}', '{"specimens": 20, "classes": 2}', "{}"]
)
def test_a_description_from_elsewhere_is_not_taken_for_ours(arms, tmp_path, content):
    alone = judge(tmp_path, "--baseline", arms[0], "--arm", arms[1])
    for path in arms[0].rglob("predictions.tsv"):
        path.with_name("classifier.json").write_text(content, "utf-8")
    assert judge(tmp_path, "--baseline", arms[0], "--arm", arms[1]) == alone


PROBE = {"settings": {"family": "probe"}}
ENSEMBLE = {"settings": {"family": "ensemble"}, "members": [{"classifier": "probe"}, {"classifier": "other"}]}


def described(tmp_path, records, classical=0.0):
    """Arms of two splits whose classifiers are as a workflow's files say; the options that judge them."""
    for arm, right in (("real", 0.6), ("gan", 0.8)):
        for name, record in records.items():
            layout = f"{{split}}/classifiers/{arm}/{name}/seed{{seed}}"
            write_arm(tmp_path / "results", right, splits=2, layout=layout)
            for path in (tmp_path / "results").glob(f"*/classifiers/{arm}/{name}/*/predictions.tsv"):
                own = record | {"arm_settings": {"classical": classical, "classical_to": None}}
                path.with_name("classifier.json").write_text(json.dumps(own), "utf-8")
    sides = {arm: sorted((tmp_path / "results").glob(f"*/classifiers/{arm}")) for arm in ("real", "gan")}
    return ["--baseline", *sides["real"], "--arm", *sides["gan"]]


def judged_rows(tmp_path, *words):
    judge(tmp_path, *words)
    return read_rows(tmp_path / "verdict.tsv", VerdictRow)


@pytest.mark.parametrize("classical", [0.0, 1.0])
def test_the_workflows_files_say_which_classifiers_are_probes(tmp_path, classical):
    """By hand the words and intervals of a study are the study's, whose plan names what these files say."""
    cnn = {"settings": {"family": "four_block_cnn"}}
    words = described(tmp_path, {"probe": PROBE, "other": PROBE, "cnn": cnn, "both": ENSEMBLE}, classical)
    by_hand = judged_rows(tmp_path, *words)
    for path in (tmp_path / "results").rglob("classifier.json"):
        path.unlink()
    names = ["probe", "other", "both"]
    planned = ["--deterministic", *names, "--probes", *names, *(["--copied", "real", "gan"] if classical else [])]
    assert judged_rows(tmp_path, *words, *planned) == by_hand
    unknown = {(row.classifier, row.measure): row.low for row in judged_rows(tmp_path, *words) if row.class_ == "all"}
    for row in (row for row in by_hand if row.class_ == "all" and row.measure == "accuracy"):
        assert (row.low > unknown[row.classifier, row.measure]) == (row.classifier != "cnn")


def test_seeds_of_generators_that_no_file_says_are_asked_for(tmp_path, monkeypatch):
    lines = []
    monkeypatch.setattr(script, "tell", lines.append)
    for arm, right in (("real", 0.6), ("gan", 0.8)):
        layout = f"{{split}}/classifiers/{arm}/cnn/seed{{seed}}"
        write_arm(tmp_path / "results", right, splits=2, seeds=2, layout=layout)
        for path in (tmp_path / "results").glob(f"*/classifiers/{arm}/*/*/predictions.tsv"):
            settings = {"arm_settings": {"generator": "dcgan" if arm == "gan" else None, "selection": "random"}}
            path.with_name("classifier.json").write_text(json.dumps(settings), "utf-8")
    sides = {arm: sorted((tmp_path / "results").glob(f"*/classifiers/{arm}")) for arm in ("real", "gan")}
    words = ["--baseline", *sides["real"], "--arm", *sides["gan"]]
    judge(tmp_path, *words)
    [asked] = [line for line in lines if "--generator-seeds" in line]
    assert asked.startswith("gan is judged as if each seed had a dcgan of its own; where seeds share one")
    lines.clear()
    judge(tmp_path, *words, "--generator-seeds", "gan", "0=0", "1=0")
    for path in (tmp_path / "results").rglob("seed1"):
        shutil.rmtree(path)
    judge(tmp_path, *words)  # one seed, one generator
    assert not [line for line in lines if "--generator-seeds" in line]


@pytest.mark.parametrize("other", [{"settings": {"family": "lenet5"}}, {}, {"settings": "probe"},
                                   {"settings": {"family": "probe", "backbones": 3}}])  # fmt: skip
def test_what_is_a_probe_in_part_is_none(tmp_path, other):
    """An ensemble of a probe and of anything else, and files of another program."""
    words = described(tmp_path, {"other": other, "both": ENSEMBLE})
    by_hand = judged_rows(tmp_path, *words)
    for path in (tmp_path / "results").rglob("classifier.json"):
        path.unlink()
    assert judged_rows(tmp_path, *words) == by_hand


def test_twice_gives_the_same_bytes(arms, tmp_path):
    for name in ("a", "b"):
        judge(tmp_path, "--baseline", arms[0], "--arm", arms[1], name=name)
    assert (tmp_path / "a.tsv").read_bytes() == (tmp_path / "b.tsv").read_bytes()


def grown(tmp_path, splits, *words, name="grown"):
    """The verdict on arms of so many splits, and the history that it leaves."""
    sides = [write_arm(tmp_path / arm, right, splits=splits) for arm, right in (("real", 0.6), ("gan", 0.72))]
    options = ["--baseline", sides[0], "--arm", sides[1], "--looks", tmp_path / "looks.tsv", *words]
    return judge(tmp_path, *options, name=name)["gan", "all", "accuracy"], read_rows(tmp_path / "looks.tsv", LookRow)


def test_planned_looks_spend_alpha_and_the_same_again_gives_the_same_bytes(tmp_path):
    plan = ["--planned-looks", "3", "--planned-splits", "6"]
    first, _ = grown(tmp_path, 2, *plan)
    row, history = grown(tmp_path, 4, *plan)
    assert [(line.look, line.n_splits, line.planned, line.word) for line in history] == [
        (1, 2, True, first.word), (2, 4, True, row.word),
    ]  # fmt: skip
    alone = judge(tmp_path, "--baseline", tmp_path / "real", "--arm", tmp_path / "gan", name="alone")
    single = alone["gan", "all", "accuracy"]
    level = history[1].level
    assert (single.p < level) == (row.p < 0.05)
    assert single.p < row.p
    assert row.low < single.low < single.high < row.high
    assert (row.low > 0) == (row.p_holm < 0.05)
    kept = [(tmp_path / name).read_bytes() for name in ("grown.tsv", "looks.tsv")]
    grown(tmp_path, 4, *plan)
    assert [(tmp_path / name).read_bytes() for name in ("grown.tsv", "looks.tsv")] == kept


def test_a_verdict_stands_when_splits_are_added_that_nobody_planned(tmp_path, capsys):
    first, _ = grown(tmp_path, 2)
    row, history = grown(tmp_path, 5, name="more")
    same = {field.name for field in dataclasses.fields(row)} - {"unplanned_runs", "explored", "explored_low",
                                                                "explored_high"}  # fmt: skip
    assert {name: getattr(row, name) for name in same} == {name: getattr(first, name) for name in same}
    everything = judge(tmp_path, "--baseline", tmp_path / "real", "--arm", tmp_path / "gan", name="alone")
    whole = everything["gan", "all", "accuracy"]
    assert (row.unplanned_runs, row.explored, row.explored_low, row.explored_high) == (
        3, whole.difference, whole.low, whole.high,
    )  # fmt: skip
    assert [(line.n_splits, line.planned, line.level) for line in history] == [(2, True, 0.05), (5, False, 0.0)]
    assert "They cannot change a word" in "".join(capsys.readouterr())


def test_a_verdict_stands_on_runs_that_stand_for_all_seeds(tmp_path):
    def judged(splits):
        sides = [write_arm(tmp_path / arm, right, splits=splits, seeds=seeds) for arm, right, seeds in
                 (("real", 0.6, 1), ("gan", 0.72, 2))]  # fmt: skip
        words = ["--baseline", sides[0], "--arm", sides[1], "--looks", tmp_path / "looks.tsv", "--deterministic"]
        return judge(tmp_path, *words)["gan", "all", "accuracy"]

    first, row = judged(2), judged(3)
    assert (row.n_splits, row.n_runs, row.difference, row.p) == (2, 4, first.difference, first.p)
    assert (row.unplanned_runs, row.look) == (2, 1)


def test_a_plan_of_looks_must_have_one(arms, tmp_path):
    with pytest.raises(UserError, match="`looks` is 0; it must be at least 1"):
        judge(tmp_path, "--baseline", arms[0], "--arm", arms[1], "--planned-looks", "0")


def altered(folder, column, value):
    path = folder / "fold1/seed0/predictions.tsv"
    header, lines = read_cells(path)
    lines[4][header.index(column)] = value
    write_cells(path, header, lines)


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda folder: altered(folder, "sha256", "another"), "judge different test images"),
        (lambda folder: altered(folder, "specimen", "another"), "disagree about the class or specimen"),
        (lambda folder: altered(folder, "part", "validation"), "judge different test images"),
        (lambda folder: shutil.rmtree(folder / "fold4"), "has no partner: 'gan' has no split 'fold4' with seed 0"),
        (lambda folder: shutil.copytree(folder / "fold1/seed0", folder / "fold1/seed00"), "are both split 'fold1'"),
    ],
)
def test_mistakes_are_told_in_one_sentence(arms, tmp_path, change, message):
    real, gan, _ = arms
    change(gan)
    with pytest.raises(UserError, match=message):
        judge(tmp_path, "--baseline", real, "--arm", gan)


def test_arms_of_one_name_are_not_taken_for_each_other(arms, tmp_path):
    """Two baselines called real: what the first scored would stand for the second."""
    first, second = (shutil.copytree(arm, tmp_path / name / "real") for arm, name in zip(arms, "xy", strict=False))
    with pytest.raises(UserError, match="are both of an arm 'real'; give folders of arms other names"):
        judge(tmp_path, "--baseline", first, "--arm", arms[1], "--baseline", second, "--arm", arms[2])
    with pytest.raises(UserError, match="'gan' is compared with 'real' twice"):
        judge(tmp_path, "--baseline", first, "--arm", arms[1], "--arm", arms[1])
    with pytest.raises(UserError, match=r"there is no .*nowhere; name a folder"):
        judge(tmp_path, "--baseline", first, "--arm", tmp_path / "nowhere")


def test_declared_names_that_nothing_has_are_told(arms, tmp_path, monkeypatch):
    lines = []
    monkeypatch.setattr(script, "tell", lines.append)
    words = ["--controls", "gna", "worse", "--primary-classifiers", "probe"]
    judge(tmp_path, "--baseline", arms[0], "--arm", arms[1], "--arm", arms[2], *words)
    remarks = [line for line in lines if line.startswith("there is no")]
    assert remarks == [
        "there is no classifier probe here, so naming it decides nothing (there is none that has a name)",
        "there is no arm gna here, so naming it decides nothing (there is gan, worse)",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("--train-specimens", "nan"), ("--train-specimens", "0"), ("--test-to-train", "-1"),
        ("--training-set-variance", "nan"), ("--seed", "-1"), ("--margin", "1"), ("--primary-measures", "luck"),
    ],
)  # fmt: skip
def test_options_without_a_meaning_are_refused(arms, tmp_path, words):
    key = words[0].removeprefix("--").replace("primary-measures", "primary.measures").replace("-", "[-_]")
    with pytest.raises(UserError, match=rf"{key}.* must be"):
        judge(tmp_path, "--baseline", arms[0], "--arm", arms[1], *words)


def test_images_without_a_specimen_are_specimens_by_themselves(arms, tmp_path):
    named = judge(tmp_path, "--baseline", arms[0], "--arm", arms[1])
    for path in (path for folder in arms[:2] for path in folder.rglob("predictions.tsv")):
        header, lines = read_cells(path)
        index = header.index("specimen")
        write_cells(path, header, [[*line[:index], "", *line[index + 1 :]] for line in lines])
    assert judge(tmp_path, "--baseline", arms[0], "--arm", arms[1]) == named


def test_an_empty_folder_is_named(arms, tmp_path):
    (tmp_path / "nothing").mkdir()
    with pytest.raises(UserError, match=r"nothing holds no predictions\.tsv"):
        judge(tmp_path, "--baseline", arms[0], "--arm", tmp_path / "nothing")


def test_an_arm_is_judged_by_the_classifiers_that_were_trained_on_it(tmp_path):
    """A probe has no MixUp: the arm has no run of it, and the rows of the others are those of a study without it."""
    right = {("real", "cnn"): 0.6, ("real", "probe"): 0.7, ("gan", "cnn"): 0.65, ("gan", "probe"): 0.8}
    right["mixup", "cnn"] = 0.95
    for (arm, classifier), share in right.items():
        layout = f"{{split}}/classifiers/{arm}/{classifier}/seed{{seed}}"
        write_arm(tmp_path / "results", share, layout=layout)
    sides = {arm: sorted((tmp_path / "results").glob(f"*/classifiers/{arm}")) for arm in ("real", "gan", "mixup")}
    words = ["--baseline", *sides["real"], "--arm", *sides["gan"], "--arm", *sides["mixup"]]
    judge(tmp_path, *words, "--primary-classifiers", "cnn")
    rows = [row for row in read_rows(tmp_path / "verdict.tsv", VerdictRow) if row.measure == "accuracy"]
    assert {(row.arm, row.classifier) for row in rows} == {("gan", "cnn"), ("gan", "probe"), ("mixup", "cnn")}
    (mixup,) = [row for row in rows if (row.arm, row.class_) == ("mixup", "all")]
    assert (mixup.word, mixup.family) == ("helps", "primary")
    # A missing run of a classifier that was trained on the arm is a mistake all the same.
    shutil.rmtree(next((tmp_path / "results").glob("*/classifiers/gan/probe")))
    with pytest.raises(UserError, match="has no partner"):
        judge(tmp_path, *words)
