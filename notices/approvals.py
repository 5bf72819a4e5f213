"""Approval: a move whose documents need more than its mover's hand waits as a dossier until it is signed.

What was sent for it is kept. Each version is carried out once and rolled back: its documents are what approvers read.
The signature carries it out again, and only if it makes the same documents.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.actors import SYSTEM, Actor
from core.db import attempt
from core.errors import NotAllowed, NotNow, unchanged
from core.machine import Ask
from core.words import _l
from notices import chains, doers, queries_approval, trials
from notices.chains import Step
from notices.doers import Sent
from notices.kinds import OF_A_BODY
from notices.models import Dossier
from notices.models_approval import DossierStep, DossierVersion
from notices.states import APPROVAL
from registry import accounts

WAITS = _l("The documents are drafted and wait for approval; nothing is done until they are signed.")


def carry_out(
    session: Session,
    deed: str,
    number: int,
    sent: Sent,
    do: Callable[[], object],
    *,
    actor: Actor,
    now: datetime,
    undo_until: datetime | None = None,
) -> Dossier | None:
    """Carry a deed out at once, or put its documents before those who approve them; then the dossier is returned.

    A deed that one person may issue alone may wait as well, so that it can be taken back.
    """
    with attempt(session) as tried:
        made = trials.tried(session, do)
        chain = chains.strictest(session, {paper.kind for paper in made.papers})
        alone = not chains.needs_approval(chain, actor)
        if not made.papers or (alone and undo_until is None):
            tried.keep()
            return None
        subject, papers = made.subject, trials.frozen(made.papers)
    dossier = Dossier(
        state=APPROVAL.initial,
        subject_kind=subject[0],
        subject_id=subject[1],
        event=subject[2],
        drafted_by=actor.id,
        drafted_at=now,
        deed=deed,
        deed_id=number,
        undo_until=undo_until if alone else None,
    )
    dossier.of_body = bool(doers.body_of(session, dossier))
    APPROVAL.carry_out(Ask(session, dossier, SYSTEM, {"drafter": actor}, now), "draft")
    if not alone:
        _chain(session, dossier, chain)
    _lay_down(session, dossier, sent, papers, actor, now)
    if not alone:
        _submit(session, dossier, now)
    return dossier


def _chain(session: Session, dossier: Dossier, chain: list[Step]) -> None:
    steps = enumerate(chain)
    session.add_all(DossierStep(dossier_id=dossier.id, position=at, step=s.step, role=s.role) for at, s in steps)
    session.flush()


def _lay_down(
    session: Session, dossier: Dossier, sent: Sent, papers: list[dict[str, Any]], actor: Actor, now: datetime
) -> None:
    newest = queries_approval.version_of(session, dossier.id)
    session.add(
        DossierVersion(
            dossier_id=dossier.id,
            number=newest.number + 1 if newest else 1,
            made_by=actor.id or 0,
            made_at=now,
            sent=sent.to_json(),
            papers=papers,
            digest=trials.digest(papers),
        )
    )
    session.flush()


def _submit(session: Session, dossier: Dossier, now: datetime) -> None:
    APPROVAL.carry_out(Ask(session, dossier, SYSTEM, {}, now), "submit")
    tell_next(session, dossier, now)


def tell_next(session: Session, dossier: Dossier, now: datetime) -> None:
    """Raise a task for whoever takes the next step."""
    step = queries_approval.next_step(session, dossier.id)
    if step is not None:
        doers.tell(session, dossier, f"approve:{step.position}", step.role, now)


def revise(session: Session, dossier: Dossier, sent: Sent, *, actor: Actor, version: int | None, now: datetime) -> None:
    """Make a new version of a draft that was sent back; it goes through its chain from the start."""
    unchanged(dossier.version, version)
    drafter = accounts.actor_of(session, dossier.drafted_by)
    if not may_revise(session, dossier, actor) or drafter is None:
        raise NotAllowed
    if dossier.state != "DRAFTED":
        raise NotNow(_l("Only a draft that was sent back is changed."))
    doers.impartial(session, dossier, actor, now)
    if actor.id != dossier.drafted_by:
        sent = _its_form_alone(session, dossier, sent)
    papers = trials.papers_of(session, dossier, sent, drafter, now)
    _from_the_start(session, dossier, {paper["kind"] for paper in papers})
    _lay_down(session, dossier, sent, papers, actor, now)
    _submit(session, dossier, now)


def _from_the_start(session: Session, dossier: Dossier, kinds: set[str]) -> None:
    """Begin the chain anew; kinds of documents that the version before did not have add their steps."""
    steps = queries_approval.steps_of(session, dossier.id)
    new = kinds - queries_approval.drafted_kinds(session, dossier.id)
    for step in steps:
        if new:
            session.delete(step)
        step.done_by = step.done_at = step.said = step.of_version = None
    session.flush()
    if new:
        _chain(
            session,
            dossier,
            chains.joined({*chains.strictest(session, new), *(Step(each.step, each.role) for each in steps)}),
        )


def may_revise(session: Session, dossier: Dossier, actor: Actor) -> bool:
    """Whether somebody may revise it: its drafter; where a body decided, the secretary too, in form only (row Q04)."""
    if dossier.undo_until is not None:
        return False
    return actor.id == dossier.drafted_by or (actor.has("secretary") and of_a_body(session, dossier))


def of_a_body(session: Session, dossier: Dossier) -> bool:
    """Whether it holds what a panel or a review body decided."""
    doer, _number, _event = doers.doer_of(dossier)
    return bool(doer.words) or bool(OF_A_BODY & queries_approval.drafted_kinds(session, dossier.id))


def _its_form_alone(session: Session, dossier: Dossier, sent: Sent) -> Sent:
    """What is sent, with everything but words as the body's member sent it: another hand changes only words."""
    newest = queries_approval.version_of(session, dossier.id)
    doer, _number, _event = doers.doer_of(dossier)
    earlier = Sent.from_json(newest.sent) if newest else Sent()

    def is_words(name: str) -> bool:
        return name.rpartition("-")[2] in doer.words

    words = [each for each in sent.fields if is_words(each[0])]
    return Sent((*(each for each in earlier.fields if not is_words(each[0])), *words), earlier.files)
