"""The plans file, and the command that gives a plan."""

from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from legible.app import models
from legible.app.db import Database
from legible.app.settings import Settings, StartError
from legible.app.usage.plans import load_plans
from legible.app.usage.service import check_plans
from legible.cli import main
from tests.app.people import Person

GOOD = """
default = "free"
currency = "CHF"
[plans.free]
included_pages = 5
[plans.team]
included_pages = 10
price_per_thousand = "4.10"
"""


def test_the_shipped_plans_are_free_team_and_business() -> None:
    plans = load_plans(Settings())

    assert list(plans.by_name) == ["free", "team", "business"]
    assert plans.default is plans.by_name["free"]
    assert [plan.hard_stop for plan in plans.by_name.values()] == [True, False, False]


def test_a_file_of_ones_own_replaces_them(tmp_path: Path) -> None:
    (tmp_path / "plans.toml").write_text(GOOD)

    plans = load_plans(Settings(plans_file=tmp_path / "plans.toml"))

    assert list(plans.by_name) == ["free", "team"]
    assert plans.by_name["team"].price_per_thousand == Decimal("4.10")
    assert plans.by_name["team"].currency == "CHF"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (GOOD.replace('"free"', '"gold"'), "`default` is 'gold', which is none of the plans"),
        (GOOD.replace('"CHF"', '"francs"'), "currency: "),
        (GOOD.replace('"4.10"', "4.10"), "plans.team.price_per_thousand: "),
        (GOOD.replace('"4.10"', '"-4.10"'), "plans.team.price_per_thousand: "),
        (GOOD.replace('"4.10"', '"NaN"'), "plans.team.price_per_thousand: "),
        (GOOD.replace("= 5", "= -5"), "plans.free.included_pages: "),
        (GOOD.replace("= 5", "= 5.5"), "plans.free.included_pages: "),
        (GOOD.replace("plans.team", "plans.'Team 1'"), "plans.Team 1"),
        (GOOD + "discount = 1", "plans.team.discount: "),
        ("default = 'free'", "currency: Field required"),
        ("default = free", "is no TOML"),
        ("\x00", "is no TOML"),
    ],
)
def test_the_service_does_not_start_with_a_wrong_file_and_says_where(
    tmp_path: Path, wrong: str, reason: str
) -> None:
    path = tmp_path / "plans.toml"
    path.write_text(wrong)

    with pytest.raises(StartError, match="LEGIBLE_PLANS_FILE") as caught:
        load_plans(Settings(plans_file=path))

    assert reason in str(caught.value)


def test_the_service_does_not_start_without_the_file_it_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="cannot be read"):
        load_plans(Settings(plans_file=tmp_path / "none.toml"))


def _plan_of(settings: Settings, person: Person) -> str | None:
    database = Database(settings.sqlalchemy_url())
    with database.reads() as session:
        user = session.get_one(models.User, UUID(person.user["id"]))
    database.close()
    return user.plan


@pytest.fixture
def in_environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEGIBLE_VAR_DIR", str(settings.var_dir))
    monkeypatch.setenv("LEGIBLE_DATABASE_URL", settings.database_url)


@pytest.mark.usefixtures("in_environment")
def test_the_command_gives_an_account_a_plan(ada: Person, settings: Settings) -> None:
    assert main(["plan", "set", "Ada@Example.com", "team"]) == 0

    assert _plan_of(settings, ada) == "team"
    assert ada.read()
    assert ada.get("/usage").json()["this_month"]["plan"] == "team"


@pytest.mark.usefixtures("in_environment")
@pytest.mark.parametrize(
    ("email", "plan", "reason"),
    [
        ("ada@example.com", "gold", "no plan 'gold' in the plans file; it has free, team"),
        ("bob@example.com", "team", "no account bob@example.com"),
    ],
)
def test_the_command_says_what_it_does_not_know(
    ada: Person, capsys: pytest.CaptureFixture[str], email: str, plan: str, reason: str
) -> None:
    assert main(["plan", "set", email, plan]) != 0

    assert reason in capsys.readouterr().err
    assert ada.get("/usage").json()["this_month"]["plan"] == "free"


@pytest.mark.usefixtures("in_environment")
def test_the_service_does_not_start_when_accounts_have_plans_it_does_not_know(
    ada: Person, settings: Settings, tmp_path: Path
) -> None:
    main(["plan", "set", "ada@example.com", "business"])
    (tmp_path / "plans.toml").write_text(GOOD)
    plans = load_plans(Settings(plans_file=tmp_path / "plans.toml"))

    check_plans(settings, load_plans(settings))
    with pytest.raises(StartError, match="does not know: business"):
        check_plans(settings, plans)
