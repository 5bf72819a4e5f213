"""What a company's own documents contain besides answers: returns, agreed terms, questions to a firm."""

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.models import Forwarding, Settlement
from casework.models_cases import CaseTrack
from casework.models_recusals import Recusal
from core import clock
from core.clock import day_of
from core.labels import state_label
from core.plainly import day
from core.words import _
from portal import queries_portal
from portal.company_archives import Asked, Entry, part, written
from portal.models_materials import MaterialRequest
from registry.models_clocks import Clock

RETURNED = "K35"
"""Begins when a forwarding is returned."""


@part
def returns(session: Session, asked: Asked) -> Iterator[Entry]:
    """Why the company returned complaints that did not concern it."""
    began = select(Clock.created_at).where(
        Clock.key == RETURNED, Clock.subject_type == "forwarding", Clock.subject_id == Forwarding.id
    )
    returned = began.order_by(Clock.id.desc()).limit(1).scalar_subquery()
    mine = select(Forwarding.ref, Forwarding.return_reason, returned)
    mine = mine.where(Forwarding.party_id == asked.party_id, Forwarding.return_reason.is_not(None))
    mine = mine.where(Forwarding.masked_facts != "")  # the others were erased
    for ref, why, at in session.execute(mine.order_by(Forwarding.id)):
        if at is not None:
            yield written(ref, str(_("Returned by you")), at, why or "")


@part
def settlements(session: Session, asked: Asked) -> Iterator[Entry]:
    """The present terms, and when the company agreed to them, if it did.

    Terms of others are left out, and so are those of a complaint whose letters the company has not opened.
    """
    mine = select(Settlement, Forwarding).join(Forwarding, Forwarding.complaint_id == Settlement.complaint_id)
    for it, sent in session.execute(mine.where(Forwarding.party_id == asked.party_id).order_by(Settlement.id)):
        agreed, ref = it.agreed_on(asked.party_id), sent.ref
        if not agreed and (sent.let_off or not queries_portal.opened(session, sent)):
            continue
        lines = [it.terms, f"{_('Agreed to by your company on')} {agreed}" if agreed else ""]
        if it.refused_at is not None:
            said = day(it.said_on or day_of(it.refused_at), "long")
            lines.append(_("The complainant said no to these terms on %(day)s.", day=said))
        elif not agreed:
            lines.append(_("Not agreed to yet."))
        lines = [each for each in lines if each]
        yield written(ref, str(_("Terms of a settlement")), it.proposed_at, "\n\n".join(lines), on=it.came_on)


@part
def recusals(session: Session, asked: Asked) -> Iterator[Entry]:
    """Who should not take part in the company's case, why, and what was decided."""
    mine = select(Recusal, CaseTrack.ref)
    mine = mine.join(CaseTrack, (CaseTrack.case_id == Recusal.case_id) & (CaseTrack.party_id == Recusal.party_id))
    for it, ref in session.execute(mine.where(Recusal.party_id == asked.party_id).order_by(Recusal.id)):
        about = queries_portal.asked_about(session, it.case_id).get(it.id, "—")
        ground, state = state_label("recusal_ground", it.ground).text, state_label("recusal", it.state).text
        text = f"{about}\n\n{ground}\n\n{it.facts}\n\n{state}\n\n{it.reasons}".strip()
        yield written(ref, str(_("Request for a recusal")), it.asked_at, text)


@part
def materials(session: Session, asked: Asked) -> Iterator[Entry]:
    """Questions of an institution to its firm, and the answers, for both of them."""
    either = or_(MaterialRequest.institution_id == asked.party_id, MaterialRequest.firm_id == asked.party_id)
    for it in session.scalars(select(MaterialRequest).where(either).order_by(MaterialRequest.id)):
        if not it.asked:
            continue  # erased
        sides = f"{it.institution.name(asked.lang)} → {it.firm.name(asked.lang)}"
        until = f"{_('Until')}{_(': ')}{it.due_on.isoformat()}"
        yield written(it.ref, str(_("Question to a firm")), it.asked_at, f"{sides}\n{until}\n\n{it.asked}")
        if it.withdrawn_at is not None:
            yield written(it.ref, str(_("Taken back")), it.withdrawn_at, it.withdrawn_because or "")
        if it.answered_at is not None:
            said = f"{clock.local(it.answered_at):%Y-%m-%d %H:%M}\n\n{it.answer or ''}"
            yield written(it.ref, str(_("Answer of a firm")), it.answered_at, said)
            for each in it.files:
                day = day_of(it.answered_at)
                yield Entry(it.ref, str(_("File")), day, f"{it.ref} {each.name}", each.sha256, each.size)
