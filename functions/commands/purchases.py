"""New purchases. What was bought stays bought: nothing changes or removes one."""

from datetime import datetime

from foldline import Entities, Entity, Refused, Set, command
from functions import schemas


@command("purchases", "POST /purchases", body=schemas.Purchase)
def create(body: Entity, now: datetime, products: Entities, customers: Entities) -> Set:
    """Record that a customer bought a product."""
    if body["productId"] not in products:
        raise Refused("There is no such product.", field="productId")
    if body["customerId"] not in customers:
        raise Refused("There is no such customer.", field="customerId")
    return Set(body | {"transactionDate": now.isoformat(timespec="milliseconds").replace("+00:00", "Z")})
