"""The whole loop, on a service in a process of its own: corrections teach a version that is served.

Accounts write outlined digits (`shifted.py`), which the shipped networks mostly take for an 8.
"""

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from tests.shifted import Written, shifted_writers, shifted_writing
from trainer.__main__ import main
from trainer.candidates import split_of, writer_of
from trainer.feedback import Split

_SHIPPED = Path(__file__).parents[2] / "models"
_RUN = "import sys; from legible.cli import main; raise SystemExit(main(sys.argv[1:]))"
# Accounts of each split, and what each of them corrects.
_ACCOUNTS: dict[Split, int] = {"train": 10, "validation": 3, "test": 4}
_EACH = 25
_PASSWORD = "nine violet kettles"


@dataclass
class Site:
    """A running service, and what its operator has at hand."""

    url: str
    var: Path
    models: Path
    environment: dict[str, str]
    # Closed with the service.
    clients: ExitStack

    def command(self, *words: str) -> str:
        """What `legible` says to these words, run beside the service."""
        done = subprocess.run(
            [sys.executable, "-c", _RUN, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def running(folder: Path) -> Iterator[Site]:
    """The service on a port of its own, with the versions of networks that are served."""
    models, var = folder / "models", folder / "var"
    served: dict[str, str] = json.loads((_SHIPPED / "CURRENT.json").read_text("utf-8"))
    for name, version in served.items():
        shutil.copytree(_SHIPPED / name / version, models / name / version)
    shutil.copy(_SHIPPED / "CURRENT.json", models)
    many = "100000"
    environment = os.environ | {
        "LEGIBLE_VAR_DIR": str(var),
        "LEGIBLE_MODELS_DIR": str(models),
        "LEGIBLE_MODELS_POLL_S": "0.5",
        "LEGIBLE_ARGON2_MEMORY_KIB": "8",
        "LEGIBLE_ARGON2_PASSES": "1",
        "LEGIBLE_ATTEMPTS_PER_ADDRESS": many,
        "LEGIBLE_ADDRESS_REQUESTS_PER_MINUTE": many,
        "LEGIBLE_USER_REQUESTS_PER_MINUTE": many,
    }
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", _RUN, "serve", "--port", "0"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    try:
        found = re.search(r":(\d+) ", process.stdout.readline())
        assert found, (folder / "server.log").read_text()[-4000:]
        with ExitStack() as open_clients:
            address = f"http://127.0.0.1:{found[1]}"
            yield Site(address, var, models, environment, open_clients)
    finally:
        process.terminate()
        process.communicate(timeout=60)


@dataclass
class Person:
    """Somebody with an account, by HTTP."""

    http: httpx2.Client
    email: str
    id: UUID

    @classmethod
    def register(cls, site: Site) -> "Person":
        email = f"{uuid4().hex}@example.com"
        http = httpx2.Client(base_url=f"{site.url}/api/v1", timeout=60)
        site.clients.enter_context(http)
        new = {"email": email, "name": "Somebody", "password": _PASSWORD}
        told = http.post("/auth/register", json=new).raise_for_status().json()
        http.headers["Authorization"] = f"Bearer {told['access_token']}"
        return cls(http, email, UUID(told["user"]["id"]))

    @classmethod
    def of_split(cls, site: Site, split: Split) -> "Person":
        while split_of(writer_of((person := cls.register(site)).id)) != split:
            pass
        person.http.patch("/users/me", json={"shares_corrections": True}).raise_for_status()
        return person

    def send(self, data: bytes) -> httpx2.Response:
        return self.http.post("/readings", files={"file": ("digit.png", data)})

    def read(self, written: Written) -> dict[str, Any]:
        reading: dict[str, Any] = self.send(written.data).raise_for_status().json()
        return reading

    def correct(self, written: Written) -> bool:
        """Have a digit read and say what it is; whether it was read rightly."""
        reading = self.read(written)
        right: bool = reading["text"] == written.text
        symbols = [len(line["symbols"]) for page in reading["pages"] for line in page["lines"]]
        told: dict[str, Any] = {"kind": "confirmed"}
        if not right:
            told = {"kind": "corrected", "text": written.text}
            told |= {"page": 0, "line": 0, "symbol": 0} if symbols == [1] else {}
        self.http.post(f"/readings/{reading['id']}/feedback", json=told).raise_for_status()
        return right


@dataclass
class Load:
    """Somebody who sends pictures without a pause, and what came back."""

    person: Person
    pictures: Sequence[Written]
    statuses: Counter[int] = field(default_factory=Counter)
    versions: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        for written in itertools.cycle(self.pictures):
            if self.over.is_set():
                return
            response = self.person.send(written.data)
            self.statuses[response.status_code] += 1
            if response.status_code == 201:
                self.versions.append(response.json()["models"]["digit"])

    def wait_for(self, version: str) -> None:
        """Until a reading names a version, for half a minute at most."""
        for _ in range(300):
            if self.versions and self.versions[-1] == version:
                return
            time.sleep(0.1)
        pytest.fail(f"no reading by {version}, the last by {self.versions[-1:]}")


@contextmanager
def under_load(site: Site, pictures: Sequence[Written]) -> Iterator[Load]:
    load = Load(Person.register(site), pictures)
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(load.run) for _ in range(2)]
        try:
            yield load
        finally:
            load.over.set()
    for run in runs:
        run.result()


def correct_readings(site: Site) -> None:
    """Every account has its own writer's digits read, and corrects them."""
    splits = [split for split, count in _ACCOUNTS.items() for _ in range(count)]
    writers = shifted_writers("train")[: len(splits)]
    people = [Person.of_split(site, split) for split in splits]
    with ThreadPoolExecutor(2) as pool:
        for person, writer in zip(people, writers, strict=True):
            list(pool.map(person.correct, shifted_writing([writer], _EACH)))


def decide_doubtful(site: Site) -> int:
    """An admin looks at the corrections of what was read with confidence, and allows them."""
    admin = Person.register(site)
    site.command("admin", "grant", admin.email)
    decided = 0
    while True:
        told = admin.http.get("/admin/corrections", params={"state": "open", "limit": 100})
        items = told.raise_for_status().json()["items"]
        if not items:
            return decided
        for item in items:
            at = f"/admin/corrections/{item['user_id']}/{item['judgement_id']}"
            assert admin.http.get(f"{at}/picture").headers["content-type"] == "image/png"
            admin.http.post(f"{at}/decision", json={"verdict": "use"}).raise_for_status()
            decided += 1


def count_errors(site: Site, pictures: Sequence[Written]) -> int:
    person = Person.register(site)
    return sum(person.read(written)["text"] != written.text for written in pictures)


def run_trainer(*words: str | Path) -> None:
    assert main([str(word) for word in words]) == 0


@pytest.mark.data
@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.usefixtures("real_mnist")
def test_corrections_teach_a_version_that_is_served_and_rolled_back(tmp_path: Path) -> None:
    strangers = list(shifted_writing(shifted_writers("test") + shifted_writers("validation"), 24))
    with running(tmp_path) as site:
        served = json.loads((site.models / "CURRENT.json").read_text("utf-8"))["digit"]
        wrong_before = count_errors(site, strangers)
        assert wrong_before >= len(strangers) / 4
        correct_readings(site)
        assert decide_doubtful(site) > 0

        database = f"sqlite:///{site.var / 'legible.sqlite3'}"
        sets, models = tmp_path / "sets", ("--models", site.models)
        pictures = site.var / "pictures"
        run_trainer("collect", "--db", database, "--pictures", pictures, "--to", sets, *models)
        new = "9.0.0"
        learn = ("--set", sets / "1", *models)
        run_trainer("finetune", "--version", new, "--epochs", "3", *learn)
        versions = (f"digit:{served}", f"digit:{new}")
        run_trainer("gate", *versions, "--out", tmp_path / "gate", "--limit", "150", *learn)

        with under_load(site, strangers) as load:
            load.wait_for(served)
            site.command("model", "activate", "digit", new)
            load.wait_for(new)
        assert set(load.statuses) == {201}
        wrong_now = count_errors(site, strangers)
        assert wrong_now <= wrong_before / 2

        site.command("model", "rollback", "digit")
        with under_load(site, strangers) as load:
            load.wait_for(served)
        assert set(load.statuses) == {201}
