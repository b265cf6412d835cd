import io
import re
import zlib

import numpy as np
import numpy.typing as npt
import pillow_heif
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps, ImageSequence
from PIL.PngImagePlugin import PngInfo

from legible.reader.metadata import strip_metadata
from tests.reader import files_with_metadata as files

FILES = {name: make() for name, make in files.FILES.items()}
WITH_MARKER = sorted(FILES.keys() - {"bmp"})
PICTURES = sorted(name for name in FILES if "pdf" not in name)
ONE_FRAME_KEPT = {"mpo"}
IN_PLACE = ["avif", "big-tiff", "heic", "packed-tiff", "pdf", "pdf-with-packed-information", "tiff"]
# GIF and BMP have no place for an orientation.
TURNED = sorted(set(PICTURES) - {"gif", "bmp"})


@pytest.fixture(autouse=True, scope="module")
def heif_opener() -> None:
    pillow_heif.register_heif_opener()


def upright_frames(data: bytes) -> list[npt.NDArray[np.uint8]]:
    if data.startswith(b"%PDF"):
        document = pypdfium2.PdfDocument(data)
        return [np.asarray(page.render(scale=2).to_pil()) for page in document]
    with Image.open(io.BytesIO(data)) as image:
        frames = ImageSequence.Iterator(image)
        return [np.asarray(ImageOps.exif_transpose(frame).convert("RGBA")) for frame in frames]


def unpacked(data: bytes) -> bytes:
    """The bytes and whatever zlib streams are in them, so that a packed text is seen too."""
    parts = [data]
    for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data):
        try:
            parts.append(zlib.decompressobj().decompress(data[found.start() :], 1 << 20))
        except zlib.error:
            continue
    return b"\n".join(parts)


def says_where(data: bytes) -> bool:
    everything = unpacked(data)
    return files.MARKER in everything or files.MARKER.hex().encode() in everything


@pytest.mark.parametrize("name", WITH_MARKER)
def test_the_file_says_nothing_of_its_author_when_stripped(name: str) -> None:
    assert says_where(FILES[name])

    assert not says_where(strip_metadata(FILES[name]))


@pytest.mark.parametrize("name", sorted(FILES))
def test_pixels_and_frames_are_the_same_when_stripped(name: str) -> None:
    before = upright_frames(FILES[name])
    after = upright_frames(strip_metadata(FILES[name]))

    assert len(after) == (1 if name in ONE_FRAME_KEPT else len(before))
    for frame, stripped in zip(before, after, strict=name not in ONE_FRAME_KEPT):
        np.testing.assert_array_equal(stripped, frame)


@pytest.mark.parametrize("name", TURNED)
def test_the_picture_is_still_turned_upright_when_stripped(name: str) -> None:
    width, height = files.picture().size

    (frame, *_) = upright_frames(strip_metadata(FILES[name]))

    assert frame.shape[:2] == (width, height)


@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_exif_holds_nothing_but_the_orientation_when_stripped(name: str) -> None:
    with Image.open(io.BytesIO(strip_metadata(FILES[name]))) as image:
        assert dict(image.getexif()) == {0x0112: files.TURNED}
        assert "xmp" not in image.info


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_an_orientation_that_only_xmp_told_is_kept(kind: str) -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    data = _with_xmp(kind, xmp)
    assert upright_frames(data)[0].shape[:2] == (40, 24)

    stripped = strip_metadata(data)

    assert b"xmpmeta" not in stripped
    np.testing.assert_array_equal(upright_frames(stripped)[0], upright_frames(data)[0])


def _with_xmp(kind: str, xmp: bytes) -> bytes:
    if kind == "PNG":
        texts = PngInfo()
        texts.add_itxt("XML:com.adobe.xmp", xmp.decode(), zip=True)
        return files.save(files.picture(), kind, pnginfo=texts)
    if kind == "TIFF":
        return files.save(files.picture(), kind, tiffinfo={700: xmp})
    return files.save(files.picture(), kind, xmp=xmp)


def test_the_orientation_in_an_old_png_text_is_kept() -> None:
    exif = b"Exif\0\0" + files.exif().tobytes().removeprefix(b"Exif\0\0")
    texts = PngInfo()
    profile = f"\nexif\n{len(exif):8}\n{exif.hex()}\n"
    texts.add_text("Raw profile type exif", profile, zip=True)
    data = files.save(files.picture(), "PNG", pnginfo=texts)

    assert upright_frames(strip_metadata(data))[0].shape[:2] == (40, 24)
    assert exif.hex().encode() not in unpacked(strip_metadata(data))


@pytest.mark.parametrize("orientation", [None, 0, 1, 9])
def test_no_exif_is_written_when_there_is_nothing_to_turn(orientation: int | None) -> None:
    data = files.save(files.picture(), "JPEG", exif=files.exif(orientation))

    assert b"Exif" not in strip_metadata(data)


def test_a_thumbnail_in_the_jfif_header_is_removed() -> None:
    plain = files.save(files.picture(), "JPEG")
    thumbnail = b"\xff\xe0\0\x1aJFIF\0\1\2\0\0\1\0\1\2\2" + b"thumb-pixels"[:10]
    data = plain[:2] + thumbnail + plain[20:]

    stripped = strip_metadata(data)

    assert b"thumb" not in stripped
    np.testing.assert_array_equal(upright_frames(stripped)[0], upright_frames(plain)[0])


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "gif"])
def test_what_lies_behind_the_end_of_the_picture_is_cut(name: str) -> None:
    data = FILES[name] + b"behind" + files.MARKER

    assert strip_metadata(data) == strip_metadata(FILES[name])


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_second_pass_changes_nothing(name: str) -> None:
    once = strip_metadata(FILES[name])

    assert strip_metadata(once) == once


@pytest.mark.parametrize("name", IN_PLACE)
def test_the_length_stays_where_offsets_run_through_the_file(name: str) -> None:
    assert len(strip_metadata(FILES[name])) == len(FILES[name])


@pytest.mark.parametrize("data", [b"", b"plain text", b"%PDF-1.7", b"BM" + bytes(99)])
def test_bytes_without_metadata_are_returned_as_they_came(data: bytes) -> None:
    assert strip_metadata(data) == data


def test_exif_and_xmp_are_blanked_in_a_file_of_unknown_kind() -> None:
    exif = b"Exif\0\0" + files.exif().tobytes().removeprefix(b"Exif\0\0")
    data = b"unknown kind" + exif + b"\0between\0" + files.XMP + b"\0after"

    stripped = strip_metadata(data)

    assert files.MARKER not in stripped
    assert len(stripped) == len(data)
    assert b"\0between\0" in stripped
    assert stripped.endswith(b"\0after")


@pytest.mark.parametrize("name", sorted(FILES))
@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nothing_is_raised_when_a_file_is_damaged(name: str, data: st.DataObject) -> None:
    damaged = bytearray(FILES[name])
    # Most of the structure is at the beginning and, in PDF, at the end.
    places = st.integers(0, len(damaged) - 1) | st.integers(0, min(600, len(damaged) - 1))
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=8)):
        damaged[place] = value
    stop = data.draw(st.just(len(damaged)) | places)

    stripped = strip_metadata(bytes(damaged[:stop]))

    # At most the orientation is added; nothing is ever blown up.
    assert len(stripped) <= stop + 64
    assert name not in IN_PLACE or len(stripped) == stop


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF\xff\0\0\0WEBP",
        b"II*\0",
        b"MM\0+\0\x08\0\0",
        b"\0\0\0\x08ftypheic",
        b"%PDF-1.5\n",
    ],
)
@settings(deadline=None, max_examples=60)
@given(rest=st.binary(max_size=400))
def test_nothing_is_raised_for_any_bytes_behind_a_signature(signature: bytes, rest: bytes) -> None:
    stripped = strip_metadata(signature + rest)

    assert len(stripped) <= len(signature + rest) + 64


# A crafted file must take time in proportion to its size: these would take hours otherwise.


def test_many_beginnings_of_pictures_in_a_pdf_are_gone_through_once() -> None:
    data = b"%PDF-1.7\n" + b"stream\n\xff\xd8\xff\xd8" * 120_000

    assert strip_metadata(data) == data


def test_an_index_that_names_one_object_over_and_over_costs_no_more() -> None:
    content = b"/Author (Ada)" + b"<<" * 400_000
    index = b"5 0 6 %d " % len(content) * 40_000
    data = _pdf_with_object_stream(index, content)

    stripped = strip_metadata(data)

    assert len(stripped) == len(data)
    assert b"/Author (Ada)" in unpacked(data)
    assert b"/Author (   )" in unpacked(stripped)


def test_every_member_is_blanked_when_a_text_says_that_its_object_ends() -> None:
    members = (b"<</Author (Ada endobj)/Title (home)>> ", b"<</Keywords (garden)>> ")
    index = b"5 0 5 %d " % len(members[0])
    data = _pdf_with_object_stream(index, b"".join(members))

    stripped = unpacked(strip_metadata(data))

    assert not any(word in stripped for word in (b"Ada", b"home", b"garden"))


def test_an_index_with_a_number_of_thousands_of_digits_is_no_crash() -> None:
    data = _pdf_with_object_stream(b"5 " + b"9" * 5000 + b" ", b"(Ada)")

    assert len(strip_metadata(data)) == len(data)


def _pdf_with_object_stream(index: bytes, content: bytes) -> bytes:
    head = b"/Type /ObjStm /N %d /First %d" % (len(index.split()) // 2, len(index))
    # Packed badly, so that what is blanked fits into its place.
    packed = zlib.compress(index + content, 1)
    return b"%%PDF-1.7\n1 0 obj <<%s>> stream\n%s\nendstream endobj\ntrailer <</Info 5 0 R>>" % (
        head,
        packed,
    )
