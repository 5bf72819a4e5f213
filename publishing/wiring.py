"""Registers this room with the application: what the public reads, and which of its pages are kept for many readers."""

from flask import Flask

from core import kept_pages
from core.web import nav
from core.words import _l
from publishing import (
    jobs_subscriptions,
    models_subscriptions,
    public,
    public_feeds,
    public_procedure,
    public_subscribe,
    subscriptions,
)

ROUTES = (public_feeds, public_subscribe)
TELLING = (jobs_subscriptions, models_subscriptions, subscriptions)
"""Imported for what they register."""

KEPT = r"/bulletins|/bulletins/20[0-9a-z-]+(/qr\.svg)?|/bulletins\.(atom|json)|/sitemap\.xml"
"""Pages that are the same for everybody, until a bulletin changes (migration 0023)."""
FILTERS = frozenset({"kind", "measure", "code", "year", "after", "before", "lang"})
"""What their addresses may hold; searches for words are made anew."""


def init_app(app: Flask) -> None:
    """Set the room up."""
    for page in (public, public_procedure):
        app.register_blueprint(page.bp)
    nav("public", _l("Bulletins"), "publishing_public.listing", order=30)
    nav("footer", _l("How a matter proceeds"), "publishing_procedure.show", order=10)
    kept_pages.keep(app, question="SELECT zilu_public_version()", paths=KEPT, names=FILTERS)
