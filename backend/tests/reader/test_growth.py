"""What grows with a page, counted: questions to the networks, and memory."""

import io
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from legible.local import SHIPPED_MODELS
from legible.reader import decode as decoding
from legible.reader.bundle import Bundle, Floats
from legible.reader.decode import decode
from legible.reader.reader import Reader
from tests.images import draw_text, encode

_READ_AND_TELL = """
import sys
from pathlib import Path
from legible.local import SHIPPED_MODELS
from legible.reader.reader import Reader
reading = Reader.open(SHIPPED_MODELS).read(Path(sys.argv[1]).read_bytes())
status = Path("/proc/self/status").read_text().splitlines()
print(reading.text, next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


@pytest.mark.model
@pytest.mark.parametrize(("rows", "most"), [(10, 2), (40, 6)])
def test_networks_are_asked_once_for_many_digits_of_a_page(
    monkeypatch: pytest.MonkeyPatch, rows: int, most: int
) -> None:
    asked: Counter[str] = Counter()
    run = Bundle.run

    def count(bundle: Bundle, batch: Floats) -> Floats:
        asked[bundle.manifest.name] += 1
        return run(bundle, batch)

    reader = Reader.open(SHIPPED_MODELS)
    monkeypatch.setattr(Bundle, "run", count)
    page = draw_text("\n".join(["0123456789"] * rows), height_px=40, pen_px=4)

    reading = reader.read(encode(page))

    assert sum(len(line.symbols) for line in reading.pages[0].lines) == 10 * rows
    assert asked["digit"] == 1
    assert asked.total() <= most


@pytest.mark.model
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="tells memory as Linux does")
def test_a_jpeg_of_100_megapixels_takes_less_than_600_mb(tmp_path: Path) -> None:
    page = Image.new("RGB", (10_000, 10_000), (240, 236, 225))
    number = Image.fromarray(draw_text("04103", height_px=900, pen_px=80))
    page.paste(number, (2_000, 4_000))
    file = tmp_path / "large.jpg"
    page.save(file, "JPEG")

    told = subprocess.run(
        [sys.executable, "-c", _READ_AND_TELL, file], check=True, capture_output=True, text=True
    )

    text, kib = told.stdout.split()
    assert text == "04103"
    assert int(kib) < 600 * 1024


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_large_webp_is_decoded_as_a_small_one_is(
    monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stream = io.BytesIO()
    picture = Image.fromarray(draw_text("42", height_px=200)).convert(mode)
    picture.save(stream, "WEBP", lossless=True, exif=exif)
    (small,) = decode(stream.getvalue())

    monkeypatch.setattr(decoding, "WORK_PIXELS", picture.width * picture.height // 9)
    (large,) = decode(stream.getvalue())

    assert (large.width, large.height) == (small.width, small.height) == picture.size[::-1]
    height, width = large.grey.shape
    expected = Image.fromarray(small.grey).resize((width, height), Image.Resampling.BOX)
    assert np.abs(np.asarray(expected, np.int16) - large.grey).mean() < 3
