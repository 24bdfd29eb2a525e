"""Colour profiles written tag by tag from the specification (ICC.1:2001-04), and what they make of colours."""

import struct

import numpy as np

# Primaries under the illuminant D50, rows X, Y and Z: sRGB and Adobe RGB (1998), as their published profiles have them.
SRGB = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
ADOBE = np.array([[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]])


def _xyz(values) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _text(text: bytes) -> bytes:
    return b"text\0\0\0\0" + text + b"\0"


def _description(text: bytes) -> bytes:
    return b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text + bytes(1 + 4 + 4 + 2 + 1 + 67)


def _gamma(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))


def _profile(space: bytes, tags: dict[bytes, bytes], device: bytes = b"mntr", connection: bytes = b"XYZ ") -> bytes:
    common = {b"desc": _description(b"a profile"), b"cprt": _text(b"none"), b"wtpt": _xyz((0.9642, 1, 0.8249))}
    table, data = b"", b""
    tags = common | tags
    start = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", start + len(data), len(value))
        data += value + bytes(-len(value) % 4)
    head = struct.pack(">I4sI4s4s4s", start + len(data), b"lcms", 0x02100000, device, space, connection) + bytes(12)
    head += b"acsp" + bytes(28) + _xyz((0.9642, 1, 0.8249))[8:]
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data


def colour(primaries: np.ndarray, gamma: float) -> bytes:
    """A profile of a monitor or camera: three primaries and a power."""
    names = zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries.T, strict=True)
    tags = {name: _xyz(values) for name, values in names}
    return _profile(b"RGB ", tags | {name: _gamma(gamma) for name in (b"rTRC", b"gTRC", b"bTRC")})


def grey(gamma: float) -> bytes:
    """A profile of grey values that are a power of light."""
    return _profile(b"GRAY", {b"kTRC": _gamma(gamma)})


def inks() -> bytes:
    """A profile of CMYK in which any ink at full is black and no ink is white: a table of two values an ink."""
    corners = [0xFF00 if not any((k >> bit) & 1 for bit in range(4)) else 0 for k in range(16)]
    table = b"".join(struct.pack(">HHH", light, 0x8000, 0x8000) for light in corners)  # L, a and b
    ramp = struct.pack(">HH", 0, 0xFFFF)
    head = b"mft2\0\0\0\0" + bytes([4, 3, 2, 0])
    matrix = b"".join(struct.pack(">i", value << 16) for value in (1, 0, 0, 0, 1, 0, 0, 0, 1))
    return _profile(b"CMYK", {b"A2B0": head + matrix + struct.pack(">HH", 2, 2) + ramp * 4 + table + ramp * 3},
                    b"prtr", b"Lab ")  # fmt: skip


def to_srgb(values: np.ndarray, primaries: np.ndarray, gamma: float) -> np.ndarray:
    """What 0 to 255 in such a profile are in sRGB, (..., 3): by matrices, without a colour library."""
    light = (values / 255) ** (round(gamma * 256) / 256)
    linear = np.clip(light @ primaries.T @ np.linalg.inv(SRGB).T, 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
