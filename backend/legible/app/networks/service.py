"""Finding networks and their versions in the folder of models."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from legible.app.errors import AppError
from legible.app.networks.measured import read_json, read_metrics, read_results
from legible.app.networks.schemas import BinOut, NetworkOut, NetworkVersionOut, ResultOut

_VERSION = re.compile(r"\d{1,6}\.\d{1,6}\.\d{1,6}", re.ASCII)
_MANIFEST = "manifest.json"


def list_networks(models_dir: Path, served: Mapping[str, str]) -> list[NetworkOut]:
    """Answer the networks that read here, with all their versions that lie there."""
    return [
        NetworkOut(name=name, served=version, versions=versions_of(models_dir / name))
        for name, version in sorted(served.items())
    ]


def get_version(
    models_dir: Path, served: Mapping[str, str], *, name: str, version: str
) -> NetworkVersionOut:
    """Answer what is known of one version.

    What was asked for is only ever compared with names that were found, and the path is made of
    these.

    Raises:
        AppError: 404 `not_found`.
    """
    found = (
        models_dir / network / known
        for network in served
        if network == name
        for known in versions_of(models_dir / network)
        if known == version
    )
    folder = next(found, None)
    if folder is None:
        raise AppError(
            404, "not_found", "There is no such version of a network. `GET /models` lists them."
        )
    manifest, told = read_json(folder / _MANIFEST), read_json(folder / "metrics.json")
    metrics = read_metrics(told)
    bins = metrics.reliability
    return NetworkVersionOut(
        name=folder.parent.name,
        version=folder.name,
        created_at=_moment(manifest.get("created_at")),
        parameters=metrics.parameters,
        read_from=_share(manifest.get("thresholds"), "read"),
        measured_with=metrics.models,
        results=[ResultOut.of(*one) for one in read_results(told)],
        reliability=None if bins is None else [BinOut.of(one) for one in bins],
        confusion=metrics.confusion,
        card=_text(folder / "CARD.md"),
    )


def versions_of(folder: Path) -> list[str]:
    """Answer the versions of a network that have a manifest, newest first."""
    if not folder.is_dir():
        return []
    found = (
        one.name
        for one in folder.iterdir()
        if _VERSION.fullmatch(one.name) and (one / _MANIFEST).is_file()
    )
    return sorted(found, key=lambda name: [int(part) for part in name.split(".")], reverse=True)


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return None


def _moment(told: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(told)
    except (TypeError, ValueError):
        return None


def _share(told: Any, name: str) -> float | None:
    value = told.get(name) if isinstance(told, dict) else None
    return float(value) if isinstance(value, int | float) else None
