"""Transformers as a probe's backbones: the networks themselves with random weights, files by form.

What a class token is, and how positions are carried to another size, is timm's own word.
"""

import pytest
import timm
import torch
from safetensors.torch import save_file
from timm.layers import resample_abs_pos_embed

from augury.classifiers.probe import network as probe
from augury.classifiers.probe.family import ProbeSettings
from augury.classifiers.sources import find
from augury.classifiers.timm_zoo import network as timm_zoo
from augury.command.errors import UserError
from augury.planning.checks.networks import network_problems
from tests.settings import study

DINOV2, DINOV3, CLIP = "vit_small_patch14_dinov2", "vit_small_patch16_dinov3", "vit_xsmall_patch16_clip_224"
CLIP_MEAN, IMAGENET_MEAN = 0.481455, 0.485


def settings_of(*backbones: str, **more) -> ProbeSettings:
    return ProbeSettings(**{"backbones": list(backbones), "size_px": 56, "tta": False} | more)


def put_file(folder, name: str, **options) -> dict[str, torch.Tensor]:
    """Random weights of a network as timm makes it, as a file of its name."""
    torch.manual_seed(len(name))
    tensors = timm.create_model(name, pretrained=False, num_classes=0, **options).state_dict()
    save_file(tensors, folder / f"{name}.safetensors")
    return tensors


def started(folder, settings: ProbeSettings) -> probe.Probe:
    made = probe.build_classifier(settings, 3)
    probe.start_from_pretrained(made, settings, folder)
    return made.eval()


@pytest.mark.parametrize(
    "name, px, mean", [(DINOV2, 56, IMAGENET_MEAN), (DINOV3, 64, IMAGENET_MEAN), (CLIP, 64, CLIP_MEAN)]
)
def test_of_a_transformer_it_sees_the_class_token_and_the_mean_patch_at_any_size(tmp_path, name, px, mean):
    file = put_file(tmp_path, name)
    classifier = started(tmp_path, settings_of(name, size_px=px))
    backbone = classifier.network.zoo[0]
    assert backbone.normalise.mean[0].item() == pytest.approx(mean, abs=1e-5)
    images = torch.rand(2, 3, px, px, generator=torch.Generator().manual_seed(1)) * 2 - 1
    with torch.no_grad():
        made = torch.cat(classifier.network.raw_features(classifier.normalise(images)), dim=1)
        tokens = backbone.network.forward_features(backbone.normalise(classifier.normalise(images)))
    patches = (px // backbone.network.patch_embed.patch_size[0]) ** 2
    first, rest = tokens[:, 0], tokens[:, -patches:].mean(dim=1)
    halves = [first, rest] if name != DINOV3 else [rest, first]  # first what timm's own head would see
    wanted = torch.cat(halves, dim=1)
    assert torch.allclose(made * made.abs(), wanted, atol=1e-5)
    own = backbone.network.state_dict()
    resampled = {"pos_embed"} & own.keys()
    assert all(torch.equal(value, file[key]) for key, value in own.items() if key not in resampled)
    for key in resampled:
        side = px // backbone.network.patch_embed.patch_size[0]
        assert torch.allclose(own[key], resample_abs_pos_embed(file[key], [side, side]), atol=1e-6)


def test_files_with_their_makers_names_are_read(tmp_path):
    """OpenCLIP's, by hand: of attention, layer norms and patches it has other names, and the class token no batch."""
    file = put_file(tmp_path, CLIP)
    theirs = {"visual.proj": torch.zeros(256, 512), "logit_scale": torch.ones(())}
    theirs["visual.class_embedding"] = file["cls_token"][0, 0].clone()
    theirs["visual.positional_embedding"] = file["pos_embed"][0].clone()
    theirs["visual.conv1.weight"] = file["patch_embed.proj.weight"]
    theirs |= {f"visual.ln_pre.{end}": file[f"norm_pre.{end}"] for end in ("weight", "bias")}
    theirs |= {f"visual.ln_post.{end}": file[f"norm.{end}"] for end in ("weight", "bias")}
    renamed = {
        "norm1": "ln_1",
        "norm2": "ln_2",
        "mlp.fc1": "mlp.c_fc",
        "mlp.fc2": "mlp.c_proj",
        "attn.proj": "attn.out_proj",
    }
    for key, value in file.items():
        if key.startswith("blocks."):
            number, rest = key.removeprefix("blocks.").split(".", 1)
            rest = {"attn.qkv.weight": "attn.in_proj_weight", "attn.qkv.bias": "attn.in_proj_bias"}.get(rest, rest)
            for ours, other in renamed.items():
                rest = rest.replace(ours, other)
            theirs[f"visual.transformer.resblocks.{number}.{rest}"] = value
    save_file({key: value.contiguous() for key, value in theirs.items()}, tmp_path / f"{CLIP}.safetensors")
    own = started(tmp_path, settings_of(CLIP, size_px=224)).network.zoo[0].network.state_dict()
    assert all(torch.equal(value, file[key]) for key, value in own.items())


def test_a_file_of_another_transformer_is_named(tmp_path):
    put_file(tmp_path, CLIP)
    (tmp_path / f"{CLIP}.safetensors").rename(tmp_path / f"{DINOV2}.safetensors")
    with pytest.raises(UserError, match=f"is not of {DINOV2}; put timm's own file there"):
        started(tmp_path, settings_of(DINOV2))


def test_each_backbone_sees_images_at_a_size_of_its_own(tmp_path):
    for name in (CLIP, "resnet10t"):
        put_file(tmp_path, name)
    several = settings_of("resnet10t", CLIP, backbone_px={CLIP: 96, "resnet10t": 32})
    classifier = started(tmp_path, several)
    images = torch.rand(1, 3, 56, 56, generator=torch.Generator().manual_seed(2)) * 2 - 1
    reduced = torch.nn.functional.interpolate(images, (32, 32), mode="bilinear", antialias=True)
    enlarged = torch.nn.functional.interpolate(images, (96, 96), mode="bilinear")
    with torch.no_grad():
        made = classifier.network.raw_features(images)
        small = started(tmp_path, settings_of("resnet10t", size_px=32)).network.raw_features(reduced)
        large = started(tmp_path, settings_of(CLIP, size_px=96)).network.raw_features(enlarged)
    assert torch.allclose(made[0], small[0], atol=1e-5)
    assert torch.allclose(made[1], large[0], atol=1e-4)
    assert classifier.network.widths == [512, 512]
    probes = {
        "a": {"family": "probe", "backbones": ["resnet10t"], "backbone_px": {"resnet18": 64}, "pretrained": False}
    }
    problems = network_problems(study(classifiers=probes))
    assert problems == ["`classifiers.a.backbone_px`: resnet18 is none of the backbones (resnet10t)"]


def test_one_file_is_not_taken_for_several_backbones():
    problems = network_problems(study(classifiers={"a": {"family": "probe", "pretrained": "resources/w.safetensors"}}))
    sentence = "resources/w.safetensors is one file for 3 backbones; name one in `backbones`"
    assert f"`classifiers.a.pretrained`: {sentence}" in problems


@pytest.mark.parametrize(
    "name, width", [("vit_base_patch16_clip_224.bioclip", 768), ("vit_base_patch16_clip_224.openai", 768)]
)
def test_towers_of_clip_are_known_by_the_tags_of_their_weights(tmp_path, name, width):
    with torch.device("meta"):
        made = timm_zoo.build(name, 224, channels=3, classes=2)
        assert made.features(torch.zeros(1, 3, 224, 224)).shape == (1, width)
    assert made.normalise.mean.shape == (3,)
    with pytest.raises(UserError, match=f"no weights of {name} are on this machine.*{name}.safetensors"):
        find(name, "auto", tmp_path)
