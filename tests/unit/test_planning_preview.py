"""What a plan says of a study's power and cost: numbers of specimens against real splits, words against designs."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest

from augury.planning.forecast import foretold, pilots
from augury.planning.forecast.division import Division
from augury.planning.forecast.preview import Preview
from augury.planning.inputs.plan import Plan
from augury.planning.reading import plan_study
from augury.splits.assign import assign_parts
from augury.splits.plan import split_names
from augury.tables.rows import ImageRow
from augury.verdict import design
from tests.project import ROOT, small_config

SIZES = {"a": 30, "b": 47, "c": 61}


def study_of(tmp_path, monkeypatch, sizes=SIZES, **changes):
    """Of images that are their own number."""
    monkeypatch.chdir(tmp_path)
    for name, size in sizes.items():
        (tmp_path / "images" / name).mkdir(parents=True, exist_ok=True)
        for number in range(size):
            (tmp_path / "images" / name / f"{number}.png").write_bytes(f"{name}{number}".encode())
    study, mistakes = plan_study(small_config(**changes))
    assert mistakes == []
    return study


@pytest.mark.parametrize("split", [
    {"validation": 0.15, "test": 0.25}, {"folds": 3, "validation": 0.1}, {"folds": 5, "repeats": 3},
    {"folds": 4, "rotate": "validation", "test": 0.2}, {"repeats": 4, "test": 0.3},
    {"train": 15, "validation": 5, "test": "rest"},
])  # fmt: skip
def test_a_division_counts_what_the_splits_then_hold(tmp_path, monkeypatch, split):
    study = study_of(tmp_path, monkeypatch, split=split)
    settings = study.config.split
    design = Division(study.contents, settings).design(settings.repeats, 2, 1)
    parts: list[dict[str, str]] = []
    for name in split_names(settings):
        found: dict[str, str] = {}
        for class_, size in SIZES.items():
            images = [ImageRow(f"{class_}{n}", "", class_, f"{class_}{n}", 1, 1, "L") for n in range(size)]
            rows, _ = assign_parts(images, {}, frozenset(), settings, name)
            found |= {row.sha256: row.part for row in rows}
        parts.append(found)
    tested = [{name for name, part in each.items() if part == "test"} for each in parts]
    judged = [{name for name, part in each.items() if part != "train"} for each in parts]
    trained = sum(sum(part == "train" for part in each.values()) for each in parts) / len(parts)
    assert design.n_splits == len(parts)
    assert design.tested == pytest.approx(len(set.union(*tested)), rel=0.06)
    assert design.tested_once == pytest.approx(sum(map(len, tested)) / len(tested), abs=1.5)
    assert design.trained_once == pytest.approx(trained, abs=1.5)
    assert design.trained == pytest.approx(max(trained, len(set.union(*judged) - set.intersection(*judged))), rel=0.06)
    times = [sum(name in each for each in tested) for name in set.union(*tested)]
    evenness = sum(times) ** 2 / sum(each**2 for each in times) / len(times)
    assert design.evenness == pytest.approx(evenness, abs=0.06)


def test_a_brought_test_part_is_the_same_in_every_fold(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for part, size in (("train", 20), ("test", 6)):
        for name in ("a", "b"):
            (tmp_path / "images" / part / name).mkdir(parents=True)
            for number in range(size):
                (tmp_path / "images" / part / name / f"{number}.png").write_bytes(f"{part}{name}{number}".encode())
    study, counts = plan_study(small_config(split={"parts": "folders", "validation": 0.1, "repeats": 3}))
    assert counts == []
    design = Division(study.contents, study.config.split).design(3, 1, 1)
    counts = design.tested, design.tested_once, design.trained_once, design.evenness
    assert counts == pytest.approx((12, 12, 36, 1))


def test_a_plan_says_what_the_study_tests_costs_and_sees(tmp_path, monkeypatch):
    study = study_of(tmp_path, monkeypatch, split={"folds": 3, "validation": 0.1}, seeds=[0, 1])
    preview = Preview(Plan(study))
    first, second, third, fourth = foretold.sentences(preview, 2)
    # Three classes' generators and two arms with two seeds, in three splits.
    assert first.startswith("tests 138 of 138 specimens in 3 splits; trains 9 generators and 12 classifiers, about ")
    assert first.endswith("on 2 cores (a guess before the first training)")
    pilot = design.assumed(*pilots.NETWORK[:3])
    gain = design.detectable(Division(study.contents, study.config.split).design(1, 2, 1), pilot, preview.rule)
    assert second.startswith(
        f"can see a gain of {100 * gain:.0f} points in accuracy (cnn, baseline 0.70, 80% power, 1 comp"
    )
    assert "assumed: 1 in 6 specimens tells two arms apart" in second
    assert third.startswith(
        "no design on these specimens can see 5 points (`statistics.target_difference`); it takes about "
    )
    assert fourth.startswith(
        "cannot show equal arms to be equivalent within 1 point (`statistics.margin`); a margin of 0"
    )


def test_a_gain_for_which_the_baseline_leaves_no_room_is_not_called_seen(tmp_path, monkeypatch):
    few = dict.fromkeys(SIZES, 6)
    preview = Preview(Plan(study_of(tmp_path, monkeypatch, few)))
    assert preview.planned.detectable["accuracy"] is None
    second = foretold.sentences(preview)[1]
    assert second.startswith("can see no gain in accuracy: the baseline leaves less room than that would need (cnn, ")
    assert "-" in foretold.table(preview)[1].split()
    seen = dataclasses.replace(preview.planned, detectable={"accuracy": None, "auroc": 0.05})
    assert foretold._seen(seen, ["auroc", "accuracy"]) == (
        "can see a gain of 5 points in auroc, and none in accuracy: the baseline leaves less room than that would need"
    )


def test_the_cheapest_design_sees_enough_and_none_that_is_cheaper_does(tmp_path, monkeypatch):
    study = study_of(tmp_path, monkeypatch, statistics={"target_difference": 0.12})
    preview = Preview(Plan(study))
    best = preview.cheapest()
    assert preview.planned.detectable["accuracy"] > 0.12
    assert best.detectable["accuracy"] <= 0.12
    for other in preview.options:
        if other.cost.seconds < best.cost.seconds:
            assert other.detectable["accuracy"] is None or other.detectable["accuracy"] > 0.12
    sentence = foretold.sentences(preview)[2]
    assert sentence.startswith(
        f"the cheapest design that sees 12 points (`statistics.target_difference`) is `split: {{folds: {best.folds}"
    )
    changed = {"folds": best.folds, "repeats": best.repeats, "validation": 0.2, "test": 0.2}
    seeds = {"seeds": list(range(best.seeds)), "generator_seeds": list(range(best.generator_seeds))}
    again = Preview(
        Plan(study_of(tmp_path, monkeypatch, split=changed, statistics={"target_difference": 0.12}, **seeds))
    )
    assert again.planned.detectable["accuracy"] == pytest.approx(best.detectable["accuracy"], rel=1e-3)
    assert (again.planned.cost.trainings, again.cheapest()) == (best.cost.trainings, again.planned)
    assert foretold.sentences(again)[2].startswith(
        "no design on these specimens sees 12 points (`statistics.target_difference`) for"
    )


def test_so_many_specimens_as_it_takes_are_enough(tmp_path, monkeypatch):
    study = study_of(
        tmp_path, monkeypatch, split={"folds": 3, "validation": 0.1}, statistics={"target_difference": 0.1}
    )
    preview = Preview(Plan(study))
    needed = preview.specimens_needed(preview.planned)
    for factor, enough in ((1.06, True), (0.9, False)):
        larger = {name: round(size * factor * needed / 138) for name, size in SIZES.items()}
        (tmp_path / str(factor)).mkdir()
        more = study_of(tmp_path / str(factor), monkeypatch, larger, split={"folds": 3, "validation": 0.1})
        assert (Preview(Plan(more)).planned.detectable["accuracy"] <= 0.1) is enough


def test_a_margin_within_reach_is_not_spoken_of(tmp_path, monkeypatch):
    study = study_of(tmp_path, monkeypatch, split={"folds": 3, "validation": 0.1})
    reachable = Preview(Plan(study)).reachable_margin
    changed = study_of(tmp_path, monkeypatch, split={"folds": 3, "validation": 0.1}, statistics={"margin": reachable})
    assert not any("margin" in sentence for sentence in foretold.sentences(Preview(Plan(changed))))


def test_primary_comparisons_are_corrected_together(tmp_path, monkeypatch):
    gan = {"generator": "gan", "ratio": 1}
    arms = {"real": {}, "twice": {"real": 2}, "gan": gan, "more": gan | {"ratio": 2}}
    primary = {"primary": {"measures": ["accuracy", "f1"]}}
    preview = Preview(Plan(study_of(tmp_path, monkeypatch, arms=arms, statistics=primary)))
    assert preview.tests == 4
    assert " in accuracy and f1: " in foretold.sentences(preview)[1]
    alone = Preview(Plan(study_of(tmp_path, monkeypatch)))
    assert alone.tests == 1


def test_times_are_those_of_trainings_that_ended(tmp_path, monkeypatch):
    plan = Plan(study_of(tmp_path, monkeypatch))
    for kind, paths, seconds in (
        ("generator", plan.generators.runs("generator.json"), 100),
        ("classifier", plan.classifiers.runs("classifier.json"), 7),
    ):
        for path in paths[:2]:
            Path(path).parent.mkdir(parents=True)
            Path(path).write_text(json.dumps({kind: "x", "seconds": seconds}))
    preview = Preview(plan)
    # Three generators, of which two are known, and a classifier for each of two arms; 8 s are taken for each start.
    assert preview.planned.cost.seconds == pytest.approx(3 * 108 + 2 * 15)
    assert "measured on 4 trainings" in foretold.sentences(preview)[0]


def test_a_probe_is_trained_once_for_each_generator(tmp_path, monkeypatch):
    changes = {"classifiers": {"probe": {"family": "probe"}}, "seeds": [0, 1, 2], "generator_seeds": [0, 1]}
    preview = Preview(Plan(study_of(tmp_path, monkeypatch, **changes)))
    # Of three classes two generators each; one probe on the real images, and one on each generator's.
    assert (preview.planned.cost.generators, preview.planned.cost.classifiers) == (6, 3)
    assert (preview.planned.design.n_seeds, preview.planned.design.n_generators) == (2, 2)
    more = preview.costs.of(5, 3, 3)
    assert (more.generators, more.classifiers) == (45, 20)


def test_seeds_of_a_probe_without_a_generator_see_nothing_more(tmp_path, monkeypatch):
    changes = {"classifiers": {"probe": {"family": "probe"}}, "arms": {"real": {}, "twice": {"real": 2}}}
    one, three = (
        Preview(Plan(study_of(tmp_path, monkeypatch, seeds=seeds, **changes))).planned for seeds in ([0], [0, 1, 2])
    )
    assert one.cost == three.cost
    assert one.detectable == three.detectable
    # As in verdict.evidence where nothing is random: no seed's variance, and none that is taken before any is seen.
    assert design.expected(one.design, design.assumed(0.8)).seeds == 0
    copies = changes | {
        "arms": {"real": {}, "copies": {"classical": 1, "classical_augmentation": {"flip_horizontal": True}}}
    }
    random = Preview(Plan(study_of(tmp_path, monkeypatch, seeds=[0], **copies))).planned
    assert design.expected(random.design, design.assumed(0.8)).seeds > 0


def test_results_take_the_place_of_assumptions(tmp_path, monkeypatch):
    study = study_of(tmp_path, monkeypatch, split={"folds": 3})
    tables = Path("results/small/tables")
    tables.mkdir(parents=True)
    # 120 specimens in three folds, a training each: 12 tell the arms apart, so that a gain's variance is .1.
    header = "arm\tclassifier\tclass\tmeasure\tn_specimens\tn_runs\t"
    header += "specimen_low\tspecimen_high\tseed_sd\tsplit_sd\tbaseline_value"
    half = 1.959964 * (0.1 / 120) ** 0.5
    verdict = f"gan\tcnn\tall\taccuracy\t120\t3\t{-half}\t{half}\t\t0.08\t0.7"
    Path(tables, "verdict.tsv").write_text(f"{header}\n{verdict}\n")
    header = "arm\tclassifier\tsplit\tseed\tn_specimens\taccuracy\tarm_only\tbaseline_only"
    rows = [f"gan\tcnn\tfold{fold}\t0\t40\t0.0\t2\t2" for fold in (1, 2, 3)]
    Path(tables, "differences.tsv").write_text("\n".join([header, *rows]) + "\n")
    found = pilots.pilots_of(study, "cnn")
    assert found.source == "measured on this study's results"
    pilot = found.by_measure["accuracy"]
    assert (pilot.variance, pilot.baseline) == (pytest.approx(0.1), 0.7)
    assert pilot.seeds == pytest.approx(0.08**2 - 0.1 / 40)
    assert pilots.pilots_of(study, "other").source.startswith("assumed")
    Path(tables, "verdict.tsv").write_text("arm\n")
    assert pilots.pilots_of(study, "cnn").source.startswith("assumed")


def test_a_training_part_of_a_fixed_size_is_divided_into_no_folds(tmp_path, monkeypatch):
    split = {"train": 12, "validation": 4, "reserve": "rest", "test": 10}
    study = study_of(tmp_path, monkeypatch, split=split, learning_curve=[0.25, 0.5])
    preview = Preview(Plan(study))
    assert {option.folds for option in preview.options} == {1}
    assert foretold.sentences(preview)


def test_a_study_that_compares_nothing_is_told_nothing(tmp_path, monkeypatch):
    alone = {"split": {"validation": 0, "test": 0}, "classifiers": {}, "arms": {}}
    for changes in ({"arms": {"real": {}}}, alone):
        assert foretold.sentences(Preview(Plan(study_of(tmp_path, monkeypatch, **changes)))) == []


def test_a_plan_imports_nothing_heavy(tmp_path, monkeypatch):
    study_of(tmp_path, monkeypatch)
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); from augury.planning.forecast import foretold\n"
        "from augury.planning.forecast.preview import Preview; from augury.planning.inputs.plan import Plan\n"
        "from augury.planning.reading import plan_study\n"
        "assert foretold.sentences(Preview(Plan(plan_study(json.loads(sys.argv[2]))[0])))\n"
        "print(sorted({'scipy', 'torch', 'pandas', 'sklearn'} & sys.modules.keys()))"
    )
    words = [sys.executable, "-c", code, str(ROOT / "workflow" / "scripts"), json.dumps(small_config())]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == "[]\n"
