"""What `deploy/rendered` holds, in the words of the tests."""

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

TOP = Path(__file__).resolve().parents[3]
DEPLOY = TOP / "backend" / "deploy"
CLUSTERS = ("production", "ibm-cloud")
TARGETS = (*CLUSTERS, "bulk")

Manifest = dict[str, Any]


@cache
def load_render() -> ModuleType:
    """The script that renders."""
    spec = importlib.util.spec_from_file_location("render", DEPLOY / "render.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def load(target: str) -> tuple[Manifest, ...]:
    """All that is applied for a target."""
    return tuple(yaml.safe_load_all((DEPLOY / "rendered" / f"{target}.yaml").read_text()))


def find(target: str, kind: str, name: str = "") -> Manifest:
    """The one of a kind, or of a kind and name."""
    found = [
        each
        for each in load(target)
        if each["kind"] == kind and name in ("", each["metadata"]["name"])
    ]
    assert len(found) == 1, f"expected one {kind} {name} in {target}, found {len(found)}"
    return found[0]


@dataclass(frozen=True)
class Pod:
    """A template of pods, and whose it is."""

    owner: str
    template: Manifest

    @property
    def spec(self) -> Manifest:
        spec: Manifest = self.template["spec"]
        return spec

    @property
    def labels(self) -> dict[str, str]:
        labels: dict[str, str] = self.template["metadata"]["labels"]
        return labels

    @property
    def container(self) -> Manifest:
        (container,) = self.spec["containers"]
        assert "initContainers" not in self.spec
        return dict(container)


def pods(target: str) -> Iterator[Pod]:
    """All templates of pods in a target."""
    for each in load(target):
        spec = each.get("spec", {})
        if "template" in spec:
            yield Pod(f"{each['kind']} {each['metadata']['name']}", spec["template"])
        if each["kind"] == "RayJob":
            cluster = spec["rayClusterSpec"]
            yield Pod("Ray head", cluster["headGroupSpec"]["template"])
            for group in cluster["workerGroupSpecs"]:
                yield Pod(f"Ray {group['groupName']}", group["template"])


def settings_of(target: str) -> dict[str, str]:
    """The ConfigMap of the settings, whatever hash its name has."""
    (found,) = (each for each in load(target) if each["kind"] == "ConfigMap")
    values: dict[str, str] = found["data"]
    return values
