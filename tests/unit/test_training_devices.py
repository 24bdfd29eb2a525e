"""On a GPU: which is taken and how it computes, that no step mixes devices, and, where there is one, that it agrees.

A machine without a GPU shows most of it by tensors that know their device and hold no numbers (torch's `meta`): an
operator that meets two devices is told, in the second derivatives and the optimiser too, and so is a step that waits
for a number.
"""

import contextlib

import pytest
import torch
from on_gpu import agreement, cases
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from augury.classifiers import training as classifier_training
from augury.classifiers.description import Description
from augury.classifiers.model_folder import family_module
from augury.settings.families import family, names
from augury.study.arms import Arm
from augury.training import device as devices
from augury.training.device import Device

ON_CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")
BETWEEN_DEVICES = ("aten::copy_", "aten::_to_copy")
WITHOUT_FIXED_ORDER = (  # ADA's geometry adds up by atomics
    "dcgan ada",
    "stylegan2 relativistic",
    "stylegan2 ada lecam",
    "stylegan2 conditional",
)
GENERATORS = tuple(cases.GENERATORS)
# Each of these would repeat what a smaller network of its library shows.
LARGE = ("vgg19", "resnet50", "resnext50_32x4d", "tf_efficientnet_lite0", "convnext_tiny")
CLASSIFIERS = tuple(name for name in cases.CLASSIFIERS if name not in LARGE)


class OneDevice(TorchDispatchMode):
    """Raises where an operator takes tensors of two devices; a single number on the CPU may meet any."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        taken = [each for each in tree_leaves((args, kwargs)) if isinstance(each, torch.Tensor) and each.dim()]
        device_types = sorted({each.device.type for each in taken})
        if len(device_types) > 1 and function.name() not in BETWEEN_DEVICES:
            raise AssertionError(f"{function.name()} takes tensors of {' and '.join(device_types)}")
        return function(*args, **(kwargs or {}))


@pytest.fixture
def without_numbers(monkeypatch):
    """What `meta` has no form of: autocast, the fused optimiser, and counts of labels."""
    autocast, optimisers = torch.autocast, {name: getattr(torch.optim, name) for name in ("Adam", "AdamW")}

    def cast(kind, *arguments, **options):
        return contextlib.nullcontext() if kind == "meta" else autocast(kind, *arguments, **options)

    monkeypatch.setattr(torch, "autocast", cast)
    for name, plain in optimisers.items():
        monkeypatch.setattr(torch.optim, name, lambda *a, plain=plain, **k: plain(*a, **k | {"fused": False}))
    monkeypatch.setattr(classifier_training, "class_weights", lambda labels, classes, *more: torch.ones(classes))


def test_operators_on_two_devices_and_waits_are_told():
    with OneDevice(), pytest.raises(AssertionError, match="cpu and meta"):
        torch.nn.functional.linear(torch.zeros(2, 3, device="meta"), torch.zeros(4, 3))
    numbers = torch.zeros(2, 3, device="meta")
    for wait in (lambda: numbers[numbers > 0], lambda: float(numbers.sum()), lambda: bool(numbers.isfinite().all())):
        with OneDevice(), pytest.raises(RuntimeError):  # of which NotImplementedError is one
            wait()


def test_every_family_that_takes_steps_is_tried():
    generators = {settings["family"] for settings, _ in map(cases.GENERATORS.get, GENERATORS)}
    assert generators == {name for name in names("generators") if family("generators", name).trained}
    classifiers = {settings["family"] for settings in map(cases.CLASSIFIERS.get, CLASSIFIERS)}
    assert classifiers == {*names("classifiers")} - {"probe"}


@pytest.mark.parametrize("name", GENERATORS)
def test_no_step_of_a_generator_mixes_devices_or_waits(name, without_numbers, monkeypatch):
    settings, conditional = cases.GENERATORS[name]
    chosen = Device(torch.device("meta"), "fp32", 1)
    monkeypatch.setattr(cases, "choose_device", lambda *_, **__: chosen)
    task = cases.generator(cases.small(settings), conditional, "meta")
    with OneDevice():
        values = [task.step(step, 0) for step in range(2)]
    assert {value.device.type for each in values for value in each.values()} == {"meta"}


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_no_step_of_a_classifier_mixes_devices_or_waits(name, without_numbers):
    settings = {"batch": 4} | cases.CLASSIFIERS[name]
    settings.pop("ema_decay", None)  # timm's average asks which GPUs there are
    settings = cases.complete("classifiers", settings)
    description = Description("net", "real", Arm(), "holdout", 0, cases.CLASSES, settings)
    size, channels = description.size_px, description.channels
    with torch.device("meta"):
        classifier = family_module(settings.family).build_classifier(settings, len(description.classes))
        images, labels = torch.zeros(12, size, size, channels, dtype=torch.uint8), torch.zeros(12, dtype=torch.int64)
    chosen = Device(torch.device("meta"), "fp32", 1)
    task = classifier_training.ClassifierTraining(classifier, description, images, labels, None, chosen)
    with OneDevice():
        values = [task.step(step, 0) for step in range(2)]
    assert {value.device.type for each in values for value in each.values()} == {"meta"}


@pytest.mark.parametrize("asked", ["auto", "cuda", "cuda:0"])
def test_a_gpu_is_named_by_its_number_and_computes_the_same_again(asked, monkeypatch):
    taken = []
    known = {
        "is_available": lambda: True,
        "device_count": lambda: 1,
        "is_bf16_supported": lambda including_emulation: True,
    }
    known |= {"get_device_name": lambda _: "a GPU", "set_device": taken.append}
    for name, answer in known.items():
        monkeypatch.setattr(torch.cuda, name, answer)
    for name, wild in (("allow_tf32", True), ("benchmark", True), ("deterministic", False)):
        monkeypatch.setattr(torch.backends.cudnn, name, wild)
    chosen = devices.choose_device(asked, "auto", torch.get_num_threads(), None)
    assert (chosen.device, chosen.precision) == (torch.device("cuda", 0), "bf16")
    assert taken == [torch.device("cuda", 0)]  # torch.cuda.set_device takes no device without its number
    cudnn = torch.backends.cudnn
    assert (cudnn.allow_tf32, cudnn.benchmark, cudnn.deterministic) == (False, False, True)


@ON_CUDA
@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_computes_what_it_does_on_a_cpu_and_resumes(name):
    same, runs, *_, played = agreement.generator_steps(name, "cuda", True)
    assert same["step0"] < 1e-3
    apart = runs["twice"], runs["resumed"], played["apart"]
    assert name in WITHOUT_FIXED_ORDER or apart == (0.0, 0.0, 0.0)
    assert played["recordings"] or name == "diffusion conditional"  # whose dropout is seeded step by step


@ON_CUDA
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_classifier_computes_what_it_does_on_a_cpu_and_resumes(name):
    same, runs, *_, played = agreement.classifier_steps(name, "cuda", True)
    assert same["step0"] < 1e-3
    assert (runs["twice"], runs["resumed"], played["apart"]) == (0.0, 0.0, 0.0)
    assert played["recordings"]
