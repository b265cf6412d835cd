"""`legible export --out`, against the real application."""

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from legible.cli import main
from legible.client import Client
from tests.app.people import picture
from tests.app.running import Answer, make_key, run_script

SCRIPT = "from legible.cli import main; raise SystemExit(main())"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("LEGIBLE_API_KEY", "lgb_key")


@pytest.fixture
def key(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    made = make_key(address)[1]
    monkeypatch.setenv("LEGIBLE_API_KEY", made)
    return made


def test_export_writes_files(address: str, key: str, capsys: Capture) -> None:
    with Client(address, api_key=key) as client:
        ids = [str(client.read(picture(), file_name=f"{n}.png").id) for n in range(3)]

    assert main(["export", "--server", address, "--out", "a.xlsx", "--format", "xlsx"]) == 0
    assert main(["export", "--server", address, "--format", "jsonl", "--status", "review"]) == 0
    assert main(["export", "--server", address, "--until", "2020-01-01", "--out", "b.csv"]) == 0

    sheet = openpyxl.load_workbook("a.xlsx").worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ids[::-1]
    assert [row["id"] for row in map(json.loads, capsys.readouterr().out.splitlines())] == ids[::-1]
    assert len(Path("b.csv").read_text("utf-8-sig").splitlines()) == 1


def test_export_says_where_it_cannot_write(address: str, key: str, capsys: Capture) -> None:
    assert main(["export", "--server", address, "--out", "nowhere/a.csv"]) == 1
    assert capsys.readouterr().err == (
        "legible export: nowhere/a.csv cannot be written: No such file or directory\n"
    )


def test_an_export_that_breaks_off_is_told(capsys: Capture) -> None:
    with run_script(Answer(200, b"{}"), Answer(200, b"half", length=100)) as script:
        assert main(["export", "--server", script.address, "--out", "a.csv"]) == 1
    assert "broke off" in capsys.readouterr().err
    assert list(Path().iterdir()) == []


def test_an_export_into_a_pipe_that_closes_ends_quietly() -> None:
    with run_script(Answer(200, b"{}"), Answer(200, b"1" * 1_000_000)) as script:
        command = [sys.executable, "-c", SCRIPT, "export", "--server", script.address]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.read(10) == b"1" * 10
            process.stdout.close()
            assert process.stderr.read() == b""
    assert process.returncode == 1
