"""Fitting a decoded image to a square of a network's size, by one antialiased resize.

The resize is Pillow's bicubic with the kernel's support widened by the reduction factor, which is what keeps fine
texture from aliasing (Parmar et al. 2022, "On Aliased Resizing and Surprising Subtleties in GAN Evaluation"). Smaller
images are enlarged by the same kernel. Values of more than 8 bits are rounded to 8 after the resize.
"""

from collections.abc import Callable

import numpy as np
from PIL import Image

from augury.study.images import Preparation

Resize = Callable[[Image.Image, int, int], np.ndarray]  # image, width, height

CHANNELS = {"grey": 1, "rgb": 3}


def resize(image: Image.Image, width: int, height: int, gap: float | None = None) -> np.ndarray:
    """Pillow's antialiased bicubic: (height, width, C).

    gap: where given, a larger image is first averaged over whole pixels down to at least so many times the size, which
    is faster and moves the values by a level or less on average; for thumbnails alone.
    """
    return _array(image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=gap))


def fit_image(
    image: Image.Image, size_px: int, channels: str, preparation: Preparation, resize: Resize = resize
) -> np.ndarray:
    """The image as a square array, (size_px, size_px, 1 or 3) uint8.

    image: mode L, RGB, or F with values 0 to 255. channels: grey (ITU-R 601 luma) or rgb.
    """
    image = _central(image, preparation.centre_crop)
    if channels == "grey" and image.mode == "RGB":
        image = image.convert("L")
    fitted = _FITTERS[preparation.fit](image, size_px, preparation.pad, resize)
    fitted = np.clip(np.rint(fitted), 0, 255).astype(np.uint8) if fitted.dtype != np.uint8 else fitted
    return np.repeat(fitted, CHANNELS[channels] // fitted.shape[2], axis=2)


def border_colour(image: Image.Image) -> np.ndarray:
    """The median of the outermost pixels, (C,) float64."""
    width, height = image.size
    boxes = [(0, 0, width, 1), (0, height - 1, width, height), (0, 1, 1, height - 1), (width - 1, 1, width, height - 1)]
    # A side of a single row or column is both of its kind, and counts twice.
    sides = [_array(image.crop(box)) for box in boxes if box[3] > box[1]]
    return np.median(np.concatenate([side.reshape(-1, side.shape[2]) for side in sides]), axis=0)


def _central(image: Image.Image, part: float) -> Image.Image:
    if part == 1:
        return image
    width, height = (max(1, round(side * part)) for side in image.size)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


def _pad(image: Image.Image, size_px: int, pad: str, resize: Resize) -> np.ndarray:
    longer = max(image.size)
    width, height = (max(1, round(side * size_px / longer)) for side in image.size)
    inner = resize(image, width, height)
    if width == height:
        return inner
    plain = {"white": 255.0, "black": 0.0}
    padded = np.empty((size_px, size_px, inner.shape[2]), inner.dtype)
    padded[:] = np.rint(plain[pad] if pad in plain else border_colour(image))
    top, left = (size_px - height) // 2, (size_px - width) // 2
    padded[top : top + height, left : left + width] = inner
    return padded


def _crop(image: Image.Image, size_px: int, pad: str, resize: Resize) -> np.ndarray:
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return resize(image.crop((left, top, left + side, top + side)), size_px, size_px)


def _stretch(image: Image.Image, size_px: int, pad: str, resize: Resize) -> np.ndarray:
    return resize(image, size_px, size_px)


def _array(image: Image.Image) -> np.ndarray:
    """(H, W, C), uint8 or float32."""
    pixels = np.asarray(image)
    return pixels if pixels.ndim == 3 else pixels[:, :, None]


_FITTERS = {"pad": _pad, "crop": _crop, "stretch": _stretch}
