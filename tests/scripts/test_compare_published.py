"""compare_published.py: each printed number beside ours, and why some have none."""

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.metrics.seeds import summarise_seeds
from augury.metrics.summaries import summarise
from augury.report.published import LEAKED, comparison
from augury.scores.generators import summarise_generators
from augury.tables.by_seed import SeedRow
from augury.tables.classification import write_classification
from augury.tables.generators import GeneratorRow
from augury.tables.models import ModelRow, model_rows
from augury.tables.per_class import PerClassRow
from augury.tables.predictions import Predictions, Run
from augury.tables.published import PublishedRow, read_published
from augury.tables.table import read_rows, write_rows
from tests.scripts.in_process import call
from tests.synthetic_scores import score_row

CLASSES = ("Normal", "Tapered")
HEADER = "table\trow\tcolumn\tvalue\tmeasure\tscale\tarm\tclassifier\tclass\tseed\tgenerator\tnote"


@pytest.fixture
def tables(tmp_path):
    """Two runs on 40 images, of which three quarters of each class are called rightly; and a generator."""
    names, labels = np.arange(40).astype(str), np.arange(40) % 2
    predicted = np.where(np.arange(40) < 30, labels, 1 - labels)
    table = Predictions(names, names, names, np.array(["test"] * 40), labels, np.eye(2)[predicted], CLASSES)
    runs = [(Run("fold0", "real", "cnn", seed), table) for seed in (0, 1)]
    rows, by_class = summarise(runs, True, 200)
    folder = tmp_path / "tables"
    write_classification(folder / "classification.tsv", rows, {"resnet50": "not run: weights missing"})
    write_rows(folder / "per_class.tsv", PerClassRow, by_class)
    write_rows(folder / "by_seed.tsv", SeedRow, summarise_seeds(runs, True))
    records = [{"arm": "real", "classifier": "cnn", "parameters": 27_800_000}]
    write_rows(folder / "models.tsv", ModelRow, model_rows(rows, records))
    scores = [
        score_row(seed=seed, frechet_distance=40.0 + seed, kid=0.012, extractor="inception_v3_fid") for seed in (0, 1)
    ]
    write_rows(folder / "generators.tsv", GeneratorRow, summarise_generators(scores))
    return tmp_path


def compare(folder, *lines, more=()):
    text = "\n".join(["# A remark.", HEADER, *("\t".join(line.split("|")) for line in lines)])
    (folder / "printed.tsv").write_text(text + "\n", encoding="utf-8")
    words = ["--published", folder / "printed.tsv", "--tables", folder / "tables", "--output", folder / "published.tsv"]
    call("compare_published", [*words, *more])
    return read_rows(folder / "published.tsv", PublishedRow)


def test_a_number_beside_ours_its_difference_and_whether_our_interval_holds_it(tables):
    more = ("--deviations", '{"Table 2": "Twins stay together.", "all": "Else."}')
    near, far, of_class = compare(
        tables,
        "Table 1|Ours|Accuracy|80.0%|accuracy||real|cnn||||",
        "Table 2|Ours|Accuracy|0.99|accuracy||real|cnn|||| A remark.",
        "Table 1|Tapered|Recall|.75|recall||real|cnn|Tapered|||",
        more=more,
    )
    assert (near.published, near.ours, near.holds) == (pytest.approx(0.8), 0.75, "yes")
    assert near.difference == pytest.approx(-0.05)
    assert near.ours_low < 0.75 < near.ours_high
    assert near.leaked
    assert (far.holds, far.note, far.deviations) == ("no", "A remark.", "Twins stay together.")
    assert (of_class.ours, of_class.holds, of_class.deviations) == (0.75, "yes", "Else.")
    page = comparison(tables / "published.tsv")
    assert page.summary.startswith("Of 3 printed numbers 2 lie within our intervals and 1 outside; ")
    assert page.deviations == ["Table 1: Else.", "Table 2: Twins stay together."]
    assert page.remarks == [("a", LEAKED), ("b", "A remark.")]
    first = page.tables[0]
    assert (first.name, first.header, [name for name, _ in first.rows]) == (
        "Table 1", ["Accuracy", "Recall"], ["Ours", "Tapered"],
    )  # fmt: skip
    (printed, none), (_, recall) = (cells for _, cells in first.rows)
    assert none is None
    assert (printed.printed, printed.word, printed.footnotes) == ("80.0%", "within", "a")
    assert (printed.ours, recall.ours) == ("75.0%", "0.75")
    assert printed.interval == f"({100 * near.ours_low:.1f} to {100 * near.ours_high:.1f})"


def test_rounding_is_allowed_for(tables):
    low = compare(tables, "T|r|c|0.5|accuracy||real|cnn||||")[0].ours_low
    # Printed to one digit, a number may have been half a tenth higher.
    one, three = (f"{low - 0.01:.{digits}f}" for digits in (1, 3))
    rows = compare(tables, f"T|r|a|{one}|accuracy||real|cnn||||", f"T|r|b|{three}|accuracy||real|cnn||||")
    assert [row.holds for row in rows] == ["yes", "no"]


def test_a_single_seed_hard_labels_and_costs_have_no_interval(tables):
    rows = compare(
        tables,
        "T|Seed-1|Acc|.700|accuracy||real|cnn||1||",
        "T|mean|AUROC|.719|auroc_hard||real|cnn||||",
        "T|size|M|27.80|parameters|1000000|real|cnn||||",
    )
    assert [row.holds for row in rows] == ["no interval"] * 3
    assert [row.ours for row in rows] == [0.75, 0.75, 27_800_000]
    assert rows[2].published == 27_800_000
    assert comparison(tables / "published.tsv").tables[0].rows[2][1][2].ours == "27.80"


def test_distances_are_compared_in_inceptions_features_alone(tables):
    lines = ["T|C|FID|40.2|fid||||Calanoida||dcgan|", "T|C|KID x 100|1.2|kid|0.01|||Calanoida||dcgan|"]
    fid, kid = compare(tables, *lines, more=("--extractor", "inception_v3_fid"))
    assert (fid.ours, fid.holds) == (40.5, "yes")
    assert kid.ours == pytest.approx(kid.published)
    fid, _ = compare(tables, *lines, more=("--extractor", "tf_efficientnet_lite0"))
    assert fid.ours.startswith("not run: scored in features of tf_efficientnet_lite0, which give no FID")


def test_what_we_do_not_have_says_why(tables):
    rows = compare(
        tables,
        "T|r|a|.9|accuracy||gan|cnn||||",
        "T|r|b|.9|accuracy||real|resnet50||||",
        "T|r|c|.9|accuracy||real|cnn||7||",
        "T|r|d|12||||||||Years are not measured.",
    )
    assert [row.ours for row in rows] == [
        "not run: no arm gan in this run",
        "not run: weights missing",
        "not run: no seed 7 in this run",
        "not run: this study has no such number",
    ]
    assert {row.holds for row in rows} == {"not run"}


def test_a_smoke_test_is_compared_with_nothing(tables):
    row = compare(tables, "T|r|c|.9|accuracy||real|cnn||||", more=("--smoke-test",))[0]
    assert (row.ours, row.difference, row.holds) == (0.75, None, "not comparable: a smoke test")


@pytest.mark.parametrize(
    "text, message",
    [
        ("table\trow\tcolumn\tvalue\n", "has no column measure"),
        ("table\trow\tcolumn\tvalue\tmeasure\tarms\n1\t2\t3\t4\t\t\n", "has the unknown column arms"),
        ("table\trow\tcolumn\tvalue\tmeasure\nT\tr\tc\t.9\tacuracy\n", "'acuracy' is no measure"),
        (
            "table\trow\tcolumn\tvalue\tmeasure\nT\tr\tc\thigh\taccuracy\n",
            "line 2: 'high' is no number; mend that line",
        ),
        ("table\trow\tcolumn\tvalue\tmeasure\nT\tr\tc\t93\taccuracy\n", "'93' is no share; write 0.93 or 93%"),
        ("table\trow\tcolumn\tvalue\tmeasure\nT\tr\tc\t93\t\n", "needs a `note`"),
    ],
)
def test_mistakes_in_a_table_of_numbers(tmp_path, text, message):
    (tmp_path / "printed.tsv").write_text(text)
    with pytest.raises(UserError) as raised:
        read_published(tmp_path / "printed.tsv")
    assert message in str(raised.value)


def test_numbers_are_read_as_they_are_printed(tmp_path):
    header = "Table;Row;Column;Value;Measure;Scale;Note\n"
    rows = [
        "T;r;acc;0,95 ± 0,02;accuracy;;",
        "T;r;acc;93,1 %;accuracy;;a; b",
        "T;r;fid;1.234,5;fid;;",
        "T;r;fid;1,234;fid;0,01;",
    ]
    path = tmp_path / "printed.csv"
    path.write_text(header + "\n".join(rows).replace("a; b", '"a; b"'), encoding="utf-8-sig")
    cells = read_published(path)
    assert [cell.value for cell in cells] == ["0.95", "93.1%", "1234.5", "1.234"]
    assert [round(cell.number, 9) for cell in cells] == [0.95, 0.931, 1234.5, 0.01234]
    assert (cells[0].half, cells[1].half, cells[1].note) == (0.005, 0.0005, "a; b")
    path.write_text(header + "T;r;fid;1,234;fid;;\n")
    with pytest.raises(UserError, match=r"line 2: '1,234' may be 1\.234 or 1234; write it with a point, or without"):
        read_published(path)
