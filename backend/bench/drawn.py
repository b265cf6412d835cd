"""The pictures that the benchmarks send, drawn here: no data folder is needed."""

import sys
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.images import draw_text, encode, shade


def draw_cases() -> dict[str, bytes]:
    """A digit, a cell and a sheet: what the service is measured with."""
    sheet = "\n".join("0123456789" for _ in range(10))
    return {
        "digit": encode(draw_text("7", height_px=20, pen_px=3, margin_px=4)),
        "cell": encode(draw_text("245", height_px=20, pen_px=2, margin_px=7, gap=0.2), "JPEG"),
        "sheet": encode(shade(draw_text(sheet, height_px=210, pen_px=16, gap=1.1)), "JPEG"),
    }


def draw_mixed() -> list[bytes]:
    """What people send, all kinds once: 28 pixels to 8 megapixels, five formats, two pages."""
    sheet = "\n".join("0123456789" for _ in range(8))
    large = shade(draw_text(sheet, height_px=170, pen_px=13, gap=1.1))
    page = Image.fromarray(draw_text("04103")).convert("RGB")
    return [
        encode(draw_text("7", height_px=20, pen_px=3, margin_px=4)),
        encode(draw_text("04103")),
        encode(shade(draw_text("42", height_px=300)), "JPEG"),
        encode(draw_text("8"), "WEBP"),
        encode(page, "TIFF"),
        encode(page, "PDF", save_all=True, append_images=[page]),
        encode(255 - draw_text("123\n456")),
        encode(large, "JPEG"),
    ]
