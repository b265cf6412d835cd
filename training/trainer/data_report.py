"""What is in the data folder: counts, balance, copies across splits, and pictures to look at."""

import json
import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.normalise import Convention
from trainer.config import PRESETS, Config
from trainer.data import STROKE_FILES, Digits, data_folder, load_mnist, split_by_writer
from trainer.data_page import sheet_file, write_data_page
from trainer.duplicates import COPY, describe_nearest, find_nearest, stranger_rates
from trainer.model import CLASSES
from trainer.outside import load_outside
from trainer.pen import Part
from trainer.pictures import TEXT_SETS, TextPicture, load_text_set, part_pictures
from trainer.sheets import contact_sheet, mean_sheet, pair_sheet, text_sheet
from trainer.sources import load_sources

_PARTS: tuple[Part, ...] = ("train", "validation", "test")
# Names of sets that are drawn from pen strokes begin so.
_DRAWN = ("pen", "unipen")
_log = logging.getLogger(__name__)


def report_data(out: Path, config: Config = PRESETS["digit"]) -> dict[str, Any]:
    """Count the sets, look for copies across splits and draw a sheet of each set.

    Args:
        out: folder of the report, made if missing: `index.html`, `report.json` and the sheets as
            PNG. Some sets may not be published, nor pictures of them: keep the folder out of
            repositories.
        config: what the training and validation parts are put together by.

    Returns:
        JSON values. `sets`, by name: `n`, `classes` (count of each label), `writers`; 0 where
        they are not told apart. `texts`, by name: `n`, `groups`, `kinds`, `signs` (count of each),
        `longest`, `parts` (pictures by part). `copies`: the distance that counts as `near`, the
        `controls` (`near` and `n` by label), and `pairs`: for each set of digits that is not
        learned and each that is, `describe_nearest`'s values and the `control` they are held
        against. Sets that the data folder lacks are left out.

    Raises:
        DataError: the data folder lacks MNIST, or holds something damaged.
    """
    out.mkdir(parents=True, exist_ok=True)
    learned, kept_apart = _load(config)
    found: dict[str, Any] = {"sets": {}, "texts": {}}
    for name, digits in {**learned, **kept_apart}.items():
        found["sets"][name] = _count(digits)
        _write(out, name, contact_sheet(digits))
        _write(out, f"{name} mean", mean_sheet(digits))
    for name, pictures in _texts():
        found["texts"][name] = _count_texts(pictures)
        _write(out, f"{name} numbers", text_sheet(pictures))
    found["copies"] = _compare(out, learned, kept_apart)
    (out / "report.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    write_data_page(out / "index.html", found)
    return found


def _load(config: Config) -> tuple[dict[str, Digits], dict[str, Digits]]:
    """The sets of digits that networks learn from, and all others."""
    test = load_mnist("test").take(slice(config.limit))
    if all((data_folder() / name).is_file() for name in STROKE_FILES):
        training, validation = load_sources(config)
        learned = {
            "mnist training": training.mnist,
            "pen training": training.pen,
            "no digit training": training.no_digit,
        }
        kept_apart = {
            "mnist validation": validation.mnist,
            "pen validation": validation.pen,
            "no digit validation": validation.no_digit,
        }
    else:
        # A data folder with the downloaded MNIST alone.
        parts = split_by_writer(load_mnist("train"), config.validation_share, config.seed)
        learned, kept_apart = {"mnist training": parts[0]}, {"mnist validation": parts[1]}
    return learned, {**kept_apart, "mnist test": test, **dict(load_outside(Convention()))}


def _texts() -> Iterator[tuple[str, list[TextPicture]]]:
    for name in TEXT_SETS:
        if (data_folder() / name).is_dir() or (data_folder() / f"{name}.npz").is_file():
            yield name, load_text_set(name)


def _count(digits: Digits) -> dict[str, Any]:
    writers = len(np.unique(digits.writers))
    return {
        "n": len(digits),
        "classes": np.bincount(digits.labels, minlength=len(CLASSES)).tolist(),
        "writers": writers if writers > 1 else 0,
    }


def _count_texts(pictures: list[TextPicture]) -> dict[str, Any]:
    signs = Counter("".join(picture.text for picture in pictures).replace("\n", ""))
    return {
        "n": len(pictures),
        "groups": len({picture.group for picture in pictures}),
        "kinds": dict(Counter(picture.kind for picture in pictures)),
        "signs": dict(sorted(signs.items())),
        "longest": max(len(row) for picture in pictures for row in picture.text.split("\n")),
        "parts": {part: len(part_pictures(pictures, part)) for part in _PARTS},
    }


def _compare(
    out: Path, learned: dict[str, Digits], kept_apart: dict[str, Digits]
) -> dict[str, Any]:
    controls = {
        kind: stranger_rates(learned[f"{kind} training"], len(CLASSES))
        for kind in ("mnist", "pen")
        if f"{kind} training" in learned
    }
    pairs = {}
    for name, digits in kept_apart.items():
        if name.startswith("no digit"):
            # Shapes made by chance, and signs whose writers are not told: there is no control.
            continue
        for source, among in learned.items():
            # Drawn strokes lack the roughness of scanned ink, so strangers' come nearer.
            control = "pen" if name.startswith(_DRAWN) and source.startswith(_DRAWN) else "mnist"
            nearest = find_nearest(digits.images, among.images)
            pair = f"{name} in {source}"
            told = describe_nearest(digits.labels, nearest, controls[control])
            pairs[pair] = {"control": control, **told}
            _write(out, f"{pair} closest", pair_sheet(digits, among, nearest))
            _log.info("%s: %d suspects", pair, told["suspects"])
    return {
        "below": COPY,
        "controls": {
            kind: [{"near": near, "n": compared} for near, compared in control]
            for kind, control in controls.items()
        },
        "pairs": pairs,
    }


def _write(out: Path, name: str, sheet: NDArray[np.uint8]) -> None:
    (out / sheet_file(name)).write_bytes(cv2.imencode(".png", sheet)[1].tobytes())
