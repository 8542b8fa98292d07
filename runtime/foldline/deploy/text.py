"""From a template to a file's text."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def render(template: str, **values: Any) -> str:
    """Fill one of `templates/`: `[% %]` say which parts there are, `[[ ]]` are values."""
    environment = Environment(  # noqa: S701 - these are no pages
        loader=PackageLoader("foldline.deploy"),
        undefined=StrictUndefined,
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(values)
