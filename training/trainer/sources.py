"""What one run learns from and is validated on, put together from the sets of the data folder."""

from dataclasses import dataclass

import numpy as np

from legible.reader.normalise import Convention
from trainer.config import Config
from trainer.data import Digits, load_mnist, split_by_writer
from trainer.model import CLASSES
from trainer.nodigit import draw_shapes, draw_signs
from trainer.pen import Part, draw_strokes, load_strokes, writer_numbers
from trainer.stroke import usual_stroke_px

PEN_FILES = ("unipen/digits", "pendigits/pendigits_train")
# Kept apart from the streams that augment.
_STREAM, _SAMPLE_STREAM = 2_000_003, 2_000_029
# Signs and shapes of the validation part, as a share of those of the training part.
_VALIDATION_NO_DIGITS = 0.1


@dataclass(frozen=True)
class Sources:
    """Three kinds of pictures of one part of the writers; `no_digit` has the label 10."""

    mnist: Digits
    pen: Digits
    no_digit: Digits

    def __len__(self) -> int:
        return len(self.mnist) + len(self.pen) + len(self.no_digit)

    def join(self) -> Digits:
        """All of them, MNIST first."""
        kinds = (self.mnist, self.pen, self.no_digit)
        return Digits(
            np.concatenate([kind.images for kind in kinds]),
            np.concatenate([kind.labels for kind in kinds]),
            np.concatenate([kind.writers for kind in kinds]),
        )


def load_sources(config: Config) -> tuple[Sources, Sources]:
    """The training and validation pictures of a configuration, the same ones every time.

    No writer is on both sides, within a set or across the files of one collection. MNIST's test
    part, USPS, ARDIS, hwd1000, the drawn set and the pictures of real people are in neither.

    Raises:
        DataError: the data folder lacks a set.
    """
    training, validation = split_by_writer(
        load_mnist("train"), config.validation_share, config.seed
    )
    training, validation = training.take(slice(config.limit)), validation.take(slice(config.limit))
    convention = Convention(stroke_px=usual_stroke_px(training.images))
    return (
        Sources(training, *_draw_others("train", config, convention)),
        Sources(validation, *_draw_others("validation", config, convention)),
    )


def load_sample(config: Config, drawn: int) -> tuple[Sources, Sources]:
    """The same MNIST digits, and few drawings by the same writers: takes seconds, not minutes.

    Args:
        config: as of `load_sources`; `pen_variants`, `signs` and `shapes` have no say.
        drawn: training pictures of pen-written digits, and half as many of what is no digit; of
            each a fifth for validation.

    Raises:
        DataError: the data folder lacks a set.
    """
    sides = split_by_writer(load_mnist("train"), config.validation_share, config.seed)
    convention = Convention(stroke_px=usual_stroke_px(sides[0].images[: config.limit]))
    parts: tuple[tuple[Part, int], ...] = (("train", drawn), ("validation", drawn // 5))
    sources = []
    for side, (part, count) in zip(sides, parts, strict=True):
        rng = np.random.default_rng([config.seed, _SAMPLE_STREAM, part == "train"])
        pen = draw_pen_digits(part, convention, 1, rng, limit=count // len(PEN_FILES))
        others = draw_no_digits(part, count * 2 // 5, count // 10, convention, rng)
        sources.append(Sources(side.take(slice(config.limit)), pen, others))
    return sources[0], sources[1]


def draw_pen_digits(
    part: Part,
    convention: Convention,
    variants: int,
    rng: np.random.Generator,
    *,
    limit: int | None = None,
) -> Digits:
    """Every pen-written digit of one part's writers, each with several pens; `limit` of a file."""
    drawn = []
    for name in PEN_FILES:
        samples = load_strokes(name).part(part)
        if limit is not None:
            samples = samples.take(rng.permutation(len(samples))[:limit])
        labels, writers = samples.labels.astype(np.int64), writer_numbers(samples.writers)
        drawn += [
            Digits(draw_strokes(samples, convention, rng), labels, writers) for _ in range(variants)
        ]
    return Digits(
        np.concatenate([each.images for each in drawn]),
        np.concatenate([each.labels for each in drawn]),
        np.concatenate([each.writers for each in drawn]),
    )


def draw_no_digits(
    part: Part, signs: int, shapes: int, convention: Convention, rng: np.random.Generator
) -> Digits:
    """Signs of one part's writers and shapes made by chance, under the label "no digit"."""
    written, _ = draw_signs(part, signs, convention, rng)
    made, _ = draw_shapes(shapes, convention, rng)
    images = np.concatenate([written, made])
    label = np.full(len(images), len(CLASSES) - 1, np.int64)
    return Digits(images, label, np.zeros(len(images), np.int64))


def _draw_others(part: Part, config: Config, convention: Convention) -> tuple[Digits, Digits]:
    training = part == "train"
    rng = np.random.default_rng([config.seed, _STREAM, training])
    share = 1.0 if training else _VALIDATION_NO_DIGITS
    signs, shapes = round(share * config.signs), round(share * config.shapes)
    return (
        draw_pen_digits(part, convention, config.pen_variants if training else 1, rng),
        draw_no_digits(part, signs, shapes, convention, rng),
    )
