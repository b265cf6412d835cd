"""Taking readings away: what `legible export` does."""

import sys
from collections.abc import Mapping
from typing import Any

from legible.client import LegibleError
from legible.client.api import Format
from legible.remote.credentials import NoCredentials, open_client
from legible.rows import drop_output

_STDOUT = "-"


def export_to_file(
    server: str | None, out: str, file_format: Format, filters: Mapping[str, Any]
) -> int:
    """Write the readings of an account to a file, or to the standard output for `-`.

    Returns:
        0 if all are there, 1 if it broke off (a file is then not touched), 2 if it never began.
    """
    if out == _STDOUT and file_format == "xlsx" and sys.stdout.isatty():
        return _tell("A workbook is nothing for a terminal. Name a file with --out.", 2)
    try:
        client = open_client(server)
    except NoCredentials as error:
        return _tell(error, 2)
    with client:
        try:
            target = sys.stdout.buffer if out == _STDOUT else out
            client.export(target, file_format=file_format, **filters)
            sys.stdout.flush()
        except LegibleError as error:
            return _tell(error.detail, 1)
        except BrokenPipeError:
            drop_output()
            return 1
        except OSError as error:
            return _tell(f"{out} cannot be written: {error.strerror}", 1)
    return 0


def export_to_database(
    server: str | None, url: str, table_name: str, filters: Mapping[str, Any]
) -> int:
    """Write the readings of an account to a table. Exit codes as above; a rerun goes on."""
    try:
        from legible.remote.database import DatabaseError, ReadingTable  # noqa: PLC0415
    except ModuleNotFoundError:
        return _tell("Writing to a database needs: pip install 'legible[export]'", 2)
    try:
        client = open_client(server)
    except NoCredentials as error:
        return _tell(error, 2)
    with client:
        try:
            table = ReadingTable(url, table_name)
        except DatabaseError as error:
            return _tell(error, 2)
        try:
            count = table.write(client.export_rows(**filters))
        except DatabaseError as error:
            return _tell(error, 1)
        except LegibleError as error:
            return _tell(f"{error.detail} What came before is written; run it again.", 1)
        finally:
            table.close()
    sys.stderr.write(f"{count:,} readings are in the table {table_name} ({table.kind}).\n")
    return 0


def _tell(reason: object, code: int) -> int:
    sys.stderr.write(f"legible export: {reason}\n")
    return code
