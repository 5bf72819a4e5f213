"""Steps of an approval: what the people on the chain write and do, one after another, up to the signature."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core import journal
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow, Refused, unchanged
from core.machine import Ask, Machine
from core.words import _l
from notices import approvals, doers, policies_approval, queries_approval, renamed, trials, wording_versions
from notices.doers import Sent
from notices.models import Dossier
from notices.models_approval import DossierComment, DossierRequest, DossierVersion
from notices.states import APPROVAL, OPEN
from registry import accounts

LONGEST: Final = 5000


def comment(  # noqa: PLR0913 - each value is named
    session: Session,
    dossier: Dossier,
    body: str,
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
    paper: int | None = None,
    block: int | None = None,
    proposed: str = "",
) -> None:
    """Write to the newest version as an approver, perhaps to one paragraph, perhaps with other words for it."""
    unchanged(dossier.version, version)
    newest = queries_approval.version_of(session, dossier.id)
    if newest is None or dossier.state != "IN_APPROVAL":
        raise NotNow(_l("Comments are written while a draft is being approved."))
    if not policies_approval.is_of_its_chain(queries_approval.steps_of(session, dossier.id), actor):
        raise NotAllowed
    doers.impartial(session, dossier, actor, now)
    if not (body.strip() or proposed.strip()):
        raise BadInput("body", policies_approval.SAY_CHANGES)
    session.add(
        DossierComment(
            dossier_id=dossier.id,
            of_version=newest.number,
            account_id=actor.id or 0,
            at=now,
            paper=paper,
            block=block,
            body=body.strip()[:LONGEST],
            proposed=proposed.strip()[:LONGEST] or None,
        )
    )
    session.flush()


def approve(
    session: Session, dossier: Dossier, *, actor: Actor, version: int | None, now: datetime, said: str = ""
) -> None:
    """Take the next step, which is not the last (核稿, 会签)."""
    unchanged(dossier.version, version)
    APPROVAL.carry_out(_asked(session, dossier, actor, now, said=said), "approve_step")
    approvals.tell_next(session, dossier, now)


def send_back(
    session: Session, dossier: Dossier, *, actor: Actor, version: int | None, now: datetime, why: str = ""
) -> None:
    """Send it back to the drafter, with what has to be changed; the version is kept."""
    unchanged(dossier.version, version)
    if why.strip():
        comment(session, dossier, why, actor=actor, version=version, now=now)
    APPROVAL.carry_out(_asked(session, dossier, actor, now), "return_draft")
    doers.tell(session, dossier, "sent_back", "", now)


def sign(
    session: Session, dossier: Dossier, *, actor: Actor, version: int | None, now: datetime, said: str = ""
) -> None:
    """Take the last step (签发): what was approved is carried out, numbered and issued in this transaction."""
    unchanged(dossier.version, version)
    newest = queries_approval.version_of(session, dossier.id)
    drafter = accounts.actor_of(session, dossier.drafted_by)
    if newest is None or drafter is None:
        raise NotNow(_l("Whoever drafted this has no account any more: drop it, and let somebody draft it anew."))
    APPROVAL.carry_out(_asked(session, dossier, actor, now, said=said), "sign")
    Machine.all[dossier.subject_kind].thing(session, dossier.subject_id)  # nothing may come between trying and doing
    try:
        _as_approved(session, dossier, newest, drafter, now)
    except NotAllowed as refused:
        raise NotNow(
            _l("Whoever drafted this may not do it any more: drop it, and let somebody draft it anew.")
        ) from refused
    session.refresh(dossier)
    doers.tell(session, dossier, "over", "", now)
    if dossier.state not in {"ISSUED", "SEALED"}:
        message = f"{dossier.deed} was done without its dossier"
        raise RuntimeError(message)


def _as_approved(session: Session, dossier: Dossier, newest: DossierVersion, drafter: Actor, now: datetime) -> None:
    """Carry it out in its drafter's name if it still makes what was approved; names are those of the day of issue."""
    sent = Sent.from_json(newest.sent)
    with wording_versions.as_of(session, newest.made_at):
        papers = trials.papers_of(session, dossier, sent, drafter, newest.made_at)
        if trials.digest(papers) != newest.digest and not renamed.names_alone_differ(session, papers, newest):
            raise NotNow(
                _l(
                    "The documents would say something else now than what was approved. Send the draft back to be "
                    "renewed."
                )
            )
        trials.again(session, dossier, sent, drafter, now)


def drop(
    session: Session,
    dossier: Dossier,
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
    reason: str,
) -> None:
    """Give it up, with a reason; only its drafter or one of its approvers can."""
    unchanged(dossier.version, version)
    if not policies_approval.may_drop(dossier, queries_approval.steps_of(session, dossier.id), actor):
        raise NotAllowed
    doers.impartial(session, dossier, actor, now)
    who = replace(actor, roles=actor.roles | {"officer"})
    APPROVAL.carry_out(Ask(session, dossier, who, {"reason": reason.strip()}, now), "drop")
    doers.tell(session, dossier, "over" if actor.id == dossier.drafted_by else "dropped", "", now)


def ask_to_drop(session: Session, dossier: Dossier, *, actor: Actor, now: datetime, reason: str) -> None:
    """Ask, as a member of the body that decided, to give it up; once more than half do, the secretary is told."""
    body = doers.body_of(session, dossier)
    if actor.id not in body:
        raise NotAllowed(_l("Only members of the body that decided ask for this."))
    doers.impartial(session, dossier, actor, now)
    if dossier.state not in OPEN:
        raise NotNow(_l("This draft waits no more."))
    if not reason.strip():
        raise BadInput("reason", _l("Give the reason."))
    before = {each.account_id for each in queries_approval.requests_of(session, dossier.id)}
    if actor.id in before:
        raise NotNow(_l("You have asked for it already."))
    session.add(DossierRequest(dossier_id=dossier.id, account_id=actor.id, at=now, reason=reason.strip()[:LONGEST]))
    session.flush()
    journal.write(
        session,
        subject=("approval", dossier.id),
        row="dossier.ask_to_drop",
        ref=dossier.ref,
        actor=actor,
        now=now,
        states=(dossier.state, dossier.state),
    )
    if 2 * len(body & before) <= len(body) < 2 * len(body & {*before, actor.id}):
        doers.tell(session, dossier, "drop_asked", "secretary", now)


def refusals(session: Session, dossier: Dossier, actor: Actor, now: datetime) -> list[Refused]:
    """Why this person cannot take the next step; empty if it is theirs to take."""
    step = queries_approval.next_step(session, dossier.id)
    event = "sign" if step is not None and step.step == "sign" else "approve_step"
    return APPROVAL.refusals(_asked(session, dossier, actor, now), event)


def _asked(session: Session, dossier: Dossier, actor: Actor, now: datetime, *, said: str = "") -> Ask:
    """A step by the person whose turn it is: the chain makes an approver, no separate role does."""
    who = replace(actor, roles=actor.roles | {"approver"})
    return Ask(session, dossier, who, {"person": actor, "said": said.strip()}, now)


@APPROVAL.effect("Q03")
def taken(ask: Ask) -> None:
    """Keep who took the step, when, and which version they read."""
    _note_step(ask)


@APPROVAL.effect("Q05")
def signed(ask: Ask) -> None:
    """Keep who signs; nobody does what the system moves."""
    if "person" in ask.facts:
        _note_step(ask)
        ask.it.signed_by = ask.facts["person"].id
    elif "for" in ask.facts:
        mover: Ask = ask.facts["for"]
        ask.it.signed_by = mover.actor.id if mover.by_staff else None


@APPROVAL.effect("Q08")
def given_up(ask: Ask) -> None:
    """Keep why it was dropped."""
    ask.it.dropped_because = str(ask.facts["reason"])[:LONGEST]


def _note_step(ask: Ask) -> None:
    step = queries_approval.next_step(ask.session, ask.it.id)
    newest = queries_approval.version_of(ask.session, ask.it.id)
    if step is not None and newest is not None:
        step.done_by, step.done_at, step.of_version = ask.facts["person"].id, ask.now, newest.number
        step.said = ask.facts["said"] or None
