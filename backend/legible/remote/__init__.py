"""The commands that ask a service: `legible login`, `read --server`, `export`."""
