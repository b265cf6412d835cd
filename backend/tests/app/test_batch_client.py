"""`Client.read_batch` against the real application, and against servers that break off."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from legible.app.main import create_app
from legible.app.settings import Settings
from legible.client import (
    BatchItem,
    Client,
    LegibleError,
    NoConnection,
    NotAllowed,
    NotAuthenticated,
    Refused,
    ServerFailed,
)
from legible.client import batch as batch_module
from legible.client.retry import Retries
from tests.app.people import FakeReader, picture
from tests.app.running import Answer, Script, make_key, run_app, run_script
from tests.app.test_retries import reading_json
from tests.app.zips import pack

SOON = Retries(count=2, first_wait_s=0.001)
CARDS = [(f"{number}.png", picture(90 + number)) for number in range(5)]


@pytest.fixture
def ada_client(address: str) -> Iterator[Client]:
    with Client(address, api_key=make_key(address)[1], retries=SOON) as client:
        yield client


def _code(item: BatchItem) -> str | None:
    return item.error.code if isinstance(item.error, LegibleError) else None


def test_files_archives_and_contents_are_read_in_order(
    ada_client: Client, reader: FakeReader, tmp_path: Path
) -> None:
    card, packed = tmp_path / "card.png", tmp_path / "a.zip"
    card.write_bytes(picture())
    packed.write_bytes(pack([*CARDS[:2], ("../x.png", b"")]))

    items = list(
        ada_client.read_batch(
            [card, str(packed), tmp_path / "none.png", tmp_path, ("mine", b"words"), CARDS[4]],
            symbols="number",
            pattern="##",
        )
    )

    assert [(item.source, item.archive, item.file_name) for item in items] == [
        (str(card), None, "card.png"),
        (str(packed), "a.zip", "0.png"),
        (str(packed), "a.zip", "1.png"),
        (str(packed), "a.zip", "../x.png"),
        (str(tmp_path / "none.png"), None, str(tmp_path / "none.png")),
        (str(tmp_path), None, str(tmp_path)),
        ("mine", None, "mine"),
        ("4.png", None, "4.png"),
    ]
    assert [type(item.error) for item in items] == [
        *[type(None)] * 3,
        Refused,
        FileNotFoundError,
        IsADirectoryError,
        Refused,
        type(None),
    ]
    assert [_code(items[3]), _code(items[6])] == ["unsafe_name", "not_an_image"]
    assert [item.of for item in items] == [8] * 8
    assert {(options.symbols, options.pattern) for options in reader.asked} == {("number", "##")}
    first = items[0].reading
    assert first is not None
    assert ada_client.get(first.id) == first


def test_many_files_go_in_groups_and_are_known_again_by_their_key(
    ada_client: Client, reader: FakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_module, "_GROUP_FILES", 2)

    first = list(ada_client.read_batch(CARDS, idempotency_key="monday"))
    again = list(ada_client.read_batch(CARDS, idempotency_key="monday"))
    other = list(ada_client.read_batch(CARDS))

    assert [item.file_name for item in first] == [name for name, _ in CARDS]
    assert [item.reading for item in again] == [item.reading for item in first]
    assert [item.replayed for item in (*first, *again, *other)] == [False] * 5 + [True] * 5 + [
        False
    ] * 5
    assert len(reader.asked) == 10
    assert list(ada_client.read_batch([])) == []


def test_heavy_files_go_in_groups_of_their_weight(
    ada_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_module, "_GROUP_BYTES", 2 * len(CARDS[0][1]))

    assert len(list(ada_client.read_batch(CARDS))) == 5


def test_what_is_too_much_at_once_goes_in_parts(sqlite_settings: Settings) -> None:
    settings = sqlite_settings.model_copy(update={"max_batch_files": 2})
    with (
        run_app(create_app(settings, FakeReader)) as address,
        Client(address, api_key=make_key(address)[1], retries=SOON) as client,
    ):
        items = list(client.read_batch([*CARDS, ("a.zip", pack(CARDS[:3])), CARDS[0]]))

    assert [_code(item) for item in items] == [None] * 5 + ["too_many_files", None]
    assert [item.file_name for item in items] == [*(name for name, _ in CARDS), "a.zip", "0.png"]


def test_who_may_not_read_is_told_at_once(address: str) -> None:
    key = make_key(address, "bob", "read")[1]
    with (
        Client(address, api_key=key, retries=SOON) as client,
        pytest.raises(NotAllowed, match="scope"),
    ):
        next(client.read_batch(CARDS))


def _line(index: int, **values: Any) -> dict[str, Any]:
    name = CARDS[index][0]
    shown = {"index": index, "of": 5, "part": index, "file_name": name, **values}
    return shown if values else {**shown, "status": 201, "reading": reading_json()}


def _stream(*lines: dict[str, Any], cut: bool = False) -> Answer:
    body = "".join(json.dumps(line) + "\n" for line in lines).encode()
    return Answer(200, body, {"Content-Type": "application/x-ndjson"}, len(body) + 100 * cut)


DONE = {"done": True, "read": 5, "failed": 0, "replayed": 0, "pages": 5}
STOPPING = {"done": False, "code": "stopping", "detail": "Later.", "read": 0}


def _starts(script: Script) -> list[str]:
    """With which item each request began."""
    marks = [body.split(b'name="start"\r\n\r\n')[1] for _, _, _, body in script.asked]
    return [mark.split(b"\r\n")[0].decode() for mark in marks]


@pytest.mark.parametrize(
    "broken",
    [
        _stream(_line(0), _line(1), cut=True),
        _stream(_line(0), _line(1)),
        _stream(_line(0), _line(1), STOPPING),
    ],
    ids=["cut", "no last line", "stopping"],
)
def test_a_stream_that_breaks_off_is_taken_up_where_it_was(broken: Answer) -> None:
    rest = _stream(_line(2), _line(3), _line(4), DONE)
    with (
        run_script(Answer(503), broken, Answer(0), rest) as script,
        Client(script.address, api_key="key", retries=SOON) as client,
    ):
        items = list(client.read_batch(CARDS))

    assert [item.file_name for item in items] == [name for name, _ in CARDS]
    assert _starts(script) == ["0", "0", "2", "2"]
    assert len({headers["idempotency-key"] for _, _, headers, _ in script.asked}) == 1
    assert all(picture(94) in body for _, _, _, body in script.asked)


def test_one_that_never_ends_is_given_up_unless_it_goes_on_each_time() -> None:
    steps = [_stream(_line(index), cut=True) for index in range(5)]
    with (
        run_script(*steps, _stream(DONE)) as script,
        Client(script.address, api_key="key", retries=SOON) as client,
    ):
        assert len(list(client.read_batch(CARDS))) == 5
    with (
        run_script(steps[0], _stream(STOPPING)) as script,
        Client(script.address, api_key="key", retries=SOON) as client,
    ):
        items = client.read_batch(CARDS)
        next(items)
        with pytest.raises(ServerFailed) as told:
            next(items)
        assert told.value.code == "stopping"
        assert len(script.asked) == 3


def test_one_that_loses_its_right_is_not_asked_for_again() -> None:
    end = {"done": False, "code": "key_revoked", "detail": "Revoked.", "read": 1}
    with (
        run_script(_stream(_line(0), end)) as script,
        Client(script.address, api_key="key", retries=SOON) as client,
    ):
        items = client.read_batch(CARDS)
        next(items)
        with pytest.raises(NotAuthenticated) as told:
            next(items)
        assert told.value.code == "key_revoked"
        assert len(script.asked) == 1


@pytest.mark.parametrize(
    "line",
    [[], 1, {}, {"index": 0}, _line(0, part=9, reading={}), _line(0, reading={}), {"done": False}],
)
def test_what_is_no_line_of_a_batch_is_told(line: Any) -> None:
    with (
        run_script(_stream(line)) as script,
        Client(script.address, api_key="key", retries=SOON) as client,
        pytest.raises(ServerFailed) as told,
    ):
        list(client.read_batch(CARDS))

    assert told.value.code == "not_legible"
    assert len(script.asked) == 1


def test_nothing_is_asked_for_before_the_first_item_is_wanted() -> None:
    with (
        run_script(Answer(0)) as script,
        Client(script.address, api_key="key", retries=Retries(count=0)) as client,
    ):
        items = client.read_batch(CARDS)
        assert script.asked == []
        with pytest.raises(NoConnection):
            next(items)
