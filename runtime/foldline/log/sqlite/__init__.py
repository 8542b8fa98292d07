"""The embedded log: topics in one SQLite file, shared by the processes of one machine."""

from foldline.log.sqlite.log import SqliteLog

__all__ = ["SqliteLog"]
