"""What the shop promises to clients that share it, promised by containers."""

from e2e.test_promises import *  # noqa: F403
