"""The way of a complaint as its person sees it: what is done, where it stands now and until when, what comes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.states import ANSWERING, CHECKED, COMPLAINT
from complainants.queries_tracking import Tracking
from core.clock import today
from core.plainly import day
from core.words import LazyString, _, _l, joined
from notices import unopened
from notices.unopened import Latest
from registry.clock_kinds import KINDS
from registry.clock_moves import certain_end, has_ended
from registry.models_clocks import Clock, ClockState

ALL_IN = "ANSWERED"
"""No company is waited for: now it counts until when the association checks their answers."""
CHECK, COMPANIES, FEEDBACK, END = range(1, 5)
AT: dict[str, int] = {
    "NEW": CHECK,
    "RECEIVED": CHECK,
    "NEED_INFO": CHECK,
    "FORWARDED": COMPANIES,
    "MERGED": COMPANIES,
    "RELEASED": FEEDBACK,
    "DISPUTED": FEEDBACK,
    "ESCALATED": FEEDBACK,
}
WORDS: tuple[LazyString, ...] = (
    _l("Received"),
    _l("The association checks whether it can take the complaint"),
    _l("The companies answer"),
    _l("You say whether the answer settles it"),
    _l("Closed"),
)
OWN: dict[int, tuple[str, ...]] = {
    CHECK: ("complaint",),
    COMPANIES: ("forwarding",),
    FEEDBACK: ("complaint", "track", "case"),
}
"""Whose time limits say when a stage is over: a request to stop contacting a number has dates of its own."""
BY_OPENING = _l(
    "Your time begins the day after the letter is served; unopened, it counts as served after a few days. "
    "Then the date stands here."
)
SILENT: dict[str, LazyString] = {
    "K02": _l("If nothing comes by then, the complaint is not taken."),
    "K05": _l("If you say nothing by then, the complaint is closed."),
}
"""What happens where the person lets a time limit pass."""
LATE = _l(
    "A company did not answer in time and was reminded. If it stays silent, the association looks into the matter "
    "without its answer."
)
UNCHECKED = _l("The association did not check the answers in time. You hear from us here.")
SAID = ("ACCEPTED", "NO_FEEDBACK")
"""Ends with which the person answered, or let the time for it pass: after a dispute of an earlier answer, too."""
INSTEAD: dict[str, dict[int, LazyString]] = {
    "MERGED": {COMPANIES: _l("Handled together with an earlier complaint of yours")},
    "DISPUTED": {FEEDBACK: _l("The association checks what you disputed")},
    "ANSWERED": {COMPANIES: _l("The association checks the answers")},
    "FURTHER": {COMPANIES: _l("A further answer is waited for")},
    "RECHECKED": {FEEDBACK: _l("Looked at once more")},
    "ESCALATED": {FEEDBACK: _l("The association looks into the matter itself")},
    "REJECTED": {END: _l("Not taken")},
    "REFERRED_OUT": {END: _l("Referred to another authority")},
    "WITHDRAWN": {END: _l("Withdrawn")},
}
"""What stands in place of the usual words."""


def of(found: Tracking, begins: Mapping[int, Latest] | None = None) -> list[dict[str, Any]]:
    """The stages for parts/timeline.html; `begins`: from when time limits run whose letter nobody opens."""
    it = found.complaint
    state, ended = it.state, it.state in COMPLAINT.ends
    if state not in AT and not ended:
        return []
    at = END if ended else AT[state]
    gone = _passed(found) if at > COMPANIES else range(at)
    later = [] if ended else range(at + 1, END + 1)
    days = _days(found)
    shown = [
        {
            "text": INSTEAD.get(found.standing, {}).get(number, WORDS[number]),
            "day": days.get(number),
            "state": "done" if number < at or ended else "now" if number == at else "later",
            "note": _until(found, OWN[at], begins or {}) if number == at and not ended else "",
        }
        for number in sorted({*(each for each in gone if each <= at), at, *later})
    ]
    if ended and _was_checked(found):
        shown.insert(-1, {"text": INSTEAD["DISPUTED"][FEEDBACK], "day": days[END], "state": "done", "note": ""})
    return [each | {"day": each["day"] if each["state"] == "done" else None} for each in shown]


def _was_checked(found: Tracking) -> bool:
    """Whether the association checked what was disputed, and closed it thereby: that stage stays."""
    return found.complaint.outcome == "CHECKED" and any(each.disputed_at for each in found.releases)


def _days(found: Tracking) -> dict[int, date | None]:
    """When each stage was done, where something of it is known; a stage that is gone through again has its last day."""
    sent = [each.sent_at for each in found.respondents if each.sent_at]
    said = found.complaint.outcome in SAID
    disputed = [each.disputed_at for each in found.releases if each.disputed_at]
    return {
        0: found.complaint.received_on,
        CHECK: min(sent, default=found.complaint.merged_at or found.complaint.ended_at),
        COMPANIES: max((each.day for each in found.releases), default=None),
        FEEDBACK: found.complaint.ended_at if said else max(disputed, default=found.complaint.ended_at),
        END: found.complaint.ended_at,
    }


def _passed(found: Tracking) -> set[int]:
    """What a complaint went through that no company is waited for any more, as far as there is a trace of it."""
    checked = found.respondents or found.complaint.state != "WITHDRAWN"
    return {
        0,
        *([CHECK] if checked else []),
        *([COMPANIES] if found.releases else []),
        *([FEEDBACK] if found.releases else []),
    }


def _until(found: Tracking, own: tuple[str, ...], begins: Mapping[int, Latest]) -> str:
    """One plain sentence with the next date of this stage, where one is certain.

    A day that has passed is none to wait for: its period is held while a request for more time waits.
    """
    running = sorted(_running(found, own), key=_last_day)
    if (mine := next(filter(_is_theirs, running), None)) is not None:
        waits = _("We wait for you, until %(day)s at the latest.", day=day(_last_day(mine), "long"))
        return joined(waits, SILENT.get(mine.key))
    theirs = [each.in_time_until for each in found.respondents if each.in_time_until and own == OWN[COMPANIES]]
    if theirs:  # the reminder runs meanwhile, as if they were late
        running = [one for one in running if one.key in ANSWERING]
    if theirs or (running and running[-1].subject_type == "forwarding" and found.standing != ALL_IN):
        last = day(max([*theirs, *map(_last_day, running)]), "long")
        if any(one.key in ANSWERING and one.subject_type in own and one not in running for one in found.live_clocks):
            return str(
                _(
                    "Some of the companies have until %(day)s to answer; until when the others have is not certain "
                    "yet. You read the answers once the association has checked them.",
                    day=last,
                )
            )
        return str(_("They have until %(day)s to answer. You read it once the association has checked it.", day=last))
    if running:
        return str(_("You can expect the next step by %(day)s.", day=day(_last_day(running[0]), "long")))
    return _undated(found, own, begins)


def _undated(found: Tracking, own: tuple[str, ...], begins: Mapping[int, Latest]) -> str:
    """What is waited for while no date is certain."""
    if any(one.subject_type in own and one.key in ANSWERING and one.state == "ARMED" for one in found.live_clocks):
        return str(
            _(
                "Their time begins the day after the letter is served: when it is opened, or some days later; on "
                "paper, when it arrives. Then the date stands here."
            )
        )
    for one in found.live_clocks:
        if one.subject_type in own and _is_theirs(one) and one.state == "ARMED":
            opens = unopened.sentence(begins[one.id]) if one.id in begins else str(BY_OPENING)
            return joined(found.counts_from(one), opens, SILENT.get(one.key))
    if estimated := _estimated(found, own):
        return estimated
    if "OVERDUE" in {each.state for each in found.respondents} and own == OWN[COMPANIES]:
        return str(LATE)
    checks = [one for one in found.clocks if one.key == CHECKED] if found.standing == ALL_IN else []
    if checks and all(has_ended(one, today()) for one in checks):
        return str(UNCHECKED)
    return str(_("No date is fixed for this step. You hear from us here."))


def _estimated(found: Tracking, own: tuple[str, ...]) -> str:
    """The next date by an estimate of the calendar, as the card of its time limit shows it: nothing is over by it."""
    asked = own == OWN[COMPANIES] and found.standing != ALL_IN
    days = {
        one: one.due_on
        for one in found.live_clocks
        if one.subject_type in own
        and (one.key in ANSWERING if asked else one.key != CHECKED or found.standing == ALL_IN)
        and one.state is ClockState.RUNNING
        and one.provisional
        and one.due_on is not None
        and one.due_on >= today()
    }
    if not days:
        return ""
    first, last = (day(one, "long") for one in (min(days.values()), max(days.values())))
    if any(map(_is_theirs, days)):
        words = _("We wait for you, provisionally until %(day)s.", day=first)
    elif asked:
        words = _("They have provisionally until %(day)s to answer.", day=last)
    else:
        words = _("You can expect the next step by %(day)s, provisionally.", day=first)
    return joined(words, _("The day is certain once the official calendar is there."))


def _running(found: Tracking, own: tuple[str, ...]) -> list[Clock]:
    return [
        one
        for one in found.live_clocks
        if one.subject_type in own
        and (one.key != CHECKED or found.standing == ALL_IN)
        and (last := certain_end(one)) is not None
        and last >= today()
    ]


def _last_day(one: Clock) -> date:
    return certain_end(one) or date.max


def _is_theirs(one: Clock) -> bool:
    """Whether the person has to act by then."""
    return KINDS[one.key].owner == "complainant"
