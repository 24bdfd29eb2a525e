"""predictions.tsv: what is written is read, and what is wrong is named."""

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.tables.predictions import read_predictions, run_of, write_predictions
from tests import unsealed

CLASSES = ("Fusulina", "Triticites sp. 'a'")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "predictions.tsv"
    probabilities = np.array([[0.25, 0.75], [1 / 3, 2 / 3], [1, 0]])
    columns = (["a", "b", "c"], ["1\t.png", "2.png", "3.png"], ["s1", "s1", "s2"], ["test", "validation", "test"])
    write_predictions(path, *columns, [1, 0, 0], CLASSES, probabilities)
    return path


def edited(path, old, new):
    """As another tool might have written it: without the column by which changes show."""
    path.write_text(unsealed.table(path).replace(old, new))
    return path


def test_what_is_written_is_read(path):
    table = read_predictions(path)
    assert table.classes == CLASSES
    assert table.path[0] == "1\t.png"
    assert table.labels.tolist() == [1, 0, 0]
    assert table.predicted.tolist() == [1, 1, 0]
    assert table.probabilities.dtype == np.float64
    np.testing.assert_allclose(table.probabilities[1], [1 / 3, 2 / 3], atol=1e-9)


def test_a_part_holds_its_own_rows(path):
    assert read_predictions(path).of("test").sha256.tolist() == ["a", "c"]
    assert read_predictions(path).of("train").probabilities.shape == (0, 2)


def test_no_rows_at_all_can_be_written_and_read(tmp_path):
    write_predictions(tmp_path / "p.tsv", [], [], [], [], [], CLASSES, np.zeros((0, 2)))
    table = read_predictions(tmp_path / "p.tsv")
    assert table.probabilities.shape == (0, 2)
    assert table.predicted.shape == (0,)


@pytest.mark.parametrize("value", ["0.9", "nan", "inf", "-0.25", "much"])
def test_probabilities_that_are_none_are_named_by_line(path, value):
    with pytest.raises(UserError, match=r"predictions\.tsv, line 2"):
        read_predictions(edited(path, "\t0.25\t", f"\t{value}\t"))


def test_an_unknown_class_is_named(path):
    with pytest.raises(UserError, match="line 4: class 'Misellina'"):
        read_predictions(edited(path, "test\tFusulina\tFusulina", "test\tMisellina\tFusulina"))


def test_an_answer_that_is_not_the_most_probable_is_refused(path):
    with pytest.raises(UserError, match="line 4"):
        read_predictions(edited(path, "test\tFusulina\tFusulina", "test\tFusulina\tTriticites sp. 'a'"))


def test_a_cut_off_line_is_named(path):
    with pytest.raises(UserError, match="line 4: 7 cells"):
        read_predictions(edited(path, "Fusulina\t1\t0", "Fusulina\t1"))


def test_a_changed_cell_is_named_by_its_line(path):
    path.write_text(path.read_text().replace("\t0.25\t", "\t0.35\t"))
    with pytest.raises(UserError, match=r"predictions\.tsv, line 2: not as it was written \(column `check`\)"):
        read_predictions(path)


@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.replace("\t", ";").replace('"1;.png"', "1.png").replace("0.25;0.75", "0,25;0,75"),
        lambda text: text.replace('"1\t.png"', "1.png").replace("\t", ",").replace("sha256", "SHA256 "),
        lambda text: "# from another program\r\n" + text.replace("\n", "\r\n").replace('"1\t.png"', "1.png") + "\r\n",
    ],
)
def test_tables_of_other_programs_are_read(path, written):
    path.write_bytes(written(path.read_text()).encode("utf-8-sig"))
    table = read_predictions(path)
    assert (table.classes, table.path.tolist()) == (CLASSES, ["1.png", "2.png", "3.png"])
    assert table.labels.tolist() == [1, 0, 0]
    assert table.probabilities[0].tolist() == [0.25, 0.75]


def test_a_quote_swallows_no_rows(path):
    path.write_text(path.read_text().replace("2.png", '"2.png'))
    with pytest.raises(UserError, match=r'line 3: the cell `"2\.png` begins with a quote that does not close it'):
        read_predictions(path)


def test_a_missing_column_is_named(path):
    with pytest.raises(UserError, match="no column specimen"):
        read_predictions(edited(path, "specimen", "individual"))


def test_writing_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="no distribution"):
        write_predictions("unused.tsv", ["a"], ["a.png"], ["s"], ["test"], [0], CLASSES, np.array([[0.5, 0.6]]))
    with pytest.raises(ValueError, match="columns of"):
        write_predictions("unused.tsv", ["a", "b"], ["a.png"], ["s"], ["test"], [0], CLASSES, np.array([[0.5, 0.5]]))


def test_a_run_is_read_from_its_path():
    run = run_of("results/demo/fold0/classifiers/dcgan-x2/resnet50/seed12/predictions.tsv")
    assert run == ("fold0", "dcgan-x2", "resnet50", 12)
    with pytest.raises(UserError, match="seed"):
        run_of("results/predictions.tsv")
