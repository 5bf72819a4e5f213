"""Daily counts attached to findings: frozen as they were, kept as evidence; and breaches handed to the institution."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from casework import contact_counts as counts
from casework import noting, policies_tracks
from casework import policies_contacts as policies
from casework.contact_papers import current, file_of
from casework.contacts import EFFECTIVE
from casework.models_cases import Allegation, CaseTrack, Evidence
from casework.models_contacts import ContactTable
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.words import _l
from filestore import files
from registry import golive, settings
from registry.models import PartyKind

COUNTS = "counts"
"""To put daily counts with a finding."""
golive.rests_on((*counts.LIMITS.values(), EFFECTIVE), COUNTS)
NAMES: dict[str, str] = {
    "INTERACTIVE": "每日有效通话次数统计表.csv",
    "NOTICE": "每日告知式语音次数统计表.csv",
    "ATTEMPT": "每日未接通拨打次数统计表.csv",
}
SHOWS: dict[str, str] = {
    "INTERACTIVE": "每日对债务人有效交互式语音催收的次数",
    "NOTICE": "每日对债务人已接通告知式语音催收的次数",
    "ATTEMPT": "每日对同一号码未接通拨打的次数",
}


def offered(session: Session, allegation: Allegation) -> list[counts.Table]:
    """The tables that can be attached: of this kind of violation, for the days for which the company answers."""
    track, counter = allegation.track, policies.counter_of(allegation.code)
    every = [each for each in policies.counted(session, track.case).tables if each.counter == counter]
    last = policies_tracks.bound_until(session, track) if every else None
    tables = [each for each in (table.up_to(last) for table in every) if each.days]
    if track.party.kind is PartyKind.INSTITUTION or counter not in counts.SUMMED:
        return [each for each in tables if each.institution.id == track.party_id]
    return [each for each in tables if any(party.id == track.party_id for party in each.parties)]


def attach(
    session: Session, allegation: Allegation, *, institution_id: int, actor: Actor, now: datetime
) -> ContactTable:
    """Attach the counts to the finding as they are now, in place of an earlier table."""
    track = allegation.track
    if track.state != "INVESTIGATING":
        raise NotNow(_l("Counts are attached while the track is investigated."))
    if actor.id is None or actor.id != track.investigator_id:
        raise NotAllowed(_l("Only the investigator of this track makes findings."))
    table = next((each for each in offered(session, allegation) if each.institution.id == institution_id), None)
    if table is None:
        raise BadInput("institution", _l("There is nothing to count for this finding yet."))
    settings.require(session, counts.LIMITS[table.counter], *([EFFECTIVE] if table.counter == "INTERACTIVE" else []))
    summed = track.party.kind is PartyKind.INSTITUTION and table.counter in counts.SUMMED
    alone = None if summed else track.party_id
    content = counts.frozen(table, alone)
    kept = _evidence(session, track, file_of(content, table), table, actor, now)
    before = current(session, allegation.id)
    if before is not None:
        before.replaced_at = now
        session.flush()
    days = [date.fromisoformat(each["day"]) for each in content["days"]]
    made = ContactTable(
        allegation_id=allegation.id,
        counter=table.counter,
        institution_id=institution_id,
        party_id=alone,
        most=table.most,
        basis=table.basis,
        first_on=min(days),
        last_on=max(days),
        content=content,
        evidence_id=kept.id,
        made_at=now,
        made_by=actor.id,
    )
    session.add(made)
    others = [each for each in allegation.evidence if before is None or each.id != before.evidence_id]
    allegation.evidence = [*others, kept]
    session.flush()
    noting.of_case(session, track.case, "count", actor, now, track=track.ref, code=allegation.code, table=made.id)
    return made


def _evidence(
    session: Session, track: CaseTrack, content: bytes, table: counts.Table, actor: Actor, now: datetime
) -> Evidence:
    kept = files.keep_made(session, content, NAMES[table.counter], "text/csv")
    made = Evidence(
        case_id=track.case_id,
        track_id=track.id,
        given_by="STAFF",
        purpose="RECORD",
        sha256=kept.sha256,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        shows=SHOWS[table.counter],
        added_at=now,
        added_by=actor.id,
    )
    session.add(made)
    session.flush()
    session.expire(track.case, ["evidence"])
    return made


def with_table(session: Session, allegation: Allegation, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence of a finding together with its table: an attached table is cited too."""
    table = current(session, allegation.id)
    kept = session.get(Evidence, table.evidence_id) if table is not None else None
    return [*evidence, *([kept] if kept is not None and kept not in evidence else [])]


def track_of_institution(
    session: Session, allegation: Allegation
) -> tuple[counts.Attribution, CaseTrack | None] | None:
    """Where a breach that no single firm committed belongs: the counts, and the institution's track if there is one."""
    found = policies.institutions_own(session, allegation.track, allegation.code)
    if found is None:
        return None
    every = allegation.track.case.tracks
    return found, next((each for each in every if each.party_id == found.table.institution.id), None)


def is_outdated(tables: Sequence[counts.Table], kept: ContactTable) -> bool:
    """Whether the contacts of the case have changed since the counts were attached to the finding."""
    now = next((each for each in tables if each.institution.id == kept.institution_id), None)
    return now is None or counts.frozen(now, kept.party_id) != kept.content or now.most != kept.most


def may_attach(actor: Actor, track: CaseTrack) -> bool:
    """The investigator of the track, while it is investigated."""
    return (
        track.state == "INVESTIGATING"
        and actor.id is not None
        and actor.id == track.investigator_id
        and policies_tracks.may_work_on(actor)
    )
