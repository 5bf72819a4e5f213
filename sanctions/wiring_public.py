"""Registers what the public reads and asks for: bulletins, feeds, mails about them, and pages kept for many readers."""

from flask import Flask

from sanctions import models_subscriptions


def register(app: Flask) -> None:
    """Set the public's part of this room up."""
    app.extensions.setdefault("rooms", []).append(models_subscriptions.__name__)
