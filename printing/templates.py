"""What is printed begins as a page: its templates and style sheets below `templates/documents`, each read once."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

FOLDER: Final = Path(__file__).parent.parent / "templates" / "documents"
LONG: Final = re.compile(r"(https?://[!-~]+|(?<![!-~])(?=[!-~]*\d)[!-~]{16,})")


@cache
def _environment() -> Environment:
    made = Environment(loader=FileSystemLoader((FOLDER, FOLDER.parent)), autoescape=True, undefined=StrictUndefined)
    made.trim_blocks = made.lstrip_blocks = True
    made.filters["breakable"] = breakable
    return made


def template(name: str) -> Template:
    """A template by its path below the folder of documents; what it shares with pages it names from the one above."""
    return _environment().get_template(name)


@cache
def stylesheets(*names: str) -> tuple[str, ...]:
    """The text of style sheets, by their paths below the folder of documents, without ending."""
    return tuple((FOLDER / f"{name}.css").read_text("utf-8") for name in names)


def breakable(text: str) -> Markup:
    """The text, escaped, in which addresses and long codes may be broken, so that lines are full."""
    parts = LONG.split(text)
    return Markup("").join(
        Markup("<wbr>").join(re.findall(r".{1,10}?[/.@?&=-]+|.{1,10}", part)) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )
