"""YAML without loss."""

from decimal import Decimal
from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """Writes numbers digit for digit."""


def _digits(dumper: _Dumper, number: Decimal) -> yaml.ScalarNode:
    text = f"{number:f}"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Dumper.add_representer(Decimal, _digits)


def yaml_text(value: Any) -> str:
    """The value as a block of YAML; numbers digit for digit."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
