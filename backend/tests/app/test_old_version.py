"""The version before the newest migration, from git's history, on the schema of today."""

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from legible.app import db

TOP = Path(__file__).resolve().parents[3]
# What people and programs do all day: they read and write most tables, on both databases.
DAILY = ("accounts", "sessions", "readings", "keys", "usage", "idempotency")


def _git(*words: str) -> str:
    found = subprocess.run(["git", *words], cwd=TOP, capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.fail(
            "This test takes the version before from the history of the repository, and git says: "
            f"{found.stderr.strip()}. Run it in a clone (`git fetch --unshallow` if it is shallow)."
        )
    return found.stdout.strip()


def _commit_before_the_newest_migration() -> str:
    scripts = ScriptDirectory.from_config(db.alembic_config())
    newest = scripts.get_revision("head")
    assert newest is not None
    path = Path(newest.path).relative_to(TOP)
    came_with = _git("log", "--diff-filter=A", "--max-count=1", "--format=%H", "--", str(path))
    # A migration that is being written is in no commit yet.
    return _git("rev-parse", "--verify", f"{came_with}^" if came_with else "HEAD")


@pytest.fixture
def old_backend(tmp_path: Path) -> Path:
    """The old code and its tests, over the migrations of today."""
    archive = tmp_path / "old.tar"
    _git("archive", f"--output={archive}", _commit_before_the_newest_migration(), "backend")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    backend = tmp_path / "backend"
    versions = backend / "migrations" / "versions"
    for path in versions.iterdir():
        path.unlink()
    for path in (TOP / "backend/migrations/versions").glob("*.py"):
        (versions / path.name).write_bytes(path.read_bytes())
    return backend


def test_the_version_before_the_newest_migration_works_on_the_schema_of_today(
    old_backend: Path, tmp_path: Path
) -> None:
    """Its own fixtures migrate to the newest schema, then its own tests run against it."""
    command = [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider"]
    command += [f"--basetemp={tmp_path / 'temporary'}", "--color=no"]
    command += [f"tests/app/test_{name}.py" for name in DAILY]
    environment = os.environ | {"PYTHONPATH": str(old_backend)}
    ask = [sys.executable, "-c", "import legible; print(legible.__file__)"]

    used = subprocess.run(
        ask, cwd=old_backend, env=environment, capture_output=True, text=True, check=True
    )
    ran = subprocess.run(
        command, cwd=old_backend, env=environment, capture_output=True, text=True, check=False
    )

    assert Path(used.stdout.strip()).is_relative_to(old_backend)
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    passed = re.search(r"(\d+) passed", ran.stdout)
    assert passed, ran.stdout
    assert int(passed[1]) > 200
