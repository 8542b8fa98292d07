"""What every log promises, promised by a broker in a container."""

from contract.test_log import *  # noqa: F403
