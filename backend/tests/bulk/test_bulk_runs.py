"""`legible bulk` as people run it: on Ray of its own, killed midway, on a cluster, with buckets."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pyarrow.parquet as pq
import pytest
from moto.server import ThreadedMotoServer

from legible.cli import main
from tests.images import add_grain, draw_text, encode

pytestmark = pytest.mark.model
LEGIBLE = Path(sys.executable).with_name("legible")
_WAIT_S = 180  # ends a test that hangs, on a slow machine too


_started: list[subprocess.Popen[str]] = []


@pytest.fixture(autouse=True)
def _end_what_was_started() -> Iterator[None]:
    yield
    while _started:
        process = _started.pop()
        process.kill()
        process.communicate()


@pytest.fixture(autouse=True)
def _heard_ctrl_c() -> Iterator[None]:
    """Shells have what runs behind them ignore Ctrl-C, as `make test` does, and its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def _start(*arguments: str, cwd: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [LEGIBLE, "bulk", *arguments],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _started.append(process)
    return process


def _run(*arguments: str, cwd: Path) -> tuple[int, str]:
    process = _start(*arguments, cwd=cwd)
    out, errors = process.communicate(timeout=_WAIT_S)
    assert out == ""
    return process.returncode, errors


def _wait(until: Callable[[], object]) -> None:
    end = time.monotonic() + _WAIT_S
    while not until():
        assert time.monotonic() < end
        assert all(process.poll() is None for process in _started)
        time.sleep(0.05)


def _draw(folder: Path, count: int) -> dict[str, str]:
    """Pictures, and what stands in each; each file is another."""
    folder.mkdir()
    texts = {f"{number:03}.png": f"{number % 10}{number % 7}" for number in range(count)}
    for seed, (name, text) in enumerate(texts.items()):
        page = draw_text(text, height_px=24, pen_px=3, margin_px=8)
        (folder / name).write_bytes(encode(add_grain(page, 4, seed)))
    return texts


def _texts(rows: list[dict[str, Any]]) -> dict[str, str]:
    """What was read in each file, each of which may be there but once."""
    names = [row["file"] for row in rows]
    assert len(names) == len(set(names))
    return {row["file"].rpartition("/")[2]: row["text"] for row in rows}


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*"))


def test_a_run_that_is_stopped_is_taken_up_where_it_was(tmp_path: Path) -> None:
    texts = _draw(tmp_path / "in", 50)
    (tmp_path / "in/bad.png").write_text("Dear Sir or Madam")
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("000.png", encode(draw_text("77")))
    arguments = ("in", "in/*.png", "more.zip", "all.jsonl", "--part-files", "1", "--jobs", "1")
    parts = tmp_path / "all.jsonl.parts"

    stopped = _start(*arguments, cwd=tmp_path)
    _wait(lambda: len(_parts(parts)) >= 2)
    os.killpg(stopped.pid, signal.SIGINT)  # as a terminal does
    _, errors = stopped.communicate(timeout=_WAIT_S)

    assert (stopped.returncode, "Traceback" in errors) == (130, False)
    assert errors.splitlines()[-1] == (
        "legible bulk: Stopped. What was read is kept: the same command goes on from there."
    )
    before = {part: part.stat().st_mtime_ns for part in _parts(parts)}
    assert len(before) < 52
    assert not (tmp_path / "all.jsonl").exists()

    code, errors = _run(*arguments, cwd=tmp_path)

    assert (code, "Traceback" in errors) == (1, False)
    assert errors.splitlines()[-1] == "legible bulk: 52 files are at all.jsonl, 1 of them not read."
    whole = tmp_path / "all.jsonl"
    rows = [json.loads(line) for line in whole.read_bytes().splitlines()]
    assert _texts(rows[:50]) == texts
    assert [row["error_code"] for row in rows[50:]] == ["not_an_image", None]
    assert (rows[51]["file"], rows[51]["text"]) == ("more.zip!/000.png", "77")

    assert {part: part.stat().st_mtime_ns for part in before} == before
    assert len(_parts(parts)) == 52

    # Nothing is missing now, so that Ray is not started, of which there is none there.
    table = whole.read_bytes()
    code, errors = _run(*arguments[:-2], "--address", "127.0.0.1:9", cwd=tmp_path)
    assert (code, whole.read_bytes()) == (1, table)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A stand-in for S3: moto's server, over HTTP. No real store is asked by any test."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in (
        ("AWS_ENDPOINT_URL", f"http://{host}:{port}"),
        ("AWS_ACCESS_KEY_ID", "not-a-key"),
        ("AWS_SECRET_ACCESS_KEY", "not-a-secret"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    client.create_bucket(Bucket="cards")
    yield client
    client.close()
    server.stop()


def _keys(s3: Any, prefix: str) -> list[str]:
    found = s3.list_objects_v2(Bucket="cards", Prefix=prefix).get("Contents", [])
    return [each["Key"] for each in found]


def test_a_run_over_s3_whose_driver_is_killed_is_taken_up_again(tmp_path: Path, s3: Any) -> None:
    texts = _draw(tmp_path / "in", 40)
    for name in texts:
        s3.upload_file(str(tmp_path / "in" / name), "cards", f"monday/{name}")
    s3.put_object(Bucket="cards", Key="monday/empty.png", Body=b"")
    arguments = ("s3://cards/monday", "s3://cards/out", "--part-files", "2", "--jobs", "2")

    killed = _start(*arguments, cwd=tmp_path)
    _wait(lambda: len(_keys(s3, "out/part-")) >= 3)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=_WAIT_S)
    there = len(_keys(s3, "out/part-"))
    code, errors = _run(*arguments, cwd=tmp_path)

    assert there < 21
    assert " of them read before." in errors
    assert (code, "Traceback" in errors) == (1, False)
    for key in _keys(s3, "out/part-"):
        s3.download_file("cards", key, str(tmp_path / key.rpartition("/")[2]))
    rows = [row for part in _parts(tmp_path) for row in pq.read_table(part).to_pylist()]
    assert _texts(rows) == {**texts, "empty.png": None}
    assert [row["error_code"] for row in rows if row["text"] is None] == ["not_an_image"]
    assert {row["file"].partition("monday")[0] for row in rows} == {"s3://cards/"}
    assert "out/_SUCCESS" in _keys(s3, "out/")


@pytest.fixture
def three_nodes() -> Iterator[tuple[str, Callable[[], None]]]:
    """The address of a cluster, and what kills one of its nodes."""
    folder = tempfile.mkdtemp(prefix="legible-")  # sockets lie in it: their paths must be short
    process = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("three_nodes.py"), folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None

    def kill() -> None:
        assert process.stdin is not None
        process.stdin.write("kill\n")
        process.stdin.flush()

    address = process.stdout.readline().strip()
    while address and not address.rpartition(":")[2].isdigit():
        address = process.stdout.readline().strip()
    yield address, kill
    process.communicate(timeout=_WAIT_S)
    shutil.rmtree(folder, ignore_errors=True)


def test_a_cluster_that_loses_a_node_reads_all_once(
    tmp_path: Path, three_nodes: tuple[str, Callable[[], None]]
) -> None:
    address, kill = three_nodes
    texts = _draw(tmp_path / "in", 120)
    out = tmp_path / "out"

    run = _start("in", "out", "--part-files", "4", "--address", address, cwd=tmp_path)
    _wait(lambda: len(_parts(out)) >= 4)
    kill()
    there = len(_parts(out))
    _, errors = run.communicate(timeout=_WAIT_S)

    assert there < 30
    assert (run.returncode, "Traceback" in errors) == (0, False)
    assert len(_parts(out)) == 30
    assert _texts(pq.read_table(out).to_pylist()) == texts


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("in", "out", "--pattern", "[a-z]"), "'a-z'"),
        (("missing", "out"), "There is nothing at missing"),
        (("in", "out.csv", "--format", "jsonl"), "ends in .csv"),
        (("in", "out", "--storage-options", "endpoint"), "expected a JSON object"),
        (("in", "out", "--part-files", "0"), "expected 1 or more"),
        (("in", "out", "--address", "auto", "--jobs", "2"), "--jobs is for reading here"),
        (("in", "out", "--models", "in"), "CURRENT.json"),
    ],
)
def test_what_cannot_be_done_is_told_before_anything_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    words: str,
) -> None:
    _draw(tmp_path / "in", 1)
    monkeypatch.chdir(tmp_path)

    try:
        code: Any = main(["bulk", *arguments])
    except SystemExit as error:  # as argparse refuses
        code = error.code

    assert (code, words in capsys.readouterr().err) == (2, True)
    assert not (tmp_path / "out").exists()


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    hide = "import sys; sys.modules['ray'] = None; from legible.cli import main; sys.exit(main())"

    done = subprocess.run(
        [sys.executable, "-c", hide, "bulk", "in", "out"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr == (
        "legible: Reading many files at once needs: pip install 'legible[bulk]'\n"
    )
