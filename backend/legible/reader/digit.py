"""The digit network: normalised pictures of single digits to calibrated probabilities."""

import numpy as np

from legible.reader.bundle import Bundle, Floats, Manifest


class DigitModel:
    """Reads single digits with a shipped bundle. May be shared between threads."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle

    @property
    def version(self) -> str:
        """The version of the bundle, e.g. "1.0.0"."""
        return self._bundle.version

    @property
    def manifest(self) -> Manifest:
        """Preprocessing numbers, thresholds and everything else shipped beside the weights."""
        return self._bundle.manifest

    def probabilities(self, batch: Floats) -> Floats:
        """How likely each picture shows each digit.

        Args:
            batch: (N, 28, 28, 1) float32, 0 paper .. 1 ink, as `normalise` draws it.

        Returns:
            (N, 10) float32, columns 0-9, each row sums to 1. Calibrated: of all digits read with
            confidence p, a share of about p is right. N = 0 gives (0, 10).

        Raises:
            ValueError: the batch has another shape or type.

        Source: temperature scaling, Guo et al., "On Calibration of Modern Neural Networks" (2017).
        """
        logits = self._bundle.run(batch).astype(np.float64) / self.manifest.temperature
        # Subtracting the peak changes nothing but keeps exp from overflowing.
        likelihoods = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
        return np.asarray(likelihoods / likelihoods.sum(axis=1, keepdims=True), np.float32)
