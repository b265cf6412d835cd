"""Pen strokes as another hand might have written them: turned, slanted, stretched and bent.

Moving the points of a pen leaves its line as even and as thick as it was, which moving pixels
does not; and each symbol of a line moves its own way.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Standard deviations: degrees, shear, logarithm of the stretch, and bends in heights of a symbol.
_TURN_DEG, _SHEAR, _STRETCH, _BEND = 4.0, 0.07, 0.08, 0.018
# Waves that bend a symbol, and their cycles in its height: more would add strokes.
_WAVES, _CYCLES = 3, (0.25, 1.1)

Points = NDArray[np.floating] | NDArray[np.integer]


def deform(
    strokes: Sequence[Points], high: float, rng: np.random.Generator
) -> list[NDArray[np.float32]]:
    """Move the points of strokes, near ones alike.

    Args:
        strokes: each (P, 2) x, y downwards.
        high: the height of one symbol in the same units, more than 0.
        rng: the only source of chance.

    Returns:
        As many strokes of as many points, float32.

    Source: Simard, Steinkraus & Platt, "Best Practices for Convolutional Neural Networks Applied
    to Visual Document Analysis" (ICDAR 2003), for pixels.
    """
    every = np.concatenate(strokes).astype(np.float64)
    middle = (every.min(axis=0) + every.max(axis=0)) / 2
    places = (every - middle) / high
    turn = np.deg2rad(rng.normal(0, _TURN_DEG))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    stretch = float(np.exp(rng.normal(0, _STRETCH)))
    shear = float(rng.normal(0, _SHEAR))
    moved = places @ (rotation @ np.array([[stretch, shear], [0.0, 1.0]])).T
    cycles = rng.uniform(*_CYCLES, (2, _WAVES, 1)) * _directions(rng)
    phases = rng.uniform(0, 2 * np.pi, (2, _WAVES))
    depths = rng.normal(0, _BEND, (2, _WAVES))
    for axis in range(2):
        waves = np.sin(2 * np.pi * places @ cycles[axis].T + phases[axis])
        moved[:, axis] += waves @ depths[axis]
    bounds = np.cumsum([len(stroke) for stroke in strokes])[:-1]
    return np.split((moved * high + middle).astype(np.float32), bounds)


def _directions(rng: np.random.Generator) -> NDArray[np.float64]:
    """Unit vectors, (2, _WAVES, 2)."""
    angles = rng.uniform(0, 2 * np.pi, (2, _WAVES))
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1)
