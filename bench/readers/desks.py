"""Staff at their desks: signed in, looking at views, filters and pages of the queue, anywhere in it."""

import random
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import psycopg
from flask import Flask, template_rendered
from sqlalchemy import func, select, text, tuple_

from bench.measure import MS
from bench.readers.load import Request
from casework.models_queue import NEVER, QueueEntry
from core import clock
from core.db import db, transaction
from desk.queries_queue_select import OPEN_VIEWS
from registry import sessions
from registry.models import Party
from registry.models_accounts import Account, AccountRole

PEOPLE = 12
SHUT = ("ended", "all", "historic")
PLACES = 300
OWN = "/staff?view=mine&after="
PAGE = (
    "SELECT q.due_on, q.complaint_id, q.due_key, q.provisional, q.to_check, c.ref, c.state, c.urgent, c.received_at, "
    "substr(c.facts, 1, 200), a.name FROM queue_entry q JOIN complaint c ON c.id = q.complaint_id "
    "LEFT JOIN account a ON a.id = q.officer_id ORDER BY q.due_on, q.complaint_id LIMIT 51"
)
"""What a page of the queue cannot do without."""
OLDER = (
    "SELECT received_at, id FROM complaint WHERE received_at > greatest("
    "(SELECT min(received_at) FROM complaint WHERE state = 'HISTORIC'), "
    "(SELECT min(received_at) FROM complaint WHERE state = 'CLOSED'))"
)
"""Complaints behind which each list of what is shut goes on."""


@dataclass(frozen=True)
class Desks:
    """Cookies of people who are signed in, and addresses: first pages, pages deep in a view, filtered ones."""

    cookies: Sequence[str]
    workers: Sequence[str]
    """Cookies of those with work of their own: only they have pages deep in it."""
    first: Sequence[str]
    deep: Sequence[str]
    filtered: Sequence[str]

    def asking(self, paths: Sequence[str]) -> Request:
        """Somebody asks for one of these."""

        def one(dice: random.Random) -> tuple[str, str]:
            path = dice.choice(paths)
            return path, f"Cookie: {dice.choice(self.workers if path.startswith(OWN) else self.cookies)}\r\n"

        return one

    @property
    def every(self) -> list[str]:
        """A third of each kind."""
        most = max(map(len, (self.first, self.deep, self.filtered)))
        return [kind[place % len(kind)] for kind in (self.first, self.deep, self.filtered) for place in range(most)]


def set_up(app: Flask) -> Desks:
    """Sign people in, and choose what they look at."""
    dice = random.Random(1)  # noqa: S311 - the same addresses each time
    with app.app_context(), transaction() as at:
        working = select(Account).join(AccountRole, AccountRole.account_id == Account.id)
        people = at.scalars(
            working.where(AccountRole.role.in_(("officer", "intake", "head"))).order_by(Account.id)
        ).all()
        looking = people[:: max(1, len(people) // PEOPLE)]
        cookies = {each.id: cookie_of(app, at, each) for each in looking}
        parties = list(at.scalars(select(Party.id).order_by(Party.id)))
        it, last = QueueEntry, func.max(QueueEntry.due_on)
        place = tuple_(it.due_on, it.complaint_id)
        end = select(it.due_on, it.complaint_id).order_by(it.due_on.desc(), it.complaint_id.desc()).limit(1)
        before_it = place < end.scalar_subquery()  # after the last one there is no page
        places = at.execute(
            select(it.due_on, it.complaint_id).where(before_it).order_by(func.random()).limit(PLACES)
        ).all()
        ends = select(it.officer_id, last).where(it.officer_id.in_(cookies), it.state.not_in(("ESCALATED", "MERGED")))
        own = dict(at.execute(ends.group_by(it.officer_id)).all())
        ends_of = {"open": NEVER, "mine": min(own.values()), "waiting": at.scalars(select(last).where(it.waits)).one()}
        received = at.execute(text(f"{OLDER} ORDER BY random() LIMIT {PLACES}")).all()
    filters: list[dict[str, Any]] = [
        *({"party": dice.choice(parties)} for _ in range(60)),
        *({"code": code} for code in ("V-C01", "V-F04", "V-I01", "V-B01", "V-B06")),
        *({"channel": channel} for channel in ("WEB", "PHONE", "LETTER")),
        *({"state": state} for state in ("RECEIVED", "FORWARDED", "RELEASED", "DISPUTED")),
        *({"officer": officer} for officer in ("me", "none")),
        {"code": "V-C01", "channel": "PHONE"},
    ]
    filtered = [_path(view=dice.choice(("open", "mine", "waiting")), **each) for each in filters for _ in range(3)]
    deep = [
        *(
            _path(
                view=dice.choice([view for view, end in ends_of.items() if due < end or end == NEVER]),
                after=f"{due}~{number}",
            )
            for due, number in places
        ),
        *(_path(view=dice.choice(SHUT), after=f"{when.isoformat()}~{number}") for when, number in received),
    ]
    workers = [cookie for number, cookie in cookies.items() if number in own]
    return Desks(list(cookies.values()), workers, [_path(view=view) for view in (*OPEN_VIEWS, *SHUT)], deep, filtered)


def cookie_of(app: Flask, at: Any, person: Account) -> str:
    """What the browser of somebody who is signed in sends."""
    token = sessions.begin(at, person, passed=True, client="bench", now=clock.now())
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    name = app.config["SESSION_COOKIE_NAME"]
    held = client.get_cookie(name)
    assert held is not None  # noqa: S101 - it was put in just now
    return f"{name}={held.value}; lang=zh"


def _path(**said: Any) -> str:
    return f"/staff?{urlencode(said)}"


@contextmanager
def drawn(app: Flask) -> Iterator[list[Any]]:
    """Every template that is drawn meanwhile, with its values."""
    found: list[Any] = []

    def note(_sender: Flask, template: Any, context: dict[str, Any], **_more: Any) -> None:
        found.append((template, dict(context)))

    with template_rendered.connected_to(note, app):
        yield found


def floor(app: Flask, cookie: str, address: str, times: int) -> list[float]:
    """The least it could cost: one bare query, and the page's own template filled with what was read before."""
    walls = []
    with psycopg.connect(re.sub(r"\+psycopg", "", address), autocommit=True) as server, drawn(app) as found:
        server.execute("SET ROLE zilu_staff")
        with app.test_request_context("/staff?view=open", headers={"Cookie": cookie}):
            app.preprocess_request()
            app.dispatch_request()
            template, context = found[0]
            for _ in range(times):
                began = time.perf_counter()
                server.execute(PAGE, prepare=False).fetchall()
                template.render(context)
                walls.append((time.perf_counter() - began) * MS)
            db.session.remove()
    return walls
