"""Figures of generators: scores, their course, discriminators, and sheets of images."""

import json

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D

from augury.command.errors import UserError
from augury.figures.ada import draw as ada
from augury.figures.generator_losses import draw as generator_losses
from augury.figures.generator_scores import draw as generator_scores
from augury.figures.latent_walk import draw as latent_walk
from augury.figures.neighbours import draw as neighbours
from augury.figures.score_curves import draw as score_curves
from augury.figures.sheets import spread_out
from augury.figures.truncations import draw as truncations
from augury.images.arrays import save_sheet
from augury.scores.generators import summarise_generators
from augury.tables.generators import GeneratorRow
from augury.tables.synthetic import NeighbourRow, ScoreRow
from augury.tables.table import write_dicts, write_rows
from tests.synthetic_scores import score_row


@pytest.fixture(autouse=True)
def _no_figure_stays_open():
    yield
    plt.close("all")


def tables(folder, rows):
    write_rows(folder / "synthetic.tsv", ScoreRow, rows)
    write_rows(folder / "generators.tsv", GeneratorRow, summarise_generators(rows))
    return {"generators": [folder / "generators.tsv"], "synthetic": [folder / "synthetic.tsv"]}


def write_history(folder, generator, class_, **columns):
    path = folder / f"fold0/generators/{generator}/seed0/{class_}/history.tsv"
    plain = {"loss_discriminator": 1.2, "loss_generator": 0.8, "d_real": 0.6, "d_fake": 0.4, "bce": 0.6}
    rows = [{"kimg": kimg} | plain | columns for kimg in (1, 2, 3)]
    write_dicts(path, list(rows[0]), rows)
    return path


def write_sheet(folder, name, generator="dcgan", class_="Calanoida", split="fold0", shade=0, rows=2, columns=3):
    path = folder / f"{split}/generators/{generator}/seed0/{class_}/{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    save_sheet(path, np.full((rows * columns, 8, 8, 1), shade, np.uint8), columns)
    return path


def texts(figure):
    return [text.get_text() for text in figure.texts]


def dots(axis):
    """Places of all dots of a panel, small and large, by size."""
    found = {}
    for collections_of in axis.findobj(PathCollection):
        found.setdefault(float(collections_of.get_sizes()[0]), []).extend(collections_of.get_offsets().tolist())
    return found


def test_scores_stand_at_their_means_with_every_training_below(tmp_path):
    rows = [score_row(seed=seed, frechet_distance=value, kid=value / 100) for seed, value in enumerate((4.0, 6.0, 8.0))]
    figure = generator_scores.draw(**tables(tmp_path, rows))
    frechet, kernel = figure.axes
    small, large = (dots(frechet)[size] for size in sorted(dots(frechet)))
    assert [x for x, _ in small] == [4, 6, 8]
    assert large == [[6, 0]]
    # Mean 6, standard error 2/sqrt(3), t(0.975, 2) = 4.30265: 6 +- 4.9683, within the panel.
    (bar,) = [line for line in frechet.lines if len(line.get_xdata()) == 2 and line.get_ydata()[0] == 0]
    assert list(bar.get_xdata()) == pytest.approx([6 - 4.9683, 6 + 4.9683], abs=1e-4)
    assert dots(kernel)[38.0] == [[pytest.approx(6), 0]]
    assert (frechet.get_title(loc="left"), kernel.get_title(loc="left")) == ("FD\n(lite0)", "KD\n(lite0)")


def test_one_training_shows_its_own_interval_and_a_long_one_is_cut(tmp_path):
    rows = [
        score_row(class_="a", frechet_distance=10.0, frechet_low=9.0, frechet_high=11.0, kid=0.1),
        score_row(class_="b", frechet_distance=12.0, frechet_low=-500.0, frechet_high=900.0, kid=0.2),
    ]
    axis = generator_scores.draw(**tables(tmp_path, rows)).axes[0]
    bars = [list(line.get_xdata()) for line in axis.lines if line.get_linewidth() == 1.2]
    assert bars[0] == [9, 11]
    left, right = axis.get_xlim()
    assert bars[1] == [left, right]
    assert -20 < left < right < 40
    assert [line.get_marker() for line in axis.lines if line.get_marker() in "<>"] == ["<", ">"]


def test_sixteen_classes_of_four_generators_keep_apart(tmp_path):
    names = [f"generator{index}" for index in range(4)]
    rows = [
        score_row(generator=name, class_=f"class{index:02d}", frechet_distance=10.0 + index, kid=0.1)
        for name in names
        for index in range(16)
    ]
    figure = generator_scores.draw(**tables(tmp_path, rows))
    axis = figure.axes[0]
    heights = sorted({y for _, y in dots(axis)[38.0]})
    assert len(heights) == 64
    inches = figure.get_size_inches()[1] / 18  # a class and its share of the rest
    assert np.diff(heights).min() * inches > 0.12


def test_leaked_classes_are_marked(tmp_path):
    rows = [score_row(frechet_distance=1.0, leaked=True)]
    axis = generator_scores.draw(**tables(tmp_path, rows)).axes[0]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["Calanoida\n(leaked)"]


def curve(generator="dcgan", class_="Calanoida", seed=0, values=(0.3, 0.1, 0.2), kimg=(5.0, 10.0, 12.0)):
    best = int(np.argmin(values))
    return [
        score_row(
            generator=generator, class_=class_, seed=seed, snapshot=snapshot, kimg=seen, kid_reference=value,
            kid_reference_low=value - 0.05, kid_reference_high=value + 0.05, best=index == best,
        )
        for index, (snapshot, seen, value) in enumerate(zip((50, 100, None), kimg, values, strict=True))
    ]  # fmt: skip


def test_curves_run_over_images_with_the_best_snapshot_ringed(tmp_path):
    others = score_row(truncation=0.5, kid_reference=9.0), score_row(selection="genetic", kid_reference=9.0)
    axis = score_curves.draw(tables(tmp_path, [*curve(), *others])["synthetic"]).axes[0]
    assert axis.lines[0].get_xydata().tolist() == [[5, 30], [10, 10], [12, 20]]
    assert dots(axis)[70.0] == [[10, 10]]
    assert axis.get_ylabel() == "KD × 100\n(lite0)"


def test_many_classes_become_a_median_by_snapshot(tmp_path):
    rows = [
        row
        for index in range(7)
        for row in curve(
            class_=f"c{index}",
            values=(0.3 + index, 0.1 + index, 0.2 + index),
            kimg=(5.0 + index, 2 * (5.0 + index), 3 * (5.0 + index)),
        )
    ]
    (axis,) = score_curves.draw(tables(tmp_path, rows)["synthetic"]).axes
    assert axis.get_title(loc="left") == "median of 7 classes"
    # Classes reach a snapshot after different numbers of images: the point stands at the median of those too.
    np.testing.assert_allclose(axis.lines[0].get_xydata(), [[8, 330], [16, 310], [24, 320]])
    few = score_curves.draw(tables(tmp_path, rows[:6])["synthetic"]).axes
    assert [axis.get_title(loc="left") for axis in few] == ["c0", "c1"]


def test_a_study_without_distances_says_so(tmp_path):
    made = tables(tmp_path, [score_row()])
    assert texts(score_curves.draw(made["synthetic"])) == ["No class had images enough for a kernel distance."]
    assert texts(generator_scores.draw(**tables(tmp_path, []))) == ["No generator was scored."]


def test_signs_are_shown_for_all_and_p_for_those_that_have_it(tmp_path):
    paths = [
        write_history(tmp_path, "dcgan", "a", r_t=0.5),
        write_history(tmp_path, "stylegan2-ada", "a", r_t=0.7, ada_p=0.3),
    ]
    figure = ada.draw(paths)
    assert [len(axis.lines) for axis in figure.axes] == [1, 0, 1, 1]
    assert [text.get_text() for text in figure.axes[1].texts] == ["not used"]
    assert figure.axes[3].lines[0].get_ydata().tolist() == [0.3] * 3
    assert len(ada.draw(paths[:1]).axes) == 1
    with pytest.raises(UserError, match="r_t"):
        ada.draw([write_history(tmp_path, "old", "a")])


def test_losses_are_drawn_whatever_else_histories_hold(tmp_path):
    paths = [
        write_history(tmp_path, "dcgan", "a", r_t=0.5),
        write_history(tmp_path, "stylegan2", "a", r_t=0.7, ada_p=0.3, r1=0.1, path_length=None, lecam=0.2),
    ]
    levels = [[line.get_ydata()[0] for line in axis.lines] for axis in generator_losses.draw(paths).axes]
    # The discriminator's loss of 1.2 is twice its cross-entropy of 0.6, which is drawn; ln 2 and 0.5 are dotted.
    assert levels == [pytest.approx([0.6, 0.8, np.log(2)]), pytest.approx([0.6, 0.4, 0.5])] * 2


def test_the_median_reads_every_class_at_the_same_number_of_images(tmp_path):
    # Eight classes rise by 0.01 an image, recorded at different places: so does their median.
    for index in range(8):
        path = tmp_path / f"fold0/generators/g/seed0/c{index}/history.tsv"
        rows = [{"kimg": kimg, "r_t": kimg / 100} for kimg in np.linspace(index, 40 + 5 * index, 6)]
        write_dicts(path, ["kimg", "r_t"], rows)
    figure = ada.draw(sorted(tmp_path.glob("fold0/generators/g/seed0/*/history.tsv")))
    (median,) = [line for line in figure.axes[0].lines if line.get_linewidth() == 2.2]
    x, y = median.get_xydata().T
    np.testing.assert_allclose(y, x / 100, atol=1e-9)
    assert 55 < x.max() < 61  # four of eight trainings go on to 60


def test_truncations_label_the_rows_of_the_first_run(tmp_path):
    paths = [
        write_sheet(tmp_path, "truncations", generator, class_, split, shade=shade)
        for split, shade in (("fold0", 40), ("fold1", 90))
        for generator in ("dcgan", "stylegan2")
        for class_ in ("a", "b")
    ]
    records = []
    for path in paths:
        records.append(path.with_name("generator.json"))
        records[-1].write_text(json.dumps({"truncations": [1.0, 0.7]}))
    figure = truncations.draw(paths, records)
    assert texts(figure) == [
        word for title in ("dcgan, a", "dcgan, b", "stylegan2, a", "stylegan2, b") for word in (title, "1", "0.7")
    ]
    assert {int(axis.images[0].get_array().min()) for axis in figure.axes} == {40}
    # Each label stands at the middle of its row of images: a quarter and three quarters down, but for the gap.
    box, (_, *labels) = figure.axes[0].get_position(), figure.texts[:3]
    down = [(box.y1 - label.get_position()[1]) / box.height for label in labels]
    assert down == pytest.approx([4 / 18, 14 / 18])
    with pytest.raises(UserError, match=r"no generator\.json was given"):
        truncations.draw(paths, records[1:])
    records[0].write_text("{}")
    with pytest.raises(UserError, match="names no truncations"):
        truncations.draw(paths, records)


def test_walks_stand_in_two_columns_where_there_are_many(tmp_path):
    paths = [write_sheet(tmp_path, "latent_walk", class_=f"c{index}") for index in range(7)]
    one, two = latent_walk.draw(paths[:6]), latent_walk.draw(paths)
    assert len({round(axis.get_position().x0, 3) for axis in one.axes}) == 1
    assert len({round(axis.get_position().x0, 3) for axis in two.axes}) == 2
    for figure in (one, two):
        boxes = [axis.get_position() for axis in figure.axes]
        assert not any(a.overlaps(b) for index, a in enumerate(boxes) for b in boxes[:index])
        assert all(min(box.x0, box.y0) >= 0 and max(box.x1, box.y1) <= 1 for box in boxes)
        width, height = figure.get_size_inches()
        shape = [round(box.width * width / (box.height * height), 2) for box in boxes]
        assert set(shape) == {round(28 / 18, 2)}  # three images of 8 pixels and two gaps, by two images and one gap


def test_a_sheet_that_is_no_image_is_named(tmp_path):
    path = write_sheet(tmp_path, "latent_walk")
    path.write_text("no image")
    with pytest.raises(UserError, match=r"latent_walk\.png is no PNG"):
        latent_walk.draw([path])


def test_sheets_are_spread_evenly_over_generators_and_their_classes():
    items = {(generator, f"c{index:02d}"): None for generator in ("a", "b", "c", "d") for index in range(16)}
    chosen = list(spread_out(items))
    assert len(chosen) == 24
    assert [class_ for generator, class_ in chosen if generator == "c"] == ["c00", "c03", "c06", "c09", "c12", "c15"]
    assert list(spread_out(items, most=3)) == [("a", "c00"), ("b", "c00"), ("c", "c00")]
    assert spread_out({}) == {}


def pairs(folder, split, class_, count):
    path = folder / f"{split}/synthetic/dcgan/random/seed0/{class_}/neighbours.tsv"
    path.parent.mkdir(parents=True)
    rows = [
        NeighbourRow(split, "dcgan", 0, class_, None, index, "ab", "x.png", 0.2, 0.8 if index else 0.0)
        for index in range(count)
    ]
    write_rows(path, NeighbourRow, rows)
    save_sheet(path.with_suffix(".png"), np.zeros((max(2, 2 * count), 8, 8, 3), np.uint8), max(1, count))
    return path


def test_pairs_bear_the_ratio_of_their_distances(tmp_path):
    paths = [pairs(tmp_path, "fold0", "empty", 0), pairs(tmp_path, "fold0", "a", 3), pairs(tmp_path, "fold1", "a", 2)]
    figure = neighbours.draw(paths, [path.with_suffix(".png") for path in paths])
    assert texts(figure) == ["dcgan, a", "synthetic", "training", "–", "0.25", "0.25"]
    assert "images enough" in texts(neighbours.draw(paths[:1], []))[0]
    with pytest.raises(UserError, match=r"no neighbours\.png was given"):
        neighbours.draw(paths, [])


def test_ratios_that_divide_by_nothing_are_told_apart():
    def row(distance, neighbour_distance):
        return NeighbourRow("fold0", "dcgan", 0, "a", None, 0, "ab", "x.png", distance, neighbour_distance)

    # A pixel copy; a training image with a twin; a lone training image, which has no kin.
    assert [neighbours.ratio(row(*pair)) for pair in ((0.0, 0.0), (0.2, 0.0), (0.2, float("inf")))] == [
        "0.00",
        "–",
        "–",
    ]


def test_a_legend_names_every_generator(tmp_path):
    rows = curve("dcgan") + curve("stylegan2")
    figure = score_curves.draw(tables(tmp_path, rows)["synthetic"])
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["dcgan", "stylegan2", "best snapshot"]
    assert all(isinstance(line, Line2D) for line in legend.legend_handles)
