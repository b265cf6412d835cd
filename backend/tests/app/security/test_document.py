"""Every call against what the OpenAPI document says of it, with thousands of made-up requests.

API8 and API9 of the API Security Top 10 (2023): no error of ours, nothing undocumented.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest

from legible.app.main import create_app
from legible.app.settings import Settings
from tests.app.browsers import with_provider
from tests.app.oidc_provider import Provider
from tests.app.people import PASSWORD, FakeReader
from tests.app.running import run_app
from tests.app.security.conftest import UNLIMITED, set_role

HERE = Path(__file__).parent
BACKEND = HERE.parents[2]
PROGRAM = (sys.executable, "-m", "schemathesis.cli")


def test_all_calls_keep_to_the_document(
    settings: Settings, provider: Provider, tmp_path: Path
) -> None:
    settings = with_provider(settings, provider).model_copy(update=UNLIMITED)
    people = tmp_path / "people.json"
    people.write_text(json.dumps({"auth": [_who_logs_in("ada"), _who_logs_in("bob")]}))
    with run_app(create_app(settings, FakeReader)) as address:
        tokens = {name: _register(address, name) for name in ("ada", "bob", "root")}
        set_role(settings, "root@example.com", "admin")
        document = httpx2.get(f"{address}/api/v1/openapi.json").json()
        known = {"PEOPLE": str(people), "ADMIN_TOKEN": tokens["root"], "ADDRESS": address}
        done = _run(address, tmp_path, **known)

    calls = sum(len(methods) for methods in document["paths"].values())
    if done.returncode:
        pytest.fail(f"schemathesis: {done.stdout}{done.stderr}", pytrace=False)
    assert f"Tested: {calls}\n" in done.stdout
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"✅ {phase}\n" in done.stdout


def _run(address: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run schemathesis from an empty directory, where it leaves notes about what failed."""
    where = ["--config-file", str(HERE / "schemathesis.toml"), "--no-color"]
    return subprocess.run(
        [*PROGRAM, *where, "run", f"{address}/api/v1/openapi.json"],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(BACKEND), "PYTHONUTF8": "1", **variables},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def _register(address: str, name: str) -> str:
    new = {"email": f"{name}@example.com", "name": name.title(), "password": PASSWORD}
    token: str = httpx2.post(f"{address}/api/v1/auth/register", json=new).json()["access_token"]
    return token


def _who_logs_in(name: str) -> dict[str, Any]:
    """Say how somebody logs in (Web Fuzzing Commons), again after each call that logs them out."""
    return {
        "name": name,
        "loginEndpointAuth": {
            "endpoint": "/api/v1/auth/token",
            "verb": "POST",
            "contentType": "application/x-www-form-urlencoded",
            "payloadRaw": f"username={name}%40example.com&password={PASSWORD.replace(' ', '+')}",
            "token": {
                "extractFrom": "body",
                "extractSelector": "/access_token",
                "sendIn": "header",
                "sendName": "Authorization",
                "sendTemplate": "Bearer {token}",
            },
        },
    }
