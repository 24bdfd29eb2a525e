"""Wavelets of Daubechies' least asymmetric family, and an octave filter bank made from one.

Source: Daubechies 1992, Ten Lectures on Wavelets, chapters 6 and 8 (table 8.1 in other normalisations).
"""

import functools
import math

import numpy as np

_ROOT3 = math.sqrt(3.0)

# Low-pass filters of unit norm, whose taps sum to sqrt(2). symK has 2 K taps, and its high-pass partner K vanishing
# moments.
SYM2 = tuple(tap / (4 * math.sqrt(2.0)) for tap in (1 + _ROOT3, 3 + _ROOT3, 3 - _ROOT3, 1 - _ROOT3))
SYM6 = (
    0.015404109327027373,
    0.0034907120842174702,
    -0.11799011114819057,
    -0.048311742585633,
    0.4910559419267466,
    0.787641141030194,
    0.3379294217276218,
    -0.07263752278646252,
    -0.021060292512300564,
    0.04472490177066578,
    0.0017677118642428036,
    -0.007800708325034148,
)


@functools.cache
def octave_bank() -> np.ndarray:
    """Four zero-phase filters that split a signal into octaves, and whose sum is the signal: (4, 43) float64.

    Rows from low to high, in fractions of the highest frequency that pixels hold: 0 to 1/8, 1/8 to 1/4, 1/4 to 1/2,
    1/2 to 1; tap 21 is the centre. With P(z) = H(z) H(1/z) / 2 of sym2 and Q(z) = P(-z), P + Q = 1, so the bands
    P(z) P(z^2) P(z^4), P(z) P(z^2) Q(z^4), P(z) Q(z^2) and Q(z) sum to 1 (Karras et al. 2020, arXiv:2006.06676,
    appendix C).
    """
    low = np.convolve(SYM2, SYM2[::-1]) / 2
    signs = (-1.0) ** np.abs(np.arange(len(low)) - len(low) // 2)
    high = low * signs
    octaves = np.convolve(low, _stretch(low, 2))
    bands = (
        np.convolve(octaves, _stretch(low, 4)),
        np.convolve(octaves, _stretch(high, 4)),
        np.convolve(low, _stretch(high, 2)),
        high,
    )
    longest = len(bands[0])
    return np.stack([np.pad(band, (longest - len(band)) // 2) for band in bands])


def _stretch(taps: np.ndarray, factor: int) -> np.ndarray:
    """H(z) -> H(z^factor): zeros between the taps."""
    stretched = np.zeros((len(taps) - 1) * factor + 1)
    stretched[::factor] = taps
    return stretched
