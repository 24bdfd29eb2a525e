"""Copies of every kind to plant in a set of images, and sets to draw where none is at hand."""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Both = tuple[Image.Image, Image.Image]  # what stands in the set, and its copy
Kind = Callable[[Image.Image, np.random.Generator], Both]
TURN = Image.Transpose
SIDE = 128


def kept(image: Image.Image, left: float = 0, top: float = 0, right: float = 1, bottom: float = 1) -> Image.Image:
    """A part of the image, its sides as fractions."""
    width, height = image.size
    return image.crop((round(left * width), round(top * height), round(right * width), round(bottom * height)))


def recompressed(image: Image.Image, quality: int) -> Image.Image:
    """The image after JPEG."""
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert(image.mode)


def scaled(image: Image.Image, across: float, down: float) -> Image.Image:
    """The image resized along each axis."""
    size = (max(round(image.width * across), 8), max(round(image.height * down), 8))
    return image.resize(size, Image.Resampling.BICUBIC)


def rotated(image: Image.Image, degrees: float, corners: str) -> Image.Image:
    """The image turned within its frame; corners: black, white or reflected."""
    if corners != "reflected":
        return image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor="white" if corners == "white" else None)
    pixels = np.asarray(image)
    edges = [(image.height // 2,) * 2, (image.width // 2,) * 2]
    wide = Image.fromarray(np.pad(pixels, edges + [(0, 0)] * (pixels.ndim - 2), "symmetric"))
    left, top = image.width // 2, image.height // 2
    return wide.rotate(degrees, Image.Resampling.BICUBIC).crop((left, top, left + image.width, top + image.height))


def _plain(change: Callable[[Image.Image, np.random.Generator], Image.Image]) -> Kind:
    return lambda image, random: (image, change(image, random))


def _recrop(pixels: int) -> Kind:
    """Both are cut from the image, the one some pixels beside the other."""

    def kind(image: Image.Image, random: np.random.Generator) -> Both:
        across, down = random.permutation([pixels, random.integers(0, pixels + 1)])
        width, height = image.width - across, image.height - down
        boxes = [(0, 0, width, height), (across, down, across + width, down + height)]
        return image.crop(boxes[0]), recompressed(image.crop(boxes[1]), 92)

    return kind


def _angle(random: np.random.Generator) -> float:
    return float(random.choice([-1, 1]) * random.uniform(8, 82))


def _turned(corners: str) -> Kind:
    return _plain(lambda image, random: recompressed(rotated(image, _angle(random), corners), 92))


def _crop(share: float) -> Kind:
    def change(image: Image.Image, random: np.random.Generator) -> Image.Image:
        cuts = [(share, 0, 1, 1), (0, share, 1, 1), (0, 0, 1 - share, 1), (share, share, 1, 1)]
        return kept(image, *cuts[random.integers(4)])

    return _plain(change)


def _stretched(most: float) -> Kind:
    """A part as wide and less high, shown at the size of the whole."""

    def change(image: Image.Image, random: np.random.Generator) -> Image.Image:
        cut = most / 2
        part = kept(image, cut, 0, 1 - cut, 1) if random.integers(2) else kept(image, 0, cut, 1, 1 - cut)
        return part.resize(image.size, Image.Resampling.BICUBIC)

    return _plain(change)


def _all_three(image: Image.Image, random: np.random.Generator) -> Image.Image:
    return recompressed(kept(image, 0.1).transpose(TURN(random.integers(7))), 60)


def _turned_and_stretched(image: Image.Image, random: np.random.Generator) -> Image.Image:
    return rotated(scaled(image, 1, float(random.uniform(0.75, 0.9))), _angle(random), "black")


KINDS: dict[str, Kind] = {
    "flip or quarter turn": _plain(lambda image, random: image.transpose(TURN(random.integers(7)))),
    "JPEG of quality 40": _plain(lambda image, _: recompressed(image, 40)),
    "half the size": _plain(lambda image, _: scaled(image, 0.5, 0.5)),
    "twice the size": _plain(lambda image, _: scaled(image, 2, 2)),
    "grey, JPEG of quality 80": _plain(lambda image, _: recompressed(image.convert("L"), 80)),
    "less contrast, brighter": _plain(lambda image, _: image.point(lambda value: value * 0.8 + 40)),
    "crop of 5%": _crop(0.05),
    "crop of 10%": _crop(0.1),
    "crop of 15%": _crop(0.15),
    "crop, turn, JPEG of quality 60": _plain(_all_three),
    "moved by 2 pixels": _recrop(2),
    "moved by 5 pixels": _recrop(5),
    "moved by 10 pixels": _recrop(10),
    "rotated by 2 degrees": _plain(lambda image, _: rotated(image, 2, "black")),
    "rotated, black corners": _turned("black"),
    "rotated, white corners": _turned("white"),
    "rotated, reflected corners": _turned("reflected"),
    "rotated and flipped, 10% larger": _plain(
        lambda image, random: rotated(kept(image.transpose(TURN.FLIP_LEFT_RIGHT), 0.05, 0.05, 0.95, 0.95),
                                      _angle(random), "black")
    ),
    "stretched by 10%": _stretched(0.1),
    "stretched by 20%": _stretched(0.2),
    "rotated and stretched": _plain(_turned_and_stretched),
}  # fmt: skip


def drawn_sets(count: int) -> dict[str, list[list[Image.Image]]]:
    """Sets without copies, each of two classes of `count` images that are alike by nature."""
    makers = {
        "textured discs": _disc,
        "rocks": _rock,
        "smooth fish under black corners": _fish,
        "blobs on white": _blob,
    }
    return {
        name: [[make(np.random.default_rng([number, half])) for number in range(count)] for half in range(2)]
        for name, make in makers.items()
    }


def _noise(random: np.random.Generator, cells: tuple[int, ...]) -> np.ndarray:
    layers = [Image.fromarray(random.normal(size=(n, n)).astype(np.float32)).resize((SIDE, SIDE), 3) for n in cells]
    return np.sum([np.asarray(layer) for layer in layers], axis=0)


def _image(grey: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


def _disc(random: np.random.Generator) -> Image.Image:
    y, x = np.mgrid[:SIDE, :SIDE] - SIDE / 2
    texture = 110 + 30 * _noise(random, (5, 11, 23))
    return _image(np.where(np.hypot(x, y) < 0.36 * SIDE, texture, 225) + random.normal(size=(SIDE, SIDE)) * 2)


def _rock(random: np.random.Generator) -> Image.Image:
    return _image(100 + 25 * _noise(random, (6, 16, 40)) + random.normal(size=(SIDE, SIDE)) * 3)


def _fish(random: np.random.Generator) -> Image.Image:
    ground = Image.new("L", (SIDE, SIDE), int(random.integers(110, 150)))
    brush = ImageDraw.Draw(ground)
    dark, half, high = int(random.integers(70, 100)), random.uniform(34, 44), random.uniform(12, 24)
    brush.ellipse((64 - half, 64 - high, 64 + half - 8, 64 + high), fill=dark)
    brush.polygon([(88, 64), (64 + half + 8, 64 - high * 0.8), (64 + half + 8, 64 + high * 0.8)], fill=dark)
    soft = np.asarray(ground.filter(ImageFilter.GaussianBlur(3)), float) + 2 * _noise(random, (3, 9))
    noisy = _image(soft + random.normal(size=(SIDE, SIDE)) * 1.5)
    return rotated(noisy, float(random.choice([12, 18, 24]) + random.normal() * 0.3), "black")


def _blob(random: np.random.Generator) -> Image.Image:
    image = Image.new("L", (SIDE, SIDE), 250)
    angles, reach = np.sort(random.uniform(0, 2 * np.pi, 8)), random.uniform(8, 34, 8)
    corners = [(64 + far * np.cos(angle), 64 + far * np.sin(angle)) for far, angle in zip(reach, angles, strict=True)]
    ImageDraw.Draw(image).polygon(corners, fill=int(random.integers(40, 160)))
    return image.filter(ImageFilter.GaussianBlur(1))
