"""Deeds whose documents need approval: what was sent is kept, and done again when the last approver signs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from casework import changes, policies_pages, recusals, tasks
from core import clock
from core.actors import SYSTEM, Actor
from core.clock import local
from core.machine import Machine
from core.words import LazyString, _l
from desk import deeds
from desk.deeds import Deed, StaffForms, Thing
from notices import (
    approval_waiting,
    approvals,
    chains,
    doers,
    dossiers,
    looking,
    queries_approval,
    sendings,
    trials,
    undoing,
)
from notices.doers import Sent
from notices.models import Dossier
from registry import accounts
from registry.models_accounts import Account

LEFT = "dossier_left"
ASIDE = "dossier_aside"
TASKS = ("dossier_approve", "dossier_sent_back", "dossier_dropped", "dossier_drop_asked", LEFT, ASIDE)
tasks.KINDS[LEFT] = _l(
    "Whoever drafted this can't sign in or may not do it any more: give it up, so that somebody drafts it anew, "
    "%(ref)s."
)
tasks.KINDS[ASIDE] = _l(
    "Whoever drafted this takes no part in the matter any more: give it up, so that somebody drafts it anew, %(ref)s."
)


@dataclass(frozen=True)
class Page:
    """A page of deeds: how to find its things again, and their addresses."""

    every: Callable[[], Mapping[str, Deed]]
    thing: Callable[[Session, int], Thing]
    url: Callable[[Thing], str]
    called: Callable[[Thing], str]
    words: frozenset[str] = frozenset()

    def body(self, _session: Session, _number: int) -> frozenset[int]:
        """Empty: no panel and no review body decides what is done here."""
        return frozenset()

    def title(self, session: Session, number: int, event: str) -> str:
        """What it does, and to what."""
        return f"{self.every()[event].title} · {self.called(self.thing(session, number))}"

    def form(self, session: Session, number: int, event: str, sent: Sent | None) -> StaffForms:
        """Its form, filled with what was sent; if that is None, with the present request."""
        found = self.thing(session, number)
        return deeds.form_of(session, self.every()[event], found, None if sent is None else sendings.filled(sent))

    def do(self, session: Session, number: int, event: str, form: StaffForms, actor: Actor, now: datetime) -> None:
        """Do it."""
        self.every()[event].do(session, self.thing(session, number), form, actor, now)

    def link(self, session: Session, number: int) -> str:
        """The page of the thing."""
        return self.url(self.thing(session, number))


def run(session: Session, page: str, deed: Deed, thing: Thing, form: StaffForms, *, actor: Actor) -> LazyString | str:
    """Do it now, or put its documents before their approvers; returns what to tell the person."""
    now = clock.now()

    def do() -> None:
        deed.do(session, thing, form, actor, now)

    name = f"{page}/{deed.event}"
    waits = carry_out(session, name, thing.id, do, actor=actor, now=now, undo=deed.undo)
    return waits or deeds.told(session, deed, thing)


def form_of(session: Session, deed: Deed, thing: Thing) -> StaffForms:
    """The form of a deed that a page runs here; if it issues documents, they can be looked at first."""
    form = deeds.form_of(session, deed, thing)
    machine = Machine.all.get(changes.KINDS.get(thing.__tablename__, ""))
    form.may_look = not deed.puts and machine is not None and dossiers.issues(machine, thing.state, deed.event)
    return form


def carry_out(
    session: Session,
    deed: str,
    number: int,
    do: Callable[[], object],
    *,
    actor: Actor,
    now: datetime,
    undo: bool = False,
) -> LazyString | None:
    """Run a deed for a page that has no table of deeds; gives None if it was done at once."""
    if trials.LOOK in session.info:
        looking.look(session, do)
    until = undoing.until(session, now) if undo else None
    if until is None and not chains.any_chain(session):
        do()
        return None
    sent = sendings.sent_now(session)
    waits = approvals.carry_out(session, deed, number, sent, do, actor=actor, now=now, undo_until=until)
    if waits is None:
        return None
    if waits.undo_until is None:
        return approvals.WAITS
    return _l(
        "It is done at %(at)s. Until then you can take it back on this page.", at=f"{local(waits.undo_until):%H:%M}"
    )


def tell(session: Session, dossier: Dossier, what: str, role: str, now: datetime) -> None:
    """Raise a task for whoever is next, or for the drafter; close the tasks of a dossier that is over."""
    subject = ("approval", dossier.id)
    if what == "left":
        tasks.settle(session, subject, ("dossier_sent_back",), actor=SYSTEM, now=now)  # nobody else changes it
        _ask_to_give_up(session, dossier, _out_of_reach(session, dossier, now) or LEFT, now)
        return
    left = what == "sent_back" and any(task.kind == LEFT for task in tasks.open_of(session, subject))
    if what != "drop_asked":
        tasks.settle(session, subject, TASKS, actor=SYSTEM, now=now)
    if what == "over":
        return
    if what == "sent_back" and (kind := _out_of_reach(session, dossier, now) or LEFT * left):
        _ask_to_give_up(session, dossier, kind, now)
        return
    tasks.put(
        session,
        f"dossier_{what.partition(':')[0]}",
        ("approval", dossier.id, dossier.ref),
        role=role or _drafting_role(session, dossier),
        now=now,
        key=f"{what}:{dossier.id}:{now.timestamp()}",
        but=dossier.drafted_by if what.startswith("approve") else None,
    )


@accounts.on_locked
def ask_to_give_up(session: Session, account: Account, now: datetime) -> None:
    """Have drafts of a locked-out person given up: they are never signed and hold up matters. Unlocked, they go on."""
    for dossier in queries_approval.before_others(session, account.id):
        if account.locked_at is None:
            tasks.settle(session, ("approval", dossier.id), (LEFT,), actor=SYSTEM, now=now)
            if dossier.state == "DRAFTED":  # it may have come back while its author was locked out
                tell(session, dossier, "sent_back", "", now)
        else:
            _ask_to_give_up(session, dossier, LEFT, now)


@accounts.on_roles
def look_through(session: Session, account: Account, now: datetime) -> None:
    """Look again at drafts of somebody with other roles: they are carried out in the name of whoever drafted them."""
    if account.locked_at is not None:
        return
    for dossier in queries_approval.before_others(session, account.id):
        waited = any(task.kind == LEFT for task in tasks.open_of(session, ("approval", dossier.id)))
        tasks.settle(session, ("approval", dossier.id), (LEFT,), actor=SYSTEM, now=now)
        if waited and dossier.state == "DRAFTED":
            tell(session, dossier, "sent_back", "", now)
        approval_waiting.look_again(session, dossier, now)


@recusals.on_kept_out
def ask_to_give_up_aside(session: Session, account_id: int, now: datetime) -> None:
    """Have drafts given up in matters that are closed to their author, who can neither change them nor give them up."""
    author = Actor(account_id, audience="staff")
    for dossier in queries_approval.before_others(session, account_id):
        if any(doers.partial(session, dossier, author, now)):
            _ask_to_give_up(session, dossier, ASIDE, now)


def _out_of_reach(session: Session, dossier: Dossier, now: datetime) -> str:
    """Why nobody can change a draft that goes back to its author; empty where the author can."""
    author = session.get(Account, dossier.drafted_by) if dossier.drafted_by else None
    if author is None or author.locked_at is not None:
        return LEFT
    return ASIDE if any(doers.partial(session, dossier, Actor(author.id, audience="staff"), now)) else ""


def _ask_to_give_up(session: Session, dossier: Dossier, kind: str, now: datetime) -> None:
    """By a task for whoever takes the last step of its chain, who is told once."""
    subject = ("approval", dossier.id, dossier.ref)
    if kind not in {each.kind for each in tasks.open_of(session, subject[:2])}:
        role = queries_approval.steps_of(session, dossier.id)[-1].role
        tasks.put(session, kind, subject, role=role, now=now, key=f"{kind}:{dossier.id}:{now.isoformat()}", urgent=True)


def _drafting_role(session: Session, dossier: Dossier) -> str:
    """The role that gets a draft back; if a body decided, the secretary, who reads it and changes its form (Q04)."""
    if approvals.of_a_body(session, dossier):
        return "secretary"
    drafter = session.get(Account, dossier.drafted_by) if dossier.drafted_by else None
    mine = drafter.role_words if drafter else ()
    return next((role for role in policies_pages.ON_FILE if role in mine), "head")
