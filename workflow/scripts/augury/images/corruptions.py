"""Corruptions of test images at five strengths: noise, blur, brightness, JPEG.

Source of the definitions and strengths: Hendrycks and Dietterich 2019, arXiv:1903.12261, and their package
imagecorruptions, for images of 224 px; results are cut to whole levels, as there. The noise of an image depends on the
image, the kind and the strength alone.
"""

import hashlib
import io

import numpy as np
from PIL import Image
from scipy import ndimage

SIZE_PX = 224  # of the images that the strengths are meant for
STRENGTHS = (1, 2, 3, 4, 5)
_DEVIATION = (0.08, 0.12, 0.18, 0.26, 0.38)  # of the noise, of values in 0 to 1
_SIGMA_PX = (1, 2, 3, 4, 6)
_LIGHTER = (0.1, 0.2, 0.3, 0.4, 0.5)  # added to the value of hue, saturation and value
_QUALITY = (25, 18, 15, 10, 7)


def corrupted(image: np.ndarray, kind: str, strength: int, name: str) -> np.ndarray:
    """An image (S, S, 3) uint8 under a corruption of a strength from 1 to 5; name: what its noise depends on."""
    return _KINDS[kind](image, strength - 1, name)


def _gaussian_noise(image: np.ndarray, strength: int, name: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(f"{name} gaussian_noise {strength}".encode()).digest()[:8])
    noise = np.random.default_rng(seed).normal(scale=_DEVIATION[strength], size=image.shape)
    return _levels(image / 255 + noise)


def _gaussian_blur(image: np.ndarray, strength: int, name: str) -> np.ndarray:
    sigma = _SIGMA_PX[strength]
    return _levels(ndimage.gaussian_filter(image / 255, (sigma, sigma, 0), mode="nearest"))


def _brightness(image: np.ndarray, strength: int, name: str) -> np.ndarray:
    # With hue and saturation kept, red, green and blue grow as the value does, which is their maximum.
    scaled = image / 255
    value = scaled.max(axis=2, keepdims=True)
    lighter = np.minimum(value + _LIGHTER[strength], 1)
    return _levels(np.where(value > 0, scaled * lighter / np.where(value > 0, value, 1), lighter))


def _jpeg_compression(image: np.ndarray, strength: int, name: str) -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=_QUALITY[strength])
    return np.asarray(Image.open(buffer))


def _levels(values: np.ndarray) -> np.ndarray:
    # What rounding of the last bit took off a whole level is given back.
    return (np.clip(values, 0, 1) * 255 + 1e-9).astype(np.uint8)


_KINDS = {
    "gaussian_noise": _gaussian_noise,
    "gaussian_blur": _gaussian_blur,
    "brightness": _brightness,
    "jpeg_compression": _jpeg_compression,
}
