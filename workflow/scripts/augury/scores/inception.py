"""Inception-v3 as FID and KID are defined with it: TensorFlow's network of 2015, as torch-fidelity carries it.

It resizes to 299 px by itself, as TensorFlow 1 did. Its weights lie on this machine; nothing is downloaded.
"""

import io
import pickle
from pathlib import Path

import numpy as np
import torch
from torch import nn

from augury.classifiers.evaluation import images_per_pass
from augury.command.errors import UserError
from augury.images.files import file_sha256
from augury.scores.naming import INCEPTION
from augury.training.device import send

LAYER = "2048"  # the pooled features that FID and KID take
SIDE_PX = 299
DIMENSIONS = 2048


def weights_path(weights: str | Path) -> Path:
    """The file of weights: `weights` itself, or inception_v3_fid.pth in a folder. UserError when it is missing."""
    path = Path(weights)
    path = path / f"{INCEPTION}.pth" if path.is_dir() else path
    if not path.is_file():
        raise UserError(
            f"{path} is missing; put torch-fidelity's weights-inception-2015-12-05-6726825d.pth there, or set "
            "`extractor: tf_efficientnet_lite0`"
        )
    return path


def load_inception(weights: str | Path) -> tuple[nn.Module, dict[str, str]]:
    """The network in evaluation mode, and the source and sha256 of its weights.

    Raises UserError when the file is missing or damaged, or torch-fidelity is not installed.
    """
    path = weights_path(weights)
    try:
        from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3
    except ImportError:
        raise UserError(f"extractor {INCEPTION} needs the package torch-fidelity; install it") from None
    # torch-fidelity would unpickle whatever a file holds: it is given a copy of what were tensors and nothing else.
    copy = io.BytesIO()
    try:
        torch.save(torch.load(path, map_location="cpu", weights_only=True), copy)
        copy.seek(0)
        network = FeatureExtractorInceptionV3(INCEPTION, [LAYER], feature_extractor_weights_path=copy)
    except (RuntimeError, pickle.UnpicklingError, EOFError, TypeError, AttributeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise UserError(f"{path} does not hold the weights of Inception-v3 ({reason}); put them there again") from None
    return network.eval(), {"source": str(path), "sha256": file_sha256(path)}


def pooled(network: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """Pooled features (n, 2048) of images (n, 3, S, S) in [-1, 1], which the network takes as bytes."""
    return network(images.add(1).mul(127.5).to(torch.uint8))[0]


@torch.no_grad()
def inception_features(network: nn.Module, images: np.ndarray, device: torch.device) -> np.ndarray:
    """Pooled features (n, 2048) float32 of uint8 images (n, H, W, C), in blocks of one size; grey becomes RGB."""
    made = [np.zeros((0, DIMENSIONS), np.float32)]
    size = images_per_pass(SIDE_PX, device)
    for start in range(0, len(images), size):
        block = np.asarray(images[start : start + size])
        count = len(block)
        block = np.concatenate([block, np.repeat(block[-1:], size - count, axis=0)])
        block = np.repeat(block, 3, axis=3) if block.shape[3] == 1 else block
        pixels = send(torch.from_numpy(np.ascontiguousarray(block.transpose(0, 3, 1, 2))), device)
        made.append(network(pixels)[0][:count].cpu().numpy())
    return np.concatenate(made)
