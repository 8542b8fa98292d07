"""What anybody can ask of the shop, asked of containers."""

from e2e.test_shop import *  # noqa: F403
