"""Figures of explanations and of confused pairs: what they count, and that odd studies can be drawn."""

import re
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np
import pytest

from augury.command.errors import UserError
from augury.figures.confused_pairs import draw as confused_pairs
from augury.figures.explained import key_of, of_first_arms
from augury.figures.grad_cam import draw as grad_cam
from augury.figures.umap import draw as umap
from augury.images.arrays import save_sheet
from augury.tables.explanations import ExplainedRow, MapRow
from augury.tables.predictions import write_predictions
from augury.tables.rows import PackRow
from augury.tables.table import write_rows


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def texts(figure):
    return [text.get_text() for text in figure.texts]


def predictions(folder, classifier, labels, predicted, classes=("x", "y"), part="test"):
    path = folder / "fold0" / "classifiers" / "real" / classifier / "seed0" / "predictions.tsv"
    names = [f"{number:02d}" for number in range(len(labels))]
    rows = np.full((len(labels), len(classes)), 0.1)
    rows[np.arange(len(labels)), predicted] = 1.1 - 0.1 * len(classes)
    write_predictions(path, names, names, names, [part] * len(names), labels, classes, rows)
    return path


def packs(folder, classes=("x", "y"), count=6):
    paths = []
    for shade, name in enumerate(classes):
        folder.mkdir(exist_ok=True)
        np.save(folder / f"{name}.npy", np.full((count, 16, 16, 3), 40 + 90 * shade, np.uint8))
        write_rows(folder / f"{name}.tsv", PackRow, [PackRow(f"{number:02d}") for number in range(count)])
        paths.append(folder / f"{name}.npy")
    return paths


def test_pairs_are_counted_over_all_models(tmp_path):
    """x, x, x, y, y, y; the first calls two of x and one of y wrongly, the second one of x."""
    paths = [
        predictions(tmp_path, "a", [0, 0, 0, 1, 1, 1], [1, 1, 0, 0, 1, 1]),
        predictions(tmp_path, "b", [0, 0, 0, 1, 1, 1], [0, 1, 0, 1, 1, 1]),
    ]
    figure = confused_pairs.draw(paths, packs(tmp_path / "packs"))
    texts_shown = texts(figure)
    assert "x taken for y: 3 of 6" in texts_shown
    assert "y taken for x: 1 of 6" in texts_shown
    assert texts_shown.index("x taken for y: 3 of 6") < texts_shown.index("y taken for x: 1 of 6")
    assert "2 of 2" in texts_shown  # image 01, by both
    assert "1 of 2" in texts_shown


def test_the_pair_with_more_wrong_answers_comes_first_and_of_equals_the_rarer_class():
    answers = {
        "x": {"0": Counter(y=2, x=1)},
        "y": {"1": Counter(x=2)},
        "z": {"2": Counter(x=3), "3": Counter(z=9)},
    }
    totals = Counter(x=3, y=2, z=12)
    assert confused_pairs.worst(answers, totals) == [("z", "x"), ("y", "x"), ("x", "y")]
    assert confused_pairs.examples({"x": {"b": Counter(y=1), "a": Counter(y=1), "c": Counter(y=2)}}, "x", "y") == [
        "c", "a", "b",
    ]  # fmt: skip


def test_without_mistakes_a_sentence_stands_there(tmp_path):
    figure = confused_pairs.draw([predictions(tmp_path, "a", [0, 1], [0, 1])], packs(tmp_path / "packs"))
    assert texts(figure) == ["No test image was taken for another class."]


def test_an_image_that_a_pack_lacks_is_named(tmp_path):
    path = predictions(tmp_path, "a", [0] * 6 + [1], [1] * 6 + [1])
    with pytest.raises(UserError, match="does not hold image 06"):
        confused_pairs.draw([path], packs(tmp_path / "packs"))
    with pytest.raises(UserError, match="no pack was given for class y"):
        confused_pairs.draw([path], packs(tmp_path / "packs")[:1])


def explanation(folder, arm, classifier, rows, shade=100):
    folder_of_seed = folder / "explanations" / arm / classifier / "seed0"
    folder_of_seed.mkdir(parents=True)
    write_rows(folder_of_seed / "grad_cam.tsv", ExplainedRow, rows)
    cells = np.full((max(1, 2 * len(rows)), 16, 16, 3), shade, np.uint8)
    save_sheet(folder_of_seed / "grad_cam.png", cells, max(1, len(rows)))
    return folder_of_seed / "grad_cam.png", folder_of_seed / "grad_cam.tsv"


def shown(sha256, predicted="x"):
    return ExplainedRow(sha256, f"{sha256}.png", "x", predicted, 0.9, "network.0", True)


def test_every_model_has_a_row_and_wrong_answers_are_crossed(tmp_path):
    rows = [shown(str(number)) for number in range(10)]
    pairs = [
        explanation(tmp_path, "real", "cnn", rows),
        explanation(tmp_path, "gan", "cnn", [shown("0", "y"), *rows[1:]]),
    ]
    figure = grad_cam.draw(*zip(*pairs, strict=True))
    assert len(figure.axes) == 30  # ten images, and their maps by two models
    texts_shown = texts(figure)
    assert texts_shown.count("the image") == 2  # eight in the first block, two in the second
    assert texts_shown.count("✗y") == 1
    assert texts_shown.count("x") == 29


def test_models_that_show_other_images_or_lack_a_table_are_told(tmp_path):
    first, second = (explanation(tmp_path, arm, "cnn", [shown(arm)]) for arm in ("real", "gan"))
    with pytest.raises(UserError, match="shows other images than"):
        grad_cam.draw([first[0], second[0]], [first[1], second[1]])
    with pytest.raises(UserError, match=r"no grad_cam\.tsv was given"):
        grad_cam.draw([first[0], second[0]], [first[1]])


def test_nothing_to_explain_is_said(tmp_path):
    sheet, table = explanation(tmp_path, "real", "cnn", [])
    assert texts(grad_cam.draw([sheet], [table])) == ["No image was judged, so there is none to explain."]
    write_rows(tmp_path / "explanations/real/cnn/seed0/umap.tsv", MapRow, [])
    assert texts(umap.draw([tmp_path / "explanations/real/cnn/seed0/umap.tsv"])) == [
        "There are too few images for a map."
    ]


def test_a_map_has_a_panel_a_model_and_a_legend_of_kinds_and_classes(tmp_path):
    paths = []
    for arm in ("real", "gan"):
        path = tmp_path / "explanations" / arm / "cnn" / "seed0" / "umap.tsv"
        kinds = ("train", "test", "synthetic") if arm == "gan" else ("train", "test")
        rows = [MapRow(float(n), 0.0, kind, name, str(n)) for n, kind in enumerate(kinds) for name in ("x", "y")]
        path.parent.mkdir(parents=True)
        write_rows(path, MapRow, rows)
        paths.append(path)
    figure = umap.draw(paths)
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["real", "gan"]
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["training image", "synthetic image", "test image", "x", "y"]
    points = [sum(len(each.get_offsets()) for each in axis.collections) for axis in figure.axes]
    assert points == [4, 6]


def test_of_many_models_those_of_the_first_arms_are_shown(tmp_path):
    paths = {
        f"{arm}-{kind}": tmp_path / "explanations" / arm / kind / "seed0" / "umap.tsv" for arm in "abc" for kind in "xy"
    }

    def kept(most):
        chosen = of_first_arms(list(paths.values()), most)
        return [name for name, path in paths.items() if path in chosen]

    assert kept(6) == list(paths)
    assert kept(5) == ["a-x", "a-y", "b-x", "b-y"]
    assert kept(1) == ["a-x"]
    assert of_first_arms([]) == []


def test_an_explanation_out_of_its_folder_is_told(tmp_path):
    with pytest.raises(UserError, match=re.escape("keep the workflow's folders")):
        key_of(tmp_path / "umap.tsv")
