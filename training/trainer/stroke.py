"""How wide the strokes of the training digits are, as the reader measures them."""

import cv2
import numpy as np

from legible.reader.normalise import stroke_width
from trainer.data import Images

# The reader measures on a drawing this much larger than the network's input.
_ENLARGED = 4
# Enough for stable percentiles, quick to measure.
_SAMPLE = 5000
# The middle 95%: the rest are specks of pens and scanners.
_PERCENTILES = (2.5, 97.5)


def usual_stroke_px(images: Images) -> tuple[float, float]:
    """The stroke widths between which 95% of digits lie, in pixels of the digit.

    Args:
        images: (N, 28, 28, 1) float32, 0 paper .. 1 ink, N at least 1; the first 5,000 count.
    """
    widths = [
        stroke_width(cv2.resize(digit, None, fx=_ENLARGED, fy=_ENLARGED)) / _ENLARGED
        for digit in images[:_SAMPLE, :, :, 0]
    ]
    least, most = np.percentile(widths, _PERCENTILES)
    return round(float(least), 2), round(float(most), 2)
