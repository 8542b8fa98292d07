"""Load bodies and query strings through their schemas, with errors that help."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from marshmallow import RAISE, Schema, ValidationError

from foldline.errors import Invalid

_UNKNOWN = "Unknown field."
_LONGEST_NAME = 100


def load(schema: Schema, data: Any) -> Any:
    """What the schema makes of the data; raises Invalid, also for fields that it does not know."""
    try:
        return schema.load(data, unknown=RAISE)
    except ValidationError as error:
        problems = error.messages if isinstance(error.messages, dict) else {"_schema": error.messages}
        known = [field.data_key or name for name, field in schema.load_fields.items()]
        raise Invalid(_readable(problems, known)) from None


def _unknown(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1) if len(name) <= _LONGEST_NAME else []
    return f"Unknown field; did you mean {near[0]}?" if near else _UNKNOWN


def _readable(errors: Mapping[Any, Any], known: Sequence[str]) -> dict[str, Any]:
    return {
        str(name): [_unknown(str(name), known)] if problem == [_UNKNOWN] else _with_text_keys(problem)
        for name, problem in errors.items()
    }


def _with_text_keys(problem: Any) -> Any:
    """Lists have their errors by index; JSON has no such keys."""
    if isinstance(problem, Mapping):
        return {str(key): _with_text_keys(value) for key, value in problem.items()}
    return problem
