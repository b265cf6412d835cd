from pathlib import Path

import pytest

from legible.reader.bundle import BundleError
from legible.reader.reader import Reader
from tests.reader.tiny_bundle import write_bundle, write_line_bundle


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    for version in ("1.0.0", "1.1.0"):
        write_bundle(tmp_path, version=version)
        write_line_bundle(tmp_path, version=version)
    return tmp_path


def test_any_pair_of_versions_can_be_opened(models_dir: Path) -> None:
    pair = {"digit": "1.0.0", "line": "1.1.0"}

    assert Reader.open(models_dir).models == {"digit": "1.1.0", "line": "1.1.0"}
    assert Reader.open(models_dir, versions=pair).models == pair
    assert Reader.open(models_dir, versions={"digit": "1.0.0"}).models == {"digit": "1.0.0"}


def test_what_another_reader_has_open_is_not_opened_again(models_dir: Path) -> None:
    served = Reader.open(models_dir)
    # Would fail if it were opened.
    (models_dir / "line" / "1.1.0" / "model.onnx").write_bytes(b"")

    reader = Reader.open(models_dir, versions={"digit": "1.0.0", "line": "1.1.0"}, like=[served])

    assert reader.models == {"digit": "1.0.0", "line": "1.1.0"}
    with pytest.raises(BundleError, match="sha256"):
        Reader.open(models_dir)
