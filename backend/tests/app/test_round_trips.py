"""How often a reading asks the database: each time is a way there and back."""

from legible.app import models
from tests.app.people import Person, picture
from tests.app.statements import statements_of


def test_a_reading_asks_once_who_it_is_and_writes_each_table_once(ada: Person) -> None:
    ada.send(picture())

    with statements_of() as sent:
        response = ada.send(picture())

    assert response.status_code == 201
    begins = [" ".join(statement.split()[:3]) for statement, _ in sent]
    assert [begin.split()[0] for begin in begins] == ["SELECT", "INSERT", "INSERT", "INSERT"]
    assert begins[1:] == [
        f"INSERT INTO {table.__tablename__}"
        for table in (models.UsageMonth, models.Usage, models.Reading)
    ]


def test_a_key_costs_no_more(ada: Person) -> None:
    made = ada.client.post(
        "/api/v1/keys", headers=ada.headers, json={"name": "scanner", "scopes": ["write"]}
    )
    program = Person(ada.client, ada.user, made.json()["key"])
    program.send(picture())

    with statements_of() as sent:
        response = program.send(picture())

    assert response.status_code == 201
    assert len(sent) == 4
