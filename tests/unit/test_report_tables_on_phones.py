"""Every table of the report shows its point first on a phone: none is looked for by scrolling to the right."""

import dataclasses
import json
import types
import typing

import pytest

from augury.report.page import render
from augury.scores.generators import compare_generators, summarise_generators
from augury.tables.catalogue import TABLES
from augury.tables.generator_pairs import PairRow
from augury.tables.generators import GeneratorRow
from augury.tables.inspection import ShortcutRow, ViewsRow, WarningRow
from augury.tables.rows import DuplicateRow, QuarantineRow
from augury.tables.synthetic import ScoreRow
from augury.tables.table import write_rows
from tests.browser import CHROMIUM, WHY_NOT, browser
from tests.report_studies import study
from tests.synthetic_scores import score_row

NAMES = {
    "arm": "diffusion-x2", "baseline": "real", "classifier": "probe", "class_": "Bacillariophyceae", "split": "all",
    "seed": "all", "part": "test", "word": "underpowered", "words": "underpowered (3)", "extractor": "mobilenetv2",
    "without": "far test specimens", "by": "tf_efficientnet_lite0", "rank": "class", "status": "measured",
    "path": "resources/images/Tripos/0001.png", "path_a": "resources/images/Tripos/1.png", "class_a": "Tripos",
    "path_b": "resources/images/Noctilucales/2.png", "class_b": "Noctilucales", "measure": "accuracy",
    "architecture": "mobilenetv2_100", "reason": "not an image: text",
}  # fmt: skip
# What stands beside the name of a row, by the name of the table.
POINT = {
    "verdict": ["verdict", "difference"],
    "sensitivity": ["words", "difference"],
    "worth": ["worth, specimens per class"],
    "differences": ["accuracy, points"],
    "classification": ["accuracy"],
    "models": ["accuracy"],
    "per_class": ["precision", "recall"],
    "confusions": ["share", "wrong answers"],
    "coverage": ["coverage"],
    "by_seed": ["accuracy"],
    "ranks": ["accuracy"],
    "generators": ["diffusion: Frechet distance", "diffusion: kernel distance × 100"],
    "generator_pairs": ["Frechet distance, difference"],
    "copies": ["copies"],
    "synthetic": ["Frechet distance"],
    "runtime": ["time"],
    "Similarity within classes": ["likeness", "with a near one", "test to training"],
    "Shortcuts: file properties that predict the class": ["balanced accuracy", "chance"],
    "Images by class and part": ["training", "validation", "test"],
    "Excluded files": ["reason"],
    "Label conflicts": ["images"],
}
in_browser = pytest.mark.skipif(not CHROMIUM, reason=WHY_NOT)


def sample(row, **cells):
    """A row whose numbers have as many digits as results have, and names as long as those of real studies."""
    made = {}
    for field in dataclasses.fields(row):
        kind = typing.get_type_hints(row).get(field.name, field.type)
        kinds = typing.get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
        made[field.name] = (
            NAMES.get(field.name, "diffusion") if str in kinds and float not in kinds and int not in kinds
            else False if bool in kinds
            else 0.8765 if float in kinds
            else 123
        )  # fmt: skip
    return row(**made | cells)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    classes = ["Bacillariophyceae", "Tripos"]
    sources = study(folder, classes, ["real", "classical", "diffusion"], generators=["diffusion", "dcgan"])
    scores = [
        score_row(generator=name, class_=class_, extractor=extractor, frechet_distance=123.4, frechet_low=111.2,
                  frechet_high=135.6, kid=0.0123, kid_low=0.0111, kid_high=0.0135)
        for name in ("diffusion", "dcgan") for class_ in classes
        for extractor in ("tf_efficientnet_lite0", "mobilenetv2")
    ]  # fmt: skip
    write_rows(folder / "tables" / "synthetic.tsv", ScoreRow, scores)
    write_rows(folder / "tables" / "generators.tsv", GeneratorRow, summarise_generators(scores))
    write_rows(folder / "tables" / "generator_pairs.tsv", PairRow, compare_generators(scores))
    for name, table in TABLES.items():
        path = folder / "tables" / f"{name}.tsv"
        if not table.apart and not path.exists():
            write_rows(path, table.row, [sample(table.row)])
    write_rows(folder / "quarantine.tsv", QuarantineRow, [sample(QuarantineRow)])
    write_rows(folder / "duplicates.tsv", DuplicateRow, [sample(DuplicateRow, conflict=True, relation="near")])
    looked = folder / "inspection"
    for name, row in (("warnings", WarningRow), ("views", ViewsRow), ("shortcuts", ShortcutRow)):
        write_rows(looked / f"{name}.tsv", row, [sample(row)])
    tables = sorted((folder / "tables").glob("*.tsv"))
    sources = dataclasses.replace(sources, tables=tables, inspection=sorted(looked.iterdir()))
    (folder / "page.html").write_text(render(sources), encoding="utf-8")
    return folder / "page.html"


def test_every_table_has_its_point():
    assert {name for name, table in TABLES.items() if not table.apart} <= set(POINT)


@in_browser
def test_on_a_phone_every_table_shows_its_point_first(page, tmp_path):
    with browser(tmp_path / "profile") as opened:
        opened.open(page, 390, 844)
        opened.run("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        seen = opened.run(
            "[...document.querySelectorAll('.box.tall:has(table)')].map(box => [box.closest('section').id, "
            "box.ariaLabel, box.getBoundingClientRect().right, [...box.querySelectorAll('thead th')]"
            ".filter(each => each.offsetWidth)"
            ".map(each => [each.innerText.trim(), each.getBoundingClientRect().right])])"
        )
    found = {}
    for section, label, edge, heads in seen:
        name = section.removeprefix("table-") if section.startswith("table-") else label
        found[name] = heads
        beside = heads[1 : 1 + len(POINT[name])]
        assert [head for head, _ in beside] == POINT[name]
        assert beside[-1][1] <= edge + 1, (name, heads)
    assert found.keys() == POINT.keys(), json.dumps(found)
