"""Figures of chosen images: fitness by generation, and what was chosen beside what chance gives."""

import dataclasses
import json

import matplotlib.pyplot as plt
import numpy as np
import pytest

from augury.command.errors import UserError
from augury.figures.compared import draw as compared
from augury.figures.copies import draw as copies
from augury.figures.fitness_curves import draw as fitness_curves
from augury.images.arrays import save_sheet
from augury.tables.copies import CopyRow
from augury.tables.table import write_dicts, write_rows


@pytest.fixture(autouse=True)
def _no_figure_stays_open():
    yield
    plt.close("all")


def folder_of(root, selection="genetic", seed=0, class_="Amorphous"):
    return root / f"fold1/synthetic/dcgan/{selection}/seed{seed}/{class_}"


def write_history(root, best, searches=1, **names):
    path = folder_of(root, **names) / "history.tsv"
    rows = [
        {"search": search, "generation": generation, "best": value + search, "mean": value + 1, "diversity": 2 * value}
        for search in range(searches)
        for generation, value in enumerate(best)
    ]
    write_dicts(path, list(rows[0]), rows)
    return path


def test_lines_are_means_over_seeds_and_searches(tmp_path):
    paths = [write_history(tmp_path, [3.0, 2.0, 1.0], searches=2), write_history(tmp_path, [5.0, 4.0, 3.0], seed=1)]
    figure = fitness_curves.draw(paths)
    left, right = figure.axes
    assert left.lines[0].get_ydata().tolist() == pytest.approx([(3 + 4 + 5) / 3, (2 + 3 + 4) / 3, (1 + 2 + 3) / 3])
    assert right.lines[0].get_xdata().tolist() == [0, 1, 2]
    assert left.get_title(loc="left") == "Fitness (small is good)\ndcgan, genetic"


def test_each_selection_has_a_row_and_each_class_a_colour(tmp_path):
    paths = [
        write_history(tmp_path, [1.0, 0.5], selection=name, class_=class_)
        for name in ("genetic", "believable")
        for class_ in ("Normal", "Tapered")
    ]
    figure = fitness_curves.draw(paths)
    assert len(figure.axes) == 4
    full = [line for line in figure.axes[0].lines if line.get_linestyle() == "-"]
    assert len({line.get_color() for line in full}) == 2


@pytest.mark.parametrize("labels", [["first", "500th"], ["random", "chosen"]])
def test_the_chosen_stand_below_what_they_are_compared_with(tmp_path, labels):
    folder = folder_of(tmp_path)
    save_sheet_of(folder, 40)
    record = {"compared": labels, "count": 12}
    (folder / "selection.json").write_text(json.dumps(record))
    figure = compared.draw([folder / "compared.png"], [folder / "selection.json"])
    texts = [text.get_text() for text in figure.texts]
    assert texts[0] == "dcgan, genetic, Amorphous"
    assert [text for text in texts[1:] if text] == labels


def test_copies_stand_above_the_strips_of_their_levels(tmp_path):
    rows = [
        CopyRow("edm", name, class_, sigma, False, 1, 32, 8, share, low, high)
        for name in ("near", "far")
        for class_ in ("all", "Amorphous", "Normal")
        for sigma, share, low, high in ((0.5, 1.0, 0.6, 1.0), (2.0, 0.25, None, None))
    ]
    write_rows(tmp_path / "copies.tsv", CopyRow, rows)
    folders = [
        folder_of(tmp_path, name, class_=class_) for name in ("near", "far") for class_ in ("Amorphous", "Normal")
    ]
    for folder in folders:
        folder.mkdir(parents=True)
        save_sheet(folder / "compared.png", np.zeros((6, 8, 8, 1), np.uint8), 3)
        (folder / "selection.json").write_text(json.dumps({"settings": {"sigma": [0.5, 2.0]}}))
    files = [[folder / name for folder in folders] for name in ("compared.png", "selection.json")]
    figure = copies.draw([tmp_path / "copies.tsv"], *files)
    shares = figure.axes[-1]
    assert [line.get_ydata().tolist() for line in shares.lines] == 2 * [[1, 0.25], [0.6, 1]]
    assert [text.get_text() for text in shares.get_xticklabels()] == ["0.5", "2"]
    assert len(figure.axes) == 5
    texts = [text.get_text() for text in figure.texts]
    assert texts[:4] == ["dcgan, near, Amorphous", "parent", "0.5", "2"]  # its shares are of another generator
    rows = [dataclasses.replace(row, generator="dcgan") for row in rows if row.class_ == "Normal"]
    write_rows(tmp_path / "copies.tsv", CopyRow, rows)
    figure = copies.draw([tmp_path / "copies.tsv"], *files)
    assert "0.5\n100%" in [text.get_text() for text in figure.texts]
    assert len(figure.axes[-1].lines) == 4  # of one class there is no row of all


def save_sheet_of(folder, images):
    folder.mkdir(parents=True)
    save_sheet(folder / "compared.png", np.zeros((images, 8, 8, 1), np.uint8), 10)


def test_a_file_elsewhere_is_named(tmp_path):
    with pytest.raises(UserError, match="keep the workflow's folders"):
        fitness_curves.draw([tmp_path / "history.tsv"])
