"""What the approval of an admitted case says (D42), and how its decision names whoever decided."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from casework import clauses
from casework.models_cases import CaseTrack
from core import clock
from core.machine import Ask
from notices.making import Draft, makes
from notices.papers import Lang, day_text
from notices.queries_approval import written_on
from notices.sentences import Pair, say
from sanctions import policies_admissions as policies
from sanctions import terms
from sanctions.models_admissions import Admission, AdmissionSignature
from sanctions.models_decisions import Decision

BODY: Pair = (
    "本协会（你单位认可事实，经办人员、法务审核人员和负责人依规定程序审核签署）",
    "The Association (you admitted the facts; the officer, the legal reviewer and the head examined and signed)",
)


@makes("track", "D42")
def approval(ask: Ask) -> Iterator[Draft]:
    """What was admitted, what is decided, and the three who signed."""
    track: CaseTrack = ask.it
    session = ask.session
    found: Admission = ask.facts["admission"]
    made: Decision = ask.facts["decision"]
    signed = policies.signatures(session, found)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "respondent": track.party.name_zh,
            "uscc": track.party.uscc,
            "standing": clauses.standing(session, track),
            "allegations": clauses.allegations(session, clauses.established(track)),
            "provisions": clauses.provisions(session, track),
            "admitted_on": day_text(clock.day_of(found.admitted_at), "zh"),
            "admitted_by": f"{found.signed_by}（{found.position}）",
            "admission_text": found.body,
            "measures": [terms.worded(session, level, terms.of_level(made.terms, level)) for level in made.measures],
            "officer_opinion": signed["officer"].opinion,
            "officer": clauses.name(session, signed["officer"].account_id),
            "officer_on": _day(signed["officer"]),
            "legal_opinion": signed["legal"].opinion,
            "legal_reviewer": clauses.name(session, signed["legal"].account_id),
            "legal_on": _day(signed["legal"]),
            "head_opinion": ask.facts["opinion"],
            "head": clauses.name(session, ask.actor.id),
            "head_on": day_text(written_on(ask), "zh"),
        },
        to="案卷",
        round=track.round,
    )


def _day(signature: AdmissionSignature) -> str:
    return day_text(clock.day_of(signature.signed_at), "zh")


def admitted_body(session: Session, track: CaseTrack, made: Decision, lang: Lang) -> str:
    """Who decided, if no panel did; empty if one did."""
    found = policies.admission(session, track)
    without_votes = made.votes_for + made.votes_against + made.abstained == 0
    return say(BODY, lang) if found is not None and found.stands and without_votes else ""
