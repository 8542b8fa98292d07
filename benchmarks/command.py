"""What the benchmarks' command lines have in common."""

import argparse
import sys

from benchmarks.machine import measured_on
from benchmarks.page import PAGE, fill
from benchmarks.tables import Table
from foldline import logs


class Parser(argparse.ArgumentParser):
    """Options of one benchmark; all can write their tables."""

    def __init__(self, doc: str | None, *, broker: bool = False, profile: bool = False) -> None:
        super().__init__(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
        self.add_argument("--write", action="store_true", help=f"put the tables into docs/{PAGE.name} as well")
        self.set_defaults(broker=None)
        if broker:
            self.add_argument("--broker", help="HOST:PORT of one that runs; one is started otherwise")
        if profile:
            self.add_argument("--profile", action="store_true", help="say what takes the time, instead of measuring it")

    def options(self) -> argparse.Namespace:
        """As they were given. The runtime, where it runs in this process, says only what is wrong."""
        logs.configure("warning", "text", sys.stderr)
        given = self.parse_args()
        if given.write and given.broker is not None:
            self.error("--write: the page is of a broker that is started for it; leave out --broker")
        return given


def publish(options: argparse.Namespace, *tables: Table, kafka: bool) -> None:
    """Print the tables and, with --write, put them on the page; `kafka`: whether a broker took part."""
    for table in tables:
        print(f"\n{table.name}\n\n{table.markdown()}", flush=True)
        if options.write:
            fill(table, measured_on(kafka=kafka))


def say(text: str) -> None:
    """What goes on, for those who wait."""
    print(text, file=sys.stderr, flush=True)
