"""`legible login` and `read --server`, against the real application."""

import json
import os
import pty
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from legible.cli import main
from legible.client import Client
from legible.reader.errors import NothingWritten
from legible.remote.credentials import config_file
from tests.app.people import PASSWORD, FakeReader, picture
from tests.app.running import Answer, make_key, run_script

SCRIPT = "from legible.cli import main; raise SystemExit(main())"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person with an empty folder for settings, in an empty folder for work."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("APPDATA", str(folder))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return folder


@pytest.fixture
def key(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Ada's key, given by the environment."""
    made = make_key(address)[1]
    monkeypatch.setenv("LEGIBLE_API_KEY", made)
    return made


def _legible(*arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], input=given, capture_output=True, check=False
    )


def _rows(capture: Capture) -> list[dict[str, Any]]:
    out, err = capture.readouterr()
    assert err == ""
    return [json.loads(line) for line in out.splitlines()]


def test_login_keeps_the_key_for_its_owner_alone_and_others_find_it(
    address: str, home: Path, capsys: Capture
) -> None:
    made = make_key(address)[1]

    done = _legible("login", "--server", f"{address}/", given=f"{made}\n".encode())

    assert done.returncode == 0, done.stderr
    assert config_file().is_relative_to(home)
    assert stat.S_IMODE(config_file().stat().st_mode) == 0o600
    assert made.encode() not in done.stdout + done.stderr
    Path("a.png").write_bytes(picture())
    assert main(["read", "--server", address, "a.png"]) == 0
    assert main(["export"]) == 0  # asks the service of the last login
    assert capsys.readouterr().out.count("a.png") == 2


def test_login_keeps_the_keys_of_other_services(address: str, capsys: Capture) -> None:
    made = make_key(address)[1]
    config_file().parent.mkdir(parents=True)
    config_file().write_text('{"last": "http://other", "keys": {"http://other": "lgb_other"}}')

    assert _legible("login", "--server", address, given=made.encode()).returncode == 0

    kept = json.loads(config_file().read_text())
    assert kept == {"last": address, "keys": {"http://other": "lgb_other", address: made}}


def test_a_key_that_may_only_write_can_log_in_and_read(address: str, capsys: Capture) -> None:
    made = make_key(address, "ada", "write")[1]
    Path("a.png").write_bytes(picture())

    assert _legible("login", "--server", address, given=made.encode()).returncode == 0
    assert main(["read", "--server", address, "a.png"]) == 0
    assert main(["export"]) == 1
    assert "scope `read`" in capsys.readouterr().err


def test_login_with_a_password_makes_a_key_and_forgets_the_password(
    address: str, capsys: Capture
) -> None:
    make_key(address)  # and so the account
    arguments = ("login", "--server", address, "--email", "ada@example.com")

    wrong = _legible(*arguments, given=b"not the password")
    right = _legible(*arguments, given=f"{PASSWORD}\n".encode())

    assert (wrong.returncode, right.returncode) == (2, 0), right.stderr
    assert wrong.stderr == b"legible login: The e-mail address or the password is wrong.\n"
    assert PASSWORD not in config_file().read_text()
    assert json.loads(config_file().read_text())["keys"][address].startswith("lgb_")
    assert main(["export"]) == 0


@pytest.mark.parametrize(
    "answer",
    [Answer(0), Answer(502), Answer(200, b"<html>"), Answer(200, b"[]"), Answer(200, b"{}")],
)
def test_login_at_something_else_than_legible_is_told(answer: Answer) -> None:
    with run_script(answer) as script:
        done = _legible("login", "--server", script.address, "--email", "a@b.de", given=b"secret")

    assert done.returncode == 2
    assert done.stderr.startswith(b"legible login: ")
    assert done.stderr.count(b"\n") == 1
    assert not config_file().exists()


@pytest.mark.parametrize("given", [b"lgb_wrong\n", b"\n", "schlüssel".encode()])
def test_login_keeps_no_key_that_is_not_good(address: str, given: bytes) -> None:
    done = _legible("login", "--server", address, given=given)

    assert done.returncode == 2
    assert done.stderr.startswith(b"legible login: ")
    assert done.stderr.count(b"\n") == 1
    assert not config_file().exists()


def test_files_folders_and_standard_input_are_read_in_order(
    address: str, key: str, capsys: Capture
) -> None:
    for name in ("b/2.PNG", "b/1.png", "b/deep/3.png", "b/.hidden/4.png", "a.png"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(picture())
    Path("b/notes.txt").write_text("no picture")
    Path("empty").mkdir()

    done = _legible("read", "--server", address, "a.png", "b", "-", given=picture(90))
    code = main(["read", "--server", address, "--jobs", "3", "b", "empty", "missing.png", "a.png"])

    assert (done.returncode, done.stderr) == (0, b"")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["file"] for row in lines] == ["a.png", "b/1.png", "b/2.PNG", "b/deep/3.png", "-"]
    assert {row["text"] for row in lines} == {"7"}
    assert code == 1
    rows = _rows(capsys)
    assert [(row["file"], row.get("error", {}).get("code")) for row in rows] == [
        ("b/1.png", None),
        ("b/2.PNG", None),
        ("b/deep/3.png", None),
        ("empty", "no_pictures"),
        ("missing.png", "not_found"),
        ("a.png", None),
    ]


def test_a_line_has_all_that_was_read_and_the_id(
    address: str, key: str, reader: FakeReader, capsys: Capture
) -> None:
    Path("a.png").write_bytes(picture(size=(30, 20)))

    assert main(["read", "--server", address, "--symbols", "number", "a.png"]) == 0

    [row] = _rows(capsys)
    assert row["pages"][0]["lines"][0]["symbols"][0]["probabilities"][7] == 0.9
    assert reader.asked[0].symbols == "number"
    with Client(address, api_key=key) as client:
        assert client.get(row["id"]).file_name == "a.png"


def test_what_the_service_refuses_is_in_its_line(
    address: str, key: str, reader: FakeReader, capsys: Capture
) -> None:
    Path("a.png").write_bytes(picture())
    reader.error = NothingWritten("There is nothing on it.")

    assert main(["read", "--server", address, "a.png"]) == 1

    error = {"code": "nothing_written", "message": "There is nothing on it."}
    assert _rows(capsys) == [{"file": "a.png", "error": error}]


@pytest.mark.parametrize(
    ("server", "api_key", "reason"),
    [
        ("http://127.0.0.1:9", "lgb_key", "There is no connection to 127.0.0.1"),
        ("{address}", "lgb_wrong", "This needs an account"),
        ("{address}", "", "There is no key for http"),
        ("nowhere", "lgb_key", "'nowhere' is no address of a service"),
    ],
)
def test_nothing_starts_without_a_service_and_a_key(
    *,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    server: str,
    api_key: str,
    reason: str,
) -> None:
    monkeypatch.setenv("LEGIBLE_API_KEY", api_key)
    where = server.format(address=address)

    assert main(["read", "--server", where, "a.png"]) == 2
    read_out, read_err = capsys.readouterr()
    assert main(["export", "--server", where, "--out", "a.csv"]) == 2
    export_out, export_err = capsys.readouterr()

    assert (read_out, export_out) == ("", "")
    assert read_err.startswith("legible read: ")
    assert export_err.startswith("legible export: ")
    assert reason in read_err
    assert reason in export_err
    assert "Log in" in read_err or api_key
    assert not Path("a.csv").exists()


def test_a_file_of_keys_that_is_broken_is_told(address: str, capsys: Capture) -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text("{")

    assert main(["read", "--server", address, "a.png"]) == 2
    assert "Delete it and log in again" in capsys.readouterr().err


def test_a_page_that_is_not_legible_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("LEGIBLE_API_KEY", "lgb_key")
    with run_script(Answer(200, b"<!doctype html>")) as script:
        assert main(["read", "--server", script.address, "a.png"]) == 2
    assert "something else than Legible" in capsys.readouterr().err


def test_a_terminal_sees_how_far_it_is_and_programs_do_not(address: str, key: str) -> None:
    for name in ("1.png", "2.png", "3.png"):
        Path(name).write_bytes(picture())
    leader, follower = pty.openpty()

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, "read", "--server", address, "1.png", "x.png", "3.png"],
        stdout=subprocess.PIPE,
        stderr=follower,
        check=False,
    )

    os.close(follower)
    shown = os.read(leader, 10_000).decode()
    os.close(leader)
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 3
    assert "] 0 of 3" in shown
    assert "] 2 of 3, 1 not read" in shown
    assert shown.endswith("\r\x1b[K")


def test_reading_there_takes_no_networks_of_here(address: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["read", "--server", address, "--models", "models", "a.png"])

    assert ended.value.code == 2
    assert "--models" in capsys.readouterr().err


def test_what_is_not_installed_is_told() -> None:
    code = "import sys; sys.modules['httpx2'] = None; " + SCRIPT
    done = subprocess.run(
        [sys.executable, "-c", code, "export"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert done.stderr == "legible: Asking a service needs: pip install 'legible[client]'\n"


def test_commands_that_ask_a_service_need_no_framework_or_network() -> None:
    code = (
        "import sys, legible.remote.reading, legible.remote.export; "
        "print([name for name in ('fastapi', 'sqlalchemy', 'pydantic', 'onnxruntime', 'cv2') "
        "if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
