"""What publications do and a careful study does not: copies before the split; generators alone, on all images."""

import pytest

from tests.project import Project, draw_classes, small_config, table

HEADER = "table\trow\tcolumn\tvalue\tmeasure\tarm\tclassifier\tclass\tgenerator\n"


@pytest.mark.slow
def test_copies_that_cross_the_split_are_recorded_beside_the_publication(tmp_path):
    draw_classes(tmp_path / "images", 2, 6)
    (tmp_path / "printed.tsv").write_text(HEADER + "Table 1\tcnn\tAccuracy\t98.58%\taccuracy\treal\tcnn\t\t\n")
    changes = {
        "presplit_augmentation": {
            "times": 3,
            "times_per_class": {"c01": 2},
            "size_px": 24,
            "augmentation": {"rotation_degrees": 30},
        },
        "specimens": {"near_duplicates": False},
        "split": {"unit": "image", "validation": 0.2, "test": 0.3},
        "guard": "record",
        "generators": {},
        "arms": {"real": {}},
        "source": "On a shelf.",
        "smoke_test": True,
        "published": {"table": "printed.tsv", "deviations": {"all": "Copies cross there too."}},
    }
    project = Project(tmp_path, small_config(**changes))
    project.snakemake()
    results = project.results()
    manifest = table(results / "images" / "manifest.tsv")
    assert [sum(row["class"] == name for row in manifest) for name in ("c00", "c01")] == [18, 12]
    assert len({(row["class"], row["specimen"]) for row in manifest}) == 12
    [row] = table(results / "tables" / "published.tsv")
    assert (row["leaked"], row["holds"]) == ("true", "not comparable: a smoke test")
    assert row["deviations"] == "Copies cross there too."
    page = (results / "report.html").read_text(encoding="utf-8")
    for sentence in (
        "A smoke test: its numbers mean nothing.",
        "Comparison with the publication",
        "98.58%",
        "On a shelf.",
    ):
        assert sentence in page
    assert project.planned() == {}
    (tmp_path / "images" / "c00" / "000.png").unlink()
    assert project.planned()["augment_class"] == ["class_=c00"]


def test_generators_alone_are_trained_on_all_images(tmp_path):
    draw_classes(tmp_path / "images", 2, 6)
    (tmp_path / "printed.tsv").write_text(HEADER + "Table I\tc00\tFID\t39.3\tfid\t\t\tc00\tgan\n")
    changes = {"classifiers": {}, "arms": {}, "split": {"validation": 0, "test": 0}}
    changes |= {"published": {"table": "printed.tsv"}}
    project = Project(tmp_path, small_config(**changes))
    project.snakemake()
    results = project.results()
    tables = {path.stem for path in (results / "tables").iterdir()}
    assert "verdict" not in tables
    seen = [table(path) for path in sorted((results / "holdout").rglob("training.tsv"))]
    assert [len(rows) for rows in seen] == [6, 6]
    [row] = table(results / "tables" / "published.tsv")
    assert row["ours"].startswith("not run: nothing scored, so no FID")
    assert "No classifier was trained" in (results / "report.html").read_text(encoding="utf-8")
    assert project.planned() == {}
