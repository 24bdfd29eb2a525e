"""Whose a results folder is: another study is refused, and the same one is known wherever its files lie."""

import shutil
from pathlib import Path

import pytest

from augury.planning.ownership import FILE, claim_of, objection, settle, succession
from augury.planning.reading import plan_study
from tests.project import small_config

RESULTS = Path("results/photos")


def put(folder, first, count=12):
    for kind in ("a", "b"):
        Path(folder, kind).mkdir(parents=True, exist_ok=True)
        for number in range(first, first + count):
            Path(folder, kind, f"{number}.png").write_bytes(f"{kind} {number}".encode())


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """siteA/photos and siteB/photos, and a config file for each."""
    monkeypatch.chdir(tmp_path)
    put("siteA/photos", 0)
    put("siteB/photos", 100)
    for name in ("one", "two", "more", "smoke", "config/config"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(f"{name}.yaml").touch()
    return tmp_path


def claim(images="siteA/photos", configs=("one.yaml",), command_line=(), **changes):
    study, mistakes = plan_study(small_config(images=images, dataset="photos", **changes))
    assert not mistakes
    return claim_of(study, configs, dict.fromkeys(command_line, 0))


def begun(*args, **named):
    settle(claim(*args, **named), RESULTS)


def test_a_folder_without_a_study_is_anyones():
    assert objection(claim(), RESULTS) is None


@pytest.mark.parametrize("changes", [{}, {"seeds": [0, 1]}], ids=["as it was", "edited"])
def test_the_same_study_passes(changes):
    begun()
    assert objection(claim(**changes), RESULTS) is None


def test_other_images_are_refused_with_a_name_of_their_own():
    begun()
    message = objection(claim("siteB/photos"), RESULTS)
    assert message == (
        "results/photos holds the results of other images, those of siteA/photos, and they would be replaced; set a "
        "`dataset` of its own, such as `dataset: siteB-photos`, or remove results/photos/study.json to give the folder "
        "to this study"
    )
    (RESULTS / FILE).unlink()
    assert objection(claim("siteB/photos"), RESULTS) is None


@pytest.mark.parametrize("added, gone", [(0, 0), (3, 0), (0, 3), (40, 0), (0, 9)])
def test_images_that_were_moved_are_the_same_ones(added, gone):
    begun()
    shutil.move("siteA/photos", "elsewhere")
    put("elsewhere", 200, added)
    for number in range(gone):
        Path("elsewhere/a", f"{number}.png").unlink()
    assert objection(claim("elsewhere"), RESULTS) is None


@pytest.mark.parametrize("shared, refused", [(5, True), (7, False)])
def test_half_of_the_images_make_them_the_same(shared, refused):
    begun()
    put("siteC/photos", 300, 12 - shared)
    put("siteC/photos", 0, shared)
    assert bool(objection(claim("siteC/photos"), RESULTS)) is refused


def test_images_that_are_all_replaced_where_they_lie_stay_the_study_s():
    begun()
    shutil.rmtree("siteA/photos")
    put("siteA/photos", 500)
    assert objection(claim(), RESULTS) is None


def test_of_many_images_a_sample_tells_as_well(monkeypatch):
    monkeypatch.setattr("augury.planning.ownership.KEPT", 10)
    put("siteA/photos", 0, 60)
    begun()
    shutil.copytree("siteA/photos", "moved")
    put("moved", 1000, 60)  # as many again
    assert objection(claim("moved"), RESULTS) is None
    put("siteB/photos", 100, 100)
    assert objection(claim("siteB/photos"), RESULTS)


def test_another_config_of_the_same_images_is_refused():
    begun()
    message = objection(claim(configs=["two.yaml"], seeds=[3]), RESULTS)
    assert "results/photos holds the results of another config, one.yaml, and they would be replaced" in message
    assert "such as `dataset: photos-two`" in message


@pytest.mark.parametrize(
    "before, now, refused",
    [
        (["one.yaml"], ["one.yaml", "more.yaml"], False),
        (["one.yaml", "more.yaml"], ["one.yaml"], False),
        (["one.yaml", "more.yaml"], ["one.yaml", "two.yaml"], True),
        (["one.yaml"], ["two.yaml", "one.yaml"], True),
    ],
)
def test_a_file_laid_over_the_same_one_passes(before, now, refused):
    begun(configs=before)
    assert bool(objection(claim(configs=now, seeds=[3]), RESULTS)) is refused


def test_a_config_that_was_copied_or_renamed_passes():
    begun()
    assert objection(claim(configs=["two.yaml"]), RESULTS) is None
    Path("one.yaml").unlink()
    assert objection(claim(configs=["two.yaml"], seeds=[3]), RESULTS) is None


def test_the_default_study_gives_way_to_a_written_one_and_not_the_other_way_round():
    quick = {"configs": ["config/config.yaml"], "command_line": ["images"]}
    begun(**quick)
    assert objection(claim(seeds=[3]), RESULTS) is None
    assert "held the default study of these images" in succession(claim(seeds=[3]), RESULTS)
    assert succession(claim(**quick), RESULTS) is None
    begun(seeds=[3])
    assert succession(claim(seeds=[4]), RESULTS) is None
    assert "of another config, one.yaml" in objection(claim(**quick), RESULTS)


def test_smoke_tests_take_the_place_of_each_other_and_give_way_to_studies():
    begun(configs=["one.yaml", "smoke.yaml"], smoke_test=True)
    assert objection(claim("siteB/photos", configs=["two.yaml", "smoke.yaml"], smoke_test=True), RESULTS) is None
    assert objection(claim(), RESULTS) is None  # it was tried, and is run now
    assert succession(claim(), RESULTS) == "results/photos held a smoke test; this study takes its place"
    assert succession(claim("siteB/photos", smoke_test=True), RESULTS) is None
    begun()
    assert "of a full study, and this one is a smoke test" in objection(claim(smoke_test=True), RESULTS)


def test_a_file_that_cannot_be_read_is_named():
    RESULTS.mkdir(parents=True)
    for text in ("{", "{}", "[]"):
        (RESULTS / FILE).write_text(text)
        assert "results/photos/study.json cannot be read; remove it" in objection(claim(), RESULTS)


def test_a_project_that_was_moved_with_all_it_holds_is_the_same(tmp_path, monkeypatch):
    begun()
    for path in Path("siteA/photos").rglob("*.png"):
        path.write_bytes(b"other " + path.read_bytes())
    shutil.copytree(tmp_path, tmp_path.parent / "moved project")
    monkeypatch.chdir(tmp_path.parent / "moved project")
    assert objection(claim(), RESULTS) is None
