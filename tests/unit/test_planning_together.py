"""Steps over all classes in one process: which they are, what they read, and the words of each class."""

from types import SimpleNamespace

import pytest

from augury.planning.forecast.resources import Needs
from augury.planning.forecast.together import OfAll
from augury.planning.inputs.plan import Plan
from augury.planning.inputs.together import Together, Wildcards
from augury.planning.reading import plan_study
from tests.project import draw_classes, small_config

JOB = {"split": "fold1", "seed": "0"}
ONE, ALL = Wildcards(**JOB, class_="b"), Wildcards(**JOB)


def test_a_job_of_all_reads_what_classes_share_once_and_the_rest_class_by_class():
    of_class = Together(["a", "b"]).inputs(
        lambda job: {"weights": "w", "rows": f"{job.split}/{job.class_}", "real": [f"{job.class_}{n}" for n in (1, 2)]}
    )
    assert of_class(ALL) == {"weights": "w", "rows": ["fold1/a", "fold1/b"], "real": ["a1", "a2", "b1", "b2"]}
    assert of_class(ONE) == {"weights": "w", "rows": "fold1/b", "real": ["b1", "b2"]}


def test_each_class_has_words_of_its_own():
    made = Together(["a", "b"]).words(
        "index", folder=True, more=lambda job: ["--tested", job.class_], real_rows="rows", real="real", best="best"
    )
    one = made(ONE, SimpleNamespace(rows="b.tsv", real=["b1", "b2"]), SimpleNamespace(index="out/b/i"))
    of_b = ["--class", "b", "--tested", "b", "--real-rows", "b.tsv", "--real", "b1", "b2", "--output", "out/b"]
    assert one == of_b
    inputs = SimpleNamespace(rows=["a.tsv", "b.tsv"], real=["a1", "a2", "b1", "b2"])
    both = made(ALL, inputs, SimpleNamespace(index=["out/a/i", "out/b/i"]))
    of_a = ["--class", "a", "--tested", "a", "--real-rows", "a.tsv", "--real", "a1", "a2", "--output", "out/a"]
    assert both == ["--next", *of_a, "--next", *of_b]


@pytest.fixture
def of_all(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    draw_classes(tmp_path / "images", 2, 6)

    def planned(images: int):
        model = {"family": "diffusion", "size_px": 32, "duration": 0.1}
        generators = {"one": model, "each": model | {"class_conditional": False}}
        arms = {name: {"generator": name, "ratio": 1} for name in generators}
        arms |= {"many": {"generator": "one", "count": images, "snapshot": "best"}, "real": {}}
        config = small_config(generators=generators, arms=arms, extractor="tf_efficientnet_lite0")
        study, mistakes = plan_study(config)
        assert mistakes == []
        made = OfAll(Needs(Plan(study)), Together(study.classes))
        return made.generators, made.pools

    return planned


def test_one_network_for_all_classes_draws_them_together_while_that_is_short(of_all):
    assert of_all(10) == (["one"], ["one", "one@best"])
    assert of_all(100_000) == ([], ["one"])  # the larger number is scored, too
