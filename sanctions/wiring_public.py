"""Registers what the public reads and asks for: bulletins, feeds, mails about them, and pages kept for many readers."""

from flask import Flask

from core import kept_pages
from sanctions import jobs_subscriptions, models_subscriptions, public_feeds, public_subscribe, subscriptions

ROUTES = (public_feeds, public_subscribe)
TELLING = (jobs_subscriptions, subscriptions)
"""Imported for what they register."""

KEPT = r"/bulletins|/bulletins/20[0-9a-z-]+(/qr\.svg)?|/bulletins\.(atom|json)|/sitemap\.xml"
"""Pages that are the same for everybody, until a bulletin changes (migration 0023)."""
FILTERS = frozenset({"kind", "measure", "code", "year", "after", "before", "lang"})
"""What their addresses may hold; searches for words are made anew."""


def register(app: Flask) -> None:
    """Set the public's part of this room up."""
    app.extensions.setdefault("rooms", []).append(models_subscriptions.__name__)
    kept_pages.keep(app, question="SELECT zilu_public_version()", paths=KEPT, names=FILTERS)
