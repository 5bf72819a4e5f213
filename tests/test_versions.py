"""Each verb that is told the version its reader saw compares it, before it looks at anything else of the form."""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from typing import Any, TypeGuard, get_type_hints

from sqlalchemy import select
from sqlalchemy.orm import Session

import casework
import notices
import proceedings
import registry
import sanctions
from casework import recusals, stop_contacts
from casework.models_cases import CaseTrack
from core.actors import Actor
from core.clock import day_of
from core.db import Base, attempt
from core.errors import Changed
from registry import merging, successions
from registry.models_accounts import ROLES
from registry.models_lineage import SuccessionKind
from tests.builders import Desk
from tests.builders_cases import actor, party
from tests.notices.test_wordings import lay_down
from tests.sanctions.reviewing import Reviewing

ROOMS = (casework, sanctions, proceedings, notices, registry)
OTHERWISE = {
    "casework.assigning.lay_down": "a rule that may be new",
    "casework.evidence.describe": "that of the evidence",
    "registry.accounts.lock": "that of an account, whose roles are looked up anew before",
    "sanctions.pools.place": "that of what was entered about an account",
}
"""Verbs whose version is not that of their second argument, or is compared later; each has a trial of its own."""


def _verbs() -> Iterator[tuple[str, Callable[..., Any], dict[str, inspect.Parameter], type[Base]]]:
    for room in ROOMS:
        for found in pkgutil.iter_modules(room.__path__):
            module = import_module(f"{room.__name__}.{found.name}")
            for name, verb in inspect.getmembers(module, inspect.isfunction):
                asked = dict(inspect.signature(verb).parameters)
                second = get_type_hints(verb).get(list(asked)[1]) if {"version", "actor"} <= asked.keys() else None
                called = f"{module.__name__}.{name}"
                if (
                    verb.__module__ == module.__name__
                    and name[0] != "_"
                    and called not in OTHERWISE
                    and _is_kept(second)
                ):
                    yield called, verb, asked, second


def _is_kept(kind: object) -> TypeGuard[type[Base]]:
    return isinstance(kind, type) and issubclass(kind, Base)


def _facts(session: Session, verb: Callable[..., Any], asked: dict[str, inspect.Parameter]) -> dict[str, Any]:
    """Anything for what must be said."""
    kinds, simple = get_type_hints(verb), {str: "x", bool: False, int: 1}
    must = [name for name, each in asked.items() if each.default is each.empty]
    said = {name: kinds[name] for name in must[2:]}
    rows = {name: _first(session, kind) for name, kind in said.items() if _is_kept(kind)}
    return {name: simple.get(kind, () if "Sequence" in str(kind) else None) for name, kind in said.items()} | rows


def _first(session: Session, kind: type[Base]) -> Any:
    return session.scalars(select(kind).order_by(*kind.__table__.primary_key).limit(1)).one()


def test_whoever_saw_an_earlier_version_moves_nothing(session: Session, now: datetime) -> None:
    head = _something_of_each_kind(session, now)
    who = Actor(head.id, frozenset(role for roles in ROLES.values() for role in roles), name="x", audience="staff")
    missed = {}
    for called, verb, asked, kind in _verbs():
        it = _first(session, kind)
        facts = _facts(session, verb, asked) | {"actor": who, "now": now, "version": it.version + 1}
        with attempt(session):
            try:
                verb(session, it, **facts)
            except Changed:
                continue
            except Exception as other:  # noqa: BLE001 - what else it told
                missed[called] = repr(other)
            else:
                missed[called] = "done"
    assert missed == {}


def _something_of_each_kind(session: Session, now: datetime) -> Actor:
    room = Reviewing(session, now).fill_pool()
    head, officer = actor(room.head), actor(room.officer)
    case = session.get_one(CaseTrack, room.made_public().track_id).case
    recusals.declare(session, case, ground="SHARES", facts="持有股权", actor=actor(room.second), now=now)
    room.asked(room.served_decision([1, 4]))
    asked = Desk(session, now).forwarded().complaint
    stop_contacts.request(session, asked, number="13800001234", own=True, actor=officer, now=now)
    lay_down(session)
    gone, kept, former, heir = (party(session, f"第{number}消费金融有限公司") for number in "一二三四")
    merging.merge(session, gone, kept, reason="同一营业执照", actor=head, versions=(None, None), now=now)
    said: dict[str, Any] = {
        "kind": SuccessionKind.ABSORBED,
        "from_on": day_of(now),
        "evidence": "合并协议",
        "matters": (),
    }
    successions.record(session, former, heir, **said, actor=head, version=None, now=now)
    return head
