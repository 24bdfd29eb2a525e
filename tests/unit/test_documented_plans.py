"""Numbers of plans that the documentation shows are those that a plan says today."""

import re

import pytest
from PIL import ExifTags, Image

from augury.planning.checks.remarks import remarks
from augury.planning.forecast import foretold
from augury.planning.forecast.preview import Preview
from augury.planning.inputs.plan import Plan
from augury.planning.reading import plan_study
from tests.project import ROOT
from tests.studies import read

PLANKTON = {"Actinoptychus": 14, "Bacillariophyceae": 16, "Ciliophora": 19, "Dinoflagellata": 20, "Noctilucales": 23,
            "Tripos": 13}  # fmt: skip
SPERM_HEADS = dict.fromkeys(("Amorphous", "Normal", "Pyriform", "Tapered"), 54)
OUTDATED = "a plan says something else now: {}"


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """What a plan of the default study says, by the numbers of images per class and of cores."""
    monkeypatch.chdir(tmp_path)

    def of(sizes, cores):
        for name, size in sizes.items():
            (tmp_path / "images" / name).mkdir(parents=True)
            for number in range(size):
                (tmp_path / "images" / name / f"{number}.png").write_bytes(f"{name}{number}".encode())
        study, mistakes = plan_study(read("config") | {"images": "images", "dataset": "some"})
        assert mistakes == []
        lines = [*foretold.sentences(Preview(Plan(study)), cores), *study.notes, *remarks(study)]
        return [f"augury: {line}" for line in filter(None, lines)]

    return of


def test_the_page_of_splits_shows_what_a_plan_says(planned):
    shown = re.findall(r"^    (augury: .*)$", (ROOT / "docs/splits.md").read_text("utf-8"), re.M)
    assert shown == planned(SPERM_HEADS, 2)[:4], OUTDATED.format("copy it to docs/splits.md")


def test_the_tours_picture_of_a_plan_shows_what_a_plan_says(planned):
    with Image.open(ROOT / "docs/pictures/tour-plan.webp") as picture:
        written = picture.getexif()[ExifTags.Base.ImageDescription].splitlines()
    assert written[:6] == [f"{size} images in resources/demo/images/{name}" for name, size in PLANKTON.items()]
    assert written[6:] == planned(PLANKTON, 1), OUTDATED.format("python docs/pictures/tour.py --only plan")
