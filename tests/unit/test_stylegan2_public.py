"""Starting from public networks: a file under their names is read into ours, as far as it fits."""

import re

import pytest
import torch
from safetensors.torch import save_file

from augury.command.errors import UserError
from augury.generators.stylegan2 import public
from augury.generators.stylegan2.discriminator import Discriminator
from augury.generators.stylegan2.networks import Generator
from augury.generators.transfer import open_start
from augury.tables.description import read_description
from tests.unit.test_stylegan2_training import part, task, train_one, weights

LATENT, STYLE, MAPS = 6, 6, {4: 8, 8: 8, 16: 4}  # those of the small trainings


def linear(inputs, outputs):
    return {"weight": (outputs, inputs), "bias": (outputs,)}


def layer(inputs, outputs, size):
    """A styled convolution, with the constant noise that is drawn anew here, and the filter."""
    made = {"weight": (outputs, inputs, 3, 3), "bias": (outputs,), "noise_strength": (), "noise_const": (size, size)}
    return made | {"resample_filter": (4, 4)} | {f"affine.{k}": v for k, v in linear(STYLE, inputs).items()}


def to_rgb(inputs, colours):
    made = {"weight": (colours, inputs, 1, 1), "bias": (colours,)}
    return made | {f"affine.{key}": shape for key, shape in linear(STYLE, inputs).items()}


def convolution(inputs, outputs, size, bias=True):
    return {"weight": (outputs, inputs, size, size), "resample_filter": (4, 4)} | ({"bias": (outputs,)} if bias else {})


def public_file(path, colours=1, mapping_layers=2, sizes=(4, 8, 16), latent=LATENT):
    """A file as the public repositories' modules would fill it: every name and shape written down by hand."""
    shapes = {"G_ema.synthesis.b4.const": (MAPS[4], 4, 4), "G_ema.mapping.w_avg": (STYLE,)}

    def add(prefix, layer_):
        shapes.update({f"{prefix}.{key}": shape for key, shape in layer_.items()})

    for number in range(mapping_layers):
        add(f"G_ema.mapping.fc{number}", linear(STYLE if number else latent, STYLE))
    for size in sizes:
        inputs, maps = MAPS[max(4, size // 2)], MAPS[size]
        if size > 4:
            add(f"G_ema.synthesis.b{size}.conv0", layer(inputs, maps, size))
        add(f"G_ema.synthesis.b{size}.conv1", layer(maps, maps, size))
        add(f"G_ema.synthesis.b{size}.torgb", to_rgb(maps, colours))
        shapes[f"G_ema.synthesis.b{size}.resample_filter"] = (4, 4)
    top = max(sizes)
    add(f"D.b{top}.fromrgb", convolution(colours, MAPS[top], 1))
    for size in sizes[:0:-1]:
        add(f"D.b{size}.conv0", convolution(MAPS[size], MAPS[size], 3))
        add(f"D.b{size}.conv1", convolution(MAPS[size], MAPS[size // 2], 3))
        add(f"D.b{size}.skip", convolution(MAPS[size], MAPS[size // 2], 1, bias=False))
    add("D.b4.conv", convolution(MAPS[4] + 1, MAPS[4], 3))
    add("D.b4.fc", linear(MAPS[4] * 16, MAPS[4]))
    add("D.b4.out", linear(MAPS[4], 1))
    drawn = torch.Generator().manual_seed(3)
    tensors = {name: torch.randn(shape, generator=drawn) for name, shape in shapes.items()}
    save_file(tensors, path)
    return tensors


def networks(colours=1, size=16):
    generator = Generator(size, colours, LATENT, STYLE, 2, 64, 8, "skip", 0)
    return generator, Discriminator(size, colours, 64, 8, "residual", 4, 0)


def test_every_weight_has_its_tensor(tmp_path, capsys):
    tensors = public_file(tmp_path / "x.safetensors")
    generator, discriminator = networks()
    public.fill(tensors, tmp_path / "x.safetensors", generator, discriminator)
    output = capsys.readouterr()
    # Every tensor of the file but its constants.
    weighty = [name for name in tensors if not name.endswith(("noise_const", "resample_filter"))]
    generated, judging = (str(sum(name.startswith(prefix) for name in weighty)) for prefix in ("G_ema.", "D."))
    assert re.findall(r"(\d+) of (\d+) tensors", output.out + output.err) == [
        (generated, generated),
        (judging, judging),
    ]
    same = {
        "synthesis.b4.const": generator.start[0],
        "mapping.fc1.bias": generator.mapping.layers[1].bias,
        "mapping.w_avg": generator.mapping.average,
        "synthesis.b4.conv1.weight": generator.blocks[0].layers[0].convolution.weight,
        "synthesis.b8.conv0.affine.bias": generator.blocks[1].layers[0].convolution.affine.bias,
        "synthesis.b8.conv1.noise_strength": generator.blocks[1].layers[1].noise_strength,
        "synthesis.b16.torgb.weight": generator.blocks[2].to_image.weight,
        "synthesis.b16.torgb.bias": generator.blocks[2].image_bias,
    }
    assert all(torch.equal(tensors[f"G_ema.{name}"], own) for name, own in same.items())
    same = {
        "b16.fromrgb.weight": discriminator.from_image["16"].weight,
        "b8.conv1.bias": discriminator.blocks["8"].layers[1].bias,
        "b16.skip.weight": discriminator.blocks["16"].shortcut.weight,
        "b4.fc.weight": discriminator.linear.weight,
        "b4.out.bias": discriminator.output.bias,
    }
    assert all(torch.equal(tensors[f"D.{name}"], own) for name, own in same.items())


def test_no_tensor_goes_to_two_weights():
    for network, name in zip(networks(), (public.public_generator_name, public.public_discriminator_name), strict=True):
        names = [name(own) for own in network.state_dict()]
        assert len(set(names)) == len(names)


def test_residual_and_conditional_networks_have_names_too():
    generator = Generator(16, 1, LATENT, STYLE, 2, 64, 8, "residual", 3)
    names = {public.public_generator_name(own) for own in generator.state_dict()}
    assert {"mapping.embed.weight", "synthesis.b8.skip.weight", "synthesis.b16.torgb.affine.weight"} <= names
    assert "synthesis.b8.torgb.weight" not in names
    discriminator = Discriminator(16, 1, 64, 8, "skip", 4, 3)
    names = {public.public_discriminator_name(own) for own in discriminator.state_dict()}
    assert {"b4.fromrgb.weight", "b8.fromrgb.bias", "mapping.fc7.weight", "mapping.embed.bias"} <= names


def test_smaller_and_larger_images_keep_what_fits(tmp_path, capsys):
    tensors = public_file(tmp_path / "x.safetensors")
    generator, discriminator = networks(size=8)
    before = discriminator.from_image["8"].weight.clone()
    public.fill(tensors, tmp_path / "x.safetensors", generator, discriminator)
    assert torch.equal(generator.blocks[1].image_bias, tensors["G_ema.synthesis.b8.torgb.bias"])
    # There, only the largest images enter: this layer is of no other size.
    assert torch.equal(discriminator.from_image["8"].weight, before)
    output = "".join(capsys.readouterr())
    assert "29 of 29 tensors of the generator fit" in output
    assert "11 of 13 tensors of the discriminator fit; these begin afresh: from_image.8.weight, from_image.8" in output


def test_a_grey_start_from_colours_draws_their_mean(tmp_path):
    tensors = public_file(tmp_path / "x.safetensors", colours=3)
    (grey, judge_grey), (colour, judge_colour) = networks(1), networks(3)
    for pair in ((grey, judge_grey), (colour, judge_colour)):
        public.fill(tensors, tmp_path / "x.safetensors", *pair)
    latents, seeds = torch.randn(2, LATENT), [1, 2]
    drawn = grey.eval().draw(latents, None, seeds, 1.0)
    coloured = colour.eval().draw(latents, None, seeds, 1.0)
    assert torch.allclose(drawn, coloured.mean(dim=1, keepdim=True), rtol=1e-3, atol=1e-3)
    assert coloured.std(dim=1).max() > 0.1
    assert torch.allclose(judge_grey(drawn), judge_colour(drawn.expand(-1, 3, -1, -1)), rtol=1e-3, atol=1e-3)


def test_colours_from_a_grey_start_are_equal(tmp_path):
    tensors = public_file(tmp_path / "x.safetensors", colours=1)
    (grey, judge_grey), (colour, judge_colour) = networks(1), networks(3)
    for pair in ((grey, judge_grey), (colour, judge_colour)):
        public.fill(tensors, tmp_path / "x.safetensors", *pair)
    latents, seeds = torch.randn(2, LATENT), [1, 2]
    drawn = grey.eval().draw(latents, None, seeds, 1.0)
    assert torch.allclose(colour.eval().draw(latents, None, seeds, 1.0), drawn.expand(-1, 3, -1, -1), atol=1e-3)
    assert torch.allclose(judge_grey(drawn), judge_colour(drawn.expand(-1, 3, -1, -1)), rtol=1e-3, atol=1e-3)


def test_what_is_no_such_network_is_refused(tmp_path):
    path = tmp_path / "x.safetensors"
    with pytest.raises(UserError, match=r"G_ema\.synthesis\.b4\.const is missing; it holds none"):
        public.fill({"a": torch.zeros(1)}, path, *networks())
    with pytest.raises(UserError, match="an alias-free generator of StyleGAN3"):
        public.fill({"G_ema.synthesis.input.freqs": torch.zeros(1)}, path, *networks())
    with pytest.raises(UserError, match=r"no layer of .* fits this generator"):
        public.fill({public.KNOWN_BY: torch.zeros(512, 4, 4)}, path, *networks())


def test_a_training_starts_from_the_file_and_says_so(tmp_path):
    path = tmp_path / "net.safetensors"
    tensors = public_file(path)
    translate = task(tmp_path).translate
    start = open_start(path, str(path), "stylegan2", [], "enforce", "generator g", translate)
    begun = task(tmp_path, start=start)
    assert torch.equal(begun.average.network.start[0], tensors["G_ema.synthesis.b4.const"])
    assert torch.equal(begun.discriminator.output.weight, tensors["D.b4.out.weight"])
    assert not torch.equal(weights(begun.generator), weights(task(tmp_path).generator))
    made = train_one(tmp_path / "g", "stylegan2", part("a"), start)
    assert (made["start"], made["kimg_before"]) == (str(path), 0)
    assert made == read_description(tmp_path / "g" / "generator.json")


def test_mistakes_of_the_file_are_told(tmp_path):
    path, translate = tmp_path / "net.safetensors", task(tmp_path).translate
    with pytest.raises(UserError, match=r"net\.safetensors is missing; write it as docs/generators\.md says"):
        open_start(path, "x", "stylegan2", [], "enforce", "generator g", translate)
    path.write_bytes(b"no tensors")
    start = open_start(path, "x", "stylegan2", [], "enforce", "generator g", translate)
    with pytest.raises(UserError, match="cannot be read as safetensors"):
        task(tmp_path, start=start)
    with pytest.raises(UserError, match="its family knows no public networks; name a folder"):
        open_start(path, "x", "dcgan", [], "enforce", "generator g", task(tmp_path, "dcgan").translate)
