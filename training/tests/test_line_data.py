import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from legible.reader.line import Floats
from trainer import line_data
from trainer.cells import load_cells
from trainer.hand import (
    HEIGHT_PX,
    Canvas,
)
from trainer.line_config import LINE_PRESETS, LineConfig
from trainer.line_data import Composer, compose_lines, split_strings
from trainer.line_model import SYMBOLS
from trainer.pen import Part, PenStrokes, load_strokes

CONFIG = LINE_PRESETS["line-smoke"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")
STROKE_FILES = ("unipen/digits", "unipen/symbols", "unipen/strings", "pendigits/pendigits_train")


@pytest.fixture(scope="module")
def composer(made_mnist: Path) -> Composer:
    return Composer("train", CONFIG, made_mnist)


@pytest.fixture
def boxes(tiny_mnist: Path) -> Composer:
    """A composer whose writers draw a box for any digit: one piece of ink each."""
    count = 400
    box = np.array([(0, 0), (600, 0), (600, 1000), (0, 1000), (0, 0)], np.int16)
    for name in ("unipen/digits", "pendigits/pendigits_train", "unipen/strings"):
        np.savez(
            tiny_mnist / f"{name}.npz",
            points=np.tile(box, (count, 1)),
            stroke_start=np.arange(0, 5 * count, 5, dtype=np.int32),
            sample_start=np.arange(count, dtype=np.int32),
            label=np.array([str(place % 10) for place in range(count)]),
            writer=np.array([f"w-{place // 10:03}" for place in range(count)]),
        )
    return Composer("train", CONFIG, tiny_mnist)


def pieces(row: Canvas) -> list[int]:
    """The widths of the pieces of ink, from left to right."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((row > 0.2).astype(np.uint8), connectivity=8)
    inked = stats[1:]
    return [int(wide) for wide in inked[inked[:, cv2.CC_STAT_LEFT].argsort(), cv2.CC_STAT_WIDTH]]


def some_lines(composer: Composer, count: int = 40, seed: int = 1) -> list[tuple[Floats, str]]:
    rng = np.random.default_rng(seed)
    return [composer.compose(rng) for _ in range(count)]


def only(kind: str) -> LineConfig:
    """The smoke preset with lines of one kind alone."""
    shares: dict[str, Any] = {
        share: float(share == kind)
        for share in ("pen_share", "mnist_share", "strings_share", "nothing_share")
    }
    return replace(CONFIG, **shares)


def test_lines_are_composed_as_the_network_takes_them(composer: Composer) -> None:
    for line, text in some_lines(composer, 120):
        assert line.dtype == np.float32
        assert line.shape[0] == 32
        assert line.shape[1] % 4 == 0
        assert 0 <= line.min() <= line.max() <= 1
        assert set(text) <= set(SYMBOLS)
        assert line.max() > 0.5 or not text


def test_some_lines_say_nothing(composer: Composer) -> None:
    empty = sum(not text for _, text in some_lines(composer, 300))

    assert 4 <= empty <= 45


def test_longer_texts_make_wider_lines(composer: Composer) -> None:
    lines = some_lines(composer, 200)

    short, middling, long = (
        np.mean([line.shape[1] for line, text in lines if least <= len(text) <= most])
        for least, most in ((1, 2), (4, 5), (7, 12))
    )
    assert short < middling < long


@pytest.mark.parametrize("kind", ["pen_share", "mnist_share", "strings_share", "nothing_share"])
def test_each_source_alone_makes_lines(kind: str, made_mnist: Path) -> None:
    alone = Composer("validation", only(kind), made_mnist)

    texts = {text for _, text in some_lines(alone, 12)}

    if kind == "nothing_share":
        assert texts == {""}
    elif kind == "strings_share":
        assert texts <= {"12", "3.4", "-5", "078", "6,91"}
    else:
        assert "" not in texts


def test_whole_strings_say_what_their_label_says(composer: Composer, made_mnist: Path) -> None:
    labels = load_strokes("unipen/strings", made_mnist).part("train").labels
    rng = np.random.default_rng(1)

    assert composer.strings == len(labels)
    for place in range(composer.strings):
        row, text, _ = composer.draw_string(place, rng)
        assert row.shape[0] == HEIGHT_PX
        assert row.max() > 0.5
        assert text == labels[place]


@pytest.mark.parametrize(("count", "joined"), [(5, 2), (5, 3), (4, 4), (6, 1), (3, 0)])
def test_a_run_of_digits_joins_and_the_others_stand_apart(
    count: int, joined: int, boxes: Composer
) -> None:
    rng = np.random.default_rng(7)

    for _ in range(40):
        row, text = boxes.touching(count, joined, rng)
        widths = pieces(row)
        assert row.shape[0] == HEIGHT_PX
        assert len(text) == count
        assert text.isdigit()
        assert len(widths) == count - max(joined - 1, 0)
        if 1 < joined < count:
            # One piece is as wide as the whole run, the others are single boxes.
            assert sorted(widths)[-2] < 1.5 * min(widths) < max(widths)


def test_lines_are_the_same_for_the_same_seed(composer: Composer, made_mnist: Path) -> None:
    first, again = some_lines(composer), some_lines(Composer("train", CONFIG, made_mnist))

    for (line, text), (same_line, same_text) in zip(first, again, strict=True):
        assert text == same_text
        np.testing.assert_array_equal(line, same_line)


def test_lines_are_the_same_from_one_process_and_from_two(
    tiny_mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Four tasks or more go to workers.
    monkeypatch.setattr(line_data, "_CHUNK", 5)

    alone, together = (compose_lines("train", 18, CONFIG, workers=count) for count in (1, 2))
    at_home = compose_lines("train", 15, CONFIG)

    assert len(alone) == len(together) == 18
    assert list(alone.texts) == list(together.texts)
    assert list(at_home.texts) == list(alone.texts)[:15]
    for one, other in zip(alone.pictures, together.pictures, strict=True):
        assert one.dtype == np.uint8
        np.testing.assert_array_equal(one, other)
    for one, other in zip(at_home.pictures, alone.pictures[:15], strict=True):
        np.testing.assert_array_equal(one, other)


def test_parts_and_seeds_give_other_lines(tiny_mnist: Path) -> None:
    drawn = [tuple(compose_lines(part, 8, CONFIG).texts) for part in PARTS]
    drawn.append(tuple(compose_lines("train", 8, replace(CONFIG, seed=1)).texts))

    assert len(set(drawn)) == 4


@pytest.mark.data
def test_no_writer_and_no_cell_is_on_two_sides(real_mnist: Path) -> None:
    for name in STROKE_FILES:
        sides = [set(load_strokes(name, real_mnist).part(part).writers.tolist()) for part in PARTS]
        assert all(sides)
        assert len(set.union(*sides)) == sum(map(len, sides))

    config = LINE_PRESETS["line"]
    writers = [
        set(Composer(part, config, real_mnist)._pictures._digits.writers.tolist()) for part in PARTS
    ]
    assert len(set.union(*writers)) == sum(map(len, writers))


@pytest.mark.data
def test_every_real_cell_is_a_text_of_symbols_and_no_group_is_on_two_sides(
    real_mnist: Path,
) -> None:
    with (real_mnist / "clinic_cells" / "labels.csv").open(encoding="utf-8", newline="") as rows:
        cells = list(csv.DictReader(rows))
    groups = {f"clinic_cells/{cell['file']}": cell["group"] for cell in cells}
    assert len(groups) == len(cells) > 4000
    assert set("".join(cell["text"] for cell in cells)) <= set(SYMBOLS)

    sides = [load_cells(part, real_mnist, limit=60) for part in PARTS]
    held = [{groups[file] for file in side.files} for side in sides]
    assert len(set.union(*held)) == sum(map(len, held))
    assert {line.shape[0] for side in sides for line in side.lines} == {32}


def test_strings_are_split_where_the_pen_left_paper() -> None:
    stroke = np.array([(0, 0), (10, 90)], np.int16)

    def at(*lefts: int) -> list[Any]:
        return [stroke + np.array([left, 0], np.int16) for left in lefts]

    # Three strokes of two digits, the middle one over the first; two strokes of three digits.
    strings = PenStrokes(
        [at(0, 5, 40), at(0, 40)], np.array(["47", "123"]), np.array(["w-1", "w-2"])
    )

    split = split_strings(strings)

    assert split.labels.tolist() == ["4", "7"]
    assert split.writers.tolist() == ["w-1", "w-1"]
    assert [len(strokes) for strokes in split.strokes] == [2, 1]
