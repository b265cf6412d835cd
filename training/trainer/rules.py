"""Every number that decides which corrections are learned from, once, with its reason."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """How a set is chosen. `trainer collect` writes them into its manifest."""

    # Digits and lines of one account: enough to learn a hand, too few to be most of a set. A line
    # is some three digits.
    tiles_per_account: int = 300
    lines_per_account: int = 100
    # No account has more than this share of what is trained on, once there are five. Of five
    # accounts each has a fifth at least, so that of so few it is half as much again as an equal
    # share; and below this many pictures the base data outweighs them anyway.
    largest_share: float = 0.2
    from_accounts: int = 5
    never_below: int = 60
    # An account is set aside as a whole if it contradicts more than this share of at least so many
    # symbols that the networks were sure of (0.98). Of digits that the digit network is sure of
    # 0.0% are wrong on MNIST, 0.1% on MNIST turned by 30 degrees, 0.5% turned by 35 and slanted;
    # were it 5%, 6 of 20 would be wrong with one honest account in 3,000. Whoever types at random
    # contradicts 9 in 10.
    sure_symbols: int = 20
    contradicted_share: float = 0.25
    # The same of whoever leaves sure symbols alone: of digits corrected to what the digit network
    # finds next to impossible. Of its mistakes on the sets above 0%, 3% and 5% are below 0.01; of
    # wrong labels for what it was unsure of, 80% to 85%.
    corrected_symbols: int = 20
    next_to_impossible: float = 0.01
    impossible_share: float = 0.5
    # A single digit with a less likely label is set aside. Of the mistakes above 0%, 0% and 0.3%
    # are; of wrong labels for what it was unsure of half to two thirds.
    least_likely: float = 1e-3
    # A line's corrected text may differ from what was read in so many symbols, or in this share.
    edits: int = 2
    edited_share: float = 0.5
    # Readings of an account are looked at in an order of this seed, until there are so many times
    # as many digits or lines as it may have: what one account costs is bounded.
    seed: int = 20260131
    looked_at: int = 10
