"""The digit network: normalised pictures of single digits to calibrated probabilities."""

from dataclasses import dataclass

import numpy as np

from legible.reader.bundle import Bundle, BundleError, Floats
from legible.reader.manifest import Manifest
from legible.reader.normalise import Convention

_DIGITS = tuple("0123456789")
# What a manifest calls the answer that a picture shows no digit; its last class, if it has one.
NO_DIGIT = "none"


@dataclass(frozen=True, slots=True)
class Answers:
    """What the network says of N pictures.

    `digits` (N, 10) float32: how likely each picture shows each digit if it shows one; rows sum
    to 1. `no_digit` (N,) float32: how likely it shows none; 0 from networks that cannot tell.
    """

    digits: Floats
    no_digit: Floats


class DigitModel:
    """Reads single digits with a shipped bundle. May be shared between threads."""

    def __init__(self, bundle: Bundle) -> None:
        """Take a bundle of ten classes, or of eleven of which the last is "none".

        Raises:
            BundleError: its classes are others.
        """
        classes = bundle.manifest.classes
        if classes not in (_DIGITS, (*_DIGITS, NO_DIGIT)):
            raise BundleError(
                "classes",
                f"{bundle.manifest.name} {bundle.version}: expected the classes 0 to 9, with or "
                f"without '{NO_DIGIT}' behind them, got {', '.join(classes)}. Export it again.",
            )
        drawing = bundle.manifest.preprocessing
        if not isinstance(drawing, Convention):
            raise BundleError(
                "manifest",
                f"{bundle.manifest.name} {bundle.version}: expected the drawing of single digits "
                "under 'preprocessing'. Export it again.",
            )
        self._bundle = bundle
        self.convention = drawing

    @property
    def version(self) -> str:
        """The version of the bundle, e.g. "1.0.0"."""
        return self._bundle.version

    @property
    def manifest(self) -> Manifest:
        """Preprocessing numbers, thresholds and everything else shipped beside the weights."""
        return self._bundle.manifest

    def answer(self, batch: Floats) -> Answers:
        """How likely each picture shows each digit, and none.

        Args:
            batch: (N, 28, 28, 1) float32, 0 paper .. 1 ink, as `normalise` draws it.

        Returns:
            Calibrated: of all pictures whose best digit has `digits * (1 - no_digit)` = p, a
            share of about p shows that digit. N = 0 gives empty answers.

        Raises:
            ValueError: the batch has another shape or type.

        Source: temperature scaling, Guo et al., "On Calibration of Modern Neural Networks" (2017);
        the shift for another share of no digits, Saerens, Latinne & Decaestecker (2002).
        """
        logits = self._bundle.run(batch).astype(np.float64) / self.manifest.temperature
        # Subtracting the peak of the digits changes nothing but keeps exp from overflowing.
        peak = logits[:, :10].max(axis=1, keepdims=True, initial=-np.inf)
        likelihoods = np.exp(logits[:, :10] - peak)
        total = likelihoods.sum(axis=1, keepdims=True)
        # A share of 1 / (1 + e^x), x the log-odds of a digit against none.
        odds = peak + np.log(total) - logits[:, 10:] - self.manifest.no_digit_shift
        odds = odds.clip(-700, 700)
        none = (1 / (1 + np.exp(odds))).sum(axis=1)
        return Answers((likelihoods / total).astype(np.float32), none.astype(np.float32))

    def probabilities(self, batch: Floats) -> Floats:
        """`answer(batch).digits`: (N, 10) float32, columns 0-9, rows sum to 1."""
        return self.answer(batch).digits
