"""Who else looks at the same thing just now, or writes there: numbers in Valkey that forget themselves."""

from time import time

from flask import Flask, current_app
from redis.exceptions import RedisError

from core import valkey

LASTS = 70
"""So many seconds after a page spoke last, its reader is taken to be gone; open pages speak every half minute."""
KEY = "presence"


def init_app(app: Flask, redis_url: str) -> None:
    """Ask Valkey, and wait for it no longer than a glance is worth."""
    app.extensions[KEY] = valkey.connected(app, redis_url)


def here(what: str, who: int, *, writes: bool, page: str = "") -> list[tuple[int, bool]]:
    """Note that somebody is here; tells the others, and whether they write. Nobody where Valkey is away."""
    now, name = int(time()), f"{KEY}:{what}"
    try:
        with current_app.extensions[KEY].pipeline(transaction=False) as asked:
            asked.hset(name, f"{who}:{page}", f"{now}:{int(writes)}")
            asked.expire(name, LASTS)
            asked.hgetall(name)
            found: dict[bytes, bytes] = asked.execute()[-1]
        said = {each: at.decode().partition(":") for each, at in found.items()}
        if gone := [each for each, (at, _colon, _writes) in said.items() if now - int(at) > LASTS]:
            current_app.extensions[KEY].hdel(name, *gone)
    except RedisError:
        return []
    others: dict[int, bool] = {}
    for each in found.keys() - gone:
        number = int(each.partition(b":")[0])
        others[number] = others.get(number, False) or said[each][2] == "1"  # in one of several pages of theirs
    others.pop(who, None)
    return sorted(others.items())


def gone(what: str, who: int, page: str) -> None:
    """Somebody closed a page; other pages of the same thing stay open."""
    try:
        current_app.extensions[KEY].hdel(f"{KEY}:{what}", f"{who}:{page}")
    except RedisError:
        return
