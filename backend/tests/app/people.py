"""Who and what the tests of the application speak of."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from httpx2 import Response
from PIL import Image
from starlette.testclient import TestClient

from legible.reader.decode import DecodedPage, decode
from legible.reader.errors import ReadError
from legible.reader.types import (
    Alternative,
    DigitStage,
    Issue,
    IssueCode,
    LeftOut,
    Line,
    Page,
    PageStages,
    Reading,
    ReadOptions,
    RunStage,
    StagePicture,
    Stages,
    Status,
    Style,
    Symbol,
)

SECRET = "d41b8f0c-one-good-secret-of-the-tests-7e"
PASSWORD = "a lamp by the window"


@dataclass
class FakeReader:
    """Decodes for real and always reads the same; `error` is raised instead when set."""

    models: dict[str, str] = field(default_factory=lambda: {"digit": "9.9.9"})
    error: ReadError | None = None
    turned_deg: int = 0
    asked: list[ReadOptions] = field(default_factory=list)

    def read(self, data: bytes, options: ReadOptions) -> Reading:
        self.asked.append(options)
        if self.error:
            raise self.error
        probabilities = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.9, 0.1, 0.0)
        symbol = Symbol("7", 0.9, (1, 2, 3, 4), probabilities, Style(None, 2.5, 4))
        line = Line("7", 0.9, (1, 2, 3, 4), (symbol,))
        return Reading(
            text="7",
            status=Status.REVIEW,
            confidence=0.9,
            alternatives=(Alternative("8", 0.1),),
            pages=[
                Page(*self._size(page), (line,), turned_deg=self.turned_deg)
                for page in decode(data, options.limits)
            ],
            issues=(Issue(IssueCode.LOW_CONFIDENCE, "This could also be an 8.", 0, 0, 0),),
            models=self.models,
            timing_ms={"decode": 1.5, "total": 2.0},
            stages=self._stages() if options.stages else None,
        )

    def _stages(self) -> Stages:
        seen = StagePicture(picture(0, (28, 28)), 28, 28)
        page = PageStages(seen, seen, [RunStage(0, seen)], [DigitStage(0, 0, "7", seen)])
        return Stages([page], LeftOut(0, 1, 2), self.models)

    def _size(self, page: DecodedPage) -> tuple[int, int]:
        lies = self.turned_deg in (90, 270)
        return (page.height, page.width) if lies else (page.width, page.height)


def picture(shade: int = 200, size: tuple[int, int] = (30, 20), kind: str = "PNG") -> bytes:
    """A small even picture; another shade makes another file."""
    file = io.BytesIO()
    Image.new("L", size, shade).save(file, kind)
    return file.getvalue()


@dataclass
class Person:
    """Somebody with an account, calling the API."""

    client: TestClient
    user: dict[str, Any]
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str, **options: Any) -> Response:
        return self.client.get(f"/api/v1{path}", headers=self.headers, **options)

    def post(self, path: str, **options: Any) -> Response:
        return self.client.post(f"/api/v1{path}", headers=self.headers, **options)

    def delete(self, path: str) -> Response:
        return self.client.delete(f"/api/v1{path}", headers=self.headers)

    def send(self, data: bytes, name: str = "card.png", **fields: str) -> Response:
        return self.client.post(
            "/api/v1/readings", headers=self.headers, files={"file": (name, data)}, data=fields
        )

    def read(self, data: bytes | None = None, name: str = "card.png") -> dict[str, Any]:
        """Send a picture that can be read and answer the reading."""
        response = self.send(picture() if data is None else data, name)
        assert response.status_code == 201, response.text
        reading: dict[str, Any] = response.json()
        return reading


Register = Callable[..., Person]


def assert_problem(response: Response, status: int, code: str) -> dict[str, Any]:
    """Check that an error is a whole problem document (RFC 9457) and answer it."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["type"] == "about:blank"
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["title"]
    assert problem["detail"]
    return problem
