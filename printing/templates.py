"""What is printed begins as a page: its templates and style sheets below `templates/documents`, each read once."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

FOLDER: Final = Path(__file__).parent.parent / "templates" / "documents"
LONG: Final = re.compile(r"(https?://[!-~]+|(?<![!-~])(?=[!-~]*\d)[!-~]{16,})")
REFERENCE: Final = re.compile(r"((?:[A-Z]{1,4}|[\u4e00-\u9fff]{1,8})〔\d{4}〕\d+号?|TS\d{4}-\w+)")
"""The number of a document, of a case, of a complaint."""
CODE: Final = re.compile(r"(?<![!-~])([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})(?![!-~])")
"""A check code, which is read and typed as one: it stands on one line."""
KEPT: Final = Markup('<span class="kept">{}</span>')
UNBROKEN: Final = re.compile(r".{0,4}|\d{4}年\d{1,2}月\d{1,2}日|\d+—\d+", re.DOTALL)
"""What stands on one line in a table, if its whole column is such: short words, days, pages from and to."""


@cache
def _environment() -> Environment:
    made = Environment(loader=FileSystemLoader((FOLDER, FOLDER.parent)), autoescape=True, undefined=StrictUndefined)
    made.trim_blocks = made.lstrip_blocks = True
    made.filters["breakable"] = _breakable
    made.tests["unbroken"] = UNBROKEN.fullmatch
    return made


def template(name: str) -> Template:
    """A template by its path below the folder of documents; what it shares with pages it names from the one above."""
    return _environment().get_template(name)


@cache
def stylesheets(*names: str) -> tuple[str, ...]:
    """The text of style sheets, by their paths below the folder of documents, without ending."""
    return tuple((FOLDER / f"{name}.css").read_text("utf-8") for name in names)


def breakable(text: str, *, whole: bool = False) -> Markup:
    """The text, escaped, in which addresses and long codes may be broken, for full lines; `whole`: not numbers."""
    parts = CODE.split(text)
    return Markup("").join(
        KEPT.format(part) if place % 2 else _broken(part, whole=whole) for place, part in enumerate(parts)
    )


def _broken(text: str, *, whole: bool) -> Markup:
    parts = LONG.split(text)
    return Markup("").join(
        Markup("<wbr>").join(re.findall(r".{1,10}?[/.@?&=-]+|.{1,10}", part))
        if place % 2
        else (_kept_whole if whole else escape)(part)
        for place, part in enumerate(parts)
    )


@pass_context
def _breakable(context: Context, text: str) -> Markup:
    """The `breakable` text of a document; an English line ends ragged anyhow, so it keeps a number whole."""
    return breakable(text, whole=getattr(context.get("head"), "lang", "") == "en")


def _kept_whole(text: str) -> Markup:
    parts = REFERENCE.split(text)
    return Markup("").join(KEPT.format(part) if place % 2 else escape(part) for place, part in enumerate(parts))
