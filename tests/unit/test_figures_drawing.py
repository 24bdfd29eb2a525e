"""Every figure is drawn from small tables, whatever is missing, and twice the same."""

import re

import matplotlib as mpl
import numpy as np
import pytest
import seaborn as sns

from augury.command.errors import UserError
from augury.figures import theme
from augury.figures.runs import mean_curve, panels
from augury.metrics.classification import ranking
from augury.metrics.summaries import summarise
from augury.tables.classification import ClassificationRow
from augury.tables.predictions import read_predictions, run_of, write_predictions
from augury.tables.table import write_dicts, write_rows

CLASSES = ("Calanoida", "Cyclopoida", "Siphonostomatoida of a very long name")


def write_run(folder, arm, classifier, seed, parts=("validation", "test")):
    """Predictions of nine images a part, better with each seed."""
    path = folder / f"fold0/classifiers/{arm}/{classifier}/seed{seed}/predictions.tsv"
    random = np.random.default_rng(seed)
    labels = np.tile([0, 0, 0, 1, 1, 1, 2, 2, 2], len(parts))
    probabilities = random.dirichlet(np.ones(3), len(labels)) + (1 + seed) * np.eye(3)[labels]
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    names = [f"{index}" for index in range(len(labels))]
    write_predictions(path, names, names, names, np.repeat(parts, 9), labels, CLASSES, probabilities)
    columns = ["epoch", "loss_train", "accuracy_train", "loss_validation", "accuracy_validation"]
    history = [dict(zip(columns, (e, 1 / e, 1 - 0.5 / e, 2 / e, 1 - 1 / e), strict=True)) for e in range(1, 4 + seed)]
    write_dicts(path.with_name("history.tsv"), columns, history)
    return path


def write_generator(folder, generator, class_, scale=1.0):
    path = folder / f"fold0/generators/{generator}/seed0/{class_}/history.tsv"
    names = ["kimg", "loss_discriminator", "loss_generator", "d_real", "d_fake", "bce"]
    rows = [dict(zip(names, (k, scale * 0.7, 0.7, 0.6, 0.4, 0.7), strict=True)) for k in range(1, 4)]
    write_dicts(path, names, rows)
    return path


@pytest.fixture
def paths(tmp_path):
    return [write_run(tmp_path, arm, "lenet", seed) for arm in ("real", "dcgan-x1") for seed in (0, 1)]


def tabulated(paths, target):
    groups = {}
    for path in paths:
        groups.setdefault(run_of(path).arm, []).append((run_of(path), read_predictions(path)))
    rows = [row for runs in groups.values() for row in summarise(runs, False, 50)[0]]
    write_rows(target, ClassificationRow, rows)
    return target


def test_the_look_is_that_of_seaborn():
    style = sns.axes_style("whitegrid") | sns.plotting_context("notebook")
    others = {key for key, value in style.items() if mpl.rcParamsDefault[key] != value} - theme.WHITEGRID.keys()
    # Every other one is set otherwise here, or is the colour map of what is drawn without naming one, which nothing is.
    assert {key for key in others if mpl.rcParams[key] == mpl.rcParamsDefault[key]} <= {"image.cmap", "font.sans-serif"}
    assert {key: style[key] for key in theme.WHITEGRID} == theme.WHITEGRID


def texts(figure):
    return [text.get_text() for text in figure.findobj(lambda each: hasattr(each, "get_text")) if text.get_text()]


def test_the_same_predictions_give_the_same_bytes(paths, tmp_path):
    from augury.figures.confusion import draw as confusion

    for name in ("a.svg", "b.svg"):
        theme.save(confusion.draw(paths), tmp_path / name)
    content = (tmp_path / "a.svg").read_bytes()
    assert content == (tmp_path / "b.svg").read_bytes()
    assert b"<text" not in content
    assert b"dc:date" not in content


def test_confusion_counts_every_judged_image(paths):
    from augury.figures.confusion import draw as confusion

    figure = confusion.draw(paths)
    numbers = [sum(int(text.get_text()) for text in axis.texts) for axis in figure.axes if axis.images and axis.texts]
    assert numbers == [18, 18]  # nine test images in two seeds, for either arm
    assert "dcgan-x1" in "".join(texts(figure)).replace("\n", "")


def test_the_mean_curve_holds_the_area_that_the_ranks_give(paths):
    run = read_predictions(paths[0]).of("test")
    grid = np.linspace(0, 1, 20001)
    for k, area in enumerate(ranking(run.labels, run.probabilities)[0][0]):
        assert np.trapezoid(mean_curve([run], k, grid), grid) == pytest.approx(area, abs=1e-3)


def test_arms_shows_means_and_runs(paths, tmp_path):
    from augury.figures.arms import draw as arms

    figure = arms.draw([tabulated(paths, tmp_path / "classification.tsv")])
    axis = figure.axes[0]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["real", "dcgan-x1"]
    assert [len(dots.get_offsets()) for dots in axis.collections] == [4, 2]


def test_a_study_without_test_images_shows_validation(tmp_path):
    from augury.figures.arms import draw as arms
    from augury.figures.roc import draw as roc

    paths = [write_run(tmp_path, "real", "lenet", 0, parts=("validation",))]
    figure = arms.draw([tabulated(paths, tmp_path / "classification.tsv")])
    assert "nothing was tested" in figure.axes[0].get_xlabel()
    assert "validation images" in roc.draw(paths).axes[0].get_xlabel()


def test_a_study_without_judged_images_is_told(tmp_path):
    from augury.figures.arms import draw as arms
    from augury.figures.roc import draw as roc

    paths = [write_run(tmp_path, "real", "lenet", 0, parts=("train",))]
    with pytest.raises(UserError, match="no image was judged"):
        roc.draw(paths)
    with pytest.raises(UserError, match="no rows"):
        arms.draw([tabulated(paths, tmp_path / "classification.tsv")])


def test_learning_curves_have_a_panel_a_measure_and_classifier(tmp_path, paths):
    from augury.figures.learning_curves import draw as learning_curves

    histories = [path.with_name("history.tsv") for path in [*paths, write_run(tmp_path, "real", "alexnet", 0)]]
    figure = learning_curves.draw(histories)
    assert [axis.get_title(loc="left") for axis in figure.axes] == [
        "Loss, lenet", "Accuracy, lenet", "Loss, alexnet", "Accuracy, alexnet",
    ]  # fmt: skip
    # Two arms, each with a validation line and a training line.
    assert sum(len(line.get_xdata()) > 1 for line in figure.axes[0].lines) == 4


def test_more_classifiers_than_arms_are_compared_in_one_panel(tmp_path):
    from augury.figures.learning_curves import draw as learning_curves

    names = ("lenet", "alexnet", "resnet")
    runs = [write_run(tmp_path, "real", name, seed).with_name("history.tsv") for name in names for seed in (0, 1)]
    figure = learning_curves.draw(runs)
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["Loss", "Accuracy"]
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == [*names, "validation images", "training images"]
    assert sum(len(line.get_xdata()) > 1 for line in figure.axes[0].lines) == 6
    assert len(figure.axes[0].collections) == 3  # a band over the two seeds, for validation images


def test_many_classes_are_numbered_on_every_panel(tmp_path):
    from augury.figures.confusion import draw as confusion

    names = tuple(f"mineral{number:02d}" for number in range(26))
    paths = []
    for kind in ("a", "b", "c", "d"):
        path = tmp_path / "fold0" / "classifiers" / "real" / kind / "seed0" / "predictions.tsv"
        images = [str(number) for number in range(26)]
        write_predictions(path, images, images, images, ["test"] * 26, list(range(26)), names, np.eye(26))
        paths.append(path)
    panels = [axis for axis in confusion.draw(paths).axes if axis.images and axis.texts]
    assert len(panels) == 4
    for axis in panels:
        assert [label.get_text() for label in axis.get_xticklabels()] == [str(number) for number in range(1, 27)]
    assert panels[0].get_yticklabels()[25].get_text() == "mineral25  26"


def test_generators_with_many_classes_become_grey_with_a_median(tmp_path):
    from augury.figures.generator_losses import draw as generator_losses

    few = generator_losses.draw([write_generator(tmp_path, "dcgan", f"class{i}") for i in range(3)])
    many = generator_losses.draw([write_generator(tmp_path, "dcgan", f"class{i}") for i in range(26)])
    assert "median of classes" not in texts(few)
    assert "median of classes" in texts(many)
    assert len(many.axes[0].lines) == 2 * 26 + 2 + 1  # losses of both networks, their medians, and ln 2


def test_cross_entropy_is_drawn_a_term_with_its_rest_at_ln_2_and_other_losses_as_they_are(tmp_path):
    from augury.figures.generator_losses import draw as generator_losses

    # Every bce is 0.7; a discriminator's loss of 0.7 is its mean, 1.4 its sum, and 2.1 something else.
    paths = [write_generator(tmp_path, name, "a", scale) for name, scale in (("mean", 1), ("sum", 2), ("other", 3))]
    figure = generator_losses.draw(paths)
    levels = [[line.get_ydata()[0] for line in figure.axes[index].lines] for index in (0, 2, 4)]
    assert levels[0] == levels[1] == pytest.approx([0.7, 0.7, np.log(2)])
    assert levels[2] == pytest.approx([2.1, 0.7])


def test_a_generator_out_of_place_is_named(tmp_path):
    from augury.figures.generator_losses import draw as generator_losses

    path = tmp_path / "history.tsv"
    path.touch()
    with pytest.raises(UserError, match=re.escape(str(path))):
        generator_losses.draw([path])


@pytest.mark.parametrize(
    "n_arms, n_classifiers, width, shape",
    [(2, 3, 20, (2, 3)), (5, 1, 9, (2, 3)), (1, 1, 9, (1, 1)), (2, 6, 9, (4, 3)), (4, 2, 1, (8, 1))],
)
def test_panels_stand_in_a_grid_that_fits(n_arms, n_classifiers, width, shape):
    keys = [(f"arm{a}", f"classifier{c}") for a in range(n_arms) for c in range(n_classifiers)]
    figure, axes = panels(keys, side=2.5, most_width=width, extra=(1, 1))
    assert len(set(axes.values())) == len(keys)
    assert next(iter(axes.values())).get_gridspec().get_geometry() == shape
    assert sum(axis.get_visible() for axis in figure.axes) == len(keys)


def test_names_are_shortened_in_the_middle_and_wrapped_at_joints():
    assert theme.short("Larvacean_appendicularia_with_house", 11) == "Larva…house"
    assert theme.short("Calanoida", 11) == "Calanoida"
    assert theme.wrapped("stylegan2-ada-lecam-genetic-x2", 18) == "stylegan2-ada-\nlecam-genetic-x2"
    assert theme.wrapped("Siphonostomatoida of a very long name", 18) == "Siphonostomatoida\nof a very…ong name"
    assert all(len(line) <= 12 for line in theme.wrapped("a" * 30 + " " + "b" * 30, 12).split("\n"))


def test_each_class_has_a_colour_of_its_own():
    names = [f"class{index}" for index in range(26)]
    assert len(set(theme.colours(names).values())) == 26
    assert set(theme.colours(names[:7]).values()) == set(theme.PALETTE)
