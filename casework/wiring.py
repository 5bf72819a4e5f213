"""Registers this room with the application."""

from flask import Flask

from casework import (
    cases,
    clauses,
    documents_cases,
    leads,
    models,
    models_cases,
    policies_tracks,
    tracks,
)

CASES = (cases, documents_cases, leads, policies_tracks, tracks)
"""Imported for what they register about cases."""


def init_app(app: Flask) -> None:
    """Set the room up."""
    app.extensions.setdefault("rooms", []).append(models_cases.__name__ and models.__name__)
    clauses.use(app.extensions["zilu"])
