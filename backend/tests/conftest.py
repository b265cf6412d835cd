"""What all tests share."""

import os
from pathlib import Path

import pytest

# Nothing a developer has set for a service of their own may reach a test.
for name in [name for name in os.environ if name.startswith("LEGIBLE_")]:
    if name not in {"LEGIBLE_DATA", "LEGIBLE_REQUIRE_DATA"}:
        del os.environ[name]
# Nor may their keys, and nothing may look for those of a machine.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ |= {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}
os.environ |= {"AWS_SHARED_CREDENTIALS_FILE": os.devnull}


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The data folder; without it a test is skipped, or fails where the data is mandatory."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("LEGIBLE_DATA") or beside)
    if not folder.is_dir():
        missing = "no data folder: set LEGIBLE_DATA to the folder with mnist/ and real_dev/"
        if os.environ.get("LEGIBLE_REQUIRE_DATA") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return folder
