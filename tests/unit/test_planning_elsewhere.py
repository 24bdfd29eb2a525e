"""Mistakes about real images from elsewhere, reported before anything runs."""

import shutil
from types import SimpleNamespace

import pytest

from augury.planning.folders.listing import read_listing, save_listing
from augury.planning.forecast import resources
from augury.planning.inputs.plan import Plan
from augury.planning.judging import judges_of, looked_through
from augury.planning.reading import plan_study
from tests.project import draw_classes, draw_image, small_config

NETWORKS = ["tf_efficientnet_lite0", "mobilenetv2_100"]


class Wildcards(SimpleNamespace):
    """Of a job, as Snakemake gives them to functions."""

    def items(self):
        return vars(self).items()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 6)
    draw_classes(tmp_path / "archive", 3, 2)
    draw_image(tmp_path / "half" / "c00" / "1.png", 1, 1)
    (tmp_path / "bare").mkdir()
    return tmp_path


def plan(pool=None, generator=None, **changes):
    pools = {"archive": {"images": "archive"} | (pool or {})}
    near = {"family": "retrieved", "pool": "archive", "size_px": 32} | (generator or {})
    arms = {"real": {}, "near": {"generator": "near", "ratio": 2}}
    config = {"extractor": NETWORKS, "pools": pools, "generators": {"near": near}, "arms": arms}
    return plan_study(small_config(**config | changes))


@pytest.mark.parametrize(
    "pool, generator, changes, message",
    [
        ({"images": "nowhere"}, {}, {}, "`pools.archive.images` is nowhere, which is no folder; name"),
        ({"images": "bare"}, {}, {}, "`pools.archive.images` is bare, which holds no image"),
        ({"images": "images/c00"}, {}, {}, "one lies in the other, and a pool holds no image of the study"),
        ({"images": "."}, {}, {}, "one lies in the other"),
        ({"images": "half", "labels": "folders"}, {}, {}, "no images in a folder c01; `labels: folders` needs one"),
        ({"labels": "table"}, {}, {}, '`pools.archive.labels` is "table"; it must be one of none, folders'),
        ({}, {"pool": "museum"}, {}, "`generators.near.pool` is museum, and `pools` has archive; name"),
        ({}, {"pool": None}, {}, "`generators.near.pool` is empty, and `pools` has archive; name"),
        ({}, {"extractor": "resnet50"}, {}, "`generators.near.extractor` is resnet50, which the study's `extractor`"),
        ({}, {}, {"extractor": None}, "`generators.near.extractor` needs a network that says what is near"),
        ({}, {}, {"arms": {"a": {}, "near": {"generator": "near", "truncation": 0.5}}}, "truncation` has no meaning"),
    ],
)
def test_mistakes_name_the_key_and_the_remedy(folder, pool, generator, changes, message):
    study, mistakes = plan(pool, generator, **changes)
    assert study is None
    assert any(message in sentence for sentence in mistakes), mistakes


def test_the_network_that_chose_the_images_does_not_score_them(folder):
    study, mistakes = plan()
    assert mistakes == []
    near = study.config.generators["near"]
    assert (looked_through(study.config, near), judges_of(study.config, near)) == (NETWORKS[:1], NETWORKS[1:])
    study, _ = plan(generator={"extractor": NETWORKS[1]})
    assert judges_of(study.config, study.config.generators["near"]) == NETWORKS[:1]


def test_a_pool_is_made_stale_by_its_content_alone(folder):
    study, _ = plan()
    assert (study.trained_generators, study.imported_generators, study.pooled_generators) == ([], [], ["near"])
    elsewhere = Plan(study).elsewhere

    class Job:
        elsewhere, class_, split, generator = "pools/archive", "all", "holdout", "near"

    before = elsewhere.digest(Job)
    (folder / "archive" / "c02" / "000.png").rename(folder / "archive" / "c02" / "renamed.png")
    assert Plan(plan()[0]).elsewhere.digest(Job) == before
    draw_image(folder / "archive" / "new.png", 77, 1)
    assert Plan(plan()[0]).elsewhere.digest(Job) != before
    assert elsewhere.retrieval_options(Job)[:2] == ["--ratio", "2.0"]
    assert "verdict" not in study.caution("near")
    assert "real ones of the pool archive" in study.caution("near")


def test_labels_and_a_table_of_specimens_stay_with_the_study(folder):
    """A table's paths name the study's images: an image of a pool may have the same path."""
    (folder / "specimens.tsv").write_text("path\tspecimen\nc00/000.png\tS1\n")
    specimens = {"regex": "([0-9]{3})", "table": "specimens.tsv"}
    study, mistakes = plan({"labels": "folders"}, specimens=specimens)
    assert mistakes == []
    elsewhere = Plan(study).elsewhere
    assert '"table":null' in elsewhere.settings(None).replace(" ", "")
    assert "([0-9]{3})" in elsewhere.settings(None)
    assert list(elsewhere.sets["pools/archive"]) == ["c00", "c01"]


@pytest.mark.parametrize(
    "site, changes, message",
    [
        ("nowhere", {}, "`tests.site` is nowhere, which is no folder; name the folder that holds one folder"),
        ("bare", {}, "`tests.site` is bare, which has no images in a folder of a class; it needs one, such as c00"),
        ("images", {}, "`tests.site` is images, and `images` is images: one lies in the other, and what classifiers"),
        ("archive/c00", {}, "and `pools.archive.images` is archive: one lies in the other"),
        ("strange", {}, "with a folder C00 that is no class of the study; rename it as the class is called (c00, c01)"),
        ("strange", {}, "C00 for c00?"),
        ("half", {"classifiers": {}, "arms": {}}, "`tests` needs classifiers that are tested"),
        ("half", {"classifiers": {}, "arms": {}, "corruptions": ["brightness"]}, "`corruptions` needs classifiers"),
        ("half", {"corruptions": ["fog"]}, "`corruptions.0` is"),
        (3, {}, "`tests.site` is"),
    ],
)
def test_mistakes_about_other_test_sets(folder, site, changes, message):
    draw_image(folder / "strange" / "C00" / "1.png", 1, 1)
    draw_image(folder / "strange" / "c01" / "1.png", 1, 1)
    _, mistakes = plan(tests={"site": site}, **changes)
    assert any(message in sentence for sentence in mistakes), mistakes


def test_a_site_may_lack_a_class_and_what_is_excluded_is_no_class(folder):
    draw_image(folder / "half" / "masks" / "1.png", 1, 1)
    (folder / "half" / "notes").mkdir()
    study, mistakes = plan(tests={"site": "half"}, exclude=["masks"])
    assert mistakes == []
    planned = Plan(study)

    names = {"elsewhere": "tests/site", "split": "holdout", "arm": "near", "classifier": "cnn", "seed": "0"}
    job = Wildcards(**names, test="site")
    assert planned.elsewhere.test_classes(job) == ["c00"]
    known = planned.elsewhere.admission_inputs(job)["known"]
    assert known == [
        *(f"results/small/images/{name}/index.tsv" for name in ("c00", "c01")),
        "results/small/pools/archive/images/all/index.tsv",  # what arms are trained on is tested nowhere
    ]
    assert planned.elsewhere.compared(job)["own"] == known  # each folder once
    runs = planned.elsewhere.runs("predictions.tsv")(job)
    assert runs[-1] == "results/small/tests/site/holdout/classifiers/near/cnn/seed0/predictions.tsv"
    assert len(runs) == len(planned.classifiers.runs("predictions.tsv"))
    assert planned.elsewhere.test_inputs(job)["packs"] == ["results/small/tests/site/images/c00/16px-rgb.npy"]


def test_a_job_without_the_images_knows_what_the_plan_found_elsewhere(folder):
    study, _ = plan(tests={"site": "half"})
    before = {name: {each: Plan(study).study.contents.digest_of(path) for each, path in folders.items()}
              for name, folders in study.contents.elsewhere.items()}  # fmt: skip
    save_listing(study.contents, folder / "listed")
    shutil.rmtree(folder / "half")
    contents = read_listing(study.config, folder / "listed")
    assert contents.elsewhere == study.contents.elsewhere
    assert before == {
        name: {each: contents.digest_of(path) for each, path in folders.items()}
        for name, folders in contents.elsewhere.items()
    }


def test_images_from_elsewhere_are_compared_by_threads_of_their_own_number(folder, monkeypatch):
    study, mistakes = plan()
    assert not mistakes
    monkeypatch.setattr(resources, "IMAGES_A_THREAD", 5)
    needs = resources.Needs(Plan(study))
    assert needs.comparing_threads(SimpleNamespace(elsewhere="pools/archive", class_="all")) == 2  # of 6
    assert needs.comparing_threads(SimpleNamespace(class_="c00")) == 2  # of 6
    assert needs.comparing_threads(SimpleNamespace()) == 3  # of 12
    monkeypatch.setattr(resources, "MOST_THREADS", 2)  # for two classes
    assert needs.comparing_threads(SimpleNamespace(class_="c00")) == 1
    assert needs.comparing_threads(SimpleNamespace(elsewhere="pools/archive", class_="all")) == 2
