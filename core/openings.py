"""What was opened in a browser by a code, and left: Valkey remembers it for as long as a copy of the cookie is good."""

import secrets

from flask import Flask, current_app
from redis.exceptions import RedisError

from core import valkey

KEY = "openings"


def init_app(app: Flask, redis_url: str) -> None:
    """Ask Valkey, and wait for it no longer than a glance is worth."""
    app.extensions[KEY] = valkey.connected(app, redis_url)


def fresh() -> str:
    """The name of one opening, which the browser keeps."""
    return secrets.token_hex(16)


def leave(opening: str, seconds: int) -> None:
    """Nothing opens by it any more; where Valkey is away, only the browser's own cookie is gone."""
    try:
        current_app.extensions[KEY].set(f"{KEY}:{opening}", "left", ex=seconds)
    except RedisError:
        return


def was_left(opening: str) -> bool:
    """Whether it was left; not where Valkey is away, for nobody would come in then."""
    try:
        return bool(current_app.extensions[KEY].exists(f"{KEY}:{opening}"))
    except RedisError:
        return False
