"""`legible read` prints the same here and through a service that has the same networks."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from legible.app.main import create_app
from legible.app.settings import Settings
from legible.cli import main
from legible.reader.reader import Reader
from tests.app.running import make_key, run_app
from tests.images import draw_text, encode
from tests.reader.tiny_bundle import write_bundle


def test_a_service_gives_the_lines_of_local_reading(
    sqlite_settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    models_dir = tmp_path / "models"
    write_bundle(models_dir)
    monkeypatch.chdir(tmp_path)
    Path("a.png").write_bytes(encode(draw_text("04103")))
    Path("b.png").write_text("no picture")
    app = create_app(sqlite_settings, lambda: Reader.open(models_dir, time.perf_counter))

    here = main(["read", "--models", str(models_dir), "a.png", "b.png"])
    local = _rows(capsys)
    with run_app(app) as address:
        monkeypatch.setenv("LEGIBLE_API_KEY", make_key(address)[1])
        there = main(["read", "--server", address, "a.png", "b.png"])
    remote = _rows(capsys)

    assert (here, there) == (1, 1)
    assert remote[0].pop("id")
    assert list(remote[0]) == list(local[0])
    assert local[0].pop("timing_ms").keys() == remote[0].pop("timing_ms").keys()
    assert len(local[0]["pages"][0]["lines"][0]["symbols"]) > 0
    assert remote == local


def _rows(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]
