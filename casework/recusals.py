"""Recusals: asked, declared or found, granted or refused; from the asking on that person does nothing in the case."""

from collections.abc import Callable, Collection
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from casework import complaints, tasks
from casework import policies_recusals as policies
from casework.holds import same
from casework.models_cases import CaseFile, CaseTrack
from casework.models_recusals import INTERESTS, Interest, Recusal
from casework.policies_tracks import BEFORE_REPORT
from casework.states import TRACK
from casework.states_recusals import RECUSAL
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from core.registered import Registered
from core.words import _l
from notices import dossiers
from registry import accounts, links, merging, noting, parties, successions
from registry.models import Engagement, Party
from registry.models_accounts import Account
from registry.models_lineage import PartyMerge, PartyMove, PartySuccession

tasks.KINDS.setdefault("recusal", _l("A recusal is asked for: decide on it, %(ref)s."))
tasks.KINDS.setdefault("recused", _l("Somebody was recused: give the work on %(ref)s to somebody else."))
INTEREST = f"{Interest.__tablename__}.party_id"
"""Under this name it is noted that an interest went with a merged entry."""
REPLACED = frozenset({"officer", "investigator"})
"""Parts that the head gives to somebody else; members of panels and of reviews are drawn anew."""
_kept_out = Registered[Callable[[Session, int, datetime], None]]()
on_kept_out = _kept_out.add
"""Register what follows once somebody takes no part in something any more: func(session, account's number, time)."""


def ask(
    session: Session, case: CaseFile, account_id: int, *, ground: str, facts: str, actor: Actor, now: datetime
) -> Recusal:
    """Ask that somebody take no part in a case (row A01); by a company, a complainant, a member or an officer."""
    it = _new(session, case, account_id, "ASKED", ground, facts, actor, now)
    dossiers.move(Ask(session, it, actor, {}, now), RECUSAL, "ask")
    _put_anew(session, select(CaseFile).where(CaseFile.id == case.id), now)
    return it


def declare(session: Session, case: CaseFile, *, ground: str, facts: str, actor: Actor, now: datetime) -> Recusal:
    """Declare one's own conflict of interest; nobody has to decide on it (row A02)."""
    if actor.id is None:
        raise NotAllowed
    it = _new(session, case, actor.id, "DECLARED", ground, facts, actor, now)
    dossiers.move(Ask(session, it, actor, {}, now), RECUSAL, "declare")
    _put_anew(session, select(CaseFile).where(CaseFile.id == case.id), now)
    _tell_kept_out(session, actor.id, now)
    return it


def find(session: Session, case: CaseFile, now: datetime, today: date) -> list[Recusal]:
    """The conflict check: whoever takes part and has an interest in a company concerned is recused (row A02)."""
    found = []
    gone = policies.barred(session, case.id)
    for account_id in sorted(policies.taking_part(session, case.id)):
        ties = [] if account_id in gone else policies.conflicts(session, case.id, account_id, today)
        if ties:
            found.append(_found(session, case, account_id, ties, now))
    return found


def _found(session: Session, case: CaseFile, account_id: int, ties: list[Interest], now: datetime) -> Recusal:
    facts = "；".join(f"{each.party.name_zh}（{each.from_on}起）" for each in ties)
    it = _new(session, case, account_id, "FOUND", ties[0].kind, facts, SYSTEM, now)
    dossiers.move(Ask(session, it, SYSTEM, {}, now), RECUSAL, "declare")
    return it


def grant(
    session: Session, it: Recusal, *, reasons: str = "", actor: Actor, version: int | None, now: datetime
) -> None:
    """The chair, the head or the council grants it: the file is closed to that person at once (row A03)."""
    same(it, version)
    dossiers.move(Ask(session, it, actor, {"reasons": reasons.strip()}, now), RECUSAL, "grant")
    _tell_kept_out(session, it.account_id, now)


def _tell_kept_out(session: Session, account_id: int, now: datetime) -> None:
    session.flush()
    for follow in _kept_out:
        follow(session, account_id, now)


def refuse(session: Session, it: Recusal, *, reasons: str, actor: Actor, version: int | None, now: datetime) -> None:
    """The chair, the head or the council refuses it, with reasons (row A04)."""
    same(it, version)
    dossiers.move(Ask(session, it, actor, {"reasons": reasons.strip()}, now), RECUSAL, "refuse")


def declare_interest(  # noqa: PLR0913 - each value is named
    session: Session,
    party: Party,
    *,
    kind: str,
    from_on: date,
    to_on: date | None,
    note: str,
    actor: Actor,
    now: datetime,
    today: date,
) -> Interest:
    """Declare what ties one to a company; open cases about it are checked at once."""
    if actor.id is None or actor.audience != "staff":
        raise NotAllowed
    if kind not in INTERESTS:
        raise BadInput("kind", _l("Choose what ties you to the company."))
    if to_on is not None and to_on < from_on:
        raise BadInput("to_on", _l("It can't have ended before it began."))
    made = Interest(
        account_id=actor.id,
        party_id=party.id,
        kind=kind,
        from_on=from_on,
        to_on=to_on,
        note=note.strip(),
        declared_at=now,
    )
    session.add(made)
    session.flush()
    check(session, actor.id, party, now, today)
    return made


def end_interest(
    session: Session, interest: Interest, *, to_on: date, actor: Actor, now: datetime, today: date
) -> None:
    """End an interest; it still bars for RECUSAL_MONTHS after that day."""
    if actor.id is None or actor.id != interest.account_id:
        raise NotAllowed
    session.refresh(interest, with_for_update=True)
    if interest.to_on is not None:
        raise NotNow(_l("It is noted already that this ended."))
    if to_on < interest.from_on:
        raise BadInput("to_on", _l("It can't have ended before it began."))
    if to_on > today:
        raise BadInput("to_on", _l("This day lies ahead: enter it when it has come."))
    interest.to_on = to_on
    session.flush()
    said = {"interest": interest.id, "party": interest.party_id, "to_on": str(to_on)}
    noting.of_account(session, actor.id, "interest_ended", actor, now, said)


def check(session: Session, account_id: int, party: Party, now: datetime, today: date) -> None:
    """Recuse somebody at once in open cases about a company they are tied to, if they take part there.

    Complaints about the company that they handle become nobody's.
    """
    _look_at(session, [party.id], {account_id}, now, today)


def look(session: Session, now: datetime) -> None:
    """The conflict check of all open cases, should a tie have come in another way than by these below."""
    ties = session.execute(_barring(session, now)).all()
    _look_at(session, {each.party_id for each in ties}, {each.account_id for each in ties}, now, day_of(now))


@successions.on_gone
def of_a_successor(session: Session, party: Party, _actor: Actor, now: datetime) -> None:
    """Recuse at once whoever is tied by it to a company that others answer for, or that answers for others."""
    _look_at(session, [party.id], _tied_people(session, now), now, day_of(now))


@merging.on_done
def of_one_company(session: Session, merge: PartyMerge, now: datetime) -> None:
    """Recuse at once whoever is tied by it to a company; where it was taken back, to either of the two."""
    if merge.undone_at is not None:
        _tie_to_both(session, merge)
    _look_at(session, [merge.kept_id, merge.gone_id], _tied_people(session, now), now, day_of(now))


@parties.on_engaged
def of_partners(session: Session, engagement: Engagement, now: datetime) -> None:
    """Recuse at once whoever is tied to one of two companies and takes part in a case about the other."""
    two = [engagement.institution_id, engagement.firm_id]
    tied = session.execute(_barring(session, now).where(Interest.party_id.in_(two))).all()
    if tied:
        _look_at(session, two, {each.account_id for each in tied}, now, day_of(now))


def of_a_respondent(session: Session, case: CaseFile, now: datetime) -> None:
    """Recuse at once whoever takes part in the case and is tied to a company that joined it."""
    found = find(session, case, now, day_of(now))
    if found:
        _put_anew(session, select(CaseFile).where(CaseFile.id == case.id), now)
    for it in found:
        _tell_kept_out(session, it.account_id, now)


@accounts.on_locked
@accounts.on_roles
@links.on_came
def decided_by_others(session: Session, _account: Account, now: datetime) -> None:
    """Put what waits before who decides by now: whoever left, or lost the role, may have been the last free to."""
    _put_anew(session, select(CaseFile), now)


def _barring(session: Session, now: datetime) -> Select[int, int]:
    """Who is tied to which company, each once."""
    barring = policies.still_bars(policies.since(session, day_of(now)))
    return select(Interest.account_id, Interest.party_id).where(barring).distinct()


def _tied_people(session: Session, now: datetime) -> set[int]:
    return set(session.scalars(_barring(session, now)))


def _look_at(session: Session, companies: Collection[int], people: Collection[int], now: datetime, today: date) -> None:
    """Recuse those of these people who take part in an open case about one of these companies and are tied to it."""
    for account_id in sorted(people):
        complaints.give_back(session, account_id, now)
    for case in session.scalars(_about(companies)).all() if people else ():
        if not policies.taking_part(session, case.id).keys().isdisjoint(people):
            find(session, case, now, today)
    _put_anew(session, _about(companies), now)
    for account_id in sorted(people):
        _tell_kept_out(session, account_id, now)


def _tie_to_both(session: Session, merge: PartyMerge) -> None:
    """Whoever declared an interest while two entries were one company is tied to both: nobody said to which."""
    came = select(PartyMove.id).where(PartyMove.place == INTEREST, PartyMove.row_id == Interest.id)
    came = came.join(PartyMerge, PartyMerge.id == PartyMove.merge_id).where(PartyMerge.undone_at.is_(None))
    meant = select(Interest).where(Interest.party_id == merge.kept_id, Interest.id > merge.marks[INTEREST])
    for it in session.scalars(meant.where(~came.exists()).order_by(Interest.id)).all():
        said = {name: getattr(it, name) for name in ("account_id", "kind", "from_on", "to_on", "note", "declared_at")}
        session.add(Interest(party_id=merge.gone_id, **said))
    session.flush()


def replaced(session: Session, case: CaseFile, *, actor: Actor, now: datetime) -> None:
    """Close the task to replace people, once nobody who was recused keeps the case or investigates in it."""
    going_on = select(CaseTrack.investigator_id).where(CaseTrack.case_id == case.id)
    left = set(session.scalars(going_on.where(CaseTrack.state.in_(BEFORE_REPORT)))) | {case.officer_id}
    if not left & policies.barred(session, case.id):
        tasks.settle(session, ("case", case.id), ("recused",), actor=actor, now=now)


def _about(companies: Collection[int]) -> Select[CaseFile]:
    """Open cases about these companies, or about one that is tied to them, or that goes on as one of these."""
    tied = policies.tied_to(select(Party.id).where(Party.id.in_(companies))).subquery()
    line = select(tied.c[0].label("id")).cte("goes_on", recursive=True)
    after = select(PartySuccession.successor_id).join(line, PartySuccession.predecessor_id == line.c.id)
    line = line.union(after.where(PartySuccession.withdrawn_at.is_(None)))
    against = CaseTrack.party_id.in_(select(line.c.id))
    tracks = select(CaseTrack.case_id).where(CaseTrack.state.not_in(TRACK.ends), against)
    return select(CaseFile).where(CaseFile.id.in_(tracks)).order_by(CaseFile.id)


def _new(
    session: Session,
    case: CaseFile,
    account_id: int,
    how: str,
    ground: str,
    facts: str,
    actor: Actor,
    now: datetime,
) -> Recusal:
    parts = policies.taking_part(session, case.id).get(account_id, [])
    return Recusal(
        case_id=case.id,
        case=case,
        account_id=account_id,
        part=", ".join(parts),
        state="NEW",
        how=how,
        ground=ground,
        facts=facts.strip(),
        asked_at=now,
        asked_by=actor.id,
        party_id=actor.party_id,
        complaint_id=actor.subject_id if actor.has("complainant") else None,
        reasons="",
    )


@RECUSAL.effect("A01")
def tell_who_decides(ask: Ask) -> None:
    """Tell whoever decides: by a task, or for a chair on the page of recusals."""
    session, it = ask.session, ask.it
    it.chair_id = policies.chair_of(session, it.case_id, it.account_id)
    session.add(it)
    session.flush()
    _put_before(session, it, ask.now)
    ask.facts["journal"] = {"account": it.account_id, "ground": it.ground}


def _put_anew(session: Session, cases: Select[CaseFile], now: datetime) -> None:
    """Put what waits in cases before who decides by now: whoever was to decide may take no part any more."""
    within = cases.with_only_columns(CaseFile.id).order_by(None)
    waiting = select(Recusal).where(Recusal.case_id.in_(within), Recusal.state == "ASKED").order_by(Recusal.id)
    for it in session.scalars(waiting).all():
        _put_before(session, it, now)


def _put_before(session: Session, it: Recusal, now: datetime) -> None:
    """Raise a task for who decides; if every head has an interest, each is recused for it and the council decides."""
    who, _chair = policies.decider(session, it)
    if who == policies.BY_HEAD:
        left = policies.heads(session) - policies.barred(session, it.case_id)
        if left <= policies.kept_out(session, it.case_id, day_of(now)):
            for each in sorted(left):
                _found(session, it.case, each, policies.conflicts(session, it.case_id, each, day_of(now)), now)
            who = policies.BY_COUNCIL
    if who != policies.BY_CHAIR:
        key = f"recusal:{it.id}:{who}"
        tasks.put(session, "recusal", ("recusal", it.id, it.ref), role=who, now=now, key=key, urgent=True)


@RECUSAL.effect("A02", "A03", "A04")
def note_decision(ask: Ask) -> None:
    """Keep when it was decided, by whom and why."""
    it: Recusal = ask.it
    it.decided_at, it.decided_by = ask.now, ask.actor.id
    it.reasons = ask.facts.get("reasons", "")
    ask.session.add(it)
    ask.session.flush()
    ask.facts["journal"] = {"account": it.account_id, "ground": it.ground}
    tasks.settle(ask.session, ("recusal", it.id), ("recusal",), actor=ask.actor, now=ask.now)


@RECUSAL.effect("A02", "A03")
def give_the_work_away(ask: Ask) -> None:
    """Have what the person did in the case given to somebody else."""
    it: Recusal = ask.it
    if REPLACED & set(it.part.split(", ")):
        subject = ("case", it.case_id, it.ref)
        tasks.put(ask.session, "recused", subject, role="head", now=ask.now, key=f"recused:{it.id}", urgent=True)
