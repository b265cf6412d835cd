"""The networks that read, and what was measured of them."""
