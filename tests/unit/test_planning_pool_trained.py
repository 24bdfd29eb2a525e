"""Generators that are trained on a pool, for others to begin with: plans, inputs, mistakes and what is told of them."""

from types import SimpleNamespace

import pytest

from augury.planning.checks.generators import generator_remarks
from augury.planning.forecast.bundles import Bundles
from augury.planning.forecast.resources import Needs
from augury.planning.inputs.plan import Plan
from augury.planning.reading import plan_study
from augury.planning.transfer import Node
from tests.project import draw_classes, draw_image, small_config

SMALL = {"size_px": 16, "width": 2, "latent_dim": 4, "batch": 4, "duration": 0.02}
TRAINED = {"trained_on": {"pool": "archive"}}
FOLDER = "pool=archive"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 6)
    for number in range(5):
        draw_image(tmp_path / "archive" / f"{number}.png", 100 + number, 2)
    for class_ in ("c00", "c01"):
        draw_image(tmp_path / "labelled" / class_ / "0.png", 200, 3)
    return tmp_path


def plan(relatives=None, gan=None, more=None, **changes):
    generators = {"relatives": SMALL | TRAINED | (relatives or {})}
    generators["gan"] = SMALL | {"init_from": {"generator": "relatives"}} | (gan or {})
    pools = {"archive": {"images": "archive"}, "other": {"images": "labelled", "labels": "folders"}}
    config = {"pools": pools, "generators": generators | (more or {})}
    return plan_study(small_config(**config | changes))


def job(generator, class_, split="holdout"):
    return SimpleNamespace(generator=generator, class_=class_, split=split, seed="0")


def test_one_training_serves_all_classes_that_begin_with_it(folder):
    study, mistakes = plan()
    assert mistakes == []
    transfer = study.transfer
    assert transfer.own_folders("relatives") == []
    assert transfer.ancestors == [Node("relatives", FOLDER)]
    assert {transfer.predecessor(Node("gan", each)) for each in study.classes} == {Node("relatives", FOLDER)}
    assert transfer.name(Node("gan", "c00")) == f"relatives/{FOLDER}"
    assert transfer.predecessor(Node("relatives", FOLDER)) is None
    assert FOLDER in study.generator_folders


def test_it_reads_the_pool_and_what_is_admitted_of_it_and_its_classes_read_it(folder):
    study, _ = plan()
    inputs = Plan(study).generators.training_inputs(job("relatives", FOLDER))
    pool = "results/small/pools/archive"
    assert inputs == {
        "packs": [f"{pool}/images/all/16px-rgb.npy"],
        "rows": [f"{pool}/images/all/16px-rgb.tsv"],
        "splits": [f"{pool}/splits/holdout/all.tsv"],
        "start": [],
        "start_splits": [],
    }
    begun = Plan(study).generators.training_inputs(job("gan", "c00"))
    assert begun["splits"] == ["results/small/splits/holdout/c00.tsv"]
    trained = f"results/small/holdout/generators/relatives/seed0/{FOLDER}"
    assert set(begun["start"]) == {
        f"{trained}/{name}"
        for name in ("generator.safetensors", "discriminator.safetensors", "generator.json", "training.tsv")
    }


def test_admission_reads_the_whole_pool_and_every_class(folder):
    study, _ = plan({"trained_on": {"pool": "other"}})
    planned = Plan(study)
    assert planned.elsewhere.pools == ["pools/archive", "pools/other"]
    asked = SimpleNamespace(elsewhere="pools/other", class_="c00", split="holdout")
    assert planned.elsewhere.pool_inputs(asked) == {
        "indices": [f"results/small/pools/other/images/{each}/index.tsv" for each in ("c00", "c01")],
        "twins": ["results/small/pools/other/images/twins.tsv"],
        "splits": [f"results/small/splits/holdout/{each}.tsv" for each in ("c00", "c01")],
    }
    packs = planned.generators.training_inputs(job("relatives", "pool=other"))["packs"]
    assert packs == [f"results/small/pools/other/images/{each}/16px-rgb.npy" for each in ("c00", "c01")]


def test_its_images_are_neither_scored_nor_anybodys_class(folder):
    study, mistakes = plan(extractor="mobilenetv2_100")
    assert mistakes == []
    planned = Plan(study)
    assert not [path for path in planned.scores.files("scores.tsv") if "/relatives/" in path]
    assert not [path for path in planned.generators.runs("generator.json") if "/relatives/" in path]
    (made,) = [path for path in planned.generators.runs("generator.json", ancestors=True) if "/relatives/" in path]
    assert made.endswith(f"/relatives/seed0/{FOLDER}/generator.json")


def test_what_it_costs_follows_from_the_pool(folder):
    study, _ = plan({"duration_unit": "epochs", "duration": 10})
    needs = Needs(Plan(study))
    of_class = needs.generator_seconds("gan", "c00")
    assert needs.generator_seconds("relatives", FOLDER) == pytest.approx(of_class * 10 * 0.005 / 0.02)  # of 5 images
    assert needs.generator_mb(job("relatives", FOLDER)) > 0


def test_a_chain_of_pools_ends_in_the_classes(folder):
    first = SMALL | {"trained_on": {"pool": "other"}}
    study, mistakes = plan({"init_from": {"generator": "first"}}, more={"first": first})
    assert mistakes == []
    assert study.transfer.predecessor(Node("relatives", FOLDER)) == Node("first", "pool=other")
    assert study.transfer.ancestors == [Node("relatives", FOLDER), Node("first", "pool=other")]
    assert study.transfer.pools_behind("gan") == ["archive", "other"]
    assert "began with images from elsewhere, of archive, other" in study.caution("gan")
    assert study.caution("real") == ""


def test_a_pool_that_is_admitted_to_each_split_asks_for_its_share_of_a_submission(folder):
    asked = []
    for changes in ({}, {"split": {"folds": 5, "validation": 0.2}}):
        study, mistakes = plan(**changes)
        assert mistakes == []
        needs = Needs(Plan(study))
        asked.append(Bundles(needs, 240, dict).minutes(10**6, "elsewhere")(job("relatives", FOLDER), 1))
    steps = [2 + 1, 2 + 5]  # of one folder
    assert asked == [240 // each for each in steps]


def test_the_card_of_what_is_handed_over_names_the_pool_that_its_generator_began_with(folder):
    study, mistakes = plan(final={"arm": "gan", "classifier": "cnn"})
    assert mistakes == []
    assert Plan(study).classifiers.card_options() == ["--caution", study.caution("gan")]


def test_a_diffusion_model_for_all_classes_begins_with_one_that_knows_none(folder):
    edm = {"family": "diffusion", "size_px": 16}
    generators = {"relatives": edm | TRAINED, "gan": edm | {"init_from": {"generator": "relatives"}}}
    study, mistakes = plan(generators=generators)
    assert mistakes == []
    assert study.transfer.predecessor(Node("gan", "all")) == Node("relatives", FOLDER)
    assert not study.transfer.is_conditional("relatives")


def test_a_taxon_above_may_begin_with_a_pool(folder):
    (folder / "taxonomy.tsv").write_text("class\torder\nc00\tA\nc01\tA\n")
    down = SMALL | {"init_from": {"generator": "gan", "taxon": "above"}}
    study, mistakes = plan(taxonomy="taxonomy.tsv", more={"down": down})
    assert mistakes == []
    node, chain = Node("down", "c00"), []
    while node := study.transfer.predecessor(node):
        chain.append(f"{node.generator}/{node.folder}")
    assert chain == ["gan/order=A", f"relatives/{FOLDER}"]


def test_controls_are_of_generators_with_classes(folder):
    study, mistakes = plan(controls=True)
    assert mistakes == []
    assert not [arm for arm in study.config.arms if arm.startswith("relatives")]
    assert "gan-only" in study.config.arms


def test_a_generator_that_nothing_begins_with_is_told_of(folder):
    study, _ = plan(gan={"init_from": None})
    (sentence,) = [each for each in generator_remarks(study.config, study.classes, study.files) if "relatives" in each]
    assert "is trained on the pool archive, and no generator begins with it" in sentence
    made = Plan(study).generators.runs("generator.json", ancestors=True)
    assert f"results/small/holdout/generators/relatives/seed0/{FOLDER}/generator.json" in made
    study, _ = plan()
    assert not [
        each for each in generator_remarks(study.config, study.classes, study.files) if "relatives" in each.split()[0]
    ]


@pytest.mark.parametrize(
    "relatives, gan, changes, message",
    [
        (
            {"trained_on": {"pool": "museum"}},
            {},
            {},
            "`generators.relatives.trained_on.pool` is museum, and `pools` has archive, other; name one of these",
        ),
        ({"trained_on": {}}, {}, {}, "`generators.relatives.trained_on` is {}; it must be"),
        ({"trained_on": "archive"}, {}, {}, "or `all` or a section, as in `trained_on: {pool: ...}`"),
        ({"pool": "archive"}, {}, {}, "`generators.relatives.pool` is an unknown key"),
        ({"classes": ["c00"]}, {}, {}, "`generators.relatives.classes` has no use with `trained_on: {pool: archive}`"),
        ({"class_conditional": True}, {}, {}, "`generators.relatives.class_conditional` is true, but a pool is"),
        ({"init_from": {"taxon": "c00"}}, {}, {}, "relatives is trained on the pool archive, which has no taxa"),
        ({"init_from": {"generator": "gan"}}, {"init_from": None}, {}, "gan is trained on classes, and relatives on"),
        ({}, {"init_from": {"generator": "relatives", "taxon": "c00"}}, {}, "which has no taxa; take out `taxon`"),
        ({}, {"class_conditional": True}, {}, "relatives has `class_conditional: false` and this one"),
        ({"size_px": 32}, {}, {}, "relatives has `size_px: 32` and this one `size_px: 16`"),
        (
            {},
            {},
            {"arms": {"real": {}, "odd": {"generator": "relatives"}}},
            "`arms.odd.generator` is relatives, which is trained on the pool archive and draws images of no class",
        ),
    ],
)
def test_mistakes_name_the_key_and_the_remedy(folder, relatives, gan, changes, message):
    study, mistakes = plan(relatives, gan, **changes)
    assert study is None
    assert any(message in sentence for sentence in mistakes), mistakes


@pytest.mark.parametrize("kind", ["copier", "retrieved", "external"])
def test_a_family_that_learns_nothing_is_trained_on_no_pool(folder, kind):
    study, mistakes = plan(more={"odd": {"family": kind, "size_px": 16} | TRAINED})
    assert study is None
    assert any("`generators.odd.trained_on`" in sentence for sentence in mistakes), mistakes
