"""Registers this room with the application."""

from flask import Flask

from figures import models


def init_app(app: Flask) -> None:
    """Set the room up."""
    app.extensions.setdefault("rooms", []).append(models.__name__)
