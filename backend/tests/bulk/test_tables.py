"""The same rows in each format."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from legible.bulk.errors import BulkError
from legible.bulk.output import open_output
from legible.bulk.places import open_place
from legible.bulk.tables import FORMATS, SCHEMA, Format, count_failed, merge_tables, write_table

READ = {
    "file": "=cmd.png",
    "bytes": 7,
    "sha256": "00ff",
    "status": "read",
    "text": "04103",
    "confidence": 0.98,
    "alternatives": [{"text": "04108", "confidence": 0.01}],
    "pages": 1,
    "lines": [
        {
            "page": 0,
            "text": "04103",
            "confidence": 0.98,
            "box": {"x": 1, "y": 2, "width": 3, "height": 4},
            "issue": None,
        }
    ],
    "issues": [],
    "models": {"digit": "1.1.0"},
}
FAILED = {"file": "bad.png", "bytes": 3, "error_code": "not_an_image", "error_message": "No."}


def _read(content: bytes, kind: Format) -> list[dict[str, Any]]:
    match kind:
        case "parquet":
            table = pq.read_table(io.BytesIO(content))
            assert table.schema.equals(SCHEMA)
            rows: list[dict[str, Any]] = table.to_pylist()
            return [{**row, "models": row["models"] and dict(row["models"])} for row in rows]
        case "jsonl":
            return [json.loads(line) for line in content.splitlines()]
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_rows_keep_their_types(kind: Format) -> None:
    read, failed = _read(write_table([READ, FAILED], kind), kind)

    assert {name: value for name, value in read.items() if value is not None} == READ
    assert {name: value for name, value in failed.items() if value is not None} == FAILED
    assert list(read) == SCHEMA.names


def test_csv_holds_what_is_nested_as_json_and_no_formula() -> None:
    read, failed = _read(write_table([READ, FAILED], "csv"), "csv")

    assert (read["file"], read["text"]) == ("'=cmd.png", "04103")
    assert json.loads(read["lines"]) == READ["lines"]
    assert failed["text"] == ""
    assert failed["error_code"] == "not_an_image"


@pytest.mark.parametrize("kind", FORMATS)
def test_parts_become_one_table_in_order(kind: Format, tmp_path: Path) -> None:
    parts = [[READ], [FAILED], [READ, FAILED]]
    for number, rows in enumerate(parts):
        (tmp_path / str(number)).write_bytes(write_table(rows, kind))
    stream = io.BytesIO()

    paths = [str(tmp_path / str(number)) for number in range(3)]
    merge_tables(open_place(str(tmp_path), {}), paths, kind, stream)

    assert _read(stream.getvalue(), kind) == _read(
        write_table([READ, FAILED, READ, FAILED], kind), kind
    )
    assert count_failed(stream.getvalue(), kind) == 2


def test_the_format_is_that_of_the_ending(tmp_path: Path) -> None:
    one = open_output(str(tmp_path / "all.csv"), None, {})
    folder = open_output(str(tmp_path / "all.csv.old"), "jsonl", {})

    assert (one.format, one.whole is not None, one.parts.named.endswith(".parts")) == (
        "csv",
        True,
        True,
    )
    assert (folder.format, folder.whole) == ("jsonl", None)
    with pytest.raises(BulkError, match=r"ends in \.csv, and --format says jsonl"):
        open_output(str(tmp_path / "all.csv"), "jsonl", {})


def test_parts_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "part-00000.parquet").write_bytes(b"of Spark")

    with pytest.raises(BulkError, match="not written by this command"):
        open_output(str(tmp_path), None, {})


def test_a_file_is_no_place_for_parts(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"mine")

    with pytest.raises(BulkError, match="is a file"):
        open_output(str(tmp_path / "notes.txt"), None, {})
