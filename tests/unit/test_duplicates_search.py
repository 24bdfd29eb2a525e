"""Copies are found whatever was done to them, and images that are merely alike are not.

The images are made here: textured discs on a plain ground, all of one size and centred, which are alike at a low
resolution as specimens are.
"""

import hashlib
import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from augury.duplicates import alignment, descriptors, discs, frames, search, search_index, transforms
from augury.duplicates.agreement import ACROSS, WITHIN, detail, judge
from augury.duplicates.cells import Cells, best_met
from augury.duplicates.fingerprints import FINGERPRINT_BYTES, fingerprint, image_sizes, pixel_hashes, thumbnails
from augury.duplicates.naming import backwards, transform_name
from augury.duplicates.search import Pair, duplicate_rows, find_pairs
from augury.images.decoding.decode import Picture, decode
from augury.tables.rows import ImageRow
from tests.settings import decoding

TURN = Image.Transpose


def as_turned(images: np.ndarray, transform: int) -> np.ndarray:
    """(..., H, W) after the transform of that number, as transforms.TRANSFORMS has them."""
    if transform & transforms.TRANSPOSED:
        images = np.swapaxes(images, -1, -2)
    if transform & 1:
        images = images[..., ::-1]
    return images[..., ::-1, :] if transform & 2 else images


def specimen(seed: int, width: int = 150, height: int = 120, mode: str = "RGB") -> Image.Image:
    """A disc with a texture of its own on a light ground."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    inside = np.hypot((x - width / 2) / width, (y - height / 2) / height) < 0.36
    texture = sum(
        np.asarray(Image.fromarray(rng.normal(size=(n, n)).astype(np.float32)).resize((width, height), 3))
        for n in (5, 11, 23)
    )
    grey = np.where(inside, 110 + 30 * texture, 225) + rng.normal(size=(height, width)) * 2
    colour = np.stack([grey, grey * 0.9, grey * 0.8], axis=2)
    return Image.fromarray(np.clip(colour, 0, 255).astype(np.uint8)).convert(mode)


def recompressed(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return decode(buffer.getvalue(), decoding()).image


def cropped(image: Image.Image, left=0.0, top=0.0, right=0.0, bottom=0.0) -> Image.Image:
    width, height = image.size
    box = (left * width, top * height, width * (1 - right), height * (1 - bottom))
    return image.crop(tuple(round(side) for side in box))


COPIES = {
    "grey": (lambda image: image.convert("L"), "identity"),
    "flip": (lambda image: image.transpose(TURN.FLIP_LEFT_RIGHT), "flip"),
    "flip_vertical": (lambda image: image.transpose(TURN.FLIP_TOP_BOTTOM), "flip_vertical"),
    "rotate90": (lambda image: image.transpose(TURN.ROTATE_90), "rotate90"),
    "rotate180": (lambda image: image.transpose(TURN.ROTATE_180), "rotate180"),
    "rotate270": (lambda image: image.transpose(TURN.ROTATE_270), "rotate270"),
    "transpose": (lambda image: image.transpose(TURN.TRANSPOSE), "transpose"),
    "transverse": (lambda image: image.transpose(TURN.TRANSVERSE), "transverse"),
    "jpeg 40": (lambda image: recompressed(image, 40), "identity"),
    "jpeg 95": (lambda image: recompressed(image, 95), "identity"),
    "half": (lambda image: image.resize((75, 60), 3), "identity"),
    "double": (lambda image: image.resize((300, 240), 3), "identity"),
    "brighter": (lambda image: image.point(lambda value: value * 0.8 + 40), "identity"),
    "left 5": (lambda image: cropped(image, left=0.05), "identity crop"),
    "top 10": (lambda image: cropped(image, top=0.10), "identity crop"),
    "right 15": (lambda image: cropped(image, right=0.15), "identity crop"),
    "corner 10": (lambda image: cropped(image, bottom=0.10, left=0.10), "identity crop"),
    "all three": (lambda image: recompressed(cropped(image, left=0.1).transpose(TURN.ROTATE_90), 60), "rotate90 crop"),
}


def prints(images) -> np.ndarray:
    return np.stack([fingerprint(Picture(image, image.mode)) for image in images])


@pytest.fixture(scope="module")
def crowd() -> list[Image.Image]:
    return [specimen(seed) for seed in range(2 * len(COPIES))]


@pytest.fixture(scope="module")
def found(crowd) -> dict[tuple[int, int], Pair]:
    """What is found among the crowd and a copy of each kind of the first specimens, each of another one."""
    copies = [change(image) for (change, _), image in zip(COPIES.values(), crowd, strict=False)]
    return {(pair.one, pair.other): pair for pair in find_pairs(prints(crowd + copies))}


@pytest.mark.parametrize(("number", "name"), list(enumerate(COPIES)))
def test_each_kind_of_copy_is_found_among_specimens_that_are_alike(number, name, found):
    pair = found[number, 2 * len(COPIES) + number]
    assert (pair.relation, pair.transform) == ("near", COPIES[name][1])
    assert 0.94 < pair.similarity <= 1


def test_specimens_that_are_alike_are_no_duplicates(found):
    assert set(found) == {(number, 2 * len(COPIES) + number) for number in range(len(COPIES))}


def test_equal_pixels_in_other_bytes_are_exact(crowd):
    tiff, png = io.BytesIO(), io.BytesIO()
    crowd[0].save(tiff, "TIFF")
    crowd[0].save(png, "PNG")
    pictures = [decode(buffer.getvalue(), decoding()) for buffer in (tiff, png)]
    found = find_pairs(np.stack([fingerprint(picture) for picture in pictures]))
    assert found == [Pair(0, 1, "exact", "identity", 1.0)]


def test_grey_in_three_channels_is_the_exact_twin_of_grey(crowd):
    grey = crowd[3].convert("L")
    assert [pair.relation for pair in find_pairs(prints([grey, grey.convert("RGB")]))] == ["exact"]


def test_another_arrangement_of_the_same_bytes_is_not_exact():
    flat = np.arange(64, dtype=np.uint8)
    one, other = Image.fromarray(flat.reshape(4, 16)), Image.fromarray(flat.reshape(8, 8))
    assert len(set(pixel_hashes(prints([one, other])))) == 2


def test_plain_images_are_linked_only_when_they_are_equal():
    plain = [Image.new("L", (40, 40), value) for value in (0, 0, 128, 255)] + [Image.new("L", (41, 40), 255)]
    assert [(pair.one, pair.other, pair.relation) for pair in find_pairs(prints(plain))] == [(0, 1, "exact")]


def test_groups_restrict_to_pairs_across_them(crowd):
    images = [crowd[0], crowd[0].transpose(TURN.ROTATE_90), crowd[0], crowd[1]]
    assert len(find_pairs(prints(images))) == 3
    across = find_pairs(prints(images), np.array([0, 0, 1, 1]))
    assert [(pair.one, pair.other, pair.relation) for pair in across] == [(0, 2, "exact"), (1, 2, "near")]
    assert len(find_pairs(prints(images), np.array([0, 0, 1, 1]), near=False)) == 1


@pytest.mark.parametrize("all_pairs", [search_index.ALL_PAIRS, 0])
@pytest.mark.parametrize("halves", [False, True])
def test_the_span_of_images_looked_at_together_plays_no_part(crowd, halves, all_pairs, monkeypatch):
    monkeypatch.setattr(search_index, "ALL_PAIRS", all_pairs)
    kinds = [*list(COPIES.values())[:2], *list(COPIES.values())[15:]]
    copies = [change(image) for (change, _), image in zip(kinds, crowd, strict=False)]
    turned = [crowd[number].rotate(30, 3) for number in (5, 6)]
    images = prints([*crowd[:8], *copies, *turned, crowd[0]])
    groups = np.repeat([0, 1], [8, len(images) - 8]) if halves else None
    together = find_pairs(images, groups)
    assert len({(pair.one, pair.other) for pair in together}) >= len(kinds) + len(turned) + 1
    for span in (1, 5):
        assert find_pairs(images, groups, span=span) == together


def test_the_number_of_processes_plays_no_part(crowd, monkeypatch):
    monkeypatch.setattr(search, "MANY", 2)
    images = prints([*crowd[:4], *(crowd[number].rotate(90 * number, expand=True) for number in range(3))])
    alone = find_pairs(images)
    assert [(pair.one, pair.other) for pair in alone] == [(0, 4), (1, 5), (2, 6)]
    assert find_pairs(images, workers=2) == alone
    assert find_pairs(images, workers=2, span=2) == alone  # looked at by both threads


def test_of_many_images_each_meets_its_twin_and_few_others():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(4000, 20)).astype(np.float32)
    vectors[2000:] = vectors[:2000] + 0.05 * vectors[2000:]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cells = Cells(vectors.copy())
    ((parts, products),) = cells.meet(vectors[None, [7, 8]])
    others = np.concatenate([cells.order[part] for part in parts])
    assert {7, 8, 2007, 2008} <= set(others)
    assert len(set(others)) == len(others) < 1600
    assert np.allclose(products, (vectors[others] @ vectors[[7, 8]].T).max(1), atol=1e-6)
    spans = [slice(0, 2500), slice(2500, 4000)]
    pairs = np.concatenate([best_met(cells, vectors[span, None], span.start, None, 3) for span in spans])
    assert np.array_equal(pairs, pairs[np.lexsort(pairs.T[::-1])])
    assert np.unique(pairs[:, 0], return_counts=True)[1].max() == 3
    assert {(one, one + 2000) for one in range(2000)} <= set(map(tuple, pairs.tolist()))
    halves = np.repeat([0, 1], 2000)
    across = np.concatenate([best_met(cells, vectors[span, None], span.start, halves, 3) for span in spans])
    assert (halves[across[:, 0]] != halves[across[:, 1]]).all()


def test_no_images_and_one_image():
    assert find_pairs(np.empty((0, FINGERPRINT_BYTES), np.uint8)) == []
    assert find_pairs(prints([specimen(0)])) == []


def test_the_table_s_transform_maps_a_on_b_whatever_their_order():
    def row(name):
        return ImageRow(hashlib.sha256(name.encode()).hexdigest(), name, name, "", 1, 1, "L")

    rows = sorted([row("x"), row("y")], key=lambda each: each.sha256)
    forward = next(duplicate_rows(rows, [Pair(0, 1, "near", "rotate90 crop", 0.99)]))
    assert (forward.path_a, forward.transform, forward.conflict) == (rows[0].path, "rotate90 crop", True)
    backward = next(duplicate_rows(rows[::-1], [Pair(0, 1, "near", "rotate90 crop", 0.99)]))
    assert (backward.path_a, backward.transform) == (rows[0].path, "rotate270 crop")


def test_a_fingerprint_holds_size_and_thumbnail():
    fingerprints = prints([Image.new("L", (70000, 3), 9), specimen(1)])
    assert fingerprints.shape == (2, FINGERPRINT_BYTES)
    assert image_sizes(fingerprints).tolist() == [[70000, 3], [150, 120]]
    assert (thumbnails(fingerprints)[0] == 9).all()


@pytest.mark.parametrize("number", range(8))
def test_transforms_are_pillow_s_and_have_their_inverse(number):
    image = specimen(2, 64, 64, "L")
    pillow = [None, TURN.FLIP_LEFT_RIGHT, TURN.FLIP_TOP_BOTTOM, TURN.ROTATE_180, TURN.TRANSPOSE, TURN.ROTATE_270,
              TURN.ROTATE_90, TURN.TRANSVERSE][number]  # fmt: skip
    turned = as_turned(np.asarray(image), number)
    assert np.array_equal(turned, np.asarray(image.transpose(pillow) if pillow is not None else image))
    assert np.array_equal(as_turned(turned, transforms.inverse(number)), np.asarray(image))


@pytest.mark.parametrize("number", range(8))
def test_descriptors_do_not_change_with_a_turn_and_coefficients_turn_along(number):
    normal = descriptors.normalise(np.asarray(specimen(4, 64, 64, "L"))[None])
    whole = descriptors.windows()[0]
    before = descriptors.coefficients(normal, whole, 8)
    after = descriptors.coefficients(as_turned(normal, number), whole, 8)
    assert np.allclose(transforms.turned_coefficients(before, number), after, atol=1e-4)
    assert np.allclose(descriptors.invariants(before), descriptors.invariants(after), atol=1e-4)


def test_cosines_are_those_of_the_definition():
    # C_k = sqrt(2) * integral of f(x) cos(pi k x) over [0, 1]; for f(x) = x: -2 sqrt(2) / (pi k)^2 if k is odd, else 0.
    ramp = (np.arange(64) + 0.5) / 64
    found = descriptors.cosines(0, 1, 6) @ ramp
    expected = [0.5] + [-2 * np.sqrt(2) / (np.pi * k) ** 2 if k % 2 else 0 for k in range(1, 6)]
    assert np.allclose(found, expected, atol=2e-4)


def affine(left, top, right, bottom) -> np.ndarray:
    """Where the other lies in the one, its sides as fractions."""
    shift = [(left + right) / 2 - 0.5, (top + bottom) / 2 - 0.5]
    return np.array([[[right - left, 0, shift[0]], [0, bottom - top, shift[1]]]])


def test_alignment_finds_a_known_place():
    image = specimen(7, 256, 256, "L")
    part = image.crop((24, 10, 224, 240))  # x: 200 of 256 from 24, y: 230 of 256 from 10
    one, other = (np.asarray(each.resize((64, 64), 3))[None] for each in (image, part))
    found, coarse = alignment.approach(one, other, affine(0.08, 0.05, 0.92, 0.97))
    assert coarse[0] > 0.94
    found, worth = alignment.refine(one, other, found)
    assert worth[0]
    assert np.allclose(found, affine(24 / 256, 10 / 256, 224 / 256, 240 / 256), atol=0.004)
    verdict = judge(one, other, found, np.array([[256, 256]]), np.array([[200, 230]]))
    assert verdict.same[0]
    assert verdict.part[0]
    assert verdict.similarity[0] > 0.98


def test_alignment_finds_a_turn_from_ten_degrees_off():
    image = specimen(7, 256, 256, "L")
    one, other = (np.asarray(each.resize((64, 64), 3))[None] for each in (image.rotate(40, 3), image))
    turn = {degrees: np.cos(np.radians(degrees)) * np.eye(2) + np.sin(np.radians(degrees)) * np.array([[0, 1], [-1, 0]])
            for degrees in (30, 40)}  # fmt: skip
    start = np.concatenate([turn[30], np.zeros((2, 1))], axis=1)[None]
    found, _ = alignment.refine(one, other, alignment.approach(one, other, start, round_=True)[0], round_=True)
    assert np.allclose(found[0, :, :2], turn[40], atol=0.01)
    assert np.allclose(found[0, :, 2], 0, atol=0.005)


def test_detail_of_an_image_with_itself_and_with_its_negative():
    one = np.asarray(specimen(8, 64, 64, "L"))[None]
    size = np.array([[64, 64]])
    same = detail(one, one, affine(0, 0, 1, 1), size, size)
    assert same.band[0] == pytest.approx(1, abs=1e-5)
    assert same.detail[0] == pytest.approx(1, abs=1e-5)
    assert same.residual[0] == pytest.approx(0, abs=0.1)
    assert same.contradicting[0] == 0
    negative = detail(one, 255 - one, affine(0, 0, 1, 1), size, size)
    assert negative.band[0] == pytest.approx(-1, abs=1e-5)
    assert negative.information[0] == 0
    assert negative.contradicting[0] > 10


def test_an_edge_has_no_detail_and_a_corner_has():
    edge = np.zeros((1, 64, 64), np.uint8)
    edge[:, :, 28:] = 200
    corner = edge.copy()
    corner[:, :28] = 0
    size = np.array([[64, 64]])
    assert detail(edge, edge, affine(0, 0, 1, 1), size, size).information[0] < 1
    assert detail(corner, corner, affine(0, 0, 1, 1), size, size).information[0] > 50


def test_overlap_of_known_places():
    rectangles = [(0, 0, 1, 1), (0.25, 0, 0.75, 1), (0.5, 0, 1.5, 1), (0.5, 0.5, 1.5, 1.5), (-0.5, 0, 1.5, 1)]
    found = alignment.overlap(np.concatenate([affine(*each) for each in rectangles]))
    assert np.allclose(found, [1, 1, 0.5, 0.25, 1], atol=0.02)


@pytest.mark.parametrize("name", [*transforms.TRANSFORMS, "rotation 17", "rotation 250", "flip rotation 17"])
def test_a_place_is_called_as_pillow_calls_the_turn(name):
    image = specimen(5, 128, 128, "L")
    words = name.split()
    turned = image.transpose(TURN.FLIP_LEFT_RIGHT) if words[0] == "flip" else image
    if "rotation" in words:
        turned = turned.rotate(int(words[-1]), 3)
    else:
        turned = Image.fromarray(as_turned(np.asarray(image), transforms.TRANSFORMS.index(name)))
    (pair,) = find_pairs(prints([image, turned]))
    assert pair.transform == name
    assert backwards(backwards(name)) == name


def test_a_turn_is_named_where_it_is_no_stretch():
    # A photograph of 3 x 2 turned by 30 degrees within its frame is stretched in a thumbnail, and not in pixels.
    size, turn = np.array([300, 200]), np.radians(30)
    in_pixels = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    in_thumbnails = np.concatenate([in_pixels * size / size[:, None], np.zeros((2, 1))], axis=1)
    assert transform_name(in_thumbnails, size, size, True) == "rotation 30"
    in_squares = np.concatenate([in_pixels, np.zeros((2, 1))], axis=1)[None]
    assert np.allclose(frames.from_squares(in_squares, size[None], size[None])[0], in_thumbnails)
    assert transform_name(in_thumbnails @ np.diag([1, 0.8, 1]), size, size, True).endswith(" stretch")


@pytest.mark.parametrize("mirrored", [False, True])
def test_discs_are_described_alike_whatever_the_turn_and_tell_the_angle(mirrored):
    image = specimen(4, 256, 256, "L")
    turned = (image.transpose(TURN.FLIP_LEFT_RIGHT) if mirrored else image).rotate(40, 3)
    normal = descriptors.normalise(
        np.stack([np.asarray(each.resize((64, 64), 3)) for each in (turned, image)]), alignment.INSIDE
    )
    coefficient = discs.coefficients(normal, 2)
    likeness = np.corrcoef(discs.invariants(coefficient[:, 0]))[0, 1]
    assert likeness > 0.97
    (found,), score = discs.best_turns(coefficient[0], coefficient[1:, 0])
    cosine, sine = np.cos(np.radians(40)), np.sin(np.radians(40))
    expected = np.array([[cosine, sine], [-sine, cosine]]) @ np.diag([-1 if mirrored else 1, 1])
    assert score[0] > 0.95
    assert np.allclose(found[:, :2], expected, atol=0.1)


def stretched(image: Image.Image) -> Image.Image:
    return cropped(image, top=0.08, bottom=0.08).resize(image.size, 3)


LATER = {
    "moved by some pixels": lambda image: image.crop((4, 3, image.width, image.height)),
    "rotated by 17 degrees": lambda image: recompressed(image.rotate(17, 3), 90),
    "on white": lambda image: image.rotate(-62, 3, fillcolor="white"),
    "flipped, turned, smaller": lambda image: image.transpose(TURN.FLIP_TOP_BOTTOM).rotate(33, 3).resize((120, 96), 3),
    "stretched": stretched,
    "stretched and rotated": lambda image: stretched(image).rotate(17, 3),
    "another shape": lambda image: image.resize((120, 120), 3).rotate(48, 3).resize((120, 96), 3),
}


@pytest.mark.parametrize("bounds", [WITHIN, ACROSS])
def test_copies_that_are_moved_turned_by_any_angle_and_stretched(crowd, bounds):
    originals = [image.crop((0, 0, image.width - 4, image.height - 3)) for image in crowd[: len(LATER)]]
    originals[1:] = crowd[1 : len(LATER)]
    copies = [change(image) for change, image in zip(LATER.values(), crowd, strict=False)]
    halves = None if bounds is WITHIN else np.repeat([0, 1], [len(crowd), len(LATER)])
    images = prints([*originals, *crowd[len(LATER) :], *copies])
    found = {(pair.one, pair.other): pair.transform for pair in find_pairs(images, halves, bounds=bounds)}
    assert set(found) == {(number, len(crowd) + number) for number in range(len(LATER))}
    names = [found[number, len(crowd) + number] for number in range(len(LATER))]
    assert names[:2] == ["identity crop", "rotation 17"]
    assert names[2] == "rotation 298"


def fish(seed: int) -> Image.Image:
    """A smooth subject of its own form in brown water, under the black corners of a frame that all share."""
    rng = np.random.default_rng(seed)
    ground = Image.new("L", (160, 120), int(rng.integers(110, 130)))
    half, high, dark = rng.uniform(36, 50), rng.uniform(12, 24), int(rng.integers(70, 95))
    brush = ImageDraw.Draw(ground)
    brush.ellipse((70 - half, 60 - high, 70 + half, 60 + high), fill=dark)
    tail = 70 + half
    brush.polygon([(tail - 10, 60), (tail + 14, 60 - high * rng.uniform(0.4, 1)), (tail + 14, 60 + high)], fill=dark)
    soft = np.asarray(ground.filter(ImageFilter.GaussianBlur(3))) + rng.normal(size=(120, 160))
    return recompressed(Image.fromarray(soft.astype(np.uint8)).rotate(14, 3), 85).convert("L")


@pytest.mark.parametrize(("halves", "bounds"), [(None, WITHIN), (np.repeat([0, 1], 7), ACROSS)])
def test_the_ground_and_black_corners_make_no_pair_of_two_specimens(halves, bounds):
    assert find_pairs(prints([fish(seed) for seed in range(14)]), halves, bounds=bounds) == []


def test_across_classes_more_is_asked_for(crowd):
    clear, smooth = crowd[3], fish(0)
    images = prints([clear, smooth, recompressed(clear, 20), recompressed(smooth, 20)])
    found = [{(pair.one, pair.other) for pair in find_pairs(images, np.array([0, 0, 1, 1]), bounds=bounds)}
             for bounds in (WITHIN, ACROSS)]  # fmt: skip
    assert found == [{(0, 2), (1, 3)}, {(0, 2)}]
