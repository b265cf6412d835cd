"""One file as a row: what was read in it, or why it was not."""

import hashlib
from dataclasses import asdict

from legible.bulk.sources import Source
from legible.reader.types import Reading
from legible.rows import Row, printable


def read_row(source: Source, data: bytes, reading: Reading) -> Row:
    """The row of a file that was read.

    Args:
        source: the file as it was listed.
        data: its bytes, which may be others by now: the row tells of what was read.
        reading: what is in it.
    """
    lines = [
        {
            "page": number,
            "text": line.text,
            "confidence": line.confidence,
            "box": dict(zip(("x", "y", "width", "height"), map(int, line.box), strict=True)),
            "issue": line.issue,
        }
        for number, page in enumerate(reading.pages)
        for line in page.lines
    ]
    row: Row = printable(
        {
            "file": _name(source),
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "status": reading.status,
            "text": reading.text,
            "confidence": reading.confidence,
            "alternatives": [asdict(other) for other in reading.alternatives],
            "pages": len(reading.pages),
            "lines": lines,
            "issues": [asdict(issue) for issue in reading.issues],
            "models": dict(reading.models),
        }
    )
    return row


def failed_row(source: Source, code: str, message: str) -> Row:
    """The row of a file that was not read."""
    return {
        "file": _name(source),
        "bytes": source.size,
        "error_code": code,
        "error_message": message,
    }


def _name(source: Source) -> str:
    """Its name as UTF-8, which on Linux not every name is."""
    return source.file.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
