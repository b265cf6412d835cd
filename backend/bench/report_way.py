"""What the service is compared with: the report's way, a network that each request loads anew.

Flask's own server, Keras' `load_model` and `predict`, the picture shrunk to 28 pixels: one digit,
whatever the picture shows. No account, nothing kept.
"""

import argparse
import io
import json
import os
import socket
from importlib import import_module
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from flask import Flask, request
from PIL import Image
from werkzeug.serving import make_server

_MODELS = Path(__file__).resolve().parents[2] / "models"

app = Flask(__name__)


@app.post("/readings")
def read() -> tuple[dict[str, object], int]:
    version = json.loads((_MODELS / "CURRENT.json").read_text())["digit"]
    keras = import_module("keras")
    network = keras.saving.load_model(_MODELS / "digit" / version / "model.keras", compile=False)
    picture = Image.open(io.BytesIO(request.files["file"].read())).convert("L").resize((28, 28))
    ink = 1 - np.asarray(picture, np.float32)[np.newaxis, :, :, np.newaxis] / 255
    logits = network.predict(ink, verbose=0)[0]
    return {"digit": int(logits.argmax()), "confidence": float(logits.max())}, 201


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    asked = parser.parse_args()
    listener = socket.create_server(("127.0.0.1", asked.port), backlog=128)
    # The others before TensorFlow has threads, which no fork takes along.
    for _ in range(asked.workers - 1):
        if os.fork() == 0:
            break
    import_module("keras")
    import_module("logging").getLogger("werkzeug").setLevel("ERROR")
    make_server("127.0.0.1", asked.port, app, threaded=True, fd=listener.fileno()).serve_forever()


if __name__ == "__main__":
    main()
