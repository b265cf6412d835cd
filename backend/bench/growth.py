"""How the cost of reading grows with a page's size and with the digits on it: `make bench`.

Time is the processor's, of one thread, the least of several turns taken between the pages. Memory
is the most that a fresh process held that read the file, its libraries and networks included.
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.growth_plot import Series, draw_plot
from bench.peer_worker import peak_mb
from legible.local import SHIPPED_MODELS
from legible.reader.reader import Reader
from legible.reader.types import DecodeLimits, ReadOptions
from tests.images import draw_text

_TURNS = 3
_MEGAPIXELS = (0.1, 0.3, 1, 3, 12, 30, 100)
_DIGITS = (1, 10, 100, 300, 1000)
_DIGIT_PX = 60
_MOST_MB, _MOST_RATIO = 600, 12
_ANY_SIZE = ReadOptions(limits=DecodeLimits(max_bytes=2**30))
Row = dict[str, str | None]


def make_sheet(megapixels: float) -> Image.Image:
    """A square page of 100 digits."""
    side = round((megapixels * 1e6) ** 0.5)
    drawn = draw_text("\n".join(["0123456789"] * 10), height_px=210, pen_px=16, gap=1.1)
    way = cv2.INTER_AREA if side < min(drawn.shape) else cv2.INTER_LINEAR
    return Image.fromarray(np.asarray(cv2.resize(drawn, (side, side), interpolation=way), np.uint8))


def make_page(digits: int) -> Image.Image:
    """A page of so many digits of one size, about as wide as high."""
    rows = max(1, round((digits / 1.5) ** 0.5))
    text = ("0123456789" * digits)[:digits]
    each = -(-digits // rows)
    lines = "\n".join(text[at : at + each] for at in range(0, digits, each))
    return Image.fromarray(draw_text(lines, height_px=_DIGIT_PX, pen_px=6, gap=0.6))


def encode(picture: Image.Image, kind: str, **options: object) -> bytes:
    """A file of it."""
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def measure(reader: Reader, files: Sequence[bytes]) -> list[float]:
    """The least milliseconds of each file."""
    best = [float("inf")] * len(files)
    for _ in range(_TURNS):
        for place, file in enumerate(files):
            start = time.process_time()
            reader.read(file, _ANY_SIZE)
            best[place] = min(best[place], (time.process_time() - start) * 1e3)
    return best


def measure_memory(file: bytes) -> float:
    """Megabytes that a fresh process held at most that read a file."""
    with tempfile.NamedTemporaryFile() as stored:
        stored.write(file)
        stored.flush()
        told = subprocess.run(
            [sys.executable, __file__, "--peak-of", stored.name],
            check=True,
            capture_output=True,
            text=True,
        )
    return float(told.stdout)


def report_memory(file: Path) -> None:
    cv2.setNumThreads(1)
    Reader.open(SHIPPED_MODELS).read(file.read_bytes(), _ANY_SIZE)
    print(peak_mb())


def grow_pages(reader: Reader) -> tuple[list[Row], list[Series]]:
    """The same 100 digits on larger and larger pages."""
    files = [encode(make_sheet(each), "JPEG") for each in _MEGAPIXELS]
    times = measure(reader, files)
    memory = [measure_memory(file) for file in files]
    first = _MEGAPIXELS.index(1)
    rows: list[Row] = [
        {
            "case": f"100 digits on {size:g} megapixels, grey JPEG",
            "legible": f"{ms:.0f} ms, peak {mb:.0f} MB",
            "reference": f"1 megapixel: {times[first]:.0f} ms",
            "ratio": f"{ms / times[first]:.1f}",
            "bar": "<= 400 ms" if size == 12 else None,
        }
        for size, ms, mb in zip(_MEGAPIXELS, times, memory, strict=True)
    ]
    return rows, [
        Series("ms", "megapixels of a page of 100 digits", _MEGAPIXELS, times),
        Series("MB at most", "megapixels of a page of 100 digits", _MEGAPIXELS, memory),
    ]


def grow_digits(reader: Reader) -> tuple[list[Row], list[Series]]:
    """More and more digits of the same size."""
    times = measure(reader, [encode(make_page(each), "JPEG") for each in _DIGITS])
    hundred = times[_DIGITS.index(100)]
    rows: list[Row] = [
        {
            "case": f"{digits:,} digits of {_DIGIT_PX} px on a page",
            "legible": f"{ms:.1f} ms, {ms / digits:.2f} a digit",
            "reference": f"100 digits: {hundred:.1f} ms",
            "ratio": f"{ms / hundred:.2f}",
            "bar": f"<= {_MOST_RATIO} x" if digits == 1000 else None,
        }
        for digits, ms in zip(_DIGITS, times, strict=True)
    ]
    return rows, [Series("ms", f"digits of {_DIGIT_PX} px on a page", _DIGITS, times)]


def weigh_formats() -> list[Row]:
    """The memory that the largest files of each kind take."""
    sheet = make_sheet(100)
    colour = Image.merge("RGB", [sheet, sheet, sheet.point(lambda level: level * 9 // 10)])
    smaller = colour.resize((8300, 8300))
    files = {
        "100 megapixels, JPEG": encode(colour, "JPEG"),
        "69 megapixels, progressive JPEG": encode(smaller, "JPEG", progressive=True),
        "100 megapixels, PNG": encode(colour, "PNG", compress_level=1),
        "100 megapixels, TIFF": encode(colour, "TIFF", compression="tiff_lzw"),
        "100 megapixels, WebP": encode(colour, "WEBP", quality=50, method=0),
        "100 megapixels, a page of a PDF": encode(colour, "PDF"),
    }
    return [
        {
            "case": f"{name}, in colour",
            "legible": f"peak {measure_memory(file):.0f} MB",
            "reference": f"a bare Python process that holds its pixels: {_bare_mb(name):.0f} MB",
            "ratio": "",
            "bar": f"<= {_MOST_MB} MB" if name.endswith("s, JPEG") else None,
        }
        for name, file in files.items()
    ]


def _bare_mb(name: str) -> float:
    """Three bytes for each pixel."""
    return 3 * float(name.split(maxsplit=1)[0]) * 1e6 / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="file for the rows")
    parser.add_argument("--plot", type=Path, help="file for the plot, an SVG")
    parser.add_argument("--peak-of", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak_of is not None:
        report_memory(options.peak_of)
        return
    cv2.setNumThreads(1)
    reader = Reader.open(SHIPPED_MODELS)
    page_rows, page_series = grow_pages(reader)
    digit_rows, digit_series = grow_digits(reader)
    rows = [*page_rows, *digit_rows, *weigh_formats()]
    for row in rows:
        print(f"{row['case']:46}{row['legible']:28}{row['reference']:60}{row['ratio']:>6}")
    if options.plot is not None:
        options.plot.write_text(draw_plot([*page_series, *digit_series]), encoding="utf-8")
    if options.json is not None:
        told = {"title": "How the cost of reading grows, one thread", "rows": rows}
        options.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
