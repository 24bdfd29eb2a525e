"""Genetic searches over a small generator: what they find, what they do not make twice, and going on after a stop."""

import pytest
import torch

from augury.command.errors import Stopped
from augury.generators.dcgan.networks import Generator
from augury.generators.stylegan2 import networks as stylegan2
from augury.latent.drawing import Drawer
from augury.latent.evaluation import Evaluation
from augury.latent.objectives import Objective
from augury.latent.sampling import generate_blocks
from augury.latent.search import GeneticSearch
from augury.training import loop
from augury.training.checkpoint import StateFolder
from tests.settings import of_family

CPU = torch.device("cpu")
SMALL = {"population": 8, "generations": 6}


def generator():
    torch.manual_seed(0)
    network = Generator(16, 1, 6, 4, 8, 0, 0).eval().requires_grad_(False)
    for layer in network.modules():  # fresh weights draw one grey for all latents
        if isinstance(layer, torch.nn.ConvTranspose2d):
            layer.weight.mul_(8)
    return network


def searching(images=4, searches=1, seed=0, network=None, **changes):
    settings = of_family("selections", "genetic", **SMALL | changes)
    drawer = Drawer(network or generator(), None, CPU, space=settings.space)
    real = next(drawer.blocks(drawer.prior(5, 1.0, "real"), torch.arange(5))).flatten(1)
    evaluation = Evaluation(drawer, Objective(settings.objective, real), None, None)
    return GeneticSearch("test", evaluation, settings, images, searches, seed)


def finished(folder, task):
    with StateFolder(folder, {}, 1) as state:
        history, _ = loop.run(task, state)
    return history


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


def test_images_in_bf16_are_judged_as_those_in_fp32_are(tmp_path):
    """A search compares sets of images, which lie further apart than bf16 moves one of them."""
    network = generator()
    real = Drawer(network, None, CPU).images(torch.randn(5, 6), torch.arange(5)).permute(0, 3, 1, 2).flatten(1)
    vectors, noise = torch.randn(80, 6), torch.arange(4).repeat(20)
    found = []
    for bf16 in (False, True):
        evaluation = Evaluation(Drawer(network, None, CPU, bf16=bf16), Objective("correlation", real), None, None)
        rows = evaluation.encode_vectors(vectors, noise)["rows"]
        found.append((rows.float(), evaluation.judge({"rows": rows.reshape(20, 4, -1)})[0]))
    (pixels, fitness), (pixels_bf16, fitness_bf16) = found
    assert 0 < (pixels - pixels_bf16).abs().mean() < 1
    assert (fitness - fitness_bf16).abs().max() < fitness.std() / 10


def test_the_setting_of_the_study_beats_chance_in_what_it_optimises(tmp_path):
    """Against the best of as many random sets as the search made."""
    task = searching(population=20, generations=30)
    history = finished(tmp_path, task)
    assert [row["generation"] for row in history] == list(range(31))
    best = [row["best"] for row in history]
    assert best == sorted(best, reverse=True)
    drawer = task.evaluation.drawer
    vectors = drawer.prior(620 * 4, 1.0, "chance")
    kept = task.evaluation.encode_vectors(vectors, torch.arange(4).repeat(620))
    chance, _ = task.evaluation.judge({"rows": kept["rows"].reshape(620, 4, -1)})
    assert best[-1] < float(chance.min())


def test_what_the_history_says_of_the_best_is_so(tmp_path):
    task = searching()
    history = finished(tmp_path, task)
    rows = task.evaluation.encode_vectors(task.last[0], torch.arange(4))["rows"]
    assert float(task.evaluation.objective.fitness(rows[None])) == pytest.approx(history[-1]["best"], abs=1e-12)
    assert history[0]["best"] <= history[0]["mean"] <= history[0]["worst"]


def test_elites_and_unchanged_images_are_not_made_again(tmp_path):
    task = searching(crossover_by="image", mutation_rate=0.02)
    history = finished(tmp_path, task)
    assert history[0]["made"] == 8 * 4
    assert all(row["made"] < 0.5 * 8 * 4 for row in history[1:])
    still = finished(tmp_path / "still", searching(crossover_rate=0.0, mutation_rate=0.0))
    assert [row["made"] for row in still] == [32, 0, 0, 0, 0, 0, 0]


def test_what_is_kept_is_what_would_be_made(tmp_path):
    task = searching(crossover_by="image", mutation_rate=0.05)
    finished(tmp_path, task)
    made = task.evaluation.encode_vectors(task.vectors.flatten(0, 1), torch.arange(4).repeat(8))["rows"]
    kept = task.kept["rows"].flatten(0, 1)
    assert int((made.int() - kept.int()).abs().max()) <= 1  # another place in a batch may round otherwise


class Interrupted(GeneticSearch):
    """Asks to stop after some steps, as a signal would."""

    def step(self, step, attempt):
        if step == self.stop_at:
            self.stop.reason = "test"
        return super().step(step, attempt)


@pytest.mark.parametrize("stop_at", [0, 3, 7, 9])
def test_a_search_that_was_stopped_ends_with_the_same_bits(tmp_path, stop_at, monkeypatch):
    plain = searching(searches=2)
    history = finished(tmp_path / "plain", plain)

    class Stop(loop.StopRequest):
        def __enter__(self):
            Interrupted.stop = self
            return super().__enter__()

    stopped = searching(searches=2)
    stopped.__class__, stopped.stop_at = Interrupted, stop_at
    with monkeypatch.context() as patched:
        patched.setattr(loop, "StopRequest", Stop)
        with pytest.raises(Stopped):
            finished(tmp_path / "stopped", stopped)
    resumed = searching(searches=2)
    assert finished(tmp_path / "stopped", resumed) == history
    for ours, theirs in zip([*resumed.first, *resumed.last], [*plain.first, *plain.last], strict=True):
        assert torch.equal(ours, theirs)


def test_searches_of_one_run_have_seeds_of_their_own(tmp_path):
    task = searching(searches=2)
    history = finished(tmp_path, task)
    assert [(row["search"], row["generation"]) for row in history] == [(k, g) for k in (0, 1) for g in range(7)]
    assert not torch.equal(task.first[0], task.first[1])
    alone = searching(searches=1)
    finished(tmp_path / "alone", alone)
    assert torch.equal(alone.last[0], task.last[0])


STYLE = stylegan2.Generator(16, 1, 5, 6, 2, 64, 4, "skip", 0).eval().requires_grad_(False)


def test_styles_are_searched_as_their_mapping_makes_them(tmp_path):
    task = searching(network=STYLE, space="w")
    finished(tmp_path, task)
    assert task.last[0].shape == (4, 6)
    drawer = task.evaluation.drawer
    fresh = torch.randn(3, 5)
    assert torch.equal(drawer.in_space(fresh), STYLE.mapping(fresh, None))
    in_w = drawer.images(drawer.in_space(fresh), torch.arange(3))
    in_z = Drawer(STYLE, None, CPU).images(fresh, torch.arange(3))
    assert int((in_w.int() - in_z.int()).abs().max()) <= 1


@pytest.mark.parametrize("truncation", [1.0, 0.6])
@pytest.mark.parametrize("network", [STYLE, generator()], ids=["stylegan2", "dcgan"])
def test_images_of_latent_seeds_are_those_of_random_pools(network, truncation):
    drawer = Drawer(network, None, CPU, truncation)
    seeds = range(3, 40)
    drawer.hold_noise(seeds)
    made = drawer.images(drawer.of_seeds(seeds), torch.tensor(seeds))
    pool = torch.cat(list(generate_blocks(network, seeds, network.latent_dim, None, CPU, truncation)))
    assert int((made.int() - pool.int()).abs().max()) <= 1


def test_a_network_without_styles_has_no_w():
    with pytest.raises(ValueError, match="no space w"):
        Drawer(generator(), None, CPU, space="w")
