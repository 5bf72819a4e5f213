"""A document void before its service is issued again in the same words; clocks it armed wait for the new one (S68)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import clauses
from casework.holds import same
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core import clock
from core.actors import Actor
from core.machine import Ask
from notices import dossiers
from notices import queries as notices
from notices.making import Draft, makes_in
from notices.models import Document
from notices.papers import Facts, Head, Lang, Paper, moment_text
from notices.sentences import written_in
from notices.wording_lines import joined_list
from registry import clocks, lineage
from registry.models import Party
from registry.models_clocks import ClockState
from sanctions import policies_reissues as policies
from sanctions import rounds
from sanctions.documents_execution import when
from sanctions.levels import INTERVIEW, TRAINING
from sanctions.models_measures import Interview, Training
from sanctions.plans import InterviewPlan, TrainingPlan
from sanctions.policies_execution import interview_notice

LANGUAGES: tuple[Lang, Lang] = ("zh", "en")


def reissue(
    session: Session,
    track: CaseTrack,
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
    interview: InterviewPlan | None = None,
    training: TrainingPlan | None = None,
) -> None:
    """The head issues again what was made void; a summons or a training may need other days (row S68)."""
    same(track, version)
    found = policies.voided(session, track)
    facts: dict[str, Any] = {"journal": {"again": sorted(each.ref for some in found.values() for each in some)}}
    if "D23b" in found:
        facts["interview"] = interview
    if "D23d" in found:
        facts["training"] = training
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "reissue")


@TRACK.effect("S68")
def arrange_again(ask: Ask) -> None:
    """Give the interview its new day; the words of the old arrangement are replaced in the new summons."""
    measure = rounds.measure(ask.session, ask.it, INTERVIEW)
    held, plan = measure.interview if measure else None, ask.facts.get("interview")
    if held is None or plan is None:
        return
    before = arrangements(ask.session, held)
    held.at, held.place, held.interviewers = plan.at, plan.place.strip(), list(plan.interviewers)
    held.confirmed_at = None
    _rearrange(ask, "D23b", before, arrangements(ask.session, held))


@TRACK.effect("S68")
def train_on_other_days(ask: Ask) -> None:
    """Give the training its new days; the words of the old ones are replaced in the new notice."""
    measure = rounds.measure(ask.session, ask.it, TRAINING)
    held, plan = measure.training if measure else None, ask.facts.get("training")
    if held is None or plan is None:
        return
    before = _days_and_place(held)
    held.take(plan, written_in(ask, ask.it.party))
    _rearrange(ask, "D23d", before, _days_and_place(held))


def _rearrange(ask: Ask, kind: str, before: tuple[str, ...], now: tuple[str, ...]) -> None:
    ask.facts.setdefault("rearranged", {})[kind] = dict(zip(before, now, strict=True))


def _days_and_place(held: Training) -> tuple[str, ...]:
    """Its days and place, as a training order says them in either language."""
    return tuple(each for lang in LANGUAGES for each in (when(held, lang), held.place))


def arrangements(session: Session, held: Interview) -> tuple[str, ...]:
    """When, where and by whom, as a summons says it in either language."""
    names, at = clauses.names(session, held.interviewers), clock.local(held.at)
    said = [(moment_text(at, lang), held.place, joined_list(names, lang)) for lang in LANGUAGES]
    return tuple(each for one in said for each in one)


@makes_in("track", "S68")
def again(ask: Ask, kind: str) -> Iterator[Draft]:
    """Issue the same words under a new number and day, to the present address: a wrong one is a reason to make void.

    The clocks that the void document armed wait for this one.
    """
    for void in policies.voided(ask.session, ask.it).get(kind, ()):
        yield _again(ask, void)


def _again(ask: Ask, void: Document) -> Draft:
    kind, head, party = void.kind, void.head, policies.recipient(ask.session, ask.it, void)
    paper, name = _addressed(ask, void, head, party)
    if changed := ask.facts.get("rearranged", {}).get(kind):
        if kind == "D23b":
            interview_notice(ask)  # the notice is counted by today's setting, which the summons records
        authentic = _rearranged(paper.authentic, changed) if paper.authentic else None
        paper = replace(_rearranged(paper, changed), authentic=authentic)

    def arm(made: Document) -> None:
        _arm_again(ask, void, made)

    return Draft(
        values={},
        to=name,
        lang=void.lang,
        pictures=dict(head.pictures),
        party_id=None if party is None else party.id,
        complaint_id=void.complaint_id,
        round=void.round,
        paper=paper,
        rests_on=void.paper.get("settings", {}),
        then=arm,
    )


def _addressed(ask: Ask, void: Document, head: Head, party: Party | None) -> tuple[Paper, str]:
    """The words with today's addressee and name: a company may have another name by now, a person has not."""
    paper = void.frozen
    if party is None:
        return paper, head.recipient_name
    name = party.name("en" if void.lang == "en" else "zh")
    paper = _to(paper, head.recipient_name, name)
    if paper.authentic is not None:
        wrote_to = ask.session.get_one(Party, void.party_id)
        former = lineage.name_on(ask.session, wrote_to, void.issued_on)
        paper = replace(paper, authentic=_to(paper.authentic, former, party.name_zh))
    return paper, name


def _to(paper: Paper, former: str, name: str) -> Paper:
    return replace(paper, addressee=paper.addressee.replace(former, name))


def _rearranged(paper: Paper, changed: dict[str, str]) -> Paper:
    blocks = tuple(
        Facts(
            tuple(
                (label, changed.get(value, value) if label in policies.ARRANGED else value)
                for label, value in block.rows
            )
        )
        if isinstance(block, Facts)
        else block
        for block in paper.blocks
    )
    return replace(paper, blocks=blocks)


def _arm_again(ask: Ask, void: Document, made: Document) -> None:
    """Arm anew the clocks of a document that is issued again (R12), for as long as the document says."""
    for former in notices.clocks_of(ask.session, void):
        if former.state is not ClockState.ARMED:
            continue
        said = (former.length, former.unit, former.basis, list(former.extend_to))
        fresh = clocks.keeper.arm(ask, former.key, former.subject, [made.id])
        if fresh is not None:
            fresh.length, fresh.unit, fresh.basis, fresh.extend_to = said
    ask.session.flush()
