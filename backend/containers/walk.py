"""Registers, logs in, has a drawn digit read and asks for it again, through the web server."""

import http.client
import json
import struct
import sys
import uuid
import zlib

SIDE_PX = 140
SEVEN = [((35, 35), (105, 35)), ((105, 35), (60, 110))]
STROKE_PX = 7


def draw_seven() -> bytes:
    """A PNG, grey, of two strokes: (SIDE_PX, SIDE_PX), dark on white."""
    rows = b"".join(
        b"\0" + bytes(30 if _is_ink(x, y) else 255 for x in range(SIDE_PX)) for y in range(SIDE_PX)
    )
    header = struct.pack(">IIBBBBB", SIDE_PX, SIDE_PX, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _is_ink(x: int, y: int) -> bool:
    for (x0, y0), (x1, y1) in SEVEN:
        dx, dy = x1 - x0, y1 - y0
        along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)
        along = min(1.0, max(0.0, along))
        if (x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2 <= STROKE_PX**2 / 4:
            return True
    return False


class Api:
    """The API behind a web server at `host:port`."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.headers: dict[str, str] = {}

    def call(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, bytes]:
        """Make one request and answer its status and body."""
        connection = http.client.HTTPConnection(self._address, timeout=30)
        headers = self.headers | ({"Content-Type": kind} if kind else {})
        connection.request(method, f"/api/v1{path}", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def expect(is_so: bool, what: str) -> None:
    """Say that it is so, or end."""
    if not is_so:
        sys.exit(f"expected: {what}")
    sys.stdout.write(f"{what}\n")


def main(address: str) -> None:
    """Walk through the API at `address`."""
    api = Api(address)
    person = {"email": f"{uuid.uuid4().hex}@example.org", "password": uuid.uuid4().hex}
    registration = json.dumps({**person, "name": "Ada"}).encode()
    status, body = api.call("POST", "/auth/register", registration, "application/json")
    expect(status == 201, f"registered ({status})")
    status, body = api.call("POST", "/auth/login", json.dumps(person).encode(), "application/json")
    expect(status == 200, f"logged in ({status})")
    api.headers["Authorization"] = f"Bearer {json.loads(body)['access_token']}"

    picture, edge = draw_seven(), uuid.uuid4().hex
    part = 'Content-Disposition: form-data; name="file"; filename="seven.png"'
    form = f"--{edge}\r\n{part}\r\nContent-Type: image/png\r\n\r\n".encode() + picture
    form += f"\r\n--{edge}--\r\n".encode()
    status, body = api.call("POST", "/readings", form, f"multipart/form-data; boundary={edge}")
    made = json.loads(body)
    expect(status == 201 and made["text"] == "7", f"a drawn 7 was read: {_in_short(made)}")

    one = f"/readings/{made['id']}"
    _, body = api.call("GET", one)
    expect(json.loads(body)["text"] == "7", "the reading came back from the database")
    _, body = api.call("GET", f"{one}/picture")
    expect(body == picture, "its picture came back from the volume, byte for byte")
    _, body = api.call("GET", f"{one}/pages/1/image")
    expect(body[:3] == b"\xff\xd8\xff", "its page came as JPEG")


def _in_short(answer: dict[str, object]) -> str:
    told = ("text", "status", "confidence", "models", "code", "detail")
    return ", ".join(f"{name} {answer[name]}" for name in told if name in answer)


if __name__ == "__main__":
    main(sys.argv[1])
