"""What must hold before the adjudication unit returns a report, or ends a track with letters instead of measures.

And before a firm outside the rules is written about to anybody else: it was asked first.
"""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import former_parts
from casework.models_cases import CaseTrack
from casework.policies_inquiry import is_outside
from casework.policies_recusals import is_partial
from casework.policies_tracks import conduct_day, conduct_days
from casework.states import TRACK
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotNow, Refused
from core.machine import Ask, filled
from core.words import _l
from notices import queries as notices
from registry import lineage
from registry import queries as register
from registry.models import VIA_PRINCIPAL, AliasKind, Party, PartyAlias, PartyKind
from registry.models_accounts import Account
from registry.policies import basis_during
from sanctions import ladder, policies_resting
from sanctions.ladder_factors import BEFORE_FILING, JUDGED, YES, answers
from sanctions.ladder_scores import Judged
from sanctions.models_decisions import Decision
from sanctions.policies_ladder import factors_are_judged

NO_HEAD = _l("Name the head who has approved it.")
MILDEST = {
    name: Judged(BEFORE_FILING if BEFORE_FILING in answers(name) else YES) for name in JUDGED if name.startswith("M")
}
"""Every circumstance in favour: what even these leave with a measure is never a reminder."""


def may_approve(session: Session, person: Account | None, track: CaseTrack, actor: Actor, today: date) -> bool:
    """A head approves who takes part in the case, did not investigate, and is not the one who asks."""
    return (
        person is not None
        and "head" in person.role_words
        and person.works
        and person.id != actor.id
        and person.id not in former_parts.investigated(session, *track.case.tracks)
        and not is_partial(session, track.case_id, person, today)
    )


def principals(session: Session, track: CaseTrack) -> list[Party]:
    """For whom the firm collected: by its engagement, by the engagements of that day, by the case's tracks.

    The successor of one that is gone is written to.
    """
    named = [track.engagement.institution] if track.engagement is not None else []
    named += [each.institution for each in register.engagements_on(session, conduct_day(track.case), firm=track.party)]
    named += [other.party for other in track.case.tracks if other.role == "PRINCIPAL"]
    standing = [[party] if party.ceased_on is None else lineage.heirs(session, party.id) for party in named]
    return list({each.id: each for some in standing for each in some}.values())


TRACK.guard("S47")(factors_are_judged)


@TRACK.guard("S14", "S47", "S48")
def approved_by_the_head(ask: Ask) -> Iterator[Refused]:
    """A head approved the end without a measure."""
    if "approved_by" in ask.facts and not may_approve(
        ask.session, ask.facts["approved_by"], ask.it, ask.actor, day_of(ask.now)
    ):
        yield BadInput("approved_by", NO_HEAD)


@TRACK.guard("S13")
def returned_once(ask: Ask) -> Iterator[Refused]:
    """Once, and again where what was found can't be decided on; the investigator reads what is missing."""
    if ask.it.returned_on is not None and not any(policies_resting.not_ordered_any_more(ask.session, ask.it)):
        yield NotNow(_l("The report was returned once already."))
    if "gaps" in ask.facts and not ask.facts["gaps"]:
        yield BadInput("gaps", _l("Name the gaps of the report."))


@TRACK.guard("S47", "S48")
def something_is_known(ask: Ask) -> Iterator[Refused]:
    """There are facts to write about."""
    if all(each.finding in {None, "NOT_ESTABLISHED"} for each in ask.it.allegations):
        yield NotNow(_l("Nothing is established and nothing is left open: there is nothing to write about."))
    yield from filled(ask, "reasons", _l("Give the reasons."))


@TRACK.guard("S47")
def ends_at_a_reminder(ask: Ask) -> Iterator[Refused]:
    """The ladder, with the factors as judged, comes to no measure (L0)."""
    found = ask.facts.get("suggestion") or ladder.suggest(ask.session, ask.it, MILDEST)
    if found.band:
        yield NotNow(_l("The ladder suggests measures: a reminder is only for what ends without one."))
    if "attention" in ask.facts and not ask.facts["attention"]:
        yield BadInput("attention", _l("Say what the company should look at."))


@TRACK.guard("S48")
def through_the_principal(ask: Ask) -> Iterator[Refused]:
    """A firm outside the rules that was asked before; its principal is known; nothing was decided against it."""
    track: CaseTrack = ask.it
    if not is_outside(ask.session, track):
        yield NotNow(_l("The rules bound this company on the day of the conduct: it is dealt with itself."))
    if not _was_asked(ask.session, track):
        yield NotNow(_l("The firm must have been asked first, and the question served."))
    decided = select(Decision.id).where(Decision.track_id == track.id, Decision.level > 0).limit(1)
    if ask.session.scalar(decided) is not None:
        yield NotNow(_l("A measure was decided against this company."))
    if "principal" in ask.facts:
        yield from _letter(ask)


def _was_asked(session: Session, track: CaseTrack) -> bool:
    question = notices.last_document(session, ["D41"], "track", track.id)
    return question is not None and notices.served_on(session, question.id) is not None


@TRACK.guard("S15", "S16", "S25", "S26", "S28", "S54", "S57")
def firms_named_were_asked(ask: Ask) -> Iterator[Refused]:
    """A firm outside the rules appears in its principal's documents only after it was asked (domain 6.3)."""
    if ask.it.role != "PRINCIPAL" or "reasons" not in ask.facts:
        return
    said = "\n".join(_written_in(ask))
    for firm in _not_asked(ask.session, ask.it):
        if any(name in said for name in _names(ask.session, firm)):
            yield NotNow(
                _l(
                    "%(firm)s is named, whom the rules did not bind and who has not been asked: have the question "
                    "served on it first, or leave its name out.",
                    firm=firm.name_zh,
                )
            )


def _written_in(ask: Ask) -> Iterator[str]:
    """What people wrote that the document will repeat."""
    for each in ask.it.allegations:
        yield from (each.facts, each.reason or "")
    written = ("reasons", "new_facts", "statement_dealt", "immediate_reasons", "terms")
    yield from (str(ask.facts.get(name) or "") for name in written)


def _not_asked(session: Session, track: CaseTrack) -> list[Party]:
    """Firms outside the rules that collected for it that day, or are in the case, and had no question yet."""
    day, asked = conduct_day(track.case), {each.party_id for each in track.case.tracks if _was_asked(session, each)}
    firms = {each.firm_id: each.firm for each in register.engagements_on(session, day, institution=track.party)}
    firms |= {each.party_id: each.party for each in track.case.tracks if each.role == "COLLECTOR"}
    days = conduct_days(track.case)
    unasked = [firm for number, firm in firms.items() if number not in asked]
    return [firm for firm in unasked if basis_during(session, firm, days) == VIA_PRINCIPAL]


def _names(session: Session, firm: Party) -> Iterator[str]:
    kinds = AliasKind.SHORT, AliasKind.FORMER
    other = select(PartyAlias.value).where(PartyAlias.party_id == firm.id, PartyAlias.kind.in_(kinds))
    yield from filter(None, (firm.name_zh, firm.name_en, *session.scalars(other)))


def _letter(ask: Ask) -> Iterator[Refused]:
    principal: Party | None = ask.facts["principal"]
    if principal is None or principal.kind is not PartyKind.INSTITUTION or principal.id == ask.it.party_id:
        yield BadInput("principal", _l("Name the institution for which the firm collected."))
    elif principal.ceased_on is not None:
        yield BadInput(
            "principal", _l("%(name)s has ceased to exist: name whoever goes on as it.", name=principal.name_zh)
        )
    if not ask.facts["duties"]:
        yield BadInput("duties", _l("Say what the principal must see to."))
    if not ask.facts["reports"]:
        yield BadInput("reports", _l("Say what the principal should report."))
