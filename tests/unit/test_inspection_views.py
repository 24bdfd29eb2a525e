"""Views of few specimens are told from single specimens; what is measured, by hand and on drawn images."""

import numpy as np
import pytest

from augury.inspection.views import FEWEST, Likeness, chosen, likeness, look_like_views

SIDE = 64
GRID = (np.arange(SIDE) - SIDE / 2) / SIDE


def relief(seed: int) -> np.ndarray:
    """A bumpy height field, (64, 64)."""
    random = np.random.default_rng(seed)
    y, x = np.meshgrid(GRID, GRID, indexing="ij")
    waves = zip(random.normal(0, 14, (30, 2)), random.uniform(0, 6.3, 30), strict=True)
    return sum(np.cos(a * x + b * y + phase) / (4 + np.hypot(a, b)) for (a, b), phase in waves)


def lit(surface: np.ndarray, azimuth: float, seed: int) -> np.ndarray:
    """It under a light from that side, with the noise of a camera, (64, 64) uint8."""
    down, across = np.gradient(surface * SIDE)
    shade = (0.7 - 0.7 * (across * np.cos(azimuth) + down * np.sin(azimuth))) / np.sqrt(1 + across**2 + down**2)
    noise = np.random.default_rng(seed).normal(0, 0.01, surface.shape)
    return (np.clip(shade + noise, 0, 1) * 255).astype(np.uint8)


def lights(specimens: int, views: int) -> np.ndarray:
    turns = np.arange(views) * 2 * np.pi / views
    return np.stack([lit(relief(s), turn, 100 * s + n) for s in range(specimens) for n, turn in enumerate(turns)])


def single(images: int) -> np.ndarray:
    return np.stack([lit(relief(1000 + n), 0.8, n) for n in range(images)])


def names(images: np.ndarray) -> list[str]:
    return [str(number) for number in range(len(images))]


def test_the_score_is_the_nearest_distance_over_the_tenth():
    # On a line at 0, 1, 2 ... the inner points have neighbours at 1, 1, 2, 2, 3, 3 ...: the tenth lies at 5.
    line = np.arange(100.0)
    seen = Likeness([np.abs(line[:, None] - line)], np.array(names(line)))
    assert seen.score() == pytest.approx(1 / 5)
    # Two by two they are one specimen: the nearest of another lies at 1, the tenth of the others at 5 or 6.
    paired = Likeness(seen.distances, np.arange(100) // 2)
    assert paired.score() == pytest.approx(np.median([1 / 5, 1 / 6]), abs=0.02)
    # From every fifth point to those two steps after each: the nearest lies at 2, the tenth of all at 5.
    fifth, after = np.arange(100) % 5 == 0, np.arange(100) % 5 == 2
    assert seen.score(fifth, after) == pytest.approx(2 / 5)
    # The lower of two descriptions counts.
    assert Likeness([seen.distances[0], np.sqrt(seen.distances[0])], seen.specimens).score() == pytest.approx(1 / 5)


def test_few_images_have_no_score():
    assert likeness(single(FEWEST - 1), names(single(FEWEST - 1))).score() is None
    assert likeness(single(12), ["one"] * 12).score() is None
    assert likeness(np.zeros((12, SIDE, SIDE), np.uint8), [str(n) for n in range(12)]).score() == 1.0


@pytest.mark.parametrize("specimens,views", [(1, 16), (4, 16), (8, 12)])
def test_lights_round_a_specimen_look_like_views(specimens, views):
    images = lights(specimens, views)
    score = likeness(images, names(images)).score()
    assert score < 0.5
    assert look_like_views(score, 0, len(images))


@pytest.mark.parametrize("images", [8, 16, 60])
def test_single_specimens_do_not(images):
    drawn = single(images)
    score = likeness(drawn, names(drawn)).score()
    assert score > 0.8
    assert not look_like_views(score, 0, images)


def test_views_whose_specimen_has_a_name_are_compared_with_others_alone():
    images = lights(6, 12)
    assert look_like_views(likeness(images, names(images)).score(), 0, len(images))
    named = likeness(images, np.repeat(names(images)[:6], 12)).score()
    assert not look_like_views(named, 0, len(images))


def test_a_class_of_which_a_part_are_views():
    images = np.concatenate([single(60), lights(2, 16)])
    seen = likeness(images, names(images))
    assert seen.score() > 0.8
    assert seen.share() == pytest.approx(32 / 92, abs=0.02)
    assert look_like_views(seen.score(), seen.share(), len(images))
    alone = likeness(single(60), names(single(60)))
    assert alone.share() < 0.05
    assert not look_like_views(alone.score(), alone.share(), 60)


def test_of_few_images_more_is_asked_for():
    assert look_like_views(0.55, 0, 60)
    assert not look_like_views(0.55, 0, 40)
    assert look_like_views(0.45, 0, 12)
    assert not look_like_views(None, 0, 100)


def test_of_many_images_runs_of_neighbouring_names_are_compared():
    paths = [f"class/{number:04}.png" for number in range(1000)]
    numbers = chosen(paths, most=100, run=20)
    assert numbers.tolist() == [begin + step for begin in (0, 245, 490, 735, 980) for step in range(20)]
    assert chosen(paths[::-1], most=100, run=20).tolist() == sorted(999 - numbers)
    assert chosen(paths[:50]).tolist() == list(range(50))
