"""Reading a chunk into its part, without Ray."""

import json
import os
import signal
import zipfile
from pathlib import Path
from typing import Any

import pytest

from legible.bulk import chunks
from legible.bulk.chunks import Job, read_chunk
from legible.bulk.errors import BulkError
from legible.bulk.places import open_place
from legible.bulk.plan import Asked, make_plan
from legible.bulk.sources import Source, find_sources
from legible.local import SHIPPED_MODELS
from legible.reader.bundle import current_versions
from legible.rows import Row
from tests.images import draw_text, encode

pytestmark = pytest.mark.model
MODELS = dict(current_versions(SHIPPED_MODELS))


@pytest.fixture
def job(tmp_path: Path) -> Job:
    out = str(tmp_path / "out")
    return Job(out, {}, "jsonl", "digits", None, str(SHIPPED_MODELS), MODELS)


def _read(job: Job, *names: str, apart: bool = False) -> list[dict[str, Any]]:
    asked = Asked("jsonl", "digits", None, MODELS)
    found = find_sources(names, {})
    (chunk,) = make_plan(open_place(job.out, {}), asked, found, None).plan.chunks()
    done = read_chunk(job, chunk, apart=apart)
    part = Path(job.out) / "part-00000.jsonl"
    rows = [json.loads(line) for line in part.read_bytes().splitlines()]
    assert (done.files, done.failed) == (len(rows), sum(bool(r["error_code"]) for r in rows))
    return rows


def test_a_chunk_has_a_row_for_each_file_good_or_bad(job: Job, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.png").write_bytes(encode(draw_text("07")))
    (tmp_path / "in/b.png").write_text("Dear Sir or Madam")
    with (tmp_path / "in/c.png").open("wb") as file:
        file.truncate(80_000_000)
    (tmp_path / "in/d.png").write_bytes(b"gone soon")
    with zipfile.ZipFile(tmp_path / "in/e.zip", "w") as archive:
        archive.writestr("f.png", encode(draw_text("12")))
        archive.writestr("g.zip", b"PK\x03\x04 nested")
    asked = Asked("jsonl", "digits", None, MODELS)
    make_plan(open_place(job.out, {}), asked, find_sources([str(tmp_path / "in")], {}), None)
    (tmp_path / "in/d.png").unlink()

    rows = _read(job, str(tmp_path / "in"))

    named = {Path(row["file"]).name: row for row in rows}
    assert {name: row["error_code"] for name, row in named.items()} == {
        "a.png": None,
        "b.png": "not_an_image",
        "c.png": "too_large",
        "d.png": "not_found",
        "f.png": None,
        "g.zip": "nested_archive",
    }
    assert (named["a.png"]["text"], named["f.png"]["text"]) == ("07", "12")
    assert "e.zip!/f.png" in named["f.png"]["file"]
    assert str(tmp_path) not in "".join(row["error_message"] or "" for row in rows)


def test_a_chunk_that_is_read_twice_is_the_same_part(job: Job, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encode(draw_text("07")))
    part = Path(job.out) / "part-00000.jsonl"

    _read(job, str(tmp_path / "a.png"))
    first = part.read_bytes()
    _read(job, str(tmp_path / "a.png"))

    assert part.read_bytes() == first
    assert sorted(path.name for path in part.parent.iterdir()) == ["_legible", "part-00000.jsonl"]


def die_of_the_second(_job: Job, source: Source) -> Row:
    if source.file.endswith("b.png"):
        os.kill(os.getpid(), signal.SIGKILL)
    return {"file": source.file, "text": "lives"}


def test_a_file_that_kills_its_process_costs_no_other(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (tmp_path / f"{name}.png").write_bytes(b"1")
    monkeypatch.setattr(chunks, "_read_alone", die_of_the_second)

    rows = _read(job, str(tmp_path / "*.png"), apart=True)

    assert [row["text"] for row in rows] == ["lives", None, "lives"]
    assert rows[1]["error_code"] == "internal_error"


def test_a_storage_that_fails_is_no_fault_of_the_file(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.png").write_bytes(b"1")

    def fail(*_arguments: object) -> bytes:
        raise ConnectionResetError

    monkeypatch.setattr("legible.bulk.places.LocalFileSystem", type(None))  # as if it were remote
    monkeypatch.setattr("fsspec.implementations.local.LocalFileSystem.cat_file", fail)
    with pytest.raises(BulkError, match="storage did not give"):
        chunks._read_alone(job, Source("a.png", str(tmp_path / "a.png"), 1, "1"))
