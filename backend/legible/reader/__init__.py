"""The reader: bytes of a picture in, a `Reading` out. Pure; knows no web, database or settings."""

import os

# ONNX Runtime looks at this once, when it is first imported, and otherwise sets up telemetry of its
# own on Linux. What people read is nobody else's business.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
