"""The resize of `fit` by PyTorch's kernel for colour images of 8 bits, eleven times as fast as Pillow's.

Both widen the bicubic kernel by the reduction. They may take rows and columns in another order and round in between, so
an image that is at least halved differs by one grey level in some pixels; others are left to Pillow. PyTorch takes a
second to load: only packs of many pixels are made with it.
"""

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

from augury.images import fit

LEAST_REDUCTION = 2.0  # of both sides


def resize(image: Image.Image, width: int, height: int) -> np.ndarray:
    """As fit.resize."""
    if image.mode != "RGB" or min(image.width / width, image.height / height) < LEAST_REDUCTION:
        return fit.resize(image, width, height)
    pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1)[None]
    made = F.interpolate(pixels, (height, width), mode="bicubic", antialias=True)
    return made[0].permute(1, 2, 0).contiguous().numpy()
