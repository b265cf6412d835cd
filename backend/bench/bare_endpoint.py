"""What the service is compared with: a FastAPI endpoint that receives an upload, and no more."""

import argparse
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, UploadFile
from uvicorn.supervisors import Multiprocess

sys.path.insert(0, str(Path(__file__).resolve().parent))

from legible.app.system.serve import listen

app = FastAPI()


# Not a plain `def`: so it stays on the event loop, which is the faster of the two.
@app.post("/readings", status_code=201)
async def receive(file: UploadFile) -> dict[str, int]:
    return {"size": len(await file.read())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    asked = parser.parse_args()
    # As `legible serve` does, the way it listens included: with uvicorn's own socket each small
    # answer waits 40 ms for the peer.
    listener = listen("127.0.0.1", asked.port)
    config = uvicorn.Config(
        "bare_endpoint:app",
        workers=asked.workers,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    if asked.workers == 1:
        uvicorn.Server(config).run(sockets=[listener])
    else:
        listener.listen(config.backlog)
        Multiprocess(config, sockets=[listener]).run()


if __name__ == "__main__":
    main()
