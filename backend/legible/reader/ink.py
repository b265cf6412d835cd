"""Grey page to ink: 0 where the paper is bare, 1 where the pen was.

Light falls unevenly on photographed paper and multiplies what the paper sends back, so ink is
measured as the share of the local paper's light that is missing. That is the same in the bright
middle and in the dark corner of a page.
"""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.components import Components, find_components, labels_at
from legible.reader.grey import GreyArray
from legible.reader.shrink import reduce_large, thumbnail

InkArray: TypeAlias = NDArray[np.float32]
MaskArray: TypeAlias = NDArray[np.bool_]

# Side of the reduced page on which the paper is estimated; paper changes slowly.
_PAPER_SIDE_PX = 160
# Grey levels of 255 by which a surface may still move and count as found.
_SETTLED = 0.1
# Less missing light than this is paper texture, show-through or dirt, never a pen.
_LEAST_CONTRAST = 0.055
# Writing covers less of a page than this; only digits that fill their crop cover more.
_MUCH_INK = 0.2
# In deeper shade than this, of 255, a few grey levels of noise would pass for ink.
_DARKEST_PAPER = 24.0
# Pixels that tell what a page's are like.
_MOST_SAMPLED = 1_000_000
# Pages up to this height may be one line as a whole.
LOW_PX = 160
# A pixel belongs to a stroke from this share of the page's ink level on; a stroke needs one pixel
# above the second (hysteresis, Canny 1986).
_WEAK, _STRONG = 0.25, 0.5


@dataclass(frozen=True, slots=True)
class Ink:
    """What is written on a page.

    `level` is (H, W) float32, 0 paper .. 1 ink. `strokes` is (H, W) bool, the pixels of strokes.
    `bright` tells that the ink is lighter than the paper. `faint` is what `find_faint_ink` gives,
    of low pages alone. `parts` are the components of `strokes`, None where nobody has found them.
    """

    level: InkArray
    strokes: MaskArray
    bright: bool
    faint: InkArray | None = None
    parts: Components | None = None

    def may_be_paper(self) -> bool:
        """Whether what passes for ink might as well be the paper: there is much of it, it touches
        three edges of the page or more, or there is none at all."""
        edges = (self.strokes[0], self.strokes[-1], self.strokes[:, 0], self.strokes[:, -1])
        touched = sum(bool(edge.any()) for edge in edges)
        share = cv2.countNonZero(self.strokes.view(np.uint8)) / self.strokes.size
        return touched >= 3 or share > _MUCH_INK or share == 0


def find_ink(grey: GreyArray, *, bright: bool | None = None) -> Ink:
    """Tell ink from paper, dark on light or light on dark.

    Args:
        grey: (H, W) uint8, any size from one pixel on.
        bright: whether the ink is lighter than the paper; None finds that out.

    Returns:
        The ink, all zero where nothing is written.
    """
    coarse = reduce_large(grey)
    if bright is None:
        bright = _is_bright_ink(coarse)
    missing = _missing_light(grey, coarse, bright)
    faint = missing.clip(0, 1) if grey.shape[0] <= LOW_PX else None
    missing, sample = _remove_noise(missing)
    floor, level = _ink_levels(sample)
    if level <= 0:
        nothing = np.zeros(grey.shape, np.float32)
        return Ink(nothing, np.zeros(grey.shape, np.bool_), bright, faint)
    strokes, parts = _trace_strokes(missing, floor, level)
    np.multiply(missing, 1 / level, out=missing)
    missing.clip(0, 1, out=missing)
    return Ink(missing, strokes, bright, faint, parts)


def find_faint_ink(grey: GreyArray, *, bright: bool) -> InkArray:
    """What is darker than the paper on a page that holds a single run of symbols, however faint.

    `find_ink` calls such a page blank where its ink does not stand out from the grain of the
    paper; a network that has learned what grain looks like may still read it.

    Args:
        grey: (H, W) uint8.
        bright: whether the ink is lighter than the paper.

    Returns:
        (H, W) float32, the share of the paper's light that is missing, 0 .. 1.
    """
    return _missing_light(grey, reduce_large(grey), bright).clip(0, 1)


def _missing_light(grey: GreyArray, coarse: GreyArray, bright: bool) -> InkArray:
    """The share of the paper's light that is missing; below 0 where there is more than of paper."""
    dark_on_light = 255 - grey if bright else grey
    paper = _estimate_paper(255 - coarse if bright else coarse)
    height, width = grey.shape
    large = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    if paper.min() >= _DARKEST_PAPER:
        # In the same memory: a page of floats is the largest thing that is held of it.
        cv2.divide(dark_on_light, large, dst=large, dtype=cv2.CV_32F)
        missing = np.asarray(large, np.float32)
        return np.subtract(1, missing, out=missing)
    missing = np.subtract(large, dark_on_light, dtype=np.float32)
    return np.divide(missing, np.maximum(large, _DARKEST_PAPER), out=missing, dtype=np.float32)


def percentile(values: NDArray[np.floating] | GreyArray, share: float) -> float:
    """The value below which `share` of 100 lie, linearly between neighbours; at least one value.

    As NumPy's, whose checks cost more than the work where a page is small.
    """
    place = (values.size - 1) * share / 100
    low = int(place)
    if place == low:
        return float(np.partition(values, low, axis=None)[low])
    halves = np.partition(values, low + 1, axis=None)
    below, above = halves[: low + 1].max(), halves[low + 1]
    return float(below + (place - low) * (above - below))


def _is_bright_ink(grey: GreyArray) -> bool:
    """Ink covers less than paper does, so detail is skewed towards it.

    Exactly antisymmetric: a picture and its negative never get the same answer, unless there is
    no detail at all.
    """
    small = thumbnail(grey, 128)
    side = max(3, min(small.shape) // 2 | 1)
    detail = small.astype(np.int64) - cv2.medianBlur(small, side).astype(np.int64)
    skew = int((detail**3).sum())
    if max(grey.shape) <= 64:
        # A digit that fills so small a frame is its own median; the frame's edge tells more. On
        # a larger page the edge is where the light falls off.
        around = small.astype(np.int64) - np.int64(percentile(_border(small), 50))
        skew += int((around**3).sum())
    return skew > 0


def _border(small: GreyArray) -> GreyArray:
    """The outermost pixels, an odd number of them so that their median is one of them."""
    edge = np.concatenate([small[0], small[-1], small[1:-1, 0], small[1:-1, -1]])
    return edge if len(edge) % 2 else edge[:-1]


def _estimate_paper(grey: GreyArray) -> InkArray:
    """The light that bare paper sends back: (h, w) float32, the page reduced, or as it is if small.

    First a smooth surface through the light side of the page, then, where there is room, the mean
    of the paper around each pixel with everything darker left out.
    """
    small = thumbnail(grey, _PAPER_SIDE_PX).astype(np.float32)
    surface = _fit_surface(small)
    if min(small.shape) >= 48:
        for _ in range(2):
            rest = small - surface
            spread = _light_spread(rest)
            paper = (rest > -np.maximum(3 * spread, 0.04 * surface)) & (rest < 0.15 * surface)
            surface = _mean_of(small, paper.astype(np.float32), surface)
    return surface


def _fit_surface(small: InkArray) -> InkArray:
    """Second-order surface by least squares that give little weight to all that is darker."""
    basis = _surface_terms(*small.shape)
    values = small.ravel().astype(np.float64)
    surface = np.full_like(values, percentile(values, 75))
    for _ in range(8):
        rest = values - surface
        spread = max(_light_spread(rest), 1.0)
        weights = np.where(rest < -2.5 * spread, 0.001, np.where(rest > 4 * spread, 0.2, 1.0))
        scaled = basis * weights
        # No weight is 0 and no term a sum of the others, so that there is one solution.
        factors = np.linalg.solve(scaled @ basis.T, scaled @ values)
        before, surface = surface, factors @ basis
        if float(np.abs(surface - before).max()) < _SETTLED:
            break
    return surface.reshape(small.shape).astype(np.float32)


def _surface_terms(height: int, width: int) -> NDArray[np.float64]:
    """1, x, y, xy, x^2, y^2 at every pixel, from -1 to 1 across: (6, height * width) float64.

    Only the first where the page is too small for light to change across it.
    """
    if min(height, width) < 24:
        return np.ones((1, height * width))
    y, x = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)
    terms = np.ones((6, height, width))
    for place, term in enumerate((x, y, x * y, x * x, y * y), 1):
        terms[place] = term
    return terms.reshape(6, -1)


def _spread(sizes: NDArray[np.floating]) -> float:
    """Standard deviation by the median of absolute values, deaf to outliers."""
    return 1.4826 * percentile(sizes, 50)


def _light_spread(rest: NDArray[np.floating]) -> float:
    """The same for paper alone: ink is never lighter than paper, so only that side is looked at."""
    lighter = rest[rest > 0]
    return _spread(lighter) if len(lighter) else 0.0


def _mean_of(small: InkArray, paper: InkArray, otherwise: InkArray) -> InkArray:
    """Mean of the paper around each pixel, weighted by nearness (normalised convolution)."""
    sigma = max(small.shape) / 14
    weight = cv2.GaussianBlur(paper, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    total = cv2.GaussianBlur(
        (small - otherwise) * paper, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE
    )
    # Where hardly any paper is near, e.g. inside a dark object, the surface stands.
    return np.asarray(otherwise + total / (weight + 0.05), dtype=np.float32)


def _remove_noise(missing: InkArray) -> tuple[InkArray, InkArray]:
    """Smooth a page whose grain is coarse against what is written on it; leave others sharp.

    Returns:
        The page, and pixels from all over it: (n,) float32.
    """
    sample = _sample(missing)
    if min(missing.shape) < 64:
        return missing, sample
    for kernel in (3, 5):
        contrast = percentile(sample, 99.5)
        if _grain(missing) < 0.07 * max(contrast, 0.1):
            break
        missing = np.asarray(cv2.medianBlur(missing, kernel), dtype=np.float32)
        sample = _sample(missing)
    return missing, sample


def _sample(missing: InkArray) -> InkArray:
    """Pixels from all over a page, all of a small one."""
    step = max(1, int((missing.size / _MOST_SAMPLED) ** 0.5))
    return missing[::step, ::step].ravel()


def _grain(missing: InkArray) -> float:
    """Standard deviation of pixel noise.

    Source: J. Immerkaer, "Fast noise variance estimation", CVIU 64 (1996), with a median in place
    of the mean so that strokes do not count.
    """
    step = max(1, round((missing.size / 500_000) ** 0.5))
    height, width = missing.shape
    rows = slice(max(0, (height - height // step) // 2), None)
    part = missing[rows, :][: height // step, : max(3, width // step)] if step > 1 else missing
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    return _spread(np.abs(np.asarray(cv2.filter2D(part, -1, mask), dtype=np.float32))) / 6


def _ink_levels(sample: InkArray) -> tuple[float, float]:
    """Where paper ends and how dark ink is, as shares of missing light; (0, 0) without ink."""
    spread = _light_spread(-sample)
    floor = max(4 * spread, _LEAST_CONTRAST)
    inked = sample[sample > floor]
    if len(inked) == 0:
        return 0.0, 0.0
    # Otsu between what little there is above the paper and the strokes themselves.
    grey = (inked * 255).clip(0, 255).astype(np.uint8)
    split, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    upper = inked[grey >= split]
    level = percentile(upper, 50) if len(upper) else float(inked.max())
    # The tail of the paper's own grain also rises above the floor, but never far.
    return (floor, level) if level > 7 * spread else (0.0, 0.0)


def _trace_strokes(missing: InkArray, floor: float, level: float) -> tuple[MaskArray, Components]:
    """Pixels of strokes: weak ones count where they hang together with a strong one."""
    weak: MaskArray = missing > max(floor, _WEAK * level)
    strong: MaskArray = missing > max(floor, _STRONG * level)
    found = find_components(weak)
    keep = np.zeros(len(found.stats), np.bool_)
    keep[labels_at(strong, found.labels)] = True
    keep[0] = False
    if keep[1:].all():
        return weak, found
    # What is dropped keeps its number, but has no area.
    found.stats[~keep] = 0
    return keep[found.labels], found
