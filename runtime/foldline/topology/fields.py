"""The shape of topics.yaml."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from foldline.topology.names import check_log_name, check_service, check_topic

_MODULE = r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*"


def _matches(pattern: str, example: str) -> validate.Regexp:
    return validate.Regexp(re.compile(rf"(?:{pattern})\Z", re.ASCII), error=f"It looks like {example}.")


_MODULE_MEMBER = rf"{_MODULE}:[A-Za-z_]\w*"
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"{_LABEL}(\.{_LABEL})*"
_BROKERS = rf"{_HOST}:[0-9]{{1,5}}(,{_HOST}:[0-9]{{1,5}})*"
_PART = r"[a-z0-9]+([._-]+[a-z0-9]+)*"
_IMAGE = rf"({_HOST}(:[0-9]{{1,5}})?/)?{_PART}(/{_PART})*(:\w[\w.-]{{0,127}})?"
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


class Mebibytes(fields.Field[int]):
    """`256Mi` or `2Gi`, as a number of MiB."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        found = re.fullmatch(r"([0-9]{1,9})(Mi|Gi)", value) if isinstance(value, str) else None
        if found is None:
            raise ValidationError("It looks like 256Mi or 2Gi.")
        return int(found[1]) * (1024 if found[2] == "Gi" else 1)


def _check_setting(value: Any) -> None:
    if not isinstance(value, bool | int | float | str):
        raise ValidationError("It is one text or number, or true or false.")


class TopicFields(Schema):
    """One of `topics`."""

    name = fields.String(required=True, validate=check_log_name)
    schema = fields.String(required=True, validate=_matches(_MODULE_MEMBER, "functions.schemas:Product"))
    upcast = fields.String(load_default=None, validate=_matches(_MODULE_MEMBER, "functions.upcasts:product"))
    partitions = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10_000))
    replication = fields.Integer(load_default=3, strict=True, validate=validate.Range(1, 100))
    config = _ByName(keys=fields.String(), values=fields.Raw(validate=_check_setting), load_default=dict)


class SizeFields(Schema):
    """`deploy` of one of `services`."""

    instances = fields.Integer(load_default=2, strict=True, validate=validate.Range(1, 100))
    cpus = fields.Float(load_default=0.5, validate=validate.Range(0.01, 64))
    memory = Mebibytes(load_default=256, validate=validate.Range(64))
    disk = Mebibytes(load_default=1024, validate=validate.Range(64))


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
    deploy = fields.Nested(SizeFields, load_default=lambda: SizeFields().load({}))


class DeployFields(Schema):
    """`deploy` of the whole."""

    image = fields.String(load_default="foldline", validate=_matches(_IMAGE, "registry.example.com/shop:1.2"))
    brokers = fields.String(load_default="kafka:9092", validate=_matches(_BROKERS, "kafka-1:9092,kafka-2:9092"))
    host = fields.String(load_default=None, validate=_matches(_HOST, "shop.example.com"))


class TopologyFields(Schema):
    """The whole file."""

    topics = _ByName(keys=fields.String(validate=check_topic), values=fields.Nested(TopicFields), required=True)
    services = _ByName(keys=fields.String(validate=check_service), values=fields.Nested(ServiceFields), required=True)
    deploy = fields.Nested(DeployFields, load_default=lambda: DeployFields().load({}))


def known_fields(path: Sequence[Any]) -> Iterable[str]:
    """The names that may stand where the last step of `path` does."""
    match path:
        case (_,):
            return TopologyFields().fields
        case ("topics", *_):
            return TopicFields().fields
        case ("services", _, "deploy", _):
            return SizeFields().fields
        case ("services", *_):
            return ServiceFields().fields
    return DeployFields().fields
