"""Whether one network is better than another on the same items: McNemar's test of pairs."""

import math


def mcnemar(better: int, worse: int) -> float:
    """The one-sided mid-p value that the second network only seems to be better.

    Args:
        better: items that the first read wrong and the second right.
        worse: items that the first read right and the second wrong.

    Returns:
        The chance that of as many items, on each of which either is right as likely as the
        other, more than `better` speak for the second, and half of that of exactly `better`;
        0.5 where none differ. Swap the two for the chance that it only seems to be worse.

    Source: McNemar, "Note on the sampling error of the difference between correlated proportions"
    (1947); mid-p after Fagerland, Lydersen & Laake (2013), who find that it keeps its level.
    """
    differing = better + worse
    more = sum(math.comb(differing, count) for count in range(better + 1, differing + 1))
    # As whole numbers: powers of two beyond 2^1023 are no floats.
    return float((2 * more + math.comb(differing, better)) / (1 << (differing + 1)))
