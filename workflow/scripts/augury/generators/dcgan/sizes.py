"""The image sizes that a DCGAN can have. Standard library only: a config is checked by it before any job starts."""

from augury.command.errors import UserError

_SMALLEST_BASE = 4
_LARGEST_BASE = 33  # 132 = 33 x 4; a larger base makes the first layer most of the network


def base_and_doublings(size_px: int) -> tuple[int, int]:
    """Split a size into base x 2^k with the smallest base of at least 4: 64 -> (4, 4), 132 -> (33, 2).

    Raises UserError when the size is not between 16 and 256, or is no small base times a power of two of at least 4.
    """
    split = _split(size_px)
    if split is None:
        near = sorted((size for size in range(16, 257) if _split(size)), key=lambda size: (abs(size - size_px), size))
        raise UserError(
            f"size_px {size_px} does not suit a DCGAN, whose sizes are a base of {_SMALLEST_BASE} to {_LARGEST_BASE} "
            f"times a power of two, from 16 to 256; the nearest are {', '.join(map(str, sorted(near[:3])))}"
        )
    return split


def _split(size_px: int) -> tuple[int, int] | None:
    if not 16 <= size_px <= 256:
        return None
    base, doublings = size_px, 0
    while base % 2 == 0 and base // 2 >= _SMALLEST_BASE:
        base, doublings = base // 2, doublings + 1
    return (base, doublings) if base <= _LARGEST_BASE and doublings >= 2 else None
