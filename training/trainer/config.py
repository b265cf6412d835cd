"""Every hyper-parameter, once, with its reason. A preset is one immutable `Config`."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Augmentation:
    """How far a training digit may wander from the one in the data set.

    Lengths are pixels of the 28 px picture. Each digit draws one strength in 0..1 that multiplies
    the geometric ranges, so that nearly untouched digits stay common.
    """

    # People slant more than MNIST's writers; beyond 15 degrees a 1 and a 7 begin to mix.
    rotation_deg: float = 15.0
    # Horizontal shear, the tangent of the slant.
    shear: float = 0.3
    # Log of the size: exp(+-0.15) of the 20 px box is 17 to 23 px.
    log_scale: float = 0.15
    # Log of width over height; hurried writing is narrow or wide.
    log_aspect: float = 0.2
    # The normaliser centres by mass; specks and cut-off tails still move it.
    shift_px: float = 2.0
    # Amplitude of the elastic field (Simard et al., ICDAR 2003), a coarse random grid made smooth.
    elastic_px: float = 1.6
    # Control points per side of that grid: 6 bends strokes, more would only crinkle them.
    elastic_grid: int = 6
    # Share of digits whose stroke is thickened, and the same share thinned.
    thickness_share: float = 0.25
    # Share blurred, as defocus and scaling down do, up to this standard deviation in pixels.
    blur_share: float = 0.2
    blur_px: float = 1.2
    # Share reduced to a few pixels a side and enlarged again, as thumbnails are.
    low_resolution_share: float = 0.15
    low_resolution_px: tuple[int, ...] = (9, 11, 13, 16, 20)
    # Share with another gamma (log range) and peak (1 down to `faintest`): pens and lamps differ.
    contrast_share: float = 0.4
    log_gamma: float = 0.6
    faintest: float = 0.5
    # Share with additive Gaussian noise, of a standard deviation up to this.
    noise_share: float = 0.15
    noise_sigma: float = 0.55


@dataclass(frozen=True)
class Config:
    """One training run."""

    preset: str
    # Seeds the split, the weights, the order, the dropout and the augmentation.
    seed: int = 20260131
    # Share of the training digits kept for validation, whole writers at a time.
    validation_share: float = 0.1
    # Digits used of each part; None = all. Only the smoke preset limits them.
    limit: int | None = None
    # Channels of the convolutions at 28, 12 and 4 px. Multiples of 16 fill a vector register.
    channels: tuple[int, int, int] = (16, 48, 64)
    # Width of the hidden dense layer.
    hidden: int = 128
    # Dropped before each dense layer.
    dropout: float = 0.3
    epochs: int = 40
    batch: int = 128
    # AdamW: the highest rate that stays smooth with batch normalisation at this batch size.
    learning_rate: float = 3e-3
    weight_decay: float = 2e-3
    # Share of all steps in which the rate climbs from zero, before the cosine to zero.
    warmup_share: float = 0.03
    # A little doubt about the label: a few of MNIST's are wrong.
    label_smoothing: float = 0.03
    # The served weights are a moving average over about 1 / (1 - decay) steps.
    ema_decay: float = 0.9985
    augmentation: Augmentation = field(default_factory=Augmentation)

    def to_dict(self) -> dict[str, Any]:
        """The configuration as plain JSON values."""
        return asdict(self)


_DIGIT = Config(preset="digit")

PRESETS: dict[str, Config] = {
    "digit": _DIGIT,
    # One tiny step of everything: proves the path, reads nothing well.
    "smoke": replace(
        _DIGIT, preset="smoke", limit=256, channels=(8, 8, 8), hidden=16, epochs=1, batch=64
    ),
}
