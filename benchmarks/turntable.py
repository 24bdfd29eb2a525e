"""Drawn specimens, seen once or in many views: lights that go round, turns, recordings."""

import io
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image

SIDE = 96
DARK, GROUND = 0.05, 0.12


def grid(side: int) -> tuple[np.ndarray, np.ndarray]:
    """x and y of the pixels, from -1 to 1."""
    axis = (np.arange(side) - side / 2) / (side / 2)
    return np.meshgrid(axis, axis)


def waves(random: np.random.Generator, count: int, lowest: float, highest: float) -> Callable[[np.ndarray], np.ndarray]:
    """A random texture of space: a function of points (..., 3)."""
    ways = random.normal(size=(count, 3))
    ways *= random.uniform(lowest, highest, (count, 1)) / np.linalg.norm(ways, axis=1, keepdims=True)
    phases = random.uniform(0, 2 * np.pi, count)
    return lambda points: sum(np.cos(points @ k + p) / np.linalg.norm(k) for k, p in zip(ways, phases, strict=True))


class Foraminifer:
    """Chambers along a spiral whose form is the species', with the specimen's own deviations."""

    def __init__(self, species: int, random: np.random.Generator, deviation: float = 0.06) -> None:
        kind = np.random.default_rng(1000 + species)
        count, growth, turn = int(kind.integers(4, 9)), kind.uniform(1.1, 1.35), kind.uniform(0.7, 1.3)
        chambers, radius, distance, angle = [], 0.12, 0.0, random.uniform(0, 2 * np.pi)
        for _ in range(count):
            x, y = distance * np.array([np.cos(angle), np.sin(angle)]) + random.normal(0, deviation / 3, 2)
            chambers.append((x, y, radius * (1 + random.normal() * deviation)))
            angle += turn + random.normal() * deviation
            radius *= growth
            distance = 0.1 + radius * 0.8
        chambers = np.array(chambers)
        self.chambers = chambers * 0.75 / (np.abs(chambers[:, :2]).max() + chambers[:, 2].max())
        self.texture = waves(random, 30, 8, 30)

    def image(self, azimuth: float, elevation: float, turn: float = 0.0, side: int = SIDE, shadows: bool = False):
        """Under a light from there, turned in the plane: (side, side) from 0 to 1."""
        x, y = grid(side)
        x, y = x * np.cos(turn) + y * np.sin(turn), -x * np.sin(turn) + y * np.cos(turn)
        height = np.sqrt(np.maximum(0, np.max([r * r - (x - a) ** 2 - (y - b) ** 2 for a, b, r in self.chambers], 0)))
        inside = height > 0
        height = np.where(inside, height + 0.02 * self.texture(np.stack([x, y, height], -1)), 0)
        down, across = np.gradient(height, 2 / side)
        light = np.array([np.cos(azimuth), np.sin(azimuth)]) * np.cos(elevation)
        shade = (np.sin(elevation) - across * light[0] - down * light[1]) / np.sqrt(1 + across**2 + down**2)
        seen = np.where(inside, 0.7 * np.maximum(shade, 0) + 0.08, DARK)
        return np.where(_shadow(height, light, np.tan(elevation)), 0.6 * DARK, seen) if shadows else seen


def _shadow(height: np.ndarray, light: np.ndarray, slope: float) -> np.ndarray:
    side = len(height)
    row, column = np.mgrid[0:side, 0:side]
    step, dark = light / np.linalg.norm(light), np.zeros(height.shape, bool)
    for length in range(2, side // 2, 2):
        there = [
            np.clip(np.rint(at + length * part), 0, side - 1).astype(int)
            for at, part in ((row, step[1]), (column, step[0]))
        ]
        dark |= height[there[0], there[1]] > height + slope * length * 2 / side
    return dark


class Ball:
    """A flattened ball with a texture, which can be turned about its upright axis."""

    def __init__(self, species: int, random: np.random.Generator) -> None:
        kind = np.random.default_rng(2000 + species)
        self.flat, self.pattern = kind.uniform(0.6, 1), waves(kind, 10, 2, 4)
        self.texture, self.outline = waves(random, 40, 3, 14), waves(random, 12, 1, 4)

    def image(self, angle: float, turn: float = 0.0, at: tuple[float, float] = (0, 0), scale: float = 1.0):
        """Turned about its axis by an angle, and in the plane: (SIDE, SIDE) from 0 to 1."""
        x, y = grid(SIDE)
        x, y = x - at[0], y - at[1]
        x, y = x * np.cos(turn) + y * np.sin(turn), -x * np.sin(turn) + y * np.cos(turn)
        x, y = x / scale / 0.75, y / scale / 0.75 / self.flat
        round_ = np.arctan2(y, x)
        edge = np.stack([np.cos(round_) * np.cos(angle), np.sin(round_), -np.cos(round_) * np.sin(angle)], -1)
        radius = 1 + 0.12 * self.outline(edge)
        z = np.sqrt(np.maximum(1 - (x * x + y * y) / radius**2, 0))
        a, b = x / radius, y / radius
        points = np.stack([a * np.cos(angle) + z * np.sin(angle), b, z * np.cos(angle) - a * np.sin(angle)], -1)
        colour = np.clip(0.5 + 0.22 * self.pattern(points) + 0.28 * self.texture(points), 0.1, 1.2)
        return np.where(z > 0, 0.7 * colour * (0.35 + 0.65 * np.maximum(0.3 * x - 0.4 * y + 0.87 * z, 0)), GROUND)


def picture(pixels: np.ndarray, random: np.random.Generator, quality: int = 0, moved: bool = False) -> Image.Image:
    """With the noise of a camera; compressed where a quality is given, and shifted and turned a little."""
    noisy = pixels + random.normal(0, 0.015, pixels.shape)
    image = Image.fromarray((np.clip(noisy, 0, 1) * 255).astype(np.uint8))
    if moved:
        image = image.rotate(random.normal() * 3, fillcolor=20, translate=tuple(random.integers(-4, 5, 2).tolist()))
    if quality:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        image = Image.open(file)
    return image


def drawn_sets(classes: int = 4) -> Iterator[tuple[str, list[list[Image.Image]]]]:
    """(name, images of each class) of single specimens and of views."""
    for name, specimens, views, draw in _SETS:
        yield name, [[image for s in range(specimens) for image in draw(k, s, views)] for k in range(classes)]


def _lights(elevation: float, side: int = SIDE, shadows: bool = False, turned: bool = True, **options):
    def draw(species, number, views):
        random = np.random.default_rng([species, number, 7])
        specimen, turn = Foraminifer(species, random), turned * random.uniform(0, 2 * np.pi)
        around = [2 * np.pi * view / views for view in range(views)]
        return [picture(specimen.image(a, elevation, turn, side, shadows), random, **options) for a in around]

    return draw


def _laid_down(deviation: float = 0.06):
    def draw(species, number, views):
        random = np.random.default_rng([species, number, 8])
        specimen = Foraminifer(species, random, deviation)
        return [picture(specimen.image(0.8, 0.9, random.uniform(0, 2 * np.pi)), random) for _ in range(views)]

    return draw


def _turned(species, number, views):
    random = np.random.default_rng([species, number, 9])
    specimen, first = Ball(species, random), random.uniform(0, 2 * np.pi)
    return [picture(specimen.image(first + 2 * np.pi * view / views), random) for view in range(views)]


def _recorded(species, number, views):
    random = np.random.default_rng([species, number, 10])
    specimen, first, turn = Ball(species, random), *random.uniform(0, 2 * np.pi, 2)
    x, y = grid(SIDE)
    ground = 0.25 + 0.1 * waves(random, 20, 3, 20)(np.stack([x, y, 0 * x], -1))
    frames = []
    for view in range(views):
        at = (-0.3 + 0.6 * view / views, 0.1 * np.sin(view))
        seen = specimen.image(first + 0.06 * view, turn + 0.05 * view, at, 0.8)
        frames.append(picture(np.where(seen == GROUND, ground, seen), random))
    return frames


_SETS = (
    ("single: foraminifera, 5% apart", 40, 1, _laid_down(0.05)),
    ("single: foraminifera, 25% apart", 40, 1, _laid_down(0.25)),
    ("single: balls", 40, 1, _turned),
    ("views: 16 lights round one", 1, 16, _lights(0.7)),
    ("views: the same, low light, shadows, JPEG 60", 1, 16, _lights(0.25, 240, True, quality=60)),
    ("views: the same, moved between the lights", 1, 16, _lights(0.45, 240, True, quality=75, moved=True)),
    ("views: 16 lights round each of four", 4, 16, _lights(0.7)),
    ("views: 8 lights round each of ten", 10, 8, _lights(0.7)),
    ("views: one laid down 20 times", 1, 20, _laid_down()),
    ("views: five laid down 8 times", 5, 8, _laid_down()),
    ("views: one ball, every 15 degrees", 1, 24, _turned),
    ("views: five balls, every 30 degrees", 5, 12, _turned),
    ("views: ten frames of each of five", 5, 10, _recorded),
    ("views: four frames of each of twenty, far apart", 20, 4, _recorded),
)
