"""A study whose classes stand in a table: what is indexed and divided, and what a changed label makes again.

The label is changed in the table, and in a page, by a key.
"""

import pytest

from augury.tables.rows import ImageRow
from augury.tables.table import read_rows
from tests.browser import CHROMIUM, WHY_NOT, browser
from tests.project import Project, draw_image, small_config
from tests.scripts.in_process import call

SPLIT = "results/small/splits/holdout.tsv"
TAXA = {"Calanoida<Copepoda": "Calanoida", "other<living": "other living", "Oithona": "Oithona"}


@pytest.fixture
def project(tmp_path):
    rows = ["img_file_name\tobject_annotation_category", "[t]\t[t]"]
    for kind, taxon in enumerate(TAXA):
        for number in range(6):
            draw_image(tmp_path / "my images #1" / f"cruise{number % 2}" / f"{kind}_{number:03d}.png", number, kind)
            rows.append(f"cruise{number % 2}/{kind}_{number:03d}.png\t{taxon}")
    draw_image(tmp_path / "my images #1" / "0_000_mask.png", 50, 1)
    (tmp_path / "export.tsv").write_text("\n".join(rows) + "\n")
    labels = {"table": "export.tsv", "path": "img_file_name", "class": "object_annotation_category"}
    labels["rename"] = {label: name for label, name in TAXA.items() if label != name}
    return Project(tmp_path, small_config(images="my images #1", labels=labels, exclude=["*_mask.png"]))


def index(project, class_):
    rows = read_rows(project.results() / "images" / class_ / "index.tsv", ImageRow)
    return sorted(row.path.rpartition("/")[2] for row in rows)


def corrected_in_page(project, name, key):
    """The table that is downloaded after a press of the key on the image."""
    call("browse_images", ["results/small", "--what", "splits", "--output", "page.html"])
    with browser(project.folder / "profile") as page:
        page.open(project.folder / "page.html")
        page.run(f"[...document.querySelectorAll('.card')].find(each => each.textContent.includes('{name}')).click()")
        page.press(key)
        return page.downloaded(project.folder, "corrections.tsv", lambda: page.press("d"))


def test_a_changed_label_makes_its_two_classes_again_and_a_moved_folder_none(project, monkeypatch):
    project.snakemake(SPLIT)
    assert index(project, "other living") == [f"1_{number:03d}.png" for number in range(6)]
    table = project.folder / "export.tsv"
    table.write_text(table.read_text().replace("1_003.png\tother<living", "1_003.png\tOithona"))
    again = ["Oithona", "other living"]
    assert project.planned(SPLIT) == {
        "index_class": [f"class_={name}" for name in again],
        "split_class": [f"split=holdout, class_={name}" for name in again],
        "merge_split": ["split=holdout"],
    }
    project.snakemake(SPLIT)
    assert index(project, "Oithona") == ["1_003.png", *(f"2_{number:03d}.png" for number in range(6))]
    header, types, *lines = table.read_text().splitlines()
    table.write_text("\n".join([header, types, *reversed(lines)]).replace("cruise0/", "leg 2/"))
    (project.folder / "my images #1" / "cruise0").rename(project.folder / "my images #1" / "leg 2")
    assert project.planned(SPLIT) == {}
    if not CHROMIUM:
        pytest.skip(WHY_NOT)
    monkeypatch.chdir(project.folder)
    path = corrected_in_page(project, "1_005.png", "2")  # the second class, Oithona
    project.write_config(project.config | {"corrections": [path.name]})
    assert project.planned(SPLIT) == {
        "index_class": [f"class_={name}" for name in again],
        "split_class": [f"split=holdout, class_={name}" for name in again],
        "merge_split": ["split=holdout"],
    }
