"""The shipped studies as they are planned: at their own sizes, as published, and shrunk."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from augury.classifiers.sizes import image_px
from augury.planning.forecast.foretold import sentences
from augury.planning.forecast.preview import Preview
from augury.planning.inputs.paths import pack_name
from augury.planning.inputs.plan import Plan
from augury.planning.inputs.report import Report
from augury.planning.reading import plan_study
from augury.published.audit.printed import read_printed
from augury.tables.published import COSTS, DISTANCES, read_published
from tests.studies import CIFAR10, CONFIG, PROTOCOLS, STUDIES, draw_place, read


def planned(config: dict):
    study, mistakes = plan_study(config)
    assert mistakes == []
    return study


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").symlink_to(CONFIG)
    draw_place(tmp_path)
    return tmp_path


def test_minerals_are_the_publications_models_and_its_ablation(place):
    study = planned(read("studies/minerals"))
    assert len(study.classes) == 26
    classifiers = study.config.classifiers
    assert {entry.size_px for entry in classifiers.values()} == {224}
    ablation = {
        (entry.eca, entry.pretrained is not False)
        for entry in classifiers.values()
        if entry.architecture == "convnext_tiny"
    }
    assert ablation == {("none", False), ("per_block", False), ("none", True), ("per_block", True)}
    alike = ("epochs", "batch", "optimiser", "learning_rate", "head_learning_rate", "schedule", "augmentation")
    for key in alike:
        assert len({str(getattr(entry, key)) for entry in classifiers.values()}) == 1, key
    # Table 2: 34,576 images in 26 classes, of which six tenths train.
    assert study.config.arms["augmented"].classical_to == round(0.6 * 34_576 / 26)


def test_cifar10_has_four_training_sets_and_their_controls(place):
    study = planned(read("studies/cifar10"))
    assert study.classes == list(CIFAR10)
    assert study.contents.brought_parts == ["test", "train"]
    arms = study.config.arms
    assert list(arms)[:4] == ["original", "gan-50", "gan-100", "strengthened"]
    for name in (*list(arms)[1:4], "diffusion"):
        equal = arms[f"{name}-equal"]
        assert equal == arms[name].model_copy(update={"steps": "equal"})
    assert study.pools == [("dcgan", "random"), ("dcgan@50", "random"), ("diffusion", "random")]
    assert {study.pool_size(pool, "random")[1] for pool, _ in study.pools} == {5000}
    classifiers = study.config.classifiers
    assert {name: (entry.size_px, entry.epochs) for name, entry in classifiers.items()} == {
        "lenet5": (32, 300), "alexnet": (224, 200), "resnet18": (224, 150), "inception-v1": (224, 150),
    }  # fmt: skip
    assert {pack_name(entry) for entry in classifiers.values()} == {"32px-rgb"}
    assert all(set(dict(entry.augmentation).values()) <= {False, "none"} for entry in classifiers.values())


@pytest.mark.parametrize("name, paper", [(name, paper) for name, *paper in PROTOCOLS])
def test_every_study_and_protocol_is_planned_and_shrunk(place, name, paper):
    study = planned(read(f"studies/{name}", *paper))
    assert study.dataset == (f"{name}-paper" if paper else name)
    sentences(Preview(Plan(study)))  # whatever a protocol leaves out, a plan does not trip over its preview
    config = read(f"studies/{name}", *paper, "smoke")
    study = planned(config)
    assert study.dataset == "smoke"
    assert study.config.smoke_test
    assert study.splits == ["holdout"]
    for entry in study.config.classifiers.values():
        assert image_px(entry) == 32
        assert entry.epochs == 2
    for entry in study.config.generators.values():
        assert (entry.size_px, entry.duration) == (32, 2)
    for arm in study.config.arms.values():
        assert max(arm.count or 0, arm.classical_to or 0) <= 24


@pytest.mark.parametrize("name", STUDIES)
def test_a_careful_study_enforces_the_guard_and_its_paper_records(place, name):
    careful, paper = planned(read(f"studies/{name}")), planned(read(f"studies/{name}", f"studies/{name}-paper"))
    assert (careful.config.guard, careful.config.split.unit) == ("enforce", "specimen")
    assert (paper.config.guard, paper.config.split.unit) == ("record", "image")
    assert {entry.trained_on for entry in careful.config.generators.values()} <= {"train"}
    assert careful.config.presplit_augmentation.times == 1


def test_what_the_generators_of_the_publications_saw(place):
    seen = {}
    for name in STUDIES:
        config = planned(read(f"studies/{name}", f"studies/{name}-paper")).config
        seen[name] = {entry.trained_on for entry in config.generators.values()}
        if name == "copepods":  # where nothing tests, the training part is all there is
            assert (config.split.validation, config.split.test) == (0, 0)
    assert seen == {
        "cifar10": {"all"}, "copepods": {"train"}, "fusulinids": {"all"}, "hushem": {"train_and_validation"},
        "minerals": set(),
    }  # fmt: skip


def test_copepods_as_published_are_generators_alone(place):
    study = planned(read("studies/copepods", "studies/copepods-paper"))
    assert study.config.classifiers == study.config.arms == {}
    plan = Plan(study)
    assert plan.classifiers.runs("predictions.tsv") == []
    names = {Path(path).stem for path in plan.tables}
    assert names == {"generators", "generator_pairs", "synthetic", "runtime", "published"}
    assert "arms" not in {Path(path).stem for path in Report(plan).figures()}


def test_minerals_as_published_are_enlarged_first_to_its_number_of_images(place):
    study = planned(read("studies/minerals", "studies/minerals-paper"))
    assert list(study.config.arms) == ["augmented"]
    assert study.config.arms["augmented"].classical_to is None
    copies = study.config.presplit_augmentation
    # Table 2 stands in remarks beside the names.
    lines = (CONFIG / "studies" / "minerals.yaml").read_text().splitlines()
    photographs = dict(line.strip()[2:].split("#") for line in lines if line.startswith("  - "))
    counts = {name.strip(): int(count) for name, count in photographs.items()}
    assert sum(counts.values()) == 8081
    assert sum(count * copies.times_per_class.get(name, copies.times) for name, count in counts.items()) == 34_576
    plan, wildcards = Plan(study), SimpleNamespace(class_="pyrite")
    assert plan.data.image_folders(wildcards) == ["results/minerals-paper/images/pyrite/augmented"]
    assert plan.data.augmentation_options(wildcards)[:2] == ["--times", "5"]


@pytest.mark.parametrize("name", STUDIES)
def test_every_printed_number_has_its_own_place_in_the_careful_study(place, name):
    study = planned(read(f"studies/{name}"))
    cells = read_published(study.config.published.table)
    assert len({(cell.table, cell.row, cell.column) for cell in cells}) == len(cells)
    config = study.config
    for cell in cells:
        if cell.measure in DISTANCES:
            assert cell.generator in config.generators
            assert cell.class_ in (config.generators[cell.generator].classes or study.classes)
            continue
        assert cell.arm in config.arms
        assert cell.classifier in config.classifiers.keys() | config.ensembles.keys()
        assert not cell.class_ or cell.class_ in study.classes
        assert not cell.seed or int(cell.seed) in config.seeds
    sizes = {cell.measure: cell.number for cell in cells if cell.measure in COSTS}
    assert all(number > 100 for number in sizes.values())


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_without_its_images_says_where_they_go_and_where_they_were(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").symlink_to(CONFIG)
    study, mistakes = plan_study(read(f"studies/{name}"))
    assert study is None
    of_images = [mistake for mistake in mistakes if mistake.startswith("`images`")]
    assert len(of_images) == 1
    assert f"resources/{name}" in of_images[0]
    assert read(f"studies/{name}")["source"] in of_images[0]


def test_the_numbers_of_classes_and_of_seeds_can_be_audited():
    lines = read_printed(CONFIG / "studies" / "published" / "fusulinids.tsv")
    assert [line.class_ for line in lines][-1] == "all"
    assert lines[-1].values.keys() == {"accuracy"}
    lines = read_printed(CONFIG / "studies" / "published" / "hushem.tsv")
    assert [(line.arm, line.seed) for line in lines][:2] == [("original", "mean"), ("original", "0")]
