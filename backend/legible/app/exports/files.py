"""Pages of readings as files. All hold the same; none ever has more than a page in memory."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from typing import IO, Any

import xlsxwriter

from legible.app import models
from legible.app.readings.schemas import ReadingSummaryOut
from legible.formula import defuse

Pages = Iterable[Sequence[models.Reading]]

COLUMNS = (
    "id",
    "file_name",
    "text",
    "corrected_text",
    "status",
    "confidence",
    "issues",
    "models",
    "created_at",
)
_WIDTHS = (38, 30, 24, 24, 12, 12, 24, 24, 20)
# Excel's own: rows of a sheet, the heading among them, and characters of a cell.
_SHEET_ROWS = 1_048_576
_CELL_CHARS = 32_767
_CHUNK_BYTES = 256 * 1024


def csv_chunks(pages: Pages) -> Iterator[bytes]:
    """Write CSV (RFC 4180) in UTF-8, all but numbers in quotes, formulas defused.

    It begins with a byte order mark, without which Excel takes UTF-8 for the code page of old.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(COLUMNS)
    yield b"\xef\xbb\xbf" + text.getvalue().encode()
    for rows in pages:
        text.seek(0)
        text.truncate()
        for row in rows:
            *cells, created_at = _cells(row)
            safe = [defuse(cell) if isinstance(cell, str) else cell for cell in cells]
            writer.writerow([*safe, f"{created_at:%Y-%m-%dT%H:%M:%SZ}"])
        yield text.getvalue().encode()


def jsonl_chunks(pages: Pages) -> Iterator[bytes]:
    """Write a reading a line, as lists show it."""
    for rows in pages:
        lines = (ReadingSummaryOut.model_validate(row).model_dump_json() for row in rows)
        yield "".join(f"{line}\n" for line in lines).encode()


def xlsx_chunks(pages: Pages, sheet_rows: int = _SHEET_ROWS) -> Iterator[bytes]:
    """Write a workbook, whole before its first byte: a zip tells its contents at the end.

    It grows in temporary files. Texts are texts, so that 04103 keeps its zero and nothing is a
    formula; after `sheet_rows` there is another sheet.
    """
    with tempfile.TemporaryFile() as file:
        _write_workbook(file, pages, sheet_rows)
        file.seek(0)
        yield from iter(lambda: file.read(_CHUNK_BYTES), b"")


def _write_workbook(file: IO[bytes], pages: Pages, sheet_rows: int) -> None:
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        head = book.add_format({"bold": True})
        plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        number = book.add_format({"num_format": "0.000", "valign": "top"})
        time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top"})
        sheet, next_row = _add_sheet(book, head), 1
        for row in (row for rows in pages for row in rows):
            if next_row == sheet_rows:
                sheet, next_row = _add_sheet(book, head), 1
            for column, cell in enumerate(_cells(row)):
                if isinstance(cell, str):
                    sheet.write_string(next_row, column, _fitting(cell), plain)
                elif isinstance(cell, float):
                    sheet.write_number(next_row, column, cell, number)
                else:  # Excel's times have no zone; these are in UTC
                    utc = cell.astimezone(UTC).replace(tzinfo=None)
                    sheet.write_datetime(next_row, column, utc, time)
            next_row += 1


def _add_sheet(book: Any, head: Any) -> Any:
    count = len(book.worksheets()) + 1
    sheet = book.add_worksheet("Readings" if count == 1 else f"Readings {count}")
    sheet.freeze_panes(1, 0)
    # Otherwise each number that is kept as a text has a green corner.
    sheet.ignore_errors({"number_stored_as_text": f"A1:I{_SHEET_ROWS}"})
    for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, head)
    return sheet


def _fitting(text: str) -> str:
    """Excel calls a file broken that has more in a cell."""
    return text if len(text) <= _CELL_CHARS else text[: _CELL_CHARS - 1] + "…"


def _cells(row: models.Reading) -> list[Any]:
    issues = dict.fromkeys(str(issue["code"]) for issue in row.issues)
    versions = (f"{name} {version}" for name, version in row.models.items())
    return [
        str(row.id),
        row.file_name,
        row.text,
        (row.feedback or {}).get("corrected_text") or "",
        row.status,
        row.confidence,
        " ".join(issues),
        ", ".join(versions),
        row.created_at,
    ]
