"""Mistakes, gathered so that all of them can be told at once."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from foldline.errors import DeclarationError

P = ParamSpec("P")
T = TypeVar("T")


class Problems(list[str]):
    """What is wrong with an application, one sentence each."""

    def attempt(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """The step's result; None, and its problems are kept, where it raises DeclarationError."""
        try:
            return step(*args, **kwargs)
        except DeclarationError as error:
            self += error.problems
            return None

    def raise_if_any(self) -> None:
        """Raise one DeclarationError with each problem once, in the order they were found."""
        if self:
            raise DeclarationError(*dict.fromkeys(self))
