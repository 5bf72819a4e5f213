"""Registers this room with the application."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Set the room up."""
    app.extensions.setdefault("rooms", []).append("admin")
