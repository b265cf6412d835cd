"""`legible batch` and `legible keys`, against the real application."""

import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from legible.cli import main
from legible.client import Client
from legible.client.key import Account
from legible.remote.credentials import config_file
from tests.app.people import PASSWORD, FakeReader, picture
from tests.app.running import Answer, make_key, run_script
from tests.app.zips import pack

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
    monkeypatch.setenv("LEGIBLE_SERVER", address)
    return made


def _legible(*arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], input=given, capture_output=True, check=False
    )


def _rows(capture: Capture) -> list[dict[str, Any]]:
    out, err = capture.readouterr()
    assert err == ""
    return [json.loads(line) for line in out.splitlines()]


def _lay_out() -> None:
    for name in ("b/2.PNG", "b/deep/3.png", "b/.hidden/4.png", "a.png"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(picture())
    Path("b/notes.txt").write_text("no picture")
    Path("b/1.zip").write_bytes(pack([("x/5.png", picture()), ("6.png", b"words")]))
    Path("empty").mkdir()


def test_files_folders_and_archives_are_read_in_order(
    key: str, reader: FakeReader, capsys: Capture
) -> None:
    _lay_out()

    code = main(["batch", "a.png", "b", "empty", "none.png", "--symbols", "number"])

    rows = _rows(capsys)
    assert code == 1
    assert [(row["file"], row.get("error", {}).get("code")) for row in rows] == [
        ("a.png", None),
        ("b/1.zip/x/5.png", None),
        ("b/1.zip/6.png", "not_an_image"),
        ("b/2.PNG", None),
        ("b/deep/3.png", None),
        ("empty", "no_pictures"),
        ("none.png", "not_found"),
    ]
    assert {options.symbols for options in reader.asked} == {"number"}


def test_a_line_is_that_of_the_command_read(address: str, key: str, capsys: Capture) -> None:
    Path("a.png").write_bytes(picture())

    assert main(["read", "--server", address, "a.png"]) == 0
    assert main(["batch", "a.png"]) == 0

    alone, one_of_many = _rows(capsys)
    assert alone.pop("id") != one_of_many.pop("id")
    assert alone == one_of_many


def test_files_sent_again_with_their_key_are_not_counted_again(
    address: str, key: str, capsys: Capture
) -> None:
    _lay_out()

    for _ in range(2):
        assert main(["batch", "a.png", "b/2.PNG", "--key", "monday"]) == 0

    rows = _rows(capsys)
    assert rows[:2] == rows[2:]
    with Client(address, api_key=key) as client:
        assert len(list(client.list())) == 2


def test_one_that_breaks_off_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    Path("a.png").write_bytes(picture())
    monkeypatch.setenv("LEGIBLE_API_KEY", "lgb_key")
    known = Answer(200, b'{"email": "ada@example.com"}')
    ended = {"done": False, "code": "key_revoked", "detail": "It was revoked."}
    error = {"status": 415, "code": "not_an_image", "detail": "No.", "title": "No"}
    item = {"index": 0, "of": 2, "part": 0, "file_name": "a.png", "error": error}
    lines = [json.dumps(one).encode() for one in (item, ended)]
    for sent, code, printed in ((lines, 1, 1), (lines[1:], 2, 0)):
        with run_script(known, Answer(200, b"\n".join(sent))) as script:
            assert main(["batch", "--server", script.address, "a.png", "a.png"]) == code
        out, err = capsys.readouterr()
        assert len(out.splitlines()) == printed
        used = script.asked[-1][2]["idempotency-key"].removesuffix("/0")
        assert err == (
            f"legible batch: It was revoked. To go on, send the same files with --key {used}\n"
        )


def test_nothing_starts_without_a_key(address: str, capsys: Capture) -> None:
    assert main(["batch", "a.png"]) == 2
    assert main(["batch", "--server", address, "a.png"]) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("legible batch: ") == 2
    assert "Log in" in err


def test_a_terminal_sees_how_far_an_archive_is(key: str) -> None:
    Path("a.zip").write_bytes(pack([(f"{number}.png", picture()) for number in range(4)]))
    leader, follower = pty.openpty()

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, "batch", "a.zip"],
        stdout=subprocess.PIPE,
        stderr=follower,
        check=False,
    )

    os.close(follower)
    shown = os.read(leader, 10_000).decode()
    os.close(leader)
    assert done.returncode == 0
    assert "] 3 of 4" in shown
    assert shown.endswith("\r\x1b[K")


def _keys(*arguments: str, password: str = PASSWORD) -> "subprocess.CompletedProcess[bytes]":
    return _legible("keys", *arguments, given=f"{password}\n".encode())


def _printed(done: "subprocess.CompletedProcess[bytes]") -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_keys_are_made_listed_renamed_and_revoked(address: str, key: str) -> None:
    [made] = _printed(_keys("create", "Scanner", "--scope", "read", "--until", "2099-12-31"))
    [named] = _printed(_keys("rename", made["prefix"], "Büro"))
    listed = _printed(_keys("list"))

    assert made["key"].startswith(made["prefix"])
    assert (made["scopes"], made["expires_at"]) == (["read"], "2099-12-31T23:59:59Z")
    assert (named["id"], named["name"]) == (made["id"], "Büro")
    assert [one["name"] for one in listed] == ["Büro", "Test"]
    assert all("key" not in one for one in (named, *listed))

    [revoked] = _printed(_keys("revoke", "Büro"))

    assert revoked["id"] == made["id"]
    assert [one["name"] for one in _printed(_keys("list"))] == ["Test"]


def test_a_log_in_for_keys_leaves_nothing_behind(address: str, key: str) -> None:
    with Account(address, email="ada@example.com", password=PASSWORD) as account:
        account.keys()
        token = account._http.headers["Authorization"]
    assert _keys("list").returncode == 0

    assert not config_file().exists()
    gone = httpx2.get(f"{address}/api/v1/users/me", headers={"Authorization": token})
    assert gone.status_code == 401
    login = {"email": "ada@example.com", "password": PASSWORD}
    session = httpx2.post(f"{address}/api/v1/auth/login", json=login).json()
    headers = {"Authorization": f"Bearer {session['access_token']}"}
    devices = httpx2.get(f"{address}/api/v1/sessions", headers=headers).json()["items"]
    # That in which the account was made, and this one.
    assert len(devices) == 2
    assert "legible-client" not in json.dumps(devices)


def test_a_key_that_may_only_write_needs_to_be_told_whose_keys(
    address: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    [made] = _printed(_keys("create", "Writer", "--scope", "write"))
    monkeypatch.setenv("LEGIBLE_API_KEY", made["key"])

    unknown = _keys("list")

    assert unknown.returncode == 2
    assert b"scope `read`" in unknown.stderr
    assert len(_printed(_keys("list", "--email", "ada@example.com"))) == 2
    monkeypatch.delenv("LEGIBLE_API_KEY")
    assert len(_printed(_keys("list", "--email", "ada@example.com"))) == 2
    assert b"--email" in _keys("list").stderr


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["revoke", "nothing"], 1, "There is no key 'nothing'"),
        (["revoke", "Test"], 1, "There are 2 keys called 'Test'"),
        (["create", " "], 1, "name"),
        (["create", "Old", "--until", "2001-01-01"], 1, "expires_at"),
    ],
)
def test_what_cannot_be_done_with_keys_is_told(
    key: str, arguments: list[str], code: int, reason: str
) -> None:
    _printed(_keys("create", "Test"))

    done = _keys(*arguments)

    assert done.returncode == code
    assert done.stdout == b""
    assert done.stderr.startswith(b"legible keys: ")
    assert reason in done.stderr.decode()
    assert len(_printed(_keys("list"))) == 2


def test_a_wrong_password_or_service_is_told(key: str) -> None:
    wrong = _keys("list", password="not the password")
    nowhere = _keys("list", "--server", "http://127.0.0.1:9", "--email", "ada@example.com")

    assert (wrong.returncode, nowhere.returncode) == (2, 2)
    assert wrong.stderr == b"legible keys: The e-mail address or the password is wrong.\n"
    assert nowhere.stderr.startswith(b"legible keys: There is no connection to 127.0.0.1")


def test_values_of_keys_are_typed(address: str, key: str) -> None:
    with Account(address, email="ada@example.com", password=PASSWORD) as account:
        [found] = account.keys()

    assert found.created_at <= datetime.now(UTC)
    assert (found.name, list(found.scopes), found.expires_at) == ("Test", ["read", "write"], None)
