"""How many requests a user, a key, or an address without either may make."""

from collections.abc import Sequence
from uuid import UUID

from legible.app.errors import AppError
from legible.app.limiting.counters import Counters, Policy, Standing
from legible.app.settings import Settings


class RequestLimits:
    """Counts requests by who makes them."""

    def __init__(self, counters: Counters, settings: Settings) -> None:
        self._counters = counters
        self._user = Policy("user", settings.user_requests_per_minute)
        self._key = Policy("key", settings.key_requests_per_minute)
        self._address = Policy("address", settings.address_requests_per_minute)
        self._visitor = Policy("visitor", settings.try_readings_per_hour, window_s=60 * 60)
        self._visitors = Policy("visitors", settings.try_readings_per_minute)

    def count_caller(self, user_id: UUID, key_id: UUID | None) -> list[Standing]:
        """Count a request for its user, and for the key too if it came with one.

        For both, so that many keys do not give one account many times the quota.
        """
        standings = [self._counters.hit(self._user, str(user_id))]
        if key_id is not None:
            standings.append(self._counters.hit(self._key, str(key_id)))
        return standings

    def count_address(self, address: str) -> list[Standing]:
        """Count a request of nobody that is known."""
        return [self._counters.hit(self._address, address)]

    def count_visitor(self, address: str) -> list[Standing]:
        """Count a picture that is sent without an account, as a request of its address too."""
        return [*self.count_address(address), self._counters.hit(self._visitor, address)]

    def count_visitors(self) -> Standing:
        """Count it for all who have no account, wherever they come from."""
        return self._counters.hit(self._visitors, "all")


def header_fields(standings: Sequence[Standing]) -> dict[str, str]:
    """Write `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10).

    That draft replaced the three fields of the older ones, which cannot tell two policies apart.
    """
    return {
        "RateLimit-Policy": ", ".join(
            f'"{one.policy.name}";q={one.policy.quota};w={one.policy.window_s}' for one in standings
        ),
        "RateLimit": ", ".join(
            f'"{one.policy.name}";r={one.remaining};t={one.more_in_s}' for one in standings
        ),
    }


def refuse_if_spent(standings: Sequence[Standing]) -> None:
    """Turn a request away whose quota is spent.

    Raises:
        AppError: 429 `too_many_requests`, with the time until there is more.
    """
    spent = [one for one in standings if not one.allowed]
    if not spent:
        return
    longest = max(spent, key=lambda one: one.more_in_s)
    policy = longest.policy
    raise AppError(
        429,
        "too_many_requests",
        f"This {policy.name} may make {policy.quota:,} requests in {policy.window_s} seconds. "
        f"Try again in {longest.more_in_s} s.",
        headers={"Retry-After": str(longest.more_in_s)},
    )
