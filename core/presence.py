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
            asked.hset(name, str(who), f"{now}:{int(writes)}:{page}")
            asked.expire(name, LASTS)
            asked.hgetall(name)
            found: dict[bytes, bytes] = asked.execute()[-1]
    except RedisError:
        return []
    others = []
    for number, said in found.items():
        at, writing, _page = said.decode().split(":", 2)
        if int(number) != who and now - int(at) <= LASTS:
            others.append((int(number), writing == "1"))
    return sorted(others)


def gone(what: str, who: int, page: str) -> None:
    """Somebody closed a page; where the next one has spoken already, nothing is said."""
    name, asked = f"{KEY}:{what}", current_app.extensions[KEY]
    try:
        if (asked.hget(name, str(who)) or b"").decode().split(":", 2)[-1] == page:
            asked.hdel(name, str(who))
    except RedisError:
        return
