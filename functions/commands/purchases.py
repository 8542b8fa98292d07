"""New purchases. What was bought stays bought: nothing changes or removes one."""

from datetime import datetime

from foldline import Entity, Set, command
from functions import schemas


@command("purchases", "POST /purchases", body=schemas.Purchase)
def create(body: Entity, now: datetime) -> Set:
    """Record that a customer bought a product. Neither is looked up: they live in other services."""
    return Set(body | {"transactionDate": now.isoformat(timespec="milliseconds").replace("+00:00", "Z")})
