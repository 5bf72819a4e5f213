"""Throttles: how often one address may ask; counted in Valkey, in memory while Valkey is away."""

from flask import Flask, request
from flask_limiter import Limiter

from core import valkey


def address() -> str:
    """Who asks: the address as the trusted proxies tell it."""
    return request.remote_addr or "nobody"


limiter = Limiter(
    key_func=address,
    in_memory_fallback_enabled=True,
    strategy="moving-window",
)


def init_app(app: Flask, redis_url: str) -> None:
    """Count in Valkey."""
    app.config.setdefault("RATELIMIT_STORAGE_URI", redis_url)
    app.config.setdefault("RATELIMIT_STORAGE_OPTIONS", valkey.patience(app))
    app.config.setdefault("RATELIMIT_HEADERS_ENABLED", False)
    limiter.init_app(app)
