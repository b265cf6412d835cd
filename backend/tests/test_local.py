"""The command `legible read`, run as people run it."""

import base64
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.images import draw_text, encode

pytestmark = pytest.mark.model
LEGIBLE = Path(sys.executable).with_name("legible")


def _read(*arguments: str, cwd: Path, **environment: str) -> tuple[int, list[dict[str, Any]], str]:
    done = subprocess.run(
        [LEGIBLE, "read", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for number in range(40):
        (tmp_path / f"{number:02}.png").write_bytes(encode(draw_text(f"{number:02}")))
    return tmp_path


def test_read_prints_a_line_for_each_file_in_order(pictures: Path) -> None:
    code, rows, _ = _read("03.png", "12.png", cwd=pictures)

    assert code == 0
    assert [(row["file"], row["text"], row["status"]) for row in rows] == [
        ("03.png", "03", "read"),
        ("12.png", "12", "read"),
    ]
    assert len(rows[0]["pages"][0]["lines"][0]["symbols"][0]["probabilities"]) == 10


def test_read_keeps_the_order_with_many_processes(pictures: Path) -> None:
    names = [f"{number:02}.png" for number in range(40)]

    code, rows, _ = _read("--jobs", "2", *names, cwd=pictures)

    assert code == 0
    assert [row["text"] + ".png" for row in rows] == names


def test_read_goes_on_after_a_bad_file_and_tells(pictures: Path) -> None:
    (pictures / "letter.png").write_text("Dear Sir or Madam")
    (pictures / "folder").mkdir()

    code, rows, errors = _read("letter.png", "missing.png", "folder", "07.png", cwd=pictures)

    assert code == 1
    assert [row.get("error", {}).get("code") for row in rows] == [
        "not_an_image",
        "not_found",
        "is_a_folder",
        None,
    ]
    assert rows[3]["text"] == "07"
    assert errors == ""


def test_read_tells_the_size_of_a_file_that_is_too_large(pictures: Path) -> None:
    with (pictures / "huge.png").open("wb") as file:
        file.truncate(80_000_000)

    code, rows, _ = _read("huge.png", "07.png", cwd=pictures)

    assert code == 1
    assert "80,000,000 bytes" in rows[0]["error"]["message"]
    assert rows[1]["text"] == "07"


def test_read_checks_the_pattern_before_any_file(pictures: Path) -> None:
    code, rows, errors = _read("--pattern", "[a-z]", "07.png", cwd=pictures)

    assert (code, rows) == (2, [])
    assert "'a-z'" in errors
    assert "Traceback" not in errors


def test_read_marks_what_breaks_the_pattern(pictures: Path) -> None:
    _, rows, _ = _read("--pattern", r"\d{3}", "07.png", cwd=pictures)

    assert rows[0]["status"] == "review"
    assert rows[0]["issues"][0]["code"] == "pattern"


def test_read_prints_what_the_networks_saw_where_that_is_asked_for(pictures: Path) -> None:
    _, (plain,), _ = _read("07.png", cwd=pictures)
    code, rows, _ = _read("--detail", "stages", "07.png", "letter.png", cwd=pictures)

    assert "stages" not in plain
    assert code == 1  # there is no letter.png
    stages = rows[0]["stages"]
    (page,) = stages["pages"]
    height, width = draw_text("07").shape
    assert _size(page["page"]) == (width, height)
    # A page that is one line is read 128 pixels high.
    assert _size(page["ink"]) == (round(width * 128 / height), 128)
    assert [_size(run["picture"])[1] for run in page["runs"]] == [32]
    assert [(digit["text"], _size(digit["picture"])) for digit in page["digits"]] == [
        ("0", (28, 28)),
        ("7", (28, 28)),
    ]
    assert stages["left_out"] == {"pages": 0, "runs": 0, "digits": 0}
    assert "error" in rows[1]


def _size(picture: dict[str, Any]) -> tuple[int, int]:
    """The size of a picture in a row, which is also told beside it."""
    with Image.open(io.BytesIO(base64.b64decode(picture["png"], validate=True))) as image:
        assert (image.format, image.size) == ("PNG", (picture["width"], picture["height"]))
        return image.size


def test_read_refuses_a_detail_that_there_is_not(pictures: Path) -> None:
    done = subprocess.run(
        [LEGIBLE, "read", "--detail", "everything", "07.png"],
        cwd=pictures,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "invalid choice: 'everything'" in done.stderr


def test_read_says_what_is_wrong_with_the_models(pictures: Path) -> None:
    code, rows, errors = _read("--models", str(pictures), "07.png", cwd=pictures)

    assert (code, rows) == (2, [])
    assert "CURRENT.json" in errors
    assert "Traceback" not in errors


def test_read_needs_no_web_framework_database_or_tensorflow() -> None:
    code = (
        "import sys, legible.local; "
        "print([name for name in ('fastapi', 'sqlalchemy', 'pydantic', 'tensorflow', 'keras') "
        "if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
