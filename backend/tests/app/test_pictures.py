import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from legible.app.readings.pictures import clean_file_name, content_disposition
from legible.app.settings import Settings
from tests.app.people import FakeReader, Person, picture


def _kept(settings: Settings) -> list[Path]:
    return [path for path in settings.pictures_dir.rglob("*") if path.is_file()]


def _with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Camera of Ada"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0)})
    file = io.BytesIO()
    Image.new("L", (40, 20), 128).save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_the_picture_comes_back_as_it_was(ada: Person) -> None:
    sent = picture()
    reading = ada.read(sent, "Rechnung № 7.png")

    got = ada.get(f"/readings/{reading['id']}/picture")

    assert got.status_code == 200
    assert got.content == sent
    assert got.headers["content-type"] == "image/png"
    assert got.headers["content-length"] == str(len(sent))
    disposition = got.headers["content-disposition"]
    assert disposition == "inline; filename*=UTF-8''Rechnung%20%E2%84%96%207.png"


def test_a_browser_may_do_nothing_with_a_picture_but_show_it(ada: Person) -> None:
    reading = ada.read()

    for path in ("picture", "pages/1/image"):
        headers = ada.get(f"/readings/{reading['id']}/{path}").headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["cache-control"].startswith("private")


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp"), ("TIFF", "image/tiff")],
)
def test_the_content_decides_the_type_whatever_the_sender_says(
    ada: Person, kind: str, media_type: str
) -> None:
    files = {"file": ("page.html", picture(kind=kind), "text/html")}
    made = ada.client.post("/api/v1/readings", headers=ada.headers, files=files).json()

    got = ada.get(f"/readings/{made['id']}/picture")

    assert got.headers["content-type"] == media_type


def test_place_and_camera_are_not_kept(ada: Person, settings: Settings) -> None:
    sent = _with_gps()
    assert b"Camera of Ada" in sent
    reading = ada.read(sent, "card.jpg")

    got = ada.get(f"/readings/{reading['id']}/picture").content

    assert Image.open(io.BytesIO(got)).size == (40, 20)
    assert Image.open(io.BytesIO(got)).getexif().get_ifd(0x8825) == {}
    assert b"Camera of Ada" not in got
    [path] = _kept(settings)
    assert path.read_bytes() == got


def test_a_page_comes_as_a_jpeg_small_enough_for_a_browser(ada: Person) -> None:
    reading = ada.read(picture(size=(3000, 30)))

    got = ada.get(f"/readings/{reading['id']}/pages/1/image")

    assert got.headers["content-type"] == "image/jpeg"
    page = Image.open(io.BytesIO(got.content))
    assert page.format == "JPEG"
    assert page.size == (2000, 20)


def test_a_small_page_keeps_its_size(ada: Person) -> None:
    reading = ada.read(picture(size=(30, 20)))

    got = ada.get(f"/readings/{reading['id']}/pages/1/image")

    assert Image.open(io.BytesIO(got.content)).size == (30, 20)


@pytest.mark.parametrize(
    ("turned_deg", "dark_at"), [(0, (5, 5)), (90, (15, 5)), (180, (25, 15)), (270, (5, 25))]
)
def test_a_page_that_was_turned_to_be_read_is_shown_turned(
    ada: Person, reader: FakeReader, turned_deg: int, dark_at: tuple[int, int]
) -> None:
    reader.turned_deg = turned_deg
    page = Image.new("L", (30, 20), 220)
    page.paste(20, (0, 0, 10, 10))
    file = io.BytesIO()
    page.save(file, "PNG")
    reading = ada.read(file.getvalue())

    got = ada.get(f"/readings/{reading['id']}/pages/1/image")

    shown = Image.open(io.BytesIO(got.content))
    assert reading["pages"][0]["turned_deg"] == turned_deg
    assert shown.size == (reading["pages"][0]["width"], reading["pages"][0]["height"])
    darkest = min(
        ((x, y) for x in range(5, shown.width, 10) for y in range(5, shown.height, 10)),
        key=lambda place: np.asarray(shown)[place[1], place[0]],
    )
    assert darkest == dark_at


def test_each_page_of_a_file_has_its_image_and_no_more(ada: Person) -> None:
    file = io.BytesIO()
    first, second = Image.new("L", (30, 20), 90), Image.new("L", (50, 40), 200)
    first.save(file, "TIFF", save_all=True, append_images=[second])
    reading = ada.read(file.getvalue(), "two.tiff")

    got = ada.get(f"/readings/{reading['id']}/pages/2/image")

    assert len(reading["pages"]) == 2
    assert Image.open(io.BytesIO(got.content)).size == (50, 40)
    missing = ada.get(f"/readings/{reading['id']}/pages/3/image")
    assert missing.status_code == 404
    assert missing.json()["code"] == "not_found"


def test_a_picture_sent_twice_is_kept_once_and_goes_with_the_last_reading(
    ada: Person, settings: Settings
) -> None:
    first, second = ada.read(name="a.png"), ada.read(name="b.png")
    assert len(_kept(settings)) == 1

    ada.delete(f"/readings/{first['id']}")
    assert ada.get(f"/readings/{second['id']}/picture").content == picture()

    ada.delete(f"/readings/{second['id']}")
    assert _kept(settings) == []


def test_no_reading_loses_its_picture_when_the_same_one_comes_and_goes_at_once(
    ada: Person, settings: Settings
) -> None:
    def come_and_go(stays: bool) -> None:
        reading = ada.read()
        if not stays:
            assert ada.delete(f"/readings/{reading['id']}").status_code == 204

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(come_and_go, [False, True, False] * 10))

    left = ada.get("/readings", params={"limit": 100}).json()["items"]
    assert len(left) == 10
    for reading in left:
        assert ada.get(f"/readings/{reading['id']}/picture").content == picture()
        assert ada.delete(f"/readings/{reading['id']}").status_code == 204
    assert _kept(settings) == []


def test_a_picture_that_the_store_has_lost_is_not_found(ada: Person, settings: Settings) -> None:
    reading = ada.read()
    for file in _kept(settings):
        file.unlink()

    for path in ("picture", "pages/1/image"):
        got = ada.get(f"/readings/{reading['id']}/{path}")
        assert got.status_code == 404
        assert got.json()["code"] == "not_found"


def test_a_file_name_is_cleaned_and_shown_back(ada: Person) -> None:
    assert ada.read(name="../../etc/\u202epasswd.png")["file_name"] == "passwd.png"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("card.jpg", "card.jpg"),
        ("C:\\Users\\ada\\card.jpg", "card.jpg"),
        ("/etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: b.png", "aSet-Cookie: b.png"),
        ("  two   words.png ", "two words.png"),
        ("名刺.png", "名刺.png"),
        ("..", "picture"),
        ("", "picture"),
        (None, "picture"),
        ("\x00", "picture"),
        ("x" * 300 + ".png", "x" * 251 + ".png"),
        ("x." + "y" * 300, ("x." + "y" * 300)[:239] + "." + "y" * 15),
    ],
)
def test_a_file_name_keeps_no_path_and_no_control_characters(given: str | None, kept: str) -> None:
    assert clean_file_name(given) == kept
    assert len(clean_file_name(given)) <= 255


def test_a_file_name_cannot_break_out_of_its_header() -> None:
    header = content_disposition("a\"; b='c'\u20ac.png")

    assert header == "inline; filename*=UTF-8''a%22%3B%20b%3D%27c%27%E2%82%AC.png"
    assert header.isascii()
