"""The rig's own reading of the log, which knows nothing of `heads.py`.

To it the log is a row of compare-and-set: a record counts if it follows the very record that counted last, or comes
from somebody who sets no headers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from faults.history import Logged

Chain = Sequence[Logged]
"""The records of one entity that count, oldest first."""


def chains(records: Iterable[Logged]) -> Mapping[str, Chain]:
    """What counts, by entity."""
    found: dict[str, list[Logged]] = defaultdict(list)
    for record in sorted(records, key=lambda record: (record.partition, record.offset)):
        if record.key and counts(record, found[record.key]):
            found[record.key].append(record)
    return {entity: chain for entity, chain in found.items() if chain}


def counts(record: Logged, chain: Chain) -> bool:
    """Whether a record counts after these."""
    if not record.envelope or record.repairs is not None:
        return False
    return record.follows in (None, str(chain[-1].offset if chain else -1))


def dead(record: Logged) -> bool:
    """Whether a record counts for nobody whatever came before it."""
    if not record.key or not record.envelope:
        return True
    return record.follows is not None and not -1 <= int(record.follows) < record.offset


def at(chain: Chain, offset: int) -> Logged | None:
    """What had counted last when the log was folded up to and with this offset."""
    return next((record for record in reversed(chain) if record.offset <= offset), None)
