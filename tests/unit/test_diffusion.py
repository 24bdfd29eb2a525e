"""Diffusion: its formulas against hand calculations and exact solutions, its network, its training and its stop."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import stats

from augury.augmentation.moves import Moves
from augury.command.errors import UserError
from augury.generators.data import load_validation_part
from augury.generators.diffusion import preconditioning
from augury.generators.diffusion.family import DiffusionSettings, problems
from augury.generators.diffusion.layout import BlockPlan, layout_of
from augury.generators.diffusion.moves import labels_of, moved
from augury.generators.diffusion.networks import build_generator, class_conditions, told_names
from augury.generators.diffusion.resizing import doubled, halved
from augury.generators.diffusion.sampler import Plan, guided, sample
from augury.generators.diffusion.training import TASK
from augury.generators.diffusion.unet import Attention, Block, UNet, sinusoids
from augury.generators.transfer import Start
from augury.generators.weights import load_generator
from augury.latent.sampling import generate_blocks, latents_of
from augury.tables.description import save_description
from augury.training.device import choose_device
from augury.training.weights import save_weights
from tests.settings import of_family

CPU = torch.device("cpu")
SMALL = {"size_px": 16, "channels": "grey", "model_channels": 8, "batch": 8, "steps": 4, "duration": 0.16}
SMALL["sampler_precision"] = "fp32"


def plan_of(steps=18, **churn):
    """The publication's, of arXiv:2206.00364, table 1."""
    return Plan(steps, sigma_min=0.002, sigma_max=80.0, rho=7.0, **churn)


def settings(**changes):
    return TASK.resolved(of_family("generators", "diffusion", **SMALL | changes))


def description(classes=("a", "b"), conditional=True, taxa=None, **changes):
    about = {"generator": "g", "split": "holdout", "seed": 0, "class": "all", "classes": list(classes)}
    about |= {"taxa": taxa} if taxa else {}
    return about | {"conditional": conditional, "size_px": 16, "channels": 1, "settings": settings(**changes)}


def images(count=12, seed=1):
    return torch.randint(0, 256, (count, 16, 16, 1), dtype=torch.uint8, generator=torch.Generator().manual_seed(seed))


def task(folder: Path, validation=True, precision="fp32", shown=None, **changes):
    labels = torch.arange(12) % 2
    held = (images(6, 2), torch.arange(6) % 2) if validation else None
    shown = images() if shown is None else shown
    place = choose_device("cpu", precision, 1, True)
    return TASK(description(**changes), shown, labels, place, folder / "snapshots", None, held)


def weights(network):
    return torch.cat([weight.detach().flatten() for weight in network.parameters()])


def gaussian(mean, deviation):
    """The ideal denoiser of images whose values are N(mean, deviation^2), by Bayes' rule."""

    def denoise(noisy, sigma):
        own, noise = deviation**2, sigma.double()[:, None, None, None] ** 2
        return (own * noisy + noise * mean) / (own + noise)

    return denoise


def test_preconditioning_is_that_of_the_publication():
    """Table 1 at sigma = sigma_data = 1/2, by hand: 1/2, (1/2)^2 / sqrt(1/2), sqrt(2), ln(1/2) / 4."""
    found = preconditioning.coefficients(torch.tensor([0.5, 80.0]), 0.5)
    assert [each[0].item() for each in found] == pytest.approx([0.5, 0.25 / math.sqrt(0.5), math.sqrt(2), -0.1732868])
    assert found[0][1].item() == pytest.approx(0.25 / 6400.25)
    assert preconditioning.weight(torch.tensor([0.5]), 0.5).item() == pytest.approx(8)
    for sigma in (0.1, 7.0):  # lambda c_out^2 = 1
        level = torch.tensor([sigma])
        c_out = preconditioning.coefficients(level, 0.5)[1]
        assert (preconditioning.weight(level, 0.5) * c_out**2).item() == pytest.approx(1)


def test_an_untrained_network_has_a_loss_of_one():
    """What the weights are for: with F = 0 the loss of images of variance sigma_data^2 is 1 at every level."""
    torch.manual_seed(0)
    shown = torch.randn(4, 1, 64, 64) * 0.5
    for level in (0.05, 0.5, 5.0):
        sigma = torch.full((4,), level)
        noisy = shown + torch.randn_like(shown) * level
        denoiser = preconditioning.Denoiser(lambda maps, *_: torch.zeros_like(maps), 0.5)
        loss = preconditioning.denoising_loss(denoiser(noisy, sigma), shown, sigma, 0.5)
        assert loss.mean().item() == pytest.approx(1, abs=0.05)


def test_noise_levels_are_lognormal():
    normal = torch.tensor([-1.0, 0.0, 2.0])
    assert preconditioning.noise_levels(normal, -1.2, 1.2).log().tolist() == pytest.approx([-2.4, -1.2, 1.2])


def test_the_steps_are_those_of_the_publication():
    """Equation 5 by hand: with rho = 1 they are even; with rho = 2 even in their roots."""
    first = torch.tensor([80.0, 8.0])
    assert preconditioning.steps_of(3, 0.0, first, 1.0).tolist() == [[80, 8], [40, 4], [0, 0], [0, 0]]
    roots = preconditioning.steps_of(3, 1.0, torch.tensor([9.0]), 2.0)
    assert roots.flatten().tolist() == pytest.approx([9, 4, 1, 0])
    levels = plan_of().levels(torch.tensor([80.0, 2.0]))
    assert levels.shape == (19, 2)
    assert levels[-2].tolist() == pytest.approx([0.002, 0.002])
    assert levels[0].tolist() == pytest.approx([80, 2])


def test_both_samplers_solve_the_flow_of_a_gaussian_to_second_order():
    """Exactly x_0 = mean + (x_T - mean) s / sqrt(s^2 + T^2), for the ideal denoiser of N(mean, s^2)."""
    mean, deviation, sampler = 0.3, 0.5, {}
    start = torch.linspace(-160, 160, 9).reshape(9, 1, 1, 1)
    exact = mean + (start - mean) * deviation / math.sqrt(deviation**2 + 80**2)

    def error(steps):
        plan = plan_of(steps=steps, **sampler)
        found = sample(gaussian(mean, deviation), start, plan.levels(torch.full((9,), 80.0)), plan, lambda: start)
        return (found - exact).abs().max().item()

    assert error(18) < 0.06
    assert error(36) < error(18) / 3
    assert error(72) < error(36) / 3
    heun = error(9)  # 17 passes
    sampler["multistep"] = True
    assert error(17) < heun / 2
    assert error(36) < error(18) / 3
    assert error(72) < error(36) / 3


def test_steps_of_the_solver_that_remembers_by_hand():
    """From 8 by 4 and 1 to 0: in ln sigma the first step is half of the second, so that r = 1/2 and 1 / (2 r) = 1."""
    denoised = iter([torch.full((1, 1, 1, 1), value) for value in (1.0, 2.0, 5.0)])
    levels, plan = torch.tensor([[8.0], [4.0], [1.0], [0.0]]).double(), plan_of(multistep=True)
    met = []

    def denoise(noisy, level):
        met.append((noisy.item(), level.item()))
        return next(denoised)

    assert sample(denoise, torch.full((1, 1, 1, 1), 16.0), levels, plan, torch.zeros).item() == 5
    first = 16 / 2 + 1 / 2 * 1
    second = first / 4 + 3 / 4 * (2 + 1.0 * (2 - 1))
    assert met == [(16, 8), (pytest.approx(first), 4), (pytest.approx(second), 1)]


def test_churn_keeps_the_distribution():
    """With the ideal denoiser the stochastic sampler draws from N(mean, s^2), whatever noise comes on the way."""
    torch.manual_seed(0)
    plan = plan_of(steps=64, churn=20, churn_min=0.05, churn_max=50)
    start, added = torch.randn(4000, 1, 1, 1) * 80, []

    def fresh():
        added.append(torch.randn(4000, 1, 1, 1).double())
        return added[-1]

    levels = plan.levels(torch.full((4000,), 80.0))
    found = sample(gaussian(0.3, 0.5), start, levels, plan, fresh)
    assert len(added) == sum(0.05 <= level <= 50 for level in levels[:, 0])
    assert found.mean().item() == pytest.approx(0.3, abs=0.03)
    assert found.std().item() == pytest.approx(0.5, abs=0.02)
    still = sample(gaussian(0.3, 0.5), start, levels, plan_of(steps=64), fresh)
    assert np.corrcoef(found.flatten(), still.flatten())[0, 1] < 0.9


def test_churn_is_bounded():
    """Algorithm 2: gamma = min(S_churn / N, sqrt(2) - 1), within its bounds alone."""
    sigma = torch.tensor([2.0, 4.0, 0.5])
    assert preconditioning.churned(sigma, 3.0, 10, 1.0, 3.0).tolist() == pytest.approx([2.6, 4, 0.5])
    assert preconditioning.churned(sigma, 50.0, 10, 1.0, 3.0)[0].item() == pytest.approx(2 * math.sqrt(2))


def test_guidance_goes_away_from_what_no_class_is_told_of():
    plain, told = torch.tensor([1.0]), torch.tensor([3.0])
    assert [guided(told, plain, weight).item() for weight in (0.0, 1.0, 2.0)] == [1, 3, 5]


def test_noise_levels_become_sinusoids():
    found = sinusoids(torch.tensor([0.0, 2.0]), 4)
    assert found[0].tolist() == [0, 0, 1, 1]
    assert found[1].tolist() == pytest.approx([math.sin(2), math.sin(2e-4), math.cos(2), math.cos(2e-4)])


@pytest.mark.parametrize("resample", ["", "down", "up"])
def test_a_block_is_what_it_is_said_to_be(resample):
    """Against the same block written down with numpy-like operations of torch's reference kernels, in fp64."""
    torch.manual_seed(0)
    block = Block(BlockPlan(8, 12, 6, resample=resample), 6, 0.0).double().eval()
    for weight in block.parameters():
        torch.nn.init.normal_(weight, 0, 0.5)
    maps, embedding = torch.randn(2, 8, 6, 6).double(), torch.randn(2, 6).double()

    def resampled(given):
        if resample == "down":
            return (given[..., ::2, ::2] + given[..., 1::2, ::2] + given[..., ::2, 1::2] + given[..., 1::2, 1::2]) / 4
        return given.repeat_interleave(2, 2).repeat_interleave(2, 3) if resample == "up" else given

    def normalised(given, layer, groups):
        parts = given.unflatten(1, (groups, -1))
        mean = parts.mean(dim=(2, 3, 4), keepdim=True)
        spread = (parts - mean).square().mean(dim=(2, 3, 4), keepdim=True)
        flat = ((parts - mean) / (spread + 1e-6).sqrt()).flatten(1, 2)
        return flat * layer.weight[:, None, None] + layer.bias[:, None, None]

    def silu(given):
        return given / (1 + torch.exp(-given))

    made = block.conv0(resampled(silu(normalised(maps, block.norm0, 2))))
    made = made + (embedding @ block.affine.weight.T + block.affine.bias)[:, :, None, None]
    made = block.conv1(silu(normalised(made, block.norm1, 3)))
    skip = block.skip(resampled(maps))
    assert torch.allclose(block(maps, embedding), (made + skip) / math.sqrt(2), atol=1e-12)


@pytest.mark.parametrize("size, maps, blocks", [(32, [8, 16], 1), (16, [8, 8, 24], 2)])
def test_the_cost_of_a_pass_is_that_of_its_convolutions_and_attention(size, maps, blocks):
    """Counted by hooks while the network runs."""
    network, counted = UNet(size, 3, maps, blocks, 8, 0.0, 2, 0), []

    def count(layer, _, made):
        counted.append(made[0].numel() * layer.weight[0].numel())

    def attend(_, given, made):
        counted.append(2 * made[0].numel() * made[0, 0].numel())

    for layer in network.modules():
        if isinstance(layer, torch.nn.Conv2d):
            layer.register_forward_hook(count)
        elif isinstance(layer, Attention):  # queries by keys, and their weights by values
            layer.register_forward_hook(attend)
    network(torch.zeros(2, 3, size, size), torch.zeros(2), torch.zeros(2, 2), None)
    assert layout_of(size, maps, blocks, 8).multiply_adds(3) == sum(counted)


@pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])
def test_maps_of_half_and_of_double_the_side(order):
    """Against torch's own kernels, back as well; the sums of one repeated pixel's four gradients are exact here."""
    maps = torch.randint(-8, 8, (2, 3, 6, 4)).double().contiguous(memory_format=order).requires_grad_()
    for ours, theirs in (
        (halved, lambda given: torch.nn.functional.avg_pool2d(given, 2)),
        (doubled, lambda given: given.repeat_interleave(2, 2).repeat_interleave(2, 3)),
    ):
        made, expected = ours(maps), theirs(maps)
        back = torch.arange(made.numel()).reshape(made.shape).double()
        assert torch.equal(made, expected)
        (mine,), (theirs_back,) = (torch.autograd.grad(each, maps, back) for each in (made, expected))
        assert torch.equal(mine, theirs_back)


def test_drawing_goes_through_the_network_that_was_trained():
    """In other orders of memory, in place, and told once what all images are told: the same within fp32's rounding."""
    torch.manual_seed(0)
    about = description(size_px=64, channel_mult=[1, 2, 2]) | {"size_px": 64}
    network = build_generator(about).eval()
    for weight in network.parameters():
        torch.nn.init.normal_(weight, 0, 0.1)
    noisy, sigma = torch.randn(3, 1, 64, 64), torch.full((3,), 0.7)
    condition = network.condition_of(torch.ones(3, dtype=torch.long))
    trained = network(noisy, sigma, condition)
    with torch.no_grad():
        drawn = network(noisy, sigma[:1], condition[:1])
    assert (trained - drawn).abs().max() < 1e-4 * trained.abs().max()
    assert trained.std() > 0.1


def test_drawing_in_bf16_is_near_drawing_in_fp32():
    def drawn(precision):
        torch.manual_seed(0)
        network = build_generator(description(sampler_precision=precision)).eval()
        for weight in network.parameters():
            torch.nn.init.normal_(weight, 0, 0.05)
        return next(generate_blocks(network, range(4), network.latent_dim, 1, CPU)).float()

    fp32, bf16 = drawn("fp32"), drawn("bf16")
    assert 0 < (fp32 - bf16).abs().mean() < 2


def test_settings_of_drawing_replace_those_of_the_description(tmp_path):
    """And no other may be given, nor what its network cannot do."""
    trained = task(tmp_path, False)
    trained.save(tmp_path)
    save_description(tmp_path / "generator.json", description() | {"family": "diffusion", "classes": ["a", "b"]})
    assert load_generator(tmp_path)[0].plan.steps == 4
    network, about = load_generator(tmp_path, drawing={"steps": 2, "s_churn": 5.0})
    assert (network.plan.steps, network.plan.churn, about["settings"].steps) == (2, 5, 2)
    with pytest.raises(UserError, match="`dropout` is no setting of drawing of a diffusion"):
        load_generator(tmp_path, drawing={"dropout": 0.5})
    with pytest.raises(UserError, match="`guidance`: it needs a network that knows images of no class"):
        load_generator(tmp_path, drawing={"guidance": 2.0})


def test_a_move_is_told_and_no_move_is_zero():
    moves = Moves(*(torch.tensor(each) for each in ([0, 1, 0], [0, 1, 2], [0, 2, 0], [0, 0, -1])))
    assert labels_of(moves, 16).tolist() == [
        [0, 0, 0, 0, 0],
        pytest.approx([1, -1, 1, 1, 0], abs=1e-6),
        pytest.approx([0, -2, 0, 0, -0.5], abs=1e-6),
    ]
    shown = torch.randn(4, 1, 16, 16)
    same, told = moved(shown, 0.0)
    assert torch.equal(same, shown)
    assert not told.any()
    torch.manual_seed(0)
    assert not torch.equal(moved(shown, 1.0)[0], shown)


def test_classes_are_told_with_the_taxa_above_them():
    taxa = {"a": ["order=O", "genus=G"], "b": ["order=O"]}
    assert class_conditions(["a", "b", "c"], taxa).tolist() == [[1, 0, 0, 1, 1], [0, 1, 0, 1, 0], [0, 0, 1, 0, 0]]
    assert class_conditions(["a", "b"], {}).tolist() == [[1, 0], [0, 1]]
    network = build_generator(description(("a", "b", "c"), taxa=taxa))
    assert network.condition_of(torch.tensor([1])).tolist() == [[0, 1, 0, 1, 0]]


@pytest.mark.parametrize("churn, guidance, precision", [(0, 1.0, "bf16"), (30, 1.0, "fp32"), (30, 2.0, "bf16")])
def test_an_image_is_the_same_whatever_range_it_is_drawn_in(churn, guidance, precision):
    torch.manual_seed(0)
    sampler = {"s_churn": churn, "guidance": guidance, "steps": 3, "sampler_precision": precision}
    network = build_generator(description(label_dropout=0.1, **sampler)).eval()
    for weight in network.parameters():
        torch.nn.init.normal_(weight, 0, 0.1)
    many = torch.cat(list(generate_blocks(network, range(70), network.latent_dim, 1, CPU)))
    few = torch.cat(list(generate_blocks(network, range(66, 68), network.latent_dim, 1, CPU)))
    assert torch.equal(many[66:68], few)
    other = torch.cat(list(generate_blocks(network, range(2), network.latent_dim, 0, CPU)))
    assert not torch.equal(many[:2], other)


def test_truncation_makes_the_first_noise_smaller(monkeypatch):
    network, begun = build_generator(description()).eval(), []
    monkeypatch.setattr(network, "draw_noised", lambda noisy, *_: begun.append(noisy) or noisy)
    latents = latents_of([0], network.latent_dim)
    network.draw(latents, None, [0], 0.5)
    assert torch.equal(begun[0], latents * 0.5 * 80)


def test_noisy_images_of_several_levels_are_denoised_together_as_alone():
    network = build_generator(description()).eval()
    torch.manual_seed(0)
    for weight in network.parameters():
        torch.nn.init.normal_(weight, 0, 0.1)
    noisy, sigma = torch.randn(3, network.latent_dim), torch.tensor([0.1, 2.0, 30.0])
    together = network.draw_noised(noisy * sigma[:, None], sigma, torch.tensor([0, 1, 1]), [0, 1, 2])
    for place in range(3):
        one = slice(place, place + 1)
        alone = network.draw_noised(noisy[one] * sigma[one], sigma[one], torch.tensor([int(place > 0)]), [place])
        assert torch.allclose(together[one], alone, atol=1e-5)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_it_learns_what_its_classes_look_like(tmp_path, precision):
    """Class a is dark and class b bright: after a short training, so are the images drawn of them."""
    shown = torch.where(torch.arange(12)[:, None, None, None] % 2 == 0, 40, 215).expand(12, 16, 16, 1)
    shown = (shown + torch.randint(-20, 20, shown.shape, generator=torch.Generator().manual_seed(0))).to(torch.uint8)
    trained = task(tmp_path, False, precision, shown, steps=6, ema_half_life_kimg=0, warmup_steps=10)
    told = [trained.step(step, 0)["loss_denoising"].item() for step in range(60)]
    assert np.mean(told[-10:]) < 0.5 * np.mean(told[:3])
    network = trained.average.network
    levels = [
        torch.cat(list(generate_blocks(network, range(8), network.latent_dim, label, CPU))).float().mean().item()
        for label in (0, 1)
    ]
    assert levels[0] < 100 < 155 < levels[1]


@pytest.mark.parametrize("micro_batch", [1, 3, 8])
def test_a_micro_batch_changes_memory_and_no_gradient(tmp_path, micro_batch, monkeypatch):
    """Losses and gradients of the whole batch, the odd last part by its images; never more at a time."""
    at_once = []
    whole, parts = task(tmp_path), task(tmp_path, micro_batch=micro_batch)
    losses = type(parts)._losses
    monkeypatch.setattr(parts, "_losses", lambda *given: at_once.append(len(given[1])) or losses(parts, *given))
    for step in range(2):
        one, other = whole.step(step, 0), parts.step(step, 0)
        assert other["loss_denoising"].item() == pytest.approx(one["loss_denoising"].item(), rel=1e-5)
        assert other["gradient_norm"].item() == pytest.approx(one["gradient_norm"].item(), rel=1e-5)
    assert torch.allclose(weights(whole.generator), weights(parts.generator), atol=1e-5)
    assert set(at_once) == {min(micro_batch, 8), 8 % micro_batch or micro_batch}


@pytest.mark.parametrize(
    "size, size_px, batch, at_once",
    [("laptop", 64, 32, 32), ("gpu", 32, 128, 128), ("gpu", 64, 128, 64), ("gpu", 128, 64, 32), ("gpu", 1024, 64, 1)],
)
def test_a_gpu_holds_as_many_images_as_fit(size, size_px, batch, at_once):
    made = settings(size=size, size_px=size_px, batch=None, model_channels=None)
    assert (made.batch, made.micro_batch) == (batch, at_once)


def test_a_resumed_training_is_the_same_to_the_bit(tmp_path):
    whole, first = task(tmp_path, patience=3), task(tmp_path, patience=3)
    rows = [{}, {}]
    for step in range(6):
        whole.step(step, 0)
        if step % 2:
            whole.end_tick(step + 1, rows[0])
    for step in range(3):
        first.step(step, 0)
        if step % 2:
            first.end_tick(step + 1, {})
    again = task(tmp_path, patience=3)
    again.load_state(first.state())
    for step in range(3, 6):
        again.step(step, 0)
        if step % 2:
            again.end_tick(step + 1, rows[1])
    assert rows[0] == rows[1]
    for mine, theirs in ((whole.generator, again.generator), (whole.average.network, again.average.network)):
        assert torch.equal(weights(mine), weights(theirs))
    assert (whole.lowest, whole.quiet_looks) == (again.lowest, again.quiet_looks)


def test_it_begins_with_another_and_what_that_was_told_of_the_same_name(tmp_path):
    """Classes and taxa by their names: what the network hears of those is the same; all else is the other's."""
    other = description(("a", "b"), taxa={"a": ["order=O"], "b": ["order=O"]})
    mine = description(("b", "c"), taxa={"b": ["order=O"], "c": ["order=P"]})
    before = build_generator(other)
    for weight in before.parameters():
        torch.nn.init.normal_(weight)
    save_weights(tmp_path / "generator.safetensors", before)
    start = Start(tmp_path, "other", other, [], "")
    place = choose_device("cpu", "fp32", 1, True)
    made = TASK(mine, images(), torch.arange(12) % 2, place, tmp_path / "snapshots", start).generator

    def hears(network, told):
        layer = network.denoiser.network.of_label
        return layer.weight[:, told] * math.sqrt(layer.weight.shape[1])

    names = [["a", "b", "order=O"], ["b", "c", "order=O", "order=P"]]
    assert [told_names(each) for each in (other, mine)] == names
    for name in ("b", "order=O"):
        heard = hears(made, names[1].index(name)), hears(before, names[0].index(name))
        assert torch.allclose(*heard, rtol=1e-5)
    fresh = (hears(made, index).abs().max() for index in (1, 3))  # Glorot's bound, against values from N(0, 1)
    assert max(fresh) < 1.3 < hears(made, 0).abs().max()
    theirs, ours = before.state_dict(), made.state_dict()
    assert theirs.keys() == ours.keys()
    assert [name for name in ours if not torch.equal(ours[name], theirs[name])] == ["denoiser.network.of_label.weight"]
    alone = TASK(description(conditional=False), images(), None, place, tmp_path / "snapshots", start).generator
    assert torch.equal(alone.denoiser.network.stem.weight, before.denoiser.network.stem.weight)
    save_weights(tmp_path / "generator.safetensors", alone)
    untold = Start(tmp_path, "other", description(conditional=False), [], "")
    made = TASK(mine, images(), torch.arange(12) % 2, place, tmp_path / "snapshots", untold).generator
    assert torch.equal(made.denoiser.network.stem.weight, alone.denoiser.network.stem.weight)
    assert 0 < made.denoiser.network.of_label.weight.abs().max() < 1.3  # fresh: what the other was not told of
    with pytest.raises(UserError, match="does not hold the weights of this network"):
        TASK(description(model_channels=16), images(), None, place, tmp_path / "snapshots", start)


def test_it_stops_after_its_patience_and_keeps_the_weights_of_the_lowest_loss(tmp_path, monkeypatch):
    trained = task(tmp_path, patience=2)
    losses, kept = iter([3.0, 1.0, 2.0, 1.5]), []
    monkeypatch.setattr(trained, "_look", lambda: next(losses))
    stopped = []
    for step in range(4):
        trained.step(step, 0)
        kept.append(weights(trained.average.network).clone())
        stopped.append(trained.end_tick(step + 1, {}))
    assert stopped == [False, False, False, True]
    assert trained.stop_reason == "validation"
    assert torch.equal(weights(trained.average.network), kept[1])


def test_without_patience_the_validation_part_changes_nothing_and_is_recorded(tmp_path):
    plain, looking = task(tmp_path, validation=False), task(tmp_path)
    rows = {}
    for name, trained in (("plain", plain), ("looking", looking)):
        rows[name] = {}
        for step in range(3):
            trained.step(step, 0)
            assert not trained.end_tick(step + 1, rows[name])
    assert torch.equal(weights(plain.average.network), weights(looking.average.network))
    assert "loss_validation" not in rows["plain"]
    assert rows["looking"]["loss_validation"] > 0


def test_looks_compare_the_same_noise(tmp_path, monkeypatch):
    """Levels are spread as evenly as their number allows, and a second look at the same weights is the same."""
    trained = task(tmp_path)
    assert trained._look() == trained._look()
    met = []
    monkeypatch.setattr(
        type(trained.generator),
        "forward",
        lambda self, noisy, sigma, condition, moves: met.append(sigma) or torch.zeros_like(noisy),
    )
    trained._look()
    levels = torch.cat(met).log()
    assert stats.kstest((levels.numpy() + 1.2) / 1.2, "norm").statistic < 0.01


def test_the_validation_part_is_read_from_packs(tmp_path, monkeypatch):
    from augury.generators import data

    monkeypatch.setattr(data, "open_parts", lambda pack, split, parts: [(pack[parts[0]], [0] * len(pack[parts[0]]))])
    monkeypatch.setattr(data, "blocks", lambda picked: [picked])
    monkeypatch.setattr(data, "gathered", lambda given, count: np.concatenate(list(given)))
    first, second = (np.full((count, 2, 2, 1), count, np.uint8) for count in (2, 1))
    found, labels = load_validation_part([{"validation": first}, {"validation": second}], ["", ""])
    assert (found[:, 0, 0, 0].tolist(), labels.tolist()) == ([2, 2, 1], [0, 0, 1])
    assert load_validation_part([{"validation": first[:0]}], [""]) is None


@pytest.mark.parametrize(
    "changes, key",
    [
        ({"size_px": 30, "channel_mult": [1, 2, 2]}, "channel_mult"),
        ({"guidance": 2.0}, "guidance"),
        ({"sigma_min": 90.0}, "sigma_min"),
        ({"s_churn": 5.0, "solver": "dpmpp_2m"}, "s_churn"),
    ],
)
def test_mistakes_name_their_key(changes, key):
    assert [each for each, _ in problems(DiffusionSettings(**changes))] == [key]


@pytest.mark.parametrize("size_px", [16, 36, 48, 64, 100, 132, 256])
@pytest.mark.parametrize("size", ["laptop", "gpu"])
def test_levels_follow_from_the_side(size_px, size):
    given = DiffusionSettings(size_px=size_px, size=size)
    assert problems(given) == []
    made = TASK.resolved(given)
    lowest = size_px >> (len(made.channel_mult) - 1)
    assert lowest % 2 or lowest < 16
    assert lowest >= 8
