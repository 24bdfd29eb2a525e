"""A study with chosen images: the whole way to the report, and what each change chooses again."""

import json

import pytest
import yaml

from tests.project import Project, draw_classes, small_config, table

pytestmark = pytest.mark.slow

SEARCH = {"images": 4, "population": 4, "generations": 3}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("selections")
    draw_classes(folder / "images", 2, 8)
    arms = {
        "real": {},
        "random": {"generator": "gan"},
        "evolved": {"generator": "gan", "selection": "evolved"},
        "unsure": {"generator": "gan", "selection": "uncertainty"},
    }
    selections = {
        "evolved": SEARCH | {"realism": {"by": "discriminator"}},
        "uncertainty": {"family": "uncertainty", "candidates": 20},
    }
    made = Project(folder, small_config(seeds=[3], selections=selections, arms=arms))
    made.snakemake()
    return made


@pytest.fixture
def settled(project):
    """The project, with its config as it was when the test is over."""
    kept = (project.folder / "study.yaml").read_bytes()
    yield project
    (project.folder / "study.yaml").write_bytes(kept)


def test_nothing_is_left_to_do(project):
    assert project.planned() == {}


def test_pools_lie_where_their_selection_says_under_the_seed_of_the_classifier(project):
    folder = project.results() / "holdout" / "synthetic" / "gan"
    rows = table(folder / "evolved" / "seed3" / "c00" / "index.tsv")
    assert [row["origin"] for row in rows] == [f"latents:{index}" for index in range(len(rows))]
    about = json.loads((folder / "evolved" / "seed3" / "c00" / "selection.json").read_text())
    assert about["count"] == len(rows) == about["n_train"]
    unsure = table(folder / "uncertainty" / "seed3" / "c00" / "index.tsv")
    assert {row["origin"] for row in unsure} == {"seed"}
    assert (folder / "random" / "seed0" / "c00" / "index.tsv").exists()  # the seed of the generator


def test_the_report_shows_searches_and_seeds(project):
    for figure in ("fitness_curves.svg", "compared.png"):
        assert (project.results() / "figures" / figure).exists()
    rows = table(project.results() / "tables" / "by_seed.tsv")
    tested = {(row["arm"], row["seed"]) for row in rows if row["part"] == "test"}
    assert tested == {(arm, seed) for arm in ("real", "random", "evolved", "unsure") for seed in ("all", "3")}
    assert "Results by seed" in (project.results() / "report.html").read_text()


def changed(project, change):
    config = yaml.safe_load((project.folder / "study.yaml").read_text())
    change(config)
    project.write_config(config)
    plan = project.planned()
    chosen = {word.split("selection=")[1].split(",")[0] for word in plan.get("select_latents", [])}
    arms = {word.split("arm=")[1].split(",")[0] for word in plan.get("train_classifier", [])}
    return chosen, arms, plan


def test_a_setting_of_a_search_reruns_it_and_the_arms_that_take_its_images(settled):
    chosen, arms, plan = changed(settled, lambda config: config["selections"]["evolved"].update(generations=4))
    assert (chosen, arms) == ({"evolved"}, {"evolved"})
    assert len(plan["select_latents"]) == len(plan["synthesize_images"]) == 2  # two classes
    assert "train_generator" not in plan


def test_a_larger_pool_is_searched_for_anew(settled):
    chosen, arms, _ = changed(settled, lambda config: config["arms"]["evolved"].update(ratio=2))
    assert (chosen, arms) == ({"evolved"}, {"evolved"})


def test_another_classifier_chooses_what_it_is_unsure_of_again(settled):
    chosen, arms, _ = changed(settled, lambda config: config["classifiers"]["cnn"].update(epochs=3))
    assert chosen == {"uncertainty"}
    assert arms == {"real", "random", "evolved", "unsure"}


def test_an_arm_that_changes_the_training_trains_itself_alone(settled):
    _, arms, plan = changed(settled, lambda config: config["arms"].update(smooth={"with": {"label_smoothing": 0.0}}))
    assert arms == {"smooth"}
    assert not {"train_generator", "synthesize_images"} & plan.keys()


def test_another_device_chooses_nothing_again(settled):
    chosen, arms, _ = changed(settled, lambda config: config.update(device="cpu"))
    assert (chosen, arms) == (set(), set())
