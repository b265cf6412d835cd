"""How often somebody may ask, and how fast somebody may guess. See `docs/limits.md`."""
