"""The wavelets by the properties that define them, and by a factorisation of their own."""

import itertools
import math

import numpy as np
import pytest

from augury.filters.wavelets import SYM2, SYM6, octave_bank

wavelets = pytest.mark.parametrize("taps", [SYM2, SYM6], ids=["sym2", "sym6"])


@wavelets
def test_orthonormal(taps):
    taps = np.asarray(taps)
    assert taps.sum() == pytest.approx(math.sqrt(2), abs=1e-12)
    assert (taps**2).sum() == pytest.approx(1, abs=1e-11)
    for shift in range(2, len(taps), 2):
        assert taps[shift:] @ taps[:-shift] == pytest.approx(0, abs=1e-11)


@wavelets
def test_vanishing_moments(taps):
    indices = np.arange(len(taps)) - (len(taps) - 1) / 2
    high = np.asarray(taps) * (-1.0) ** np.arange(len(taps))
    moments = [(indices**order * high).sum() for order in range(len(taps) // 2 + 1)]
    np.testing.assert_allclose(moments[:-1], 0, atol=1e-7)
    assert abs(moments[-1]) > 0.1


def factorised(moments):
    """All real filters whose power spectrum is Daubechies' polynomial (Ten Lectures, equations 6.1.11 and 6.1.12)."""
    polynomial = [math.comb(moments - 1 + power, power) for power in range(moments)]
    pairs = [np.roots([1, 4 * root - 2, 1]) for root in np.roots(polynomial[::-1])]
    for chosen in itertools.product(*pairs):
        taps = np.poly([-1] * moments + list(chosen))
        if np.abs(np.imag(taps)).max() < 1e-8:
            yield np.real(taps) * math.sqrt(2) / np.real(taps).sum()


def bentness(taps):
    """How far the phase of the frequency response is from a straight line through the origin, by least squares."""
    omega = np.linspace(0.0, 2.0, 200)
    phase = np.unwrap(np.angle(np.exp(-1j * np.outer(omega, np.arange(len(taps)))) @ taps))
    slope = phase @ omega / (omega @ omega)
    return np.abs(phase - slope * omega).max()


@wavelets
def test_least_asymmetric_of_all_factorisations(taps):
    everyone = list(factorised(len(taps) // 2))
    best = min(everyone, key=bentness)
    assert min(np.abs(best - taps).max(), np.abs(best[::-1] - taps).max()) < 1e-8


def response(band, omega):
    return band[21] + 2 * sum(band[21 + index] * np.cos(index * omega) for index in range(1, 22))


def test_bands_sum_to_the_signal_itself():
    expected = np.zeros(43)
    expected[21] = 1
    np.testing.assert_allclose(octave_bank().sum(axis=0), expected, atol=1e-15)


def test_bands_are_symmetric_and_positive():
    bank, omega = octave_bank(), np.linspace(0, np.pi, 500)
    np.testing.assert_allclose(bank, bank[:, ::-1], atol=1e-15)
    assert min(response(band, omega).min() for band in bank) > -1e-12


def test_bands_pass_their_octave():
    bank = octave_bank()
    borders = np.array([0, 1 / 8, 1 / 4, 1 / 2, 1]) * np.pi
    for index, band in enumerate(bank):
        low, high = borders[index], borders[index + 1]
        omega = np.linspace(0, np.pi, 20001)
        passed = response(band, omega) ** 2
        inside = (omega >= low) & (omega <= high)
        assert passed[inside].sum() / passed.sum() > 0.7
        centre = (passed * omega).sum() / passed.sum()
        assert low < centre < high
    np.testing.assert_allclose([response(band, 0.0) for band in bank], [1, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose([response(band, np.pi) for band in bank], [0, 0, 0, 1], atol=1e-12)
