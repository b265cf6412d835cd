"""Legible reads handwritten numbers. `legible.reader` is the library, `legible.app` the service."""
