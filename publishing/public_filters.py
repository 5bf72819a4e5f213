"""What a list of bulletins is narrowed to, as it stands in the address of the page and of its feeds."""

from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from core.db import session
from core.plainly import titled
from core.words import _, language
from proceedings.bulletin_page import printable
from publishing import queries_public
from registry import rulebook
from sanctions import labels
from sanctions.queries import Filters

KINDS = ("INSTITUTION", "FIRM")
LEVELS = ("1", "2", "3", "5")
"""Measures that a public bulletin can show: L4 is for members only."""
YEARS = range(2000, 2200)
NAMES = ("text", "kind", "measure", "code", "year")

Choice = tuple[str, str, list[tuple[str, Any]] | None, str]
"""One filter: its name, its label, the answers, what is chosen."""


def asked() -> Filters:
    """The filters of the address; what nobody offers is left out."""
    args = request.args
    kind, measure, year = args.get("kind", ""), args.get("measure", ""), args.get("year", type=int)
    return Filters(
        scope="PUBLIC",
        standing=True,
        text=printable(args.get("text", "")),
        kind=kind if kind in KINDS else "",
        measure=int(measure) if measure in LEVELS else None,
        code=printable(args.get("code", ""))[:10],
        year=year if year in YEARS else None,
    )


def choices(by: Filters) -> list[Choice]:
    """The filters as they are offered."""
    at, every = session(), ("", _("All"))
    shown = queries_public.codes_shown(at)
    known = rulebook.by_code(at, shown)
    codes = [(code, titled(known[code].name(language())) if code in known else code) for code in shown]
    years = [(str(year), str(year)) for year in queries_public.years(at)]
    measures = [(level, labels.LEVEL[int(level)][0]) for level in LEVELS]
    kinds = [("INSTITUTION", _("Institution")), ("FIRM", _("Collection firm"))]
    return [
        ("text", _("Company or words of the text"), None, by.text),
        ("kind", _("Kind of company"), [every, *kinds], by.kind),
        ("measure", _("Measure"), [every, *measures], str(by.measure or "")),
        ("code", _("Kind of breach"), [every, *codes], by.code),
        ("year", _("Year"), [every, *years], str(by.year or "")),
    ]


def chips(offered: list[Choice]) -> list[tuple[str, str]]:
    """Each filter in use, and the address without it."""
    return [
        (f"{label}{_(': ')}{_shown(answers, value)}", address({name: ""}))
        for name, label, answers, value in offered
        if value
    ]


def _shown(answers: list[tuple[str, Any]] | None, value: str) -> str:
    return str(dict(answers).get(value, value)) if answers is not None else value


def address(other: dict[str, str], endpoint: str = "publishing_public.listing") -> str:
    """The same selection with something else in its address; any change but of the page begins at its first page."""
    said = {name: value for name in NAMES if (value := request.args.get(name, ""))} | other
    found = urlencode({name: value for name, value in said.items() if value})
    return url_for(endpoint) + (f"?{found}" if found else "")
