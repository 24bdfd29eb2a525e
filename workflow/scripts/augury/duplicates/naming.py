"""What an affine map is called in the table of duplicates: the turn that maps the one image on the other."""

import numpy as np

from augury.duplicates.transforms import TRANSFORMS, inverse, turns

UPRIGHT = 0.035  # of a scale: what is turned by less, 2 degrees, counts as upright
STRETCHED = 1.06  # the one axis beside the other


def transform_name(affine: np.ndarray, size_one: np.ndarray, size_other: np.ndarray, part: bool) -> str:
    """What maps the other on the one, by the affine map (2, 3) of their thumbnails.

    One of TRANSFORMS, with ` crop` where one shows a part of the other; or `rotation N` by N degrees counter-clockwise,
    as Pillow has them, `flip rotation N` (flipped first), either with ` stretch` where both axes differ in scale. An
    image can have been turned before or after it was brought to its shape: the turn with less stretch is named.
    """
    matrix = affine[:, :2]
    every = turns()
    number = int(np.abs(matrix[None] - every).max(axis=(1, 2)).argmin())
    if np.abs((matrix @ every[number].T) * (1 - np.eye(2))).max() < UPRIGHT:
        return TRANSFORMS[number] + (" crop" if part else "")
    unstretched = size_one[:, None] * matrix / size_other
    stretch, turn = min((_parts(each) for each in (matrix, unstretched)), key=lambda parts: parts[0])
    mirrored = np.linalg.det(turn) < 0
    turn = turn @ np.diag([-1.0, 1.0]) if mirrored else turn
    degrees = round(np.degrees(np.arctan2(-turn[1, 0], turn[0, 0]))) % 360
    return f"{'flip ' * bool(mirrored)}rotation {degrees}{' stretch' * bool(stretch > STRETCHED)}"


def backwards(transform: str) -> str:
    """The name of what undoes it.

    >>> backwards("rotate90 crop"), backwards("rotation 30")
    ('rotate270 crop', 'rotation 330')
    """
    words = transform.split()
    if "rotation" in words:
        index = words.index("rotation") + 1
        if words[0] != "flip":
            words[index] = str(-int(words[index]) % 360)
        return " ".join(words)
    return " ".join([TRANSFORMS[inverse(TRANSFORMS.index(words[0]))], *words[1:]])


def _parts(matrix: np.ndarray) -> tuple[float, np.ndarray]:
    """How much a matrix stretches one axis beside the other, and the turn nearest to it."""
    left, sizes, right = np.linalg.svd(matrix)
    return float(sizes[0] / max(sizes[1], 1e-6)), left @ right
