"""What can be done with a measure or a file besides the rows of the table, for the track's page."""

from collections.abc import Iterator
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from casework import clauses, policies_tracks
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core import clock
from core.actors import Actor
from core.machine import Ask
from core.words import _
from sanctions import (
    on_paper,
    policies_execution,
    policies_extensions,
    policies_interview_times,
    queries_volumes,
    rounds,
)
from sanctions.levels import INTERVIEW
from sanctions.models_measures import Interview


def steps(at: Session, it: CaseTrack, me: Actor) -> list[dict[str, Any]]:
    """What this reader can do with a measure or with the file, besides the rows of the table."""
    return [*_more_time(at, it, me), *_interview(at, it, me), *_verification(at, it, me), *_volumes(at, it, me)]


def ordered_again(at: Session, it: CaseTrack) -> list[dict[str, Any]]:
    """What a second order would hold: of each measure that failed its problems, with the natural days from service."""
    most = clauses.again(at, "K22")
    return [
        {
            "level": each.level,
            "items": [(item, min(item.days, most)) for item in each.items if item.result != "PASS"],
        }
        for each in policies_execution.failed(list(rounds.measures(at, it)))
    ]


def _interview(at: Session, it: CaseTrack, me: Actor) -> list[dict[str, Any]]:
    measure = rounds.measure(at, it, INTERVIEW)
    held = measure.interview if measure is not None and measure.state == "ORDERED" else None
    if it.state != "EXECUTING" or held is None or not policies_execution.may_hold(me):
        return []
    ask = Ask(at, it, me, {}, clock.now(), row=TRACK.rows["S62"])
    return [*_other_time(ask, held), *_other_day(ask, held), _record(ask, held)]


def _other_time(ask: Ask, held: Interview) -> Iterator[dict[str, Any]]:
    """To answer the time that the company proposed, or to enter one that it proposes on paper."""
    if held.proposed_at is not None:
        yield {
            "title": _("Answer the other time that the company proposes"),
            "note": _("Until it is answered, nobody is absent."),
            "button": _("Answer…"),
            "url": url_for("proceedings_execution.interview_time", number=ask.it.id),
        }
        return
    shut = list(policies_interview_times.proposing(held, ask.now))
    if not shut and on_paper.may_enter(ask.session, ask.actor, ask.it, "propose_time"):
        yield {
            "title": _("Enter another time that the company proposes on paper"),
            "note": _("Until it is answered, nobody is absent."),
            "button": _("Enter…"),
            "url": url_for("proceedings_execution.interview_time_on_paper", number=ask.it.id),
            "aside": True,
            "refused": (),
            "method": "get",
        }


def _other_day(ask: Ask, held: Interview) -> Iterator[dict[str, Any]]:
    if not list(policies_execution.move_refusals(ask)):
        yield {
            "title": _("Give the interview another day"),
            "note": why_another_day(ask.session, held),
            "button": _("Another day…"),
            "url": url_for("proceedings_execution.interview_day", number=ask.it.id),
        }


def _record(ask: Ask, held: Interview) -> dict[str, Any]:
    again = held.recorded_at is not None
    return {
        "title": _("Write the record of the interview anew") if again else _("Write the record of the interview"),
        "note": _("The attendees then read, correct and sign it page by page in the portal."),
        "button": _("Record…"),
        "url": url_for("proceedings_execution.record", number=ask.it.id),
        "refused": list(policies_execution.summoned_in_time(ask)),
        "method": "get",
        "aside": again,
    }


def why_another_day(at: Session, held: Interview) -> str:
    """Why an officer may give an interview another day."""
    if policies_execution.is_off(at, held):
        return _("Its day is a day off by the calendar published since.")
    return _("Its summons did not come in time.")


def _verification(at: Session, it: CaseTrack, me: Actor) -> list[dict[str, Any]]:
    """The first correction that waits for this reader's own look."""
    if it.state != "VERIFYING" or not policies_execution.may_verify(me):
        return []
    done = [each for each in rounds.measures(at, it) if each.state == "DONE"]
    waits = [one for each in done for one in each.items if one.second_by is None and one.verified_by != me.id]
    return [
        {
            "title": _("Verify problem %(no)s", no=each.no),
            "note": _("Two officers look at each correction."),
            "button": _("Verify…"),
            "url": url_for("proceedings_staff.verify", number=it.id, no=each.no),
        }
        for each in waits[:1]
    ]


def _volumes(at: Session, it: CaseTrack, me: Actor) -> list[dict[str, Any]]:
    archived = it.state == "ARCHIVED"
    if not (archived or it.state in queries_volumes.BINDABLE) or not policies_tracks.may_work_on(me):
        return []
    bound = archived or queries_volumes.is_bound(at, it)  # the page of the volumes says what came since
    return [
        {
            "title": _("See the bound volumes") if bound else _("Bind the volumes of the file"),
            "note": "" if bound else _("Main, internal and complainants' volumes, each with its index."),
            "button": _("Volumes"),
            "url": url_for("proceedings_execution.volumes", number=it.id),
        }
    ]


def _more_time(at: Session, it: CaseTrack, me: Actor) -> list[dict[str, Any]]:
    if not (policies_extensions.may_answer(me) and policies_extensions.waiting(at, it)):
        return []
    give = {
        "title": _("Give the respondent more time"),
        "note": _("It asked for it before the end; until this is decided, the end of the time limit has no effect."),
        "button": _("Give time…"),
        "url": url_for("proceedings_staff.act", number=it.id, event="extend_execution"),
    }
    refuse = {
        "title": _("Give no more time"),
        "note": _("With reasons, which the respondent reads; the time limit then acts as it stands."),
        "button": _("Refuse…"),
        "url": url_for("proceedings_execution.refuse_time", number=it.id),
    }
    return [give, refuse]
