"""The line network: drawn runs of symbols to log-probabilities along their width."""

from collections.abc import Sequence

import numpy as np

from legible.reader.bundle import Bundle, BundleError, Floats
from legible.reader.fuse import FEATURES
from legible.reader.line import LineConvention, stack_lines
from legible.reader.manifest import Manifest

# The last class of the network: between symbols, and where there are none.
BLANK = "blank"
# Runs computed together differ in width by at most this factor; what is padded costs time.
_MOST_PADDING = 1.3
# And are at most so many, to keep the runtime's working memory at some tens of megabytes.
_MOST_RUNS = 32


class LineModel:
    """Reads runs of symbols with a shipped bundle. May be shared between threads."""

    def __init__(self, bundle: Bundle) -> None:
        """Take a bundle whose classes are single symbols, the ten digits first, and "blank".

        Raises:
            BundleError: it is another network, or its manifest lacks something.
        """
        manifest = bundle.manifest
        drawing = _check_manifest(manifest)
        steps = bundle.run(np.zeros((1, drawing.height_px, 8 * drawing.step_px, 1), np.float32))
        if steps.shape[1] != 8:
            raise BundleError(
                "network",
                f"{manifest.name} {bundle.version}: expected a step for each {drawing.step_px} "
                f"pixels of width, got {steps.shape[1]} for 8 times as many. Export it again.",
            )
        self._bundle = bundle
        self.convention = drawing
        self.symbols = manifest.classes[:-1]

    @property
    def version(self) -> str:
        """The version of the bundle, e.g. "1.0.0"."""
        return self._bundle.version

    @property
    def manifest(self) -> Manifest:
        """Drawing, calibration, thresholds and everything else shipped beside the weights."""
        return self._bundle.manifest

    def transcribe(self, lines: Sequence[Floats]) -> list[Floats]:
        """What stands where along each run.

        Args:
            lines: drawn by `draw_line`, each (height_px, W), W a multiple of `step_px`.

        Returns:
            For each run (W / step_px, len(symbols) + 1) float32 log-probabilities, calibrated by
            the manifest's temperature; the last column is CTC's blank.
        """
        found: list[Floats] = [np.empty((0, 0), np.float32)] * len(lines)
        widths = [line.shape[1] for line in lines]
        waiting = sorted(range(len(lines)), key=widths.__getitem__)
        while waiting:
            most = _MOST_PADDING * widths[waiting[0]]
            together = [place for place in waiting[:_MOST_RUNS] if widths[place] <= most]
            waiting = waiting[len(together) :]
            batch = stack_lines([lines[place] for place in together])
            for place, logits in zip(together, self._bundle.run(batch), strict=True):
                steps = widths[place] // self.convention.step_px
                found[place] = _log_softmax(logits[:steps], self.manifest.temperature)
        return found


def _check_manifest(manifest: Manifest) -> LineConvention:
    """The drawing of lines that a manifest tells, if the rest is a line network's as well."""
    label = f"{manifest.name} {manifest.version}"
    *symbols, last = manifest.classes
    if tuple(symbols[:10]) != tuple("0123456789") or last != BLANK:
        raise BundleError(
            "classes",
            f"{label}: expected the classes 0 to 9, other symbols and '{BLANK}', got "
            f"{', '.join(manifest.classes)}. Export it again.",
        )
    if not isinstance(manifest.preprocessing, LineConvention):
        raise BundleError(
            "manifest",
            f"{label}: expected the drawing of lines under 'preprocessing'. Export it again.",
        )
    missing = [name for name in ("bias", *FEATURES) if name not in manifest.fusion]
    if manifest.fusion and missing:
        raise BundleError(
            "manifest", f"{label}: the fusion lacks {', '.join(missing)}. Export it again."
        )
    return manifest.preprocessing


def _log_softmax(logits: Floats, temperature: float) -> Floats:
    scaled = logits / np.float32(temperature)
    scaled = scaled - scaled.max(axis=1, keepdims=True)
    rows = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
    return np.asarray(rows, dtype=np.float32)
