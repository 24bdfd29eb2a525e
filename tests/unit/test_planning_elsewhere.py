"""Mistakes about real images from elsewhere, reported before anything runs."""

import pytest

from augury.planning.inputs.plan import Plan
from augury.planning.judging import judges_of, looked_through
from augury.planning.reading import plan_study
from tests.project import draw_classes, draw_image, small_config

NETWORKS = ["tf_efficientnet_lite0", "mobilenetv2_100"]


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
