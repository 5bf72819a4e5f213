"""Registers this room with the application."""

from flask import Flask

from casework import models, models_cases


def init_app(app: Flask) -> None:
    """Set the room up."""
    app.extensions.setdefault("rooms", []).append(models_cases.__name__ and models.__name__)
