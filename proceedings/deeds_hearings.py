"""Deeds about hearings: set by the secretary; adjourned, held or missed, as the panel puts on record."""

from datetime import datetime, time
from typing import Any

from sqlalchemy.orm import Session

from casework import evidence
from casework.models_cases import CaseTrack
from casework.passing_on import noted
from core import clock
from core.actors import Actor
from core.typed_lists import lines
from core.words import _l
from desk.deeds import Deed, table
from desk.forms_rows import with_rows
from proceedings import forms_hearings as forms
from proceedings.deeds_execution import people
from registry import queries as register
from sanctions import hearings, queries_hearings, rounds
from sanctions.sittings import Absence, HearingPlan, HearingRecord

Form = Any
DAYS_AHEAD = 5
"""How many working days are left for serving it, besides the notice that a hearing needs."""
MORNING = time(9, 30)
AGENDA = (
    "核对到场人员身份，宣布审议小组、记录人名单，告知权利，询问是否申请回避",
    "调查人员陈述认定的事实、证据、依据和拟采取的自律措施",
    "当事单位陈述、申辩，提出证据",
    "双方质证，审议小组提问",
    "当事单位最后陈述",
    "核对并签署听证笔录",
)
"""The usual points, to begin with."""
OF_THEIR_OWN = (AGENDA[0], AGENDA[-1])
"""Points for which the minutes have fields of their own: who came and was told what, and the signature."""


def _offer_day(session: Session, it: CaseTrack, form: Form) -> None:
    length = queries_hearings.notice_days(session) + DAYS_AHEAD
    day = rounds.working_day_after(session, clock.today(), length)
    if day is not None and "at" in form:
        form.at.like(datetime.combine(day, MORNING, clock.ZONE))
    if not form.untouched:
        return
    form.at.data = datetime.combine(day, MORNING, clock.ZONE) if day else None
    found = queries_hearings.hearing(session, it)
    form.agenda.data = "\n".join(found.agenda if found and found.agenda else AGENDA)
    form.place_of.data = found.place if found and found.place else None


def _set(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    plan = HearingPlan(
        form.at.data, form.place_of.data or "", tuple(lines(form.agenda.data)), tuple(lines(form.materials.data))
    )
    hearings.schedule(at, it, plan=plan, actor=actor, version=form.version.data, now=now)


def _sitting(session: Session, it: CaseTrack) -> list[tuple[str, str]]:
    panel = rounds.panel(session, it)
    members = rounds.sitting(panel) if panel else []
    return [(str(each.id), register.account_name(session, each.account_id)) for each in members]


def _offer_members(session: Session, it: CaseTrack, form: Form) -> None:
    form.present.choices = _sitting(session, it)
    if "second" in form:
        form.second.choices = [("", "—"), *people(session, it)]
    if not form.untouched:
        return
    found = queries_hearings.hearing(session, it)
    form.started_at.data = found.at if found else None
    form.present.data = [number for number, _name in form.present.choices]
    if isinstance(form, forms.MinutesForm):
        form.put("entry", [{"question": point} for point in _points(session, it)])


def _points(session: Session, it: CaseTrack) -> list[str]:
    """The points of the hearing under which something is said."""
    found = queries_hearings.hearing(session, it)
    return [point for point in found.agenda if point not in OF_THEIR_OWN] if found else []


def _minutes_form(session: Session, it: CaseTrack) -> type[forms.MinutesForm]:
    return with_rows(forms.MinutesForm, entry=max(1, len(_points(session, it))))


def _hold(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    kept = [
        evidence.put_on_record(at, it, each.stream, each.filename, actor=actor, now=now, shows="听证录音录像")
        for each in form.recording.data
    ]
    record = HearingRecord(
        started_at=form.started_at.data,
        ended_at=form.ended_at.data,
        present=tuple(int(each) for each in form.present.data or ()),
        attendees=tuple(_filled(row) for row in form.given("attendee")),
        rights_told=bool(form.rights_told.data),
        recusal_answer=form.recusal_answer.data or "",
        entries=tuple(_filled(row) for row in form.given("entry")),
        closing=form.closing.data or "",
        corrections=form.corrections.data or "",
        recording=kept[0].sha256 if kept else "",
        shorter_notice=form.shorter_notice.data or "",
        signed_by=form.signed_by.data or "",
        refused_because=form.refused_because.data or "",
        second_id=int(form.second.data) if form.second.data else None,
    )
    hearings.hold(at, it, record=record, actor=actor, version=form.version.data, now=now)


def _filled(row: dict[str, Any]) -> dict[str, str]:
    return {name: str(value or "") for name, value in row.items()}


def _miss(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    absence = Absence(
        started_at=form.started_at.data,
        present=tuple(int(each) for each in form.present.data or ()),
        situation=form.situation.data or "",
        good_reason=bool(form.good_reason.data),
        obstacle_ends=form.obstacle_ends.data,
    )
    hearings.miss(at, it, absence=absence, actor=actor, version=form.version.data, now=now)


def _adjourn(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    hearings.adjourn(at, it, reasons=form.reasons.data or "", actor=actor, version=form.version.data, now=now)


DEEDS = table(
    Deed(
        "schedule_hearing",
        _l("Set the hearing"),
        _l("Set…"),
        noted(_set),
        forms.HearingForm,
        _l("The respondent asked to be heard. Its notice leaves it the days named below."),
        said=_l("The hearing is set; its notice goes out."),
        offer=_offer_day,
    ),
    Deed(
        "reschedule",
        _l("Set the hearing anew: its notice failed, or names another panel"),
        _l("Set anew…"),
        noted(_set),
        forms.HearingForm,
        _l(
            "The notice was voided, not served in time, does not name a member drawn since, or its day has become a "
            "day off. This is no adjournment."
        ),
        said=_l("The hearing is set anew; its notice goes out."),
        offer=_offer_day,
        quiet=True,
    ),
)
"""What the secretary does."""

PANEL = table(
    Deed(
        "held",
        _l("Enter the minutes of the hearing"),
        _l("Minutes…"),
        noted(_hold),
        _minutes_form,
        _l("The respondent reads and signs them in the portal; deliberation begins."),
        said=_l("The minutes are kept; deliberation begins."),
        offer=_offer_members,
    ),
    Deed(
        "absent",
        _l("Nobody came to the hearing"),
        _l("Note the absence…"),
        noted(_miss),
        forms.AbsenceForm,
        _l("Only where the notice was served in time, and no good reason was given or it was adjourned before."),
        said=_l("Noted; deliberation begins."),
        offer=_offer_members,
        aside=True,
    ),
    Deed(
        "adjourn",
        _l("Adjourn the hearing"),
        _l("Adjourn…"),
        _adjourn,
        forms.AdjournForm,
        _l("Once, with reasons; the secretary then sets another day."),
        said=_l("The hearing is adjourned."),
        aside=True,
    ),
)
"""What members of the panel do."""
