"""What a service answered, with its fields as attributes."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, ClassVar

from foldline.client.names import python_name
from foldline.errors import FieldError
from foldline.nearest import nearest


class Record:
    """Fields in Python's spelling: `firstName` on the wire is the attribute `first_name`."""

    _known: ClassVar[tuple[str, ...]] = ()
    """Fields on the wire that there may be, in order."""
    _fields: dict[str, Any]

    def __init__(self, fields: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_fields", dict(fields))

    @classmethod
    def _attribute(cls, wire: str) -> str:
        name = python_name(wire)
        return f"{name}_" if hasattr(cls, name) else name

    def _names(self) -> dict[str, str]:
        """The fields on the wire, by attribute."""
        return {self._attribute(wire): wire for wire in (*self._known, *self._fields)}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        names = self._names()
        if name not in names:
            known = [*names, *(known for known in dir(type(self)) if not known.startswith("_"))]
            raise FieldError(f"{type(self).__name__} has no {name}{nearest(name, known)}")
        return self._fields.get(names[name])

    def __setattr__(self, name: str, value: object) -> None:
        raise FieldError(f"{name} cannot be set: it is what was answered")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._names()]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and type(other) is type(self) and other._fields == self._fields

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.attributes().items())
        return f"{type(self).__name__}({shown})"

    def attributes(self) -> dict[str, Any]:
        """The fields that it has, by attribute, in order."""
        return {name: self._fields[wire] for name, wire in self._names().items() if wire in self._fields}

    def to_dict(self) -> dict[str, Any]:
        """The fields as they are on the wire."""
        return deepcopy(self._fields)
