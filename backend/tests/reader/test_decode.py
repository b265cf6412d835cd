"""Every format, every way a file can be bad."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from legible.reader.decode import WORK_PIXELS, decode, show_page
from legible.reader.errors import (
    NotAnImage,
    NothingWritten,
    ReadError,
    TooLarge,
    TooManyPages,
    Truncated,
    UnsupportedFormat,
)
from legible.reader.types import DecodeLimits
from tests.images import draw_text, encode

PAGE = draw_text("42", height_px=60, pen_px=6)
RGB = Image.fromarray(PAGE).convert("RGB")
ONE_BIT = Image.fromarray(PAGE).convert("1", dither=Image.Dither.NONE)


def _heif(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    pillow_heif.from_pillow(picture).save(stream, quality=95)
    return stream.getvalue()


def _sixteen_bit() -> bytes:
    return encode(Image.fromarray(PAGE.astype(np.uint16) * 16), "PNG")


FORMATS: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: encode(RGB, "JPEG", quality=95),
    "jpeg grey": lambda: encode(PAGE, "JPEG", quality=95),
    "jpeg progressive": lambda: encode(RGB, "JPEG", quality=95, progressive=True),
    "jpeg cmyk": lambda: encode(RGB.convert("CMYK"), "JPEG", quality=95),
    "png": lambda: encode(RGB),
    "png palette": lambda: encode(RGB.quantize(16)),
    "png one bit": lambda: encode(ONE_BIT),
    "png sixteen bit": _sixteen_bit,
    "png interlaced grey": lambda: encode(PAGE),
    "webp": lambda: encode(RGB, "WEBP", lossless=True),
    "gif": lambda: encode(RGB, "GIF"),
    "bmp": lambda: encode(RGB, "BMP"),
    "tiff": lambda: encode(RGB, "TIFF"),
    "tiff deflated": lambda: encode(PAGE, "TIFF", compression="tiff_deflate"),
    "tiff fax": lambda: encode(ONE_BIT, "TIFF", compression="group4"),
    "tiff cmyk": lambda: encode(RGB.convert("CMYK"), "TIFF"),
    "avif": lambda: encode(RGB, "AVIF", quality=90),
    "heic": lambda: _heif(RGB),
}


@pytest.mark.parametrize("name", FORMATS)
def test_decode_gives_the_same_page_whatever_the_format(name: str) -> None:
    (page,) = decode(FORMATS[name]())

    assert page.grey.dtype == np.uint8
    assert (page.width, page.height) == (PAGE.shape[1], PAGE.shape[0])
    same_ink = (page.grey < 128) == (PAGE < 128)
    assert same_ink.mean() > 0.985


def test_decode_draws_pdf_pages_with_at_least_200_dpi() -> None:
    pages = [Image.fromarray(PAGE).convert("RGB")] * 3
    data = encode(pages[0], "PDF", save_all=True, append_images=pages[1:], resolution=100)

    decoded = list(decode(data))

    assert len(decoded) == 3
    assert decoded[0].width == pytest.approx(PAGE.shape[1] * 2, abs=2)
    assert (decoded[2].grey < 128).mean() == pytest.approx((PAGE < 128).mean(), rel=0.1)


def test_decode_reads_all_pages_of_a_tiff_in_order() -> None:
    pages = [Image.fromarray(np.full((40, 30 + 10 * n), 50 * n, np.uint8)) for n in range(4)]
    data = encode(pages[0], "TIFF", save_all=True, append_images=pages[1:])

    assert [(p.width, int(p.grey[0, 0])) for p in decode(data)] == [
        (30, 0),
        (40, 50),
        (50, 100),
        (60, 150),
    ]
    assert [p.width for p in decode(data, page=2)] == [50]
    assert list(decode(data, page=4)) == []


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_decode_takes_the_first_frame_of_an_animation(kind: str) -> None:
    frames = [Image.fromarray(frame).convert("RGB") for frame in (PAGE, 255 - PAGE)]
    data = encode(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)

    (page,) = decode(data)

    assert page.grey[0, 0] > 200


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_decode_turns_a_page_upright_as_its_exif_says(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    as_stored = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}[orientation]
    stored = Image.fromarray(PAGE)
    transpositions = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    if as_stored in transpositions:
        stored = stored.transpose(transpositions[as_stored])
    data = encode(stored.convert("RGB"), kind, exif=exif)

    (page,) = decode(data)

    assert (page.width, page.height) == (PAGE.shape[1], PAGE.shape[0])
    assert ((page.grey < 128) == (PAGE < 128)).mean() > 0.98


@pytest.mark.parametrize("orientation", [0, 9, 255])
def test_decode_ignores_an_invalid_orientation(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation

    (page,) = decode(encode(RGB, "JPEG", exif=exif))

    assert (page.width, page.height) == RGB.size


@pytest.mark.parametrize("ink", [0, 255])
@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_decode_lays_a_transparent_drawing_on_what_shows_its_ink(mode: str, ink: int) -> None:
    alpha = Image.fromarray(255 - PAGE).point(lambda v: 255 if v > 128 else 0)
    drawing = Image.new(mode, RGB.size, (ink, ink, ink, 0) if mode == "RGBA" else (ink, 0))
    drawing.putalpha(alpha)

    (page,) = decode(encode(drawing))

    inked = np.asarray(alpha) > 0
    assert abs(float(page.grey[inked].mean()) - float(page.grey[~inked].mean())) > 200


def test_decode_keeps_transparent_corners_of_a_photo_from_becoming_ink() -> None:
    photo = RGB.convert("RGBA")
    alpha = Image.new("L", photo.size, 255)
    alpha.paste(0, (0, 0, 20, 20))
    photo.putalpha(alpha)

    (page,) = decode(encode(photo))

    assert page.grey[:20, :20].min() > 200


def test_decode_shows_red_ink_on_green_paper_of_the_same_brightness() -> None:
    colours = np.where(PAGE[..., None] < 128, (200, 60, 60), (20, 136, 60)).astype(np.uint8)

    (page,) = decode(encode(Image.fromarray(colours)))

    inked = PAGE < 60
    paper = PAGE > 220
    assert abs(float(page.grey[inked].mean()) - float(page.grey[paper].mean())) > 60


@pytest.mark.parametrize("orientation", range(1, 9))
def test_show_page_turns_a_page_like_decode_and_keeps_its_colours(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.new("RGB", (60, 40), (200, 30, 30))
    stored.paste((20, 20, 160), (0, 0, 30, 10))
    data = encode(stored, "PNG", exif=exif)

    shown = show_page(data, 0, 2000)
    (page,) = decode(data)

    assert shown is not None
    assert shown.size == (page.width, page.height)
    pixels = np.asarray(shown)
    blue = pixels[..., 2] > 100
    assert set(map(tuple, pixels[blue])) == {(20, 20, 160)}
    # The same corner is the odd one out in both.
    assert np.array_equal(page.grey == page.grey[blue][0], blue)


def test_show_page_fits_the_side_and_knows_the_last_page() -> None:
    data = encode(Image.new("RGB", (3000, 1500), "white"), "JPEG")
    shown = show_page(data, 0, 2000)

    assert shown is not None
    assert shown.size == (2000, 1000)
    assert show_page(data, 1, 2000) is None


@pytest.mark.parametrize("name", FORMATS)
def test_show_page_gives_something_to_look_at_for_every_format(name: str) -> None:
    shown = show_page(FORMATS[name](), 0, 2000)

    assert shown is not None
    assert shown.mode in {"L", "RGB"}
    assert shown.size == RGB.size


BAD_FILES: dict[str, tuple[Callable[[], bytes], type[ReadError]]] = {
    "zero bytes": (lambda: b"", NotAnImage),
    "text": (lambda: b"Dear Sir or Madam, here are the numbers: 1 2 3", NotAnImage),
    "random bytes": (lambda: bytes(range(7, 107)) * 9, NotAnImage),
    "svg": (lambda: b"<svg xmlns='x'><path d='M0 0'/></svg>", UnsupportedFormat),
    "office document": (lambda: b"PK\x03\x04" + bytes(100), UnsupportedFormat),
    "video": (lambda: b"\x00\x00\x00\x18ftypmp42" + bytes(100), UnsupportedFormat),
    "truncated jpeg": (lambda: encode(RGB, "JPEG")[:-400], Truncated),
    "truncated png": (lambda: encode(RGB)[:300], Truncated),
    "header only": (lambda: encode(RGB)[:20], Truncated),
    "truncated pdf": (lambda: encode(RGB, "PDF")[:200], Truncated),
    "truncated tiff": (lambda: encode(RGB, "TIFF")[:500], Truncated),
    "truncated heic": (lambda: _heif(RGB)[:400], Truncated),
    "one pixel": (lambda: encode(Image.new("L", (1, 1))), NothingWritten),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_decode_names_what_is_wrong_with_a_bad_file(name: str) -> None:
    make, error = BAD_FILES[name]

    with pytest.raises(error) as caught:
        list(decode(make()))

    assert len(caught.value.detail) > 30
    assert "Error" not in caught.value.detail
    assert "/" not in caught.value.detail.replace("HEIC/HEIF", "")


def _png_bomb(side: int) -> bytes:
    """A PNG of side x side white pixels, as small as its compression makes it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    row = b"\x00" + b"\xff" * (side // 8 + 1)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(64)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_decode_refuses_a_bomb_by_its_header() -> None:
    with pytest.raises(TooLarge, match=r"2,500,000,000 pixels and at most 150,000,000"):
        list(decode(_png_bomb(50_000)))


def test_decode_refuses_a_progressive_jpeg_that_memory_would_not_hold() -> None:
    data = bytearray(encode(RGB, "JPEG", progressive=True))
    frame = data.index(b"\xff\xc2")
    data[frame + 5 : frame + 9] = struct.pack(">HH", 9_000, 9_000)

    with pytest.raises(TooLarge, match="progressive JPEG has 81,000,000 pixels"):
        list(decode(bytes(data)))


def test_decode_shows_a_sixteen_bit_scan_in_spite_of_a_hot_pixel() -> None:
    scan = np.where(PAGE < 128, 2_700, 3_000).astype(np.uint16)
    scan[5, 5] = 65_535

    (page,) = decode(encode(Image.fromarray(scan)))

    assert int(page.grey[PAGE < 60].max()) + 150 < int(page.grey[PAGE > 220].min())


@pytest.mark.parametrize("mode", ["P", "LA", "I;16", "1"])
def test_decode_averages_a_large_page_of_any_mode(mode: str) -> None:
    page = np.kron(PAGE, np.ones((40, 40), np.uint8))
    if mode == "I;16":
        picture = Image.fromarray(page.astype(np.uint16) * 200)
    else:
        picture = Image.fromarray(page).convert(mode)

    (decoded,) = decode(encode(picture))

    assert (decoded.width, decoded.height) == page.shape[::-1]
    assert decoded.grey.size <= WORK_PIXELS
    assert (decoded.grey < 128).mean() == pytest.approx((PAGE < 128).mean(), rel=0.1)


def test_decode_refuses_more_bytes_and_pages_than_the_limits() -> None:
    with pytest.raises(TooLarge, match="at most 10 are read"):
        list(decode(encode(PAGE), DecodeLimits(max_bytes=10)))
    pages = [Image.fromarray(PAGE)] * 3
    for kind in ("TIFF", "PDF"):
        data = encode(pages[0], kind, save_all=True, append_images=pages[1:])
        with pytest.raises(TooManyPages, match="3 pages and at most 2"):
            list(decode(data, DecodeLimits(max_pages=2)))


def test_decode_reduces_a_large_page_and_remembers_its_size() -> None:
    large = Image.new("L", (6000, 4000), 255)

    for kind in ("JPEG", "PNG"):
        (page,) = decode(encode(large, kind))
        assert page.grey.size <= WORK_PIXELS
        assert (page.width, page.height) == (6000, 4000)


def test_decode_never_raises_anything_but_its_own_errors() -> None:
    whole = {name: make() for name, make in FORMATS.items()} | {"pdf": encode(RGB, "PDF")}

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def damage(data: st.DataObject) -> None:
        good = whole[data.draw(st.sampled_from(sorted(whole)))]
        end = data.draw(st.integers(0, len(good)))
        bad = bytearray(good[:end])
        for place in data.draw(st.lists(st.integers(0, max(0, end - 1)), max_size=4)):
            if bad:
                bad[place] = data.draw(st.integers(0, 255))
        try:
            pages = list(decode(bytes(bad)))
        except ReadError:
            return
        assert all(page.grey.size for page in pages)

    damage()
