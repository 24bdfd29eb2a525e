"""describe_models as a user runs it: counts as published, and which weights are here."""

import contextlib
import csv
import importlib.util
import io

import pytest
from huggingface_hub import constants

from augury.classifiers import hub, sources
from augury.classifiers.catalogue import describe_networks
from augury.command.errors import UserError
from tests.hub import environment, serve
from tests.scripts.in_process import call

UNTRAINED = "resnet50t"  # timm has the network, and no weights of it


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    (folder / "resnet50.pth").write_bytes(b"weights")
    with contextlib.redirect_stdout(io.StringIO()) as output:
        call(
            "describe_models",
            ["--classes", 26, "--weights", folder, "--offline", "--architectures", "mobilenetv1_100", UNTRAINED],
        )
    table = list(csv.DictReader(io.StringIO(output.getvalue()), delimiter="\t"))
    return {(row["kind"], row["name"]): row for row in table}, folder


def test_parameters_and_sizes_are_the_published_ones(rows):
    """Of 1000 classes ResNet50 has 25,557,032 and VGG19 143,667,240 (torchvision's num_params) parameters.

    ConvNeXt-T has 27.84 M and about 106 MB in the study of minerals.
    """
    table, _ = rows
    counts = {name: int(row["parameters"]) for (kind, name), row in table.items() if kind == "classifier"}
    assert counts["convnext_tiny"] == 27840122
    assert counts["convnext_tiny with eca per_block"] == 27840122 + 84
    assert counts["resnet50"] == 25557032 - 974 * 2049
    assert counts["vgg19"] == 143667240 - 974 * 4097
    assert float(table["classifier", "convnext_tiny"]["size_mb"]) == pytest.approx(4 * 27840122 / 2**20, abs=0.01)
    assert table["classifier", "lenet5"]["size_px"] == "32"
    assert table["classifier", "tf_efficientnet_lite2"]["size_px"] == "260"
    assert ("classifier", "mobilenetv1_100") in table
    assert {name for kind, name in table if kind == "generator"} == {"dcgan", "diffusion", "projected", "stylegan2"}
    assert {name for kind, name in table if kind == "discriminator"} == {"dcgan", "projected", "stylegan2"}


def test_it_says_which_weights_are_here(rows):
    table, folder = rows
    assert table["classifier", "resnet50"]["reachable"] == str(folder / "resnet50.pth")
    assert table["classifier", "vgg19"]["reachable"] == "not asked"
    assert table["classifier", "vgg19"]["pretrained"].endswith(f"vgg19.safetensors, {folder / 'vgg19.pth'}, hub")
    assert table["classifier", "alexnet"]["pretrained"].endswith("alexnet.pth, hub")
    assert not table["classifier", UNTRAINED]["pretrained"].endswith("hub")
    assert table["classifier", "lenet5"]["pretrained"] == table["classifier", "lenet5"]["reachable"] == ""
    packaged = sources.PACKAGED["tf_efficientnet_lite0"]
    here = importlib.util.find_spec(packaged.package) is not None
    expected = f"{packaged.package} {packaged.version}" if here else "not asked"
    assert table["classifier", "tf_efficientnet_lite0"]["reachable"] == expected


def test_it_says_whether_the_hubs_can_be_reached(tmp_path, monkeypatch):
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    with serve(tmp_path) as endpoint:
        monkeypatch.setattr(constants, "ENDPOINT", endpoint)
        assert {library: hub.reachable(library) for library in hub.LIBRARIES} == {"timm": True, "torchvision": False}
        answers = {network.name: network.reachable for network in describe_networks(3, [UNTRAINED], tmp_path, False)}
    assert (answers["vgg19"], answers["alexnet"], answers[UNTRAINED], answers["lenet5"]) == ("hub", "no", "no", "")
    assert not hub.reachable("timm")


def test_mistakes_are_told():
    with pytest.raises(UserError, match="did you mean resnet50"):
        call("describe_models", ["--architectures", "resnet5O"])
    with pytest.raises(UserError, match="--classes is 1"):
        call("describe_models", ["--classes", 1])
