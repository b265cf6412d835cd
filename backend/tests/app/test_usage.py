import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
import sqlalchemy as sa
from PIL import Image
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.main import create_app
from legible.app.settings import Settings
from legible.app.usage import routes, service, statements
from legible.app.usage.plans import Plan, price_of
from legible.app.usage.service import count_pages, next_month
from legible.reader.errors import Truncated
from tests.app.people import FakeReader, Person, Register, assert_problem, picture

PLANS = """
default = "free"
currency = "EUR"
[plans.free]
included_pages = 5
[plans.team]
included_pages = 10
price_per_thousand = "4.10"
"""


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    (tmp_path / "plans.toml").write_text(PLANS)
    return settings.model_copy(update={"plans_file": tmp_path / "plans.toml"})


@pytest.fixture
def database(settings: Settings) -> Any:
    database = Database(settings.sqlalchemy_url())
    yield database
    database.close()


SetClock = Callable[[str], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Let it be another time for all that counts and bills."""

    def _set(time: str) -> None:
        for module in (service, statements, routes):
            monkeypatch.setattr(module, "now", lambda: datetime.fromisoformat(time))

    return _set


def _take_plan(database: Database, person: Person, plan: str | None) -> None:
    with database.writes() as session:
        session.execute(
            sa.update(models.User)
            .where(models.User.id == UUID(person.user["id"]))
            .values(plan=plan)
        )


def _tiff(pages: int) -> bytes:
    file = io.BytesIO()
    sheets = [Image.new("L", (30, 20 + page), 200) for page in range(pages)]
    sheets[0].save(file, "TIFF", save_all=True, append_images=sheets[1:])
    return file.getvalue()


@pytest.mark.parametrize("path", ["/usage", "/statements", "/statements/2026-01"])
def test_nobody_sees_usage_without_a_token(client: TestClient, path: str) -> None:
    assert_problem(client.get(f"/api/v1{path}"), 401, "not_authenticated")


def test_each_page_counts_once_by_day_key_and_networks(
    ada: Person, database: Database, set_clock: SetClock
) -> None:
    key_id = UUID(int=7)
    set_clock("2026-03-01T12:00:00+00:00")
    ada.read(_tiff(3))
    ada.read()
    with database.writes() as session:
        count_pages(
            session,
            user_id=UUID(ada.user["id"]),
            plan=Plan("team", 100, Decimal(1), "EUR"),
            reading_id=UUID(int=1),
            key_id=key_id,
            pages=2,
            networks={"line": "2.0.0", "digit": "1.0.0"},
        )
    set_clock("2026-03-02T12:00:00+00:00")

    usage = ada.get("/usage").json()

    assert (usage["from"], usage["to"]) == ("2026-03-01", "2026-03-02")
    assert usage["lines"] == [
        {
            "day": "2026-03-01",
            "key_id": None,
            "key_name": None,
            "models": {"digit": "9.9.9"},
            "readings": 2,
            "pages": 4,
        },
        {
            "day": "2026-03-01",
            "key_id": str(key_id),
            "key_name": None,
            "models": {"digit": "1.0.0", "line": "2.0.0"},
            "readings": 1,
            "pages": 2,
        },
    ]
    assert usage["totals"] == {"readings": 3, "pages": 6}
    assert usage["this_month"] == {
        "plan": "free",
        "used_pages": 6,
        "included_pages": 5,
        "hard_stop": True,
        "resets_at": "2026-04-01T00:00:00Z",
    }


@pytest.mark.parametrize(("name", "written"), [("Scanner", "Scanner"), ("=1+1", "'=1+1")])
def test_what_a_key_reads_is_told_with_its_name_even_when_it_is_revoked(
    ada: Person, name: str, written: str
) -> None:
    new = {"name": name, "scopes": ["write"]}
    made = ada.client.post("/api/v1/keys", headers=ada.headers, json=new).json()
    ada.client.post(
        "/api/v1/readings",
        headers={"Authorization": f"Bearer {made['key']}"},
        files={"file": ("card.png", picture())},
    )
    ada.delete(f"/keys/{made['id']}")
    month = f"{datetime.now(UTC):%Y-%m}"

    [used] = ada.get("/usage").json()["lines"]
    [billed] = ada.get(f"/statements/{month}").json()["lines"]
    line, _total = csv.DictReader(
        io.StringIO(ada.get(f"/statements/{month}", params={"format": "csv"}).text)
    )
    pdf = pypdfium2.PdfDocument(ada.get(f"/statements/{month}", params={"format": "pdf"}).content)

    assert (used["key_id"], used["key_name"]) == (made["id"], name)
    assert (billed["key_id"], billed["key_name"]) == (made["id"], name)
    # A spreadsheet must not take the name for a formula.
    assert (line["key_id"], line["key_name"]) == (made["id"], written)
    text = pdf[0].get_textpage().get_text_range()
    assert name in text
    assert made["id"] in text


def test_an_answer_tells_how_far_the_month_is_used_up(ada: Person, set_clock: SetClock) -> None:
    set_clock("2026-12-31T23:59:59+00:00")

    response = ada.send(_tiff(2))

    assert response.headers["usage-pages-used"] == "2"
    assert response.headers["usage-pages-included"] == "5"
    assert response.headers["usage-resets-at"] == "2027-01-01T00:00:00Z"


def test_failures_do_not_count(ada: Person, reader: FakeReader) -> None:
    reader.error = Truncated("The file ends too early.")
    ada.send(picture())
    reader.error = None
    ada.send(b"no picture")
    ada.send(picture(), symbols="letters")

    assert ada.get("/usage").json()["totals"] == {"readings": 0, "pages": 0}


def test_a_deleted_reading_has_been_read_all_the_same(ada: Person) -> None:
    ada.delete(f"/readings/{ada.read()['id']}")

    assert ada.get("/usage").json()["totals"] == {"readings": 1, "pages": 1}


def test_no_reading_can_be_counted_twice(ada: Person, database: Database) -> None:
    reading_id = UUID(ada.read()["id"])

    with pytest.raises(sa.exc.IntegrityError), database.writes() as session:
        count_pages(
            session,
            user_id=UUID(ada.user["id"]),
            plan=Plan("free", 5, None, "EUR"),
            reading_id=reading_id,
            key_id=None,
            pages=1,
            networks={},
        )

    assert ada.get("/usage").json()["this_month"]["used_pages"] == 1


def test_usage_is_ones_own(register: Register) -> None:
    ada, bob = register("ada"), register("bob")
    ada.read()

    assert bob.get("/usage").json()["totals"]["pages"] == 0
    assert bob.get("/usage").json()["this_month"]["used_pages"] == 0


def test_the_range_has_both_its_ends(ada: Person, set_clock: SetClock) -> None:
    for day in (1, 2, 3, 4):
        set_clock(f"2026-03-0{day}T00:00:00+00:00")
        ada.read()

    usage = ada.get("/usage", params={"from": "2026-03-02", "to": "2026-03-03"}).json()

    assert [line["day"] for line in usage["lines"]] == ["2026-03-02", "2026-03-03"]
    assert usage["totals"]["pages"] == 2


@pytest.mark.parametrize(
    "params",
    [
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"from": "2025-01-01", "to": "2026-03-01"},
        {"from": "yesterday"},
        {"from": "2026-02-30"},
        {"from": "0"},
    ],
)
def test_a_range_that_is_none_is_refused(ada: Person, params: dict[str, str]) -> None:
    problem = assert_problem(ada.get("/usage", params=params), 422, "invalid_request")

    assert problem["errors"][0]["field"] == "from"


def test_a_plan_with_no_price_stops_at_its_quota_until_the_next_month(
    ada: Person, reader: FakeReader, set_clock: SetClock
) -> None:
    set_clock("2026-03-31T23:00:00+00:00")
    ada.read(_tiff(4))

    too_long = ada.send(_tiff(2))
    last = ada.send(picture())
    asked = len(reader.asked)
    refused = ada.send(picture())

    problem = assert_problem(too_long, 402, "quota_reached")
    assert "1 are left; this file has 2" in problem["detail"]
    assert last.status_code == 201
    problem = assert_problem(refused, 402, "quota_reached")
    assert "2026-04-01" in problem["detail"]
    assert refused.headers["retry-after"] == "3601"
    assert len(reader.asked) == asked  # it was not even read
    assert len(ada.get("/readings").json()["items"]) == 2

    set_clock("2026-04-01T00:00:00+00:00")
    assert ada.send(picture()).headers["usage-pages-used"] == "1"


def test_a_refused_file_leaves_no_picture_behind(ada: Person, settings: Settings) -> None:
    assert_problem(ada.send(_tiff(6)), 402, "quota_reached")

    assert not [path for path in settings.pictures_dir.rglob("*") if path.is_file()]


def test_a_plan_with_a_price_goes_on(ada: Person, database: Database) -> None:
    _take_plan(database, ada, "team")

    answers = [ada.send(_tiff(6)) for _ in range(3)]

    assert [answer.headers["usage-pages-used"] for answer in answers] == ["6", "12", "18"]


def test_a_plan_that_is_gone_from_the_file_counts_as_the_default(
    ada: Person, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    _take_plan(database, ada, "gold")

    assert ada.send(picture()).headers["usage-pages-included"] == "5"
    assert "gold" in caplog.text


def test_months_follow_utc_whatever_the_zone_of_the_clock(ada: Person, set_clock: SetClock) -> None:
    for time in ("2026-01-31T23:59:59.999999", "2026-02-01T00:00:00", "2026-02-28T23:59:59"):
        set_clock(f"{time}+00:00")
        ada.read()
    set_clock("2026-03-01T00:00:00+00:00")
    ada.read()

    assert ada.get("/statements").json() == {"months": ["2026-03", "2026-02", "2026-01"]}
    pages = {
        month: ada.get(f"/statements/{month}").json()["pages"]
        for month in ("2026-01", "2026-02", "2026-03")
    }
    assert pages == {"2026-01": 1, "2026-02": 2, "2026-03": 1}
    assert ada.get("/statements/2026-02").json()["final"] is True
    assert ada.get("/statements/2026-03").json()["final"] is False


def test_a_statement_tells_what_the_pages_beyond_cost(
    ada: Person, database: Database, set_clock: SetClock
) -> None:
    set_clock("2026-03-10T12:00:00+00:00")
    _take_plan(database, ada, "team")
    for _ in range(3):
        ada.read(_tiff(6))

    statement = ada.get("/statements/2026-03").json()

    assert statement == {
        "month": "2026-03",
        "final": False,
        "account": ada.user["id"],
        "plan": "team",
        "lines": [
            {
                "key_id": None,
                "key_name": None,
                "models": {"digit": "9.9.9"},
                "readings": 3,
                "pages": 18,
            }
        ],
        "pages": 18,
        "included_pages": 10,
        "beyond_pages": 8,
        "price_per_thousand": "4.10",
        "amount": "0.03",  # 8 * 4.10 / 1000 = 0.0328
        "currency": "EUR",
    }


def test_new_prices_and_plans_leave_the_months_before_as_they_were(
    ada: Person, database: Database, settings: Settings, set_clock: SetClock
) -> None:
    _take_plan(database, ada, "team")
    set_clock("2026-03-10T12:00:00+00:00")
    ada.read(_tiff(12))
    before = ada.get("/statements/2026-03").json()

    assert settings.plans_file is not None
    settings.plans_file.write_text(PLANS.replace("4.10", "900").replace("10\n", "1\n"))
    _take_plan(database, ada, None)
    set_clock("2026-04-01T00:00:00+00:00")
    with TestClient(create_app(settings, FakeReader)) as restarted:
        after = Person(restarted, ada.user, ada.token).get("/statements/2026-03").json()
        now = Person(restarted, ada.user, ada.token).get("/statements/2026-04").json()

    assert after == before | {"final": True}
    assert (now["plan"], now["pages"], now["amount"]) == ("free", 0, "0.00")


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "26-01", "2026-1", "0000-01", "march"])
def test_a_month_that_is_none_is_refused(ada: Person, month: str) -> None:
    assert_problem(ada.get(f"/statements/{month}"), 422, "invalid_request")


@pytest.mark.parametrize("month", ["2019-05", "9999-12"])
def test_a_month_without_usage_has_no_statement(ada: Person, month: str) -> None:
    assert_problem(ada.get(f"/statements/{month}"), 404, "not_found")


def test_a_statement_is_ones_own(register: Register, set_clock: SetClock) -> None:
    ada, bob = register("ada"), register("bob")
    set_clock("2026-03-10T12:00:00+00:00")
    ada.read()
    set_clock("2026-04-10T12:00:00+00:00")

    assert_problem(bob.get("/statements/2026-03"), 404, "not_found")
    assert bob.get("/statements").json() == {"months": ["2026-04"]}


def test_the_lines_of_the_csv_add_up_to_its_total(
    ada: Person, database: Database, set_clock: SetClock
) -> None:
    set_clock("2026-03-10T12:00:00+00:00")
    _take_plan(database, ada, "team")
    ada.read(_tiff(12))

    response = ada.get("/statements/2026-03", params={"format": "csv"})

    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="legible-2026-03.csv"'
    usage, total = csv.DictReader(io.StringIO(response.text))
    assert (usage["kind"], usage["models"], usage["pages"]) == ("usage", "digit 9.9.9", "12")
    assert (total["kind"], total["pages"], total["beyond_pages"]) == ("total", "12", "2")
    assert (total["price_per_thousand"], total["amount"]) == ("4.10", "0.01")
    assert total["currency"] == "EUR"
    assert total["account"] == ada.user["id"]


def test_the_pdf_says_the_same(register: Register, database: Database) -> None:
    zoe = register("zoëž")
    _take_plan(database, zoe, "team")
    zoe.read(_tiff(12))
    month = zoe.get("/statements").json()["months"][0]

    response = zoe.get(f"/statements/{month}", params={"format": "pdf"})

    assert response.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(response.content)
    text = document[0].get_textpage().get_text_range()
    document.close()
    for part in (
        "Zoë? <zoë?@example.com>",
        zoe.user["id"],
        "Plan team",
        "digit 9.9.9",
        "0.01 EUR",
        "not over yet",
    ):
        assert part in text, text


@pytest.mark.parametrize(
    ("pages", "price", "currency", "amount"),
    [
        (0, "4.00", "EUR", "0.00"),
        (1000, "4.00", "EUR", "4.00"),
        (1001, "4.00", "EUR", "4.00"),
        (999_999_999, "0.01", "EUR", "10000.00"),
        (5, "1", "EUR", "0.00"),  # half a cent, to even
        (15, "1", "EUR", "0.02"),  # one and a half, to even
        (123_456, "7.77", "JPY", "959"),
        (123_456, "7.77", "KWD", "959.253"),
    ],
)
def test_prices_are_exact_and_rounded_once(
    pages: int, price: str, currency: str, amount: str
) -> None:
    assert str(price_of(pages, Decimal(price), currency)) == amount


def test_prices_stay_exact_in_the_database(ada: Person, database: Database) -> None:
    price = Decimal("123456789.123456")
    with database.writes() as session:
        count_pages(
            session,
            user_id=UUID(ada.user["id"]),
            plan=Plan("big", 0, price, "EUR"),
            reading_id=UUID(int=1),
            key_id=None,
            pages=1_000,
            networks={},
        )
        kept = session.scalars(sa.select(models.UsageMonth.price_per_thousand)).one()

    assert kept == price
    [month] = ada.get("/statements").json()["months"]
    assert ada.get(f"/statements/{month}").json()["amount"] == "123456789.12"


def test_every_month_is_followed_by_the_next() -> None:
    month = date(2023, 1, 1)
    for _ in range(36):
        following = next_month(month)
        assert following.day == 1
        assert (following - timedelta(days=1)).strftime("%Y-%m") == month.strftime("%Y-%m")
        month = following
    assert month == date(2026, 1, 1)
    assert datetime.now(UTC).date() >= month


@pytest.mark.parametrize("month", ["2026-13", "26-01", "2\u0660\u0662\u0666-01", "0000-01"])
def test_a_month_that_is_none_is_told(ada: Person, month: str) -> None:
    assert_problem(ada.get(f"/statements/{month}"), 422, "invalid_request")
