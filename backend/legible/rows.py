"""The JSON lines that `legible read` prints, here or through a service."""

import base64
import json
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]


def print_rows(rows: Iterable[Row]) -> int:
    """Print each row as soon as it is there. Answers the exit code: 1 if one has an error."""
    failed = False
    try:
        for row in rows:
            failed |= "error" in row
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    except BrokenPipeError:
        drop_output()
        return 1
    return int(failed)


def drop_output() -> None:
    """Write nothing more: the one who reads our lines has seen enough, e.g. `| head`."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def describe(error: OSError) -> dict[str, str]:
    """Say why a file cannot be read, with a stable code."""
    match error:
        case FileNotFoundError():
            return {"code": "not_found", "message": "There is no such file. Check its name."}
        case IsADirectoryError():
            return {"code": "is_a_folder", "message": "This is a folder. Name the files in it."}
        case PermissionError():
            return {"code": "no_permission", "message": "The file may not be read by you."}
    return {"code": "not_readable", "message": f"The file cannot be read: {error.strerror}."}


def printable(value: Any) -> Any:
    """What JSON can hold.

    Six digits tell probabilities apart; more are noise and double the length of a line.
    """
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: printable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [printable(each) for each in value]
    return value
