"""Run a command: key lookup, decide, append, await the outcome."""

from foldline.functions.definition import Command
from foldline.writes.call import Call, Written


class Writes:
    """Commands, decided by the log. Written next; this is the interface."""

    def run(self, command: Command, call: Call) -> Written:
        """Run the command to its end.

        Raises what the function raises (Refused), NotFound, AlreadyExists, PreconditionFailed, KeyReused, Contention,
        UnknownOutcome, NotReady, Unreadable.
        """
        raise NotImplementedError
