"""Deeds on many complaints: which are left out and why; each is done by the verb of the complaint's own page."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complaints, copies, passing_on, policies, triage
from casework.models import Complaint
from casework.policies_assignment import why_not_given
from casework.policies_impartial import no_part_in_complaint
from casework.queries_assignment import barred_from, roles_of
from casework.states import COMPLAINT
from core import clock
from core.actors import Actor
from core.clock import day_of
from core.errors import NotNow, Refused
from core.machine import Ask
from core.words import _, _l, in_both
from desk import deeds_complaints, deeds_triage, queries_bulk
from desk.choices import away_words
from desk.deeds import prefix_of
from notices import approvals, chains, dossiers
from notices.doers import Sent
from registry import absences, batches
from registry import queries as register
from registry.batches import Chosen, Kind
from registry.models_batches import Batch, BatchItem

PREFIX: Final = "complaints."
CHECKED: Final = 500
"""How many are checked closely before it starts; further ones are checked when their turn comes."""
HAS_IT = _l("This person has it already.")
Params = Mapping[str, Any]


def why_not_assigned(it: queries_bulk.Picked, officer: int, roles: Collection[str], *, barred: bool) -> Refused | None:
    """Why it cannot be assigned: what the verb would refuse, and what somebody has already."""
    refused = why_not_given(it.state, roles, barred=barred)
    if it.officer_id == officer and not isinstance(refused, NotNow):
        return NotNow(HAS_IT)
    return refused


def choose_assign(
    session: Session, numbers: Sequence[int], params: Params, actor: Actor, now: datetime
) -> Iterator[Chosen]:
    """Those that can be assigned, and those left out."""
    roles, today = roles_of(session, params["officer"]), day_of(now)
    barred = barred_from(session, numbers, params["officer"], today)
    own = barred_from(session, numbers, actor.id, today) if actor.id is not None else set()
    for each in queries_bulk.picked(session, numbers):
        why = why_not_assigned(each, params["officer"], roles, barred=each.id in barred)
        if why is None and each.id in own:
            why = next(no_part_in_complaint(session, actor, each.id, today), None)
        yield Chosen("complaint", each.id, each.ref, why)


def _assign(session: Session, batch: Batch, item: BatchItem, actor: Actor, now: datetime) -> None:
    it, officer = _held(session, item), int(batch.params["officer"])
    before = it.officer_id
    if before == officer:
        raise NotNow(HAS_IT)
    complaints.assign(session, it, officer, actor=actor, now=now)
    item.result = {"before": before}


def _assign_back(session: Session, batch: Batch, item: BatchItem, actor: Actor, now: datetime) -> None:
    """Assign it as before, unless it was given to somebody else since."""
    it = _held(session, item)
    if it.officer_id != int(batch.params["officer"]):
        raise NotNow(_l("Somebody gave it to somebody else in the meantime."))
    complaints.assign(session, it, item.result["before"], actor=actor, now=now)


@dataclass(frozen=True)
class Move:
    """A row of the complaint's table asked for each complaint: its facts, what was sent, and its verb."""

    event: str
    facts: Callable[[Session, Complaint, Params], dict[str, Any]]
    sent: Callable[[Session, Complaint, Params], tuple[tuple[str, str], ...]]
    verb: Callable[[Session, Complaint, dict[str, Any], Actor, datetime], object]
    lacks: Callable[[Complaint], Refused | None] = lambda _it: None
    """What a person can supply for many at once; of no use if something else prevents it."""

    def why_not(self, session: Session, it: Complaint, params: Params, actor: Actor, now: datetime) -> Refused | None:
        """The first sentence of what prevents it."""
        row = COMPLAINT.row(it.state, self.event)
        if row is None:
            return NotNow(_l("This can't be done with it at its present stage."))
        ask = Ask(session, it, actor, self.facts(session, it, params), now)
        return next(iter(dossiers.want(ask, COMPLAINT, self.event)), None) or self.lacks(it)

    def choose(
        self, session: Session, numbers: Sequence[int], params: Params, actor: Actor, now: datetime
    ) -> Iterator[Chosen]:
        """Which ones it can be done with: the first are checked closely, the others by their state."""
        stages = {each.id: each for each in queries_bulk.picked(session, numbers)}
        possible = [each.id for each in stages.values() if COMPLAINT.row(each.state, self.event) is not None]
        close = {it.id: it for it in queries_bulk.whole(session, possible[:CHECKED])}
        wrong = NotNow(_l("This can't be done with it at its present stage."))
        fit = set(possible)
        for each in stages.values():
            why: Refused | None = None if each.id in fit else wrong
            if each.id in close:
                why = self.why_not(session, close[each.id], params, actor, now)
            yield Chosen("complaint", each.id, each.ref, why)

    def do(self, session: Session, batch: Batch, item: BatchItem, actor: Actor, now: datetime) -> None:
        """Do it by the verb; if its documents need more hands, they are put before their approvers."""
        it, params = _held(session, item), batch.params
        if (refused := self.why_not(session, it, params, actor, now)) is not None:
            raise refused
        facts = self.facts(session, it, params)

        def do() -> None:
            self.verb(session, it, facts, actor, now)
            passing_on.remember(session, it, params.get("passed_on"), actor, now)

        if not chains.any_chain(session):
            do()
            return
        begins = f"{prefix}-" if (prefix := prefix_of(deeds_complaints.DEEDS[self.event])) else ""
        sent = Sent(tuple((f"{begins}{name}", value) for name, value in self.sent(session, it, params)))
        if approvals.carry_out(session, f"casework.complaint/{self.event}", it.id, sent, do, actor=actor, now=now):
            item.reason = in_both(approvals.WAITS)


def _held(session: Session, item: BatchItem) -> Complaint:
    return session.get_one(Complaint, item.subject_id, with_for_update=True, populate_existing=True)


def _lead(session: Session, params: Params) -> Complaint:
    return session.get_one(Complaint, int(params["lead"]))


def _respondents(session: Session, it: Complaint) -> list[int]:
    """The respondents that the form of the complaint's page ticks by itself."""
    return [each.party.id for each in deeds_triage.respondents(session, it) if each.named]


def _unread(it: Complaint) -> Refused | None:
    return None if it.masked_facts else queries_bulk.NobodyRead()


ASK = Move(
    "ask_info",
    facts=lambda _at, _it, params: {"missing": list(params.get("missing", ()))},
    sent=lambda _at, _it, params: (("missing", "\n".join(params.get("missing", ()))),),
    verb=lambda at, it, facts, actor, now: triage.ask_info(at, it, **facts, actor=actor, now=now),
    lacks=_unread,  # whoever does not answer within K02 is rejected by the clock (C04)
)
MERGE = Move(
    "merge",
    facts=lambda at, _it, params: {"lead": _lead(at, params), "same_facts": True},
    sent=lambda _at, _it, params: (("lead", params["ref"]), ("same_facts", "y")),
    verb=lambda at, it, facts, actor, now: triage.merge(at, it, **facts, actor=actor, now=now),
)
FORWARD = Move(
    "accept",
    facts=lambda at, it, _params: {"respondents": _respondents(at, it), "masked_facts": copies.draft(it)},
    sent=lambda at, it, _params: (
        *(("respondents", str(number)) for number in _respondents(at, it)),
        ("masked_facts", copies.draft(it)),
    ),
    verb=lambda at, it, facts, actor, now: triage.accept(at, it, **facts, actor=actor, now=now),
    lacks=_unread,
)
MOVES: Final = {"ask": ASK, "merge": MERGE, "forward": FORWARD}
READ_FIRST: Final = {name for name, move in MOVES.items() if move.lacks is _unread}
"""What is done only with complaints that somebody has read."""


def seen(session: Session, item: BatchItem) -> bool:
    """Whether this reader may still read the complaint."""
    return session.scalar(select(Complaint.id).where(Complaint.id == item.subject_id)) is not None


def called(session: Session, items: Sequence[BatchItem]) -> dict[int, str]:
    """The titles of complaints, as in the queue."""
    mine = {each.subject_id: each.id for each in items if each.subject_kind == "complaint"}
    return {mine[number]: title for number, title in queries_bulk.titles(session, list(mine)).items()}


def _officer(session: Session, batch: Batch) -> str:
    return register.account_name(session, int(batch.params["officer"])) or "—"


def _away(session: Session, batch: Batch) -> str:
    """The absence of whoever is to have them."""
    words = away_words(absences.standing(session, clock.today()), int(batch.params["officer"]))
    return f"{_officer(session, batch)} · {words}" if words else ""


KINDS: Final[dict[str, Kind]] = {
    "assign": Kind(
        lambda at, it: str(_("Assign complaints to %(name)s", name=_officer(at, it))),
        _assign,
        undo="complaints.assign_back",
        warns=_away,
    ),
    "assign_back": Kind(
        lambda at, it: str(_("Take back: complaints assigned to %(name)s", name=_officer(at, it))), _assign_back
    ),
    "ask": Kind(
        lambda _at, _it: str(_("Ask the persons of complaints for more")),
        ASK.do,
        words=("missing", "passed_on"),
        note=_l(
            "Each person gets a letter of their own, and can be asked once; a complaint that is not completed in time "
            "is rejected, so those whose copy nobody has read are left out."
        ),
    ),
    "merge": Kind(
        lambda _at, it: str(_("Merge complaints with %(ref)s", ref=it.params["ref"])),
        MERGE.do,
        note=_l("They follow the leading complaint; each can be parted from it again on its own page."),
    ),
    "forward": Kind(
        lambda _at, _it: str(_("Accept and forward complaints")),
        FORWARD.do,
        note=_l(
            "Each is put before the companies that were named and that the rules reach, in the copy that somebody has "
            "read; those whose copy nobody has read are left out."
        ),
    ),
}


def register_kinds(
    url: Callable[[BatchItem], str], more: Mapping[str, Kind], to_read: Callable[[Batch], Sequence[tuple[Any, str]]]
) -> None:
    """Register them as long jobs."""
    for name, about in {**KINDS, **more}.items():
        ways = to_read if name in READ_FIRST else about.ways
        batches.kind(f"{PREFIX}{name}", replace(about, seen=seen, url=url, called=called, ways=ways))


def may(actor: Actor, name: str) -> bool:
    """Whether somebody may do it on the complaint's own page."""
    if name in MOVES:
        return policies.may_receive(actor)
    return policies.may_work(actor)
