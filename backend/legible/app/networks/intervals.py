"""How sure a share is that was counted."""

from math import sqrt

# Of the normal distribution, for 95%.
_Z = 1.959964


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Answer the 95% interval of a share (Wilson, 1927): of nothing, all is possible."""
    if n == 0:
        return 0.0, 1.0
    # More corrections than symbols are no share any more.
    share, spread = min(1.0, hits / n), _Z**2 / n
    middle = (share + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * sqrt(share * (1 - share) / n + spread / (4 * n))
    return max(0.0, middle - half), min(1.0, middle + half)
