from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from legible.reader.normalise import Convention
from trainer.config import PRESETS
from trainer.data import DataError
from trainer.nodigit import LOOKALIKE_LETTERS, LOOKALIKE_SYMBOLS, draw_shapes, load_signs
from trainer.pen import Part, PenStrokes, draw_strokes, load_strokes, part_of
from trainer.sources import load_sources

FILES = ("unipen/digits", "unipen/upper", "unipen/lower", "unipen/symbols")


def a_sample(*strokes: list[tuple[int, int]]) -> PenStrokes:
    paths = [np.array(stroke, np.int16) for stroke in strokes]
    return PenStrokes([paths], np.array(["1"]), np.array(["w-001"]))


def draw(samples: PenStrokes, seed: int = 1) -> np.ndarray:
    return draw_strokes(samples, Convention(), np.random.default_rng(seed))


def test_samples_get_the_strokes_that_are_theirs(tiny_mnist: Path) -> None:
    samples = load_strokes("unipen/digits")

    with np.load(tiny_mnist / "unipen" / "digits.npz") as kept:
        points = kept["points"]
    assert len(samples) == 120
    assert {len(strokes) for strokes in samples.strokes} == {2}
    drawn = np.concatenate([stroke for strokes in samples.strokes for stroke in strokes])
    np.testing.assert_array_equal(drawn, points)


def test_loading_strokes_says_what_to_set_when_the_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Set LEGIBLE_DATA"):
        load_strokes("unipen/digits", tmp_path)


def test_a_writer_is_in_the_same_part_in_every_file(tiny_mnist: Path) -> None:
    parts = [
        {writer for name in FILES for writer in load_strokes(name).part(part).writers}
        for part in get_args(Part)
    ]

    train, validation, test = parts
    assert all(parts)
    assert not train & validation
    assert not (train | validation) & test


def test_about_a_tenth_of_the_writers_is_kept_for_each_of_validation_and_test() -> None:
    parts = [part_of(f"writer-{number}") for number in range(5000)]

    assert parts.count("validation") / 5000 == pytest.approx(0.1, abs=0.02)
    assert parts.count("test") / 5000 == pytest.approx(0.1, abs=0.02)


def test_a_level_stroke_is_drawn_level_and_twenty_pixels_long() -> None:
    (image,) = draw(a_sample([(0, 0), (500, 0), (1000, 0)]))[..., 0]

    assert (image.max(axis=0) > 0.5).sum() == 20
    assert (image.max(axis=1) > 0.5).sum() <= 6


def test_y_points_down() -> None:
    (image,) = draw(a_sample([(0, 0), (0, 1000)], [(0, 1000), (600, 1000)]))[..., 0]

    inked = (image > 0.5).sum(axis=1)
    rows = np.flatnonzero(inked)
    assert inked.argmax() > rows.mean()


@pytest.mark.parametrize("points", [[(5, 5)], [(5, 5), (5, 5)], [(0, 0), (1, 0)]])
def test_a_dot_is_drawn(points: list[tuple[int, int]]) -> None:
    assert draw(a_sample(points)).max() > 0.5


def test_pens_differ() -> None:
    stroke = a_sample([(0, 0), (0, 1000)])

    inks = [float(draw(stroke, seed).sum()) for seed in range(20)]

    assert max(inks) > 1.8 * min(inks)


def test_signs_written_like_digits_are_left_out(tiny_mnist: Path) -> None:
    labels = set(load_signs("train").labels) | set(load_signs("test").labels)

    assert {"A", "e", "#"} <= labels
    assert not labels & (LOOKALIKE_LETTERS | LOOKALIKE_SYMBOLS)


def test_signs_written_like_digits_come_alone_when_asked_for(tiny_mnist: Path) -> None:
    labels = set(load_signs("train", lookalikes=True).labels)

    assert labels == {"B", "O", "l", "|", ","}


def test_shapes_are_pictures_of_ink_on_paper() -> None:
    images, kinds = draw_shapes(60, Convention(), np.random.default_rng(1))

    assert images.shape == (60, 28, 28, 1)
    assert images.dtype == np.float32
    assert ((images >= 0) & (images <= 1 + 1e-5)).all()
    assert images[kinds != "blank"].max(axis=(1, 2, 3)).min() > 0.3
    assert {"scribble", "bars", "grid", "blob", "box", "blank"} == set(kinds)


def test_no_writer_is_in_training_and_validation(tiny_mnist: Path) -> None:
    training, validation = load_sources(PRESETS["smoke"])

    for kind in ("mnist", "pen"):
        assert not set(getattr(training, kind).writers) & set(getattr(validation, kind).writers)
    assert set(training.no_digit.labels) == {10}
    assert set(training.pen.labels) <= set(range(10))


def test_sources_are_the_same_every_time(tiny_mnist: Path) -> None:
    first, again = (load_sources(PRESETS["smoke"])[0].join() for _ in range(2))

    np.testing.assert_array_equal(first.images, again.images)
