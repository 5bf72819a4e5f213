"""What must hold before a hearing is asked for, set, moved, waived, adjourned, held or missed."""

from collections.abc import Iterator
from datetime import date, datetime

from casework import former_parts
from casework.models_cases import CaseTrack
from casework.policies_records import impossible_times
from casework.policies_recusals import TAKES_NO_PART, kept_out, no_recusal_is_open
from casework.policies_tracks import require_submitter, was_over
from casework.states import TRACK
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.machine import Ask, filled
from core.plainly import at_in_words
from core.words import _l
from registry import calendar, golive
from sanctions import policies, queries_hearings, rounds
from sanctions.sittings import Absence, HearingPlan, HearingRecord

LEAST = 3
"""A hearing is never held before fewer members (S22)."""
LAST_FOUR = 4
golive.rests_on((queries_hearings.NOTICE, "HEARING_PERSONS"), "track.S55", "track.S74")
SAY_WISHES = _l("Say what you want to be heard on.")
GIVES_UP = _l("Confirm that your company gives up the hearing.")


@TRACK.guard("S20")
def may_be_heard(ask: Ask) -> Iterator[Refused]:
    """Only for major measures, while the time for asking runs; K15 runs on beside it."""
    track: CaseTrack = ask.it
    yield from require_submitter(ask)
    if not track.major:
        yield NotNow(_l("A hearing can be asked for only where a major measure is proposed."))
    elif was_over(ask, track, "K16"):
        yield NotNow(_l("The time for asking for a hearing has ended."))
    yield from filled(ask, "wishes", SAY_WISHES)


@TRACK.guard("S55", "S74")
def can_be_set(ask: Ask) -> Iterator[Refused]:
    """The panel is drawn; the secretary never investigated; the day leaves enough time after service."""
    track: CaseTrack = ask.it
    if ask.actor.id in former_parts.investigated(ask.session, *track.case.tracks):
        yield NotAllowed(_l("Whoever investigated the case does not serve its panel."))
    if rounds.panel(ask.session, track) is None:
        yield NotNow(policies.NOT_DRAWN)
    if "plan" in ask.facts:
        yield from _plan(ask, ask.facts["plan"])


def _plan(ask: Ask, plan: HearingPlan) -> Iterator[Refused]:
    if not plan.place.strip():
        yield BadInput("place_of", _l("Say where the hearing is held."))
    if not plan.agenda:
        yield BadInput("agenda", _l("Name the points of the hearing."))
    if calendar.is_certainly_free(ask.session, day_of(plan.at)):
        yield BadInput("at", _l("Hearings take place on working days."))
    days = queries_hearings.notice_days(ask.session)
    if not queries_hearings.leaves_time(ask.session, ask.on, day_of(plan.at), days):
        yield BadInput(
            "at", _l("The notice reaches the respondent more than %(days)s working days before the hearing.", days=days)
        )


@TRACK.guard("S74")
def notice_failed(ask: Ask) -> Iterator[Refused]:
    """The notice was made void, not served in time, names no member drawn since, or its day has become a day off.

    All else is an adjournment.
    """
    if not queries_hearings.names_all(ask.session, ask.it):
        return
    found = queries_hearings.hearing(ask.session, ask.it)
    held = queries_hearings.held_on(found) if found else None
    if held is None or calendar.is_certainly_free(ask.session, held):
        return
    if queries_hearings.can_be_served_in_time(ask.session, ask.it, held, day_of(ask.now)):
        yield NotNow(_l("The hearing notice was served in time, or still can be: another day would be an adjournment."))


@TRACK.guard("S56")
def given_up_in_writing(ask: Ask) -> Iterator[Refused]:
    """A hearing is waived only in writing."""
    yield from require_submitter(ask)
    if "confirmed" in ask.facts and not ask.facts["confirmed"]:
        yield BadInput("confirmed", GIVES_UP)


def of_panel(ask: Ask) -> Iterator[Refused]:
    """Only members of the panel act for it."""
    return policies.by_its_members(ask.actor, rounds.panel(ask.session, ask.it))


@TRACK.guard("S24")
def adjourned_once(ask: Ask) -> Iterator[Refused]:
    """Once for each hearing, with reasons."""
    yield from of_panel(ask)
    found = queries_hearings.hearing(ask.session, ask.it)
    if found is not None and found.adjourned_at is not None:
        yield NotNow(_l("This hearing has been adjourned once; it is not adjourned again."))
    yield from filled(ask, "reasons", _l("Give the reasons."))


def _day(ask: Ask) -> date | None:
    """The day on which the hearing was held, or was to be held."""
    said: HearingRecord | Absence | None = ask.facts.get("record") or ask.facts.get("absence")
    found = queries_hearings.hearing(ask.session, ask.it)
    began = said.started_at if said else (found.at if found else None)
    return day_of(began) if began else None


@TRACK.guard("S22", "S23")
def took_place(ask: Ask) -> Iterator[Refused]:
    """Minutes follow the hearing."""
    yield from of_panel(ask)
    said: HearingRecord | Absence | None = ask.facts.get("record") or ask.facts.get("absence")
    found = queries_hearings.hearing(ask.session, ask.it)
    began = said.started_at if said else (found.at if found else None)
    if began is None or began > ask.now:
        yield NotNow(_l("The hearing has not taken place yet."))


@TRACK.guard("S22")
def held_as_ruled(ask: Ask) -> Iterator[Refused]:
    """At least three members, nobody challenged, the notice served in time or shorter notice agreed to."""
    track: CaseTrack = ask.it
    yield from no_recusal_is_open(ask.session, track.case_id)
    record: HearingRecord | None = ask.facts.get("record")
    if record is None:
        return
    panel = rounds.panel(ask.session, track)
    sitting = {member.id for member in rounds.sitting(panel)} if panel else set()
    if len(sitting & set(record.present)) < LEAST:
        yield NotNow(_l("A hearing needs at least three members of the panel."))
    held = _day(ask)
    agreed = record.attendees and record.shorter_notice.strip()
    if not agreed and (held is None or not queries_hearings.served_in_time(ask.session, track, held)):
        letter = queries_hearings.letter(ask.session, track)
        days = queries_hearings.given(ask.session, letter) if letter else queries_hearings.notice_days(ask.session)
        yield NotNow(
            _l(
                "The hearing notice was not served %(days)s working days before, and nobody present agreed in "
                "writing to shorter notice.",
                days=days,
            )
        )
    named = found.at if (found := queries_hearings.hearing(ask.session, track)) is not None else None
    if named is not None and not agreed and held != day_of(named):
        yield BadInput(
            "started_at",
            _l(
                "The notice named %(at)s: on another day the respondent is heard only if it is present and agreed in "
                "writing to shorter notice.",
                at=at_in_words(named),
            ),
        )
    yield from _record(ask, record)


def _record(ask: Ask, record: HearingRecord) -> Iterator[Refused]:
    if not record.attendees or not record.entries:
        yield BadInput("entries", _l("The minutes say who came, what was asked and what was answered."))
    if any(len(each.get("identity_checked") or "") > LAST_FOUR for each in record.attendees):
        yield BadInput("attendees", _l("Of an identity document only the last four characters are kept."))
    if not record.rights_told or not record.recusal_answer.strip():
        yield BadInput("rights_told", _l("The respondent is told its rights and asked whether it challenges anybody."))
    yield from impossible_times(record.started_at, record.ended_at, ask.now)
    if bool(record.refused_because.strip()) != (record.second_id is not None):
        yield BadInput("second", _l("A refusal to sign has its reason and a witness."))
    if record.second_id is not None and record.second_id == ask.actor.id:
        yield BadInput("second", _l("The witness is somebody else."))
    elif record.second_id is not None and record.second_id in kept_out(ask.session, ask.it.case_id, ask.on):
        yield BadInput("second", TAKES_NO_PART)


@TRACK.guard("S23")
def missed_without_reason(ask: Ask) -> Iterator[Refused]:
    """Only a notice served in time can be missed, and without a good reason to adjourn the hearing instead (S24).

    Once the only adjournment is used up, a good reason opens the respondent's time again instead (S71).
    """
    held, found = _day(ask), queries_hearings.hearing(ask.session, ask.it)
    named = queries_hearings.held_on(found) if found is not None else None
    if named is not None and calendar.is_certainly_free(ask.session, named):
        yield NotNow(
            _l("The hearing is on a day off by the calendar published since, and nobody is absent: have it set anew.")
        )
    if held is None or not queries_hearings.served_in_time(ask.session, ask.it, held):
        yield NotNow(_l("The hearing notice was not served in time: the respondent is not absent."))
    elif not queries_hearings.names_all(ask.session, ask.it):
        yield NotNow(
            _l(
                "The respondent was not told of a member drawn after the hearing notice, and could not ask for that "
                "member's recusal: send a new notice."
            )
        )
    absence: Absence | None = ask.facts.get("absence")
    if absence is None:
        return
    if found is not None and found.at is not None and not _opened_as_set(found.at, absence.started_at):
        yield BadInput(
            "started_at",
            _l(
                "Nobody is absent but on the day and from the hour that the notice named: %(at)s.",
                at=at_in_words(found.at),
            ),
        )
    if absence.good_reason:
        yield from _excused(ask, absence)
    if not absence.situation.strip():
        yield BadInput("situation", _l("Say what happened."))


def _opened_as_set(named: datetime, opened: datetime) -> bool:
    """It was opened on the day that the notice named, and not before the hour."""
    return named <= opened and day_of(named) == day_of(opened)


def _excused(ask: Ask, absence: Absence) -> Iterator[Refused]:
    found = queries_hearings.hearing(ask.session, ask.it)
    if found is None or found.adjourned_at is None:
        yield BadInput("good_reason", _l("With a good reason nobody is absent: adjourn the hearing, or hold another."))
    elif absence.obstacle_ends is None:
        yield BadInput("obstacle_ends", _l("Say when the good reason ended, or is expected to end."))
