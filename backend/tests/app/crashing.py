"""A process of the service that is killed at one point of an upload or a deletion.

`python -m tests.app.crashing put|delete`, with the service's settings in its environment: it prints
the id of its user and dies between the arrival of the picture and the commit, or between the commit
of the deletion and the removal of the picture.
"""

import os
import signal
import sys
from typing import Any

from starlette.testclient import TestClient

from legible.app.deps import Services
from legible.app.main import create_app
from legible.app.settings import Settings
from tests.app.people import PASSWORD, FakeReader, Person, picture


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _Dying:
    """A store that kills its process: after it has kept a picture, or before it removes one."""

    def __init__(self, storage: Any, at: str) -> None:
        self._storage = storage
        self._at = at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def put(self, key: str, data: bytes) -> None:
        self._storage.put(key, data)
        if self._at == "put":
            _die()

    def delete(self, _key: str) -> None:
        _die()


def main(at: str) -> None:
    with TestClient(create_app(Settings(), FakeReader)) as client:
        services: Services = client.app_state["services"]
        object.__setattr__(services, "storage", _Dying(services.storage, at))
        new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
        body = client.post("/api/v1/auth/register", json=new).json()
        sys.stdout.write(body["user"]["id"])
        sys.stdout.flush()
        ada = Person(client, body["user"], body["access_token"])
        ada.delete(f"/readings/{ada.read(picture())['id']}")


if __name__ == "__main__":
    main(sys.argv[1])
