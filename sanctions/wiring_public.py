"""Registers what the public reads and asks for: bulletins, feeds, mails about them, and pages kept for many readers."""

from flask import Flask

from sanctions import jobs_subscriptions, models_subscriptions, public_feeds, public_subscribe, subscriptions

ROUTES = (public_feeds, public_subscribe)
TELLING = (jobs_subscriptions, subscriptions)
"""Imported for what they register."""


def register(app: Flask) -> None:
    """Set the public's part of this room up."""
    app.extensions.setdefault("rooms", []).append(models_subscriptions.__name__)
