"""Telling whoever appended that a record was not written."""

import logging

from foldline.errors import LogError
from foldline.log.port import Failed

_logger = logging.getLogger(__name__)


def tell(failed: Failed, error: LogError) -> None:
    """Call `failed`; what it raises is logged, for it must not hold up what others are to be told."""
    try:
        failed(error)
    except Exception:
        _logger.exception("nobody took in that a record was not written: %s", error)
