"""For those who write functions: call them as the runtime would, with plain data and without a runtime.

Commands: `when(products.update, current={...}, body={...}).then(Set({...}))`. Projectors:
`projecting(sales.tally).given(*history(...)).rows("SELECT ...")`, and `is_function_of_state`. Queries are simply
called, with `entities` in the place of a topic's entities. `running` runs whole services in this process.
"""

from foldline.testing.commands import Outcome, when
from foldline.testing.in_process import Running, running
from foldline.testing.projectors import Projecting, is_function_of_state, projecting
from foldline.testing.standins import NOW, entities, history

__all__ = [
    "NOW",
    "Outcome",
    "Projecting",
    "Running",
    "entities",
    "history",
    "is_function_of_state",
    "projecting",
    "running",
    "when",
]
