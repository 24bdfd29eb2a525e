"""Which training begins with which, for a taxonomy of four ranks."""

from types import SimpleNamespace

import pytest

from augury.planning.checks.starts import problems
from augury.planning.inputs.plan import Plan
from augury.planning.reading import plan_study
from augury.planning.transfer import Node, Transfer
from augury.tables.taxonomy import Taxonomy, read_taxonomy
from tests.project import draw_classes, small_config
from tests.settings import study

CLASSES = ["eggs", "large", "oithona", "oithona_eggs", "copilia", "other"]
TAXONOMY = Taxonomy(
    ("subclass", "order", "genus"),
    {
        "eggs": ("Copepoda", "Calanoida", ""),
        "large": ("Copepoda", "Calanoida", ""),
        "oithona": ("Copepoda", "Cyclopoida", "Oithona"),
        "oithona_eggs": ("Copepoda", "Cyclopoida", "Oithona"),
        "copilia": ("Copepoda", "Cyclopoida", "Copilia"),
        "other": ("Copepoda", "", ""),
    },
)


def transfer(taxonomy=TAXONOMY, **generators):
    config = study(generators=generators)
    return Transfer(config.generators, CLASSES, taxonomy)


def chain(plan, generator, folder):
    """The trainings that one begins with, the nearest first."""
    found, node = [], plan.predecessor(Node(generator, folder))
    while node:
        found.append(f"{node.generator}/{node.folder}")
        node = plan.predecessor(node)
    return found


def test_downward_runs_rank_by_rank():
    plan = transfer(down={"init_from": {"taxon": "above"}})
    assert chain(plan, "down", "oithona") == ["down/genus=Oithona", "down/order=Cyclopoida", "down/subclass=Copepoda"]
    assert chain(plan, "down", "large") == ["down/order=Calanoida", "down/subclass=Copepoda"]


def test_a_taxon_with_no_more_classes_than_the_one_below_is_passed_over():
    """Copilia has one class, which is trained on the same images: its order comes next."""
    plan = transfer(down={"init_from": {"taxon": "above"}})
    assert chain(plan, "down", "copilia") == ["down/order=Cyclopoida", "down/subclass=Copepoda"]
    assert chain(plan, "down", "other") == ["down/subclass=Copepoda"]


def test_each_ancestor_is_trained_once():
    plan = transfer(down={"init_from": {"taxon": "above"}}, plain={})
    folders = [node.folder for node in plan.ancestors]
    assert sorted(folders) == ["genus=Oithona", "order=Calanoida", "order=Cyclopoida", "subclass=Copepoda"]


def test_ancestors_are_trained_on_all_of_their_classes_in_the_order_of_the_classes():
    plan = transfer(down={"init_from": {"taxon": "above"}, "classes": ["copilia"]})
    assert plan.own_folders("down") == ["copilia"]
    assert plan.members("order=Cyclopoida") == ["oithona", "oithona_eggs", "copilia"]
    assert plan.members("subclass=Copepoda") == CLASSES
    assert plan.members("copilia") == ["copilia"]


def test_sideways_within_an_entry_trains_the_taxon_from_scratch():
    plan = transfer(side={"init_from": {"taxon": "large"}})
    assert chain(plan, "side", "eggs") == ["side/large"]
    assert plan.predecessor(Node("side", "large")) is None
    assert plan.own_folders("side") == CLASSES


def test_sideways_from_another_entry_shares_its_training():
    """The taxon itself has no sideways training, as in the study's Table II: the other entry's serves it."""
    plan = transfer(scratch={}, side={"init_from": {"generator": "scratch", "taxon": "large"}})
    assert chain(plan, "side", "eggs") == ["scratch/large"]
    assert "large" not in plan.own_folders("side")
    assert plan.serving(Node("side", "large")) == Node("scratch", "large")
    assert plan.ancestors == []


def test_sideways_from_a_taxon_of_several_classes():
    plan = transfer(side={"init_from": {"taxon": "Calanoida"}})
    assert chain(plan, "side", "oithona") == ["side/order=Calanoida"]
    assert plan.predecessor(Node("side", "order=Calanoida")) is None
    assert [node.folder for node in plan.ancestors] == ["order=Calanoida"]


def test_another_entry_of_the_same_class():
    plan = transfer(first={}, second={"init_from": {"generator": "first"}})
    assert chain(plan, "second", "eggs") == ["first/eggs"]
    assert plan.name(Node("second", "eggs")) == "first/eggs"
    assert plan.name(Node("first", "eggs")) == "scratch"


def test_ancestors_of_another_entry_end_where_it_begins():
    plan = transfer(first={}, down={"init_from": {"generator": "first", "taxon": "above"}})
    assert chain(plan, "down", "oithona") == ["first/genus=Oithona"]


def test_one_generator_for_all_begins_with_another_for_all():
    plan = transfer(
        first={"class_conditional": True}, second={"class_conditional": True, "init_from": {"generator": "first"}}
    )
    assert chain(plan, "second", "all") == ["first/all"]
    assert plan.members("all") == CLASSES


@pytest.mark.parametrize(
    ("generators", "message"),
    [
        ({"g": {"init_from": {}}}, "`generators.g.init_from`: it names nothing to start from"),
        ({"g": {"init_from": {"taxon": "Larg"}}}, "no class and no taxon is called 'Larg'; mend the name"),
        ({"g": {"init_from": {"generator": "h"}}}, "`generators` has no h (it has g)"),
        ({"g": {"init_from": {"file": "x", "taxon": "large"}}}, "`file` stands alone"),
        ({"g": {}, "h": {"size_px": 32, "init_from": {"generator": "g"}}}, "g has `size_px: 64` and this one"),
        (
            {"g": {}, "h": {"class_conditional": True, "init_from": {"generator": "g"}}},
            "g has `class_conditional: false` and this one `class_conditional: true`; weights",
        ),
        ({"g": {}, "h": {"family": "stylegan2", "init_from": {"generator": "g"}}}, "g has `family: dcgan` and this"),
        (
            {"g": {"class_conditional": True, "init_from": {"taxon": "large"}}},
            "with `class_conditional: true` has every taxon",
        ),
        ({"g": {"freeze_layers": 2}}, "`generators.g.freeze_layers` keeps the weights that a training starts from"),
        ({"g": {"classes": ["egg"]}}, "`generators.g.classes` has 'egg', which is no class of this study"),
        (
            {"g": {"init_from": {"generator": "h"}}, "h": {"init_from": {"generator": "g"}}},
            "g -> h -> g goes in a circle",
        ),
    ],
)  # fmt: skip
def test_mistakes_are_told(generators, message):
    assert any(message in sentence for sentence in problems(transfer(**generators)))


def test_downward_needs_a_taxonomy():
    assert "needs a table of ranks" in problems(transfer(None, g={"init_from": {"taxon": "above"}}))[0]


def test_what_is_right_is_not_complained_of():
    generators = {"g": {}, "h": {"init_from": {"generator": "g", "taxon": "large"}, "freeze_layers": 1}}
    assert (
        problems(
            transfer(**generators, d={"init_from": {"taxon": "above"}}, o={"init_from": {"taxon": "order=Calanoida"}})
        )
        == []
    )


def test_names_of_two_ranks_must_be_told_apart(tmp_path):
    table = tmp_path / "t.tsv"
    table.write_text("class\tfamily\tgenus\na\tX\tX\nb\tX\tX\nc\tX\tY\n")
    taxonomy = read_taxonomy(table, ["a", "b", "c"])
    plan = Transfer(
        study(generators={"g": {"init_from": {"taxon": "X"}}}).generators,
        list("abc"),
        taxonomy,
    )
    assert "'X' may mean family=X or genus=X; write one of these" in problems(plan)[0]


def test_a_public_file_is_compared_by_its_content_and_with_no_split(tmp_path, monkeypatch):
    """It has no list of images that the guard could compare, and no files beside it."""
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 5)
    head = b'{"G_ema.synthesis.b4.const":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'
    (tmp_path / "net.safetensors").write_bytes(len(head).to_bytes(8, "little") + head)
    settings = {"family": "stylegan2", "size_px": 16, "init_from": {"file": "net.safetensors"}}
    wildcards = SimpleNamespace(generator="g", class_="c00", split="holdout", seed="0")

    def planned():
        study_, mistakes = plan_study(small_config(generators={"g": settings}, arms={"a": {"generator": "g"}}))
        assert mistakes == []
        return Plan(study_).generators

    before = planned()
    assert before.options(wildcards) == ["--start-name", "net.safetensors"]
    assert before.start_folder(wildcards, SimpleNamespace(start=[])) == ["--start", "net.safetensors"]
    inputs = before.training_inputs(wildcards)
    assert (inputs["start"], inputs["start_splits"]) == ([], [])
    digest = before.start_digest(wildcards)
    (tmp_path / "net.safetensors").write_bytes(len(head).to_bytes(8, "little") + head + b"1234")
    assert digest != planned().start_digest(wildcards) != ""


def test_taxa_that_are_told_have_several_classes_and_not_all():
    plan = transfer(edm={"family": "diffusion"})
    assert plan.taxa() == {
        "eggs": ["order=Calanoida"],
        "large": ["order=Calanoida"],
        "oithona": ["order=Cyclopoida", "genus=Oithona"],
        "oithona_eggs": ["order=Cyclopoida", "genus=Oithona"],
        "copilia": ["order=Cyclopoida"],
    }
    assert transfer(None, edm={"family": "diffusion"}).taxa() == {}
