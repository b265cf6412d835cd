"""Every hyper-parameter, once, with its reason. A preset is one immutable `Config`."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Augmentation:
    """How far a training digit may wander from the one in the data set.

    Lengths are pixels of the 28 px picture. Each digit draws one strength in 0..1 that multiplies
    the geometric ranges, so that nearly untouched digits stay common.
    """

    # People slant more than MNIST's writers; beyond 20 degrees a 1 and a 7 begin to mix.
    rotation_deg: float = 16.0
    # Horizontal shear, the tangent of the slant.
    shear: float = 0.3
    # Log of the size: exp(+-0.15) of the 20 px box is 17 to 23 px.
    log_scale: float = 0.15
    # Log of width over height; hurried writing is narrow or wide.
    log_aspect: float = 0.2
    # The normaliser centres by mass; specks and cut-off tails still move it.
    shift_px: float = 2.0
    # Amplitude of the elastic field (Simard et al., ICDAR 2003), a coarse random grid made smooth.
    elastic_px: float = 1.7
    # Control points per side of that grid: 6 bends strokes, more would only crinkle them.
    elastic_grid: int = 6
    # Share of digits whose stroke is thickened, and the same share thinned.
    thickness_share: float = 0.2
    # Share blurred, as defocus and scaling down do, up to this standard deviation in pixels.
    blur_share: float = 0.15
    blur_px: float = 1.2
    # Share reduced to a few pixels a side and enlarged again, as thumbnails are.
    low_resolution_share: float = 0.1
    low_resolution_px: tuple[int, ...] = (9, 11, 13, 16, 20)
    # Share with another gamma (log range) and peak (1 down to `faintest`): pens and lamps differ.
    contrast_share: float = 0.3
    log_gamma: float = 0.6
    faintest: float = 0.5
    # Share crossed by a straight line of this width (least, most), dark or white.
    line_share: float = 0.05
    line_px: tuple[float, float] = (0.5, 2.5)
    # Share sent through JPEG, at a quality between this and 90.
    jpeg_share: float = 0.05
    jpeg_worst: int = 20
    # Share with additive Gaussian noise, of a standard deviation up to this.
    noise_share: float = 0.25
    noise_sigma: float = 0.65
    # Share with additive uniform noise, up to this to either side.
    uniform_share: float = 0.04
    uniform_half: float = 0.6
    # Share with salt and pepper, on up to this share of the pixels.
    salt_share: float = 0.05
    salt_amount: float = 0.6


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
    # Drawings of pen-written digits made once, and drawn from them in each epoch.
    pen_variants: int = 2
    pen_share: float = 0.24
    # The same for what is no digit: letters and symbols, and shapes made by chance. Shares are of
    # the number of MNIST digits; together they are about a seventh of what is seen.
    signs: int = 36_000
    shapes: int = 9_000
    no_digit_share: float = 0.19
    # Arithmetic of the training step, a Keras dtype policy, or "auto": bfloat16 is up to 1.7 times
    # as fast where the processor has it, and a tenth as fast where not (`trainer.precision`).
    # Weights, averages and everything measured or shipped are float32 all the same.
    precision: str = "auto"
    # Side of the first convolution in pixels: 5 averages noise away sooner than 3.
    first_px: int = 5
    # Channels of the convolutions at 24, 11, 9 and 4 px. Multiples of 16 fill a vector register.
    channels: tuple[int, int, int, int] = (16, 32, 64, 96)
    # Width of the hidden dense layer.
    hidden: int = 128
    # Dropped before each dense layer.
    dropout: float = 0.3
    # Version in models/teacher whose answers are learned beside the labels; None = labels only.
    teacher: str | None = None
    # Weight of the teacher's answers against the labels, and the temperature that softens both
    # networks' answers (Hinton, Vinyals & Dean 2015): small chances tell more than the large one.
    teacher_weight: float = 0.5
    teacher_temperature: float = 2.0
    epochs: int = 48
    # Stops when the validation loss has not fallen for so many epochs; None = never.
    patience: int | None = 12
    batch: int = 128
    # "adamw", "adam", "rmsprop" or "sgd" (with Nesterov's momentum).
    optimiser: str = "adamw"
    # The highest rate that stayed smooth in trials with AdamW. RMSprop wants a third of it.
    learning_rate: float = 3e-3
    weight_decay: float = 2e-2
    # Share of all steps in which the rate climbs from zero.
    warmup_share: float = 0.03
    # Then "cosine" to zero, or "constant".
    schedule: str = "cosine"
    # Doubt about the label is left out: it makes the sure answers less sure than they should be.
    label_smoothing: float = 0.0
    # The served weights are a moving average over about 1 / (1 - decay) steps.
    ema_decay: float = 0.9985
    # It follows every so many steps, in one longer stride: each costs a tenth of a step.
    ema_every: int = 5
    augmentation: Augmentation = field(default_factory=Augmentation)

    def to_dict(self) -> dict[str, Any]:
        """The configuration as plain JSON values."""
        return asdict(self)


_DIGIT = Config(preset="digit", teacher="1.0.0")

PRESETS: dict[str, Config] = {
    "digit": _DIGIT,
    # Four times the arithmetic, slow to serve: what the served network learns from. It is asked
    # about digits before they are spoiled, so it never has to learn noise, blur or rulings.
    "teacher": replace(
        _DIGIT,
        preset="teacher",
        teacher=None,
        channels=(32, 64, 96, 128),
        hidden=256,
        epochs=44,
        augmentation=Augmentation(
            rotation_deg=18.0,
            log_scale=0.16,
            log_aspect=0.22,
            shift_px=2.4,
            elastic_px=1.8,
            blur_share=0.0,
            low_resolution_share=0.0,
            contrast_share=0.0,
            line_share=0.0,
            jpeg_share=0.0,
            noise_share=0.0,
            uniform_share=0.0,
            salt_share=0.0,
        ),
    ),
    # One tiny step of everything: proves the path, reads nothing well.
    "smoke": replace(
        _DIGIT,
        preset="smoke",
        limit=256,
        teacher=None,
        signs=64,
        shapes=32,
        channels=(8, 8, 8, 8),
        hidden=16,
        epochs=1,
        batch=64,
    ),
}
