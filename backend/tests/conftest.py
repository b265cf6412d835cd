"""What all tests share."""

import os

# Nothing a developer has set for a service of their own may reach a test.
for name in [name for name in os.environ if name.startswith("LEGIBLE_")]:
    if name not in {"LEGIBLE_DATA", "LEGIBLE_REQUIRE_DATA"}:
        del os.environ[name]
