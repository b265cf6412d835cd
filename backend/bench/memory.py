"""Start and memory of the service: part of `make bench`.

Starts the real service on an empty folder, waits until it is ready, sends 200 mixed pictures that
are drawn here (28 pixels to 8 megapixels, PNG, JPEG, WebP, TIFF and PDF) from four clients at once,
and prints what the process holds. Linux only: memory is read from /proc.
"""

import itertools
import os
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import psutil
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.images import draw_text, encode, shade

_READINGS = 200
_CLIENTS = 4


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [str(Path(sys.executable).with_name("legible")), "serve", "--port", str(port)]
        environment = {**os.environ, "LEGIBLE_VAR_DIR": folder}
        start = time.perf_counter()
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as service:
            try:
                _measure(f"http://127.0.0.1:{port}", psutil.Process(service.pid), start)
            finally:
                service.terminate()


def _measure(address: str, service: psutil.Process, start: float) -> None:
    with httpx2.Client(base_url=address, timeout=120) as client:
        while not _is_ready(client):
            time.sleep(0.02)
        print(f"ready after        {time.perf_counter() - start:6.2f} s")
        print(f"held at the start  {_held_mb(service):6.0f} MB")
        account = {"email": "ada@example.org", "name": "Ada", "password": "correct horse battery"}
        token = client.post("/api/v1/auth/register", json=account).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"

        def send(picture: bytes) -> int:
            return client.post("/api/v1/readings", files={"file": ("x", picture)}).status_code

        pictures = itertools.islice(itertools.cycle(_draw_pictures()), _READINGS)
        with ThreadPoolExecutor(_CLIENTS) as pool:
            answers = list(pool.map(send, pictures))
        print(f"read               {answers.count(201):6d} of {_READINGS}")
        print(f"held afterwards    {_held_mb(service):6.0f} MB")
        mapped = {Path(each.path).name for each in service.memory_maps()}
        found = any("tensorflow" in name for name in mapped)
        print(f"TensorFlow loaded  {'yes' if found else 'no':>6}")


def _is_ready(client: httpx2.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx2.TransportError:
        return False


def _held_mb(service: psutil.Process) -> float:
    return float(service.memory_info().rss / 2**20)


def _draw_pictures() -> list[bytes]:
    sheet = "\n".join("0123456789" for _ in range(8))
    large = shade(draw_text(sheet, height_px=170, pen_px=13, gap=1.1))
    page = Image.fromarray(draw_text("04103")).convert("RGB")
    return [
        encode(draw_text("7", height_px=20, pen_px=3, margin_px=4)),
        encode(draw_text("04103")),
        encode(shade(draw_text("42", height_px=300)), "JPEG"),
        encode(draw_text("8"), "WEBP"),
        encode(page, "TIFF"),
        encode(page, "PDF", save_all=True, append_images=[page]),
        encode(255 - draw_text("123\n456")),
        encode(large, "JPEG"),
    ]


if __name__ == "__main__":
    main()
