"""Features of frozen networks, kept by content: the same bits, and nothing seen twice."""

import multiprocessing
import os
import signal
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from augury.classifiers import model_folder
from augury.classifiers.evaluation import probabilities_of
from augury.classifiers.probe import network as probe
from augury.classifiers.timm_zoo.network import ZooClassifier
from augury.store import feature_cache
from augury.store.feature_cache import FeatureCache, on_this_machine
from augury.store.managing import summary
from augury.store.shelf import GB, Shelf
from tests.unit.test_classifiers_probe import PLACE, build, describe, noise

WEIGHTS = {"source": "a file", "sha256": "ab"}


class Look:
    """A network that says each image's mean, and counts what it is shown."""

    def __init__(self):
        self.blocks = 0

    def __call__(self, block):
        self.blocks += 1
        return block.mean(dim=(2, 3))


def images(*shades, size=4):
    return torch.stack([torch.full((3, size, size), float(shade)) for shade in shades])


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "results/small/.store", GB)


def cache(shelf, **changes):
    return FeatureCache(shelf, {"network": "n", "weights": "w"} | on_this_machine(1) | changes)


def test_what_was_seen_is_not_looked_at_again_by_whoever_has_the_same_network(shelf):
    first, look = cache(shelf), Look()
    made = first(images(0.1, 0.2), look)
    assert torch.equal(first(images(0.2, 0.1), look), made[[1, 0]])
    first.keep()
    later = cache(shelf)
    assert torch.equal(later(images(0.1, 0.1), look), made[[0, 0]])
    assert (look.blocks, later.found) == (1, 2)
    (entry,) = shelf.entries()
    assert (entry.about["kind"], entry.about["name"]) == ("seen", "2 views by n")
    assert summary([entry]).startswith("0 finished trainings and what frozen networks saw, ")
    for changed in ({"weights": "x"}, {"threads": 2}, {"code": "y"}):
        cache(shelf, **changed)(images(0.1, 0.2), look)
    assert look.blocks == 4


def look_first(shelf, began, ended, kept):
    seen = cache(shelf)
    began.set()
    seen(images(0.1, 0.2), Look())
    ended.wait(30)
    if kept:
        seen.keep()
    else:
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("kept", [True, False])
def test_of_two_that_begin_together_one_looks_and_a_killed_one_holds_up_nobody(shelf, kept, capsys):
    forked = multiprocessing.get_context("fork")
    began, ended = forked.Event(), forked.Event()
    first = forked.Process(target=look_first, args=(shelf, began, ended, kept))
    first.start()
    assert began.wait(30)
    release = threading.Timer(1, ended.set)
    release.start()
    started = time.monotonic()
    second, look = cache(shelf), Look()
    assert time.monotonic() - started > 0.5
    first.join(30)
    second(images(0.1, 0.2), look)
    assert look.blocks == (0 if kept else 1)
    assert capsys.readouterr().out.count("another training looks at the images first") == 1
    assert (second._first is None) == kept


def test_who_looks_first_on_another_machine_is_not_waited_for(shelf, monkeypatch):
    first = cache(shelf)
    assert first._first is not None
    monkeypatch.setattr(feature_cache.socket, "gethostname", lambda: "another")
    second, look = cache(shelf), Look()
    second(images(0.1), look)
    assert look.blocks == 1


def test_on_a_gpu_nothing_is_kept_and_nobody_waits(shelf):
    family = SimpleNamespace(start_from_pretrained=lambda *_: WEIGHTS, remember=lambda *_: "a cache")
    for device, kept in (("cpu", "a cache"), ("cuda", None)):
        assert model_folder.start(family, None, None, PLACE, shelf, torch.device(device)) == (WEIGHTS, kept)


def test_a_block_of_another_size_is_another_question(shelf):
    """A network's arithmetic may follow the size of its block, so the bits of one are not those of another."""
    seen, look = cache(shelf), Look()
    seen(images(0.1, 0.2), look)
    seen(images(0.1), look)
    assert look.blocks == 2


def test_the_layout_of_a_block_plays_no_part(shelf):
    seen, look = cache(shelf), Look()
    block = torch.rand(2, 3, 4, 4)
    seen(block, look)
    seen(block.contiguous(memory_format=torch.channels_last), look)
    assert look.blocks == 1
    seen(block.rot90(1, (2, 3)), look)
    assert look.blocks == 2


def test_what_is_held_is_written_in_parts(shelf, monkeypatch):
    monkeypatch.setattr(feature_cache, "PART_BYTES", 30)
    seen, look = cache(shelf), Look()
    made = [seen(images(shade), look) for shade in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)]  # 12 bytes each
    assert len(shelf.entries()) == 2
    seen.keep()
    assert len(shelf.entries()) == 3
    again = cache(shelf)
    assert torch.equal(torch.cat(made[:3]), torch.cat([again(images(shade), None) for shade in (0.1, 0.2, 0.3)]))


def test_where_nothing_can_be_written_it_goes_on(tmp_path):
    (tmp_path / "file").write_text("")
    seen, look = cache(Shelf(tmp_path / "file/.store", GB)), Look()
    made = seen(images(0.1), look)
    seen.keep()
    assert torch.equal(seen(images(0.1), look), made)


def test_a_damaged_entry_is_looked_at_again(shelf):
    first, look = cache(shelf), Look()
    made = first(images(0.1), look)
    first.keep()
    (entry,) = shelf.entries()
    (features,) = entry.folder.rglob("features.npy")
    values = np.load(features)
    np.save(features, values + 1)
    assert torch.equal(cache(shelf)(images(0.1), look), made)
    assert look.blocks == 2
    assert not shelf.entries()


def test_a_probe_of_known_images_looks_at_none_and_is_the_same(shelf, monkeypatch):
    data = noise([0] * 10 + [1] * 10, [f"s{number}" for number in range(20)], bright=40)

    def trained(shelf=None):
        torch.manual_seed(3)
        description = describe(dihedral_views=True)
        classifier = build(description)
        seen = probe.remember(classifier, description.settings, WEIGHTS, shelf) if shelf else None
        task = probe.Training(classifier, description, data, PLACE)
        for step in range(task.steps):
            task.step(step, 0)
        task.end_tick(task.steps, {})
        shown = probabilities_of(classifier, torch.from_numpy(data.train.images), PLACE.device, dihedral=True)
        if seen:
            seen.keep()
        return classifier.network.head.weight.clone(), shown

    alone, kept = trained(), trained(shelf)
    monkeypatch.setattr(ZooClassifier, "features", None)
    known = trained(shelf)
    for one, other, third in zip(alone, kept, known, strict=True):
        assert torch.equal(one, other)
        assert torch.equal(one, third)
