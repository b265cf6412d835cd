"""Files made to do harm: ASVS 5.0 V5 (File Handling) as far as API4 and API8 reach it.

How each kind of broken picture is refused is in tests/reader/test_decode.py and test_pictures.py.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from legible.app.settings import Settings
from tests.app.people import Person, assert_problem, picture
from tests.app.security.conftest import World

SCRIPT = b"<script>alert(document.domain)</script>"


def _png_that_says(width: int, height: int) -> bytes:
    """A PNG whose head names any size, with next to nothing in it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _resized(kind: str, place: int, form: str, *size: int) -> bytes:
    """A small good file whose head is changed to say another size."""
    data = bytearray(picture(kind=kind))
    struct.pack_into(form, data, place, *size)
    return bytes(data)


def _jpeg_that_says(width: int, height: int) -> bytes:
    data = bytearray(picture(kind="JPEG"))
    struct.pack_into(">HH", data, data.index(b"\xff\xc0") + 5, height, width)
    return bytes(data)


def _packed(kind: str, side: int, **options: str) -> bytes:
    """One colour, which packs into next to nothing."""
    file = io.BytesIO()
    Image.new("1", (side, side)).save(file, kind, **options)
    return file.getvalue()


def _pdf(box: str, pages: int = 1) -> bytes:
    kids = b" ".join(b"%d 0 R" % (3 + n) for n in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
        b"<</Type/Pages/Kids[%s]/Count %d/MediaBox %s>>" % (kids, pages, box.encode()),
        *([b"<</Type/Page/Parent 2 0 R>>"] * pages),
    ]
    body = b"%PDF-1.4\n"
    for number, text in enumerate(objects, 1):
        body += b"%d 0 obj%sendobj\n" % (number, text)
    return body + b"trailer<</Root 1 0 R>>\n%%EOF"


def _zip(name: str = "card.png") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, bytes(5_000_000))
    return file.getvalue()


XML = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>'
REFUSED: dict[str, Callable[[], bytes]] = {
    "SVG": lambda: b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>",
    "SVG with an entity": lambda: XML,
    "HTML": lambda: b"<!doctype html>" + SCRIPT,
    "a script": lambda: b"#!/bin/sh\nid\n",
    "PHP": lambda: b"<?php system($_GET['c']); ?>",
    "a program": lambda: b"\x7fELF\x02\x01\x01" + bytes(100),
    "a zip": _zip,
    "a zip with a path": lambda: _zip("../../etc/cron.d/x"),
    "PostScript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (w) file\n",
    "PNG of 4 gigapixels": lambda: _png_that_says(65_535, 65_535),
    "PNG of 2^62 pixels": lambda: _png_that_says(2**31 - 1, 2**31 - 1),
    "PNG of no pixels": lambda: _png_that_says(0, 0),
    "JPEG of 4 gigapixels": lambda: _jpeg_that_says(65_500, 65_500),
    "GIF of 4 gigapixels": lambda: _resized("GIF", 6, "<HH", 65_535, 65_535),
    "BMP of 4 gigapixels": lambda: _resized("BMP", 18, "<ii", 65_535, 65_535),
    "TIFF that unpacks to 169 megapixels": lambda: _packed("TIFF", 13_000, compression="group4"),
    "PNG that unpacks to 169 megapixels": lambda: _packed("PNG", 13_000),
    "PDF of 1,000 pages": lambda: _pdf("[0 0 100 100]", 1000),
    "a head and nothing": lambda: b"\x89PNG\r\n\x1a\n",
}


@pytest.mark.requirement("API4", "API8")
@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_picture_or_a_bomb_is_refused_and_nothing_is_kept(
    world: World, unlimited: Settings, kind: str
) -> None:
    world.log_in_again()
    before = sorted(unlimited.pictures_dir.rglob("*")), _pages(world.bob)

    data = REFUSED[kind]()
    for name in ("card.png", "card.svg", "card.php.png"):
        answer = world.bob.send(data, name)

        assert answer.status_code in {413, 415, 422}, answer.text
        assert_problem(answer, answer.status_code, answer.json()["code"])
    assert (sorted(unlimited.pictures_dir.rglob("*")), _pages(world.bob)) == before


def _pages(person: Person) -> int:
    pages: int = person.get("/usage").json()["totals"]["pages"]
    return pages


POLYGLOTS: dict[str, Callable[[], bytes]] = {
    "PNG and HTML": lambda: picture(31) + b"<!doctype html>" + SCRIPT,
    "PNG and zip": lambda: picture(32) + _zip(),
    "GIF and JavaScript": lambda: picture(33, kind="GIF") + b"/*" + SCRIPT + b"*/=1;alert(1)",
    "JPEG and PHP": lambda: picture(34, kind="JPEG") + b"<?php system('id'); ?>",
    "BMP and HTML": lambda: picture(35, kind="BMP") + SCRIPT,
    "PDF with a script": lambda: _pdf("[0 0 100 100]"),
    "PDF whose page is as large as a house": lambda: _pdf("[0 0 14400 14400]"),
}
NAMES = [
    "../../../etc/passwd",
    "..\\..\\windows\\system32\\card.png",
    "/etc/passwd",
    "card.html",
    'card"; filename="evil.html',
    "card.png\r\nSet-Cookie: a=b",
    "card\u202egnp.exe",
    "card.png%00.html",
    "x" * 300 + ".png",
    "<img src=x onerror=alert(1)>.png",
    "=cmd|' /C calc'!A0.png",
]


@pytest.mark.requirement("API8")
@pytest.mark.parametrize("kind", POLYGLOTS)
def test_a_file_that_is_two_things_comes_back_as_a_picture_alone(world: World, kind: str) -> None:
    world.log_in_again()
    files = {"file": ("card.html", POLYGLOTS[kind](), "text/html")}
    made = world.ada.post("/readings", files=files)
    assert made.status_code == 201, made.text

    _assert_only_a_picture(world.ada, made.json()["id"])


@pytest.mark.requirement("API8")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("said", ["text/html", "image/svg+xml"])
def test_neither_name_nor_said_type_decides_anything(
    world: World, unlimited: Settings, name: str, said: str
) -> None:
    world.log_in_again()
    answer = world.ada.post("/readings", files={"file": (name, picture(41), said)})
    assert answer.status_code == 201, answer.text

    shown = answer.json()["file_name"]
    assert not set("/\\\r\n\0\u202e") & set(shown)
    assert len(shown) <= 255
    _assert_only_a_picture(world.ada, answer.json()["id"])
    kept = [path for path in unlimited.pictures_dir.rglob("*") if path.is_file()]
    assert kept
    assert all(path.is_relative_to(unlimited.pictures_dir) for path in kept)
    assert not [path for path in kept if "passwd" in path.name or path.suffix in {".html", ".php"}]


def _assert_only_a_picture(person: Person, reading_id: str) -> None:
    for path in (f"/readings/{reading_id}/picture", f"/readings/{reading_id}/pages/1/image"):
        answer = person.get(path)
        assert answer.status_code == 200, answer.text
        headers = answer.headers
        assert headers["content-type"].startswith("image/") or (
            headers["content-type"] == "application/pdf"
        )
        assert "svg" not in headers["content-type"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "sandbox" in headers["content-security-policy"]
        assert "set-cookie" not in headers
        assert "\n" not in headers.get("content-disposition", "")
