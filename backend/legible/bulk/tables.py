"""Rows as Parquet, JSON Lines or CSV: the columns, and a part or a whole table of them."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any, Literal, get_args

import pyarrow as pa
import pyarrow.parquet as pq

from legible.bulk.places import Place
from legible.formula import defuse
from legible.rows import Row

Format = Literal["parquet", "jsonl", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)

_ALTERNATIVE = pa.struct([("text", pa.string()), ("confidence", pa.float64())])
_BOX = pa.struct([(name, pa.int32()) for name in ("x", "y", "width", "height")])
_LINE = pa.struct(
    [
        ("page", pa.int32()),
        ("text", pa.string()),
        ("confidence", pa.float64()),
        ("box", _BOX),
        ("issue", pa.string()),
    ]
)
_ISSUE = pa.struct(
    [
        ("code", pa.string()),
        ("message", pa.string()),
        ("page", pa.int32()),
        ("line", pa.int32()),
        ("symbol", pa.int32()),
    ]
)
SCHEMA = pa.schema(
    [
        pa.field("file", pa.string(), nullable=False),
        ("bytes", pa.int64()),
        ("sha256", pa.string()),
        ("status", pa.string()),
        ("text", pa.string()),
        ("confidence", pa.float64()),
        ("alternatives", pa.list_(_ALTERNATIVE)),
        ("pages", pa.int32()),
        ("lines", pa.list_(_LINE)),
        ("issues", pa.list_(_ISSUE)),
        ("models", pa.map_(pa.string(), pa.string())),
        ("error_code", pa.string()),
        ("error_message", pa.string()),
    ]
)
_COPY_BYTES = 1024 * 1024


def write_table(rows: Sequence[Row], kind: Format) -> bytes:
    """A part: rows with the columns of `SCHEMA`; what a row does not have is null."""
    stream = io.BytesIO()
    match kind:
        case "parquet":
            pq.write_table(pa.Table.from_pylist(list(rows), SCHEMA), stream, compression="zstd")
        case "jsonl":
            for row in rows:
                line = {name: row.get(name) for name in SCHEMA.names}
                stream.write(json.dumps(line, ensure_ascii=False).encode(*_UTF8) + b"\n")
        case "csv":
            text = io.StringIO(newline="")
            writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL)
            writer.writerow(SCHEMA.names)
            writer.writerows([_cell(row.get(name)) for name in SCHEMA.names] for row in rows)
            stream.write(text.getvalue().encode(*_UTF8))
    return stream.getvalue()


# A name that is no UTF-8 has surrogates in it, which no file of ours may have.
_UTF8 = ("utf-8", "backslashreplace")


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return defuse(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def count_failed(content: bytes, kind: Format) -> int:
    """How many rows of a part have an error."""
    match kind:
        case "parquet":
            codes = pq.read_table(io.BytesIO(content), columns=["error_code"])
            return int(len(codes) - codes["error_code"].null_count)
        case "jsonl":
            return sum(json.loads(line)["error_code"] is not None for line in content.splitlines())
    csv.field_size_limit(len(content))  # a page of a thousand numbers is one cell
    lines = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return sum(bool(row["error_code"]) for row in lines)


def merge_tables(place: Place, parts: Iterable[str], kind: Format, target: Any) -> None:
    """Write the parts, in their order, as one table; one part at a time is in memory.

    Args:
        place: the folder of the parts.
        parts: their paths.
        kind: of both.
        target: an open file.
    """
    if kind == "parquet":
        with pq.ParquetWriter(target, SCHEMA, compression="zstd") as writer:
            for part in parts:
                with place.fs.open(part, "rb") as file:
                    writer.write_table(pq.read_table(file, schema=SCHEMA))
        return
    for number, part in enumerate(parts):
        with place.fs.open(part, "rb") as file:
            if kind == "csv" and number > 0:
                file.readline()  # the names of the columns, which are there already
            while block := file.read(_COPY_BYTES):
                target.write(block)
