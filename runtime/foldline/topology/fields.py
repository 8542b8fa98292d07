"""The shape of topics.yaml."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from foldline.topology import names

_MODULE = r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*"


def _matches(pattern: str, example: str) -> validate.Regexp:
    return validate.Regexp(re.compile(rf"(?:{pattern})\Z", re.ASCII), error=f"It looks like {example}.")


_MODULE_MEMBER = rf"{_MODULE}:[A-Za-z_]\w*"
_FUNCTIONS = r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)?"


def _functions(example: str) -> fields.List[Any]:
    return fields.List(fields.String(validate=_matches(_FUNCTIONS, example)), load_default=list)


class _ByName(fields.Dict):
    """A mapping whose mistakes are told by name, without a level between for key and value."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]
        except ValidationError as error:
            if isinstance(error.messages, dict):
                raise ValidationError({name: [*said.values()] for name, said in error.messages.items()}) from error
            raise


def _check_setting(value: Any) -> None:
    if not isinstance(value, bool | int | float | str):
        raise ValidationError("It is one text or number, or true or false.")


class TopicFields(Schema):
    """One of `topics`."""

    name = fields.String(required=True, validate=names.check_log_name)
    schema = fields.String(required=True, validate=_matches(_MODULE_MEMBER, "functions.schemas:Product"))
    upcast = fields.String(load_default=None, validate=_matches(_MODULE_MEMBER, "functions.upcasts:product"))
    partitions = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10_000))
    replication = fields.Integer(load_default=3, strict=True, validate=validate.Range(1, 100))
    config = _ByName(keys=fields.String(), values=fields.Raw(validate=_check_setting), load_default=dict)


class ServiceFields(Schema):
    """One of `services`."""

    port = fields.Integer(required=True, strict=True, validate=validate.Range(1, 65_535))
    state = fields.String(load_default="file", validate=validate.OneOf(["file", "memory"]))
    topics = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    commands = _functions("products or products.update")
    queries = _functions("products or products.browse")
    projectors = _functions("sales or sales.tally")
    web = fields.String(load_default=None, validate=_matches(_MODULE, "dashboard_web"))
    repairs = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class TopologyFields(Schema):
    """The whole file."""

    topics = _ByName(keys=fields.String(validate=names.check_topic), values=fields.Nested(TopicFields), required=True)
    services = _ByName(
        keys=fields.String(validate=names.check_service), values=fields.Nested(ServiceFields), required=True
    )


_SECTIONS: Mapping[str, type[Schema]] = {"topics": TopicFields, "services": ServiceFields}


def known_fields(path: Sequence[Any]) -> Iterable[str]:
    """The names that may stand where the last step of `path` does."""
    schema = TopologyFields if len(path) == 1 else _SECTIONS[path[0]]
    return schema().fields
