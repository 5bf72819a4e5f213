"""How templates show things: they are strict; filters write what is plain, and instants as <time>."""

from datetime import UTC, date, datetime
from functools import lru_cache

from flask import Flask
from jinja2 import StrictUndefined
from markupsafe import Markup

from core import clock
from core.plainly import day, days_left, instant_text, lately, number, size, titled, urgency
from core.tongues import tongue

ZONE_NAME = "Asia/Shanghai"


def instant(value: datetime | None, style: str = "plain") -> str:
    """An instant as a <time>, its day written as the page writes days; second and zone stand in its title."""
    if value is None:
        return "—"
    return _stamped(value, instant_text(value, style))


@lru_cache(maxsize=4096)
def _stamped(value: datetime, words: str) -> Markup:
    """The markup, kept: a page shows the same instant in many rows."""
    exact = f"{clock.local(value):%Y-%m-%d %H:%M:%S} {ZONE_NAME}"
    stamp = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(stamp, exact, words)


def from_to(since: date, until: date | None = None, style: str = "page") -> Markup:
    """The days from one to another, or the one; each stays whole, for a browser breaks it at its hyphens."""
    days = [since] if until in (None, since) else [since, until]
    return Markup(" – ").join(Markup('<span class="nowrap">{}</span>').format(day(each, style)) for each in days)


def _date(value: date | datetime | None, style: str = "page") -> str:
    return day(value, style)


def _instant(value: datetime | None, style: str = "page") -> str:
    return instant(value, style)


def _instant_text(value: datetime | None, style: str = "page") -> str:
    return instant_text(value, style)


def init_app(app: Flask) -> None:
    """Make templates strict and give them their filters."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        date=_date,
        instant=_instant,
        instant_text=_instant_text,
        lately=lately,
        days_left=days_left,
        urgency=urgency,
        size=size,
        number=number,
        titled=titled,
        tongue=tongue,
    )
    app.jinja_env.globals.update(today=clock.today, from_to=from_to)
