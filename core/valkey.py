"""Asking Valkey from a page: with little patience, since no page may hang on what it can do without."""

from typing import Any

from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE = "VALKEY_PATIENCE"
"""The setting that says how many seconds a page waits for it; 0.2 where nothing is said."""


def patience(app: Flask) -> dict[str, Any]:
    """What a connection is told so that Valkey's absence costs a page a fifth of a second, not four."""
    seconds = app.config.setdefault(PATIENCE, 0.2)
    return {"socket_timeout": seconds, "socket_connect_timeout": seconds}


def connected(app: Flask, url: str) -> "Redis":
    """A connection for pages, which asks once."""
    return Redis.from_url(url, **patience(app), retry=Retry(NoBackoff(), 0))
