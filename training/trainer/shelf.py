"""The models folder, any version of it: what is served is only one of those that were shipped."""

import json
import tempfile
from pathlib import Path

from legible.reader.bundle import Bundle


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
