"""The reader: bytes of a picture in, a `Reading` out. Pure; knows no web, database or settings."""
