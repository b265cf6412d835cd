"""The models folder, any version of it: what is served is only one of those that were shipped."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from legible.reader.bundle import Bundle
from legible.reader.digit import DigitModel
from legible.reader.reader import Reader
from legible.reader.transcribe import LineModel


def served_version(models_dir: Path, name: str) -> str:
    """The version that `CURRENT.json` names.

    Raises:
        ValueError: it names none.
    """
    current = models_dir / "CURRENT.json"
    served = json.loads(current.read_text("utf-8")) if current.is_file() else {}
    if name not in served:
        raise ValueError(
            f"No version of '{name}' is served. Name one with --version, or export one."
        )
    return str(served[name])


def open_version(models_dir: Path, name: str, version: str) -> Bundle:
    """Open one version with all the checks that a service makes, served or not.

    Raises:
        BundleError: it must not be served, and why.
    """
    # The reader opens what CURRENT.json names: here one that names the version asked for.
    with tempfile.TemporaryDirectory() as folder:
        shelf = Path(folder)
        (shelf / "CURRENT.json").write_text(json.dumps({name: version}), "utf-8")
        (shelf / name).symlink_to((models_dir / name).resolve(), target_is_directory=True)
        return Bundle.open(shelf, name)


def open_reader(models_dir: Path, versions: Mapping[str, str]) -> Reader:
    """A whole reader of exactly these versions, served or not.

    Args:
        models_dir: the folder of models.
        versions: by name, of `digit` and, where lines are to be read, of `line`.

    Raises:
        BundleError: one of them must not be served, and why.
    """
    line = versions.get("line")
    return Reader(
        DigitModel(open_version(models_dir, "digit", versions["digit"])),
        line_model=None if line is None else LineModel(open_version(models_dir, "line", line)),
    )
