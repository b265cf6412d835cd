"""Every call of the service, found in its OpenAPI document: new ones are walked without an edit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

from legible.app.main import create_app
from legible.app.settings import Settings
from tests.app.people import FakeReader, picture

# The application that is walked when tests are collected touches nothing.
DOCUMENT: dict[str, Any] = create_app(Settings(var_dir=Path("never-made")), FakeReader).openapi()


@dataclass(frozen=True)
class Call:
    """One method of one path, and what the document says of it."""

    method: str
    path: str

    @cached_property
    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = DOCUMENT["paths"][self.path][self.method.lower()]
        return told

    @property
    def id(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def needs_somebody(self) -> bool:
        """Whether there is no other way than with a token."""
        security = self.told.get("security", [])
        return bool(security) and {} not in security

    @property
    def parameters(self) -> list[dict[str, Any]]:
        return [_resolved(one) for one in self.told.get("parameters", [])]

    def parameter_names(self, where: str) -> list[str]:
        return [one["name"] for one in self.parameters if one["in"] == where]

    def filled(self, ids: Mapping[str, str]) -> str:
        """The path with these ids; a UUID that nobody has for all others."""
        path = self.path
        for name in self.parameter_names("path"):
            path = path.replace(f"{{{name}}}", ids.get(name, str(uuid4())))
        return path

    @property
    def json_schema(self) -> dict[str, Any] | None:
        """The schema of a JSON body, if it takes one."""
        content = self.told.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return None
        return _object_of(content["application/json"]["schema"])

    @property
    def body_fields(self) -> dict[str, Any]:
        """The fields of a body by their names, also those of objects in it."""
        content = self.told.get("requestBody", {}).get("content", {})
        return {
            name: schema for kind in content.values() for name, schema in _fields_of(kind["schema"])
        }

    def options(self) -> dict[str, Any]:
        """A body as the document's own examples say, for a client's `request`."""
        content = self.told.get("requestBody", {}).get("content", {})
        if "multipart/form-data" in content:
            schema = _resolved(content["multipart/form-data"]["schema"])
            listed = schema["properties"].keys() & {"file", "files"}
            return {"files": {name: ("card.png", picture()) for name in listed}}
        if "application/x-www-form-urlencoded" in content:
            return {"data": _example(content["application/x-www-form-urlencoded"]["schema"])}
        return {"json": _example(self.json_schema)} if self.json_schema else {}


def calls() -> list[Call]:
    """All calls of the document."""
    return [Call(method.upper(), path) for path, method in _paths()]


def _paths() -> Iterator[tuple[str, str]]:
    for path, methods in DOCUMENT["paths"].items():
        for method in methods:
            yield path, method


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = DOCUMENT
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


def _object_of(schema: dict[str, Any]) -> dict[str, Any]:
    """The object of a schema that may also be null."""
    schema = _resolved(schema)
    for one in schema.get("anyOf", []):
        if _resolved(one).get("type") == "object":
            return _resolved(one)
    return schema


def _fields_of(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    schema = _resolved(schema)
    inner = [*schema.get("anyOf", []), *schema.get("oneOf", []), *schema.get("allOf", [])]
    inner += [schema["items"]] if "items" in schema else []
    for name, field in schema.get("properties", {}).items():
        yield name, field
        inner.append(field)
    for one in inner:
        yield from _fields_of(one)


def _example(schema: dict[str, Any]) -> Any:
    """A value by the document's examples: of an object, the required fields alone."""
    schema = _resolved(schema)
    if "examples" in schema:
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        return {name: _example(schema["properties"][name]) for name in schema.get("required", [])}
    return {"array": [], "integer": 0, "boolean": False}.get(schema.get("type", ""), "x")
