"""Throttles: how often one address may ask; counted in Valkey, in memory while Valkey is away."""

from ipaddress import IPv4Address, IPv6Network, ip_address
from math import ceil
from time import time
from typing import Final

from flask import Flask, g, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse
from redis.exceptions import RedisError

from core import valkey

KEPT: Final = parse("60 per hour")
"""So often what one address posts is kept while its author signs in."""
OF_ONE: Final = 64
"""So many bits of an IPv6 address say whose line it is."""


def address() -> str:
    """Who asks: the address as the trusted proxies tell it; of IPv6 its network, in which anybody has any number."""
    said = request.remote_addr or "nobody"
    try:
        known = ip_address(said)
    except ValueError:
        return said
    if isinstance(known, IPv4Address):
        return said
    return str(known.ipv4_mapped or IPv6Network((int(known), OF_ONE), strict=False))


limiter = Limiter(
    key_func=address,
    in_memory_fallback_enabled=True,
    strategy="moving-window",
)


@limiter.request_filter
def shown_again() -> bool:
    """A form that is shown again with its refusal (core.faults) was counted when it was sent."""
    return "refused" in g


def counted(most: RateLimitItem, what: str, *, cost: int = 1, now: bool = True) -> bool:
    """Count this address once more, or only look; False where that is too often. Without Valkey nothing is refused."""
    if not limiter.enabled:
        return True
    try:
        ask = limiter.limiter.hit if now else limiter.limiter.test
        return bool(ask(most, what, address(), cost=cost))
    except (RedisError, OSError):
        return True


def seconds_left() -> int:
    """How long whoever was refused now has to wait."""
    hit = limiter.current_limit
    try:
        return max(ceil(hit.window.reset_time - time()), 1) if hit is not None else 0
    except (RedisError, OSError):
        return 0


def init_app(app: Flask, redis_url: str) -> None:
    """Count in Valkey."""
    app.config.setdefault("RATELIMIT_STORAGE_URI", redis_url)
    app.config.setdefault("RATELIMIT_STORAGE_OPTIONS", valkey.patience(app))
    app.config.setdefault("RATELIMIT_HEADERS_ENABLED", False)
    limiter.init_app(app)
