"""Pages of what panels resolve: a return, something harsher, and time opened again, each for who may see it."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from casework import evidence
from casework.models_cases import CaseTrack
from core.db import transaction
from registry.models import ServiceAddress
from registry.models_clocks import Clock, ClockEnd
from sanctions.models_decisions import Panel, PanelMember
from sanctions.models_resolutions import Motion, MotionVote
from tests.builders_cases import actor
from tests.casework.receipts import digest, receipt
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.kept_states import brought_once
from tests.proceedings.test_hearing_pages import Place
from tests.sanctions.hearing_room import HearingRoom

TODAY = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Every test happens the day after the panel was drawn."""
    with time_machine.travel(TODAY):
        yield


@pytest.fixture
@brought_once
def place(app: Flask) -> Place:
    def deliberating(room: HearingRoom) -> CaseTrack:
        track = room.deliberating([1], "V-C04")
        room.drawn(track, room.later(6))
        evidence.add(
            room.session,
            track.case,
            BytesIO(made.picture()),
            "x.png",
            actor=actor(room.officer),
            now=room.later(6),
            shows="later calls",
        )
        return track

    return Place(app).open(deliberating)


def test_a_member_announces_more_on_new_facts(place: Place) -> None:
    member, seat = place.enter(place.drawn()), f"/staff/panel/{place.track}"
    assert "announce more" in member.get(seat)
    page = member.get(f"{seat}/do/harsher_minor")
    assert "later calls" in page
    number = page.partition("later calls")[0].rpartition('value="')[2].partition('"')[0]
    about = place.read(lambda at: at.get_one(CaseTrack, place.track).allegations[0].id)
    said = {
        "allegation": str(about),
        "new_facts": "Three more people were called.",
        "evidence": [number],
        "measures": ["1", "2"],
        "reasons": "More people.",
    }
    member.post(f"{seat}/do/harsher_minor", status=422, **{**said, "measures": ["1"]})
    member.post(f"{seat}/do/harsher_minor", **said)
    assert place.state == "DELIBERATION"
    page = member.get(seat)
    assert "Three more people were called." in page
    assert "It is before the panel" in page
    _voted(place, seat, "FOR", "FOR", "ABSTAIN")
    member.post(f"{seat}/motion/settle")
    assert place.state == "NOTICE_ISSUED"
    assert "Three more people were called." in place.enter("officer").get(f"/staff/tracks/{place.track}")
    assert "Three more people were called." not in place.enter("lead").get(f"/portal/cases/{place.track}")


def test_members_vote_on_a_return_each_in_its_own_session(place: Place) -> None:
    member, seat = place.enter(place.drawn()), f"/staff/panel/{place.track}"
    said = {"questions": "How was it counted?", "reasons": "Unclear."}
    member.post(f"{seat}/do/return_case", status=422, **{**said, "questions": ""})
    member.post(f"{seat}/do/return_case", **said)
    assert "A motion is before the panel" in member.get(seat)
    member.get(f"{seat}/do/return_case", status=302)
    member.post(f"{seat}/motion/settle", status=409)
    _voted(place, seat, "AGAINST", "ABSTAIN", "FOR")
    page = member.get(seat)
    assert "1 for, 1 against, 1 abstained" in page
    assert "my reasons 1" not in page or "my reasons 2" not in page
    member.post(f"{seat}/motion/settle")
    assert place.state == "DELIBERATION"
    member.post(f"{seat}/do/return_case", **said)
    member.post(f"{seat}/motion/withdraw")
    member.post(f"{seat}/do/return_case", **said)
    _voted(place, seat, "FOR", "FOR", "FOR")
    member.post(f"{seat}/motion/settle")
    assert place.state == "INVESTIGATING"


def test_a_page_that_shows_a_motion_that_was_taken_back_votes_on_no_other(place: Place) -> None:
    """Its vote would count for what its member never read, and can't be changed."""
    member, seat = place.enter(place.drawn()), f"/staff/panel/{place.track}"
    member.post(f"{seat}/do/return_case", questions="How was it counted?", reasons="Unclear.")
    (first,) = place.read(lambda at: list(at.scalars(select(Motion.id))))
    assert f'name="motion-seen" type="hidden" value="{first}"' in member.get(seat)
    member.post(f"{seat}/motion/withdraw", seen=str(first))
    member.post(f"{seat}/do/return_case", questions="Who called at night?", reasons="Unclear.")
    ballot = {"prefix": "motion", "choice": "FOR", "reasons": "All three must be answered."}
    for page in (
        member.post(f"{seat}/motion/vote", status=409, **ballot, seen=str(first)),
        member.post(f"{seat}/motion/settle", status=409, seen=str(first)),
        member.post(f"{seat}/motion/withdraw", status=409, seen=str(first)),
    ):
        assert "Another motion is before the panel since you opened this page" in page
    second = place.read(lambda at: at.scalars(select(Motion.id).where(Motion.ended_at.is_(None))).one())
    assert not place.read(lambda at: at.scalars(select(MotionVote)).all())
    member.post(f"{seat}/motion/vote", **ballot, seen=str(second))


def _voted(place: Place, seat: str, *choices: str) -> None:
    drawn = place.read(lambda at: [each.account_id for each in at.scalars(select(Panel)).one().members])
    names = [name for name, number in place.people.items() if number in drawn]
    for place_no, (name, choice) in enumerate(zip(names, choices, strict=True)):
        member = place.enter(name)
        member.post(f"{seat}/motion/vote", status=422, prefix="motion", choice=choice, reasons="")
        member.post(f"{seat}/motion/vote", prefix="motion", choice=choice, reasons=f"my reasons {place_no}")


def test_time_is_asked_for_in_the_portal_and_answered_by_the_panel(place: Place) -> None:
    lead, case = place.enter("lead"), f"/portal/cases/{place.track}"
    assert "Something kept you from speaking in time" not in lead.get(case), "it gave up its time in writing"
    with place.app.app_context(), transaction() as at:
        at.execute(update(Clock).where(Clock.key == "K14").values(how=ClockEnd.EXPIRED))
    assert "Something kept you from speaking in time" in lead.get(case)
    said = {"obstacle": "A storm cut the power.", "obstacle_ended": f"{NOW:%Y-%m-%d}"}
    lead.post(f"{case}/restoration", status=422, **{**said, "obstacle_ended": f"{NOW - timedelta(days=20):%Y-%m-%d}"})
    nothing = place.enter(place.drawn()).get(f"/staff/panel/{place.track}/restoration")
    assert "Nobody asks for a time limit to run again." in nothing
    lead.post(f"{case}/restoration", **said)
    assert "waits for the panel" in lead.get(case)
    assert digest("A storm cut the power.") in receipt(lead.client, lead.get(case), "restoration")
    member, seat = place.enter(place.drawn()), f"/staff/panel/{place.track}"
    assert "A storm cut the power." in member.get(seat)
    member.post(f"{seat}/restoration", status=422, reasons="")
    member.post(f"{seat}/restoration", reasons="The power was back in an hour.")
    assert "The power was back in an hour." in lead.get(case)
    lead.post(f"{case}/restoration", **said)
    assert "A storm cut the power." in member.get(f"{seat}/do/restore_minor")
    member.post(f"{seat}/do/restore_minor", not_own="y", reasons="True.")
    assert place.state == "PRE_NOTICE"
    assert place.read(lambda at: len(at.scalars(select(PanelMember)).all()))


def test_what_kept_a_company_that_is_not_served_online_goes_to_the_panel_from_paper(place: Place) -> None:
    page, words = f"/staff/tracks/{place.track}", "Enter a request for the time to run again that came on paper"
    where, officer = f"{page}/restoration/on-paper", place.enter("officer")
    assert words not in officer.get(page)
    officer.get(where, status=404)
    with place.app.app_context(), transaction() as at:
        at.execute(update(ServiceAddress).values(electronic=False))
    assert words in officer.get(page)
    sent = {"received_on": f"{TODAY:%Y-%m-%d}", "signed_by": "周岚", "text": "A flood kept the post."}
    officer.post(where, status=422, **sent)
    officer.post(where, **sent, obstacle_ended=f"{NOW:%Y-%m-%d}")
    assert "A flood kept the post." in place.enter(place.drawn()).get(f"/staff/panel/{place.track}")
    assert words not in officer.get(page), "while it waits another would be refused with its scans"
