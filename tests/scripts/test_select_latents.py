"""Choosing latent vectors by each family, from what it may see alone, and the pools that are drawn of them."""

import io
import json
import tarfile

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from augury.classifiers.evaluation import averages_views, probabilities_of
from augury.classifiers.model_folder import load_classifier
from augury.command.errors import UserError
from augury.generators.pools import read_pool
from augury.images.arrays import resize_square
from augury.latent.files import load_latents
from augury.selections import by_classifier
from augury.selections.agreeing import selection as agreeing
from augury.selections.agreeing.selection import agreeing_first
from augury.selections.farthest_point.selection import farthest
from augury.selections.genetic.selection import sizes
from augury.selections.truncation.selection import truncated
from augury.selections.uncertainty.selection import MEASURES
from augury.tables.table import read_dicts
from tests import trained, unsealed
from tests.faults.test_kill_generator import command, write_data
from tests.scripts.in_process import call

SEARCH = {"family": "genetic", "images": 4, "population": 4, "generations": 3}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("select")
    write_data(folder)
    call("train_generator", command(folder, "generator", duration=2, snapshots=[1])[2:])
    np.save(folder / "features.npy", np.random.default_rng(0).normal(size=(20, 1280)).astype(np.float32))
    return folder


def select(data, output, settings, *more, seed=0, count=6, split="holdout", **paths):
    sources = {"generator": data / "generator", "pack": data / "pack.npy", "split_table": data / "split.tsv"} | paths
    words = ["--name", "chosen", "--settings", json.dumps(settings), "--split", split, "--seed", seed, "--class", "a"]
    words += ["--count", count, "--output", data / output, "--threads", 1, "--device", "cpu"]
    words += ["--guard", "enforce", *more]
    for name, path in sources.items():
        words += [f"--{name.replace('_', '-')}", path]
    call("select_latents", words)
    return load_file(data / output / "latents.safetensors")


def pool(data, output, *more):
    words = ["--generator", data / "generator", "--class", "a", "--chosen", data / output, "--output", data / output]
    call("synthesize_images", [*words, "--shard-images", 9, "--threads", 1, "--device", "cpu", *more])
    return read_pool(data / output / "index.tsv")


def test_a_search_gives_a_pool_whose_images_can_be_made_again(data):
    latents = select(data, "evolved", SEARCH)
    assert latents["vectors"].shape == (6, 8)
    images, rows = pool(data, "evolved", "--shard-images", 4)
    assert images.shape == (6, 32, 32, 3)
    assert [(row.latent_seed, row.origin) for row in rows] == [(None, f"latents:{index}") for index in range(6)]
    with tarfile.open(data / "evolved" / "shard-000001.tar") as tar:
        label = json.load(tar.extractfile("000004.json"))
    assert (label["selection"], label["origin"], label["latent_seed"]) == ("chosen", "latents:4", None)
    again = pool(data, "evolved")[0]
    assert np.array_equal(images, again)
    history = read_dicts(data / "evolved" / "history.tsv")
    assert [(row["search"], row["generation"]) for row in history] == [
        (f"{k}", f"{g}") for k in (0, 1) for g in range(4)
    ]
    about = json.loads((data / "evolved" / "selection.json").read_text())
    assert (about["searches"], about["images"], about["n_train"], about["leaked"]) == (2, 3, 14, False)
    assert about["best_last"] <= about["best_first"]
    assert not (data / "evolved" / ".state").exists()
    sheet = np.asarray(Image.open(io.BytesIO((data / "evolved" / "compared.png").read_bytes())))
    assert sheet.shape == (2 * 34 - 2, 10 * 34 - 2, 3)  # a row of ten above, one below


def test_the_same_seed_gives_the_same_bits_and_another_another_set(data):
    first = (data / "evolved" / "latents.safetensors").read_bytes()
    select(data, "again", SEARCH)
    select(data, "other", SEARCH, seed=1)
    assert (data / "again" / "latents.safetensors").read_bytes() == first
    assert (data / "other" / "latents.safetensors").read_bytes() != first


def test_nothing_but_the_training_part_is_seen(data, monkeypatch):
    """Other pixels and features of the validation and test images change nothing; of training images they do."""
    images, features = np.load(data / "pack.npy"), np.load(data / "features.npy")
    monkeypatch.setattr("augury.selections.genetic.selection.REFERENCE", 8)  # features take long
    wanted = SEARCH | {"realism": {"by": "density"}}
    given = {"features": data / "features.npy", "extractor": "tf_efficientnet_lite0"}
    before = select(data, "seen", wanted, count=3, **given)["vectors"]
    for name, part, same in (("held out", slice(14, 20), True), ("train", slice(0, 14), False)):
        folder = data / name
        folder.mkdir()
        changed, moved = images.copy(), features.copy()
        changed[part], moved[part] = 255 - changed[part], 50 + moved[part]
        np.save(folder / "pack.npy", changed)
        np.save(folder / "features.npy", moved)
        (folder / "pack.tsv").write_bytes((data / "pack.tsv").read_bytes())
        paths = given | {"pack": folder / "pack.npy", "features": folder / "features.npy"}
        assert torch.equal(select(data, f"seen {name}", wanted, count=3, **paths)["vectors"], before) == same


def test_a_generator_of_another_split_is_refused(data):
    with pytest.raises(UserError, match="was trained on split holdout and selection chosen is of split fold2"):
        select(data, "refused", SEARCH, split="fold2")


def test_a_training_image_that_is_tested_on_stops_the_choice(data):
    lines = unsealed.table(data / "split.tsv").splitlines()
    twin = lines[1].split("\t")
    (data / "leaky.tsv").write_text("\n".join([*lines, "\t".join([*twin[:4], "test"])]) + "\n")
    with pytest.raises(UserError, match="would train on 1 images of specimens in its test part"):
        select(data, "leaky", SEARCH, split_table=data / "leaky.tsv")
    select(data, "leaky", SEARCH, "--guard", "record", split_table=data / "leaky.tsv")
    assert {row.leaked for row in pool(data, "leaky")[1]} == {True}


def test_a_constraint_keeps_the_set_realistic(data):
    search = SEARCH | {"population": 6, "generations": 12, "objective": "zero_mean_correlation"}
    judged_by = {"discriminator": data / "generator/discriminator.safetensors"}
    for name, weight in (("free", 0), ("bound", 50)):
        constraint = {"realism": {"by": "discriminator", "weight": weight}}
        select(data, name, search | constraint, count=4, **judged_by)
    with pytest.raises(UserError, match="look at what --discriminator names; give it"):
        select(data, "blind", search | constraint)
    ends = {name: float(read_dicts(data / name / "history.tsv")[-1]["penalty"]) for name in ("free", "bound")}
    assert ends["bound"] < ends["free"]


def test_snapshots_and_truncation_are_drawn_from(data):
    select(data, "early", SEARCH, "--snapshot", 1, "--truncation", 0.5)
    pool(data, "early", "--snapshot", 1, "--truncation", 0.5)
    with pytest.raises(UserError, match="holds vectors of another generator or class"):
        pool(data, "early")


def test_truncated_vectors_have_no_large_numbers(data):
    vectors = select(data, "truncated", {"family": "truncation", "threshold": 0.5}, count=30)["vectors"]
    assert float(vectors.abs().max()) <= 0.5
    longer = select(data, "longer", {"family": "truncation", "threshold": 0.5}, count=33)["vectors"]
    assert torch.equal(longer[:30], vectors)


def test_truncated_numbers_have_the_variance_of_their_distribution():
    # For +-1 it is 1 - 2 phi(1) / (2 Phi(1) - 1) = 0.2911.
    assert float(truncated(100_000, 1.0, 0).var()) == pytest.approx(0.2911, abs=0.004)


def test_the_farthest_images_are_chosen_greedily():
    rows = torch.tensor([[0.0], [1.0], [10.0], [9.0], [-6.0]])
    indices, gaps = farthest(rows, torch.tensor([[0.5]]), 3)
    assert indices == [2, 4, 3]
    assert gaps == [9.5, 6.5, 1.0]


@pytest.mark.parametrize("measure", ["pixels", "features"])
def test_farthest_points_are_candidates_by_their_seed(data, measure):
    given = {"features": data / "features.npy", "extractor": "tf_efficientnet_lite0"} if measure == "features" else {}
    settings = {"family": "farthest_point", "candidates": 20, "measure": measure}
    select(data, measure, settings, seed=2, count=3, **given)
    latents = load_latents(data / measure / "latents.safetensors")
    assert len(set(latents.latent_seeds)) == 3
    assert set(latents.latent_seeds) <= set(range(40, 60))
    _, rows = pool(data, measure)
    assert [(row.latent_seed, row.origin) for row in rows] == [(seed, "seed") for seed in latents.latent_seeds]


def test_the_least_sure_come_first():
    shares = torch.tensor([[0.98, 0.01, 0.01], [0.5, 0.49, 0.01], [0.4, 0.3, 0.3]]).double()
    order = {name: measure(shares).argsort(descending=True).tolist() for name, measure in MEASURES.items()}
    assert order == {"entropy": [2, 1, 0], "margin": [1, 2, 0], "least_confident": [2, 1, 0]}


def test_uncertainty_asks_a_classifier_of_real_images_of_the_same_split(data, tmp_path, monkeypatch):
    folder = trained.train(tmp_path, augmentation={"quarter_turns": False})
    settings = {"family": "uncertainty", "candidates": 20}
    views = []
    judge = by_classifier.probabilities_of
    monkeypatch.setattr(by_classifier, "probabilities_of", lambda *given: views.append(given[-1]) or judge(*given))
    select(data, "unsure", settings, count=3, classifier=folder)
    assert views == [False]  # as its own predictions are made
    about = json.loads((data / "unsure" / "selection.json").read_text())
    assert about["uncertainty_chosen"] > about["uncertainty_all"]
    record = unsealed.description(folder / "classifier.json")
    for change, message in (
        ({"split": "fold2"}, "was trained on split fold2"),
        ({"arm_settings": record["arm_settings"] | {"generator": "gan"}}, "was trained on images of the generator gan"),
    ):
        (folder / "classifier.json").write_text(json.dumps(record | change))
        with pytest.raises(UserError, match=message):
            select(data, "unsure", settings, count=3, classifier=folder)
    (folder / "classifier.json").write_text(json.dumps(record | {"leaked": True}))
    select(data, "unsure", settings, count=3, classifier=folder)
    assert {row.leaked for row in pool(data, "unsure")[1]} == {True}


def test_those_that_agree_come_first_as_they_stand_and_others_from_the_top():
    assert agreeing_first(torch.tensor([0.2, 0.6, 0.4, 0.9, 0.5]), 0.5) == [1, 3, 4, 2, 0]


def test_agreeing_images_are_those_that_the_classifier_takes_for_their_class(data, tmp_path, capsys):
    """By hand: all candidates are drawn as a random pool of these seeds, and shown to the classifier."""
    folder = trained.train(tmp_path)
    record = unsealed.description(folder / "classifier.json")
    settings = {"family": "agreeing", "candidates": 24, "probability": 0.34}
    with pytest.raises(UserError, match="does not know the class 'a'; name a classifier that does"):
        select(data, "foreign", settings, count=4, classifier=folder)
    classes = ["a", *record["classes"][1:]]
    (folder / "classifier.json").write_text(json.dumps(record | {"classes": classes}))
    vectors = select(data, "agreeing", settings | {"probability": 0.0}, count=12, classifier=folder, seed=1)["vectors"]
    latents = load_latents(data / "agreeing" / "latents.safetensors")
    assert latents.latent_seeds == list(range(24, 36))  # at 0 it agrees with all: the first as they are drawn
    images, _ = pool(data, "agreeing")
    classifier, described = load_classifier(folder)
    shown = torch.from_numpy(resize_square(images, described.size_px, described.channels))
    views = averages_views(described.settings, classifier)
    own = probabilities_of(classifier, shown, torch.device("cpu"), views)[:, 0].double()
    least = float(own.sort().values[6])
    chosen = select(data, "half", settings | {"probability": least}, count=12, classifier=folder, seed=1)["vectors"]
    kept = (own >= least - 1e-6).nonzero().flatten().tolist()
    assert torch.equal(chosen[: len(kept)], vectors[kept])
    select(data, "none", settings | {"probability": 1.0}, count=12, classifier=folder, seed=1)
    about = json.loads((data / "none" / "selection.json").read_text())
    assert (about["agreeing"], about["agreeing_chosen"]) == (0, 0)
    assert "the classifier agrees with 0 of 24 candidates, fewer than the 12 that are wanted" in capsys.readouterr().out


def test_without_a_probability_the_classifier_must_give_the_class_more_than_chance_would(data, tmp_path, monkeypatch):
    """Of four classes 0.25: the first two that reach it, not the one that is likelier than all others."""
    own = torch.tensor([0.2, 0.25, 0.1, 0.3, 0.9, 0.24], dtype=torch.float64)
    shares = torch.stack([own, *[(1 - own) / 3] * 3], dim=1)
    monkeypatch.setattr(agreeing, "probabilities", lambda request, pool: (shares, ["a", "b", "c", "d"]))
    settings = {"family": "agreeing", "candidates": 6}
    select(data, "chance", settings, count=2, classifier=trained.train(tmp_path), seed=1)
    assert load_latents(data / "chance" / "latents.safetensors").latent_seeds == [7, 9]
    about = json.loads((data / "chance" / "selection.json").read_text())
    assert (about["agreeing"], about["agreeing_chosen"]) == (0.5, 1.0)


@pytest.mark.parametrize("count, expected", [(40, (1, 40)), (32, (1, 32)), (41, (2, 21)), (100, (3, 34)), (1, (1, 1))])
def test_large_pools_are_made_of_equal_searches(count, expected):
    assert sizes(count, 40) == expected
