"""Pages of hearings: the respondent asks and signs, the secretary sets the day, the panel puts it on record."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from casework.models_cases import CaseTrack
from core import clock
from core.db import transaction
from core.machine import Ask
from notices import queries as notices
from notices.states import SERVICE
from registry import calendar
from registry.counting import Unit
from registry.models_accounts import Account
from sanctions.models_decisions import PanelMember
from sanctions.models_hearings import Hearing
from tests.builders import rendered
from tests.builders_cases import actor
from tests.casework.receipts import digest, receipt
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.proceedings.test_pages import House
from tests.sanctions.hearing_room import HearingRoom

POINTS = ("The facts", "The calls", "The numbers", "The firm", "The harm", "The last word", "核对并签署听证笔录")
"""Those that the secretary of these hearings writes, the last one a usual one."""


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Every test happens on 25 November 2026."""
    with time_machine.travel(NOW):
        yield


class Place(House):
    """The house with a track that can be heard."""

    def open(self, make: Callable[[HearingRoom], CaseTrack]) -> "Place":
        """Let a track come so far, in the days before today."""
        with self.app.app_context(), transaction() as at:
            room = HearingRoom(at, NOW - timedelta(days=6))
            self.track = make(room).id
            named = ("officer", "second", "head", "reviewer", "secretary", "lead", "firm_lead", "investigator")
            people = {name: getattr(room, name) for name in named}
            people |= {f"panel{place}": person for place, person in enumerate(room.panel)}
            self.people = {name: person.id for name, person in people.items()}
        return self

    def serve(self, kind: str) -> None:
        """The last document of a kind arrives."""
        with self.app.app_context(), transaction() as at:
            document = notices.last_document(at, [kind], "track", self.track)
            assert document is not None
            rendered(at, document, NOW)
            lead = actor(at.get_one(Account, self.people["lead"]))
            for service in document.services:
                SERVICE.carry_out(Ask(at, service, lead, {}, NOW), "acknowledge")


def _local(at: datetime) -> str:
    return f"{clock.local(at):%Y-%m-%dT%H:%M}"


@pytest.fixture
def place(app: Flask) -> Place:
    return Place(app)


def test_a_hearing_from_the_request_to_the_signed_minutes(place: Place) -> None:
    place.open(lambda room: room.noticed())
    lead = place.enter("lead")
    case = f"/portal/cases/{place.track}"
    assert "Ask for a hearing" in lead.get(f"{case}")
    assert "This also gives up the hearing" in lead.get(f"{case}/waive"), "what the button ends is said before"
    lead.post(f"{case}/hearing", status=422, wishes="")
    lead.post(f"{case}/hearing", wishes="We differ on the number of calls.")
    assert place.state == "HEARING_ASKED"
    assert "We differ on the number of calls." in lead.get(case)
    assert digest("We differ on the number of calls.") in receipt(lead.client, lead.get(case), "hearing")
    secretary = place.enter("secretary")
    page = f"/staff/tracks/{place.track}"
    assert "No panel has been drawn yet." in secretary.get(page)
    secretary.post(f"/staff/panel/{place.track}/draw")
    form = secretary.get(f"{page}/do/schedule_hearing")
    assert "最后陈述" in form
    assert "More than 7 working days after its notice is served." in form
    assert f"For example {NOW.date() + timedelta(days=7)}" not in form, "an example that would be refused"
    due = place.read(lambda session: calendar.deadline(session, NOW.date(), 10, Unit.WD).due_on)
    at = datetime.combine(due, time(9, 30), clock.ZONE)
    secretary.post(f"{page}/do/schedule_hearing", at=_local(at), place_of="Room 3", agenda="\n".join(POINTS))
    assert place.state == "HEARING_SET"
    assert "Room 3" in secretary.get(page)
    for who in (secretary, place.enter(place.drawn())):
        assert f"{due} 09:30" in who.get("/staff/panel")
    told = lead.get(case)
    assert ("Room 3" in told, "Open its notice" in told) == (False, True)
    place.serve("D18")
    told = lead.get(case)
    assert ("Room 3" in told, "Open its notice" in told, f"The hearing is on {due.day} {due:%B %Y} 09:30." in told) == (
        True,
        False,
        True,
    )
    assert "are said in a statement before the hearing" in told, "who comes, or why nobody can"
    assert "Come to the hearing" in lead.get("/portal/")
    with time_machine.travel(at + timedelta(hours=5)):
        assert "Come to the hearing" not in place.enter("lead").get("/portal/")
        assert f"The hearing was set for {due.day} {due:%B %Y} 09:30." in place.enter("lead").get(case)
        _put_on_record(place, at)
        lead = place.enter("lead")
        assert "number of calls" in lead.get(f"{case}/hearing/minutes")
        lead.post(f"{case}/hearing/minutes", status=422, signed_by="Zhou Lan")
        lead.post(f"{case}/hearing/minutes", signed_by="Zhou Lan", corrections="five, not six", checked="y")
        assert "five, not six" in lead.get(f"{case}/hearing/minutes")
    found = place.read(lambda session: session.query(Hearing).one().signed_sha256)
    assert found


def _put_on_record(place: Place, at: datetime) -> None:
    member = place.enter(place.drawn())
    seat = f"/staff/panel/{place.track}"
    assert "Enter the minutes of the hearing" in member.get(seat)
    form = member.get(f"{seat}/do/held")
    assert "We differ on the number of calls." in form
    asked = re.findall(r'name="entry_\d+_question"[^>]*>\s*([^<]*)</textarea>', form)
    assert asked == list(POINTS[:-1]), "each point of its own is asked about, and its signature has its own field"
    assert "不申请回避" not in form, "what was answered is written down, not assumed"
    sat = place.read(lambda session: session.scalars(select(PanelMember.id)).all())
    said = {
        "started_at": _local(at),
        "ended_at": _local(at + timedelta(hours=1)),
        "present": [str(each) for each in sat],
        "attendee_1_name": "Zhou Lan",
        "attendee_1_position": "vice president",
        "rights_told": "y",
        "recusal_answer": "No.",
        "entry_1_question": "What about the number of calls?",
        "entry_1_answer": "Five.",
    }
    place.enter(place.drawn(sits=False)).post(f"{seat}/do/held", status=404, **said)
    member.post(f"{seat}/do/held", status=422, **{**said, "entry_1_answer": ""})
    with_number = {**said, "entry_1_answer": "Five, all from 13911112222."}
    page = member.post(f"{seat}/do/held", status=422, **with_number)
    assert "13911112222 (Mobile number)" in page
    assert "Why it must be sent" in page
    sound = made.sound_wav()
    member.post(f"{seat}/do/held", **said, recording=(BytesIO(sound), "听证.wav"))
    assert place.state == "DELIBERATION"
    place.proves_its_recording("D19", sound)
    assert "to be signed by the respondent" in member.get(seat)


def test_a_hearing_is_given_up_on_a_page_of_its_own(place: Place) -> None:
    place.open(lambda room: room.asked())
    lead = place.enter("lead")
    case = f"/portal/cases/{place.track}"
    assert "Give up the hearing" in lead.get(case)
    lead.get(f"{case}/hearing/minutes", status=404)
    lead.post(f"{case}/hearing/waive", status=422)
    lead.post(f"{case}/hearing/waive", confirmed="y")
    assert place.state == "PRE_NOTICE"
    assert "no hearing can be asked for" not in lead.get(f"{case}/hearing")
    assert "nothing to give up" in lead.get(f"{case}/hearing/waive")


def test_staff_read_that_a_hearing_can_be_asked_for_only_while_it_can(place: Place) -> None:
    place.open(lambda room: room.noticed())
    case = place.read(lambda at: at.get_one(CaseTrack, place.track).case_id)
    pages, offered = (f"/staff/tracks/{place.track}", f"/staff/cases/{case}"), "and ask for a hearing; the period ends"
    assert all(offered in place.enter("investigator").get(page) for page in pages)
    lead = place.enter("lead")
    lead.post(f"/portal/cases/{place.track}/hearing", wishes="当面核对")
    lead.post(f"/portal/cases/{place.track}/hearing/waive", confirmed="y")
    assert place.state == "PRE_NOTICE"
    for page in pages:
        said = place.enter("investigator").get(page)
        assert "The company may state its case; the period ends by itself." in said
        assert offered not in said


def test_adjournment_and_absence_have_their_pages(place: Place) -> None:
    place.open(lambda room: room.ready()[0])
    member = place.enter(place.drawn())
    seat = f"/staff/panel/{place.track}"
    assert "Adjourn the hearing" in member.get(f"{seat}/do/adjourn")
    member.post(f"{seat}/do/absent", status=422, situation="Nobody came.")
    member.post(f"{seat}/do/adjourn", status=422, reasons="")
    member.post(f"{seat}/do/adjourn", reasons="The executive is ill.")
    assert place.state == "HEARING_ASKED"
    assert "The executive is ill." in place.enter("lead").get(f"/portal/cases/{place.track}")


def test_a_hearing_goes_into_the_calendar_once_its_notice_was_served(place: Place) -> None:
    def set_(room: HearingRoom) -> CaseTrack:
        track = room.asked()
        room.drawn(track)
        room.set(track)
        return track

    place.open(set_)
    case, lead = f"/portal/cases/{place.track}", place.enter("lead")
    lead.get(f"{case}/hearing.ics", status=404)
    assert "hearing.ics" not in lead.get(case)
    place.serve("D18")
    assert f"{case}/hearing.ics" in lead.get(case)
    entry, at = lead.get(f"{case}/hearing.ics"), place.read(lambda session: session.scalars(select(Hearing.at)).one())
    assert f"DTSTART;TZID=Asia/Shanghai:{clock.local(at):%Y%m%dT%H%M%S}" in entry
    assert re.search(r"UID:hearing-\d+@", entry)
    assert "SEQUENCE:0" in entry
    assert "LOCATION:协会会议室" in entry
    place.enter("firm_lead").get(f"{case}/hearing.ics", status=404)


@pytest.mark.parametrize("how", ["adjourned", "given up"])
def test_a_hearing_that_is_not_held_is_taken_out_of_the_calendar_and_a_new_day_stands_over_that(
    place: Place, how: str
) -> None:
    place.open(lambda room: room.ready()[0])
    case, lead = f"/portal/cases/{place.track}", place.enter("lead")
    before = lead.get(f"{case}/hearing.ics")
    uid = re.findall(r"UID:\S+", before)
    assert "METHOD:PUBLISH" in before
    organizer = re.findall(r'ORGANIZER;CN="[^"]+":mailto:\S+@\S+', before.replace("\r\n ", ""))
    assert len(organizer) == 1, "RFC 5546, 3.2.1: a calendar may refuse an entry of nobody"
    if how == "adjourned":
        place.enter(place.drawn()).post(f"/staff/panel/{place.track}/do/adjourn", reasons="The executive is ill.")
    else:
        lead.post(f"{case}/hearing/waive", confirmed="y")
    assert "Take it out of your calendar" in lead.get(case)
    entry = lead.get(f"{case}/hearing.ics")
    assert [each for each in ("METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:1") if each not in entry] == []
    assert re.findall(r"UID:\S+", entry) == uid
    assert organizer[0] in entry.replace("\r\n ", "")
    if how == "adjourned":
        due = place.read(lambda session: calendar.deadline(session, NOW.date(), 15, Unit.WD).due_on)
        said = {"at": _local(datetime.combine(due, time(9, 30), clock.ZONE)), "place_of": "Room 3", "agenda": "One"}
        place.enter("secretary").post(f"/staff/tracks/{place.track}/do/schedule_hearing", **said)
        place.serve("D18")
        entry = lead.get(f"{case}/hearing.ics")
        assert [each for each in ("METHOD:PUBLISH", "SEQUENCE:2", "DTSTART") if each not in entry] == []


def test_another_company_finds_no_hearing(place: Place) -> None:
    place.open(lambda room: room.asked())
    for path in ("hearing", "hearing/waive", "hearing/minutes"):
        place.enter("firm_lead").get(f"/portal/cases/{place.track}/{path}", status=404)
