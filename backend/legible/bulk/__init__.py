"""Many files at once, on Ray: what `legible bulk` does. Needs the extra `bulk`."""
